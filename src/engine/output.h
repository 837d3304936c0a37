/*
 * engine/output.h -- the files of a settlement as CSV. Const result in, bytes out.
 *
 * Columns and order are those of the engine contract, section 6.
 */
#ifndef OCHIL_OUTPUT_H
#define OCHIL_OUTPUT_H

#include "engine/settle.h"
#include "formats/csv.h"

void output_settlement(struct csv_writer *, const struct settlement_result *);
void output_bill(struct csv_writer *, const struct settlement_result *);
void output_journal(struct csv_writer *, const struct settlement_result *, int32_t partner);
void output_totals(struct csv_writer *, const struct settlement_result *);
void output_corrections(struct csv_writer *, const struct settlement_result *);
void output_true_up(struct csv_writer *, const struct settlement_result *);

/* pennies.csv is written pool by pool, while the settlement is worked out. */
struct penny_output {
    struct penny_watch watch;
    struct csv_writer *writer;
};

void output_pennies_open(struct penny_output *, struct csv_writer *);

/* One debt of the bill: `service` is -1 for all. */
struct debt {
    int32_t service, from, to;
    wide    amount;              /* above zero */
};

/* Visits the bill's rows in their order. */
void bill_each(const struct settlement_result *, void (*each)(void *context, struct debt),
               void *context);

#endif
