/*
 * extract/guess_io.c -- an extract read for guessing: a sample for the shape, the first rows for
 * the header, then every row once.
 */
#include "extract/guess.h"

#include <inttypes.h>

#include "extract/encoding.h"

/* How often the watch is told. */
#define ROWS_BETWEEN_TELLS 4096

/* The work on one extract. */
struct reading {
    const struct guess_request *request;
    struct arena               *arena;
    struct guess               *guess;
    struct shape                shape;
    struct extract              extract;
    struct text                 sheet;
    struct row                 *first;      /* the first rows, kept until the header is known */
    size_t                      firsts;
    bool                        ended;
    struct row                  header;
    struct table_facts          facts;
    struct workbook            *workbook;   /* while its sheets are counted */
    struct arena                scratch;    /* of the sample */
};

/* -- a text's shape ------------------------------------------------------------------------ */

static bool is_zip_or_old_workbook(struct text bytes)
{
    return bytes.size >= 4 && (memcmp(bytes.data, "PK\003\004", 4) == 0
                               || memcmp(bytes.data, "\xD0\xCF\x11\xE0", 4) == 0);
}

struct text guess_sample_text(struct arena *arena, struct text sample, bool whole)
{
    const enum encoding encoding = encoding_detect(sample, whole);
    struct decoding decoding;
    struct text text = sample;
    size_t size;
    bool twice;

    if (encoding != ENCODING_UTF8) {
        char *decoded = arena_take(arena, DECODED_BYTES_MAX(sample.size), 1);
        decoding_open(&decoding, encoding);
        text = (struct text){ decoded, decoding_take(&decoding, sample, whole, decoded) };
    }
    while ((size = encoding_mark(text, &twice)) > 0)
        text = (struct text){ text.data + size, text.size - size };
    return text;
}

static enum err shape_of_text(struct reading *reading, struct text sample, bool whole,
                              struct trouble *trouble)
{
    struct arena *scratch = &reading->scratch;
    const struct text text = guess_sample_text(scratch, sample, whole);
    const size_t strange = guess_strange_bytes(text);

    if (text.size == 0)
        return fail(trouble, ERR_REFUSED, "%s is empty: there is nothing to tell a profile from",
                    reading->request->extract);
    if (strange * 50 > text.size)
        return fail(trouble, ERR_CHECK, "%s is neither a text nor a workbook: of its first %zu "
                    "bytes %zu are no characters", reading->request->extract, text.size, strange);
    guess_shape(text, whole, scratch, &reading->shape);
    return OK;
}

/* The fixed columns outlive the sample. */
static void keep_columns(struct reading *reading)
{
    struct text_dialect *dialect = &reading->shape.dialect;
    struct fixed_column *kept = arena_take(reading->arena, dialect->fixed_count + 1, sizeof *kept);

    for (size_t i = 0; i < dialect->fixed_count; i++) {
        const struct text name = dialect->fixed[i].name;
        kept[i] = dialect->fixed[i];
        kept[i].name = text_keep(reading->arena, name);
    }
    dialect->fixed = kept;
}

/* *workbook: it is no text. */
static enum err look_at_sample(struct reading *reading, bool *workbook, struct trouble *trouble)
{
    struct arena *scratch = &reading->scratch;
    char *bytes;
    struct text sample = { 0 };
    enum err err;

    ARENA_KEEP(outer, scratch);
    if (ARENA_GUARD(scratch))
        return fail(trouble, ERR_IO, "out of memory");
    bytes = arena_take(scratch, GUESS_SAMPLE_BYTES, 1);
    err = text_first_bytes(reading->request->outside, scratch, reading->request->extract, bytes,
                           GUESS_SAMPLE_BYTES, &sample.size, trouble);
    sample.data = bytes;
    *workbook = err == OK && is_zip_or_old_workbook(sample);
    if (err != OK || *workbook)
        return err;
    err = shape_of_text(reading, sample, sample.size < GUESS_SAMPLE_BYTES, trouble);
    if (err == OK)
        keep_columns(reading);
    return err;
}

/* -- a workbook's sheet -------------------------------------------------------------------- */

static enum err count_rows(struct workbook *workbook, size_t sheet, uint64_t *rows,
                           struct trouble *trouble)
{
    struct row_reader *reader;
    struct row row;
    bool end = false;
    enum err err = workbook_rows(workbook, sheet, &reader, trouble);

    *rows = 0;
    while (err == OK && !end) {
        err = reader->next(reader, &row, &end, trouble);
        *rows += err == OK && !end;
    }
    return err;
}

