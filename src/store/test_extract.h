/*
 * store/test_extract.h -- for tests only: random ledger extracts whose every line is known.
 *
 * The truth comes from what is written, not from reading it: so a test of the reader does not
 * believe the reader.
 */
#ifndef OCHIL_TEST_EXTRACT_H
#define OCHIL_TEST_EXTRACT_H

#include "store/evidence_line.h"
#include "store/test_evidence.h"

#define KNOWN_LINES 600
#define KNOWN_VALUE 24
#define KNOWN_TEXT 65536

struct known_line {
    uint64_t      line;
    char          field[LEDGER_FIELDS][KNOWN_VALUE];
    period_number period;
    size_t        from, to;          /* in the text */
};

struct known_extract {
    char              text[KNOWN_TEXT];
    size_t            size;
    uint64_t          next;          /* physical line */
    struct known_line line[KNOWN_LINES];
    size_t            count;
};

static const char *const known_partner[] = { "STI", "CLK", "F\"V", "partner" };
static const char *const known_centre[] = { "SW117", "SW11", "W1", "a,b", "two\nlines", "q\"q",
                                            "STI", "", "40200" };
static const char *const known_account[] = { "40200", "4020", "SW117", "x\"", "" };

static inline void known_put(struct known_extract *extract, const char *bytes)
{
    size_t size = strlen(bytes);

    assert(extract->size + size < KNOWN_TEXT);
    memcpy(extract->text + extract->size, bytes, size);
    extract->size += size;
    for (size_t i = 0; i < size; i++)
        extract->next += bytes[i] == '\n';
}

/* Quoted where it must be, and sometimes where it need not. */
static inline void known_put_field(struct known_extract *extract, struct chance *chance,
                                   const char *value)
{
    if (strpbrk(value, ",\"\r\n") == NULL && !chance_one_in(chance, 12)) {
        known_put(extract, value);
        return;
    }
    known_put(extract, "\"");
    for (; *value != '\0'; value++)
        known_put(extract, *value == '"' ? "\"\"" : (const char[2]){ *value, '\0' });
    known_put(extract, "\"");
}

static inline void known_set(struct known_line *line, enum ledger_field field, const char *value)
{
    (void)snprintf(line->field[field], KNOWN_VALUE, "%s", value);
}

/* When it was: a date, a period that beats it, neither, or nonsense. */
static inline void known_when(struct known_line *line, struct chance *chance)
{
    static const struct {
        const char   *date, *period;
        period_number is;
    } when[] = {
        { "2014-04-30", "", 2014 * 13 },
        { "2014-05-01", "", 2014 * 13 + 1 },
        { "2014-05-01", "2014-15/P01", 2014 * 13 },
        { "", "2014-15/P13", 2014 * 13 + 12 },
        { "2015-03-31", "", 2014 * 13 + 11 },
        { "2014-02-30", "", EVIDENCE_NO_PERIOD },
        { "2014-05-01", "P01", EVIDENCE_NO_PERIOD },
        { "", "", EVIDENCE_NO_PERIOD },
    };
    size_t i = chance_below(chance, chance_one_in(chance, 5) ? COUNT(when) : 5);

    known_set(line, FIELD_DATE, when[i].date);
    known_set(line, FIELD_PERIOD, when[i].period);
    line->period = when[i].is;
}

static inline void known_add(struct known_extract *extract, struct chance *chance,
                             const char *line_end)
{
    struct known_line *line = &extract->line[extract->count++];
    const size_t common = chance_one_in(chance, 3) ? 99 : 3;       /* skewed, as life is */

    line->line = extract->next;
    line->from = extract->size;
    (void)snprintf(line->field[FIELD_ENTRY_ID], KNOWN_VALUE, "%zu", extract->count);
    known_set(line, FIELD_PARTNER,
              known_partner[chance_below(chance, common) % COUNT(known_partner)]);
    known_set(line, FIELD_COST_CENTRE,
              known_centre[chance_below(chance, common) % COUNT(known_centre)]);
    known_set(line, FIELD_ACCOUNT,
              known_account[chance_below(chance, common) % COUNT(known_account)]);
    known_when(line, chance);
    known_set(line, FIELD_AMOUNT, "1234.56");
    known_set(line, FIELD_DESCRIPTION, chance_one_in(chance, 3) ? "secret, SW117" : "secret");
    for (int i = 0; i < LEDGER_FIELDS; i++) {
        known_put(extract, i > 0 ? "," : "");
        known_put_field(extract, chance, line->field[i]);
    }
    known_put(extract, line_end);
    line->to = extract->size;
}

/* What stands between lines and is none: blank records, too few fields, faults. */
static inline void known_add_other(struct known_extract *extract, struct chance *chance,
                                   const char *line_end)
{
    static const char *const other[] = { "", ",,,,,,,", "STI,SW117,40200", "1,STI,,,SW117,40200,1",
                                         "1,STI,,,SW117,40200,1,x,y", "\"1\"x,STI,,,SW117,4,1,x",
                                         "1,STI,,,SW117,\r40200,1,x" };

    known_put(extract, other[chance_below(chance, COUNT(other))]);
    known_put(extract, line_end);
}

static inline void known_make(struct known_extract *extract, struct chance *chance, size_t lines)
{
    const char *line_end = chance_one_in(chance, 3) ? "\r\n" : "\n";

    extract->size = extract->count = 0;
    extract->next = 1;
    known_put(extract, chance_one_in(chance, 3) ? BYTE_ORDER_MARK : "");
    if (extract->size == 0 && chance_one_in(chance, 6))
        known_put(extract, line_end);
    known_put(extract, LEDGER_HEADER);
    known_put(extract, line_end);
    while (extract->count < lines) {
        if (chance_one_in(chance, 12))
            known_add_other(extract, chance, line_end);
        else
            known_add(extract, chance, line_end);
    }
    /* The last line end is often forgotten. */
    if (extract->count > 0 && extract->line[extract->count - 1].to == extract->size &&
        chance_one_in(chance, 3)) {
        extract->size -= strlen(line_end);
        extract->line[extract->count - 1].to = extract->size;
    }
}

static inline bool known_matches(const struct known_line *line, const struct evidence_query *query)
{
    return text_is(query->partner, line->field[FIELD_PARTNER]) &&
           (query->cost_centre.data == NULL ||
            text_is(query->cost_centre, line->field[FIELD_COST_CENTRE])) &&
           (query->account.data == NULL || text_is(query->account, line->field[FIELD_ACCOUNT])) &&
           (query->period == EVIDENCE_ANY_PERIOD || query->period == line->period);
}

static inline struct evidence_query known_query(struct chance *chance)
{
    static const period_number period[] = { 2014 * 13, 2014 * 13 + 1, 2014 * 13 + 11,
                                            2014 * 13 + 12, 2013 * 13 };
    struct evidence_query query = { .period = EVIDENCE_ANY_PERIOD };

    query.partner = text_of(known_partner[chance_below(chance, COUNT(known_partner))]);
    if (!chance_one_in(chance, 3))
        query.cost_centre = text_of(known_centre[chance_below(chance, COUNT(known_centre))]);
    if (!chance_one_in(chance, 3))
        query.account = text_of(known_account[chance_below(chance, COUNT(known_account))]);
    if (!chance_one_in(chance, 3))
        query.period = period[chance_below(chance, COUNT(period))];
    return query;
}

#endif
