#include "finance/finance_paper_pages.h"
#include "finance/finance_table.h"
#include "identity/right.h"
#include "web/site.h"

static const struct action actions[] = {
    { .verb = "document page", .summary = "The documents of a month",
      .description =
          "Bill and statement, journal, true-up by cause, instalments and plain-text accounts of "
          "your council, made of the last run that closed up to this period: as pages, tagged "
          "PDF, XLSX, ODS and files for the ledger. Until the period is locked they are drafts "
          "and say so.\n\n"
          "No figure is worked out anew: a document says what the engine's own files say, and "
          "is refused when they do not add up. Paragraphs have the same numbers in every form. "
          "Made again from the same run, a document is the same to the byte.",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}/documents",
      .right = MAY_SEE_MONEY, .respond = papers_show },
    { .verb = "document read", .summary = "A document of a month",
      .description =
          "The document as a page; above it stand its other forms. Notes on its method stand in "
          "it. A journal is posted only when the layout has an account for each of its groups.",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}/documents/{paper:word}",
      .right = MAY_SEE_MONEY, .prepare = paper_prepare, .respond = paper_show },

    { .verb = "layout list", .summary = "How your council's ledger takes a journal in",
      .description =
          "A layout says which columns the file of a journal has, in what form days and amounts "
          "are, which account of yours each joint group is posted to, and how charges are treated "
          "for VAT. The one kept last is in force. A changed one is a new version; the partner "
          "does not see it.",
      .method = ACTION_GET, .route = "/money/layouts", .right = MAY_SEE_MONEY,
      .respond = layouts_show },
    { .verb = "layout new", .summary = "The form for a layout",
      .description =
          "'column HEADING = FIELD' for each column, in their order. Fields: batch, reference, "
          "line, period, date, cost_centre, account, amount, debit, credit, side, narrative, "
          "counterparty, vat, service, pool, group.\n\n"
          "delimiter = comma, semicolon, tab or pipe. header, thousands, total = yes or no. lines "
          "= lf or crlf. date = 2014-06-30, 30/06/2014, 30-Jun-2014 or 30.06.2014. amount (of a "
          "credit) = minus, brackets or behind.\n\n"
          "account GROUP = CODE, clearing = CODE, centre SERVICE = CODE, centre = CODE. vat "
          "SERVICE = outside, exempt, standard, reduced or zero; vat code TREATMENT = CODE. A "
          "charge under a scheme of delegation is outside the scope unless said otherwise.",
      .method = ACTION_GET, .route = "/money/layouts/new", .right = MAY_TAKE_EXTRACT,
      .respond = layout_new },
    { .verb = "layout keep", .summary = "Keep a version of a layout",
      .method = ACTION_POST, .route = "/money/layouts", .right = MAY_TAKE_EXTRACT,
      .respond = layout_make },
    { .verb = "layout show", .summary = "A version of a layout",
      .description = "The layout as it was kept; a version is never changed.",
      .method = ACTION_GET, .route = "/money/layouts/{layout}", .right = MAY_SEE_MONEY,
      .respond = layout_show },

    { .verb = "api document list", .summary = "The documents of a month, in their forms",
      .method = ACTION_GET, .route = "/api/v1/documents",
      .right = MAY_SEE_MONEY, .respond = api_papers_show, .call = &paper_list_call },
    { .verb = "api document file", .summary = "A document of a month: bill.pdf, journal.csv",
      .method = ACTION_GET, .route = "/api/v1/documents/{paper:word}",
      .right = MAY_SEE_MONEY, .prepare = paper_prepare, .respond = api_paper_show,
      .call = &paper_file_call },
    { 0 },
};

const struct feature paper_feature = { "documents", "Documents of money", actions };
