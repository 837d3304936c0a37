/*
 * engine/charged_import.c -- rows of charged.csv, corrected.csv and billed.csv.
 */
#include "engine/model_rows.h"


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

    if (!column_choose(field[0], kind_name, KIND_EXCLUDED, &kind))
        return found(FAULT_TREATMENT, field[0]);
    row->kind = (enum kind)kind;
    if ((finding = column_pool(import, field[1], &row->pool)).code != FAULT_NONE ||
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
    if ((finding = column_partner(import, at[1], &row->partner)).code != FAULT_NONE)
        return finding;
    if (!amount_parse(at[2], CHARGED_DIGITS, &row->borne))
        return found(FAULT_AMOUNT, at[2]);
    if (!amount_parse(at[3], CHARGED_DIGITS, &row->paid))
        return found(FAULT_AMOUNT, at[3]);
    if (import->rank == FILE_CHARGED &&
        (!amount_parse(at[4], CHARGED_DIGITS + 1, &net) || net != row->borne - row->paid))
        return found(FAULT_AMOUNT, at[4]);
    row->group = import_add_group(import, at[0]);
    return row_key(import, field, (size_t)(at - field) + 2);
}

struct finding take_charged(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct charged_row row = { 0 };
    struct finding finding = test_charged_row(import, field, &row);

    if (finding.code != FAULT_NONE)
        return finding;
    /* Also where pools or partners cannot be read: the period is locked all the same. */
    if (row.period >= model->locked)
        model->locked = row.period + 1;
    if (row.pool >= 0 && row.partner >= 0)
        *ADD(import, model->charged, model->charged_rows, model->charged_room) = row;
    return GOOD;
}

struct finding take_corrected(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct charged_row row = { 0 };
    struct finding finding = test_charged_row(import, field, &row);

    if (finding.code == FAULT_NONE && row.pool >= 0 && row.partner >= 0)
        *ADD(import, model->corrected, model->corrected_rows, model->corrected_room) = row;
    return finding;
}

struct finding take_billed(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct billed_row row;
    struct finding finding;

    if ((finding = column_service(import, field[0], &row.service)).code != FAULT_NONE ||
        (finding = column_partner(import, field[1], &row.partner)).code != FAULT_NONE)
        return finding;
    if (row.service >= 0 && row.partner >= 0 && model->service[row.service].lead == row.partner)
        return found(FAULT_PARTNER, field[1]);
    if (!amount_parse(field[2], AMOUNT_DIGITS, &row.amount))
        return found(FAULT_AMOUNT, field[2]);
    if ((finding = row_key(import, field, 2)).code != FAULT_NONE || row.service < 0 ||
        row.partner < 0)
        return finding;
    *ADD(import, model->billed, model->billed_rows, model->billed_room) = row;
    return GOOD;
}
