#include "finance/finance_paper_cause.h"

#include <assert.h>

const char *const cause_title[CAUSES] = {
    [CAUSE_ACCOUNT] = "On account", [CAUSE_VOLUME] = "Volume", [CAUSE_PRICE] = "Price",
    [CAUSE_BASIS] = "Basis", [CAUSE_CORRECTION] = "Corrections", [CAUSE_PAID] = "Paid itself",
};

/* A pool's cost of one kind, by partner: estimated, actual without corrections, corrected. */
struct place {
    struct text kind, pool;
    struct due {
        wide borne, paid;
    } *before, *actual, *corrected;
};

struct places {
    const struct paper_case *paper;
    struct place            *place;
    size_t                   count;
};

static struct place *place_of(struct places *places, struct text kind, struct text pool)
{
    struct arena *arena = places->paper->arena;
    const size_t partners = places->paper->model->partners;

    for (size_t i = 0; i < places->count; i++)
        if (text_equal(places->place[i].kind, kind) && text_equal(places->place[i].pool, pool))
            return &places->place[i];
    places->place = arena_grow(arena, places->place, places->count, places->count + 1,
                               sizeof *places->place);
    struct place *place = &places->place[places->count++];
    *place = (struct place){ kind, pool, arena_take(arena, partners, sizeof(struct due)),
                             arena_take(arena, partners, sizeof(struct due)),
                             arena_take(arena, partners, sizeof(struct due)) };
    return place;
}

static void add_rows(struct places *places, const struct settlement_rows *rows, bool before)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct settlement_row *row = &rows->row[i];
        const int32_t partner = paper_partner(places->paper, row->partner);
        struct place *place = place_of(places, row->kind, row->pool);
        if (partner < 0)
            continue;
        struct due *due = before ? &place->before[partner] : &place->actual[partner];
        due->borne += row->borne;
        due->paid += row->paid;
    }
}

/* Corrections stand in the rows of the period that carries them: taken out there. */
static void add_corrections(struct places *places, const struct correction_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct correction_row *row = &rows->row[i];
        const int32_t partner = paper_partner(places->paper, row->partner);
        struct place *place = place_of(places, row->kind, row->pool);
        if (partner < 0)
            continue;
        place->corrected[partner].borne += row->borne;
        place->corrected[partner].paid += row->paid;
        place->actual[partner].borne -= row->borne;
        place->actual[partner].paid -= row->paid;
    }
}

/* --- units --- */

/* The sum of a basis' values in force; false: it has none. */
static bool units_of(const struct model *model, int32_t basis, bool then, period_number period,
                     mpq_t sum)
{
    bool any = false;

    mpq_set_ui(sum, 0, 1);
    if (basis >= 0 && model->basis[basis].kind == BASIS_TOLERANCE)
        basis = then ? model->basis[basis].estimate : model->basis[basis].actual;
    if (basis < 0 || model->basis[basis].kind != BASIS_MEASURE)
        return false;
    for (size_t partner = 0; partner < model->partners; partner++) {
        const struct dated_value *value = series_at(&model->basis[basis].value[partner], period);
        if (value == NULL)
            continue;
        mpq_add(sum, sum, value->value);
        any = true;
    }
    return any && mpq_sgn(sum) > 0;
}

static bool pool_units(const struct model *model, struct text pool, bool then, mpq_t sum)
{
    const period_number period = period_of_year(model->year, then ? 0 : 11);

    for (size_t i = 0; i < model->pools; i++)
        if (text_equal(model->pool[i].code, pool)) {
            const struct pool_row *row = pool_at(&model->pool[i], period);
            return row != NULL && units_of(model, row->basis, then, period, sum);
        }
    return false;
}

/* The estimated cost at today's units, to the nearest penny, half away from zero. */
static wide at_todays_units(const struct paper_case *paper, const struct place *place, wide cost)
{
    const struct model *before = paper->estimated == NULL ? paper->model : paper->estimated;
    mpq_t then, now;
    mpz_t pence, half;
    wide out = cost;

    mpq_inits(then, now, NULL);
    mpz_inits(pence, half, NULL);
    if (text_is(place->kind, "common") && pool_units(before, place->pool, true, then) &&
        pool_units(paper->model, place->pool, false, now)) {
        mpq_div(now, now, then);
        wide_to_mpz(cost < 0 ? -cost : cost, pence);
        mpz_mul(pence, pence, mpq_numref(now));
        mpz_fdiv_q_2exp(half, mpq_denref(now), 1);
        mpz_add(pence, pence, half);
        mpz_fdiv_q(pence, pence, mpq_denref(now));
        out = cost < 0 ? -wide_from_mpz(pence) : wide_from_mpz(pence);
    }
    mpq_clears(then, now, NULL);
    mpz_clears(pence, half, NULL);
    return out;
}

/* --- steps --- */

/* `cost` in the share in which the estimate was borne; false: it was borne by nobody. */
static bool on_estimate(const struct paper_case *paper, const struct place *place, wide cost,
                        wide out[])
{
    const size_t partners = paper->model->partners;
    struct apportion_work work;
    mpz_t exact[APPORTION_PARTIES_MAX], whole;
    wide sum = 0;

    for (size_t i = 0; i < partners; i++) {
        if (place->before[i].borne < 0)
            return false;
        sum += place->before[i].borne;
    }
    if (sum == 0)
        return false;
    apportion_open(&work);
    mpz_init(whole);
    for (size_t i = 0; i < partners; i++) {
        mpz_init(exact[i]);
        wide_to_mpz(cost, exact[i]);
        wide_to_mpz(place->before[i].borne, whole);
        mpz_mul(exact[i], exact[i], whole);
    }
    wide_to_mpz(sum, whole);
    apportion(&work, exact, whole, cost, partners, REMAINDER_LARGEST, 0, out);
    for (size_t i = 0; i < partners; i++)
        mpz_clear(exact[i]);
    mpz_clear(whole);
    apportion_close(&work);
    return true;
}

