#include "engine/output.h"

static struct due *due_of(const struct settlement_result *result, struct due *due, int32_t period,
                          int32_t partner)
{
    return &due[(size_t)period * result->partners + (size_t)partner];
}

static void put_period(struct csv_writer *writer, const struct settlement_result *result,
                       int32_t period)
{
    char text[PERIOD_TEXT_MAX];
    size_t size = period_print(period_of_year(result->model->year, period), text);

    csv_text(writer, (struct text){ text, size });
}

/* A walk over the lines in the order of the output: kind, pool, then the caller's. */
struct place {
    enum kind kind;
    int32_t   pool;
};

static bool pool_has_lines(const struct settlement_result *result, struct place place)
{
    for (int32_t g = 0; g < (int32_t)result->model->groups; g++)
        if (settlement_line(result, place.kind, place.pool, g) != NULL)
            return true;
    return false;
}

/* The next kind and pool that have lines; start with `*step` at 0. */
static bool next_place(const struct settlement_result *result, size_t *step, struct place *place)
{
    size_t pools = result->model->pools;

    while (*step < (size_t)KIND_EXCLUDED * pools) {
        *place = (struct place){ (enum kind)(*step / pools), result->pool_order[*step % pools] };
        (*step)++;
        if (pool_has_lines(result, *place))
            return true;
    }
    return false;
}

/* ---- settlement.csv ---- */

static void put_settlement_rows(struct csv_writer *writer, const struct settlement_result *result,
                                struct place place, int32_t period, int32_t group)
{
    const struct account_line *line = settlement_line(result, place.kind, place.pool, group);

    for (int32_t p = 0; line != NULL && p < (int32_t)result->partners; p++) {
        const struct due *due = due_of(result, line->due, period, p);
        if (due->borne == 0 && due->paid == 0)
            continue;
        csv_word(writer, kind_name[place.kind]);
        csv_text(writer, result->model->pool[place.pool].code);
        put_period(writer, result, period);
        csv_text(writer, result->model->group[group]);
        csv_text(writer, result->model->partner[p].code);
        csv_money(writer, due->borne);
        csv_money(writer, due->paid);
        csv_money(writer, due->borne - due->paid);
        csv_end(writer);
    }
}

void output_settlement(struct csv_writer *writer, const struct settlement_result *result)
{
    struct place place;
    size_t step = 0;

    csv_literal(writer, "kind,pool,period,group,partner,borne,paid,net\n");
    while (next_place(result, &step, &place))
        for (int32_t t = result->first; t <= result->through; t++)
            for (size_t g = 0; g < result->model->groups; g++)
                put_settlement_rows(writer, result, place, t, result->group_order[g]);
}

/* ---- corrections.csv ---- */

static void put_correction_rows(struct csv_writer *writer, const struct settlement_result *result,
                                struct place place, int32_t period, int32_t group)
{
    const struct account_line *line = settlement_line(result, place.kind, place.pool, group);

    if (line == NULL || line->correction == NULL)
        return;
    for (int32_t p = 0; p < (int32_t)result->partners; p++) {
        const struct due *due = due_of(result, line->correction, period, p);
        if (due->borne == 0 && due->paid == 0)
            continue;
        csv_word(writer, kind_name[place.kind]);
        csv_text(writer, result->model->pool[place.pool].code);
        put_period(writer, result, period);
        put_period(writer, result, result->first);
        csv_text(writer, result->model->group[group]);
        csv_text(writer, result->model->partner[p].code);
        csv_money(writer, due->borne);
        csv_money(writer, due->paid);
        csv_end(writer);
    }
}

void output_corrections(struct csv_writer *writer, const struct settlement_result *result)
{
    struct place place;
    size_t step = 0;

    csv_literal(writer, "kind,pool,period,carried_in,group,partner,borne,paid\n");
    while (next_place(result, &step, &place))
        for (int32_t t = 0; t < result->first; t++)
            for (size_t g = 0; g < result->model->groups; g++)
                put_correction_rows(writer, result, place, t, result->group_order[g]);
}

/* ---- bill.csv ---- */

static void each_gross(const struct settlement_result *result,
                       void (*each)(void *context, struct debt), void *context, int32_t service)
{
    int32_t lead = result->model->service[service].lead;
    int32_t partners = (int32_t)result->partners;

    for (int32_t from = 0; from < partners; from++)
        for (int32_t to = 0; to < partners; to++) {
            if ((from == lead) == (to == lead))
                continue;
            int32_t other = from == lead ? to : from;
            wide owed = result->owed[(size_t)service * result->partners + (size_t)other];
            if (from == lead)
                owed = -owed;
            if (owed > 0)
                each(context, (struct debt){ service, from, to, owed });
        }
}

