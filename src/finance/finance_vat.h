/*
 * finance/finance_vat.h -- how each charge is treated for VAT, as the councils agreed it in the
 * cost model of the year.
 *
 * A line for each service or pool, with the treatment and the reason:
 *
 *     education,outside,"Delegated under the agreement, section 3"
 *     ED-STAFF,exempt,Teaching staff (VATGPB8860)
 *
 * A pool's line goes before its service's. What nobody agreed is treated as the council's own
 * layout says (finance_paper_layout.h), else as outside the scope; the month's checks name it.
 *
 * Pure; everything lives in `arena` or in the words.
 *
 * Read next: finance_paper_bill.c, finance_check.h.
 */
#ifndef OCHIL_FINANCE_VAT_H
#define OCHIL_FINANCE_VAT_H

#include "finance/finance_paper_layout.h"
#include "web/form_fields.h"

#define VAT_REASON_MOST 200

struct agreed_vat_row {
    struct text     what;           /* code of a service or a pool */
    struct text     reason;
    enum layout_vat vat;
};

struct agreed_vat {
    struct agreed_vat_row *row;
    size_t                 rows;
};

/* Of a cost model; lines that are none are passed over: judged before they were agreed. */
void agreed_vat_read(struct arena *, const struct form *cost_model, struct agreed_vat *);

/* A sentence about the first line that is none; NULL: all are. */
const char *agreed_vat_judge(struct arena *, const struct form *cost_model);

/* Services without a line, as "education, social"; NULL: every one has its. */
const char *agreed_vat_missing(struct arena *, const struct form *cost_model);

/* The row for a pool of a service; NULL: none was agreed. */
const struct agreed_vat_row *agreed_vat_of(const struct agreed_vat *, struct text service,
                                           struct text pool);

#endif
