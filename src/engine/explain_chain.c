#include "engine/explain.h"

#include <assert.h>

#include "engine/equations.h"

/* ---- the bases in force ---- */

static period_number period_asked(const struct explanation *explanation)
{
    return period_of_year(explanation->partnership->model.year, explanation->period);
}

static struct exact *shares_as_text(const struct explanation *explanation, mpq_t *share)
{
    struct arena *arena = explanation->partnership->arena;
    size_t partners = explanation->partnership->model.partners;
    struct exact *text = arena_take(arena, partners, sizeof *text);

    for (size_t p = 0; p < partners; p++)
        text[p] = exact_share(arena, share[p], EXPLAIN_PLACES);
    return text;
}

struct exact *explain_shares(const struct explanation *explanation, int32_t pool, int32_t period)
{
    const struct pool_shares *shares = &explanation->partnership->shares.pool[pool];
    size_t partners = explanation->partnership->model.partners;
    mpq_t *share;

    if (shares->numerator[period] == NULL)
        return NULL;
    share = fractions_new(partners);
    for (size_t p = 0; p < partners; p++) {
        mpz_set(mpq_numref(share[p]), shares->numerator[period][p]);
        mpz_set(mpq_denref(share[p]), shares->denominator);
        mpq_canonicalize(share[p]);
    }
    struct exact *text = shares_as_text(explanation, share);
    fractions_drop(share, partners);
    return text;
}

static void explain_values(const struct explanation *explanation, struct explained_basis *out)
{
    const struct model *model = &explanation->partnership->model;
    const struct basis *basis = &model->basis[out->basis];
    struct arena *arena = explanation->partnership->arena;
    mpq_t sum;

    mpq_init(sum);
    out->value = arena_take(arena, model->partners, sizeof(struct dated_value *));
    for (size_t p = 0; p < model->partners; p++) {
        out->value[p] = series_at(&basis->value[p], period_asked(explanation));
        assert(out->value[p] != NULL);
        mpq_add(sum, sum, out->value[p]->value);
    }
    out->sum = exact_of(arena, sum, 0);
    out->sum.decimal = decimal_of(arena, sum);
    mpq_clear(sum);
}

static void explain_blend(const struct explanation *explanation, struct explained_basis *out)
{
    const struct basis *basis = &explanation->partnership->model.basis[out->basis];
    struct arena *arena = explanation->partnership->arena;

    out->weight = arena_take(arena, basis->components, sizeof(char *));
    for (size_t c = 0; c < basis->components; c++)
        out->weight[c] = decimal_of(arena, basis->component[c].weight);
}

static void explain_tolerance(const struct explanation *explanation, struct explained_basis *out)
{
    const struct model *model = &explanation->partnership->model;
    struct arena *arena = explanation->partnership->arena;
    mpq_t points;

    mpq_init(points);
    out->takes_actual = tolerance_takes_actual(model, &model->basis[out->basis],
                                               period_asked(explanation), points);
    out->points_off = exact_of(arena, points, EXPLAIN_PLACES);
    out->tolerance = decimal_of(arena, model->basis[out->basis].tolerance);
    mpq_clear(points);
}

static void explain_basis(const struct explanation *explanation, struct explained_basis *out)
{
    const struct model *model = &explanation->partnership->model;
    const struct basis *basis = &model->basis[out->basis];
    struct basis exact = *basis;
    mpq_t *share = fractions_new(model->partners);

    if (basis->kind == BASIS_MEASURE || basis->kind == BASIS_FIXED)
        explain_values(explanation, out);
    if (basis->kind == BASIS_BLEND)
        explain_blend(explanation, out);
    if (basis->kind == BASIS_TOLERANCE)
        explain_tolerance(explanation, out);
    basis_shares(model, basis, period_asked(explanation), share);
    out->share = shares_as_text(explanation, share);
    if (basis->places >= 0) {
        exact.places = -1;
        basis_shares(model, &exact, period_asked(explanation), share);
        out->before = shares_as_text(explanation, share);
    }
    fractions_drop(share, model->partners);
}

/* Adds a basis and what it is made of, once each. */
static void add_basis(struct explanation *explanation, int32_t number)
{
    const struct basis *basis = &explanation->partnership->model.basis[number];

    for (size_t i = 0; i < explanation->bases; i++)
        if (explanation->basis[i].basis == number)
            return;
    struct explained_basis *out = &explanation->basis[explanation->bases++];
    out->basis = number;
    explain_basis(explanation, out);
    for (size_t c = 0; basis->kind == BASIS_BLEND && c < basis->components; c++)
        add_basis(explanation, basis->component[c].basis);
    if (basis->kind == BASIS_TOLERANCE) {
        add_basis(explanation, basis->estimate);
        add_basis(explanation, basis->actual);
    }
}

/* ---- the allocation chain of support ---- */

static void add_pool(struct explanation *explanation, int32_t pool)
{
    for (size_t i = 0; i < explanation->chained; i++)
        if (explanation->chain[i].pool == pool)
            return;
    struct explained_pool *out = &explanation->chain[explanation->chained++];
    out->pool = pool;
    out->row = pool_at(&explanation->partnership->model.pool[pool], period_asked(explanation));
    out->share = explain_shares(explanation, pool, explanation->period);
    assert(out->row != NULL && out->share != NULL);
}

