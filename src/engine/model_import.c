/*
 * engine/model_import.c -- the rows of the model files become the model, or faults.
 *
 * The invariants: a row's columns are tested from left to right and its first fault is the one
 * shown; then its key; then what it shares with other rows (contract, fine print 11 and 12). A
 * faulty row of partners, services, pools or bases still makes its code known, so that one
 * mistake does not become a hundred; a faulty row elsewhere is not in effect. A test against a
 * file that is missing is not made (fine print 15).
 *
 * The codes are read first (they may be used in files that come earlier), then every row.
 */
#include "engine/model.h"

#include <stdio.h>

#include "engine/model_rules.h"
#include "engine/record.h"
#include "formats/csv.h"

struct import {
    struct model  *model;
    struct faults *faults;
    struct arena  *arena;
    enum file_rank rank;
    uint32_t       line;
    struct index   keys;         /* of the file being read */
    bool           repeated;     /* the row's key is that of an earlier one */
    bool           seen_year;
    bool           year_faulty;
};

/* What a test found: FAULT_NONE, or a code and the value to show. */
struct finding {
    enum fault_code code;
    struct text     value;
};

#define GOOD ((struct finding){ FAULT_NONE, { NULL, 0 } })

static struct finding found(enum fault_code code, struct text value)
{
    return (struct finding){ code, value };
}

typedef struct finding row_rule(struct import *, const struct text *field);

/* ---- columns that several files share ---- */

static bool has(const struct import *import, enum file_rank rank)
{
    return model_has(import->model, rank);
}

static struct finding test_code(const struct import *import, const struct index *index,
                                enum file_rank rank, struct text code, enum fault_code fault,
                                int32_t *out)
{
    *out = index_find(index, 0, code);
    if (code.size == 0 || (*out < 0 && has(import, rank)))
        return found(fault, code);
    return GOOD;
}

static struct finding test_partner(const struct import *import, struct text code, int32_t *out)
{
    return test_code(import, &import->model->partner_index, FILE_PARTNERS, code, FAULT_PARTNER,
                     out);
}

static struct finding test_pool(const struct import *import, struct text code, int32_t *out)
{
    return test_code(import, &import->model->pool_index, FILE_POOLS, code, FAULT_POOL, out);
}

static struct finding test_service(const struct import *import, struct text code, int32_t *out)
{
    return test_code(import, &import->model->service_index, FILE_SERVICES, code, FAULT_SERVICE,
                     out);
}

static struct finding test_basis(const struct import *import, struct text code, int32_t *out)
{
    return test_code(import, &import->model->basis_index, FILE_BASES, code, FAULT_BASIS, out);
}

/* A period, or blank for open-ended. */
static struct finding test_period(struct text text, period_number open, period_number *out)
{
    *out = open;
    if (text.size > 0 && !period_parse(text, out))
        return found(FAULT_PERIOD, text);
    return GOOD;
}

static struct finding test_span(const struct text *field, struct span *span)
{
    struct finding finding = test_period(field[0], PERIOD_FIRST, &span->from);

    if (finding.code == FAULT_NONE)
        finding = test_period(field[1], PERIOD_LAST, &span->to);
    if (finding.code == FAULT_NONE && span->from > span->to)
        return found(FAULT_PERIOD, field[1]);
    return finding;
}

static struct finding test_number(struct text text, mpq_t out)
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
static bool key_is_repeated(struct import *import, const struct text *field, size_t count)
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
static struct finding test_key(const struct import *import, const struct text *field, size_t count)
{
    return import->repeated ? found(FAULT_DUPLICATE_KEY, field[count - 1]) : GOOD;
}

/* Room for one more thing in an array of the model. */
#define ADD(import, array, count, room) \
    ((array) = make_room((import)->arena, (array), (count), &(room), sizeof *(array)), \
     &(array)[(count)++])

static void *make_room(struct arena *arena, void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room == 0 ? 8 : *room * 2;
    return arena_grow(arena, array, count, *room, size);
}

static int32_t add_group(struct import *import, struct text name)
{
    struct model *model = import->model;
    int32_t group = index_add(&model->group_index, 0, name, (int32_t)model->groups);

    if ((size_t)group == model->groups)
        *ADD(import, model->group, model->groups, model->groups_room) = name;
    return group;
}

/* Puts a value where its period belongs; keys are unique, so no two have the same. */
static void add_dated(struct import *import, struct series *series, period_number from,
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

/* ---- partnership.csv ---- */

static bool choose(struct text value, const char *const *names, size_t count, int *chosen)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(value, names[i])) {
            *chosen = (int)i;
            return true;
        }
    return false;
}

