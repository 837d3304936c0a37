/*
 * engine/output.h -- the files of a settlement as CSV. Const result in, bytes out.
 *
 * Columns and order are those of the engine contract, section 6.
 */
#ifndef OCHIL_OUTPUT_H
#define OCHIL_OUTPUT_H

#include "engine/settle.h"
#include "formats/csv.h"

/* A line of the settlement in its place in the files. */
struct output_line {
    const struct account_line *line;
    const struct due          *due;              /* the line's own, a step nearer */
    enum kind                  kind;
    int32_t                    pool, group;
};

/* What the files are written from. Rows are many and repeat the same few codes: these are made
 * ready once, and the lines there are put in order once. */
struct output {
    struct csv_writer              *writer;
    const struct settlement_result *result;
    struct csv_ready                kind[KIND_EXCLUDED];
    struct csv_ready                period[PERIODS];
    struct csv_ready               *service, *pool, *group, *partner;
    struct output_line             *line;        /* by kind, pool and group */
    size_t                          lines;
    struct output_line             *entry;       /* the same by service first, for the journals */
    size_t                         *entries_end; /* [service] behind its last one */
};

/* Before the settlement; enough for pennies.csv. What is made ready lives in the arena. */
void output_open(struct output *, struct csv_writer *, struct arena *, const struct model *);
/* Once it is there: for all other files. */
void output_settled(struct output *, const struct settlement_result *);

void output_settlement(const struct output *);
void output_bill(const struct output *);
void output_journal(const struct output *, int32_t partner);
void output_totals(const struct output *);
void output_corrections(const struct output *);
void output_true_up(const struct output *);

/* pennies.csv is written pool by pool, while the settlement is worked out. */
struct penny_output {
    struct penny_watch   watch;
    const struct output *output;
};

void output_pennies_open(struct penny_output *, const struct output *);

/* One debt of the bill: `service` is -1 for all. */
struct debt {
    int32_t service, from, to;
    wide    amount;              /* above zero */
};

/* Visits the bill's rows in their order. */
void bill_each(const struct settlement_result *, void (*each)(void *context, struct debt),
               void *context);

#endif
