/*
 * engine/whatif_even.c -- the value of a basis at which a partner's total does not change.
 *
 * Values are tried in units of the last decimal that the basis has. For a value, the shares of
 * the pools that depend on the basis are worked out again and what each partner bears of their
 * totals is handed out by the rule; all the rest of the settlement stays. A total is a step
 * function of the value, since pennies are whole, so the answer is a range of values, or two
 * values that follow each other. It is found by halving: the ends are always tried values, so
 * what is told of them holds whatever the shape between (tolerance and places make it uneven).
 */
#include "engine/whatif.h"

#include <assert.h>

#define DECIMALS_MAX 12
#define WHOLE_DIGITS 18
#define PARTNERS_ASKED 8             /* with more partners, only the one whose value it is */

/* What is due of the pools that depend on the basis, at one value. */
struct trial {
    wide  value;                     /* in units of the last decimal */
    wide *change;                    /* [partner] of its total, against the year as it is */
};

struct search {
    struct whatif_answer    *answer;
    struct model            *model;
    struct arena            *arena;
    const struct assignment *assignment;
    struct demand            demand;          /* of the pools that depend on it */
    unsigned                 decimals;
    mpz_t                    unit;            /* 10^decimals */
    struct dated_value      *dated;           /* the assigned value, in the model */
    wide                    *offset;          /* [partner] */
    struct trial            *trial;
    size_t                   trials, room;
    struct apportion_work    apportion;
    mpz_t                    exact[PARTNERS_MAX];
    mpz_t                    total;
};

/* ---- what depends on the basis ---- */

static bool is_made_of(const struct model *model, const struct basis *basis, const bool *depends)
{
    for (size_t c = 0; basis->kind == BASIS_BLEND && c < basis->components; c++)
        if (depends[basis->component[c].basis])
            return true;
    (void)model;
    return basis->kind == BASIS_TOLERANCE && (depends[basis->estimate] || depends[basis->actual]);
}

static void find_bases(const struct model *model, bool *depends)
{
    for (bool grown = true; grown;) {
        grown = false;
        for (size_t b = 0; b < model->bases; b++)
            if (!depends[b] && is_made_of(model, &model->basis[b], depends))
                grown = depends[b] = true;
    }
}

static void find_pools(const struct model *model, const bool *basis, bool *depends)
{
    for (size_t p = 0; p < model->pools; p++)
        for (size_t r = 0; r < model->pool[p].rows; r++)
            if (model->pool[p].row[r].basis >= 0 && basis[model->pool[p].row[r].basis])
                depends[p] = true;
    for (bool grown = true; grown;) {
        grown = false;
        for (size_t d = 0; d < model->drivers; d++)
            if (depends[model->driver[d].receiver] && !depends[model->driver[d].pool])
                grown = depends[model->driver[d].pool] = true;
    }
}

/* Asks shares of the pools that depend on the basis, for the periods that have lines there. */
static void find_demand(struct search *search)
{
    const struct partnership *after = &search->answer->after;
    const struct model *model = search->model;
    bool *basis = arena_take(search->arena, model->bases, sizeof *basis);
    bool *pool = arena_take(search->arena, model->pools, sizeof *pool);

    basis[search->assignment->one] = true;
    find_bases(model, basis);
    find_pools(model, basis, pool);
    demand_from_sums(&after->sums, after->through, search->arena, &search->demand);
    for (size_t p = 0; p < model->pools; p++)
        for (int32_t t = 0; t < PERIODS; t++) {
            search->demand.shared[p][t] = search->demand.shared[p][t] && pool[p];
            search->demand.any[p][t] = false;
        }
}

/* ---- one value ---- */

static wide total_of(const struct settlement_result *result, const struct account_line *line,
                     int32_t period)
{
    wide total = settlement_total(result, line, period);

    if (period != result->first || line->correction == NULL)
        return total;
    for (int32_t t = 0; t < period; t++)     /* what it carries in stands in it already */
        for (size_t p = 0; p < result->partners; p++)
            total -= line->correction[(size_t)t * result->partners + p].paid;
    return total;
}

