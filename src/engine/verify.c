#include "engine/verify.h"

#include <assert.h>
#include <inttypes.h>

#include "engine/certificate.h"

#define SHOWN_BYTES 120
#define HEADER_BYTES 1024
#define FACTS_BYTES ((size_t)1 << 20)

/* ---- differences ---- */

/* Somebody else's bytes as they may be shown; NULL stays NULL. */
static const char *fit(struct arena *arena, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t size = strlen(text);
    char *shown = arena_copy(arena, text, size < SHOWN_BYTES ? size : SHOWN_BYTES);
    bool utf8 = text_is_utf8(text_of(shown));

    for (unsigned char *at = (unsigned char *)shown; *at != '\0'; at++)
        if (*at < 0x20 || *at == 0x7f || (*at >= 0x80 && !utf8))
            *at = '?';
        else if (*at == 0xc2 && at[1] < 0xa0)    /* U+0080 to U+009F: some terminals obey them */
            at[0] = at[1] = '?';
    return size > SHOWN_BYTES ? arena_print(arena, "%s...", shown) : shown;
}

static const char *copy_text(struct arena *arena, struct text text)
{
    return arena_copy(arena, text.data, text.size < HEADER_BYTES ? text.size : HEADER_BYTES);
}

enum err difference_found(struct arena *arena, const struct difference *found,
                          const struct difference **out, struct trouble *trouble)
{
    struct difference *kept = arena_take(arena, 1, sizeof *kept);
    const char *place;

    *kept = (struct difference){
        .file = fit(arena, found->file), .row = found->row, .column = fit(arena, found->column),
        .found = fit(arena, found->found), .computed = fit(arena, found->computed),
        .what = fit(arena, found->what),
    };
    *out = kept;
    place = kept->file;
    if (kept->row > 0)
        place = arena_print(arena, "%s, row %" PRIu64, place, kept->row);
    if (kept->column != NULL)
        place = arena_print(arena, "%s, column %s", place, kept->column);
    if (kept->what != NULL)
        return fail(trouble, ERR_CHECK, "%s: %s", place, kept->what);
    return fail(trouble, ERR_CHECK, "%s: '%s' in the bundle, '%s' when it is computed again",
                place, kept->found, kept->computed);
}

/* ---- the order of entries ---- */

static bool stands_later(const struct entry_order *order, const char *name)
{
    for (size_t i = order->next; i < order->count; i++)
        if (strcmp(order->name[i], name) == 0)
            return true;
    return false;
}

enum err entry_expect(struct entry_order *order, struct arena *arena, const char *name,
                      const struct difference **out, struct trouble *trouble)
{
    struct difference found = { .file = name, .what = "it is missing from the bundle" };

    if (order->next < order->count && strcmp(order->name[order->next], name) == 0) {
        order->next++;
        return OK;
    }
    if (stands_later(order, name)) {
        found.file = order->name[order->next];
        found.what = arena_print(arena, "it stands where %s belongs", name);
    }
    return difference_found(arena, &found, out, trouble);
}

enum err entry_expect_end(struct entry_order *order, struct arena *arena,
                          const struct difference **out, struct trouble *trouble)
{
    struct difference found = { .what = "it does not belong in a bundle" };

    if (order->next == order->count)
        return OK;
    found.file = order->name[order->next];
    return difference_found(arena, &found, out, trouble);
}

/* ---- the certificate ---- */

static const char mask_key[] = CERTIFICATE_ENGINE_KEY "\"";

/* What a version is made of; anything else in its place is a difference. */
static bool in_version(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '.' || c == '-' || c == '+' || c == '~';
}

size_t version_mask_apply(struct version_mask *mask, char *bytes, size_t size)
{
    size_t left = 0;

    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];
        if (mask->inside && in_version(c))
            continue;
        mask->inside = false;
        bytes[left++] = c;
        if (c == '\n') {
            mask->matched = 0;
            mask->broken = false;
        } else if (!mask->broken && c == mask_key[mask->matched]) {
            mask->matched++;
            mask->inside = mask->broken = mask->matched == sizeof mask_key - 1;
        } else {
            mask->broken = true;
        }
    }
    return left;
}

/* The value behind a key of the outermost object, without a comma behind it; no text: none. Only
 * there does a line begin with two spaces and a quote: a text in JSON holds no line end. */