/* Sets what a key says; false when there is no such value. */
static bool set_setting(struct import *import, struct text key, struct text value)
{
    static const char *const rounding[] = { "year-to-date", "period" };
    static const char *const remainder[] = { "largest", "lead", "first" };
    static const char *const settlement[] = { "net", "gross" };
    static const char *const support[] = { "reciprocal", "step-down", "direct" };
    struct model *model = import->model;
    int chosen = 0;
    bool good;

    if (text_is(key, "name")) {
        model->name = value;
        good = value.size > 0;
    } else if (text_is(key, "year")) {
        good = year_parse(value, &model->year);
        import->seen_year = true;
        import->year_faulty = import->year_faulty || !good;
    } else if (text_is(key, "rounding")) {
        good = choose(value, rounding, COUNT(rounding), &chosen);
        model->rounding = (enum rounding)chosen;
    } else if (text_is(key, "remainder")) {
        good = choose(value, remainder, COUNT(remainder), &chosen);
        model->remainder = (enum remainder)chosen;
    } else if (text_is(key, "settlement")) {
        good = choose(value, settlement, COUNT(settlement), &chosen);
        model->settlement = (enum settlement)chosen;
    } else {
        good = choose(value, support, COUNT(support), &chosen);
        model->support_method = (enum support_method)chosen;
    }
    return good;
}

static struct finding take_setting(struct import *import, const struct text *field)
{
    static const char *const keys[] = { "name", "year", "rounding", "remainder", "settlement",
                                        "support_method" };
    struct model before = *import->model;
    int chosen;

    if (!choose(field[0], keys, COUNT(keys), &chosen))
        return found(FAULT_SETTING, field[0]);
    if (!set_setting(import, field[0], field[1]))
        return found(FAULT_SETTING, field[1]);
    struct finding finding = test_key(import, field, 1);
    if (finding.code != FAULT_NONE)
        *import->model = before;
    return finding;
}

/* ---- partners.csv, services.csv ---- */

static bool is_partner_code(struct text code)
{
    if (code.size == 0 || code.size > 32)
        return false;
    for (size_t i = 0; i < code.size; i++) {
        char c = code.data[i];
        bool fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '_' || c == '-';
        if (!fits)
            return false;
    }
    return true;
}

static struct finding take_partner(struct import *import, const struct text *field)
{
    int32_t partner = index_find(&import->model->partner_index, 0, field[0]);
    struct finding finding;

    if (!is_partner_code(field[0]))
        return found(FAULT_PARTNER, field[0]);
    if ((finding = test_key(import, field, 1)).code != FAULT_NONE)
        return finding;
    import->model->partner[partner].name = field[1];
    return partner >= PARTNERS_MAX ? found(FAULT_LIMIT, field[0]) : GOOD;
}

static struct finding take_service(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    int32_t lead;

    if (field[0].size == 0 || text_is(field[0], "all"))
        return found(FAULT_SERVICE, field[0]);
    if ((finding = test_partner(import, field[2], &lead)).code != FAULT_NONE ||
        (finding = test_key(import, field, 1)).code != FAULT_NONE)
        return finding;
    struct service *service = &model->service[index_find(&model->service_index, 0, field[0])];
    service->name = field[1];
    service->lead = lead;
    return GOOD;
}

/* ---- pools.csv ---- */

static bool overlaps(struct span a, struct span b)
{
    return a.from <= b.to && b.from <= a.to;
}

static struct finding test_pool_row(struct import *import, const struct text *field,
                                    int32_t *service, enum kind *kind, struct pool_row *row)
{
    struct finding finding;

    if (field[0].size == 0)
        return found(FAULT_POOL, field[0]);
    if ((finding = test_service(import, field[2], service)).code != FAULT_NONE)
        return finding;
    if (field[3].size == 0 || text_is(field[3], "common"))
        *kind = KIND_COMMON;
    else if (text_is(field[3], "support"))
        *kind = KIND_SUPPORT;
    else
        return found(FAULT_TREATMENT, field[3]);
    if ((finding = test_span(&field[4], &row->span)).code != FAULT_NONE)
        return finding;
    row->basis = -1;
    row->line = import->line;
    if (*kind == KIND_COMMON)
        return test_basis(import, field[6], &row->basis);
    return field[6].size == 0 ? GOOD : found(FAULT_BASIS, field[6]);
}