void bill_each(const struct settlement_result *result, void (*each)(void *context, struct debt),
               void *context)
{
    int32_t partners = (int32_t)result->partners;

    if (result->model->settlement == SETTLEMENT_GROSS) {
        for (size_t s = 0; s < result->model->services; s++)
            each_gross(result, each, context, (int32_t)s);
        return;
    }
    for (int32_t from = 0; from < partners; from++)
        for (int32_t to = 0; to < partners; to++) {
            wide owed = from == to ? 0 : bill_between(result, from, to);
            if (owed > 0)
                each(context, (struct debt){ -1, from, to, owed });
        }
}

struct bill_output {
    struct csv_writer              *writer;
    const struct settlement_result *result;
};

static void put_debt(void *context, struct debt debt)
{
    const struct bill_output *output = context;
    const struct model *model = output->result->model;

    if (debt.service < 0)
        csv_word(output->writer, "all");
    else
        csv_text(output->writer, model->service[debt.service].code);
    csv_text(output->writer, model->partner[debt.from].code);
    csv_text(output->writer, model->partner[debt.to].code);
    csv_money(output->writer, debt.amount);
    csv_end(output->writer);
}

void output_bill(struct csv_writer *writer, const struct settlement_result *result)
{
    struct bill_output output = { writer, result };

    csv_literal(writer, "service,from,to,amount\n");
    bill_each(result, put_debt, &output);
}

/* ---- journal-<partner>.csv ---- */

static void put_debit_or_credit(struct csv_writer *writer, wide amount)
{
    if (amount > 0)
        csv_money(writer, amount);
    else
        csv_word(writer, "");
    if (amount < 0)
        csv_money(writer, -amount);
    else
        csv_word(writer, "");
    csv_end(writer);
}

/* The lines of a service in a period for one partner; returns what they come to. */
static wide put_entries(struct csv_writer *writer, const struct settlement_result *result,
                        int32_t period, int32_t service, int32_t partner)
{
    const struct model *model = result->model;
    struct place place;
    size_t step = 0;
    wide sum = 0;

    while (next_place(result, &step, &place)) {
        if (model->pool[place.pool].service != service)
            continue;
        for (size_t i = 0; i < model->groups; i++) {
            int32_t group = result->group_order[i];
            const struct account_line *line =
                settlement_line(result, place.kind, place.pool, group);
            const struct due *due =
                line == NULL ? NULL : due_of(result, line->due, period, partner);
            if (due == NULL || due->borne == due->paid)
                continue;
            sum += due->borne - due->paid;
            put_period(writer, result, period);
            csv_text(writer, model->service[service].code);
            csv_word(writer, kind_name[place.kind]);
            csv_text(writer, model->pool[place.pool].code);
            csv_text(writer, model->group[group]);
            put_debit_or_credit(writer, due->borne - due->paid);
        }
    }
    return sum;
}

void output_journal(struct csv_writer *writer, const struct settlement_result *result,
                    int32_t partner)
{
    csv_literal(writer, "period,service,kind,pool,group,debit,credit\n");
    for (int32_t t = result->first; t <= result->through; t++)
        for (size_t s = 0; s < result->model->services; s++) {
            wide sum = put_entries(writer, result, t, (int32_t)s, partner);
            if (sum == 0)
                continue;
            put_period(writer, result, t);
            csv_text(writer, result->model->service[s].code);
            csv_word(writer, "clearing");
            csv_word(writer, "");
            csv_word(writer, "");
            put_debit_or_credit(writer, -sum);
        }
}

/* ---- totals.csv ---- */

static void put_total(struct csv_writer *writer, const char *name, struct tally tally)
{
    csv_word(writer, name);
    csv_count(writer, tally.lines);
    csv_money(writer, tally.pence);
    csv_end(writer);
}

void output_totals(struct csv_writer *writer, const struct settlement_result *result)
{
    static const enum kind order[] = { KIND_COMMON, KIND_SUPPORT, KIND_DIRECT, KIND_INITIATIVE,
                                       KIND_EXCLUDED };
    const struct sums *sums = result->sums;
    struct tally all = sums->later;

    csv_literal(writer, "treatment,lines,amount\n");
    for (size_t i = 0; i < COUNT(order); i++) {
        struct tally tally = sums_treatment(sums, order[i]);
        put_total(writer, kind_name[order[i]], tally);
        all.lines += tally.lines;
        all.pence += tally.pence;
    }
    put_total(writer, "later", sums->later);
    put_total(writer, "all", all);
}

