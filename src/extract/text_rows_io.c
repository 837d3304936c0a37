#include "extract/text_rows_io.h"

#include <assert.h>

#include "extract/delimited.h"
#include "extract/encoding.h"
#include "extract/fixed.h"
#include "extract/unpack_io.h"

/* How much is read at a time, once the sample has been used. */
#define TEXT_BLOCK_BYTES ((size_t)128 * 1024)
/* Room for the longest record and a block behind it; for the sample too. */
#define TEXT_ROOM (LINE_BYTES_AHEAD + TEXT_BLOCK_BYTES)

static_assert(TEXT_ROOM >= ENCODING_SAMPLE_BYTES, "the sample is read into one of the buffers");

/* Bytes that are known and not used yet: `bytes[from..to)`. */
struct buffer {
    char  *bytes;
    size_t from, to;
};

struct text_rows {
    struct row_reader   reader;
    struct file_stream  file;
    struct unpack      *unpack;
    struct text_dialect how;
    struct text_seen    seen;
    struct decoding     decoding;
    struct dialect      dialect;     /* of fixed width: for where lines end, without quotes */
    char                line_last;
    bool                begun;       /* the sample has been looked at */
    bool                ended;       /* nothing comes behind what is in the buffers */
    bool                skipping;    /* the rest of a row that was too long is to come */
    struct buffer       raw;         /* not used for UTF-8 */
    struct buffer       text;        /* in UTF-8 */
    char               *spare;
    struct cell        *cell;
    uint64_t            line;        /* on which text.from stands */
};

/* ---- bytes ---- */

/* Moves what is left to the front, and adds bytes up to `most` in all. */
static enum err fill(struct text_rows *rows, struct buffer *buffer, size_t most,
                     struct trouble *trouble)
{
    struct stream *stream = unpack_stream(rows->unpack);
    enum err err = OK;

    if (buffer->from > 0)
        memmove(buffer->bytes, buffer->bytes + buffer->from, buffer->to - buffer->from);
    buffer->to -= buffer->from;
    buffer->from = 0;
    while (err == OK && !rows->ended && buffer->to < most) {
        size_t got = 0;
        err = stream->read(stream, buffer->bytes + buffer->to, most - buffer->to, &got, trouble);
        buffer->to += got;
        rows->ended = err == OK && got == 0;
    }
    return err;
}

/* Decodes as much as there is room for behind the text. */
static void decode(struct text_rows *rows)
{
    struct buffer *raw = &rows->raw;
    struct buffer *text = &rows->text;
    const size_t room = (TEXT_ROOM - text->to - DECODED_BYTES_MAX(0)) / 3;
    const size_t left = raw->to - raw->from;
    const size_t size = left < room ? left : room;
    const struct text block = { raw->bytes + raw->from, size };

    text->to += decoding_take(&rows->decoding, block, rows->ended && size == left,
                              text->bytes + text->to);
    raw->from += size;
}

/* More text behind what is left of it. */
static enum err more_text(struct text_rows *rows, struct trouble *trouble)
{
    struct buffer *text = &rows->text;
    const size_t left = text->to - text->from;
    const size_t most = left + TEXT_BLOCK_BYTES;

    assert(most <= TEXT_ROOM);
    if (rows->seen.encoding == ENCODING_UTF8)
        return fill(rows, text, most, trouble);
    memmove(text->bytes, text->bytes + text->from, left);
    text->from = 0;
    text->to = left;
    if (rows->raw.from == rows->raw.to) {
        enum err err = fill(rows, &rows->raw, TEXT_BLOCK_BYTES / 4, trouble);
        if (err != OK)
            return err;
    }
    decode(rows);
    return OK;
}

/* Whether the text that is known is all there is. */
static bool text_is_final(const struct text_rows *rows)
{
    return rows->ended && rows->raw.from == rows->raw.to;
}

/* ---- beginning ---- */

static void remove_marks(struct text_rows *rows)
{
    struct buffer *text = &rows->text;
    size_t size;
    bool twice;

    while ((size = encoding_mark((struct text){ text->bytes + text->from,
                                                text->to - text->from }, &twice)) > 0) {
        text->from += size;
        rows->seen.byte_order_marks++;
        rows->seen.mark_encoded_twice = rows->seen.mark_encoded_twice || twice;
    }
}