/* The kind of a pool is what its first row says, so that later rows can be held against it. */
static void take_pool_kind(struct pool *pool, struct text kind)
{
    pool->seen = true;
    pool->kind = text_is(kind, "support") ? KIND_SUPPORT : KIND_COMMON;
    pool->kind_known = pool->kind == KIND_SUPPORT || kind.size == 0 || text_is(kind, "common");
}

/* The rows of a pool are of one service and one kind, as far as those are known. */
static bool pool_is_mixed(struct pool *pool, int32_t service, enum kind kind)
{
    if (pool->service < 0) {
        pool->service = service;
        pool->first_kind = kind;
    }
    return pool->service != service || pool->first_kind != kind;
}

static bool overlaps_a_pool_row(const struct pool *pool, struct span span)
{
    for (size_t i = 0; i < pool->rows; i++)
        if (overlaps(pool->row[i].span, span))
            return true;
    return false;
}

/* A faulty row with a span is kept too, out of effect: it still overlaps. */
static struct finding take_pool(struct import *import, const struct text *field)
{
    struct pool_row row = { .basis = -1, .line = import->line };
    enum kind kind = KIND_EXCLUDED;      /* not known yet */
    int32_t service = -1;

    if (field[0].size == 0)
        return found(FAULT_POOL, field[0]);
    int32_t known = index_find(&import->model->pool_index, 0, field[0]);
    struct pool *pool = &import->model->pool[known];
    bool first = !pool->seen;
    if (first)
        take_pool_kind(pool, field[3]);
    struct finding finding = test_pool_row(import, field, &service, &kind, &row);
    bool mixed = service >= 0 && kind != KIND_EXCLUDED && pool_is_mixed(pool, service, kind);
    bool has_span = test_span(&field[4], &row.span).code == FAULT_NONE;
    if (finding.code == FAULT_NONE && known >= POOLS_MAX && first)
        finding = found(FAULT_LIMIT, field[0]);
    if (finding.code == FAULT_NONE && mixed)
        finding = found(FAULT_POOL_MIXED, field[0]);
    if (finding.code == FAULT_NONE && overlaps_a_pool_row(pool, row.span))
        finding = found(FAULT_OVERLAP, field[0]);
    row.faulty = finding.code != FAULT_NONE;
    pool->faulty = pool->faulty || row.faulty;
    if (!row.faulty && pool->name.data == NULL)
        pool->name = field[1];
    if (has_span)
        *ADD(import, pool->row, pool->rows, pool->rows_room) = row;
    return finding;
}

/* ---- bases.csv, basis_values.csv, blends.csv ---- */

/* 0 to 12, or blank for exact. */
static bool parse_places(struct text text, int32_t *places)
{
    *places = -1;
    if (text.size == 0)
        return true;
    *places = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || i >= 2)
            return false;
        *places = *places * 10 + (text.data[i] - '0');
    }
    return *places <= 12;
}

static struct finding test_basis_row(struct import *import, const struct text *field,
                                     int32_t *places, mpq_t tolerance)
{
    struct finding finding;
    int32_t unused;
    int kind;

    if (!choose(field[2], basis_kind_name, COUNT(basis_kind_name), &kind))
        return found(FAULT_BASIS_KIND, field[2]);
    if (!parse_places(field[3], places))
        return found(FAULT_BASIS_KIND, field[3]);
    if (kind != BASIS_TOLERANCE)
        return GOOD;
    if (number_parse(field[4], tolerance) != NUMBER_GOOD)
        return found(FAULT_BASIS_KIND, field[4]);
    if ((finding = test_basis(import, field[5], &unused)).code != FAULT_NONE)
        return finding;
    return test_basis(import, field[6], &unused);
}

/* What the first row of a basis says, faulty or not: its kind decides what may be said of it, and
 * what it is made of may close a circle. */
static void take_first_basis_row(struct import *import, const struct text *field,
                                 struct basis *basis)
{
    int kind = 0;

    basis->seen = true;
    basis->kind_known = choose(field[2], basis_kind_name, COUNT(basis_kind_name), &kind);
    basis->kind = (enum basis_kind)kind;
    basis->name = field[1];
    basis->unit = field[7];
    basis->source = field[8];
    if (basis->kind_known && basis->kind == BASIS_TOLERANCE) {
        basis->estimate = index_find(&import->model->basis_index, 0, field[5]);
        basis->actual = index_find(&import->model->basis_index, 0, field[6]);
    }
}

