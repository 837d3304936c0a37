/*
 * finance/finance_query_standing.h -- what is questioned of a period: how many queries are open,
 * and what is in dispute in them. Both councils see the same, since a query is joint once it was
 * put; drafts do not count.
 *
 * Inside a transaction in the council's scope.
 *
 * Read next: finance_query.c, the register.
 */
#ifndef OCHIL_FINANCE_QUERY_STANDING_H
#define OCHIL_FINANCE_QUERY_STANDING_H

#include "base/text.h"

struct tx;

struct query_standing {
    int64_t open;           /* put or answered, and not settled */
    int64_t answered;       /* of them: wait for the council that asked */
    int64_t disputed;       /* in those that are open: whole pence */
};

/* `index` of the period, 0 to 12. */
MUST_USE enum err query_standing_load(struct tx *, int64_t council, struct text year, int index,
                                      struct query_standing *, struct trouble *);

#endif
