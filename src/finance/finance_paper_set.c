#include "finance/finance_paper_set.h"

#include "document/document_book.h"
#include "document/pdf_writer.h"
#include "web/document_view.h"

#define PLAIN "text/plain; charset=utf-8"

const struct paper_title paper_title[PAPERS] = {
    [PAPER_BILL] = { "bill", "Bill and statement",
                     "What each service and pool comes to, who owes whom, and what it is for." },
    [PAPER_JOURNAL] = { "journal", "Journal",
                        "The lines for your own ledger, in its layout, and their other side." },
    [PAPER_TRUE_UP] = { "true-up", "True-up by cause",
                        "From the estimate to what is due: volume, price, basis, corrections." },
    [PAPER_INSTALMENTS] = { "instalments", "Instalments",
                            "The sums owed in quarters, months and periods, to the penny." },
    [PAPER_ACCOUNTS] = { "accounts", "Plain-text accounting",
                         "The journal for ledger, hledger and beancount, which add it up." },
};

#define REPORT_FORMS(kind)                                                                       \
    { "html", "HTML", "text/html; charset=utf-8", kind },                                        \
    { "pdf", "PDF", "application/pdf", kind },                                                   \
    { "xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",       \
      kind },                                                                                    \
    { "ods", "ODS", "application/vnd.oasis.opendocument.spreadsheet", kind }

const struct paper_form paper_forms[] = {
    REPORT_FORMS(PAPER_BILL),
    REPORT_FORMS(PAPER_JOURNAL),
    { "csv", "File for the ledger", "text/csv; charset=utf-8", PAPER_JOURNAL },
    REPORT_FORMS(PAPER_TRUE_UP),
    REPORT_FORMS(PAPER_INSTALMENTS),
    { "ledger", "ledger", PLAIN, PAPER_ACCOUNTS },
    { "hledger", "hledger", PLAIN, PAPER_ACCOUNTS },
    { "beancount", "beancount", PLAIN, PAPER_ACCOUNTS },
    { .ending = NULL },
};

const char *paper_form_name(struct arena *arena, const struct paper_form *form)
{
    return arena_print(arena, "%s.%s", paper_title[form->kind].name, form->ending);
}

const struct paper_form *paper_form_of(struct text name)
{
    for (const struct paper_form *form = paper_forms; form->ending != NULL; form++) {
        const struct text begins = text_of(paper_title[form->kind].name);
        const struct text ends = text_of(form->ending);
        if (name.size == begins.size + 1 + ends.size &&
            memcmp(name.data, begins.data, begins.size) == 0 && name.data[begins.size] == '.' &&
            memcmp(name.data + begins.size + 1, ends.data, ends.size) == 0)
            return form;
    }
    return NULL;
}

enum err paper_document(const struct paper_case *paper, int32_t partner, enum paper_kind kind,
                        struct document **out, struct trouble *trouble)
{
    switch (kind) {
    case PAPER_BILL: *out = paper_bill(paper, partner); return OK;
    case PAPER_JOURNAL: return paper_journal(paper, partner, out, trouble);
    case PAPER_TRUE_UP: return paper_true_up(paper, partner, out, trouble);
    case PAPER_INSTALMENTS: *out = paper_instalments(paper, partner); return OK;
    case PAPER_ACCOUNTS:
    case PAPERS: break;
    }
    return fail(trouble, ERR_BUG, "that is no report");
}

static bool ends_as(const struct paper_form *form, const char *ending)
{
    return strcmp(form->ending, ending) == 0;
}

enum err paper_write(const struct paper_case *paper, int32_t partner,
                     const struct paper_form *form, struct text *bytes, struct trouble *trouble)
{
    struct document *document = NULL;

    if (form->kind == PAPER_ACCOUNTS) {
        *bytes = paper_accounts(paper, partner, ends_as(form, "ledger")    ? PAPER_LEDGER
                                                : ends_as(form, "hledger") ? PAPER_HLEDGER
                                                                           : PAPER_BEANCOUNT);
        return OK;
    }
    if (ends_as(form, "csv"))
        return paper_journal_file(paper, partner, bytes, trouble);
    const enum err err = paper_document(paper, partner, form->kind, &document, trouble);
    if (err != OK)
        return err;
    if (ends_as(form, "pdf"))
        return pdf_write(document, paper->arena, bytes, trouble);
    if (ends_as(form, "html"))
        return document_html(document, paper->arena, bytes, trouble);
    return document_book_write(document, paper->arena,
                               ends_as(form, "ods") ? DOCUMENT_ODS : DOCUMENT_XLSX, bytes,
                               trouble);
}
