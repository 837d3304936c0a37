#include "engine/share.h"

#include <assert.h>

#include "engine/equations.h"

/* ---- the shares of a basis ---- */

static void value_at(const struct basis *basis, size_t partner, period_number period, mpq_t out)
{
    const struct dated_value *value = series_at(&basis->value[partner], period);

    assert(value != NULL);
    mpq_set(out, value->value);
}

static void measured_shares(const struct model *model, const struct basis *basis,
                            period_number period, mpq_t out[])
{
    mpq_t sum;

    mpq_init(sum);
    for (size_t p = 0; p < model->partners; p++) {
        value_at(basis, p, period, out[p]);
        mpq_add(sum, sum, out[p]);
    }
    for (size_t p = 0; p < model->partners; p++)
        mpq_div(out[p], out[p], sum);
    mpq_clear(sum);
}

static void blended_shares(const struct model *model, const struct basis *basis,
                           period_number period, mpq_t out[])
{
    mpq_t *part = fractions_new(model->partners);
    mpq_t hundred;

    mpq_init(hundred);
    mpq_set_ui(hundred, 100, 1);
    for (size_t p = 0; p < model->partners; p++)
        mpq_set_ui(out[p], 0, 1);
    for (size_t c = 0; c < basis->components; c++) {
        basis_shares(model, &model->basis[basis->component[c].basis], period, part);
        for (size_t p = 0; p < model->partners; p++) {
            mpq_mul(part[p], part[p], basis->component[c].weight);
            mpq_div(part[p], part[p], hundred);
            mpq_add(out[p], out[p], part[p]);
        }
    }
    mpq_clear(hundred);
    fractions_drop(part, model->partners);
}

bool tolerance_takes_actual(const struct model *model, const struct basis *basis,
                            period_number period, mpq_t largest_points)
{
    mpq_t *estimate = fractions_new(model->partners);
    mpq_t *actual = fractions_new(model->partners);
    mpq_t hundred;

    mpq_init(hundred);
    mpq_set_ui(hundred, 100, 1);
    basis_shares(model, &model->basis[basis->estimate], period, estimate);
    basis_shares(model, &model->basis[basis->actual], period, actual);
    mpq_set_ui(largest_points, 0, 1);
    for (size_t p = 0; p < model->partners; p++) {
        mpq_sub(actual[p], actual[p], estimate[p]);
        mpq_abs(actual[p], actual[p]);
        mpq_mul(actual[p], actual[p], hundred);
        if (mpq_cmp(actual[p], largest_points) > 0)
            mpq_set(largest_points, actual[p]);
    }
    bool takes_actual = mpq_cmp(largest_points, basis->tolerance) > 0;
    mpq_clear(hundred);
    fractions_drop(estimate, model->partners);
    fractions_drop(actual, model->partners);
    return takes_actual;
}

static void tolerated_shares(const struct model *model, const struct basis *basis,
                             period_number period, mpq_t out[])
{
    mpq_t points;

    mpq_init(points);
    bool actual = tolerance_takes_actual(model, basis, period, points);
    mpq_clear(points);
    basis_shares(model, &model->basis[actual ? basis->actual : basis->estimate], period, out);
}

/* Rounds shares to places of a per cent, so that they still add up to 100. */
static void round_shares(mpq_t share[], size_t count, int32_t places)
{
    mpz_t units[PARTNERS_MAX];
    mpz_t whole;

    mpz_init(whole);
    mpz_ui_pow_ui(whole, 10, (unsigned long)places + 2);
    for (size_t p = 0; p < count; p++)
        mpz_init(units[p]);
    apportion_units(share, count, whole, units);
    for (size_t p = 0; p < count; p++) {
        mpz_set(mpq_numref(share[p]), units[p]);
        mpz_set(mpq_denref(share[p]), whole);
        mpq_canonicalize(share[p]);
        mpz_clear(units[p]);
    }
    mpz_clear(whole);
}

