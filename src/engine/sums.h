/*
 * engine/sums.h -- what the lines of a year come to, by slot, group and period.
 *
 * A slot is what cost_centres.csv makes of a line (model.h): who paid, the treatment, the pool
 * and the bearer. Sums do not depend on bases or shares, so a question about those is answered
 * from them without reading a ledger again.
 */
#ifndef OCHIL_SUMS_H
#define OCHIL_SUMS_H

#include "engine/model.h"

/* Sums of one (slot, group). A cell overflows 64 bits only in absurd input; the surplus is then
 * kept apart, so that the sum stays exact. */
struct cells {
    int64_t pence[PERIODS];
    int32_t  slot;
    uint16_t touched;        /* bit per period: a line fell here */
};

struct surplus {
    int32_t slot, group, period;
    wide    pence;
};

struct tally {
    uint64_t lines;
    wide     pence;
};

struct sums {
    const struct model *model;
    struct arena       *arena;
    struct cells      **cells;           /* [slot * groups + group], or NULL */
    struct surplus     *surplus;
    size_t              surpluses, surplus_room;
    uint64_t           *lines;           /* [slot] */
    struct tally        later;
};

void sums_open(struct sums *, struct arena *, const struct model *);

/* For the cell that does not exist yet, or cannot hold the sum. */
void sums_add_slow(struct sums *, int32_t slot, int32_t group, int32_t period, int64_t pence);

/* Adds to a cell. The lines are counted by the caller, in `lines`. */
static inline void sums_add(struct sums *sums, int32_t slot, int32_t group, int32_t period,
                            int64_t pence)
{
    struct cells *cells = sums->cells[(size_t)slot * sums->model->groups + (size_t)group];
    int64_t sum;

    if (cells == NULL || __builtin_add_overflow(cells->pence[period], pence, &sum)) {
        sums_add_slow(sums, slot, group, period, pence);
        return;
    }
    cells->pence[period] = sum;
    cells->touched |= (uint16_t)(1U << period);
}

/* Adds all of `from` to `sums`. */
void sums_merge(struct sums *sums, const struct sums *from);

/* What fell into a slot and group, or NULL. */
static inline const struct cells *sums_cells(const struct sums *sums, int32_t slot, int32_t group)
{
    return sums->cells[(size_t)slot * sums->model->groups + (size_t)group];
}

/* Whether a line fell into a period of it, be its sum zero. */
static inline bool cells_touched(const struct cells *cells, int32_t period)
{
    return cells != NULL && (cells->touched & (1U << period)) != 0;
}

/* The pence of a cell; 0 where no line fell. */
wide sums_get(const struct sums *, int32_t slot, int32_t group, int32_t period);
/* Lines and amount of a treatment, all periods settled. */
struct tally sums_treatment(const struct sums *, enum kind);

/* Whether a line fell into a cell, be its sum zero. */
bool sums_touched(const struct sums *, int32_t slot, int32_t group, int32_t period);

#endif
