#include "engine/output.h"

#include "engine/fraction.h"

/* ---- what all files have in common ---- */

static struct csv_ready ready_period(struct arena *arena, const struct model *model,
                                     int32_t period)
{
    char text[PERIOD_TEXT_MAX];
    size_t size = period_print(period_of_year(model->year, period), text);

    return csv_ready(arena, (struct text){ text, size });
}

void output_open(struct output *output, struct csv_writer *writer, struct arena *arena,
                 const struct model *model)
{
    *output = (struct output){ .writer = writer };
    for (size_t k = 0; k < COUNT(output->kind); k++)
        output->kind[k] = csv_ready(arena, text_of(kind_name[k]));
    for (int32_t t = 0; t < PERIODS; t++)
        output->period[t] = ready_period(arena, model, t);
    output->service = arena_take(arena, model->services, sizeof *output->service);
    for (size_t s = 0; s < model->services; s++)
        output->service[s] = csv_ready(arena, model->service[s].code);
    output->pool = arena_take(arena, model->pools, sizeof *output->pool);
    for (size_t p = 0; p < model->pools; p++)
        output->pool[p] = csv_ready(arena, model->pool[p].code);
    output->group = arena_take(arena, model->groups, sizeof *output->group);
    for (size_t g = 0; g < model->groups; g++)
        output->group[g] = csv_ready(arena, model->group[g]);
    output->partner = arena_take(arena, model->partners, sizeof *output->partner);
    for (size_t p = 0; p < model->partners; p++)
        output->partner[p] = csv_ready(arena, model->partner[p].code);
}

/* Calls `each` for every line there is, in the order of the files: kind, pool, group. */
static void each_line(const struct settlement_result *result,
                      void (*each)(struct output *, struct output_line), struct output *output)
{
    const struct model *model = result->model;

    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (size_t p = 0; p < model->pools; p++)
            for (size_t g = 0; g < model->groups; g++) {
                int32_t pool = result->pool_order[p];
                int32_t group = result->group_order[g];
                const struct account_line *line =
                    settlement_line(result, (enum kind)kind, pool, group);
                if (line != NULL)
                    each(output, (struct output_line){ line, line->due, (enum kind)kind, pool,
                                                       group });
            }
}

static void count_line(struct output *output, struct output_line line)
{
    (void)line;
    output->lines++;
}

static void keep_line(struct output *output, struct output_line line)
{
    output->line[output->lines++] = line;
}

static void order_by_service(struct output *output)
{
    const struct model *model = output->result->model;
    struct arena *arena = output->result->arena;
    size_t end = 0;

    output->entry = arena_take(arena, output->lines, sizeof *output->entry);
    output->entries_end = arena_take(arena, model->services, sizeof *output->entries_end);
    for (size_t s = 0; s < model->services; s++) {
        for (size_t i = 0; i < output->lines; i++)
            if (model->pool[output->line[i].pool].service == (int32_t)s)
                output->entry[end++] = output->line[i];
        output->entries_end[s] = end;
    }
}

void output_settled(struct output *output, const struct settlement_result *result)
{
    output->result = result;
    output->lines = 0;
    each_line(result, count_line, output);
    output->line = arena_take(result->arena, output->lines, sizeof *output->line);
    output->lines = 0;
    each_line(result, keep_line, output);
    order_by_service(output);
}

/* What each partner has in a period. */
static const struct due *dues_of(const struct settlement_result *result, const struct due *due,
                                 int32_t period)
{
    return &due[(size_t)period * result->partners];
}

/* The line behind the last one of the same kind and pool as the one at `first`. */
static size_t pool_end(const struct output *output, size_t first)
{
    size_t end = first;

    while (end < output->lines && output->line[end].kind == output->line[first].kind &&
           output->line[end].pool == output->line[first].pool)
        end++;
    return end;
}

/* ---- settlement.csv ---- */

