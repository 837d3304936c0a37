/*
 * finance/finance_restate.h -- a report restated: what each council would have paid in a year by
 * the maps of a later period, beside what the report says.
 *
 *     restate_work_out()     the engine over the report's own extracts, bases and cost model, with
 *                            each council's map as it is in force in a named period
 *     restatement_keep()     what came of it, to be read by both
 *
 * The report stays as it was, locked or not, and nobody is charged. A line is first followed from
 * code to code by the maps' moves.csv (finance_moves.h), then treated as the named period's map
 * treats that code. A line whose code that map does not know stays as the report had it, and how
 * many these are is told. One whose code was split among codes that are treated differently, with
 * no row that says which, is refused: nothing is guessed. So is a map that the report's cost model
 * cannot carry.
 *
 * Locked periods are worked out again, too: charged.csv is left out. What was paid on account
 * stays.
 *
 * As of a run, no code of a council's ledger is kept. Texts live in `arena`.
 *
 * Read next: finance_run_model.h, finance_restate_shown.h.
 */
#ifndef OCHIL_FINANCE_RESTATE_H
#define OCHIL_FINANCE_RESTATE_H

#include "finance/finance_map.h"
#include "finance/finance_run.h"
#include "finance/finance_run_model.h"
#include "finance/finance_sign.h"

/* Of a council: its maps by their versions, and lines whose code became another, or stays because
 * the named map does not know it; pence without signs. */
struct restated_map {
    int64_t council;
    int64_t was, now;
    int64_t moved_lines, moved_pence;
    int64_t kept_lines, kept_pence;
};

struct restated_maps {
    struct restated_map *map;
    size_t               count;
};

struct restated {
    const char          *refused;       /* a sentence; NULL: it is worked out */
    struct money_run     run;           /* the report: the period's lock, or its last run */
    struct period_place  as;            /* whose maps */
    struct restated_maps maps;
    int64_t              lines;
    char                 inputs[SHA256_HEX_SIZE];
    struct run_answer    answer;
};

/* Outside of any transaction; `council` is who asks. ERR_MISSING: there is no such period. */
MUST_USE enum err restate_work_out(struct db *, struct arena *, int64_t council,
                                   const struct period_place *report,
                                   const struct period_place *as, struct restated *,
                                   struct trouble *);

/* "2015-16/P01"; false: it is none. */
MUST_USE bool restate_period_read(struct arena *, struct text, struct period_place *);

/* --- kept: within a transaction --- */

struct restatement {
    int64_t             id, run;
    struct period_place as;
    int64_t             made_for;
    struct moment       made_at;
    struct text         made_by;
    int64_t             lines;
    struct text         inputs;
};

struct restatements {
    struct restatement *restatement;        /* the newest first */
    size_t              count;
};

/* `*id`: of it, or of the one that came of the very same. It was not refused. */
MUST_USE enum err restatement_keep(struct tx *, struct arena *, const struct happening *,
                                   const struct actor *, const struct restated *, int64_t *id,
                                   struct trouble *);
/* ERR_MISSING: no such. */
MUST_USE enum err restatement_load(struct tx *, struct arena *, int64_t id, struct restatement *,
                                   struct trouble *);
/* Of all runs up to the period. */
MUST_USE enum err restatements_load(struct tx *, struct arena *, const struct period_place *,
                                    struct restatements *, struct trouble *);
MUST_USE enum err restatement_maps_load(struct tx *, struct arena *, int64_t id,
                                        struct restated_maps *, struct trouble *);
/* "settlement.csv". ERR_MISSING: it has none of this name. */
MUST_USE enum err restatement_file(struct tx *, struct arena *, int64_t id, struct text name,
                                   struct text *bytes, struct trouble *);
MUST_USE enum err restatement_files_load(struct tx *, struct arena *, int64_t id,
                                         struct run_file **, size_t *count, struct trouble *);

#endif