static enum line_end line_end_of(const struct text_rows *rows)
{
    const struct text sample = { rows->text.bytes + rows->text.from,
                                 rows->text.to - rows->text.from };

    if (rows->how.line_end != LINE_END_DETECT)
        return rows->how.line_end;
    if (rows->how.format == FORMAT_FIXED)
        return line_end_first(sample);
    return delimited_line_end(sample, rows->how.delimiter, rows->how.quotes);
}

/* Reads the sample, and decides all that the profile leaves open. */
static enum err begin(struct text_rows *rows, struct trouble *trouble)
{
    struct text_seen *seen = &rows->seen;
    enum err err = fill(rows, &rows->text, ENCODING_SAMPLE_BYTES, trouble);

    if (err != OK)
        return err;
    seen->encoding_detected = rows->how.encoding == ENCODING_DETECT;
    seen->encoding = seen->encoding_detected
        ? encoding_detect((struct text){ rows->text.bytes, rows->text.to },
                          rows->text.to < ENCODING_SAMPLE_BYTES)
        : rows->how.encoding;
    decoding_open(&rows->decoding, seen->encoding);
    if (seen->encoding != ENCODING_UTF8) {
        const struct buffer sample = rows->text;
        rows->text = rows->raw;
        rows->raw = sample;
        decode(rows);
    }
    remove_marks(rows);
    seen->line_end = line_end_of(rows);
    rows->line_last = line_end_char(seen->line_end);
    dialect_open(&rows->dialect, rows->how.delimiter,
                 rows->how.quotes && rows->how.format == FORMAT_DELIMITED, seen->line_end);
    rows->line = 1;
    rows->begun = true;
    return OK;
}

/* ---- rows ---- */

static void use(struct text_rows *rows, const struct record_extent *extent)
{
    rows->text.from += extent->used;
    rows->line += extent->lines;
    rows->skipping = extent->unended;
}

static struct text known_text(const struct text_rows *rows)
{
    return (struct text){ rows->text.bytes + rows->text.from, rows->text.to - rows->text.from };
}

static enum err skip(struct text_rows *rows, struct trouble *trouble)
{
    while (rows->skipping) {
        const struct record_extent extent = line_skip(known_text(rows), text_is_final(rows),
                                                      rows->line_last);
        use(rows, &extent);
        enum err err = rows->skipping ? more_text(rows, trouble) : OK;
        if (err != OK)
            return err;
    }
    return OK;
}

/* What is cut of the text does not change once it has begun: several threads may do so. */
static struct record_extent cut_row(const struct text_rows *rows, struct text known, bool final,
                                    char *spare, struct row *row)
{
    if (rows->how.format == FORMAT_FIXED)
        return known.size == 0 ? (struct record_extent){ 0, 0, false }
                               : fixed_read(known, final, rows->how.fixed, rows->how.fixed_count,
                                            rows->line_last, row);
    return delimited_read(known, final, &rows->dialect, spare, row);
}

static struct record_extent read_row(struct text_rows *rows, struct row *row)
{
    row->cell = rows->cell;
    row->number = rows->line;
    return cut_row(rows, known_text(rows), text_is_final(rows), rows->spare, row);
}

static enum err text_rows_next(struct row_reader *reader, struct row *row, bool *end,
                               struct trouble *trouble)
{
    struct text_rows *rows = (struct text_rows *)reader;
    enum err err = rows->begun ? skip(rows, trouble) : begin(rows, trouble);

    *end = false;
    while (err == OK) {
        const struct record_extent extent = read_row(rows, row);
        if (extent.used > 0) {
            use(rows, &extent);
            return OK;
        }
        *end = text_is_final(rows);
        if (*end)
            return OK;
        err = more_text(rows, trouble);
    }
    return err;
}

/* ---- blocks ---- */

/* Copies the whole records at the front of what is known. */
static void take_records(struct text_rows *rows, char *bytes, size_t most,
                         struct text_block *block)
{
    struct text known = known_text(rows);
    struct record_extent extent = { .unended = false };