/* The sheet with most rows; the others are named. */
static enum err largest_sheet(struct reading *reading, struct workbook *workbook,
                              struct trouble *trouble)
{
    const size_t count = workbook_sheet_count(workbook);
    uint64_t most = 0;
    const char *others = "";
    size_t best = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t rows;
        enum err err = count_rows(workbook, i, &rows, trouble);
        if (err != OK)
            return err;
        best = rows > most ? i : best;
        most = rows > most ? rows : most;
        others = arena_print(reading->arena, "%s%s%s (%" PRIu64 " rows)", others,
                             i == 0 ? "" : ", ", guess_shown(reading->arena, text_of(
                                 workbook_sheet_name(workbook, i))), rows);
    }
    if (count == 0)
        return fail(trouble, ERR_REFUSED, "%s has no sheet", reading->request->extract);
    const char *name = workbook_sheet_name(workbook, best);
    reading->sheet = (struct text){ arena_copy(reading->arena, name, strlen(name)), strlen(name) };
    if (count > 1)
        guess_say(reading->guess, "sheet", guess_quoted(reading->arena, reading->sheet, true),
                  SURENESS_LIKELY, arena_print(reading->arena, "it has most rows: %s", others));
    return OK;
}

static enum err choose_sheet(struct reading *reading, struct trouble *trouble)
{
    enum err err;

    guess_say(reading->guess, "format", "sheet", SURENESS_SURE, "a workbook");
    if (reading->request->sheet != NULL) {
        reading->sheet = text_of(reading->request->sheet);
        guess_say(reading->guess, "sheet", guess_quoted(reading->arena, reading->sheet, true),
                  SURENESS_SURE, "given");
        return OK;
    }
    err = workbook_open(&reading->workbook, reading->arena, reading->request->outside,
                        reading->request->extract, trouble);
    if (err != OK) {
        reading->workbook = NULL;
        return err;
    }
    err = largest_sheet(reading, reading->workbook, trouble);
    workbook_close(reading->workbook);
    reading->workbook = NULL;
    return err;
}

/* -- what is said of the shape ------------------------------------------------------------- */

static const char *cut_why(const struct reading *reading)
{
    const struct shape *shape = &reading->shape;

    return arena_print(reading->arena, "cuts %zu of the first %zu lines into %zu cells",
                       shape->same, shape->lines, shape->cells);
}

static void say_encoding(struct reading *reading)
{
    static const char *const names[] = {
        [ENCODING_DETECT] = "detect", [ENCODING_UTF8] = "utf-8",
        [ENCODING_WINDOWS_1252] = "windows-1252", [ENCODING_UTF16LE] = "utf-16le",
        [ENCODING_UTF16BE] = "utf-16be",
    };
    const struct text_seen seen = text_rows_seen(reading->extract.text);

    if (seen.encoding != ENCODING_UTF8)
        guess_say(reading->guess, "encoding", names[seen.encoding],
                  seen.encoding == ENCODING_WINDOWS_1252 ? SURENESS_LIKELY : SURENESS_SURE,
                  seen.encoding == ENCODING_WINDOWS_1252
                  ? "the file is no UTF-8, and councils here write Windows-1252 then"
                  : "by its first bytes");
    if (seen.line_end == LINE_END_CR)
        guess_say(reading->guess, "line_end", "cr", SURENESS_SURE,
                  "lines end with a lone carriage return");
}

static void say_delimiter(struct reading *reading)
{
    static const struct { char sign; const char *name; } names[] = {
        { ',', "comma" }, { ';', "semicolon" }, { '\t', "tab" }, { '|', "pipe" },
    };
    const struct text_dialect *dialect = &reading->shape.dialect;

    if (!reading->shape.cut) {
        guess_say(reading->guess, "delimiter", "comma", SURENESS_OPEN,
                  "neither comma, semicolon, tab nor pipe cuts the lines alike");
        return;
    }
    for (size_t i = 0; i < COUNT(names); i++) {
        if (names[i].sign == dialect->delimiter)
            guess_say(reading->guess, "delimiter", names[i].name,
                      reading->shape.same * 10 >= reading->shape.lines * 9 ? SURENESS_SURE
                                                                          : SURENESS_LIKELY,
                      cut_why(reading));
    }
    if (!dialect->quotes)
        guess_say(reading->guess, "quote", "none", SURENESS_LIKELY,
                  "taken as ordinary characters, quotes let more lines be cut alike");
}