static struct text fact(struct text certificate, const char *key)
{
    size_t size = strlen(key);

    while (certificate.size > 0) {
        const char *end = memchr(certificate.data, '\n', certificate.size);
        size_t line = end == NULL ? certificate.size : (size_t)(end - certificate.data);
        if (line > size && memcmp(certificate.data, key, size) == 0) {
            struct text value = { certificate.data + size, line - size };
            value.size -= value.data[value.size - 1] == ',';
            return value;
        }
        certificate.data += end == NULL ? line : line + 1;
        certificate.size -= end == NULL ? line : line + 1;
    }
    return (struct text){ NULL, 0 };
}

/* Without its quotes; no text when it has none. */
static struct text unquoted(struct text value)
{
    if (value.size < 2 || value.data[0] != '"' || value.data[value.size - 1] != '"')
        return (struct text){ NULL, 0 };
    return (struct text){ value.data + 1, value.size - 2 };
}

static bool count_parse(struct text text, uint64_t *count)
{
    *count = 0;
    for (size_t i = 0; i < text.size && i < 18; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *count = *count * 10 + (uint64_t)(text.data[i] - '0');
    }
    return text.size > 0 && text.size <= 18;
}

/* The start of the certificate; its lists, which may be long, are not wanted. */
static enum err read_start(struct source *source, struct arena *arena, const char *name,
                           struct text *out, struct trouble *trouble)
{
    char *bytes = arena_take(arena, FACTS_BYTES, 1);
    struct stream *stream;
    size_t size = 0;
    size_t got = 1;
    enum err err = source->open(source, arena, name, &stream, trouble);

    if (err != OK)
        return err;
    while (err == OK && got > 0 && size < FACTS_BYTES) {
        err = stream->read(stream, bytes + size, FACTS_BYTES - size, &got, trouble);
        size += err == OK ? got : 0;
    }
    stream->close(stream);
    *out = (struct text){ bytes, size };
    return err;
}

enum err certificate_facts_read(struct source *source, struct arena *arena,
                                struct certificate_facts *facts, struct trouble *trouble)
{
    const char *name = OUTPUT_PREFIX CERTIFICATE_FILE;
    struct text bytes;
    enum err err = read_start(source, arena, name, &bytes, trouble);

    if (err != OK)
        return err;
    struct text book = unquoted(fact(bytes, "  \"book\": "));
    struct text through = fact(bytes, "  \"through\": ");
    *facts = (struct certificate_facts){ .book = BOOKS };
    for (int i = 0; i < BOOKS; i++)
        if (text_is(book, book_name[i]))
            facts->book = (enum book)i;
    bool whole = text_is(through, "null");
    if (!count_parse(fact(bytes, "  \"rules_version\": "), &facts->rules_version) ||
        facts->book == BOOKS || (!whole && unquoted(through).size == 0))
        return fail(trouble, ERR_CHECK, "%s: it is not a certificate of a close", name);
    if (!whole)
        facts->through = copy_text(arena, unquoted(through));
    return OK;
}

/* ---- comparing ---- */

/* Fills `held` when it is empty; it stays empty at the end. */
static enum err refill(struct comparison *comparison, struct trouble *trouble)
{
    while (comparison->held_size == 0 && !comparison->ended) {
        size_t got;
        enum err err = comparison->stream->read(comparison->stream, comparison->held,
                                                COMPARISON_BYTES, &got, trouble);
        if (err != OK)
            return err;
        comparison->ended = got == 0;
        if (comparison->masked)
            got = version_mask_apply(&comparison->kept, comparison->held, got);
        comparison->held_at = 0;
        comparison->held_size = got;
    }
    return OK;
}

static size_t common_start(const char *a, const char *b, size_t size)
{
    size_t same = 0;

    if (memcmp(a, b, size) == 0)
        return size;
    while (a[same] == b[same])
        same++;
    return same;
}

