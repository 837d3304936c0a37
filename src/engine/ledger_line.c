#include "engine/ledger_line.h"

void line_rules_open(struct line_rules *rules, const struct model *model)
{
    *rules = (struct line_rules){
        .model = model,
        .first = period_of_year(model->year, 0),
        .test_partner = model_has(model, FILE_PARTNERS),
        .test_account = model_has(model, FILE_ACCOUNTS),
        .test_centre = model_has(model, FILE_COST_CENTRES),
    };
}

void line_memory_open(struct line_memory *memory)
{
    *memory = (struct line_memory){ .partner = -1, .date_period = -1 };
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

enum fault_code line_period_slow(const struct line_rules *rules, struct line_memory *memory,
                                 struct ledger_line *line)
{
    struct text date = line->field[FIELD_DATE];
    struct text given = line->field[FIELD_PERIOD];
    period_number period = 0;

    if (date.size > 0 && !day_parse(date, &period))
        return line_fault(line, FAULT_DATE, FIELD_DATE);
    if (given.size > 0 ? !period_parse(given, &period) : date.size == 0)
        return line_fault(line, FAULT_PERIOD, FIELD_PERIOD);
    if (period < rules->first || period >= rules->first + PERIODS)
        return outside_year(line, period);
    line->period = period - rules->first;
    if (given.size == 0) {
        memcpy(memory->date_bytes, date.data, 10);
        memory->date_period = line->period;
    }
    return FAULT_NONE;
}

enum fault_code line_centre_slow(const struct line_rules *rules, const struct centre *centre,
                                 struct ledger_line *line)
{
    const struct centre_row *row = centre_at(rules->model, centre, line->field[FIELD_ACCOUNT],
                                             rules->first + line->period);

    if (row == NULL)
        return rules->test_centre ? line_fault(line, FAULT_COST_CENTRE, FIELD_COST_CENTRE)
                                  : FAULT_NONE;
    line->slot = row->slot;
    line->centre_row = (int32_t)(row - rules->model->centre_row);
    return FAULT_NONE;
}