/* Adds what each partner bears of a group through the year, by the rule: the difference of two
 * values is the difference of the settlements, since what was charged for locked periods is
 * taken off either. */
static void add_group(struct search *search, const struct pool_shares *shares, int32_t pool,
                      const struct account_line *line, wide due_of[])
{
    const struct settlement_result *result = &search->answer->result;
    bool by_period = search->model->rounding == ROUNDING_PERIOD;
    size_t lead = (size_t)search->model->service[search->model->pool[pool].service].lead;
    wide due[PARTNERS_MAX];
    wide accumulated = 0;

    for (size_t p = 0; p < result->partners; p++)
        mpz_set_ui(search->exact[p], 0);
    for (int32_t t = 0; t <= result->through; t++) {
        wide total = total_of(result, line, t);
        accumulated += total;
        wide_to_mpz(total, search->total);
        for (size_t p = 0; total != 0 && p < result->partners; p++)
            mpz_addmul(search->exact[p], search->total, shares->numerator[t][p]);
        if (!by_period && t < result->through)
            continue;
        apportion(&search->apportion, search->exact, shares->denominator, accumulated,
                  result->partners, search->model->remainder, lead, due);
        for (size_t p = 0; p < result->partners; p++) {
            due_of[p] += due[p];
            mpz_set_ui(search->exact[p], 0);
        }
        accumulated = 0;
    }
}

static void set_value(struct search *search, wide value)
{
    wide_to_mpz(value, mpq_numref(search->dated->value));
    mpz_set(mpq_denref(search->dated->value), search->unit);
    mpq_canonicalize(search->dated->value);
}

static void try_value(struct search *search, wide value, wide due_of[])
{
    const struct settlement_result *result = &search->answer->result;
    const struct model *model = search->model;
    struct share_table shares;

    set_value(search, value);
    shares_work_out(model, &search->demand, result->through, search->arena, &shares);
    memset(due_of, 0, result->partners * sizeof *due_of);
    for (int32_t pool = 0; pool < (int32_t)model->pools; pool++)
        for (int32_t g = 0; g < (int32_t)model->groups; g++) {
            const struct account_line *line =
                settlement_line(result, model->pool[pool].kind, pool, g);
            bool asked = false;
            for (int32_t t = 0; t <= result->through; t++)
                asked = asked || search->demand.shared[pool][t];
            if (line != NULL && asked)
                add_group(search, &shares.pool[pool], pool, line, due_of);
        }
    shares_close(&shares);
}

/* What each partner's total changes by at this value; tried values are remembered. */
static const wide *change_at(struct search *search, wide value)
{
    size_t partners = search->answer->result.partners;

    for (size_t i = 0; i < search->trials; i++)
        if (search->trial[i].value == value)
            return search->trial[i].change;
    if (search->trials == search->room) {
        size_t room = search->room == 0 ? 64 : search->room * 2;
        search->trial = arena_grow(search->arena, search->trial, search->trials, room,
                                   sizeof *search->trial);
        search->room = room;
    }
    struct trial *trial = &search->trial[search->trials++];
    trial->value = value;
    trial->change = arena_take(search->arena, partners, sizeof *trial->change);
    try_value(search, value, trial->change);
    for (size_t p = 0; p < partners; p++)
        trial->change[p] += search->offset[p];
    return trial->change;
}

/* ---- the search ---- */

/* A question about a partner's change at a value. */
typedef bool asked(const struct search *, wide change);

static bool rises(const struct search *search, wide change)
{
    (void)search;
    return change > 0;
}

static bool falls(const struct search *search, wide change)
{
    (void)search;
    return change < 0;
}

/* Two values that follow each other between which the answer turns; it differs at the ends. */
static void halve(struct search *search, size_t partner, asked *is, wide *low, wide *high)
{
    bool at_low = is(search, change_at(search, *low)[partner]);

    while (*high - *low > 1) {
        wide middle = *low + (*high - *low) / 2;
        if (is(search, change_at(search, middle)[partner]) == at_low)
            *low = middle;
        else
            *high = middle;
    }
}