static enum err compare_bytes(struct comparison *comparison, const char *bytes, size_t size,
                              struct trouble *trouble)
{
    while (size > 0 && !comparison->differs) {
        enum err err = refill(comparison, trouble);
        if (err != OK)
            return err;
        size_t part = size < comparison->held_size ? size : comparison->held_size;
        size_t same = common_start(bytes, comparison->held + comparison->held_at, part);
        comparison->held_at += same;
        comparison->held_size -= same;
        comparison->same += same;
        bytes += same;
        size -= same;
        comparison->differs = part == 0 || same < part;
    }
    if (!comparison->differs)
        return OK;
    size_t room = COMPARISON_BYTES - comparison->tail_size;
    size_t part = size < room ? size : room;
    memcpy(comparison->tail + comparison->tail_size, bytes, part);
    comparison->tail_size += part;
    return comparison->tail_size == COMPARISON_BYTES ? ERR_CHECK : OK;
}

static enum err compare_write(struct sink *sink, const void *bytes, size_t size,
                              struct trouble *trouble)
{
    struct comparison *comparison = (struct comparison *)sink;
    const char *at = bytes;
    char piece[4096];
    enum err err = OK;

    if (!comparison->masked)
        return compare_bytes(comparison, at, size, trouble);
    while (size > 0 && err == OK) {
        size_t part = size < sizeof piece ? size : sizeof piece;
        memcpy(piece, at, part);
        size_t left = version_mask_apply(&comparison->given, piece, part);
        err = compare_bytes(comparison, piece, left, trouble);
        at += part;
        size -= part;
    }
    return err;
}

void comparison_open(struct comparison *comparison, struct source *source, struct arena *arena)
{
    *comparison = (struct comparison){ .sink = { compare_write }, .source = source,
                                       .arena = arena };
    comparison->held = arena_take(arena, COMPARISON_BYTES, 1);
    comparison->tail = arena_take(arena, COMPARISON_BYTES, 1);
    comparison->record = arena_take(arena, COMPARISON_BYTES, 1);
    comparison->other = arena_take(arena, COMPARISON_BYTES, 1);
    comparison->spare = arena_take(arena, 2 * COMPARISON_BYTES, 1);
}

enum err comparison_begin(struct comparison *comparison, const char *name, bool masked,
                          struct trouble *trouble)
{
    assert(comparison->stream == NULL && !comparison->differs);
    comparison->name = name;
    comparison->masked = masked;
    comparison->ended = false;
    comparison->given = comparison->kept = (struct version_mask){ .matched = 0 };
    comparison->same = 0;
    comparison->held_at = comparison->held_size = comparison->tail_size = 0;
    return comparison->source->open(comparison->source, comparison->arena, name,
                                    &comparison->stream, trouble);
}

enum err comparison_end(struct comparison *comparison, struct trouble *trouble)
{
    enum err err = comparison->differs ? OK : refill(comparison, trouble);

    comparison->differs = comparison->differs || comparison->held_size > 0;
    comparison->stream->close(comparison->stream);
    comparison->stream = NULL;
    return err == OK && comparison->differs ? ERR_CHECK : err;
}

/* ---- where they differ ---- */

/* The entry read again up to the first difference: which row, and how that row begins. */
struct place {
    uint64_t row;
    size_t   begun;                  /* bytes of the row that are equal, in `record` */
    bool     quoted, too_long;
    char     header[HEADER_BYTES];
    size_t   header_size;
};

static void pass_byte(struct comparison *comparison, struct place *place, char c)
{
    bool csv = !comparison->masked;

    if (place->row == 1 && place->header_size < sizeof place->header)
        place->header[place->header_size++] = c;
    place->quoted = csv && (place->quoted != (c == '"'));
    if (c == '\n' && !place->quoted) {
        place->row++;
        place->begun = 0;
        place->too_long = false;
    } else if (place->begun < COMPARISON_BYTES) {
        comparison->record[place->begun++] = c;
    } else {
        place->too_long = true;
    }
}

/* Goes to the first difference; what stands behind it is then in `held`. */
static enum err find_place(struct comparison *comparison, struct place *place,
                           struct trouble *trouble)
{
    place->row = 1;
    for (uint64_t at = 0; at < comparison->same; at++) {
        enum err err = refill(comparison, trouble);
        if (err != OK)
            return err;
        if (comparison->held_size == 0)
            return fail(trouble, ERR_IO, "%s: it was changed while it was read",
                        comparison->name);
        pass_byte(comparison, place, comparison->held[comparison->held_at++]);
        comparison->held_size--;
    }
    return refill(comparison, trouble);
}

