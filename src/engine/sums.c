#include "engine/sums.h"

void sums_open(struct sums *sums, struct arena *arena, const struct model *model)
{
    *sums = (struct sums){ .model = model, .arena = arena };
    sums->cells = arena_take(arena, model->slots * model->groups, sizeof *sums->cells);
    sums->lines = arena_take(arena, model->slots, sizeof *sums->lines);
}

static struct cells *cells_at(struct sums *sums, int32_t slot, int32_t group)
{
    struct cells **cells = &sums->cells[(size_t)slot * sums->model->groups + (size_t)group];

    if (*cells == NULL) {
        *cells = arena_take(sums->arena, 1, sizeof **cells);
        (*cells)->slot = slot;
    }
    return *cells;
}

static void add_surplus(struct sums *sums, struct surplus surplus)
{
    if (sums->surpluses == sums->surplus_room) {
        sums->surplus_room = sums->surplus_room == 0 ? 16 : sums->surplus_room * 2;
        sums->surplus = arena_grow(sums->arena, sums->surplus, sums->surpluses,
                                   sums->surplus_room, sizeof *sums->surplus);
    }
    sums->surplus[sums->surpluses++] = surplus;
}

/* Adds to a cell; what it held goes to the surplus when it cannot hold more. */
void sums_add_slow(struct sums *sums, int32_t slot, int32_t group, int32_t period, int64_t pence)
{
    struct cells *cells = cells_at(sums, slot, group);
    int64_t sum;

    cells->touched |= (uint16_t)(1U << period);
    if (__builtin_add_overflow(cells->pence[period], pence, &sum)) {
        add_surplus(sums, (struct surplus){ slot, group, period, cells->pence[period] });
        sum = pence;
    }
    cells->pence[period] = sum;
}

static void merge_cells(struct sums *sums, const struct cells *from, int32_t slot, int32_t group)
{
    for (int32_t period = 0; period < PERIODS; period++)
        if ((from->touched & (1U << period)) != 0)
            sums_add(sums, slot, group, period, from->pence[period]);
}

void sums_merge(struct sums *sums, const struct sums *from)
{
    size_t groups = sums->model->groups;

    for (size_t i = 0; i < sums->model->slots * groups; i++)
        if (from->cells[i] != NULL)
            merge_cells(sums, from->cells[i], (int32_t)(i / groups), (int32_t)(i % groups));
    for (size_t i = 0; i < from->surpluses; i++)
        add_surplus(sums, from->surplus[i]);
    for (size_t slot = 0; slot < sums->model->slots; slot++)
        sums->lines[slot] += from->lines[slot];
    sums->later.lines += from->later.lines;
    sums->later.pence += from->later.pence;
}

wide sums_get(const struct sums *sums, int32_t slot, int32_t group, int32_t period)
{
    const struct cells *cells = sums_cells(sums, slot, group);
    wide pence = cells == NULL ? 0 : cells->pence[period];

    for (size_t i = 0; i < sums->surpluses; i++) {
        const struct surplus *more = &sums->surplus[i];
        if (more->slot == slot && more->group == group && more->period == period)
            pence += more->pence;
    }
    return pence;
}

bool sums_touched(const struct sums *sums, int32_t slot, int32_t group, int32_t period)
{
    return cells_touched(sums_cells(sums, slot, group), period);
}

static wide pence_of_slot(const struct sums *sums, int32_t slot)
{
    wide pence = 0;

    for (int32_t group = 0; group < (int32_t)sums->model->groups; group++) {
        const struct cells *cells = sums_cells(sums, slot, group);
        for (int32_t period = 0; cells != NULL && period < PERIODS; period++)
            pence += cells->pence[period];
    }
    return pence;
}

struct tally sums_treatment(const struct sums *sums, enum kind kind)
{
    const struct model *model = sums->model;
    struct tally tally = { 0 };

    for (size_t slot = 0; slot < model->slots; slot++) {
        if (model->slot[slot].kind != kind)
            continue;
        tally.lines += sums->lines[slot];
        tally.pence += pence_of_slot(sums, (int32_t)slot);
    }
    for (size_t i = 0; i < sums->surpluses; i++)
        if (model->slot[sums->surplus[i].slot].kind == kind)
            tally.pence += sums->surplus[i].pence;
    return tally;
}