static void put_settlement_rows(const struct output *output, const struct output_line *line,
                                int32_t period)
{
    const struct due *due = dues_of(output->result, line->due, period);
    struct csv_writer *writer = output->writer;

    for (size_t p = 0; p < output->result->partners; p++) {
        if (due[p].borne == 0 && due[p].paid == 0)
            continue;
        csv_put(writer, output->kind[line->kind]);
        csv_put(writer, output->pool[line->pool]);
        csv_put(writer, output->period[period]);
        csv_put(writer, output->group[line->group]);
        csv_put(writer, output->partner[p]);
        csv_money(writer, due[p].borne);
        csv_money(writer, due[p].paid);
        csv_money(writer, due[p].borne - due[p].paid);
        csv_end(writer);
    }
}

void output_settlement(const struct output *output)
{
    csv_literal(output->writer, "kind,pool,period,group,partner,borne,paid,net\n");
    for (size_t i = 0, end; i < output->lines; i = end) {
        end = pool_end(output, i);
        for (int32_t t = output->result->first; t <= output->result->through; t++)
            for (size_t l = i; l < end; l++)
                put_settlement_rows(output, &output->line[l], t);
    }
}

/* ---- corrections.csv ---- */

static void put_correction_rows(const struct output *output, const struct output_line *line,
                                int32_t period)
{
    const struct settlement_result *result = output->result;
    struct csv_writer *writer = output->writer;

    if (line->line->correction == NULL)
        return;
    const struct due *due = dues_of(result, line->line->correction, period);
    for (size_t p = 0; p < result->partners; p++) {
        if (due[p].borne == 0 && due[p].paid == 0)
            continue;
        csv_put(writer, output->kind[line->kind]);
        csv_put(writer, output->pool[line->pool]);
        csv_put(writer, output->period[period]);
        csv_put(writer, output->period[result->first]);
        csv_put(writer, output->group[line->group]);
        csv_put(writer, output->partner[p]);
        csv_money(writer, due[p].borne);
        csv_money(writer, due[p].paid);
        csv_end(writer);
    }
}