static struct finding take_basis(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    int32_t places = -1;
    mpq_t tolerance;

    if (field[0].size == 0)
        return found(FAULT_BASIS, field[0]);
    struct basis *basis = &model->basis[index_find(&model->basis_index, 0, field[0])];
    bool first = !basis->seen;
    if (first)
        take_first_basis_row(import, field, basis);
    mpq_init(tolerance);
    finding = test_basis_row(import, field, &places, tolerance);
    if (finding.code == FAULT_NONE)
        finding = test_key(import, field, 1);
    if (finding.code == FAULT_NONE && first) {
        basis->places = places;
        mpq_set(basis->tolerance, tolerance);
    }
    basis->faulty = basis->faulty || finding.code != FAULT_NONE;
    mpq_clear(tolerance);
    return finding;
}

/* A row that gives a basis something which only some kinds have. */
static struct finding test_basis_of_kind(const struct import *import, struct text code,
                                         bool (*fits)(enum basis_kind), int32_t *out)
{
    struct finding finding = test_basis(import, code, out);

    if (finding.code == FAULT_NONE && *out >= 0 && import->model->basis[*out].kind_known &&
        !fits(import->model->basis[*out].kind))
        return found(FAULT_BASIS_KIND, code);
    return finding;
}

static bool has_values(enum basis_kind kind)
{
    return kind == BASIS_MEASURE || kind == BASIS_FIXED;
}

static bool has_components(enum basis_kind kind)
{
    return kind == BASIS_BLEND;
}

static struct finding take_basis_value(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    period_number from;
    int32_t basis;
    int32_t partner;
    mpq_t value;

    if ((finding = test_basis_of_kind(import, field[0], has_values, &basis)).code != FAULT_NONE ||
        (finding = test_period(field[1], PERIOD_FIRST, &from)).code != FAULT_NONE ||
        (finding = test_partner(import, field[2], &partner)).code != FAULT_NONE)
        return finding;
    mpq_init(value);
    if ((finding = test_number(field[3], value)).code == FAULT_NONE &&
        (finding = test_key(import, field, 3)).code == FAULT_NONE && basis >= 0 && partner >= 0) {
        struct basis *known = &model->basis[basis];
        if (known->value == NULL)
            known->value = arena_take(import->arena, model->partners, sizeof *known->value);
        add_dated(import, &known->value[partner], from, value, field[3]);
    }
    mpq_clear(value);
    return finding;
}

static struct finding take_blend(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    int32_t basis;
    int32_t component;
    mpq_t weight;

    if ((finding = test_basis_of_kind(import, field[0], has_components, &basis)).code !=
            FAULT_NONE ||
        (finding = test_basis(import, field[1], &component)).code != FAULT_NONE)
        return finding;
    mpq_init(weight);
    if ((finding = test_number(field[2], weight)).code == FAULT_NONE &&
        (finding = test_key(import, field, 2)).code == FAULT_NONE && basis >= 0 &&
        component >= 0) {
        struct basis *blend = &model->basis[basis];
        struct component *added = ADD(import, blend->component, blend->components,
                                      blend->components_room);
        added->basis = component;
        mpq_init(added->weight);
        mpq_set(added->weight, weight);
    }
    mpq_clear(weight);
    return finding;
}

/* ---- accounts.csv, cost_centres.csv, support.csv ---- */

static struct finding take_account(struct import *import, const struct text *field)
{
    struct finding finding;
    int32_t partner;

    if ((finding = test_partner(import, field[0], &partner)).code != FAULT_NONE)
        return finding;
    if (field[1].size == 0)
        return found(FAULT_ACCOUNT, field[1]);
    if (field[2].size == 0)
        return found(FAULT_ACCOUNT, field[2]);
    if ((finding = test_key(import, field, 2)).code != FAULT_NONE || partner < 0)
        return finding;
    index_add(&import->model->account_index, (uint32_t)partner, field[1],
              add_group(import, field[2]));
    return GOOD;
}

static struct finding test_treatment(const struct import *import, const struct text *field,
                                     struct slot *slot)
{
    const struct model *model = import->model;
    struct finding finding;
    int kind;

