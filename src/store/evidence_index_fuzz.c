/*
 * An index from any bytes: refused, or its frames follow each other, its filters lie within the
 * bytes and questions can be asked; written down again it is the same. And an extract from any
 * bytes, kept with an index: every question finds what reading all of it without one finds.
 */
#include "store/evidence_scan.h"

#include "store/test_evidence.h"

#define INPUT_MOST 4096

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct evidence_query questions[] = {
    { { "STI", 3 }, { NULL, 0 }, { NULL, 0 }, EVIDENCE_ANY_PERIOD },
    { { "STI", 3 }, { "SW", 2 }, { NULL, 0 }, EVIDENCE_ANY_PERIOD },
    { { "STI", 3 }, { "SW", 2 }, { "40", 2 }, 2014 * 13 },
    { { "STI", 3 }, { NULL, 0 }, { "40", 2 }, EVIDENCE_ANY_PERIOD },
    { { "", 0 }, { "", 0 }, { NULL, 0 }, 2014 * 13 },
    { { "\"", 1 }, { "\"", 1 }, { "\"", 1 }, EVIDENCE_ANY_PERIOD },
};

/* The directory once more, from what was understood. */
static void print_again(const struct evidence_index *index, struct text bytes)
{
    unsigned char entry[12];
    uint64_t offset = 0;
    uint64_t line = 1;
    const char *filter = bytes.data + 36 + 12 * index->count;

    for (size_t i = 0; i < index->count; i++) {
        const struct indexed_frame *frame = &index->frame[i];
        little_endian_put(entry, frame->size, 4);
        little_endian_put(entry + 4, frame->lines, 4);
        little_endian_put(entry + 8, frame->anything ? UINT32_MAX : frame->filter.size, 4);
        assert(memcmp(entry, bytes.data + 36 + 12 * i, sizeof entry) == 0);
        assert(frame->offset == offset && frame->first_line == line);
        assert(frame->filter.data == filter);
        assert(frame->size <= index->largest);
        offset += frame->size;
        line += frame->lines;
        filter += frame->filter.size;
    }
    assert(filter == bytes.data + bytes.size);
    assert(index->size == offset && index->lines == line - 1);
}

static void parse_hostile(struct arena *arena, struct text bytes)
{
    struct evidence_index index;
    struct trouble trouble = { .text = "" };
    enum err err = evidence_index_parse(arena, bytes, "a.csv", &index, &trouble);

    assert((err == OK) == (trouble.text[0] == '\0'));
    if (err != OK) {
        assert(err == ERR_CHECK);
        return;
    }
    print_again(&index, bytes);
    uint32_t *frame = arena_take(arena, index.count, sizeof *frame);
    for (size_t i = 0; i < COUNT(questions); i++) {
        size_t found = evidence_index_find(&index, &questions[i], frame);
        assert(found <= index.count);
    }
}

/* ---- an extract of any bytes ---- */

/* The place and number of lines handed out. */
struct heard {
    uint64_t count, places;
};

static void hear(struct heard *heard, uint64_t line)
{
    heard->count++;
    heard->places = heard->places * 31 + line;
}

static enum err hear_line(void *context, const struct evidence_line *line)
{
    hear(context, line->line);
    return OK;
}

static period_number period_said(const struct csv_record *record)
{
    period_number period;
    bool named = record->field[FIELD_PERIOD].size > 0;
    bool good = named ? period_parse(record->field[FIELD_PERIOD], &period)
                      : day_parse(record->field[FIELD_DATE], &period);

    return good ? period : EVIDENCE_NO_PERIOD;
}

static bool is_asked_for(const struct evidence_query *query, const struct csv_record *record)
{
    return text_equal(record->field[FIELD_PARTNER], query->partner) &&
           (query->cost_centre.data == NULL ||
            text_equal(record->field[FIELD_COST_CENTRE], query->cost_centre)) &&
           (query->account.data == NULL ||
            text_equal(record->field[FIELD_ACCOUNT], query->account)) &&
           (query->period == EVIDENCE_ANY_PERIOD || query->period == period_said(record));
}

/* Record after record, without frames or index. */
static struct heard read_plainly(struct text bytes, const struct evidence_query *query,
                                 char *spare)
{
    struct heard heard = { 0, 0 };
    struct text rest = after_mark(bytes);
    uint64_t line = 1;
    bool header = false;

    while (rest.size > 0) {
        struct csv_record record;
        size_t used = csv_read(rest, true, spare, &record);
        if (header && record.count == LEDGER_FIELDS && record.faults == 0 && !record.empty &&
            is_asked_for(query, &record))
            hear(&heard, line);
        header = header || !record.empty;
        line += record.lines;
        rest.data += used;
        rest.size -= used;
    }
    return heard;
}

static void keep_extract(struct arena *arena, struct text bytes, size_t frame)
{
    static struct kept_file kept;
    static char spare[INPUT_MOST + sizeof LEDGER_HEADER];
    const struct kept_plan plan = { EVIDENCE_RECORDS, frame, EVIDENCE_FRAME_MOST, true, 1, NULL };
    struct evidence_reader *reader;
    struct evidence_index index;
    enum err err = kept_write(&kept, arena, bytes, &plan, NULL);

    assert(err == OK && kept.index_is == OK);
    const struct evidence_file file = kept_file(&kept);
    err = kept_index_open(&kept, arena, &index, NULL);
    assert(err == OK);
    err = evidence_reader_open(arena, &file, &reader, NULL);
    assert(err == OK);
    for (size_t i = 0; i < COUNT(questions); i++) {
        const struct evidence_rights rights = { &questions[i].partner, 1, true };
        struct heard heard = { 0, 0 };
        struct heard plain = read_plainly(bytes, &questions[i], spare);
        struct evidence_scanned scanned;
        err = evidence_scan(reader, &index, &questions[i], &rights, arena, hear_line, &heard,
                            &scanned, NULL);
        assert(err == OK && heard.count == plain.count && heard.places == plain.places);
    }
    evidence_reader_drop(reader);
    kept_free(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char header[] = LEDGER_HEADER "\n";
    struct arena arena = { .chunk = NULL };
    struct text input = { (const char *)bytes + 1, size - 1 };

    if (size == 0 || size > INPUT_MOST)
        return 0;
    if (ARENA_GUARD(&arena))
        abort();
    if (bytes[0] == 0) {
        parse_hostile(&arena, input);
    } else {
        const size_t before = sizeof header - 1;
        char *text = arena_take(&arena, before + input.size, 1);
        memcpy(text, header, before);
        memcpy(text + before, input.data, input.size);
        keep_extract(&arena, (struct text){ text, before + input.size }, bytes[0]);
    }
    arena_free(&arena);
    return 0;
}
