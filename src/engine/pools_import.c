/*
 * engine/pools_import.c -- rows of pools.csv.
 */
#include "engine/model_rows.h"


static struct finding test_pool_row(struct import *import, const struct text *field,
                                    int32_t *service, enum kind *kind, struct pool_row *row)
{
    struct finding finding;

    if (field[0].size == 0)
        return found(FAULT_POOL, field[0]);
    if ((finding = column_service(import, field[2], service)).code != FAULT_NONE)
        return finding;
    if (field[3].size == 0 || text_is(field[3], "common"))
        *kind = KIND_COMMON;
    else if (text_is(field[3], "support"))
        *kind = KIND_SUPPORT;
    else
        return found(FAULT_TREATMENT, field[3]);
    if ((finding = column_span(&field[4], &row->span)).code != FAULT_NONE)
        return finding;
    row->basis = -1;
    row->line = import->line;
    if (*kind == KIND_COMMON)
        return column_basis(import, field[6], &row->basis);
    return field[6].size == 0 ? GOOD : found(FAULT_BASIS, field[6]);
}

/* The kind of a pool is what its first row says, so that later rows can be held against it. */
static void take_pool_kind(struct pool *pool, struct text kind)
{
    pool->seen = true;
    pool->kind = text_is(kind, "support") ? KIND_SUPPORT : KIND_COMMON;
    pool->kind_known = pool->kind == KIND_SUPPORT || kind.size == 0 || text_is(kind, "common");
}

/* The rows of a pool name one service and one kind. By its text: without a services.csv that can
 * be read no service is known, and two names are two services all the same. */
static bool pool_is_mixed(struct pool *pool, struct text service, enum kind kind)
{
    if (pool->first_service.size == 0) {
        pool->first_service = service;
        pool->first_kind = kind;
    }
    return !text_equal(pool->first_service, service) || pool->first_kind != kind;
}

static bool overlaps_a_pool_row(const struct pool *pool, struct span span)
{
    for (size_t i = 0; i < pool->rows; i++)
        if (spans_overlap(pool->row[i].span, span))
            return true;
    return false;
}

/* A faulty row with a span is kept too, out of effect: it still overlaps. */
struct finding take_pool(struct import *import, const struct text *field)
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
    if (pool->service < 0)
        pool->service = service;
    bool mixed = kind != KIND_EXCLUDED && pool_is_mixed(pool, field[2], kind);
    bool has_span = column_span(&field[4], &row.span).code == FAULT_NONE;
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
