/*
 * finance/finance_paper_set.h -- the documents of a close by their names: one table, of which the
 * page, the calls and the command make their lists.
 *
 *     bill.pdf  journal.csv  true-up.html  accounts.hledger
 */
#ifndef OCHIL_FINANCE_PAPER_SET_H
#define OCHIL_FINANCE_PAPER_SET_H

#include "finance/finance_paper.h"

enum paper_kind { PAPER_BILL, PAPER_JOURNAL, PAPER_TRUE_UP, PAPER_INSTALMENTS, PAPER_ACCOUNTS,
                  PAPERS };

struct paper_title {
    const char *name;       /* "true-up" */
    const char *title;      /* "True-up by cause" */
    const char *purpose;    /* a sentence */
};

extern const struct paper_title paper_title[PAPERS];

struct paper_form {
    const char     *ending;     /* "pdf" */
    const char     *title;      /* "PDF" */
    const char     *type;       /* of the bytes: "application/pdf" */
    enum paper_kind kind;
};

/* In the order of the kinds; ends at one without an ending. */
extern const struct paper_form paper_forms[];

/* "bill.pdf"; NULL: there is none such. */
const struct paper_form *paper_form_of(struct text name);
const char *paper_form_name(struct arena *, const struct paper_form *);

/* The kind as a document. ERR_MISSING: there is nothing to say; ERR_REFUSED: the layout is not
 * complete; the message says which. PAPER_ACCOUNTS is none. */
MUST_USE enum err paper_document(const struct paper_case *, int32_t partner, enum paper_kind,
                                 struct document **, struct trouble *);

MUST_USE enum err paper_write(const struct paper_case *, int32_t partner,
                              const struct paper_form *, struct text *bytes, struct trouble *);

#endif