void output_corrections(const struct output *output)
{
    csv_literal(output->writer, "kind,pool,period,carried_in,group,partner,borne,paid\n");
    for (size_t i = 0, end; i < output->lines; i = end) {
        end = pool_end(output, i);
        for (int32_t t = 0; t < output->result->first; t++)
            for (size_t l = i; l < end; l++)
                put_correction_rows(output, &output->line[l], t);
    }
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

void output_bill(const struct output *output)
{
    struct bill_output bill = { output->writer, output->result };

    csv_literal(output->writer, "service,from,to,amount\n");
    bill_each(output->result, put_debt, &bill);
}

/* ---- journal-<partner>.csv ---- */

static void put_debit_or_credit(struct csv_writer *writer, wide amount)
{
    static const struct text blank = { "", 0 };

    if (amount > 0)
        csv_money(writer, amount);
    else
        csv_text(writer, blank);
    if (amount < 0)
        csv_money(writer, -amount);
    else
        csv_text(writer, blank);
    csv_end(writer);
}

/* One partner's dues lie far apart, a page for every line: they are asked for so many lines
 * ahead, or most of the time of many journals is waiting for memory. */
#define ENTRIES_AHEAD 8

/* The lines of a service in a period for one partner; returns what they come to. */
static wide put_entries(const struct output *output, int32_t period, int32_t service,
                        int32_t partner)
{
    struct csv_writer *writer = output->writer;
    const size_t end = output->entries_end[service];
    const size_t place = (size_t)period * output->result->partners + (size_t)partner;
    wide sum = 0;

    for (size_t i = service == 0 ? 0 : output->entries_end[service - 1]; i < end; i++) {
        const struct output_line *line = &output->entry[i];
        if (i + ENTRIES_AHEAD < end)
            __builtin_prefetch(&line[ENTRIES_AHEAD].due[place]);
        wide net = line->due[place].borne - line->due[place].paid;
        if (net == 0)
            continue;
        sum += net;
        csv_put(writer, output->period[period]);
        csv_put(writer, output->service[service]);
        csv_put(writer, output->kind[line->kind]);
        csv_put(writer, output->pool[line->pool]);
        csv_put(writer, output->group[line->group]);
        put_debit_or_credit(writer, net);
    }
    return sum;
}

void output_journal(const struct output *output, int32_t partner)
{
    const struct settlement_result *result = output->result;
    struct csv_writer *writer = output->writer;

    csv_literal(writer, "period,service,kind,pool,group,debit,credit\n");
    for (int32_t t = result->first; t <= result->through; t++)
        for (size_t s = 0; s < result->model->services; s++) {
            wide sum = put_entries(output, t, (int32_t)s, partner);
            if (sum == 0)
                continue;
            csv_put(writer, output->period[t]);
            csv_put(writer, output->service[s]);
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

void output_totals(const struct output *output)
{
    static const enum kind order[] = { KIND_COMMON, KIND_SUPPORT, KIND_DIRECT, KIND_INITIATIVE,
                                       KIND_EXCLUDED };
    const struct sums *sums = output->result->sums;
    struct csv_writer *writer = output->writer;
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

void output_true_up(const struct output *output)
{
    const struct settlement_result *result = output->result;
    const struct model *model = result->model;
    struct csv_writer *writer = output->writer;

    csv_literal(writer, "service,partner,lead,due,billed,true_up\n");
    for (int32_t s = 0; s < (int32_t)model->services; s++)
        for (int32_t p = 0; p < (int32_t)result->partners; p++) {
            wide due = due_for_year(result, s, p);
            wide billed = billed_on_account(model, s, p);
            if (p == model->service[s].lead || (due == 0 && billed == 0))
                continue;
            csv_put(writer, output->service[s]);
            csv_put(writer, output->partner[p]);
            csv_put(writer, output->partner[model->service[s].lead]);
            csv_money(writer, due);
            csv_money(writer, billed);
            csv_money(writer, due - billed);
            csv_end(writer);
        }
}

/* ---- pennies.csv ---- */

static bool has_settlement_row(const struct settlement_result *result, const struct due *due)
{
    for (size_t p = 0; p < result->partners; p++)
        if (due[p].borne != 0 || due[p].paid != 0)
            return true;
    return false;
}

/* A pool while its pennies are written. */
struct pool_pennies {
    const struct output            *output;
    const struct settlement_result *result;
    int32_t                         pool;
    struct lowest                   lowest;
};

static void put_pennies(struct pool_pennies *pennies, int32_t period, int32_t group,
                        mpz_t *carry)
{
    const struct settlement_result *result = pennies->result;
    const struct output *output = pennies->output;
    struct csv_writer *writer = output->writer;
    const struct account_line *line =
        settlement_line(result, result->model->pool[pennies->pool].kind, pennies->pool, group);
    const struct due *due = line == NULL ? NULL : dues_of(result, line->due, period);

    if (due == NULL || !has_settlement_row(result, due))
        return;
    lowest_begin(&pennies->lowest, carry, result->partners);
    for (size_t p = 0; p < result->partners; p++) {
        if (mpz_sgn(carry[p]) == 0)
            continue;
        csv_put(writer, output->pool[pennies->pool]);
        csv_put(writer, output->period[period]);
        csv_put(writer, output->group[group]);
        csv_put(writer, output->partner[p]);
        csv_money(writer, due[p].borne);
        csv_text(writer, lowest_print(&pennies->lowest, carry[p]));
        csv_end(writer);
    }
}

static enum err put_pool_pennies(struct penny_watch *watch, const struct settlement_result *result,
                                 int32_t pool, mpz_t *carry, const mpz_t denominator,
                                 struct trouble *trouble)
{
    const struct output *output = ((struct penny_output *)watch)->output;
    struct pool_pennies pennies = { .output = output, .result = result, .pool = pool };

    (void)trouble;
    lowest_open(&pennies.lowest, result->arena, denominator);
    for (int32_t t = result->first; t <= result->through; t++)
        for (size_t i = 0; i < result->model->groups; i++) {
            int32_t group = result->group_order[i];
            put_pennies(&pennies, t, group,
                        &carry[((size_t)group * PERIODS + (size_t)t) * result->partners]);
        }
    lowest_close(&pennies.lowest);
    return output->writer->err;
}

void output_pennies_open(struct penny_output *pennies, const struct output *output)
{
    *pennies = (struct penny_output){ { put_pool_pennies }, output };
    csv_literal(output->writer, "pool,period,group,partner,borne,carried_pence\n");
}
