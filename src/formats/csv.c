#include "formats/csv.h"

#include <assert.h>

/* What is left to read, and what has been found so far. */
struct csv_cursor {
    const char        *at, *end;
    bool               final;
    char              *spare;
    struct csv_record *record;
};

#define READY_STEP ((size_t)16)   /* bytes that a ready field is copied by */

enum csv_step { STEP_FIELD, STEP_RECORD, STEP_INCOMPLETE };

/* The line end at the cursor: its bytes, 0 if there is none, -1 if a CR is the last byte known. */
static int line_end(const struct csv_cursor *cursor)
{
    if (*cursor->at == '\n')
        return 1;
    if (*cursor->at != '\r')
        return 0;
    if (cursor->at + 1 == cursor->end)
        return cursor->final ? 0 : -1;
    return cursor->at[1] == '\n' ? 2 : 0;
}

/* Unquoted text up to the comma or line end that ends the field. */
static enum csv_step read_plain(struct csv_cursor *cursor)
{
    while (cursor->at < cursor->end) {
        int ending;

        if (*cursor->at == ',')
            return STEP_FIELD;
        ending = line_end(cursor);
        if (ending < 0)
            return STEP_INCOMPLETE;
        if (ending > 0)
            return STEP_RECORD;
        if (*cursor->at == '\r')
            cursor->record->faults |= CSV_BAD_LINE_END;
        cursor->at++;
    }
    return cursor->final ? STEP_RECORD : STEP_INCOMPLETE;
}

static void count_lines(struct csv_record *record, const char *from, const char *to)
{
    while (from < to && (from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
        record->lines++;
        from++;
    }
}

/* Text in quotes; the cursor stands on the opening one. A text with doubled quotes is put
 * together in the spare bytes, any other is a slice of the input. */
static enum csv_step read_quoted(struct csv_cursor *cursor, struct text *field)
{
    const char *open = cursor->at + 1;
    const char *part = open;
    char *copied = cursor->spare;

    for (;;) {
        const char *quote = memchr(part, '"', (size_t)(cursor->end - part));
        if (quote == NULL)
            break;
        bool last = quote + 1 == cursor->end;
        if (last && !cursor->final)
            return STEP_INCOMPLETE;
        bool doubled = !last && quote[1] == '"';
        size_t size = (size_t)(quote - part) + doubled;
        if (cursor->spare != NULL && (doubled || copied != cursor->spare)) {
            memcpy(copied, part, size);
            copied += size;
        }
        part = quote + 1 + doubled;
        if (doubled)
            continue;
        count_lines(cursor->record, open, quote);
        *field = (struct text){ open, (size_t)(quote - open) };
        if (cursor->spare != NULL && copied != cursor->spare) {
            *field = (struct text){ cursor->spare, (size_t)(copied - cursor->spare) };
            cursor->spare = copied;
        }
        cursor->at = part;
        return STEP_FIELD;
    }
    if (!cursor->final)
        return STEP_INCOMPLETE;
    cursor->record->faults |= CSV_UNCLOSED;
    count_lines(cursor->record, open, cursor->end);
    *field = (struct text){ open, (size_t)(cursor->end - open) };
    cursor->at = cursor->end;
    return STEP_FIELD;
}

static enum csv_step read_field(struct csv_cursor *cursor)
{
    struct csv_record *record = cursor->record;
    struct text field = { cursor->at, 0 };
    enum csv_step step;

    if (cursor->at < cursor->end && *cursor->at == '"') {
        const char *after;
        if (read_quoted(cursor, &field) == STEP_INCOMPLETE)
            return STEP_INCOMPLETE;
        after = cursor->at;
        step = read_plain(cursor);
        if (cursor->at != after && step != STEP_INCOMPLETE) {
            record->faults |= CSV_BAD_QUOTE;
            record->empty = false;
        }
    } else {
        step = read_plain(cursor);
        field.size = (size_t)(cursor->at - field.data);
    }
    if (step == STEP_INCOMPLETE)
        return step;
    record->empty = record->empty && field.size == 0;
    if (record->count < CSV_FIELDS_KEPT)
        record->field[record->count] = field;
    record->count++;
    return step;
}

size_t csv_read(struct text bytes, bool final, char *spare, struct csv_record *record)
{
    struct csv_cursor cursor = { bytes.data, bytes.data + bytes.size, final, spare, record };
    enum csv_step step;

    record->count = 0;
    record->lines = 0;
    record->faults = 0;
    record->empty = true;
    if (bytes.size == 0)
        return 0;
    while ((step = read_field(&cursor)) == STEP_FIELD)
        cursor.at++;                       /* over the comma */
    if (step == STEP_INCOMPLETE)
        return 0;
    if (cursor.at < cursor.end) {
        cursor.at += line_end(&cursor);
        record->lines++;
    }
    return (size_t)(cursor.at - bytes.data);
}

size_t csv_whole_records(struct text bytes)
{
    const char *start = bytes.data;              /* of a record, certainly */
    const char *end = bytes.data + bytes.size;

    for (;;) {
        struct csv_record record;
        const char *quote = start == end ? NULL : memchr(start, '"', (size_t)(end - start));
        const char *line = memrchr(start, '\n', (size_t)((quote == NULL ? end : quote) - start));

        if (line != NULL)
            start = line + 1;
        size_t used = quote == NULL ? 0
                                    : csv_read((struct text){ start, (size_t)(end - start) },
                                               false, NULL, &record);
        if (used == 0)
            return (size_t)(start - bytes.data);
        start += used;
    }
}

void csv_open(struct csv_writer *writer, struct sink *sink, struct trouble *trouble)
{
    writer->sink = sink;
    writer->trouble = trouble;
    writer->err = OK;
    writer->begun = false;
    writer->used = 0;
}

static void flush(struct csv_writer *writer)
{
    if (writer->err == OK && writer->used > 0)
        writer->err = writer->sink->write(writer->sink, writer->buffer, writer->used,
                                          writer->trouble);
    writer->used = 0;
}

/* What was put behind the block's end begins the next one. */
static void flush_block(struct csv_writer *writer)
{
    size_t behind = writer->used - CSV_BLOCK_BYTES;

    writer->used = CSV_BLOCK_BYTES;
    flush(writer);
    memcpy(writer->buffer, writer->buffer + CSV_BLOCK_BYTES, behind);
    writer->used = behind;
}

/* Bytes up to `end` have been put straight into the buffer, at most CSV_BEHIND_BYTES. */
static inline void took(struct csv_writer *writer, const char *end)
{
    writer->used = (size_t)(end - writer->buffer);
    if (writer->used >= CSV_BLOCK_BYTES)
        flush_block(writer);
}

static inline void put(struct csv_writer *writer, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t room = CSV_BLOCK_BYTES - writer->used;
        size_t part = size < room ? size : room;

        memcpy(writer->buffer + writer->used, bytes, part);
        writer->used += part;
        bytes += part;
        size -= part;
        if (writer->used == CSV_BLOCK_BYTES)
            flush(writer);
    }
}