/* The row as the bundle has it, in `record`, and as it was computed, in `other`. */
static enum err complete_rows(struct comparison *comparison, const struct place *place,
                              struct text *found, struct text *computed, struct trouble *trouble)
{
    size_t room = COMPARISON_BYTES - place->begun;
    size_t tail = comparison->tail_size < room ? comparison->tail_size : room;
    size_t size = place->begun;
    enum err err = OK;

    memcpy(comparison->other, comparison->record, place->begun);
    memcpy(comparison->other + place->begun, comparison->tail, tail);
    while (err == OK && comparison->held_size > 0 && size < COMPARISON_BYTES) {
        room = COMPARISON_BYTES - size;
        size_t more = comparison->held_size < room ? comparison->held_size : room;
        memcpy(comparison->record + size, comparison->held + comparison->held_at, more);
        size += more;
        comparison->held_at += more;
        comparison->held_size -= more;
        err = refill(comparison, trouble);
    }
    *found = (struct text){ comparison->record, size };
    *computed = (struct text){ comparison->other, place->begun + tail };
    return err;
}

static const char *column_name(struct arena *arena, const struct place *place, size_t column,
                               char *spare)
{
    struct csv_record record;

    if (place->row > 1 && place->header_size < sizeof place->header) {
        (void)csv_read((struct text){ place->header, place->header_size }, true, spare, &record);
        if (column < record.count && column < CSV_FIELDS_KEPT && record.field[column].size > 0)
            return copy_text(arena, record.field[column]);
    }
    return arena_print(arena, "%zu", column + 1);
}

/* The first field that differs. */
static void locate_field(struct comparison *comparison, const struct place *place,
                         struct text found, struct text computed, struct difference *out)
{
    struct arena *arena = comparison->arena;
    struct csv_record one = { .count = 0 }, other = { .count = 0 };

    (void)csv_read(found, true, comparison->spare, &one);
    (void)csv_read(computed, true, comparison->spare + COMPARISON_BYTES, &other);
    for (size_t i = 0; i < one.count || i < other.count; i++) {
        if (i == CSV_FIELDS_KEPT || i >= one.count || i >= other.count) {
            out->what = arena_print(arena, "it has %zu fields, and %zu when it is computed again",
                                    one.count, other.count);
            return;
        }
        if (!text_equal(one.field[i], other.field[i])) {
            out->found = copy_text(arena, one.field[i]);
            out->computed = copy_text(arena, other.field[i]);
            out->column = column_name(arena, place, i, comparison->spare);
            return;
        }
    }
    out->what = "its fields are right but written otherwise (quotes or line end)";
}

static struct text first_line(struct text text)
{
    const char *end = memchr(text.data, '\n', text.size);

    text.size = end == NULL ? text.size : (size_t)(end - text.data);
    while (text.size > 0 && text.data[0] == ' ')
        text = (struct text){ text.data + 1, text.size - 1 };
    return text;
}

static void locate_line(struct comparison *comparison, struct text found, struct text computed,
                        struct difference *out)
{
    out->found = copy_text(comparison->arena, first_line(found));
    out->computed = copy_text(comparison->arena, first_line(computed));
}

enum err comparison_explain(struct comparison *comparison, const struct difference **out,
                            struct trouble *trouble)
{
    struct difference found = { .file = comparison->name };
    struct place *place = arena_take(comparison->arena, 1, sizeof *place);
    struct text theirs, ours;
    enum err err;

    assert(comparison->differs);
    if (comparison->stream != NULL)
        comparison->stream->close(comparison->stream);
    comparison->stream = NULL;
    comparison->ended = false;
    comparison->held_size = 0;
    comparison->kept = (struct version_mask){ .matched = 0 };
    err = comparison->source->open(comparison->source, comparison->arena, comparison->name,
                                   &comparison->stream, trouble);
    if (err == OK)
        err = find_place(comparison, place, trouble);
    if (err == OK)
        err = complete_rows(comparison, place, &theirs, &ours, trouble);
    if (err != OK)
        return err;
    found.row = place->row;
    if (theirs.size == 0)
        found.what = "the bundle ends before this row";
    else if (ours.size == 0)
        found.what = "the bundle has this row, but it is not there when it is computed again";
    else if (place->too_long)
        found.what = "the row is too long to be shown";
    else if (comparison->masked)
        locate_line(comparison, theirs, ours, &found);
    else
        locate_field(comparison, place, theirs, ours, &found);
    return difference_found(comparison->arena, &found, out, trouble);
}

