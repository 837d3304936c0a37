/*
 * finance/finance_paper_cause.h -- from estimate to actual, cause by cause.
 *
 * What a partner owes for a service at the year's end, less what it has paid on account, is the
 * true-up. It has these causes, which add up to it exactly, since each is the difference between
 * two whole sums of pence, one after the other (w0 is the share in which the estimate was borne):
 *
 *   account      the estimate's net - what was paid on account
 *   volume       estimated cost x (units now / units then), on w0  -  the estimate
 *   price        actual cost on w0  -  the step before: what a unit costs
 *   basis        actual cost as it was borne  -  the step before: the share has moved
 *   correction   what was carried in for locked periods: late lines, bases, maps
 *   paid         less what the partner has paid itself beyond the estimate
 *
 * Each step is handed out in whole pence by largest remainder. Units are those of the pool's basis
 * (the sum of its values; of a basis with tolerance, its estimate's then and its actual's now);
 * where there are none, or none have changed, volume is zero and all is price. The order is a
 * convention, and the usual one: price comes before basis.
 *
 * source   domain reference, 1.4 (estimate, final share, tolerance, true-up);
 *          golden true_up_example.csv
 */
#ifndef OCHIL_FINANCE_PAPER_CAUSE_H
#define OCHIL_FINANCE_PAPER_CAUSE_H

#include "finance/finance_paper.h"

enum cause { CAUSE_ACCOUNT, CAUSE_VOLUME, CAUSE_PRICE, CAUSE_BASIS, CAUSE_CORRECTION, CAUSE_PAID,
             CAUSES };

extern const char *const cause_title[CAUSES];

/* What a partner that does not lead a service owes its lead, all causes together. */
struct cause_row {
    struct text service, partner, lead;
    struct text kind, pool;             /* empty: all of the service */
    wide        estimate, due, billed;  /* net; `billed` of a whole service alone */
    wide        by[CAUSES];
};

struct cause_rows {
    struct cause_row *row;
    size_t            count;
};

/* By service, and by pool. ERR_CHECK: they do not add up to true_up.csv. */
MUST_USE enum err paper_causes(const struct paper_case *, struct cause_rows *services,
                               struct cause_rows *pools, struct trouble *);

#endif
