/*
 * finance/finance_settlement_rows.h -- the files of a run (engine contract, section 6) as rows,
 * read by the engine's own CSV reader.
 *
 *     struct settlement_rows rows;
 *     err = money_run_file(tx, arena, run, "settlement.csv", &bytes, trouble);
 *     err = settlement_rows_read(arena, bytes, &rows, trouble);
 *
 * Rows are in the order of the file; texts point into its bytes, or into `arena`. Amounts are whole
 * pence. Periods are as written, "2014-15/P03".
 *
 * ERR_CHECK: the bytes are not such a file. Whoever has a run's file has one.
 */
#ifndef OCHIL_SETTLEMENT_ROWS_H
#define OCHIL_SETTLEMENT_ROWS_H

#include "base/arena.h"
#include "base/text.h"
#include "money/money.h"

/* settlement.csv, and charged.csv of locked periods. */
struct settlement_row {
    struct text kind, pool, period, group, partner;
    wide        borne, paid, net;       /* net = borne - paid */
};
struct settlement_rows {
    struct settlement_row *row;
    size_t                 count;
};
MUST_USE enum err settlement_rows_read(struct arena *, struct text bytes,
                                       struct settlement_rows *, struct trouble *);

/* corrections.csv, and corrected.csv of locked periods. */
struct correction_row {
    struct text kind, pool, period, carried_in, group, partner;
    wide        borne, paid;
};
struct correction_rows {
    struct correction_row *row;
    size_t                 count;
};
MUST_USE enum err correction_rows_read(struct arena *, struct text bytes,
                                       struct correction_rows *, struct trouble *);

/* bill.csv: `from` owes `to`; service "all" when settled net. Above zero. */
struct bill_row {
    struct text service, from, to;
    wide        amount;
};
struct bill_rows {
    struct bill_row *row;
    size_t           count;
};
MUST_USE enum err bill_rows_read(struct arena *, struct text bytes, struct bill_rows *,
                                 struct trouble *);

/* journal-CODE.csv: one of debit and credit is zero. Kind "clearing" has no pool and group. */
struct journal_row {
    struct text period, service, kind, pool, group;
    wide        debit, credit;
};
struct journal_rows {
    struct journal_row *row;
    size_t              count;
};
MUST_USE enum err journal_rows_read(struct arena *, struct text bytes, struct journal_rows *,
                                    struct trouble *);

/* pennies.csv: `carried` is an exact fraction of a penny, "-2017/7136". */
struct penny_row {
    struct text pool, period, group, partner, carried;
    wide        borne;
};
struct penny_rows {
    struct penny_row *row;
    size_t            count;
};
MUST_USE enum err penny_rows_read(struct arena *, struct text bytes, struct penny_rows *,
                                  struct trouble *);

/* totals.csv */
struct total_row {
    struct text treatment;      /* "common", ..., "later", "all" */
    int64_t     lines;
    wide        amount;
};
struct total_rows {
    struct total_row *row;
    size_t            count;
};
MUST_USE enum err total_rows_read(struct arena *, struct text bytes, struct total_rows *,
                                  struct trouble *);

/* true_up.csv */
struct true_up_row {
    struct text service, partner, lead;
    wide        due, billed, true_up;
};
struct true_up_rows {
    struct true_up_row *row;
    size_t              count;
};
MUST_USE enum err true_up_rows_read(struct arena *, struct text bytes, struct true_up_rows *,
                                    struct trouble *);

/* errors.csv, of a run that was refused. */
struct error_row {
    struct text file, line, code, value;
};
struct error_rows {
    struct error_row *row;
    size_t            count;
};
MUST_USE enum err error_rows_read(struct arena *, struct text bytes, struct error_rows *,
                                  struct trouble *);

#endif
