/*
 * finance/finance_paper_desk.h -- the documents of a month as the store has them: of the last run
 * that closed up to it, for the council that asks.
 *
 * While the period is not locked they are drafts and say so. The true-up is held against the
 * budget's run up to the same period; instalments are those of the budget's whole year. A document
 * says as its moment when its run ended, so that made again it is the same.
 */
#ifndef OCHIL_FINANCE_PAPER_DESK_H
#define OCHIL_FINANCE_PAPER_DESK_H

#include "finance/finance_paper_set.h"
#include "finance/finance_run.h"
#include "finance/finance_run_model.h"
#include "finance/finance_year.h"

struct paper_desk {
    struct text         year;
    int                 index;              /* of the period, 0 to 12 */
    enum period_state   state;
    bool                there[PAPERS];      /* which can be made */
    struct money_run    run, budget, plan;  /* id 0: none; budget: up to the period; plan: whole */
    struct run_model    model, estimated, planned;
    struct paper_layout *layout;
    struct paper_case   paper, instalments;
    int32_t             partner;            /* the council's; -1: it is none of the run's */
};

/* ERR_MISSING: no such period. Without a run nothing is `there`. Close it in any case. In the
 * scope of the council with this code. */
MUST_USE enum err paper_desk_load(struct tx *, struct arena *, const struct council *,
                                  struct text year, int index, struct paper_desk *,
                                  struct trouble *);
void paper_desk_close(struct paper_desk *);

/* The case that a document of this kind is made of. */
const struct paper_case *paper_desk_case(const struct paper_desk *, enum paper_kind);

#endif