    known.size = known.size < most ? known.size : most;
    extent.used = delimited_whole_records(known, &rows->dialect, &extent.lines);
    memcpy(bytes, known.data, extent.used);
    *block = (struct text_block){ { bytes, extent.used }, rows->line };
    use(rows, &extent);
}

enum err text_rows_take(struct text_rows *rows, char *bytes, size_t most,
                        struct text_block *block, struct trouble *trouble)
{
    enum err err = rows->begun ? skip(rows, trouble) : begin(rows, trouble);

    while (err == OK && known_text(rows).size < most && !text_is_final(rows))
        err = more_text(rows, trouble);
    *block = (struct text_block){ { bytes, 0 }, 0 };
    if (err == OK)
        take_records(rows, bytes, most, block);
    return err;
}

bool text_block_next(const struct text_rows *rows, struct text_block *block, char *spare,
                     struct row *row)
{
    if (block->bytes.size == 0)
        return false;
    row->number = block->line;
    const struct record_extent extent = cut_row(rows, block->bytes, true, spare, row);
    assert(extent.used > 0 && !extent.unended);
    block->bytes.data += extent.used;
    block->bytes.size -= extent.used;
    block->line += extent.lines;
    return true;
}

static void text_rows_close(struct row_reader *reader)
{
    struct text_rows *rows = (struct text_rows *)reader;
    struct stream *stream = unpack_stream(rows->unpack);

    stream->close(stream);
}

/* ---- opening ---- */

static enum err check_columns(const struct text_dialect *how, const char *path,
                              struct trouble *trouble)
{
    size_t wrong = fixed_columns_check(how->fixed, how->fixed_count);

    if (wrong == how->fixed_count)
        return OK;
    return fail(trouble, ERR_USAGE, "%s: column %zu of the fixed columns begins before the one "
                "before it ends, ends before it begins, or is one too many", path, wrong + 1);
}

static enum err open_file(struct file_stream *file, struct unpack *unpack,
                          const struct outside *outside, const char *path,
                          struct trouble *trouble)
{
    enum err err = file_stream_open(file, outside, path, trouble);

    return err != OK ? err : unpack_open(unpack, &file->stream, path, trouble);
}

enum err text_rows_open(struct text_rows **out, struct arena *arena,
                        const struct outside *outside, const char *path,
                        const struct text_dialect *how, struct trouble *trouble)
{
    struct text_rows *rows = arena_take(arena, 1, sizeof *rows);
    enum err err = how->format == FORMAT_FIXED ? check_columns(how, path, trouble) : OK;

    assert(how->format != FORMAT_SHEET);
    if (err != OK)
        return err;
    rows->reader = (struct row_reader){ text_rows_next, text_rows_close };
    rows->how = *how;
    rows->unpack = unpack_take(arena);
    rows->raw.bytes = arena_take(arena, TEXT_ROOM, 1);
    rows->text.bytes = arena_take(arena, TEXT_ROOM, 1);
    rows->spare = arena_take(arena, RECORD_BYTES_MAX, 1);
    rows->cell = arena_take(arena, ROW_CELLS_MAX, sizeof *rows->cell);
    err = open_file(&rows->file, rows->unpack, outside, path, trouble);
    if (err != OK)
        return err;
    rows->seen.packing = unpack_packing(rows->unpack);
    *out = rows;
    return OK;
}

struct row_reader *text_rows_reader(struct text_rows *rows)
{
    return &rows->reader;
}

struct text_seen text_rows_seen(const struct text_rows *rows)
{
    return rows->seen;
}

uint64_t text_rows_bytes(const struct text_rows *rows)
{
    return rows->file.bytes;
}

enum err text_first_bytes(const struct outside *outside, struct arena *arena, const char *path,
                          char *bytes, size_t most, size_t *got, struct trouble *trouble)
{
    struct file_stream file;
    struct unpack *unpack = unpack_take(arena);
    enum err err = open_file(&file, unpack, outside, path, trouble);

    *got = 0;
    if (err != OK)
        return err;
    struct stream *stream = unpack_stream(unpack);
    for (size_t part = 1; err == OK && part > 0 && *got < most; *got += part) {
        part = 0;
        err = stream->read(stream, bytes + *got, most - *got, &part, trouble);
    }
    stream->close(stream);
    return err;
}
