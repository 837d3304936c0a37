/*
 * finance/finance_paper.h -- the documents of a close: what a council is sent, posts and explains.
 *
 *     struct paper_case paper = { .arena = arena, .model = &partnership.model, ... };
 *     err = paper_case_read(&paper, file, files, trouble);
 *     struct document *bill = paper_bill(&paper, partner);
 *
 * They are made of the engine's own output files (engine contract, section 6) and the names in its
 * model, of nothing else: so the folder of `ochil close` and a run of the store give the same
 * documents. No figure is worked out here that the engine has worked out; what is added is checked
 * against what it says (ERR_CHECK).
 *
 *   bill          what each service and pool comes to, and who owes whom
 *   journal       the lines as the council's own ledger takes them (finance_paper_layout.h)
 *   true-up       estimate to actual, by cause, to the penny
 *   instalments   the year's sums on account, as quarters, months and periods
 *   accounts      plain-text accounting, for ledger, hledger and beancount
 *
 * Pure: the moment comes with the case. Everything lives in its arena.
 *
 * Read next: finance_paper_bill.c, finance_paper_cause.c.
 */
#ifndef OCHIL_FINANCE_PAPER_H
#define OCHIL_FINANCE_PAPER_H

#include "base/stream.h"
#include "document/document.h"
#include "engine/model.h"
#include "finance/finance_paper_layout.h"
#include "finance/finance_settlement_rows.h"
#include "finance/finance_vat.h"

struct paper_case {
    /* Set by who begins it. */
    struct arena              *arena;
    const struct model        *model;
    struct text                origin;      /* "run 12"; where the figures come from */
    struct text                sum;         /* SHA-256 of settlement.csv in hex */
    struct moment              made;
    const char                *book;        /* "ledger" */
    const struct paper_layout *layout;      /* [partner]; NULL: the usual one for all */
    struct text                estimate;    /* settlement.csv of the estimate; empty: none */
    const struct model        *estimated;   /* the estimate's model; NULL: the same */
    bool                       draft;       /* the last period is not locked yet */
    struct agreed_vat          vat;         /* by the cost model; none: it was not agreed */

    /* paper_case_read() */
    struct settlement_rows     settlement, charged, before;     /* before: the estimate's */
    struct correction_rows     corrections, corrected;
    struct bill_rows           bill;
    struct penny_rows          pennies;
    struct true_up_rows        true_up;
    bool                       has_true_up, has_corrections;
    struct journal_rows       *journal;     /* [partner] */
    struct text                first, last; /* periods settled; empty: there is no line */
};

/* `file`: the output, and charged.csv and corrected.csv of the input if there are. ERR_CHECK: they
 * do not belong together. */
MUST_USE enum err paper_case_read(struct paper_case *, const struct memory_file *file,
                                  size_t files, struct trouble *);

/* The partner of this code; -1: none. */
int32_t paper_partner(const struct paper_case *, struct text code);

struct document *paper_bill(const struct paper_case *, int32_t partner);
/* ERR_REFUSED: the layout lacks an account. */
MUST_USE enum err paper_journal(const struct paper_case *, int32_t partner, struct document **,
                                struct trouble *);
MUST_USE enum err paper_journal_file(const struct paper_case *, int32_t partner,
                                     struct text *bytes, struct trouble *);
/* ERR_MISSING: nothing was billed, and there is no estimate. */
MUST_USE enum err paper_true_up(const struct paper_case *, int32_t partner, struct document **,
                                struct trouble *);
/* `parts` equal parts of an amount, the odd pennies one by one from the first on: what the largest
 * remainder comes to where all are equal. */
wide paper_instalment(wide amount, int parts, int index);
struct document *paper_instalments(const struct paper_case *, int32_t partner);

enum paper_tongue { PAPER_LEDGER, PAPER_HLEDGER, PAPER_BEANCOUNT };
struct text paper_accounts(const struct paper_case *, int32_t partner, enum paper_tongue);

/* --- what the documents have in common --- */

struct document *paper_open(const struct paper_case *, const char *title, int32_t partner);
struct text paper_name(const struct paper_case *, struct text code);
struct text paper_service_name(const struct paper_case *, struct text code);
const struct pool *paper_pool(const struct paper_case *, struct text code);
/* How a charge to a council is treated for VAT, why, and who says so. */
struct paper_vat {
    enum layout_vat vat;
    struct text     reason;
    const char     *by;         /* "Both councils" */
};
struct paper_vat paper_vat_of(const struct paper_case *, int32_t partner, struct text service,
                              struct text pool);
/* The last day of a period: "2014-04-30"; of P13 that of March. */
struct text paper_day(const struct paper_case *, struct text period);
/* The id that a charge has in the ledgers of all councils: "2014-15-P03-education". */
struct text paper_reference(const struct paper_case *, const struct journal_row *);

#endif
