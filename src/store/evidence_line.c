#include "store/evidence_line.h"

#include "store/evidence_frames.h"

struct evidence_lines evidence_lines_of(uint64_t number, struct text plain, uint64_t first_line,
                                        char *spare, uint64_t header_line)
{
    return (struct evidence_lines){ .rest = number == 0 ? after_mark(plain) : plain,
                                    .line = first_line, .spare = spare,
                                    .header_line = header_line,
                                    .date_period = EVIDENCE_NO_PERIOD };
}

static void step(struct evidence_lines *lines, size_t bytes, uint64_t ends)
{
    lines->rest.data += bytes;
    lines->rest.size -= bytes;
    lines->line += ends;
}

/* Is there one before `end`? What was found is remembered, as most records have none. */
static bool quote_before(struct evidence_lines *lines, const char *end)
{
    if (lines->quote == NULL || lines->quote < lines->rest.data) {
        lines->quote = memchr(lines->rest.data, '"', lines->rest.size);
        if (lines->quote == NULL)
            lines->quote = lines->rest.data + lines->rest.size;
    }
    return lines->quote < end;
}

static bool lone_cr_before(struct evidence_lines *lines, const char *end)
{
    const char *rest_end = lines->rest.data + lines->rest.size;
    const char *at = lines->lone_cr;

    if (at == NULL || at < lines->rest.data) {
        at = lines->rest.data;
        while ((at = memchr(at, '\r', (size_t)(rest_end - at))) != NULL && at + 1 < rest_end &&
               at[1] == '\n')
            at += 2;
        lines->lone_cr = at == NULL ? rest_end : at;
    }
    return lines->lone_cr < end;
}

/* A record without quotes, lone CRs or anything but eight fields, by memchr() alone, since most
 * are. 0: it is another sort of record. */
static size_t split_plain(struct evidence_lines *lines, struct text field[LEDGER_FIELDS])
{
    const char *at = lines->rest.data;
    const char *end = memchr(at, '\n', lines->rest.size);

    if (end == NULL || quote_before(lines, end) || lone_cr_before(lines, end))
        return 0;
    const size_t used = (size_t)(end + 1 - at);
    if (end > at && end[-1] == '\r')
        end--;
    for (size_t i = 0; i + 1 < LEDGER_FIELDS; i++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        if (comma == NULL)
            return 0;
        field[i] = (struct text){ at, (size_t)(comma - at) };
        at = comma + 1;
    }
    field[LEDGER_FIELDS - 1] = (struct text){ at, (size_t)(end - at) };
    if (memchr(at, ',', (size_t)(end - at)) != NULL)
        return 0;
    /* Only commas: an empty record, for the slow way to see. */
    return end - lines->rest.data >= LEDGER_FIELDS ? used : 0;
}

static period_number period_of(struct evidence_lines *lines, const struct evidence_line *line)
{
    const struct text named = line->field[FIELD_PERIOD];
    const struct text date = line->field[FIELD_DATE];
    period_number period;

    if (named.size > 0)
        return period_parse(named, &period) ? period : EVIDENCE_NO_PERIOD;
    if (date.size != sizeof lines->date)
        return EVIDENCE_NO_PERIOD;                 /* a day is ten bytes */
    if (memcmp(date.data, lines->date, sizeof lines->date) != 0) {
        memcpy(lines->date, date.data, sizeof lines->date);
        lines->date_period = day_parse(date, &period) ? period : EVIDENCE_NO_PERIOD;
    }
    return lines->date_period;
}

bool evidence_lines_next(struct evidence_lines *lines, struct evidence_line *line)
{
    while (lines->rest.size > 0) {
        struct csv_record record = { .lines = 1 };
        bool good = true;
        size_t used = split_plain(lines, line->field);

        if (used == 0) {
            used = csv_read(lines->rest, true, lines->spare, &record);
            good = record.count == LEDGER_FIELDS && record.faults == 0 && !record.empty;
            memcpy(line->field, record.field, sizeof line->field);
        }
        good = good && lines->line != lines->header_line;
        line->line = lines->line;
        line->raw = (struct text){ lines->rest.data, used };
        step(lines, used, record.lines);
        if (good) {
            line->period = period_of(lines, line);
            return true;
        }
    }
    return false;
}

void evidence_lines_skip(struct evidence_lines *lines, const char *place)
{
    const struct text before = { lines->rest.data, (size_t)(place - lines->rest.data) };
    const struct text whole = { before.data, csv_whole_records(before) };

    step(lines, whole.size, evidence_line_ends(whole));
}

enum header_state evidence_header_find(uint64_t number, struct text plain, uint64_t first_line,
                                       char *spare, uint64_t *line)
{
    struct evidence_lines lines = evidence_lines_of(number, plain, first_line, spare, 0);

    while (lines.rest.size > 0) {
        struct csv_record record;
        size_t used = csv_read(lines.rest, true, spare, &record);

        if (!record.empty) {
            *line = lines.line;
            return record.faults == 0 && record_is_header(&record, LEDGER_HEADER) ? HEADER_GOOD
                                                                                  : HEADER_OTHER;
        }
        step(&lines, used, record.lines);
    }
    return HEADER_NOT_YET;
}
