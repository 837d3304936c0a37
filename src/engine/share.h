/*
 * engine/share.h -- in what proportion each partner bears a pool in a period. Exact.
 *
 * A share is a rational number (contract, section 3). Vectors are worked out for the pools and
 * periods that have lines, or are reached from such a pool through support, and for no others;
 * the same walk finds the faults that depend on a period (fine print 13).
 *
 * Read next: settle.h, which multiplies them with money.
 */
#ifndef OCHIL_SHARE_H
#define OCHIL_SHARE_H

#include "engine/model.h"

/* Which pools have common or support lines, and which have lines of any shared kind, by period. */
struct demand {
    bool (*shared)[PERIODS];             /* [pool] common or support lines */
    bool (*any)[PERIODS];                /* [pool] direct and initiative lines too */
};

/* The shares of one pool: whole numbers over one denominator that serves all periods. */
struct pool_shares {
    mpz_t  denominator;
    mpz_t *numerator[PERIODS];           /* [partner]; NULL: not asked for. Periods may share. */
};

struct share_table {
    size_t              pools, partners;
    struct pool_shares *pool;
};

/* Tests what depends on a period, up to `through` (0 to 12). */
void shares_test(const struct model *, const struct demand *, int32_t through, struct faults *,
                 struct arena *);

/* Works the shares out; the model must have passed shares_test() with the same demand. */
void shares_work_out(const struct model *, const struct demand *, int32_t through,
                     struct arena *, struct share_table *);
void shares_close(struct share_table *);

/* The shares of a basis in a period; out[partners] must be initialised. The basis has passed
 * its tests for that period. */
void basis_shares(const struct model *, const struct basis *, period_number, mpq_t out[]);

/* Whether `tolerance` takes the actual shares, and by how many points it is off at most. */
bool tolerance_takes_actual(const struct model *, const struct basis *, period_number,
                            mpq_t largest_points);

/* Whether a support pool passes cost to a receiver under the method in force: a driver above
 * zero, and a receiver that the method leaves. NULL, or the driver's value in force. */
const struct dated_value *driver_in_force(const struct model *, const struct driver *,
                                          period_number);

#endif