void basis_shares(const struct model *model, const struct basis *basis, period_number period,
                  mpq_t out[])
{
    switch (basis->kind) {
    case BASIS_MEASURE:
    case BASIS_FIXED:                    /* per cents that add up to 100 are a measure too */
        measured_shares(model, basis, period, out);
        break;
    case BASIS_EQUAL:
        for (size_t p = 0; p < model->partners; p++)
            mpq_set_ui(out[p], 1, model->partners);
        break;
    case BASIS_BLEND:
        blended_shares(model, basis, period, out);
        break;
    case BASIS_TOLERANCE:
        tolerated_shares(model, basis, period, out);
        break;
    }
    if (basis->places >= 0)
        round_shares(out, model->partners, basis->places);
}

/* ---- support ---- */

const struct dated_value *driver_in_force(const struct model *model, const struct driver *driver,
                                          period_number period)
{
    const struct dated_value *value = series_at(&driver->series, period);

    if (value == NULL || mpq_sgn(value->value) == 0)
        return NULL;
    if (model->pool[driver->receiver].kind == KIND_SUPPORT &&
        (model->support_method == SUPPORT_DIRECT ||
         (model->support_method == SUPPORT_STEP_DOWN && driver->receiver < driver->pool)))
        return NULL;
    return value;
}

/* ---- the walk that finds what is needed, and what is faulty ---- */

struct walk {
    const struct model *model;
    struct faults      *faults;          /* NULL: nothing is reported, only marked */
    period_number       period;
    bool               *pool_reached;    /* in this period */
    bool               *basis_reached;
    bool               *pool_reported;
    bool               *basis_reported;
    bool               *outlet;          /* scratch of reaches_common() */
};

static void report(struct walk *walk, enum file_rank file, uint32_t line, enum fault_code code,
                   struct text name, bool *reported)
{
    char text[PERIOD_TEXT_MAX];
    char *value;

    if (*reported || walk->faults == NULL)
        return;
    *reported = true;
    period_print(walk->period, text);
    value = arena_print(walk->faults->arena, "%.*s %s", TEXT(name), text);
    fault_add(walk->faults, (int32_t)file, line, code, text_of(value));
}

/* The fault of a measured or fixed basis in a period. */
static enum fault_code fault_of_values(const struct model *model, const struct basis *basis,
                                       period_number period)
{
    enum fault_code fault = FAULT_NONE;
    mpq_t sum;

    mpq_init(sum);
    for (size_t p = 0; p < model->partners && fault == FAULT_NONE; p++) {
        const struct dated_value *value =
            basis->value == NULL ? NULL : series_at(&basis->value[p], period);
        if (value == NULL)
            fault = FAULT_BASIS_VALUE;
        else
            mpq_add(sum, sum, value->value);
    }
    if (fault == FAULT_NONE && basis->kind == BASIS_MEASURE && mpq_sgn(sum) == 0)
        fault = FAULT_BASIS_ZERO;
    if (fault == FAULT_NONE && basis->kind == BASIS_FIXED && mpq_cmp_ui(sum, 100, 1) != 0)
        fault = FAULT_BASIS_NOT_100;
    mpq_clear(sum);
    return fault;
}

static void reach_basis(struct walk *walk, int32_t number)
{
    const struct model *model = walk->model;
    const struct basis *basis = &model->basis[number];

    if (walk->basis_reached[number])
        return;
    walk->basis_reached[number] = true;
    if (basis->faulty || !basis->kind_known)
        return;
    if (basis->kind == BASIS_MEASURE || basis->kind == BASIS_FIXED) {
        enum fault_code fault = model_has(model, FILE_BASIS_VALUES) &&
                                        model_has(model, FILE_PARTNERS)
                                    ? fault_of_values(model, basis, walk->period)
                                    : FAULT_NONE;
        if (fault != FAULT_NONE)
            report(walk, FILE_BASES, basis->line, fault, basis->code,
                   &walk->basis_reported[number]);
    }
    for (size_t c = 0; basis->kind == BASIS_BLEND && c < basis->components; c++)
        reach_basis(walk, basis->component[c].basis);
    if (basis->kind == BASIS_TOLERANCE && basis->estimate >= 0)
        reach_basis(walk, basis->estimate);
    if (basis->kind == BASIS_TOLERANCE && basis->actual >= 0)
        reach_basis(walk, basis->actual);
}

