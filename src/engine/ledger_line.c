#include "engine/ledger_line.h"

void line_rules_open(struct line_rules *rules, struct arena *arena, const struct model *model)
{
    *rules = (struct line_rules){
        .model = model,
        .first = period_of_year(model->year, 0),
        .test_partner = model_has(model, FILE_PARTNERS),
        .test_account = model_has(model, FILE_ACCOUNTS),
        .test_centre = model_has(model, FILE_COST_CENTRES),
    };
    lookup_copy(&rules->partner, arena, &model->partner_index);
    lookup_copy(&rules->account, arena, &model->account_index);
    lookup_copy(&rules->centre, arena, &model->centre_index);
    rules->centre.longer = NULL;         /* line_centre_slow() asks the index */
    for (size_t i = 0; i <= rules->centre.mask; i++) {
        int32_t *value = &rules->centre.slot[i].value;
        bool taken = rules->centre.slot[i].taken;
        int32_t plain = taken ? model->centre[*value].plain_slot : -1;
        *value = plain >= 0 ? plain : LOOKUP_CENTRE - *value;
    }
}

void line_memory_open(struct line_memory *memory)
{
    *memory = (struct line_memory){ .partner_key = { .tag = UINT64_MAX }, .partner = -1,
                                    .date_period = -1 };
}

bool line_amount_slow(struct text text, int64_t *pence)
{
    wide amount;

    if (!amount_parse(text, AMOUNT_DIGITS, &amount))
        return false;
    *pence = (int64_t)amount;
    return true;
}

/* A period of another year as a fault; the value is what the line gives or what its date says. */
static enum fault_code outside_year(struct ledger_line *line, period_number period)
{
    line->fault = FAULT_PERIOD;
    line->fault_value = line->field[FIELD_PERIOD];
    if (line->fault_value.size == 0)
        line->fault_value = (struct text){ line->period_text,
                                           period_print(period, line->period_text) };
    return FAULT_PERIOD;
}

/* Its index, or -1. */
static int32_t index_in_year(const struct line_rules *rules, period_number period)
{
    return period >= rules->first && period < rules->first + PERIODS ? period - rules->first : -1;
}

enum fault_code line_period_slow(const struct line_rules *rules, struct line_memory *memory,
                                 struct ledger_line *line)
{
    struct text date = line->field[FIELD_DATE];
    struct text given = line->field[FIELD_PERIOD];
    period_number period = 0;

    if (date.size > 0) {
        if (!day_parse(date, &period))
            return line_fault(line, FAULT_DATE, FIELD_DATE);
        memcpy(memory->date_bytes, date.data, 10);
        memory->date_period = index_in_year(rules, period);
    }
    if (given.size > 0 ? !period_parse(given, &period) : date.size == 0)
        return line_fault(line, FAULT_PERIOD, FIELD_PERIOD);
    line->period = index_in_year(rules, period);
    return line->period < 0 ? outside_year(line, period) : FAULT_NONE;
}

/* The cost centre that the lookup spoke of, or NULL. */
static const struct centre *centre_of(const struct line_rules *rules, int32_t known,
                                      const struct ledger_line *line)
{
    const struct model *model = rules->model;

    if (known <= LOOKUP_CENTRE)
        return &model->centre[LOOKUP_CENTRE - known];
    known = index_find(&model->centre_index, (uint32_t)line->partner,
                       line->field[FIELD_COST_CENTRE]);
    return known < 0 ? NULL : &model->centre[known];
}

static const struct centre_row *row_of(const struct line_rules *rules, int32_t known,
                                       const struct ledger_line *line)
{
    const struct centre *centre = centre_of(rules, known, line);

    return centre == NULL ? NULL
                          : centre_at(rules->model, centre, line->field[FIELD_ACCOUNT],
                                      rules->first + line->period);
}

enum fault_code line_centre_slow(const struct line_rules *rules, int32_t known,
                                 struct ledger_line *line)
{
    const struct centre_row *row = row_of(rules, known, line);

    line->slot = row == NULL ? -1 : row->slot;
    if (row == NULL && rules->test_centre)
        return line_fault(line, FAULT_COST_CENTRE, FIELD_COST_CENTRE);
    return FAULT_NONE;
}

int32_t line_centre_row(const struct line_rules *rules, const struct ledger_line *line)
{
    const struct centre_row *row = row_of(rules, -1, line);

    return row == NULL ? -1 : (int32_t)(row - rules->model->centre_row);
}
