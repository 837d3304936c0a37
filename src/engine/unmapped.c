#include "engine/unmapped.h"

#include <stdlib.h>

struct search {
    const struct model   *model;
    struct arena         *arena;
    struct index          index;      /* (partner and kind, code) -> place in the list */
    struct unmapped_list *list;
};

static struct unmapped *new_place(struct search *search, enum unmapped_kind kind,
                                  int32_t partner, struct text code)
{
    struct unmapped_list *list = search->list;

    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : list->room * 2;

        list->unmapped = arena_grow(search->arena, list->unmapped, list->count, room,
                                    sizeof *list->unmapped);
        list->room = room;
    }
    struct unmapped *unmapped = &list->unmapped[list->count++];
    *unmapped = (struct unmapped){
        .kind = kind, .partner = partner, .code = code, .first = PERIODS, .last = -1,
    };
    return unmapped;
}

static struct unmapped *place_of(struct search *search, enum unmapped_kind kind,
                                 int32_t partner, struct text code)
{
    uint32_t salt = (uint32_t)partner * 2 + (uint32_t)kind;
    int32_t known = index_find(&search->index, salt, code);

    if (known >= 0)
        return &search->list->unmapped[known];
    struct text copy = { arena_copy(search->arena, code.data, code.size), code.size };
    (void)index_add(&search->index, salt, copy, (int32_t)search->list->count);
    return new_place(search, kind, partner, copy);
}

static void count_line(struct search *search, enum unmapped_kind kind,
                       const struct ledger_line *line)
{
    enum ledger_field field = kind == UNMAPPED_ACCOUNT ? FIELD_ACCOUNT : FIELD_COST_CENTRE;
    struct unmapped *unmapped = place_of(search, kind, line->partner, line->field[field]);

    unmapped->lines++;
    unmapped->pence += line->pence;
    unmapped->turnover += line->pence < 0 ? -(wide)line->pence : line->pence;
    unmapped->periods |= (uint16_t)(1U << line->period);
    if (line->period < unmapped->first)
        unmapped->first = line->period;
    if (line->period > unmapped->last)
        unmapped->last = line->period;
}

static bool has_treatment(const struct model *model, const struct ledger_line *line)
{
    int32_t known = index_find(&model->centre_index, (uint32_t)line->partner,
                               line->field[FIELD_COST_CENTRE]);

    return known >= 0 && centre_at(model, &model->centre[known], line->field[FIELD_ACCOUNT],
                                   period_of_year(model->year, line->period)) != NULL;
}

static enum err look_at_line(void *context, const struct ledger_line *line)
{
    struct search *search = context;
    const struct model *model = search->model;

    search->list->lines++;
    if ((line->fault != FAULT_NONE && line->fault != FAULT_ACCOUNT
         && line->fault != FAULT_COST_CENTRE) || line->partner < 0) {
        search->list->faulty++;
        return OK;
    }
    if (index_find(&model->account_index, (uint32_t)line->partner, line->field[FIELD_ACCOUNT]) < 0)
        count_line(search, UNMAPPED_ACCOUNT, line);
    if (!has_treatment(model, line))
        count_line(search, UNMAPPED_COST_CENTRE, line);
    return OK;
}

static int compare(const void *a, const void *b)
{
    const struct unmapped *one = a;
    const struct unmapped *other = b;

    if (one->turnover != other->turnover)
        return one->turnover > other->turnover ? -1 : 1;
    if (one->lines != other->lines)
        return one->lines > other->lines ? -1 : 1;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    if (one->partner != other->partner)
        return one->partner < other->partner ? -1 : 1;
    return text_compare(one->code, other->code);
}

enum err unmapped_find(const struct partnership *partnership, const struct progress_watch *watch,
                       struct unmapped_list *list, struct trouble *trouble)
{
    struct book_files files = partnership->files;
    struct ledger_request request = {
        .source = partnership->source, .model = &partnership->model, .files = &files,
        .through = partnership->through, .threads = 1, .watch = watch,
    };
    struct search search = { &partnership->model, partnership->arena, { 0 }, list };

    *list = (struct unmapped_list){ 0 };
    index_open(&search.index, partnership->arena);
    enum err err = ledger_each(&request, partnership->arena, look_at_line, &search, trouble);
    if (err == OK && list->count > 0)
        qsort(list->unmapped, list->count, sizeof *list->unmapped, compare);
    return err;
}