/* Whether the drivers that the method leaves lead from a support pool to some common one. */
static bool reaches_common(struct walk *walk, int32_t from)
{
    const struct model *model = walk->model;
    bool grown = true;

    memset(walk->outlet, 0, model->pools * sizeof *walk->outlet);
    walk->outlet[from] = true;
    while (grown) {
        grown = false;
        for (size_t d = 0; d < model->drivers; d++) {
            const struct driver *driver = &model->driver[d];
            if (!walk->outlet[driver->pool] || walk->outlet[driver->receiver] ||
                driver_in_force(model, driver, walk->period) == NULL)
                continue;
            if (model->pool[driver->receiver].kind == KIND_COMMON)
                return true;
            walk->outlet[driver->receiver] = true;
            grown = true;
        }
    }
    return false;
}

static void reach_pool(struct walk *walk, int32_t number);

static void reach_receivers(struct walk *walk, int32_t number)
{
    const struct model *model = walk->model;
    const struct pool *pool = &model->pool[number];
    bool support_tested = !model->file[FILE_SUPPORT].there || model_has(model, FILE_SUPPORT);

    if (support_tested && !reaches_common(walk, number))
        report(walk, FILE_POOLS, pool->line, FAULT_SUPPORT_NO_OUTLET, pool->code,
               &walk->pool_reported[number]);
    for (size_t d = 0; d < model->drivers; d++)
        if (model->driver[d].pool == number &&
            driver_in_force(model, &model->driver[d], walk->period) != NULL)
            reach_pool(walk, model->driver[d].receiver);
}

/* Whether a row of the pool is in force; reported if not. */
static bool pool_stands(struct walk *walk, int32_t number, const struct pool_row **row)
{
    const struct pool *pool = &walk->model->pool[number];

    *row = pool_at(pool, walk->period);
    if (*row == NULL && !pool->faulty && pool->kind_known)
        report(walk, FILE_POOLS, pool->line, FAULT_POOL_PERIOD, pool->code,
               &walk->pool_reported[number]);
    return *row != NULL && !pool->faulty;
}

static void reach_pool(struct walk *walk, int32_t number)
{
    const struct pool_row *row;

    if (walk->pool_reached[number])
        return;
    walk->pool_reached[number] = true;
    if (!pool_stands(walk, number, &row))
        return;
    if (walk->model->pool[number].kind == KIND_SUPPORT)
        reach_receivers(walk, number);
    else if (row->basis >= 0)
        reach_basis(walk, row->basis);
}

static void open_walk(struct walk *walk, const struct model *model, struct faults *faults,
                      struct arena *arena)
{
    *walk = (struct walk){ .model = model, .faults = faults };
    walk->pool_reached = arena_take(arena, model->pools, sizeof(bool));
    walk->pool_reported = arena_take(arena, model->pools, sizeof(bool));
    walk->basis_reached = arena_take(arena, model->bases, sizeof(bool));
    walk->basis_reported = arena_take(arena, model->bases, sizeof(bool));
    walk->outlet = arena_take(arena, model->pools, sizeof(bool));
}

static void walk_period(struct walk *walk, const struct demand *demand, int32_t index)
{
    const struct model *model = walk->model;
    const struct pool_row *row;

    walk->period = period_of_year(model->year, index);
    if (model->pools > 0)
        memset(walk->pool_reached, 0, model->pools * sizeof(bool));
    if (model->bases > 0)
        memset(walk->basis_reached, 0, model->bases * sizeof(bool));
    for (size_t p = 0; p < model->pools; p++) {
        if (demand->shared[p][index])
            reach_pool(walk, (int32_t)p);
        else if (demand->any[p][index])
            (void)pool_stands(walk, (int32_t)p, &row);
    }
}

