/*
 * finance/finance_fund_check.h -- is a ring-fenced fund shared by accident? A fund names the cost
 * centres in which it is received and spent, and perhaps the accounts; if the council's map has one
 * of them as common or support, the partner shares the money. A fund whose conditions let it be
 * shared says so, and is not looked at; nor is one that is closed.
 *
 * Inside a transaction in the council's scope; texts live in `arena`.
 */
#ifndef OCHIL_FINANCE_FUND_CHECK_H
#define OCHIL_FINANCE_FUND_CHECK_H

#include "register/register.h"
#include "store/council.h"

/* A row of cost_centres.csv; texts may be empty. */
struct map_centre {
    struct text cost_centre, account, from, to, treatment, pool, bearer;
};
struct map_centres {
    struct map_centre *row;
    size_t             count;
};
/* Of a map's file, which the engine's reader has judged. */
void map_centres_read(struct arena *, struct text bytes, struct map_centres *);

/* By which row of the map a fund is shared. */
struct fund_leak {
    struct text       fund, title;      /* "CLK-3" */
    struct map_centre row;
};
struct fund_leaks {
    struct fund_leak *leak;
    size_t            count;
};

/* Adds those of one fund. */
void fund_leaks_find(struct arena *, const struct entry *fund, const struct map_centres *,
                     struct fund_leaks *);

/* Of all the council's own funds, by its map of the year. */
MUST_USE enum err fund_leaks_load(struct tx *, struct arena *, int64_t council, struct text year,
                                  struct fund_leaks *, struct trouble *);

#endif