static void explain_place(const struct paper_case *paper, const struct place *place,
                          int32_t partner, struct cause_row *row)
{
    wide volume[APPORTION_PARTIES_MAX], price[APPORTION_PARTIES_MAX];
    const struct due before = place->before[partner], actual = place->actual[partner];
    const struct due corrected = place->corrected[partner];
    wide then = 0, now = 0;

    for (size_t i = 0; i < paper->model->partners; i++) {
        then += place->before[i].borne;
        now += place->actual[i].borne;
    }
    if (on_estimate(paper, place, at_todays_units(paper, place, then), volume) &&
        on_estimate(paper, place, now, price)) {
        row->by[CAUSE_VOLUME] = volume[partner] - before.borne;
        row->by[CAUSE_PRICE] = price[partner] - volume[partner];
        row->by[CAUSE_BASIS] = actual.borne - price[partner];
    } else {
        row->by[CAUSE_PRICE] = actual.borne - before.borne;     /* it was not in the estimate */
    }
    row->by[CAUSE_CORRECTION] = corrected.borne - corrected.paid;
    row->by[CAUSE_PAID] = before.paid - actual.paid;
    row->estimate = before.borne - before.paid;
    row->due = actual.borne - actual.paid + row->by[CAUSE_CORRECTION];
}

/* --- rows --- */

static struct cause_row *service_row(const struct paper_case *paper, struct cause_rows *rows,
                                     const struct cause_row *like)
{
    for (size_t i = 0; i < rows->count; i++)
        if (text_equal(rows->row[i].service, like->service) &&
            text_equal(rows->row[i].partner, like->partner))
            return &rows->row[i];
    rows->row = arena_grow(paper->arena, rows->row, rows->count, rows->count + 1,
                           sizeof *rows->row);
    rows->row[rows->count] = (struct cause_row){ .service = like->service,
                                                 .partner = like->partner, .lead = like->lead };
    return &rows->row[rows->count++];
}

static void add_place(const struct paper_case *paper, const struct place *place, int32_t partner,
                      struct cause_rows *services, struct cause_rows *pools)
{
    const struct pool *pool = paper_pool(paper, place->pool);

    if (pool == NULL || pool->service < 0)
        return;
    const struct service *service = &paper->model->service[pool->service];
    if (service->lead < 0 || service->lead == partner)
        return;
    struct cause_row row = { .service = service->code, .kind = place->kind, .pool = place->pool,
                             .partner = paper->model->partner[partner].code,
                             .lead = paper->model->partner[service->lead].code };
    explain_place(paper, place, partner, &row);
    pools->row = arena_grow(paper->arena, pools->row, pools->count, pools->count + 1,
                            sizeof row);
    pools->row[pools->count++] = row;
    struct cause_row *whole = service_row(paper, services, &row);
    for (int cause = 0; cause < CAUSES; cause++)
        whole->by[cause] += row.by[cause];
    whole->estimate += row.estimate;
    whole->due += row.due;
}

/* What was paid on account; without true_up.csv, as was estimated. */
static enum err set_billed(const struct paper_case *paper, struct cause_rows *services,
                           struct trouble *trouble)
{
    for (size_t i = 0; i < services->count; i++)
        services->row[i].billed = paper->has_true_up ? 0 : services->row[i].estimate;
    for (size_t i = 0; i < paper->true_up.count; i++) {
        const struct true_up_row *up = &paper->true_up.row[i];
        const struct cause_row like = { .service = up->service, .partner = up->partner,
                                        .lead = up->lead };
        struct cause_row *row = service_row(paper, services, &like);
        row->billed = up->billed;
        if (row->due != up->due)
            return fail(trouble, ERR_CHECK, "%.*s is due otherwise than true_up.csv says",
                        TEXT(up->service));
    }
    for (size_t i = 0; i < services->count; i++) {
        struct cause_row *row = &services->row[i];
        wide sum = row->by[CAUSE_ACCOUNT] = row->estimate - row->billed;
        for (int cause = CAUSE_ACCOUNT + 1; cause < CAUSES; cause++)
            sum += row->by[cause];
        assert(sum == row->due - row->billed);
    }
    return OK;
}

enum err paper_causes(const struct paper_case *paper, struct cause_rows *services,
                      struct cause_rows *pools, struct trouble *trouble)
{
    struct places places = { paper, NULL, 0 };

    *services = *pools = (struct cause_rows){ NULL, 0 };
    add_rows(&places, &paper->before, true);
    add_rows(&places, &paper->charged, false);
    add_rows(&places, &paper->settlement, false);
    add_corrections(&places, &paper->corrected);
    add_corrections(&places, &paper->corrections);
    for (size_t i = 0; i < places.count; i++)
        for (size_t partner = 0; partner < paper->model->partners; partner++)
            add_place(paper, &places.place[i], (int32_t)partner, services, pools);
    return set_billed(paper, services, trouble);
}