void shares_test(const struct model *model, const struct demand *demand, int32_t through,
                 struct faults *faults, struct arena *arena)
{
    struct walk walk;

    open_walk(&walk, model, faults, arena);
    for (int32_t index = 0; index <= through; index++)
        walk_period(&walk, demand, index);
}

/* ---- vectors ---- */

/* The vectors of one period, while they are worked out. */
struct vectors {
    const struct model *model;
    period_number       period;
    mpq_t             **pool;            /* [pool][partner]; NULL: not reached */
};

/* vector += share of the driver's value in the sum times the receiver's vector. */
static void add_received(mpq_t vector[], mpq_t received[], const mpq_t part, size_t partners)
{
    mpq_t product;

    mpq_init(product);
    for (size_t p = 0; p < partners; p++) {
        mpq_mul(product, received[p], part);
        mpq_add(vector[p], vector[p], product);
    }
    mpq_clear(product);
}

static void driver_sum(const struct vectors *vectors, int32_t pool, mpq_t sum)
{
    const struct model *model = vectors->model;

    mpq_set_ui(sum, 0, 1);
    for (size_t d = 0; d < model->drivers; d++) {
        const struct dated_value *value =
            model->driver[d].pool != pool
                ? NULL
                : driver_in_force(model, &model->driver[d], vectors->period);
        if (value != NULL)
            mpq_add(sum, sum, value->value);
    }
}

/* Direct and step-down: what it passes on goes to common pools and to support pools that are
 * closed after it, whose vectors are known. */
static void pass_on(struct vectors *vectors, int32_t pool)
{
    const struct model *model = vectors->model;
    mpq_t sum;
    mpq_t part;

    mpq_init(sum);
    mpq_init(part);
    driver_sum(vectors, pool, sum);
    for (size_t d = 0; d < model->drivers; d++) {
        const struct driver *driver = &model->driver[d];
        const struct dated_value *value =
            driver->pool != pool ? NULL : driver_in_force(model, driver, vectors->period);
        if (value == NULL)
            continue;
        mpq_div(part, value->value, sum);
        add_received(vectors->pool[pool], vectors->pool[driver->receiver], part, model->partners);
    }
    mpq_clear(sum);
    mpq_clear(part);
}

/* The simultaneous equations of the reciprocal method, exact: row i says that vector i less the
 * parts it passes to support pools equals the parts it passes to common ones. */
static void set_equation(const struct vectors *vectors, const struct equations *equations,
                         size_t row, int32_t pool, const int32_t *unknown_of)
{
    const struct model *model = vectors->model;
    mpq_t *cell = equations_row(equations, row);
    mpq_t sum;
    mpq_t part;

    mpq_init(sum);
    mpq_init(part);
    driver_sum(vectors, pool, sum);
    mpq_set_ui(cell[row], 1, 1);
    for (size_t d = 0; d < model->drivers; d++) {
        const struct driver *driver = &model->driver[d];
        const struct dated_value *value =
            driver->pool != pool ? NULL : driver_in_force(model, driver, vectors->period);
        if (value == NULL)
            continue;
        mpq_div(part, value->value, sum);
        int32_t other = unknown_of[driver->receiver];
        if (other >= 0)
            mpq_sub(cell[other], cell[other], part);
        else
            add_received(&cell[equations->unknowns], vectors->pool[driver->receiver], part,
                         model->partners);
    }
    mpq_clear(sum);
    mpq_clear(part);
}

