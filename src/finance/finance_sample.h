/*
 * finance/finance_sample.h -- lines of a bundle drawn by lot, so that anybody draws the same ones
 * again, with whatever tool.
 *
 * A line's lot is the SHA-256 of "SEED\nPARTNER\nENTRY_ID"; drawn are the lines with the lowest
 * lots, in their order. The order of files and lines does not matter, and each line is as likely as
 * any other for a seed that was chosen without looking.
 *
 * Errors: ERR_CHECK: the file is no bundle. ERR_IO.
 */
#ifndef OCHIL_FINANCE_SAMPLE_H
#define OCHIL_FINANCE_SAMPLE_H

#include "base/outside.h"
#include "engine/ledger_line.h"
#include "formats/sha256.h"

#define SAMPLE_MOST 500
#define SEED_MOST 100           /* bytes */

struct sample_line {
    struct sha256_sum lot;
    struct text       file;                     /* of the bundle: "ledger/CLK-1.csv" */
    uint64_t          line;                     /* of that file, its header is 1 */
    struct text       field[LEDGER_FIELDS];     /* in the order of the ledger's header */
};

struct sample {
    struct sample_line *line;   /* the lowest lot first */
    size_t              count, most;
    uint64_t            of;     /* how many lines the bundle has */
};

/* At most `most` lines, 1 to SAMPLE_MOST. `bundle`: a path. Texts live in `arena`. */
MUST_USE enum err sample_draw(const struct outside *, struct arena *, const char *bundle,
                              struct text seed, size_t most, struct sample *, struct trouble *);

#endif
