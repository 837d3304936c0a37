/* finance/finance_settlement_view.h -- "What each council pays" as a page. */
#ifndef OCHIL_FINANCE_SETTLEMENT_VIEW_H
#define OCHIL_FINANCE_SETTLEMENT_VIEW_H

#include "finance/finance_settlement.h"

struct settlement_page {
    struct request          *request;
    const struct settled *settlement;
    struct run_gaps          gaps;      /* what is missing before it can be run */
    bool                     may_run;
    const char              *wrong;     /* why a run was not begun; NULL: nothing */
};

enum err settlement_page_answer(const struct settlement_page *, int status);

/* "/money/2014-15/P03/settlement" */
struct url settlement_url(struct request *, struct text year, int index);
/* "/money/runs/7" */
struct url run_url(struct request *, int64_t run);

#endif