static void solve_reciprocal(struct vectors *vectors, const bool *reached, struct arena *arena)
{
    const struct model *model = vectors->model;
    struct equations equations;
    int32_t *unknown_of = arena_take(arena, model->pools, sizeof *unknown_of);
    int32_t *pool = arena_take(arena, model->pools, sizeof *pool);
    size_t unknowns = 0;

    for (size_t p = 0; p < model->pools; p++) {
        bool unknown = reached[p] && model->pool[p].kind == KIND_SUPPORT;
        unknown_of[p] = unknown ? (int32_t)unknowns : -1;
        if (unknown)
            pool[unknowns++] = (int32_t)p;
    }
    equations_open(&equations, unknowns, model->partners);
    for (size_t row = 0; row < unknowns; row++)
        set_equation(vectors, &equations, row, pool[row], unknown_of);
    equations_solve(&equations);
    for (size_t row = 0; row < unknowns; row++)
        for (size_t p = 0; p < model->partners; p++)
            mpq_swap(vectors->pool[pool[row]][p], equations_row(&equations, row)[unknowns + p]);
    equations_close(&equations);
}

/* All vectors of a period for the pools that were reached. */
static void work_out_period(struct vectors *vectors, const bool *reached, struct arena *arena)
{
    const struct model *model = vectors->model;
    bool any_support = false;

    for (size_t p = 0; p < model->pools; p++) {
        if (!reached[p])
            continue;
        vectors->pool[p] = fractions_new(model->partners);
        any_support = any_support || model->pool[p].kind == KIND_SUPPORT;
        if (model->pool[p].kind == KIND_COMMON)
            basis_shares(model, &model->basis[pool_at(&model->pool[p], vectors->period)->basis],
                         vectors->period, vectors->pool[p]);
    }
    if (any_support && model->support_method == SUPPORT_RECIPROCAL)
        solve_reciprocal(vectors, reached, arena);
    for (size_t p = model->pools; any_support && p-- > 0;)
        if (reached[p] && model->pool[p].kind == KIND_SUPPORT &&
            model->support_method != SUPPORT_RECIPROCAL)
            pass_on(vectors, (int32_t)p);
}

/* ---- the table ---- */

/* Whether anything dated begins in this period, or ended in the one before. */
static bool model_changes_at(const struct model *model, period_number period)
{
    for (size_t p = 0; p < model->pools; p++)
        for (size_t r = 0; r < model->pool[p].rows; r++)
            if (model->pool[p].row[r].span.from == period ||
                model->pool[p].row[r].span.to == period - 1)
                return true;
    for (size_t b = 0; b < model->bases; b++)
        for (size_t p = 0; model->basis[b].value != NULL && p < model->partners; p++) {
            const struct dated_value *value = series_at(&model->basis[b].value[p], period);
            if (value != NULL && value->from == period)
                return true;
        }
    for (size_t d = 0; d < model->drivers; d++) {
        const struct dated_value *value = series_at(&model->driver[d].series, period);
        if (value != NULL && value->from == period)
            return true;
    }
    return false;
}

static void add_denominator(mpz_t denominator, mpq_t *vector, size_t partners)
{
    for (size_t p = 0; p < partners; p++)
        mpz_lcm(denominator, denominator, mpq_denref(vector[p]));
}

static mpz_t *numerators(struct arena *arena, mpq_t *vector, const mpz_t denominator,
                         size_t partners)
{
    mpz_t *whole = arena_take(arena, partners, sizeof *whole);

    for (size_t p = 0; p < partners; p++) {
        mpz_init(whole[p]);
        mpz_divexact(whole[p], denominator, mpq_denref(vector[p]));
        mpz_mul(whole[p], whole[p], mpq_numref(vector[p]));
    }
    return whole;
}

/* Puts the vectors of all periods of a pool over one denominator. */
static void tabulate_pool(struct pool_shares *shares, struct vectors *vectors, size_t pool,
                          const int32_t *same_as, struct arena *arena)
{
    size_t partners = vectors->model->partners;

    mpz_init_set_ui(shares->denominator, 1);
    for (int32_t t = 0; t < PERIODS; t++)
        if (vectors[t].pool != NULL && vectors[t].pool[pool] != NULL)
            add_denominator(shares->denominator, vectors[t].pool[pool], partners);
    for (int32_t t = 0; t < PERIODS; t++) {
        if (same_as[t] != t)
            shares->numerator[t] = shares->numerator[same_as[t]];
        else if (vectors[t].pool != NULL && vectors[t].pool[pool] != NULL)
            shares->numerator[t] = numerators(arena, vectors[t].pool[pool], shares->denominator,
                                              partners);
    }
}