static void begin_field(struct csv_writer *writer)
{
    if (writer->begun)
        put(writer, ",", 1);
    writer->begun = true;
}

/* The same where the field goes straight into the buffer: where to. */
static inline char *field_place(struct csv_writer *writer)
{
    char *at = writer->buffer + writer->used;

    *at = ',';
    at += writer->begun;
    writer->begun = true;
    return at;
}

/* Not 0 where one of the eight bytes is a comma, a quote, a CR or an LF. */
static inline uint64_t needs_quotes(uint64_t word)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    static const uint64_t highs = UINT64_C(0x8080808080808080);
    uint64_t comma = word ^ ones * ',';
    uint64_t quote = word ^ ones * '"';
    uint64_t cr = word ^ ones * '\r';
    uint64_t lf = word ^ ones * '\n';

    return (((comma - ones) & ~comma) | ((quote - ones) & ~quote) | ((cr - ones) & ~cr)
            | ((lf - ones) & ~lf)) & highs;
}

/* Less than eight bytes: the first four and the last four, or one by one. */
static inline bool copy_short(char *out, struct text text)
{
    uint32_t half[2] = { 0, 0 };
    uint64_t word = 0;

    if (text.size >= sizeof *half) {
        memcpy(&half[0], text.data, sizeof *half);
        memcpy(&half[1], text.data + text.size - sizeof *half, sizeof *half);
        memcpy(out, &half[0], sizeof *half);
        memcpy(out + text.size - sizeof *half, &half[1], sizeof *half);
        memcpy(&word, half, sizeof word);
        return needs_quotes(word) == 0;
    }
    for (size_t i = 0; i < text.size; i++) {
        out[i] = text.data[i];
        word = word << 8 | (unsigned char)text.data[i];
    }
    return needs_quotes(word) == 0;
}

/* Copies the text and tells whether it needs quotes; by eight bytes, the last eight again. */
static inline bool copy_plain(char *out, struct text text)
{
    uint64_t word = 0;
    uint64_t found = 0;
    size_t at = 0;

    if (text.size < sizeof word)
        return copy_short(out, text);
    for (; at + sizeof word <= text.size; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        memcpy(out + at, &word, sizeof word);
        found |= needs_quotes(word);
    }
    at = text.size - sizeof word;
    memcpy(&word, text.data + at, sizeof word);
    memcpy(out + at, &word, sizeof word);
    return (found | needs_quotes(word)) == 0;
}

