/*
 * engine/settle.h -- what each partner has borne and paid, in whole pence.
 *
 * From sums and shares to the settlement (contract, sections 4 and 5): exact amounts are
 * accumulated over the year, the pennies handed out at the grain (pool, group, period), locked
 * periods are left as they were charged, and what has changed since is carried into the first
 * open period.
 *
 * Read next: output.c, which writes it down.
 */
#ifndef OCHIL_SETTLE_H
#define OCHIL_SETTLE_H

#include "engine/ledger.h"
#include "engine/share.h"

struct due {
    wide borne, paid;
};

/* Everything of one kind, pool and group, by period and partner. */
struct account_line {
    struct due *due;                     /* [period * partners + partner]: to be settled */
    struct due *correction;              /* the same for locked periods; NULL: none */
    struct due *charged;                 /* as charged, by the period it stands in; NULL: none */
};

struct settlement_result {
    const struct model  *model;
    const struct sums   *sums;
    struct arena        *arena;
    int32_t              first, through; /* open periods that are settled, both included */
    size_t               partners;
    struct account_line **line;          /* [(kind * pools + pool) * groups + group] */
    int32_t             *pool_order;     /* by bytes of their codes */
    int32_t             *group_order;
    wide                *owed;           /* [service * partners + partner]: to its lead */
    bool                 overflow;       /* contract, fine print 16 */
};

/* Which pools the sums ask shares of. */
void demand_from_sums(const struct sums *, int32_t through, struct arena *, struct demand *);

/* Told of every pool as it is settled, in byte order of their codes: for pennies.csv. The exact
 * carry of a period is carry[(group * PERIODS + period) * partners + partner] / denominator. */
struct penny_watch {
    enum err (*pool)(struct penny_watch *, const struct settlement_result *, int32_t pool,
                     mpz_t *carry, const mpz_t denominator, struct trouble *);
};

/* Settles the periods after the locked ones up to `through`. `watch` may be NULL. */
MUST_USE enum err settle(const struct model *, const struct sums *, const struct share_table *,
                         int32_t through, struct arena *, struct penny_watch *watch,
                         struct settlement_result *, struct trouble *);

/* The line of a kind, pool and group, or NULL if nothing was ever paid or charged there. */
struct account_line *settlement_line(const struct settlement_result *, enum kind, int32_t pool,
                                     int32_t group);

/* The total of all partners that a pool's shares are applied to, as paid. */
wide settlement_total(const struct settlement_result *, const struct account_line *,
                      int32_t period);

/* What stands for a period: what was charged while it is locked, what is due otherwise. */
struct due settlement_standing(const struct settlement_result *, const struct account_line *,
                               int32_t period, size_t partner);

/* Who owes whom, over all services or for one (contract, section 6): above zero, `from` owes
 * `to`. */
wide bill_between(const struct settlement_result *, int32_t from, int32_t to);

#endif
