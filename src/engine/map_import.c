/*
 * engine/map_import.c -- rows of accounts.csv, cost_centres.csv and support.csv.
 */
#include "engine/model_rows.h"


struct finding take_account(struct import *import, const struct text *field)
{
    struct finding finding;
    int32_t partner;

    if ((finding = column_partner(import, field[0], &partner)).code != FAULT_NONE)
        return finding;
    if (field[1].size == 0)
        return found(FAULT_ACCOUNT, field[1]);
    if (field[2].size == 0)
        return found(FAULT_ACCOUNT, field[2]);
    if ((finding = row_key(import, field, 2)).code != FAULT_NONE || partner < 0)
        return finding;
    index_add(&import->model->account_index, (uint32_t)partner, field[1],
              import_add_group(import, field[2]));
    return GOOD;
}

static struct finding test_treatment(const struct import *import, const struct text *field,
                                     struct slot *slot)
{
    const struct model *model = import->model;
    struct finding finding;
    int kind;

    slot->pool = slot->bearer = -1;
    if (!column_choose(field[5], kind_name, COUNT(kind_name), &kind))
        return found(FAULT_TREATMENT, field[5]);
    slot->kind = (enum kind)kind;
    if (slot->kind == KIND_EXCLUDED)
        return GOOD;
    if ((finding = column_pool(import, field[6], &slot->pool)).code != FAULT_NONE)
        return finding;
    if (slot->kind == KIND_DIRECT || slot->kind == KIND_INITIATIVE)
        return column_partner(import, field[7], &slot->bearer).code == FAULT_NONE
                   ? GOOD
                   : found(FAULT_BEARER, field[7]);
    if (slot->pool >= 0 && model->pool[slot->pool].kind_known &&
        model->pool[slot->pool].kind != slot->kind)
        return found(FAULT_TREATMENT, field[6]);
    return GOOD;
}

static int32_t add_slot(struct import *import, const struct slot *slot)
{
    struct model *model = import->model;
    struct text key = { arena_copy(import->arena, slot, sizeof *slot), sizeof *slot };
    int32_t known = index_add(&model->slot_index, 0, key, (int32_t)model->slots);

    if ((size_t)known == model->slots)
        *ADD(import, model->slot, model->slots, model->slots_room) = *slot;
    return known;
}

/* The cost centre of this code, new or known; -1 past the limit. */
static int32_t add_centre(struct import *import, int32_t partner, struct text code)
{
    struct model *model = import->model;
    int32_t centre = index_find(&model->centre_index, (uint32_t)partner, code);

    if (centre >= 0)
        return centre;
    if (model->partner[partner].cost_centres == COST_CENTRES_MAX)
        return -1;
    model->partner[partner].cost_centres++;
    index_add(&model->centre_index, (uint32_t)partner, code, (int32_t)model->centres);
    *ADD(import, model->centre, model->centres, model->centres_room) =
        (struct centre){ code, partner, -1, -1 };
    return (int32_t)model->centres - 1;
}

static bool overlaps_a_row(const struct model *model, const struct centre *centre,
                           struct text account, struct span span)
{
    for (int32_t at = centre->row; at >= 0; at = model->centre_row[at].next)
        if (text_equal(model->centre_row[at].account, account) &&
            spans_overlap(model->centre_row[at].span, span))
            return true;
    return false;
}

/* A faulty row is kept too, out of effect (its slot is -1): it still overlaps. */
struct finding take_cost_centre(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    struct slot slot = { 0 };
    struct span span;
    int32_t known;

    if ((finding = column_partner(import, field[0], &slot.partner)).code != FAULT_NONE)
        return finding;
    if (field[1].size == 0)
        return found(FAULT_COST_CENTRE, field[1]);
    if ((finding = column_span(&field[3], &span)).code != FAULT_NONE)
        return finding;
    finding = test_treatment(import, field, &slot);
    if (slot.partner < 0)
        return finding;
    if ((known = add_centre(import, slot.partner, field[1])) < 0)
        return finding.code == FAULT_NONE ? found(FAULT_LIMIT, field[1]) : finding;
    struct centre *centre = &model->centre[known];
    if (finding.code == FAULT_NONE && overlaps_a_row(model, centre, field[2], span))
        finding = found(FAULT_OVERLAP, field[1]);
    bool good = finding.code == FAULT_NONE;
    bool only = good && centre->row < 0 && field[2].size == 0 &&
                span.from <= period_of_year(model->year, 0) &&
                span.to >= period_of_year(model->year, PERIODS - 1);
    struct centre_row *row = ADD(import, model->centre_row, model->centre_rows,
                                 model->centre_rows_room);
    *row = (struct centre_row){ field[2], span, good ? add_slot(import, &slot) : -1, centre->row,
                                import->line };
    centre->row = (int32_t)model->centre_rows - 1;
    centre->plain_slot = only ? row->slot : -1;
    return finding;
}

struct finding take_driver(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    period_number from;
    int32_t pool;
    int32_t receiver;

    if ((finding = column_pool(import, field[0], &pool)).code != FAULT_NONE)
        return finding;
    if (pool >= 0 && model->pool[pool].kind_known && model->pool[pool].kind != KIND_SUPPORT)
        return found(FAULT_POOL, field[0]);
    if ((finding = column_period(field[1], PERIOD_FIRST, &from)).code != FAULT_NONE ||
        (finding = column_pool(import, field[2], &receiver)).code != FAULT_NONE)
        return finding;
    if ((finding = column_number(field[3], import->number)).code == FAULT_NONE &&
        (finding = row_key(import, field, 3)).code == FAULT_NONE && pool >= 0 && receiver >= 0 &&
        pool != receiver) {
        int32_t known = index_add(&model->driver_index, (uint32_t)pool, field[2],
                                  (int32_t)model->drivers);
        if ((size_t)known == model->drivers)
            *ADD(import, model->driver, model->drivers, model->drivers_room) =
                (struct driver){ .pool = pool, .receiver = receiver };
        import_add_dated(import, &model->driver[known].series, from, import->number,
                         field[3]);
    }
    return finding;
}
