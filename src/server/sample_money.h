/*
 * server/sample_money.h -- what a sample store has beside its year (sample_year.h): queries in
 * several turns, initiatives, a ring-fenced fund, memoranda, a shared question to a run.
 */
#ifndef OCHIL_SAMPLE_MONEY_H
#define OCHIL_SAMPLE_MONEY_H

#include "identity/actor.h"
#include "store/council.h"

/* `accountant` keeps the question to `run`. Sets the transaction's scope. */
MUST_USE enum err sample_money_fill(struct tx *, struct arena *, const struct happening *,
                                    const struct councils *, const struct actor *accountant,
                                    int64_t run, struct trouble *);

#endif
