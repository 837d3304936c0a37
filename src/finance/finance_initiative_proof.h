/*
 * finance/finance_initiative_proof.h -- does each council bear its own initiatives, all of them and
 * no other's? And what would each bear if one council's were common?
 *
 * What initiatives came to is added up from the sums that went into a run, by whose they are; what
 * each council bears is what the engine settled. Nothing here knows how it settles.
 *
 * Pure; in `arena`, and whole pence.
 */
#ifndef OCHIL_FINANCE_INITIATIVE_PROOF_H
#define OCHIL_FINANCE_INITIATIVE_PROOF_H

#include "finance/finance_run_model.h"

struct initiative_figures {
    wide cost;          /* its own initiatives came to */
    wide borne;         /* it bears of all initiatives */
    wide paid;          /* of all of them stood in its ledger */
};

struct initiative_proof {
    size_t                     partners;
    int32_t                    through;     /* period, 0 to 12 */
    struct initiative_figures *figures;     /* [period * partners + partner], through and before */
    size_t                     cells;       /* pool, group, period and council with such cost */
    size_t                     wrong;       /* of them: where the council bears another amount */
};

void initiative_proof_make(struct arena *, const struct run_model *, struct initiative_proof *);

/* Of all periods. */
struct initiative_figures initiative_total(const struct initiative_proof *, size_t partner);

/* If all initiatives of a council were common cost of the pools beside which they stand: how much
 * more each partner would bear, as if no period were locked. */
struct if_common {
    bool  possible;         /* false: a pool has no shares in some period */
    wide *more;             /* [partner] */
};

/* `input` as the run kept it. */
MUST_USE enum err initiative_if_common(struct arena *, const struct memory_file *input,
                                       size_t inputs, enum book, const char *through,
                                       struct text council, struct if_common *, struct trouble *);

#endif
