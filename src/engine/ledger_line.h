/*
 * engine/ledger_line.h -- what a ledger line must be. One rule, used for every line.
 *
 * It is inline because it is the inner loop of everything: the fields come either from the fast
 * splitter or from the CSV reader, and both are judged by this one function.
 */
#ifndef OCHIL_LEDGER_LINE_H
#define OCHIL_LEDGER_LINE_H

#include "engine/ledger.h"

/* Bytes behind every buffer of lines that may be loaded, though they are no part of a field. */
#define LINE_PADDING 64

/* What does not change from line to line. */
struct line_rules {
    const struct model *model;
    period_number       first;           /* P01 of the year */
    bool                test_partner, test_account, test_centre;
};

void line_rules_open(struct line_rules *, const struct model *);

/* A small memory of what the last lines looked up; belongs to one thread. */
struct line_memory {
    struct text partner_code;
    int32_t     partner;
    char        partner_bytes[32];
    char        date_bytes[16];
    int32_t     date_period;             /* index in the year; -1: remember nothing */
};

void line_memory_open(struct line_memory *);

/* The partner's number, or -1. */
static inline int32_t line_partner(const struct line_rules *rules, struct line_memory *memory,
                                   struct text code)
{
    if (code.size == memory->partner_code.size && code.size <= sizeof memory->partner_bytes &&
        memcmp(code.data, memory->partner_bytes, code.size) == 0)
        return memory->partner;
    int32_t partner = index_find(&rules->model->partner_index, 0, code);
    if (partner >= 0 && code.size <= sizeof memory->partner_bytes) {
        memcpy(memory->partner_bytes, code.data, code.size);
        memory->partner_code = (struct text){ memory->partner_bytes, code.size };
        memory->partner = partner;
    }
    return partner;
}

/* An amount of a ledger line (fine print 5) as pence. */
static inline bool line_amount(struct text text, int64_t *pence)
{
    const char *at = text.data;
    const char *end = at + text.size;
    const bool negative = at < end && *at == '-';
    uint64_t value = 0;

    at += negative;
    const char *whole = at;
    while (at < end && (unsigned char)(*at - '0') <= 9)
        value = value * 10 + (uint64_t)(*at++ - '0');
    if (at == whole || at - whole > AMOUNT_DIGITS)
        return false;
    if (at == end) {
        value *= 100;
    } else if (*at == '.' && end - at == 3 && (unsigned char)(at[1] - '0') <= 9 &&
               (unsigned char)(at[2] - '0') <= 9) {
        value = value * 100 + (uint64_t)((at[1] - '0') * 10 + (at[2] - '0'));
    } else if (*at == '.' && end - at == 2 && (unsigned char)(at[1] - '0') <= 9) {
        value = value * 100 + (uint64_t)((at[1] - '0') * 10);
    } else {
        return false;
    }
    *pence = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

enum fault_code line_period_slow(const struct line_rules *, struct line_memory *,
                                 struct ledger_line *);

/* The period of a line, from its period or its date (fine print 6). */
static inline enum fault_code line_period(const struct line_rules *rules,
                                          struct line_memory *memory, struct ledger_line *line)
{
    struct text date = line->field[FIELD_DATE];

    if (line->field[FIELD_PERIOD].size == 0 && date.size == 10 && memory->date_period >= 0 &&
        hash_load8(date.data) == hash_load8(memory->date_bytes) &&
        memcmp(date.data + 8, memory->date_bytes + 8, 2) == 0) {
        line->period = memory->date_period;
        return FAULT_NONE;
    }
    return line_period_slow(rules, memory, line);
}

/* The row of cost_centres.csv in force, when the plain case does not hold. */
enum fault_code line_centre_slow(const struct line_rules *, const struct centre *,
                                 struct ledger_line *);

static inline enum fault_code line_fault(struct ledger_line *line, enum fault_code code,
                                         enum ledger_field field)
{
    line->fault = code;
    line->fault_value = line->field[field];
    return code;
}

/* The tests up to the id, after which a line counts as seen (fine print 7). */
static inline enum fault_code line_judge_id(const struct line_rules *rules,
                                            struct line_memory *memory, struct ledger_line *line)
{
    line->fault = FAULT_NONE;
    if (line->field[FIELD_ENTRY_ID].size == 0)
        return line_fault(line, FAULT_ENTRY_ID, FIELD_ENTRY_ID);
    line->partner = line_partner(rules, memory, line->field[FIELD_PARTNER]);
    if (line->partner < 0 && rules->test_partner)
        return line_fault(line, FAULT_PARTNER, FIELD_PARTNER);
    return FAULT_NONE;
}

/* The tests behind the id. */
static inline enum fault_code line_judge_rest(const struct line_rules *rules,
                                              struct line_memory *memory,
                                              struct ledger_line *line)
{
    const struct model *model = rules->model;
    uint32_t salt = (uint32_t)line->partner;
    enum fault_code fault = line_period(rules, memory, line);

    if (fault != FAULT_NONE)
        return fault;
    if (!line_amount(line->field[FIELD_AMOUNT], &line->pence))
        return line_fault(line, FAULT_AMOUNT, FIELD_AMOUNT);
    if (line->partner < 0)
        return FAULT_NONE;               /* partners.csv is missing: nothing more to test */
    line->group = index_find(&model->account_index, salt, line->field[FIELD_ACCOUNT]);
    if (line->group < 0 && rules->test_account)
        return line_fault(line, FAULT_ACCOUNT, FIELD_ACCOUNT);
    int32_t known = index_find(&model->centre_index, salt, line->field[FIELD_COST_CENTRE]);
    if (known < 0) {
        line->slot = -1;
        return rules->test_centre ? line_fault(line, FAULT_COST_CENTRE, FIELD_COST_CENTRE)
                                  : FAULT_NONE;
    }
    const struct centre *centre = &model->centre[known];
    line->slot = centre->plain_slot;
    line->centre_row = centre->row;
    return line->slot >= 0 ? FAULT_NONE : line_centre_slow(rules, centre, line);
}

#endif