/* ---- true_up.csv ---- */

/* What a partner owes a service's lead for the whole year, locked periods included. */
static wide due_for_year(const struct settlement_result *result, int32_t service, int32_t partner)
{
    const struct model *model = result->model;
    wide due = result->owed[(size_t)service * result->partners + (size_t)partner];

    for (size_t i = 0; i < model->charged_rows; i++) {
        const struct charged_row *row = &model->charged[i];
        if (row->partner == partner && model->pool[row->pool].service == service)
            due += row->borne - row->paid;
    }
    return due;
}

static wide billed_on_account(const struct model *model, int32_t service, int32_t partner)
{
    wide billed = 0;

    for (size_t i = 0; i < model->billed_rows; i++)
        if (model->billed[i].service == service && model->billed[i].partner == partner)
            billed += model->billed[i].amount;
    return billed;
}

void output_true_up(struct csv_writer *writer, const struct settlement_result *result)
{
    const struct model *model = result->model;

    csv_literal(writer, "service,partner,lead,due,billed,true_up\n");
    for (int32_t s = 0; s < (int32_t)model->services; s++)
        for (int32_t p = 0; p < (int32_t)result->partners; p++) {
            wide due = due_for_year(result, s, p);
            wide billed = billed_on_account(model, s, p);
            if (p == model->service[s].lead || (due == 0 && billed == 0))
                continue;
            csv_text(writer, model->service[s].code);
            csv_text(writer, model->partner[p].code);
            csv_text(writer, model->partner[model->service[s].lead].code);
            csv_money(writer, due);
            csv_money(writer, billed);
            csv_money(writer, due - billed);
            csv_end(writer);
        }
}

/* ---- pennies.csv ---- */

static bool has_settlement_row(const struct settlement_result *result,
                               const struct account_line *line, int32_t period)
{
    for (int32_t p = 0; line != NULL && p < (int32_t)result->partners; p++) {
        const struct due *due = due_of(result, line->due, period, p);
        if (due->borne != 0 || due->paid != 0)
            return true;
    }
    return false;
}

static void put_fraction(struct csv_writer *writer, const mpz_t numerator,
                         const mpz_t denominator)
{
    mpq_t fraction;
    void (*give)(void *, size_t);

    mpq_init(fraction);
    mpz_set(mpq_numref(fraction), numerator);
    mpz_set(mpq_denref(fraction), denominator);
    mpq_canonicalize(fraction);
    char *text = mpq_get_str(NULL, 10, fraction);
    csv_word(writer, text);
    mp_get_memory_functions(NULL, NULL, &give);
    give(text, strlen(text) + 1);
    mpq_clear(fraction);
}

static void put_pennies(struct csv_writer *writer, const struct settlement_result *result,
                        int32_t pool, int32_t period, int32_t group, mpz_t *carry,
                        const mpz_t denominator)
{
    const struct model *model = result->model;
    const struct account_line *line =
        settlement_line(result, model->pool[pool].kind, pool, group);

    if (!has_settlement_row(result, line, period))
        return;
    for (int32_t p = 0; p < (int32_t)result->partners; p++) {
        if (mpz_sgn(carry[p]) == 0)
            continue;
        csv_text(writer, model->pool[pool].code);
        put_period(writer, result, period);
        csv_text(writer, model->group[group]);
        csv_text(writer, model->partner[p].code);
        csv_money(writer, due_of(result, line->due, period, p)->borne);
        put_fraction(writer, carry[p], denominator);
        csv_end(writer);
    }
}

static enum err put_pool_pennies(struct penny_watch *watch, const struct settlement_result *result,
                                 int32_t pool, mpz_t *carry, const mpz_t denominator,
                                 struct trouble *trouble)
{
    struct csv_writer *writer = ((struct penny_output *)watch)->writer;

    (void)trouble;
    for (int32_t t = result->first; t <= result->through; t++)
        for (size_t i = 0; i < result->model->groups; i++) {
            int32_t group = result->group_order[i];
            put_pennies(writer, result, pool, t, group,
                        &carry[((size_t)group * PERIODS + (size_t)t) * result->partners],
                        denominator);
        }
    return writer->err;
}

void output_pennies_open(struct penny_output *output, struct csv_writer *writer)
{
    *output = (struct penny_output){ { put_pool_pennies }, writer };
    csv_literal(writer, "pool,period,group,partner,borne,carried_pence\n");
}
