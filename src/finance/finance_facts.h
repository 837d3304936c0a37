/*
 * finance/finance_facts.h -- what is known of a period, as its checks ask for it.
 *
 * Inside a transaction in the acting council's scope. What is the partner's own (its imports, its
 * map) is seen through what both see of it: has it changed anything since the run began?
 * (finance_standing.h.) Its own the acting council compares one by one with what went into the
 * run. Everything lives in `arena`.
 *
 * Read next: finance_check.h.
 */
#ifndef OCHIL_FINANCE_FACTS_H
#define OCHIL_FINANCE_FACTS_H

#include "finance/finance_check.h"
#include "finance/finance_joint_model.h"
#include "finance/finance_run.h"
#include "finance/finance_sign.h"
#include "finance/finance_standing.h"

struct period_known {
    struct period_facts       facts;
    struct councils           councils;
    const struct joint_model *agreed;           /* on the last day of the period */
    struct period_standing   *standing;         /* [councils] */
    bool                     *nothing;          /* [councils]: has said that it has no lines */
    enum period_state         state;
    bool                      has_run;
    struct money_run          run;              /* the last word on the period */
    struct money_runs         runs;             /* of the year */
    struct moment             looked_at;        /* when it, or one that came to the same, began */
    struct text               outputs;          /* its sum, of a closed one */
    struct period_signatures  signatures;
};

/* ERR_MISSING: no such period. */
MUST_USE enum err period_known_load(struct tx *, struct arena *, int64_t acting,
                                    const struct period_place *, struct period_known *,
                                    struct trouble *);

/* Has somebody else begun the run, or one that came to the same? Else `login` does not sign it. */
bool period_run_is_by_others(const struct period_known *, const char *login);

/* What both agreed: is it what went into the run, all of it and no more? */
bool run_is_agreed(const struct run_part[], size_t parts, const struct joint_model *agreed);

/* What the engine wrote, in the order of names. */
MUST_USE enum err run_outputs_load(struct tx *, struct arena *, int64_t run,
                                   struct run_output **, size_t *count, struct trouble *);

/* Their sum: the SHA-256 of what `sha256sum *.csv` prints in a folder of them. */
MUST_USE enum err run_sum(struct arena *, const struct run_output[], size_t count,
                          struct text *hex, struct trouble *);

#endif