/* Where the answer turns between two ends: near the value assumed if it can. False: nowhere. */
static bool find_turn(struct search *search, size_t partner, asked *is, wide least, wide most,
                      wide near, wide *low, wide *high)
{
    bool at_least = is(search, change_at(search, least)[partner]);

    *low = least;
    if (is(search, change_at(search, most)[partner]) == at_least)
        return false;
    for (*high = near > least ? near : least + 1; *high < most; *high *= 16) {
        if (is(search, change_at(search, *high)[partner]) != at_least)
            break;
        *low = *high;
    }
    if (*high > most)
        *high = most;
    halve(search, partner, is, low, high);
    return true;
}

static const char *value_text(struct search *search, wide value)
{
    mpq_t number;

    mpq_init(number);
    wide_to_mpz(value, mpq_numref(number));
    mpz_set(mpq_denref(number), search->unit);
    mpq_canonicalize(number);
    const char *text = exact_of(search->arena, number, search->decimals).decimal;
    mpq_clear(number);
    return text;
}

static void find_even_of(struct search *search, size_t partner, wide least, wide most, wide near)
{
    struct break_even *even = &search->answer->even[search->answer->evens++];
    wide rise[2] = { 0 };
    wide fall[2] = { 0 };
    bool rises_there = find_turn(search, partner, rises, least, most, near, &rise[0], &rise[1]);
    bool falls_there = find_turn(search, partner, falls, least, most, near, &fall[0], &fall[1]);
    wide first = change_at(search, least)[partner];

    *even = (struct break_even){ .partner = (int32_t)partner };
    if (rises_there) {
        bool up = change_at(search, rise[1])[partner] > 0;
        even->below = value_text(search, rise[!up]);
        even->above = value_text(search, rise[up]);
        even->change_below = change_at(search, rise[!up])[partner];
        even->change_above = change_at(search, rise[up])[partner];
    }
    if (!rises_there && !falls_there) {
        even->kind = first == 0 ? EVEN_ALWAYS : EVEN_NONE;
        return;
    }
    /* the values at which it does not change lie between the two turns */
    wide from = least;
    wide to = most;
    if (first > 0)
        from = rise[1];
    else if (first < 0)
        from = fall[1];
    if (rises_there && first <= 0)
        to = rise[0];
    if (falls_there && first >= 0 && fall[0] < to)
        to = fall[0];
    bool zero = from <= to && change_at(search, from)[partner] == 0 &&
                change_at(search, to)[partner] == 0;
    even->kind = zero ? EVEN_RANGE : EVEN_BETWEEN;
    even->from = zero ? value_text(search, from) : NULL;
    even->to = zero ? value_text(search, to) : NULL;
}

/* ---- the value that was assumed ---- */

static unsigned decimals_of(struct text written)
{
    const char *point = memchr(written.data, '.', written.size);

    return point == NULL ? 0 : (unsigned)(written.data + written.size - point - 1);
}

/* As many decimals as any value of the basis has, in the file or assumed. */
static unsigned most_decimals(const struct model *model, const struct basis *basis)
{
    unsigned most = 0;

    for (size_t p = 0; p < model->partners; p++)
        for (size_t i = 0; i < basis->value[p].count; i++) {
            unsigned decimals = decimals_of(basis->value[p].dated[i].written);
            most = decimals > most ? decimals : most;
        }
    return most;
}

static struct dated_value *assigned_value(const struct search *search)
{
    struct series *series =
        &search->model->basis[search->assignment->one].value[search->assignment->other];
    period_number from = PERIOD_FIRST;

    if (search->assignment->from.size > 0 && !period_parse(search->assignment->from, &from))
        return NULL;
    for (size_t i = 0; i < series->count; i++)
        if (series->dated[i].from == from)
            return &series->dated[i];
    return NULL;
}

