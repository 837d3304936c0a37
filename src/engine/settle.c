#include "engine/settle.h"

#include <stdlib.h>

/* ---- what is asked of the shares ---- */

void demand_from_sums(const struct sums *sums, int32_t through, struct arena *arena,
                      struct demand *demand)
{
    const struct model *model = sums->model;

    demand->shared = arena_take(arena, model->pools, sizeof *demand->shared);
    demand->any = arena_take(arena, model->pools, sizeof *demand->any);
    for (size_t s = 0; s < model->slots; s++) {
        const struct slot *slot = &model->slot[s];
        bool shared = slot->kind == KIND_COMMON || slot->kind == KIND_SUPPORT;
        for (size_t g = 0; slot->pool >= 0 && g < model->groups; g++) {
            const struct cells *cells = sums_cells(sums, (int32_t)s, (int32_t)g);
            for (int32_t t = 0; cells != NULL && t <= through; t++)
                if (cells_touched(cells, t)) {
                    demand->any[slot->pool][t] = true;
                    demand->shared[slot->pool][t] = demand->shared[slot->pool][t] || shared;
                }
        }
    }
}

/* ---- lines ---- */

static struct account_line **line_place(const struct settlement_result *result, enum kind kind,
                                        int32_t pool, int32_t group)
{
    const struct model *model = result->model;

    return &result->line[((size_t)kind * model->pools + (size_t)pool) * model->groups +
                         (size_t)group];
}

struct account_line *settlement_line(const struct settlement_result *result, enum kind kind,
                                     int32_t pool, int32_t group)
{
    return *line_place(result, kind, pool, group);
}

static struct account_line *need_line(struct settlement_result *result, enum kind kind,
                                      int32_t pool, int32_t group)
{
    struct account_line **place = line_place(result, kind, pool, group);

    if (*place == NULL) {
        *place = arena_take(result->arena, 1, sizeof **place);
        (*place)->due = arena_take(result->arena, (size_t)PERIODS * result->partners,
                                   sizeof(struct due));
    }
    return *place;
}

static struct due *due_at(const struct settlement_result *result, struct due *due, int32_t period,
                          int32_t partner)
{
    return &due[(size_t)period * result->partners + (size_t)partner];
}

wide settlement_total(const struct settlement_result *result, const struct account_line *line,
                      int32_t period)
{
    wide total = 0;

    for (size_t p = 0; p < result->partners; p++)
        total += due_at(result, line->due, period, (int32_t)p)->paid;
    return total;
}

/* ---- from sums to what was paid, and to what one partner bears alone ---- */

static void take_cells(struct settlement_result *result, int32_t number, int32_t group)
{
    const struct slot *slot = &result->model->slot[number];
    const struct cells *cells = sums_cells(result->sums, number, group);

    for (int32_t t = 0; cells != NULL && t <= result->through; t++) {
        if (!cells_touched(cells, t))
            continue;
        struct account_line *line = need_line(result, slot->kind, slot->pool, group);
        wide pence = sums_get(result->sums, number, group, t);
        due_at(result, line->due, t, slot->partner)->paid += pence;
        if (slot->bearer >= 0)
            due_at(result, line->due, t, slot->bearer)->borne += pence;
    }
}

static void take_sums(struct settlement_result *result)
{
    const struct model *model = result->model;

    for (size_t s = 0; s < model->slots; s++)
        for (size_t g = 0; model->slot[s].pool >= 0 && g < model->groups; g++)
            take_cells(result, (int32_t)s, (int32_t)g);
}

/* ---- the pennies of a pool ---- */

struct pool_work {
    const struct settlement_result *result;
    const struct pool_shares       *shares;
    struct apportion_work           apportion;
    size_t                          lead;
    mpz_t                          *carry;       /* [(group * PERIODS + period) * partners ...] */
    mpz_t                           total;
    wide                            due_before[PARTNERS_MAX];
    mpz_t                           exact[PARTNERS_MAX];
};

