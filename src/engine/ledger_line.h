/*
 * engine/ledger_line.h -- what a ledger line must be. One rule, used for every line.
 *
 * It is inline because it is the inner loop of everything: the fields come either from the fast
 * splitter or from the CSV reader, and both are judged by this one function.
 */
#ifndef OCHIL_LEDGER_LINE_H
#define OCHIL_LEDGER_LINE_H

#include "engine/ledger.h"
#include "engine/ledger_lookup.h"

/* Bytes before and behind every buffer of lines that may be loaded, though they are no part of a
 * field. */
#define LINE_PADDING 192

/* The lookup of cost centres gives the slot where there is only one, else this less the number
 * of the cost centre. */
#define LOOKUP_CENTRE (-2)

/* What does not change from line to line. */
struct line_rules {
    const struct model *model;
    struct lookup       partner, account, centre;
    period_number       first;           /* P01 of the year */
    bool                test_partner, test_account, test_centre;
};

/* Makes the lookups, in the arena. */
void line_rules_open(struct line_rules *, struct arena *, const struct model *);

/* A small memory of what the last line looked up; belongs to one thread. */
struct line_memory {
    struct lookup_key partner_key;
    int32_t           partner;
    char              date_bytes[16];    /* a real day ... */
    int32_t           date_period;       /* ... of this period; -1: of none of the year */
};

void line_memory_open(struct line_memory *);

/* The partner's number, or -1. */
static inline int32_t line_partner(const struct line_rules *rules, struct line_memory *memory,
                                   struct text code)
{
    if (code.size > LOOKUP_BYTES_MAX)
        return lookup_find(&rules->partner, 0, code);
    struct lookup_key key = lookup_key_of(0, code);
    if (!lookup_keys_equal(&key, &memory->partner_key)) {
        memory->partner_key = key;
        memory->partner = lookup_find(&rules->partner, 0, code);
    }
    return memory->partner;
}

/* Any amount, character by character. */
bool line_amount_slow(struct text text, int64_t *pence);

/* An amount of a ledger line (fine print 5) as pence. The usual form, up to eight digits, a point
 * and two more, is read as one word: the digits before the point are pushed to its end, where
 * what is missing is zero, and summed by twos, by fours, by eight. Needs 8 readable bytes. */
static inline bool line_amount(struct text text, int64_t *pence)
{
    const bool negative = text.size > 0 && text.data[0] == '-';
    const char *at = text.data + negative;
    const size_t whole = text.size - negative - 3;

    if (whole - 1 > 7 || at[whole] != '.')
        return line_amount_slow(text, pence);
    uint64_t digits = (hash_load8(at) ^ UINT64_C(0x3030303030303030)) << (64 - 8 * whole);
    const unsigned tens = (unsigned)(unsigned char)at[whole + 1] - '0';
    const unsigned ones = (unsigned)(unsigned char)at[whole + 2] - '0';
    const uint64_t beyond_nine = ((digits + UINT64_C(0x7676767676767676)) | digits) &
                                 UINT64_C(0x8080808080808080);
    if (beyond_nine != 0 || tens > 9 || ones > 9)
        return false;
    digits = digits * 10 + (digits >> 8);
    digits = ((digits & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064) +
              (digits >> 16 & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001)) >> 32;
    const int64_t size = (int64_t)(digits * 100 + (uint64_t)tens * 10 + ones);
    *pence = negative ? -size : size;
    return true;
}

enum fault_code line_period_slow(const struct line_rules *, struct line_memory *,
                                 struct ledger_line *);

/* The period of a line, from its period or its date (fine print 6). */
static inline enum fault_code line_period(const struct line_rules *rules,
                                          struct line_memory *memory, struct ledger_line *line)
{
    struct text date = line->field[FIELD_DATE];

    if (line->field[FIELD_PERIOD].size > 0 || memory->date_period < 0 || date.size != 10 ||
        memcmp(date.data, memory->date_bytes, 10) != 0)
        return line_period_slow(rules, memory, line);
    line->period = memory->date_period;
    return FAULT_NONE;
}

/* The slot of a cost centre whose treatment depends on account or period, or that is unknown.
 * `known` is what the lookup gave: see LOOKUP_CENTRE. */
enum fault_code line_centre_slow(const struct line_rules *, int32_t known, struct ledger_line *);

/* The row of cost_centres.csv that treats a line without a fault; for those who want to see. */
int32_t line_centre_row(const struct line_rules *, const struct ledger_line *);

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
    uint32_t salt = (uint32_t)line->partner;
    enum fault_code fault = line_period(rules, memory, line);

    if (fault != FAULT_NONE)
        return fault;
    if (!line_amount(line->field[FIELD_AMOUNT], &line->pence))
        return line_fault(line, FAULT_AMOUNT, FIELD_AMOUNT);
    line->group = lookup_find(&rules->account, salt, line->field[FIELD_ACCOUNT]);
    if (line->group < 0 && rules->test_account)
        return line_fault(line, FAULT_ACCOUNT, FIELD_ACCOUNT);
    int32_t known = lookup_find(&rules->centre, salt, line->field[FIELD_COST_CENTRE]);
    line->slot = known;
    line->plain = known >= 0;
    return known >= 0 ? FAULT_NONE : line_centre_slow(rules, known, line);
}

#endif
