#include "store/evidence_scan.h"

#include <inttypes.h>

struct scan {
    struct evidence_reader       *reader;
    const struct evidence_index  *index;
    const struct evidence_query  *query;
    const struct evidence_rights *rights;
    evidence_visit               *visit;
    void                         *context;
    struct text                   needle;   /* every line asked for holds these bytes */
    char                         *spare;
    struct evidence_scanned      *scanned;
};

static bool may_see(const struct evidence_rights *rights, struct text partner)
{
    bool may = false;

    for (size_t i = 0; i < rights->partners; i++)
        may = may || text_equal(rights->partner[i], partner);
    return may;
}

static bool asked_for(const struct evidence_query *query, const struct evidence_line *line)
{
    return text_equal(line->field[FIELD_PARTNER], query->partner) &&
           (query->cost_centre.data == NULL ||
            text_equal(line->field[FIELD_COST_CENTRE], query->cost_centre)) &&
           (query->account.data == NULL ||
            text_equal(line->field[FIELD_ACCOUNT], query->account)) &&
           (query->period == EVIDENCE_ANY_PERIOD || query->period == line->period);
}

/* The only way out for a line. */
static enum err hand_out(struct scan *scan, struct evidence_line *line)
{
    if (!may_see(scan->rights, line->field[FIELD_PARTNER]))
        return OK;
    if (!scan->rights->descriptions) {
        line->field[FIELD_DESCRIPTION] = (struct text){ "", 0 };
        line->raw = (struct text){ "", 0 };
    }
    line->file = evidence_reader_name(scan->reader);
    scan->scanned->lines++;
    return scan->visit(scan->context, line);
}

/* A code that is asked for. Where it holds no quote it stands in its record as it is, since only
 * doubled quotes are written otherwise; so most of a frame need not be split into fields. */
static struct text needle_of(const struct evidence_query *query)
{
    const struct text code[] = { query->cost_centre, query->account, query->partner };

    for (size_t i = 0; i < COUNT(code); i++)
        if (code[i].data != NULL && code[i].size > 0 &&
            memchr(code[i].data, '"', code[i].size) == NULL)
            return code[i];
    return (struct text){ NULL, 0 };
}

/* On to the next record that can be asked for; false when there is none. */
static bool skip_to_needle(const struct scan *scan, struct evidence_lines *lines)
{
    if (scan->needle.size == 0)
        return true;
    const char *place = lines->rest.size == 0 ? NULL
                            : memmem(lines->rest.data, lines->rest.size, scan->needle.data,
                                     scan->needle.size);
    if (place != NULL)
        evidence_lines_skip(lines, place);
    return place != NULL;
}

static enum err scan_frame(struct scan *scan, uint32_t number, struct trouble *trouble)
{
    const struct indexed_frame *expected = &scan->index->frame[number];
    struct evidence_frame frame;
    struct evidence_line line;
    enum err err = evidence_frame_read(scan->reader, number, &frame, trouble);

    if (err != OK)
        return err;
    scan->scanned->frames++;
    if (frame.offset != expected->offset || frame.first_line != expected->first_line ||
        frame.plain.size != expected->size)
        return fail(trouble, ERR_CHECK, "%s: frame %" PRIu32 " is not the one that its index "
                    "knows", evidence_reader_name(scan->reader), number);
    struct evidence_lines lines = evidence_lines_of(number, frame.plain, frame.first_line,
                                                    scan->spare, scan->index->header_line);
    while (err == OK && skip_to_needle(scan, &lines) && evidence_lines_next(&lines, &line))
        if (asked_for(scan->query, &line))
            err = hand_out(scan, &line);
    return err;
}

enum err evidence_scan(struct evidence_reader *reader, const struct evidence_index *index,
                       const struct evidence_query *query, const struct evidence_rights *rights,
                       struct arena *arena, evidence_visit *visit, void *context,
                       struct evidence_scanned *scanned, struct trouble *trouble)
{
    struct scan scan = { reader, index, query, rights, visit, context, needle_of(query), NULL,
                         scanned };

    *scanned = (struct evidence_scanned){ 0 };
    if (!may_see(rights, query->partner))
        return OK;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "%s: out of memory", evidence_reader_name(reader));
    uint32_t *frame = arena_take(arena, index->count, sizeof *frame);
    scan.spare = arena_take(arena, index->largest, 1);
    const size_t count = evidence_index_find(index, query, frame);
    enum err err = OK;
    for (size_t i = 0; err == OK && i < count; i++)
        err = scan_frame(&scan, frame[i], trouble);
    return err == ERR_MISSING ? OK : err;
}