/* ---- originals.csv ---- */

#define LEFT_OUT_DIGITS 24
#define ORIGINALS_COLUMNS 5

static const char *const originals_column[ORIGINALS_COLUMNS] = {
    "file", "sha256", "lines", "left_out", "left_out_amount"
};

/* The first column of a row that is not what it can be; -1: none. */
static int originals_fault(const struct csv_record *record, const struct book_file *file,
                           struct extract *extract)
{
    if (!text_is(record->field[0], file->name))
        return 0;
    extract->file = file->name;
    if (!sha256_from_hex(record->field[1], &extract->sum))
        return 1;
    if (!count_parse(record->field[2], &extract->lines))
        return 2;
    if (!count_parse(record->field[3], &extract->left_out) || extract->left_out > extract->lines ||
        extract->lines - extract->left_out != file->lines)
        return 3;
    if (!amount_parse(record->field[4], LEFT_OUT_DIGITS, &extract->left_out_pence) ||
        (extract->left_out == 0 && extract->left_out_pence != 0))
        return 4;
    return -1;
}

static const char *originals_sentence(struct arena *arena, int column,
                                      const struct book_file *file)
{
    static const char *const sentence[ORIGINALS_COLUMNS] = {
        NULL, "not a SHA-256", "not a number of lines", NULL, "not an amount of what was left out"
    };

    if (column == 0)
        return arena_print(arena, "it should be %s", file->name);
    if (column == 3)
        return arena_print(arena, "lines less those left out should be the %" PRIu64
                           " of the extract", file->lines);
    return sentence[column];
}

static enum err originals_row(struct text *left, char *spare, struct arena *arena,
                              const struct book_file *file, struct extract *extract,
                              struct difference *found)
{
    struct csv_record record = { .count = 0 };
    size_t used = csv_read(*left, true, spare, &record);

    *left = (struct text){ left->data + used, left->size - used };
    if (used == 0 || record.faults != 0 || record.count != ORIGINALS_COLUMNS) {
        found->what = used == 0 ? arena_print(arena, "the row of %s is missing", file->name)
                                : "it is not a row of five fields";
        return ERR_CHECK;
    }
    int column = originals_fault(&record, file, extract);
    if (column < 0)
        return OK;
    found->column = originals_column[column];
    found->what = originals_sentence(arena, column, file);
    return ERR_CHECK;
}

enum err originals_read(struct text bytes, struct arena *arena, const struct book_files *files,
                        struct extract **out, const struct difference **difference,
                        struct trouble *trouble)
{
    struct difference found = { .file = ORIGINALS_FILE, .row = 1 };
    struct extract *extract = arena_take(arena, files->count, sizeof *extract);
    char *spare = arena_take(arena, bytes.size + 1, 1);
    struct csv_record header = { .count = 0 };
    size_t used = csv_read(bytes, true, spare, &header);
    struct text left = { bytes.data + used, bytes.size - used };
    enum err err = OK;

    if (used == 0 || header.faults != 0 || !record_is_header(&header, ORIGINALS_HEADER)) {
        found.what = "its header should be " ORIGINALS_HEADER;
        err = ERR_CHECK;
    }
    for (size_t i = 0; i < files->count && err == OK; i++) {
        found.row++;
        err = originals_row(&left, spare, arena, &files->file[i], &extract[i], &found);
    }
    if (err == OK && left.size > 0) {
        found.row++;
        found.what = "it belongs to no extract of the bundle";
        err = ERR_CHECK;
    }
    *out = extract;
    return err == OK ? OK : difference_found(arena, &found, difference, trouble);
}

/* ---- signatures ---- */

const char *signature_path(struct arena *arena, const char *bundle, const char *partner)
{
    return arena_print(arena, "%s.%s.minisig", bundle, partner);
}

const char *signature_claim(struct arena *arena, const char *partner)
{
    return arena_print(arena, SIGNATURE_CLAIM "%s\t", partner);
}