static void say_columns(struct reading *reading)
{
    const struct text_dialect *dialect = &reading->shape.dialect;
    const char *columns = "";

    for (size_t i = 0; i < dialect->fixed_count; i++)
        columns = arena_print(reading->arena, "%s%s%s %u-%u", columns, i == 0 ? "" : ", ",
                              guess_quoted(reading->arena, dialect->fixed[i].name, false),
                              dialect->fixed[i].first, dialect->fixed[i].last);
    if (reading->shape.unclear) {
        guess_need(reading->guess, "columns", columns, "a blank that stands in all lines may part "
                   "two columns, thousands (1 234.56) or the words of a name: only the finance "
                   "system's own list of columns can tell");
        return;
    }
    guess_say(reading->guess, "columns", columns, SURENESS_LIKELY,
              arena_print(reading->arena, "blanks part them through all of the first %zu lines; "
                          "where a longer value comes later, its row is refused",
                          reading->shape.lines));
}

static void say_shape(struct reading *reading)
{
    if (reading->extract.text == NULL)
        return;
    if (reading->shape.dialect.format == FORMAT_FIXED)
        guess_say(reading->guess, "format", "fixed", SURENESS_LIKELY, cut_why(reading));
    say_encoding(reading);
    if (reading->shape.dialect.format != FORMAT_FIXED)
        say_delimiter(reading);
}

/* -- the header ---------------------------------------------------------------------------- */

static enum err next_row(struct reading *reading, struct row *row, struct trouble *trouble)
{
    return reading->extract.reader->next(reading->extract.reader, row, &reading->ended, trouble);
}

static enum err read_first_rows(struct reading *reading, struct trouble *trouble)
{
    struct row row;
    size_t bytes = 0;

    reading->first = arena_take(reading->arena, GUESS_SAMPLE_ROWS, sizeof *reading->first);
    while (reading->firsts < GUESS_SAMPLE_ROWS && bytes < GUESS_SAMPLE_BYTES) {
        enum err err = next_row(reading, &row, trouble);
        if (err != OK || reading->ended)
            return err;
        reading->first[reading->firsts++] = row_copy(reading->arena, &row);
        for (size_t i = 0; i < row.count; i++)
            bytes += row.cell[i].text.size + sizeof *row.cell;
    }
    return OK;
}

static bool is_error_file(const struct row *header)
{
    for (size_t i = 0; i < header->count; i++) {
        if (text_is(cell_trim(header->cell[i].text), "ochil_reason"))
            return true;
    }
    return false;
}

static void say_header(struct reading *reading, const char *value, const char *why, bool sure)
{
    guess_say(reading->guess, "header_row", value, sure ? SURENESS_SURE : SURENESS_LIKELY, why);
}

/* A fixed-width text's columns have names of their own. */
static size_t fixed_header(struct reading *reading)
{
    const struct text_dialect *dialect = &reading->shape.dialect;
    const uint64_t line = reading->shape.header;
    size_t at = 0;

    reading->header = (struct row){ .count = dialect->fixed_count };
    reading->header.cell = arena_take(reading->arena, dialect->fixed_count + 1,
                                      sizeof *reading->header.cell);
    for (size_t i = 0; i < dialect->fixed_count; i++)
        reading->header.cell[i].text = dialect->fixed[i].name;
    if (line > 0)
        say_header(reading, arena_print(reading->arena, "%" PRIu64, line),
                   "a line of words, one in every column", true);
    say_columns(reading);
    while (at < reading->firsts && reading->first[at].number <= line)
        at++;
    return at;
}

/* Where the rows below the header begin, as an index of the first ones. */
static size_t find_header(struct reading *reading, bool *unclear)
{
    const bool sheet = reading->extract.text == NULL;
    size_t at;

    *unclear = reading->shape.unclear;
    reading->guess->fixed = !sheet && reading->shape.dialect.format == FORMAT_FIXED;
    if (reading->guess->fixed)
        return fixed_header(reading);
    switch (guess_header(reading->first, reading->firsts, sheet, &at)) {
    case HEADER_FOUND:
        reading->header = reading->first[at];
        if (reading->header.number > 1)
            say_header(reading, arena_print(reading->arena, "%" PRIu64, reading->header.number),
                       "the first row of words in most columns", true);
        return at + 1;
    case HEADER_NOT_THERE:
        say_header(reading, "none", "the first row holds figures already", false);
        return 0;
    case HEADER_UNCLEAR:
        break;
    }
    *unclear = true;
    guess_need(reading->guess, "header_row", "1",
               "no row of names was found above the figures, cut as they are");
    return 0;
}