static void open_work(struct pool_work *work, const struct settlement_result *result)
{
    size_t carries = result->model->groups * PERIODS * result->partners;

    *work = (struct pool_work){ .result = result };
    work->carry = arena_take(result->arena, carries, sizeof *work->carry);
    apportion_open(&work->apportion);
    mpz_init(work->total);
    for (size_t p = 0; p < result->partners; p++)
        mpz_init(work->exact[p]);
    for (size_t i = 0; i < carries; i++)
        mpz_init(work->carry[i]);
}

static void close_work(struct pool_work *work)
{
    size_t carries = work->result->model->groups * PERIODS * work->result->partners;

    apportion_close(&work->apportion);
    mpz_clear(work->total);
    for (size_t p = 0; p < work->result->partners; p++)
        mpz_clear(work->exact[p]);
    for (size_t i = 0; i < carries; i++)
        mpz_clear(work->carry[i]);
}

static void start_accumulating(struct pool_work *work)
{
    for (size_t p = 0; p < work->result->partners; p++) {
        mpz_set_ui(work->exact[p], 0);
        work->due_before[p] = 0;
    }
}

static void add_exact(struct pool_work *work, wide total, mpz_t *numerator)
{
    if (total == 0)
        return;
    wide_to_mpz(total, work->total);
    for (size_t p = 0; p < work->result->partners; p++)
        mpz_addmul(work->exact[p], work->total, numerator[p]);
}

static void keep_carry(struct pool_work *work, int32_t group, int32_t period, const wide due[])
{
    const size_t partners = work->result->partners;
    mpz_t *carry = &work->carry[((size_t)group * PERIODS + (size_t)period) * partners];

    for (size_t p = 0; p < partners; p++) {
        wide_to_mpz(due[p], carry[p]);
        mpz_mul(carry[p], carry[p], work->shares->denominator);
        mpz_sub(carry[p], work->exact[p], carry[p]);
    }
}

/* One group of a shared pool through the year: accumulated exact amounts, due by the rule,
 * the difference from the period before (or every period by itself). */
static void apportion_group(struct pool_work *work, struct account_line *line, int32_t group)
{
    const struct settlement_result *result = work->result;
    const struct model *model = result->model;
    wide due[PARTNERS_MAX];
    wide accumulated = 0;

    start_accumulating(work);
    for (int32_t t = 0; t <= result->through; t++) {
        wide total = settlement_total(result, line, t);
        if (model->rounding == ROUNDING_PERIOD) {
            start_accumulating(work);
            accumulated = 0;
        }
        accumulated += total;
        if (work->shares->numerator[t] != NULL)
            add_exact(work, total, work->shares->numerator[t]);
        apportion(&work->apportion, work->exact, work->shares->denominator, accumulated,
                  result->partners, model->remainder, work->lead, due);
        for (size_t p = 0; p < result->partners; p++) {
            due_at(result, line->due, t, (int32_t)p)->borne = due[p] - work->due_before[p];
            work->due_before[p] = due[p];
        }
        if (t >= result->first)
            keep_carry(work, group, t, due);
    }
}

/* ---- locked periods ---- */

static struct due *need_charged(struct settlement_result *result, const struct charged_row *row)
{
    struct account_line *line = need_line(result, row->kind, row->pool, row->group);

    if (line->charged == NULL)
        line->charged = arena_take(result->arena, (size_t)PERIODS * result->partners,
                                   sizeof(struct due));
    return line->charged;
}

static void add_due(struct due *due, wide sign, wide borne, wide paid)
{
    due->borne += sign * borne;
    due->paid += sign * paid;
}

/* What was charged, each correction that an earlier close carried put back where it belongs. */
static void take_charged(struct settlement_result *result)
{
    const struct model *model = result->model;

    for (size_t i = 0; i < model->charged_rows; i++) {
        const struct charged_row *row = &model->charged[i];
        add_due(due_at(result, need_charged(result, row), row->period, row->partner), 1,
                row->borne, row->paid);
    }
    for (size_t i = 0; i < model->corrected_rows; i++) {
        const struct charged_row *row = &model->corrected[i];
        if (row->carried_in >= result->first || row->period >= result->first)
            continue;                    /* of a close that was never locked */
        struct due *charged = need_charged(result, row);
        add_due(due_at(result, charged, row->carried_in, row->partner), -1, row->borne,
                row->paid);
        add_due(due_at(result, charged, row->period, row->partner), 1, row->borne, row->paid);
    }
}