/* The pools that are needed in any of the periods first to last, which are alike. */
static void reached_between(struct walk *walk, const struct demand *demand, int32_t first,
                            int32_t last, bool *reached)
{
    for (int32_t t = first; t <= last; t++) {
        walk_period(walk, demand, t);
        for (size_t p = 0; p < walk->model->pools; p++)
            reached[p] = reached[p] || (walk->pool_reached[p] &&
                                        pool_at(&walk->model->pool[p], walk->period) != NULL);
    }
}

static void drop_vectors(struct vectors vectors[PERIODS])
{
    for (int32_t t = 0; t < PERIODS; t++)
        for (size_t p = 0; vectors[t].pool != NULL && p < vectors[t].model->pools; p++)
            if (vectors[t].pool[p] != NULL)
                fractions_drop(vectors[t].pool[p], vectors[t].model->partners);
}

/* The vectors of all periods; those that nothing tells apart are worked out once. */
static void work_out_vectors(struct vectors vectors[PERIODS], int32_t same_as[PERIODS],
                             const struct model *model, const struct demand *demand,
                             int32_t through, struct arena *arena)
{
    struct walk walk;

    open_walk(&walk, model, NULL, arena);
    for (int32_t t = 0; t <= through; t++) {
        int32_t last = t;
        while (last < through &&
               !model_changes_at(model, period_of_year(model->year, last + 1)))
            last++;
        bool *reached = arena_take(arena, model->pools, sizeof *reached);
        reached_between(&walk, demand, t, last, reached);
        vectors[t].pool = arena_take(arena, model->pools, sizeof(mpq_t *));
        work_out_period(&vectors[t], reached, arena);
        for (int32_t i = t; i <= last; i++)
            same_as[i] = t;
        t = last;
    }
    for (int32_t t = through + 1; t < PERIODS; t++)
        same_as[t] = t;
}

/* A direct line's pool needs no shares: forget it unless shared lines reach it too. */
void shares_work_out(const struct model *model, const struct demand *demand, int32_t through,
                     struct arena *arena, struct share_table *table)
{
    struct vectors *vectors = arena_take(arena, PERIODS, sizeof *vectors);
    int32_t *same_as = arena_take(arena, PERIODS, sizeof *same_as);

    *table = (struct share_table){ model->pools, model->partners, NULL };
    table->pool = arena_take(arena, model->pools, sizeof *table->pool);
    for (int32_t t = 0; t < PERIODS; t++)
        vectors[t] = (struct vectors){ model, period_of_year(model->year, t), NULL };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {            /* GMP's numbers are not in the arena */
        drop_vectors(vectors);
        shares_close(table);
        arena_pass_on(&outer);
    }
    work_out_vectors(vectors, same_as, model, demand, through, arena);
    for (size_t p = 0; p < model->pools; p++)
        tabulate_pool(&table->pool[p], vectors, p, same_as, arena);
    drop_vectors(vectors);
}

void shares_close(struct share_table *table)
{
    for (size_t p = 0; p < table->pools; p++) {
        struct pool_shares *shares = &table->pool[p];
        mpz_clear(shares->denominator);
        for (int32_t t = 0; t < PERIODS; t++) {
            bool own = shares->numerator[t] != NULL &&
                       (t == 0 || shares->numerator[t] != shares->numerator[t - 1]);
            for (size_t i = 0; own && i < table->partners; i++)
                mpz_clear(shares->numerator[t][i]);
        }
    }
    *table = (struct share_table){ 0 };
}