/* -- the rows ------------------------------------------------------------------------------ */

static enum err tell_watch(const struct reading *reading, uint64_t rows, struct trouble *trouble)
{
    const struct progress_watch *watch = reading->request->watch;

    if (watch == NULL || rows % ROWS_BETWEEN_TELLS != 0
        || watch->tell(watch->context, extract_bytes(&reading->extract)))
        return OK;
    return fail(trouble, ERR_BUSY, "stopped");
}

static enum err read_all_rows(struct reading *reading, size_t from, struct trouble *trouble)
{
    struct row row;
    enum err err = OK;

    for (size_t i = from; i < reading->firsts; i++)
        facts_row(&reading->facts, &reading->first[i]);
    while (err == OK && !reading->ended) {
        err = next_row(reading, &row, trouble);
        if (err != OK || reading->ended)
            break;
        facts_row(&reading->facts, &row);
        err = tell_watch(reading, reading->facts.rows, trouble);
    }
    return err;
}

/* Without a header the longest of the first rows says how many columns there are. */
static size_t most_cells(const struct reading *reading)
{
    size_t most = 1;

    for (size_t i = 0; i < reading->firsts; i++)
        most = reading->first[i].count > most ? reading->first[i].count : most;
    return most;
}

static size_t columns_without_header(const struct reading *reading)
{
    const bool delimited = reading->extract.text != NULL;

    return delimited && reading->firsts > 0 ? reading->first[0].count : most_cells(reading);
}

static enum err read_facts(struct reading *reading, struct trouble *trouble)
{
    struct last_row last;
    bool unclear;
    enum err err = read_first_rows(reading, trouble);

    if (err != OK)
        return err;
    say_shape(reading);
    const size_t from = find_header(reading, &unclear);
    if (is_error_file(&reading->header))
        return fail(trouble, ERR_REFUSED, "%s is an error file of 'ochil convert': mend its rows "
                    "and convert it with the profile of the extract", reading->request->extract);
    const bool delimited = reading->extract.text != NULL
                           && reading->shape.dialect.format == FORMAT_DELIMITED;
    facts_open(&reading->facts, reading->arena, &reading->header, columns_without_header(reading),
               delimited);
    err = read_all_rows(reading, from, trouble);
    reading->guess->rows = reading->facts.rows;
    if (err == OK && !unclear) {
        facts_end(&reading->facts, &last);
        guess_choose(reading->guess, &reading->facts, &last);
    }
    return err;
}

/* ------------------------------------------------------------------------------------------ */

static enum err read_extract(struct reading *reading, struct trouble *trouble)
{
    bool workbook = false;
    enum err err = look_at_sample(reading, &workbook, trouble);

    arena_free(&reading->scratch);
    if (err == OK && workbook)
        err = choose_sheet(reading, trouble);
    else if (err == OK && reading->request->sheet != NULL)
        err = fail(trouble, ERR_USAGE, "%s is a text and has no sheets",
                   reading->request->extract);
    if (err != OK)
        return err;
    err = extract_open_rows(&reading->extract, reading->arena, reading->request->outside,
                            reading->request->extract, reading->sheet, &reading->shape.dialect,
                            trouble);
    return err != OK ? err : read_facts(reading, trouble);
}

static enum err read_guarded(struct reading *reading, struct trouble *trouble)
{
    ARENA_KEEP(outer, reading->arena);
    if (ARENA_GUARD(reading->arena))
        return fail(trouble, ERR_IO, "out of memory");
    return read_extract(reading, trouble);
}

enum err guess_profile(const struct guess_request *request, struct arena *arena,
                       struct guess *guess, struct trouble *trouble)
{
    struct reading reading = { .request = request, .arena = arena, .guess = guess };

    *guess = (struct guess){ .file = request->extract, .form = request->form,
                             .partner = request->partner, .arena = arena };
    if (request->partner != NULL && !partner_code_is_good(text_of(request->partner)))
        return fail(trouble, ERR_USAGE, "'%s' is no partner's code: it has 1 to 32 letters, "
                    "digits, points, dashes and underlines", request->partner);
    const enum err err = read_guarded(&reading, trouble);
    facts_close(&reading.facts);
    extract_close(&reading.extract);
    if (reading.workbook != NULL)
        workbook_close(reading.workbook);
    arena_free(&reading.scratch);
    return err;
}