/* The difference between what would be due and what was charged goes, whole, into the first
 * open period. */
static void correct_line(struct settlement_result *result, struct account_line *line)
{
    line->correction = arena_take(result->arena, (size_t)result->first * result->partners,
                                  sizeof(struct due));
    for (int32_t t = 0; t < result->first; t++)
        for (int32_t p = 0; p < (int32_t)result->partners; p++) {
            struct due *correction = due_at(result, line->correction, t, p);
            *correction = *due_at(result, line->due, t, p);
            if (line->charged != NULL) {
                const struct due *charged = due_at(result, line->charged, t, p);
                add_due(correction, -1, charged->borne, charged->paid);
            }
            add_due(due_at(result, line->due, result->first, p), 1, correction->borne,
                    correction->paid);
        }
}

/* ---- all pools ---- */

static enum err settle_pool(struct settlement_result *result, struct pool_work *work,
                            int32_t pool, struct penny_watch *watch, struct trouble *trouble)
{
    const struct model *model = result->model;
    const struct pool *settled = &model->pool[pool];
    bool any = false;

    work->lead = (size_t)model->service[settled->service].lead;
    for (int32_t g = 0; g < (int32_t)model->groups; g++)
        for (int kind = 0; kind < KIND_EXCLUDED; kind++) {
            struct account_line *line = settlement_line(result, (enum kind)kind, pool, g);
            if (line == NULL)
                continue;
            any = true;
            if ((enum kind)kind == settled->kind)
                apportion_group(work, line, g);
            if (result->first > 0)
                correct_line(result, line);
        }
    if (!any || watch == NULL)
        return OK;
    return watch->pool(watch, result, pool, work->carry, work->shares->denominator, trouble);
}

static enum err settle_pools(struct settlement_result *result, struct pool_work *work,
                             const struct share_table *shares, struct penny_watch *watch,
                             struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < result->model->pools && err == OK; i++) {
        work->shares = &shares->pool[result->pool_order[i]];
        err = settle_pool(result, work, result->pool_order[i], watch, trouble);
    }
    return err;
}

/* GMP's numbers are not in the arena: they are given back also when it runs out of memory. */
static enum err settle_all(struct settlement_result *result, struct pool_work *work,
                           const struct share_table *shares, struct penny_watch *watch,
                           struct trouble *trouble)
{
    ARENA_KEEP(outer, result->arena);
    if (ARENA_GUARD(result->arena)) {
        close_work(work);
        arena_pass_on(&outer);
    }
    enum err err = settle_pools(result, work, shares, watch, trouble);
    close_work(work);
    return err;
}

static int compare_by_code(const void *a, const void *b, void *codes)
{
    const struct text *text = codes;

    return text_compare(text[*(const int32_t *)a], text[*(const int32_t *)b]);
}

static int32_t *order_of(struct arena *arena, struct text *codes, size_t count)
{
    int32_t *order = arena_take(arena, count, sizeof *order);

    for (size_t i = 0; i < count; i++)
        order[i] = (int32_t)i;
    if (count > 1)
        qsort_r(order, count, sizeof *order, compare_by_code, codes);
    return order;
}

static void put_in_order(struct settlement_result *result)
{
    const struct model *model = result->model;
    struct text *code = arena_take(result->arena, model->pools, sizeof *code);

    for (size_t p = 0; p < model->pools; p++)
        code[p] = model->pool[p].code;
    result->pool_order = order_of(result->arena, code, model->pools);
    result->group_order = order_of(result->arena, model->group, model->groups);
}

/* ---- who owes whom ---- */

static void sum_owed(struct settlement_result *result, int32_t pool,
                     const struct account_line *line)
{
    wide *owed = &result->owed[(size_t)result->model->pool[pool].service * result->partners];

    for (int32_t t = result->first; t <= result->through; t++)
        for (size_t p = 0; p < result->partners; p++) {
            const struct due *due = due_at(result, line->due, t, (int32_t)p);
            owed[p] += due->borne - due->paid;
        }
}

