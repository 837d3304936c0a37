#include "store/evidence_line.h"

#include "store/evidence_frames.h"

struct evidence_lines evidence_lines_of(uint64_t number, struct text plain, uint64_t first_line,
                                        char *spare, uint64_t header_line)
{
    return (struct evidence_lines){ number == 0 ? after_mark(plain) : plain, first_line, spare,
                                    header_line };
}

static void step(struct evidence_lines *lines, size_t bytes, uint64_t ends)
{
    lines->rest.data += bytes;
    lines->rest.size -= bytes;
    lines->line += ends;
}

/* A record without quotes, lone CRs or anything but eight fields, by memchr() alone, since most
 * are. 0: it is another sort of record. */
static size_t split_plain(struct text rest, struct text field[LEDGER_FIELDS])
{
    const char *end = memchr(rest.data, '\n', rest.size);

    if (end == NULL)
        return 0;
    const size_t used = (size_t)(end + 1 - rest.data);
    if (end > rest.data && end[-1] == '\r')
        end--;
    const char *at = rest.data;
    if (memchr(at, '"', (size_t)(end - at)) != NULL || memchr(at, '\r', (size_t)(end - at)) != NULL)
        return 0;
    for (size_t i = 0; i + 1 < LEDGER_FIELDS; i++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        if (comma == NULL)
            return 0;
        field[i] = (struct text){ at, (size_t)(comma - at) };
        at = comma + 1;
    }
    field[LEDGER_FIELDS - 1] = (struct text){ at, (size_t)(end - at) };
    /* Only commas: an empty record, for the slow way to see. */
    return memchr(at, ',', (size_t)(end - at)) == NULL && end - rest.data >= LEDGER_FIELDS ? used
                                                                                           : 0;
}

static period_number period_of(const struct evidence_line *line)
{
    struct text named = line->field[FIELD_PERIOD];
    period_number period;

    if (named.size > 0 ? period_parse(named, &period) : day_parse(line->field[FIELD_DATE], &period))
        return period;
    return EVIDENCE_NO_PERIOD;
}

bool evidence_lines_next(struct evidence_lines *lines, struct evidence_line *line)
{
    while (lines->rest.size > 0) {
        struct csv_record record = { .lines = 1 };
        bool good = true;
        size_t used = split_plain(lines->rest, line->field);

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
            line->period = period_of(line);
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

enum header_found evidence_header_find(uint64_t number, struct text plain, uint64_t first_line,
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