static wide in_units(const struct search *search, const mpq_t value)
{
    mpz_t whole;

    mpz_init(whole);
    mpz_mul(whole, mpq_numref(value), search->unit);
    mpz_divexact(whole, whole, mpq_denref(value));
    wide units = wide_from_mpz(whole);
    mpz_clear(whole);
    return units;
}

/* 0, or one unit where the other partners' values are all zero: somebody must have a share. */
static wide least_value(const struct search *search)
{
    const struct model *model = search->model;
    const struct basis *basis = &model->basis[search->assignment->one];

    for (int32_t t = 0; t < PERIODS; t++) {
        bool others = false;
        for (int32_t p = 0; p < (int32_t)model->partners; p++) {
            const struct dated_value *value =
                series_at(&basis->value[p], period_of_year(model->year, t));
            others = others || (p != search->assignment->other && value != NULL &&
                                mpq_sgn(value->value) > 0);
        }
        if (!others)
            return 1;
    }
    return 0;
}

static wide most_value(const struct search *search)
{
    wide most = 1;

    for (unsigned i = 0; i < WHOLE_DIGITS + search->decimals; i++)
        most *= 10;
    return most - 1;
}

static void search_all(struct search *search)
{
    struct whatif_answer *answer = search->answer;
    size_t partners = answer->result.partners;
    wide assumed = in_units(search, search->dated->value);
    wide least = least_value(search);
    wide most = most_value(search);

    search->offset = arena_take(search->arena, partners, sizeof *search->offset);
    answer->even = arena_take(search->arena, partners, sizeof *answer->even);
    wide due[PARTNERS_MAX];
    try_value(search, assumed, due);
    for (size_t p = 0; p < partners; p++) {
        const struct change *change = &answer->partner[p];
        search->offset[p] = change->after.borne - change->after.paid - change->before.borne +
                            change->before.paid - due[p];
    }
    for (size_t p = 0; p < partners; p++)
        if (partners <= PARTNERS_ASKED || (int32_t)p == search->assignment->other)
            find_even_of(search, p, least, most, assumed);
    set_value(search, assumed);
}

/* The one basis value of the question, or why there is no break-even to look for. */
static const struct assignment *value_asked(struct whatif_answer *answer)
{
    const struct assignment *found = NULL;

    for (size_t i = 0; i < answer->assignments; i++) {
        if (answer->assignment[i].kind != ASSIGN_BASIS_VALUE)
            continue;
        if (found != NULL) {
            answer->no_even = "more than one basis value is assumed";
            return NULL;
        }
        found = &answer->assignment[i];
        answer->even_of = (int32_t)i;
    }
    if (found != NULL && answer->after.model.basis[found->one].kind != BASIS_MEASURE) {
        answer->no_even = "per cents must add to 100, so no other value could be assumed alone";
        return NULL;
    }
    return found;
}

void whatif_find_even(struct whatif_answer *answer)
{
    struct search *search = arena_take(answer->arena, 1, sizeof *search);

    search->answer = answer;
    search->model = &answer->after.model;
    search->arena = answer->arena;
    search->assignment = value_asked(answer);
    if (search->assignment == NULL)
        return;
    search->dated = assigned_value(search);
    assert(search->dated != NULL);
    search->decimals = most_decimals(search->model, &search->model->basis[search->assignment->one]);
    assert(search->decimals <= DECIMALS_MAX);
    find_demand(search);
    mpz_init(search->unit);
    mpz_init(search->total);
    mpz_ui_pow_ui(search->unit, 10, search->decimals);
    apportion_open(&search->apportion);
    for (size_t p = 0; p < PARTNERS_MAX; p++)
        mpz_init(search->exact[p]);
    search_all(search);
    for (size_t p = 0; p < PARTNERS_MAX; p++)
        mpz_clear(search->exact[p]);
    apportion_close(&search->apportion);
    mpz_clear(search->total);
    mpz_clear(search->unit);
}