struct due settlement_standing(const struct settlement_result *result,
                               const struct account_line *line, int32_t period, size_t partner)
{
    struct due nothing = { 0, 0 };

    if (period >= result->first)
        return *due_at(result, line->due, period, (int32_t)partner);
    return line->charged == NULL ? nothing
                                 : *due_at(result, line->charged, period, (int32_t)partner);
}

/* Fine print 16: what a line's partner has borne or paid after the last period settled. */
static void check_line(struct settlement_result *result, const struct account_line *line)
{
    struct due sum[PARTNERS_MAX] = { { 0, 0 } };

    for (int32_t t = 0; t <= result->through; t++)
        for (size_t p = 0; p < result->partners; p++) {
            struct due standing = settlement_standing(result, line, t, p);
            add_due(&sum[p], 1, standing.borne, standing.paid);
        }
    for (size_t p = 0; p < result->partners; p++)
        if (!money_fits_64(sum[p].borne) || !money_fits_64(sum[p].paid))
            result->overflow = true;
}

static void check_totals(struct settlement_result *result)
{
    const struct sums *sums = result->sums;
    wide all = sums->later.pence;

    for (int kind = 0; kind < KINDS; kind++) {
        wide pence = sums_treatment(sums, (enum kind)kind).pence;
        all += pence;
        if (!money_fits_64(pence))
            result->overflow = true;
    }
    if (!money_fits_64(all) || !money_fits_64(sums->later.pence))
        result->overflow = true;
}

wide bill_between(const struct settlement_result *result, int32_t from, int32_t to)
{
    const struct model *model = result->model;
    wide amount = 0;

    for (size_t s = 0; s < model->services; s++) {
        if (model->service[s].lead == to)
            amount += result->owed[s * result->partners + (size_t)from];
        if (model->service[s].lead == from)
            amount -= result->owed[s * result->partners + (size_t)to];
    }
    return amount;
}

static void check_bills(struct settlement_result *result)
{
    const struct model *model = result->model;

    if (model->settlement == SETTLEMENT_GROSS) {
        for (size_t s = 0; s < model->services; s++)
            for (size_t p = 0; p < result->partners; p++)
                if ((int32_t)p != model->service[s].lead &&
                    !money_fits_64(result->owed[s * result->partners + p]))
                    result->overflow = true;
        return;
    }
    for (int32_t a = 0; a < (int32_t)result->partners; a++)
        for (int32_t b = 0; b < a; b++)
            if (!money_fits_64(bill_between(result, a, b)))
                result->overflow = true;
}

static void add_up(struct settlement_result *result)
{
    const struct model *model = result->model;

    result->owed = arena_take(result->arena, model->services * result->partners,
                              sizeof *result->owed);
    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (int32_t p = 0; p < (int32_t)model->pools; p++)
            for (int32_t g = 0; g < (int32_t)model->groups; g++) {
                const struct account_line *line = settlement_line(result, (enum kind)kind, p, g);
                if (line == NULL)
                    continue;
                sum_owed(result, p, line);
                check_line(result, line);
            }
    check_totals(result);
    check_bills(result);
}

enum err settle(const struct model *model, const struct sums *sums,
                const struct share_table *shares, int32_t through, struct arena *arena,
                struct penny_watch *watch, struct settlement_result *result,
                struct trouble *trouble)
{
    struct pool_work *work = arena_take(arena, 1, sizeof *work);

    *result = (struct settlement_result){ .model = model, .sums = sums, .arena = arena,
                                          .first = model->locked, .through = through,
                                          .partners = model->partners };
    result->line = arena_take(arena, (size_t)KIND_EXCLUDED * model->pools * model->groups,
                              sizeof *result->line);
    put_in_order(result);
    take_sums(result);
    take_charged(result);
    open_work(work, result);
    enum err err = settle_all(result, work, shares, watch, trouble);
    add_up(result);
    return err;
}