/* The drivers of a support pool that are not zero; those the method leaves lead on. */
static void add_drivers(struct explanation *explanation, struct explained_pool *from)
{
    const struct model *model = &explanation->partnership->model;
    struct arena *arena = explanation->partnership->arena;
    mpq_t sum;

    from->driver = arena_take(arena, model->drivers, sizeof *from->driver);
    mpq_init(sum);
    for (size_t d = 0; d < model->drivers; d++) {
        const struct driver *driver = &model->driver[d];
        const struct dated_value *value = series_at(&driver->series, period_asked(explanation));
        if (driver->pool != from->pool || value == NULL || mpq_sgn(value->value) == 0)
            continue;
        struct explained_driver *out = &from->driver[from->drivers++];
        out->receiver = driver->receiver;
        out->value = value;
        out->left_out = driver_in_force(model, driver, period_asked(explanation)) == NULL;
        if (out->left_out)
            continue;
        mpq_add(sum, sum, value->value);
        add_pool(explanation, driver->receiver);
    }
    mpq_t part;
    mpq_init(part);
    for (size_t d = 0; d < from->drivers; d++) {
        mpq_div(part, from->driver[d].value->value, sum);
        if (!from->driver[d].left_out)
            from->driver[d].part = exact_share(arena, part, EXPLAIN_PLACES);
    }
    mpq_clear(part);
    mpq_clear(sum);
}

/* The place of each pool of the chain among the unknowns (support) or the outlets (common). */
struct places {
    int32_t *of_pool;                    /* [pool] */
    int32_t *common;                     /* [outlet]: its pool */
    size_t   supports, commons;
};

static void set_places(const struct explanation *explanation, struct places *places)
{
    const struct model *model = &explanation->partnership->model;
    struct arena *arena = explanation->partnership->arena;

    *places = (struct places){ .of_pool = arena_take(arena, model->pools, sizeof(int32_t)) };
    places->common = arena_take(arena, explanation->chained, sizeof(int32_t));
    for (size_t i = 0; i < explanation->chained; i++) {
        int32_t pool = explanation->chain[i].pool;
        if (model->pool[pool].kind == KIND_SUPPORT) {
            places->of_pool[pool] = (int32_t)places->supports++;
        } else {
            places->common[places->commons] = pool;
            places->of_pool[pool] = (int32_t)places->commons++;
        }
    }
}

/* Row of a support pool: itself less what it passes to support is what it passes to common. */
static void set_row(const struct explanation *explanation, const struct places *places,
                    const struct explained_pool *pool, mpq_t *row)
{
    const struct model *model = &explanation->partnership->model;
    mpq_t part;

    mpq_init(part);
    mpq_set_ui(row[places->of_pool[pool->pool]], 1, 1);
    for (size_t d = 0; d < pool->drivers; d++) {
        const struct explained_driver *driver = &pool->driver[d];
        size_t at = (size_t)places->of_pool[driver->receiver];
        if (driver->left_out)
            continue;
        int failed = mpq_set_str(part, driver->part.fraction, 10);
        assert(failed == 0);
        if (model->pool[driver->receiver].kind == KIND_SUPPORT)
            mpq_sub(row[at], row[at], part);
        else
            mpq_add(row[places->supports + at], row[places->supports + at], part);
    }
    mpq_clear(part);
}

static void take_outlets(const struct explanation *explanation, const struct places *places,
                         struct explained_pool *pool, mpq_t *row)
{
    struct arena *arena = explanation->partnership->arena;

    pool->outlet = arena_take(arena, places->commons, sizeof *pool->outlet);
    for (size_t c = 0; c < places->commons; c++)
        if (mpq_sgn(row[places->supports + c]) != 0)
            pool->outlet[pool->outlets++] = (struct explained_outlet){
                places->common[c],
                exact_share(arena, row[places->supports + c], EXPLAIN_PLACES)
            };
}

/* Which part of each support pool's cost ends where, over all ways: with any method, since the
 * drivers that a method leaves out are out already. */
static void add_outlets(struct explanation *explanation)
{
    const struct model *model = &explanation->partnership->model;
    struct places places;
    struct equations equations;

    set_places(explanation, &places);
    if (places.supports == 0)
        return;
    equations_open(&equations, places.supports, places.commons);
    for (size_t i = 0; i < explanation->chained; i++) {
        const struct explained_pool *pool = &explanation->chain[i];
        if (model->pool[pool->pool].kind == KIND_SUPPORT)
            set_row(explanation, &places, pool,
                    equations_row(&equations, (size_t)places.of_pool[pool->pool]));
    }
    equations_solve(&equations);
    for (size_t i = 0; i < explanation->chained; i++) {
        struct explained_pool *pool = &explanation->chain[i];
        if (model->pool[pool->pool].kind == KIND_SUPPORT)
            take_outlets(explanation, &places, pool,
                         equations_row(&equations, (size_t)places.of_pool[pool->pool]));
    }
    equations_close(&equations);
}

void explain_chain(struct explanation *explanation)
{
    const struct model *model = &explanation->partnership->model;
    struct arena *arena = explanation->partnership->arena;

    explanation->chain = arena_take(arena, model->pools, sizeof *explanation->chain);
    explanation->basis = arena_take(arena, model->bases, sizeof *explanation->basis);
    add_pool(explanation, explanation->pool);
    for (size_t i = 0; i < explanation->chained; i++) {
        struct explained_pool *pool = &explanation->chain[i];
        if (model->pool[pool->pool].kind == KIND_SUPPORT)
            add_drivers(explanation, pool);
        else
            add_basis(explanation, pool->row->basis);
    }
    add_outlets(explanation);
}
