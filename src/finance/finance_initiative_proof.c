#include "finance/finance_initiative_proof.h"

#include <string.h>

#include "finance/finance_csv_file.h"

/* --- what stands --- */

/* Of a partner's own initiatives, in a cell. */
static wide cost_of(const struct run_model *run, int32_t pool, int32_t group, int32_t period,
                    int32_t bearer)
{
    const struct model *model = &run->partnership.model;
    wide cost = 0;

    for (size_t s = 0; s < model->slots; s++)
        if (model->slot[s].kind == KIND_INITIATIVE && model->slot[s].pool == pool &&
            model->slot[s].bearer == bearer)
            cost += sums_get(&run->partnership.sums, (int32_t)s, group, period);
    return cost;
}

/* What it bears there: what stands. What was corrected of locked periods stands in the first open
 * one, and is put back where it belongs. */
static struct due borne_of(const struct run_model *run, const struct account_line *line,
                           int32_t period, size_t partner)
{
    const int32_t first = run->result.first;
    struct due due = settlement_standing(&run->result, line, period, partner);

    for (int32_t locked = 0; line->correction != NULL && locked < first; locked++) {
        const struct due *more =
            &line->correction[(size_t)locked * run->result.partners + partner];
        const int sign = locked == period ? 1 : period == first ? -1 : 0;
        due.borne += sign * more->borne;
        due.paid += sign * more->paid;
    }
    return due;
}

static void add_line(const struct run_model *run, int32_t pool, int32_t group,
                     struct initiative_proof *proof)
{
    const struct account_line *line = settlement_line(&run->result, KIND_INITIATIVE, pool, group);

    if (line == NULL)
        return;
    for (int32_t period = 0; period <= proof->through; period++)
        for (size_t partner = 0; partner < proof->partners; partner++) {
            const wide cost = cost_of(run, pool, group, period, (int32_t)partner);
            const struct due due = borne_of(run, line, period, partner);
            struct initiative_figures *figures =
                &proof->figures[(size_t)period * proof->partners + partner];
            figures->cost += cost;
            figures->borne += due.borne;
            figures->paid += due.paid;
            proof->cells += cost != 0 || due.borne != 0 ? 1 : 0;
            proof->wrong += cost != due.borne ? 1 : 0;
        }
}

void initiative_proof_make(struct arena *arena, const struct run_model *run,
                           struct initiative_proof *proof)
{
    const struct model *model = &run->partnership.model;

    *proof = (struct initiative_proof){ .partners = model->partners,
                                        .through = run->result.through };
    proof->figures = arena_take(arena, (size_t)PERIODS * proof->partners + 1,
                                sizeof *proof->figures);
    for (size_t pool = 0; pool < model->pools; pool++)
        for (size_t group = 0; group < model->groups; group++)
            add_line(run, (int32_t)pool, (int32_t)group, proof);
}

struct initiative_figures initiative_total(const struct initiative_proof *proof, size_t partner)
{
    struct initiative_figures sum = { 0 };

    for (int32_t period = 0; period <= proof->through; period++) {
        const struct initiative_figures *of =
            &proof->figures[(size_t)period * proof->partners + partner];
        sum.cost += of->cost;
        sum.borne += of->borne;
        sum.paid += of->paid;
    }
    return sum;
}

/* --- what would be --- */

enum { CENTRE_TREATMENT = 5, CENTRE_POOL, CENTRE_BEARER, CENTRE_FIELDS };

/* cost_centres.csv, with the council's initiatives as common cost. Its header is no record of
 * an initiative, and comes through as it is. */
static struct text as_common(struct arena *arena, struct text file, struct text council)
{
    struct csv_file out;
    struct csv_rows rows;
    struct text field[CENTRE_FIELDS];

    csv_file_open(&out, arena, text_of(""));
    csv_rows_open(&rows, arena, file);
    while (csv_rows_next(&rows)) {
        for (size_t i = 0; i < CENTRE_FIELDS; i++)
            field[i] = csv_rows_field(&rows, i);
        if (text_is(field[CENTRE_TREATMENT], kind_name[KIND_INITIATIVE]) &&
            text_equal(field[CENTRE_BEARER], council)) {
            field[CENTRE_TREATMENT] = text_of(kind_name[KIND_COMMON]);
            field[CENTRE_BEARER] = text_of("");
        }
        csv_file_row(&out, field, CENTRE_FIELDS);
    }
    return csv_file_close(&out);
}

static bool is_file(const struct memory_file *file, const char *name)
{
    const char *slash = strrchr(file->name, '/');

    return strcmp(slash == NULL ? file->name : slash + 1, name) == 0;
}

/* Without what was charged; the council's initiatives common, unless it is empty. */
static struct memory_file *edited(struct arena *arena, const struct memory_file *input,
                                  size_t inputs, struct text council, size_t *count)
{
    struct memory_file *out = arena_take(arena, inputs + 1, sizeof *out);

    *count = 0;
    for (size_t i = 0; i < inputs; i++) {
        if (is_file(&input[i], "charged.csv") || is_file(&input[i], "corrected.csv"))
            continue;
        out[*count] = input[i];
        if (council.size > 0 && is_file(&input[i], "cost_centres.csv"))
            out[*count].bytes = as_common(arena, input[i].bytes, council);
        (*count)++;
    }
    return out;
}

/* All that the partner bears, of whatever kind. */
static wide borne_in_all(const struct settlement_result *result, size_t partner)
{
    wide sum = 0;

    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (size_t pool = 0; pool < result->model->pools; pool++)
            for (size_t group = 0; group < result->model->groups; group++) {
                const struct account_line *line = settlement_line(
                    result, (enum kind)kind, (int32_t)pool, (int32_t)group);
                for (int32_t period = 0; line != NULL && period <= result->through; period++)
                    sum += settlement_standing(result, line, period, partner).borne;
            }
    return sum;
}

/* Adds what each bears, `sign` times. */
static enum err add_borne(struct arena *arena, const struct memory_file *input, size_t inputs,
                          enum book book, const char *through, struct text council, int sign,
                          struct if_common *out, struct trouble *trouble)
{
    struct run_model model;
    size_t count;
    const struct memory_file *file = edited(arena, input, inputs, council, &count);
    const enum err err = run_model_open(arena, file, count, book, through, &model, trouble);

    if (err == OK && out->more == NULL)
        out->more = arena_take(arena, model.result.partners + 1, sizeof *out->more);
    for (size_t partner = 0; err == OK && partner < model.result.partners; partner++)
        out->more[partner] += sign * borne_in_all(&model.result, partner);
    run_model_close(&model);
    return err;
}

enum err initiative_if_common(struct arena *arena, const struct memory_file *input,
                              size_t inputs, enum book book, const char *through,
                              struct text council, struct if_common *out, struct trouble *trouble)
{
    struct trouble refused = { .text = "" };

    *out = (struct if_common){ .possible = false };
    enum err err = add_borne(arena, input, inputs, book, through, council, 1, out, &refused);
    if (err == ERR_CHECK)
        return OK;
    if (err != OK)
        return fail(trouble, err, "%s", refused.text);
    err = add_borne(arena, input, inputs, book, through, text_of(""), -1, out, trouble);
    out->possible = err == OK;
    return err;
}