static bool is_plain(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == ',' || text.data[i] == '"' || text.data[i] == '\r'
            || text.data[i] == '\n')
            return false;
    }
    return true;
}

/* A field without anything to quote, straight into the buffer; false if it is not so simple. */
static inline bool put_simple(struct csv_writer *writer, const struct text part[], size_t count)
{
    char *out = writer->buffer + writer->used;
    size_t room = CSV_BLOCK_BYTES - writer->used;

    *out = ',';
    if (writer->begun) {
        out++;
        room--;
    }
    for (size_t i = 0; i < count; i++) {
        if (part[i].size >= room || !copy_plain(out, part[i]))
            return false;
        out += part[i].size;
        room -= part[i].size;
    }
    writer->used = (size_t)(out - writer->buffer);
    writer->begun = true;
    return true;
}

/* Runs without a quote as they are, each quote twice. */
static void put_quoted(struct csv_writer *writer, struct text text)
{
    while (text.size > 0) {
        const char *quote = memchr(text.data, '"', text.size);
        size_t run = quote == NULL ? text.size : (size_t)(quote - text.data) + 1;

        put(writer, text.data, run);
        if (quote != NULL)
            put(writer, "\"", 1);
        text.data += run;
        text.size -= run;
    }
}

/* One that may need quotes, or has no room left in the buffer. A function of its own, so that the
 * simple way does not set up what only this one needs. */
static __attribute__((noinline)) void put_field(struct csv_writer *writer,
                                                const struct text part[], size_t count)
{
    bool plain = true;

    for (size_t i = 0; i < count && plain; i++)
        plain = is_plain(part[i]);
    begin_field(writer);
    if (!plain)
        put(writer, "\"", 1);
    for (size_t i = 0; i < count; i++) {
        if (plain)
            put(writer, part[i].data, part[i].size);
        else
            put_quoted(writer, part[i]);
    }
    if (!plain)
        put(writer, "\"", 1);
}

void csv_joined(struct csv_writer *writer, const struct text part[], size_t count)
{
    if (!put_simple(writer, part, count))
        put_field(writer, part, count);
}

void csv_text(struct csv_writer *writer, struct text text)
{
    if (!put_simple(writer, &text, 1))
        put_field(writer, &text, 1);
}

bool csv_is_formula(struct text text)
{
    return text.size > 0 && is_one_of(text.data[0], "=+-@\t\r");
}

void csv_shown(struct csv_writer *writer, struct text text)
{
    const struct text part[] = { { "'", 1 }, text };

    if (csv_is_formula(text))
        csv_joined(writer, part, COUNT(part));
    else
        csv_text(writer, text);
}

void csv_word(struct csv_writer *writer, const char *terminated)
{
    csv_text(writer, text_of(terminated));
}

void csv_money(struct csv_writer *writer, wide pence)
{
    char *at = field_place(writer);

    took(writer, at + money_print(pence, at));
}

void csv_count(struct csv_writer *writer, uint64_t count)
{
    took(writer, digits_print(field_place(writer), count));
}

static char *put_doubled(char *to, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            *to++ = '"';
        *to++ = text.data[i];
    }
    return to;
}

struct csv_ready csv_ready(struct arena *arena, struct text text)
{
    bool plain = is_plain(text);
    char *bytes = arena_take(arena, text.size * 2 + 3 + READY_STEP, 1);
    char *to = bytes;

    if (!plain)
        *to++ = '"';
    to = put_doubled(to, text);
    if (!plain)
        *to++ = '"';
    *to++ = ',';
    return (struct csv_ready){ bytes, (size_t)(to - bytes) };
}

/* A field that has its comma already: as if the record began behind it. */
void csv_put(struct csv_writer *writer, struct csv_ready field)
{
    char *at = field_place(writer);

    writer->begun = false;
    if (field.size > CSV_BEHIND_BYTES - 1 - READY_STEP) {
        took(writer, at);
        put(writer, field.bytes, field.size);
        return;
    }
    for (size_t i = 0; i < field.size; i += READY_STEP)
        memcpy(at + i, field.bytes + i, READY_STEP);
    took(writer, at + field.size);
}

/* There is room for one byte: a block that is full is written at once. */
void csv_end(struct csv_writer *writer)
{
    writer->buffer[writer->used++] = '\n';
    if (writer->used == CSV_BLOCK_BYTES)
        flush(writer);
    writer->begun = false;
}

void csv_end_crlf(struct csv_writer *writer)
{
    put(writer, "\r", 1);
    csv_end(writer);
}

void csv_literal(struct csv_writer *writer, const char *record)
{
    assert(!writer->begun);
    put(writer, record, strlen(record));
}

enum err csv_close(struct csv_writer *writer)
{
    flush(writer);
    return writer->err;
}