    slot->pool = slot->bearer = -1;
    if (!choose(field[5], kind_name, COUNT(kind_name), &kind))
        return found(FAULT_TREATMENT, field[5]);
    slot->kind = (enum kind)kind;
    if (slot->kind == KIND_EXCLUDED)
        return GOOD;
    if ((finding = test_pool(import, field[6], &slot->pool)).code != FAULT_NONE)
        return finding;
    if (slot->kind == KIND_DIRECT || slot->kind == KIND_INITIATIVE) {
        finding = test_partner(import, field[7], &slot->bearer);
        return finding.code == FAULT_NONE ? GOOD : found(FAULT_BEARER, field[7]);
    }
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
            overlaps(model->centre_row[at].span, span))
            return true;
    return false;
}

/* A faulty row is kept too, out of effect (its slot is -1): it still overlaps. */
static struct finding take_cost_centre(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    struct slot slot = { 0 };
    struct span span;
    int32_t known;

    if ((finding = test_partner(import, field[0], &slot.partner)).code != FAULT_NONE)
        return finding;
    if (field[1].size == 0)
        return found(FAULT_COST_CENTRE, field[1]);
    if ((finding = test_span(&field[3], &span)).code != FAULT_NONE)
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

static struct finding take_driver(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    period_number from;
    int32_t pool;
    int32_t receiver;
    mpq_t value;

    if ((finding = test_pool(import, field[0], &pool)).code != FAULT_NONE)
        return finding;
    if (pool >= 0 && model->pool[pool].kind_known && model->pool[pool].kind != KIND_SUPPORT)
        return found(FAULT_POOL, field[0]);
    if ((finding = test_period(field[1], PERIOD_FIRST, &from)).code != FAULT_NONE ||
        (finding = test_pool(import, field[2], &receiver)).code != FAULT_NONE)
        return finding;
    mpq_init(value);
    if ((finding = test_number(field[3], value)).code == FAULT_NONE &&
        (finding = test_key(import, field, 3)).code == FAULT_NONE && pool >= 0 && receiver >= 0 &&
        pool != receiver) {
        int32_t known = index_add(&model->driver_index, (uint32_t)pool, field[2],
                                  (int32_t)model->drivers);
        if ((size_t)known == model->drivers)
            *ADD(import, model->driver, model->drivers, model->drivers_room) =
                (struct driver){ .pool = pool, .receiver = receiver };
        add_dated(import, &model->driver[known].series, from, value, field[3]);
    }
    mpq_clear(value);
    return finding;
}

/* ---- charged.csv, corrected.csv, billed.csv ---- */

static struct finding test_period_of_year(const struct import *import, struct text text,
                                          int32_t *index)
{
    period_number period;

    if (!period_parse(text, &period) || period / PERIODS != import->model->year)
        return found(FAULT_PERIOD, text);
    *index = period % PERIODS;
    return GOOD;
}

/* kind, pool, period and, in corrected.csv, carried_in; `*at` comes to stand behind them. */
static struct finding test_charged_place(struct import *import, const struct text **at,
                                         struct charged_row *row)
{
    const struct text *field = *at;
    struct finding finding;
    int kind;

    if (!choose(field[0], kind_name, KIND_EXCLUDED, &kind))
        return found(FAULT_TREATMENT, field[0]);
    row->kind = (enum kind)kind;
    if ((finding = test_pool(import, field[1], &row->pool)).code != FAULT_NONE ||
        (finding = test_period_of_year(import, field[2], &row->period)).code != FAULT_NONE)
        return finding;
    field += 3;
    if (import->rank == FILE_CORRECTED)
        finding = test_period_of_year(import, *field++, &row->carried_in);
    *at = field;
    return finding;
}

static struct finding test_charged_row(struct import *import, const struct text *field,
                                       struct charged_row *row)
{
    const struct text *at = field;
    struct finding finding;
    wide net;

    if ((finding = test_charged_place(import, &at, row)).code != FAULT_NONE)
        return finding;
    if (at[0].size == 0)
        return found(FAULT_ACCOUNT, at[0]);
    if ((finding = test_partner(import, at[1], &row->partner)).code != FAULT_NONE)
        return finding;
    if (!amount_parse(at[2], CHARGED_DIGITS, &row->borne))
        return found(FAULT_AMOUNT, at[2]);
    if (!amount_parse(at[3], CHARGED_DIGITS, &row->paid))
        return found(FAULT_AMOUNT, at[3]);
    if (import->rank == FILE_CHARGED &&
        (!amount_parse(at[4], CHARGED_DIGITS + 1, &net) || net != row->borne - row->paid))
        return found(FAULT_AMOUNT, at[4]);
    row->group = add_group(import, at[0]);
    return test_key(import, field, (size_t)(at - field) + 2);
}

static struct finding take_charged(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct charged_row row = { 0 };
    struct finding finding = test_charged_row(import, field, &row);

    if (finding.code != FAULT_NONE || row.pool < 0 || row.partner < 0)
        return finding;
    *ADD(import, model->charged, model->charged_rows, model->charged_room) = row;
    if (row.period >= model->locked)
        model->locked = row.period + 1;
    return GOOD;
}

static struct finding take_corrected(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct charged_row row = { 0 };
    struct finding finding = test_charged_row(import, field, &row);

    if (finding.code == FAULT_NONE && row.pool >= 0 && row.partner >= 0)
        *ADD(import, model->corrected, model->corrected_rows, model->corrected_room) = row;
    return finding;
}

static struct finding take_billed(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct billed_row row;
    struct finding finding;

    if ((finding = test_service(import, field[0], &row.service)).code != FAULT_NONE ||
        (finding = test_partner(import, field[1], &row.partner)).code != FAULT_NONE)
        return finding;
    if (row.service >= 0 && row.partner >= 0 && model->service[row.service].lead == row.partner)
        return found(FAULT_PARTNER, field[1]);
    if (!amount_parse(field[2], AMOUNT_DIGITS, &row.amount))
        return found(FAULT_AMOUNT, field[2]);
    if ((finding = test_key(import, field, 2)).code != FAULT_NONE || row.service < 0 ||
        row.partner < 0)
        return finding;
    *ADD(import, model->billed, model->billed_rows, model->billed_room) = row;
    return GOOD;
}

/* ---- the files ---- */

static const struct form {
    const char *header;
    size_t      columns;
    size_t      key;             /* so many columns, from the first, are its key; 0: none */
    bool        optional;
    row_rule   *take;
} forms[FILE_BOOK] = {
    [FILE_PARTNERSHIP] = { "key,value", 2, 1, false, take_setting },
    [FILE_PARTNERS] = { "partner,name", 2, 1, false, take_partner },
    [FILE_SERVICES] = { "service,name,lead", 3, 1, false, take_service },
    [FILE_POOLS] = { "pool,name,service,kind,from,to,basis", 7, 0, false, take_pool },
    [FILE_BASES] = { "basis,name,kind,places,tolerance,estimate,actual,unit,source", 9, 1, false,
                     take_basis },
    [FILE_BASIS_VALUES] = { "basis,from,partner,value", 4, 3, false, take_basis_value },
    [FILE_BLENDS] = { "basis,component,weight", 3, 2, true, take_blend },
    [FILE_ACCOUNTS] = { "partner,account,group", 3, 2, false, take_account },
    [FILE_COST_CENTRES] = { "partner,cost_centre,account,from,to,treatment,pool,bearer", 8, 0, false,
                            take_cost_centre },
    [FILE_SUPPORT] = { "pool,from,receiver,value", 4, 3, true, take_driver },
    [FILE_CHARGED] = { "kind,pool,period,group,partner,borne,paid,net", 8, 5, true, take_charged },
    [FILE_CORRECTED] = { "kind,pool,period,carried_in,group,partner,borne,paid", 8, 6, true,
                         take_corrected },
    [FILE_BILLED] = { "service,partner,amount", 3, 2, true, take_billed },
};

const char *model_file_header(enum file_rank rank)
{
    return forms[rank].header;
}

/* Visits the records behind the header. Text faults are reported when `report` is set. */
typedef void record_visit(struct import *, const struct csv_record *, enum fault_code);

static void visit_records(struct import *import, bool report, record_visit *visit)
{
    struct model_file *file = &import->model->file[import->rank];
    struct text left = after_mark(file->bytes);
    const char *begin = left.data;
    char *spare = arena_take(import->arena, left.size, 1);   /* codes stay in it */
    bool header = true;
    struct csv_record record;
    size_t used;

    import->line = 1;
    for (; (used = csv_read(left, true, spare + (left.data - begin), &record)) > 0;
         left.data += used, left.size -= used, import->line += (uint32_t)record.lines) {
        enum fault_code fault = record_fault((struct text){ left.data, used }, &record);
        if (record.empty && fault == FAULT_NONE)
            continue;
        if (header && fault == FAULT_NONE && !record_is_header(&record, forms[import->rank].header))
            fault = FAULT_HEADER;
        if (fault != FAULT_NONE && report)
            fault_add(import->faults, (int32_t)import->rank, import->line, fault, text_of(""));
        if (header && fault != FAULT_NONE)
            return;
        file->lines += !header && report;
        file->usable = true;
        if (!header)
            visit(import, &record, fault);
        header = false;
    }
    if (header && report)
        fault_add(import->faults, (int32_t)import->rank, 1, FAULT_HEADER, text_of(""));
}

static void take_row(struct import *import, const struct csv_record *record,
                     enum fault_code fault)
{
    const struct form *form = &forms[import->rank];
    struct finding finding;
    char digits[24];

    if (fault != FAULT_NONE)
        return;                          /* reported already */
    if (record->count != form->columns) {
        size_t size = (size_t)snprintf(digits, sizeof digits, "%zu", record->count);
        finding = found(FAULT_FIELDS, (struct text){ digits, size });
    } else {
        import->repeated = form->key > 0 && key_is_repeated(import, record->field, form->key);
        finding = form->take(import, record->field);
    }
    if (finding.code != FAULT_NONE)
        fault_add(import->faults, (int32_t)import->rank, import->line, finding.code,
                  finding.value);
}

static void take_rows(struct import *import, enum file_rank rank)
{
    import->rank = rank;
    index_open(&import->keys, import->arena);
    if (import->model->file[rank].there)
        visit_records(import, true, take_row);
}

/* ---- the codes, before any row ---- */

/* The number of a code, new or known; *added tells which. */
static int32_t number_code(struct index *index, struct text code, size_t count, bool *added)
{
    int32_t number = index_add(index, 0, code, (int32_t)count);

    *added = (size_t)number == count;
    return number;
}

static void take_pool_code(struct import *import, struct text code, bool faulty)
{
    struct model *model = import->model;
    bool added;
    int32_t pool = number_code(&model->pool_index, code, model->pools, &added);

    if (added)
        *ADD(import, model->pool, model->pools, model->pools_room) =
            (struct pool){ .code = code, .line = import->line, .service = -1 };
    model->pool[pool].faulty = model->pool[pool].faulty || faulty;
}

static void take_basis_code(struct import *import, struct text code, bool faulty)
{
    struct model *model = import->model;
    bool added;
    int32_t basis = number_code(&model->basis_index, code, model->bases, &added);

    if (added) {
        *ADD(import, model->basis, model->bases, model->bases_room) = (struct basis){
            .code = code, .line = import->line, .estimate = -1, .actual = -1, .places = -1 };
        mpq_init(model->basis[basis].tolerance);
    }
    model->basis[basis].faulty = model->basis[basis].faulty || faulty;
}

/* Also for files that name partners when partners.csv cannot be used: what maps the lines can
 * still be tested then (fine print 15). */
static void take_partner_code(struct import *import, const struct csv_record *record,
                              enum fault_code fault)
{
    struct model *model = import->model;
    struct text code = record->field[0];
    bool added;

    (void)fault;
    (void)number_code(&model->partner_index, code, model->partners, &added);
    if (added)
        *ADD(import, model->partner, model->partners, model->partners_room) =
            (struct partner){ .code = code };
}

/* A row that is not even fit to be tested makes its code known too. */
static void take_code(struct import *import, const struct csv_record *record,
                      enum fault_code fault)
{
    struct model *model = import->model;
    bool faulty = fault != FAULT_NONE || record->count != forms[import->rank].columns;
    struct text code = record->field[0];
    bool added;

    if (code.size == 0)
        return;
    if (import->rank == FILE_PARTNERS) {
        take_partner_code(import, record, fault);
    } else if (import->rank == FILE_SERVICES) {
        (void)number_code(&model->service_index, code, model->services, &added);
        if (added)
            *ADD(import, model->service, model->services, model->services_room) =
                (struct service){ .code = code, .lead = -1 };
    } else if (import->rank == FILE_POOLS) {
        take_pool_code(import, code, faulty);
    } else {
        take_basis_code(import, code, faulty);
    }
}

/* ---- what rows share ---- */

static void test_bases_as_a_whole(struct import *import)
{
    struct model *model = import->model;

    if (!has(import, FILE_BASES))
        return;
    model_find_cycles(model, arena_take(import->arena, model->bases, sizeof(int32_t)));
    for (size_t b = 0; b < model->bases; b++) {
        struct basis *basis = &model->basis[b];
        bool blend_tested = !model->file[FILE_BLENDS].there || has(import, FILE_BLENDS);
        enum fault_code code = FAULT_NONE;
        if (!basis->kind_known || fault_stands_at(import->faults, FILE_BASES, basis->line))
            continue;
        if (basis->kind == BASIS_BLEND && blend_tested && !blend_is_whole(basis))
            code = FAULT_BLEND_NOT_100;
        else if (basis->on_cycle)
            code = FAULT_BASIS_CYCLE;
        if (code == FAULT_NONE)
            continue;
        basis->faulty = true;
        fault_add(import->faults, FILE_BASES, basis->line, code, basis->code);
    }
}

static enum err read_file(struct import *import, struct source *source, enum file_rank rank,
                          struct trouble *trouble)
{
    struct model_file *file = &import->model->file[rank];
    enum err err = source_read_all(source, import->arena, model_file_name[rank],
                                   MODEL_FILE_BYTES_MAX, &file->bytes, trouble);

    if (err == ERR_MISSING) {
        trouble->text[0] = '\0';
        if (!forms[rank].optional)
            fault_add(import->faults, (int32_t)rank, 0, FAULT_MISSING, text_of(""));
        return OK;
    }
    if (err != OK)
        return err;
    file->there = true;
    return sha256_of(file->bytes.data, file->bytes.size, &file->sum, trouble);
}

/* partnership.csv stands before everything else: without a year nothing can be tested. */
static bool read_settings(struct import *import)
{
    struct model *model = import->model;

    take_rows(import, FILE_PARTNERSHIP);
    if (!has(import, FILE_PARTNERSHIP))
        return false;
    if (!import->seen_year)
        fault_add(import->faults, FILE_PARTNERSHIP, 0, FAULT_SETTING, text_of(""));
    model->name = model->name.data == NULL ? text_of("") : model->name;
    return import->seen_year && !import->year_faulty;
}

static void read_codes(struct import *import)
{
    static const enum file_rank with_codes[] = { FILE_PARTNERS, FILE_SERVICES, FILE_POOLS,
                                                 FILE_BASES };
    static const enum file_rank with_partners[] = { FILE_ACCOUNTS, FILE_COST_CENTRES };

    for (size_t i = 0; i < COUNT(with_codes); i++) {
        import->rank = with_codes[i];
        if (import->model->file[import->rank].there)
            visit_records(import, false, take_code);
    }
    if (has(import, FILE_PARTNERS))
        return;
    for (size_t i = 0; i < COUNT(with_partners); i++) {
        import->rank = with_partners[i];
        if (import->model->file[import->rank].there)
            visit_records(import, false, take_partner_code);
    }
}

static void open_indexes(struct model *model, struct arena *arena)
{
    struct index *indexes[] = { &model->partner_index, &model->service_index, &model->pool_index,
                                &model->basis_index, &model->group_index, &model->account_index,
                                &model->centre_index, &model->slot_index, &model->driver_index };

    for (size_t i = 0; i < COUNT(indexes); i++)
        index_open(indexes[i], arena);
}

enum err model_load(struct source *source, struct arena *arena, bool book_locks,
                    struct faults *faults, struct model *model, bool *usable,
                    struct trouble *trouble)
{
    struct import *import = arena_take(arena, 1, sizeof *import);
    enum file_rank last = book_locks ? FILE_BILLED : FILE_SUPPORT;
    enum err err;

    *model = (struct model){ .arena = arena };
    *import = (struct import){ .model = model, .faults = faults, .arena = arena };
    open_indexes(model, arena);
    *usable = false;
    if ((err = read_file(import, source, FILE_PARTNERSHIP, trouble)) != OK)
        return err;
    if (!read_settings(import))
        return OK;
    *usable = true;
    for (enum file_rank rank = FILE_PARTNERS; rank <= last; rank++)
        if ((err = read_file(import, source, rank, trouble)) != OK)
            return err;
    read_codes(import);
    for (enum file_rank rank = FILE_PARTNERS; rank <= last; rank++) {
        take_rows(import, rank);
        if (rank == FILE_PARTNERS && has(import, FILE_PARTNERS) && model->partners < 2)
            fault_add(faults, FILE_PARTNERS, 0, FAULT_PARTNER, text_of(""));
    }
    test_bases_as_a_whole(import);
    if (!has(import, FILE_ACCOUNTS))
        (void)add_group(import, text_of(""));    /* where lines go that cannot be grouped */
    model->has_charged = has(import, FILE_CHARGED);
    model->has_corrected = has(import, FILE_CORRECTED);
    model->has_billed = has(import, FILE_BILLED);
    return OK;
}
