#include "engine/model_rows.h"


bool import_has(const struct import *import, enum file_rank rank)
{
    return model_has(import->model, rank);
}

static struct finding test_code(const struct import *import, const struct index *index,
                                enum file_rank rank, struct text code, enum fault_code fault,
                                int32_t *out)
{
    *out = index_find(index, 0, code);
    if (code.size == 0 || (*out < 0 && import_has(import, rank)))
        return found(fault, code);
    return GOOD;
}

struct finding column_partner(const struct import *import, struct text code, int32_t *out)
{
    return test_code(import, &import->model->partner_index, FILE_PARTNERS, code, FAULT_PARTNER,
                     out);
}

struct finding column_pool(const struct import *import, struct text code, int32_t *out)
{
    return test_code(import, &import->model->pool_index, FILE_POOLS, code, FAULT_POOL, out);
}

struct finding column_service(const struct import *import, struct text code, int32_t *out)
{
    return test_code(import, &import->model->service_index, FILE_SERVICES, code, FAULT_SERVICE,
                     out);
}

struct finding column_basis(const struct import *import, struct text code, int32_t *out)
{
    return test_code(import, &import->model->basis_index, FILE_BASES, code, FAULT_BASIS, out);
}

/* A period, or blank for open-ended. */
struct finding column_period(struct text text, period_number open, period_number *out)
{
    *out = open;
    if (text.size > 0 && !period_parse(text, out))
        return found(FAULT_PERIOD, text);
    return GOOD;
}

struct finding column_span(const struct text *field, struct span *span)
{
    struct finding finding = column_period(field[0], PERIOD_FIRST, &span->from);

    if (finding.code == FAULT_NONE)
        finding = column_period(field[1], PERIOD_LAST, &span->to);
    if (finding.code == FAULT_NONE && span->from > span->to)
        return found(FAULT_PERIOD, field[1]);
    return finding;
}

struct finding column_number(struct text text, mpq_t out)
{
    switch (number_parse(text, out)) {
    case NUMBER_GOOD:
        return GOOD;
    case NUMBER_NEGATIVE:
        return found(FAULT_BASIS_NEGATIVE, text);
    default:
        return found(FAULT_BASIS_VALUE, text);
    }
}

/* Keys are unique within a file: the columns joined by a byte that no field can hold. A row with
 * another fault has its key all the same. True if an earlier row has this one. */
bool row_key_is_repeated(struct import *import, const struct text *field, size_t count)
{
    size_t size = count;
    char *key;
    char *end;

    for (size_t i = 0; i < count; i++)
        size += field[i].size;
    end = key = arena_take(import->arena, size, 1);
    for (size_t i = 0; i < count; i++) {
        memcpy(end, field[i].data, field[i].size);
        end += field[i].size;
        *end++ = '\0';
    }
    size_t before = import->keys.used;
    index_add(&import->keys, 0, (struct text){ key, size }, 0);
    return import->keys.used == before;
}

/* What a row's rule asks when its columns are good, before it changes anything. */
struct finding row_key(const struct import *import, const struct text *field, size_t count)
{
    return import->repeated ? found(FAULT_DUPLICATE_KEY, field[count - 1]) : GOOD;
}

void *import_make_room(struct arena *arena, void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room == 0 ? 8 : *room * 2;
    return arena_grow(arena, array, count, *room, size);
}

int32_t import_add_group(struct import *import, struct text name)
{
    struct model *model = import->model;
    int32_t group = index_add(&model->group_index, 0, name, (int32_t)model->groups);

    if ((size_t)group == model->groups)
        *ADD(import, model->group, model->groups, model->groups_room) = name;
    return group;
}

/* Puts a value where its period belongs; keys are unique, so no two have the same. */
void import_add_dated(struct import *import, struct series *series, period_number from,
                      const mpq_t value, struct text written)
{
    struct dated_value *last = ADD(import, series->dated, series->count, series->room);
    struct dated_value added = { .from = from, .written = written, .line = import->line };

    mpq_init(added.value);
    mpq_set(added.value, value);
    while (last > series->dated && last[-1].from > from) {
        *last = last[-1];
        last--;
    }
    *last = added;
}

bool column_choose(struct text value, const char *const *names, size_t count, int *chosen)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(value, names[i])) {
            *chosen = (int)i;
            return true;
        }
    return false;
}

bool spans_overlap(struct span a, struct span b)
{
    return a.from <= b.to && b.from <= a.to;
}
