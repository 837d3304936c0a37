/*
 * extract/extract_io.c -- from a path to rows below a header.
 */
#include "extract/extract_io.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static const char *const sent_back_columns[SENT_BACK_COLUMNS] = {
    "ochil_file", "ochil_row", "ochil_reason", "ochil_help"
};

/* How an error file is written, and so read. */
static const struct text_dialect sent_back_dialect = {
    .format = FORMAT_DELIMITED,
    .encoding = ENCODING_UTF8,
    .line_end = LINE_END_DETECT,
    .delimiter = ',',
    .quotes = true,
};

struct text file_name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return text_of(slash == NULL ? path : slash + 1);
}

/* -- what the file is ---------------------------------------------------------------------- */

static enum err open_text(struct extract *extract, const struct outside *outside,
                          const struct text_dialect *dialect, struct trouble *trouble)
{
    enum err err = text_rows_open(&extract->text, extract->arena, outside, extract->path, dialect,
                                  trouble);

    if (err == OK)
        extract->reader = text_rows_reader(extract->text);
    return err;
}

static const char *sheet_names(const struct extract *extract)
{
    const char *names = "";

    for (size_t i = 0; i < workbook_sheet_count(extract->workbook); i++)
        names = arena_print(extract->arena, "%s%s\"%s\"", names, i == 0 ? "" : ", ",
                            workbook_sheet_name(extract->workbook, i));
    return names;
}

static enum err find_sheet(const struct extract *extract, struct text wanted, size_t *sheet,
                           struct trouble *trouble)
{
    size_t count = workbook_sheet_count(extract->workbook);

    *sheet = 0;
    if (wanted.size == 0) {
        return count == 1 ? OK
             : fail(trouble, ERR_USAGE, "%s has %zu sheets: say in the profile which one "
                    "(sheet = ...): %s", extract->path, count, sheet_names(extract));
    }
    for (; *sheet < count; ++*sheet) {
        if (text_is(wanted, workbook_sheet_name(extract->workbook, *sheet)))
            return OK;
    }
    return fail(trouble, ERR_USAGE, "%s has no sheet \"%.*s\"; it has %s", extract->path,
                TEXT(wanted), sheet_names(extract));
}

static enum err open_workbook(struct extract *extract, const struct outside *outside,
                              struct text wanted, struct trouble *trouble)
{
    size_t sheet;
    enum err err = workbook_open(&extract->workbook, extract->arena, outside, extract->path,
                                 trouble);

    if (err == OK)
        err = find_sheet(extract, wanted, &sheet, trouble);
    if (err != OK)
        return err;
    extract->kind = workbook_kind(extract->workbook) == WORKBOOK_ODS ? EXTRACT_ODS : EXTRACT_XLSX;
    return workbook_rows(extract->workbook, sheet, &extract->reader, trouble);
}

/* A workbook is a zip; the old binary kind is told apart by the workbook reader, which says what
 * to do about it. */
static bool begins_a_workbook(const char *bytes, size_t size)
{
    return size >= 4 && (memcmp(bytes, "PK\003\004", 4) == 0
                         || memcmp(bytes, "\xD0\xCF\x11\xE0", 4) == 0);
}

static enum err is_workbook(const struct extract *extract, const struct outside *outside,
                            bool *workbook, struct trouble *trouble)
{
    char bytes[4];
    size_t size;
    enum err err = text_first_bytes(outside, extract->arena, extract->path, bytes, sizeof bytes,
                                    &size, trouble);

    *workbook = err == OK && begins_a_workbook(bytes, size);
    return err;
}

enum err extract_open_rows(struct extract *extract, struct arena *arena,
                           const struct outside *outside, const char *path, struct text sheet,
                           const struct text_dialect *dialect, struct trouble *trouble)
{
    bool workbook;
    enum err err;

    *extract = (struct extract){ .path = path, .name = file_name_of(path), .arena = arena };
    err = is_workbook(extract, outside, &workbook, trouble);
    if (err != OK)
        return err;
    return workbook ? open_workbook(extract, outside, sheet, trouble)
                    : open_text(extract, outside, dialect, trouble);
}

static void close_rows(struct extract *extract)
{
    if (extract->workbook != NULL)
        workbook_close(extract->workbook);
    else if (extract->reader != NULL)
        extract->reader->close(extract->reader);
    extract->workbook = NULL;
    extract->text = NULL;
    extract->reader = NULL;
}

/* -- the header ---------------------------------------------------------------------------- */

static bool is_sent_back(const struct row *header)
{
    if (header->count <= SENT_BACK_COLUMNS)
        return false;
    for (size_t i = 0; i < SENT_BACK_COLUMNS; i++) {
        size_t at = header->count - SENT_BACK_COLUMNS + i;
        if (!text_is(cell_trim(header->cell[at].text), sent_back_columns[i]))
            return false;
    }
    return true;
}

/* Opens the file as an error file and looks at its header. If it is none, it is closed again. */
static enum err try_sent_back(struct extract *extract, const struct outside *outside,
                              struct trouble *trouble)
{
    struct row row;
    bool end;
    enum err err = open_text(extract, outside, &sent_back_dialect, trouble);

    if (err == OK)
        err = extract->reader->next(extract->reader, &row, &end, trouble);
    if (err != OK)
        return err;
    if (!end && row.fault == ROW_GOOD && is_sent_back(&row)) {
        extract->rules.sent_back = true;
        row.count -= SENT_BACK_COLUMNS;
        extract->header = row_copy(extract->arena, &row);
        extract->headed = true;
        return OK;
    }
    close_rows(extract);
    return OK;
}

static enum err no_header(const struct extract *extract, const struct profile *profile,
                          struct trouble *trouble)
{
    return fail(trouble, ERR_USAGE, "%s: no row starts at line %" PRIu64 ", where the profile says "
                "that the header is (header_row)", extract->path, profile->header_row);
}

/* Reads up to the header row and keeps it. */
static enum err read_header(struct extract *extract, const struct profile *profile,
                            struct trouble *trouble)
{
    struct row row;
    bool end = false;

    assert(extract->reader != NULL);
    while (true) {
        enum err err = extract->reader->next(extract->reader, &row, &end, trouble);
        if (err != OK)
            return err;
        if (end || row.number > profile->header_row)
            return no_header(extract, profile, trouble);
        if (row.number == profile->header_row)
            break;
        extract->preamble++;
    }
    if (row.fault != ROW_GOOD)
        return fail(trouble, ERR_CHECK, "%s: the header (line %" PRIu64 ") cannot be read: it is "
                    "too long, not in the encoding of the file, or has a quote that does not "
                    "close", extract->path, row.number);
    extract->header = row_copy(extract->arena, &row);
    extract->headed = true;
    return OK;
}

static struct row names_of_fixed(struct arena *arena, const struct profile *profile)
{
    struct row names = { .count = profile->fixed_count, .number = 1 };

    names.cell = arena_take(arena, names.count + 1, sizeof *names.cell);
    for (size_t i = 0; i < names.count; i++)
        names.cell[i].text = profile->fixed[i].name;
    return names;
}

static struct row names_by_place(struct arena *arena, size_t count)
{
    struct row names = { .count = count, .number = 1 };

    names.cell = arena_take(arena, count + 1, sizeof *names.cell);
    for (size_t i = 0; i < count; i++)
        names.cell[i].text = text_of(arena_print(arena, "column %zu", i + 1));
    return names;
}

/* What the columns are called, and which the profile means. */
static enum err bind_columns(struct extract *extract, struct profile *profile,
                             const char *profile_name, struct trouble *trouble)
{
    bool fixed = extract->kind == EXTRACT_TEXT && profile->format == FORMAT_FIXED;
    bool named = extract->header.count > 0 && profile->header_row > 0;

    if (fixed && !extract->rules.sent_back)
        extract->names = names_of_fixed(extract->arena, profile);
    else
        extract->names = extract->header;
    extract->measured = extract->names.count > 0;
    extract->rules.cells = extract->names.count;
    return profile_bind(profile, fixed || named ? &extract->names : NULL, profile_name, trouble);
}

static void set_rules(struct extract *extract, const struct profile *profile, enum form form)
{
    bool delimited = extract->kind == EXTRACT_TEXT && profile->format == FORMAT_DELIMITED;

    extract->rules.profile = profile;
    extract->rules.form = form;
    extract->rules.header = extract->header.count > 0 ? &extract->header : NULL;
    extract->rules.names = &extract->names;
    extract->rules.fewer_refused = extract->rules.sent_back || delimited;
    extract->rules.file = extract->name;
    (void)date_pattern_parse(text_of("yyyy-mm-dd"), &extract->rules.iso);
}

static enum err open_with_profile(struct extract *extract, const struct outside *outside,
                                  const struct profile *profile, struct trouble *trouble)
{
    struct text_dialect dialect = {
        .format = profile->format,
        .encoding = profile->encoding,
        .line_end = profile->line_end,
        .delimiter = profile->delimiter,
        .quotes = profile->quotes,
        .fixed = profile->fixed,
        .fixed_count = profile->fixed_count,
    };
    bool workbook;
    enum err err = is_workbook(extract, outside, &workbook, trouble);

    if (err != OK)
        return err;
    if (workbook)
        return open_workbook(extract, outside, profile->sheet, trouble);
    err = try_sent_back(extract, outside, trouble);
    if (err != OK || extract->rules.sent_back)
        return err;
    if (profile->format == FORMAT_SHEET)
        return fail(trouble, ERR_CHECK, "%s is not a workbook (XLSX or ODS), as the profile says "
                    "(format = sheet); for a text use format = delimited or fixed",
                    extract->path);
    return open_text(extract, outside, &dialect, trouble);
}

enum err extract_open(struct extract *extract, struct arena *arena, const struct outside *outside,
                      const char *path, struct profile *profile, enum form form,
                      const char *profile_name, struct trouble *trouble)
{
    enum err err;

    *extract = (struct extract){ .path = path, .name = file_name_of(path), .arena = arena };
    if (extract->name.size == 0 || extract->name.size > FILE_NAME_MAX
        || !text_is_utf8(extract->name))
        return fail(trouble, ERR_USAGE, "%s: an extract's name becomes part of its ids and must be "
                    "UTF-8", path);
    err = open_with_profile(extract, outside, profile, trouble);
    if (err == OK && !extract->rules.sent_back && profile->header_row > 0)
        err = read_header(extract, profile, trouble);
    if (err == OK)
        err = bind_columns(extract, profile, profile_name, trouble);
    if (err == OK)
        set_rules(extract, profile, form);
    return err;
}

/* Without a header the first row that holds something says how many cells a row has. */
static void measure(struct extract *extract, const struct row *row)
{
    for (size_t i = 0; i < row->count && !extract->measured; i++)
        extract->measured = !cell_is_blank(row->cell[i].text);
    if (!extract->measured)
        return;
    extract->names = names_by_place(extract->arena, row->count);
    extract->rules.cells = row->count;
}

enum err extract_next(struct extract *extract, struct row *row, bool *end, struct trouble *trouble)
{
    enum err err = extract->reader->next(extract->reader, row, end, trouble);

    if (err == OK && !*end && !extract->measured)
        measure(extract, row);
    return err;
}

uint64_t extract_bytes(const struct extract *extract)
{
    return extract->text == NULL ? 0 : text_rows_bytes(extract->text);
}

void extract_close(struct extract *extract)
{
    close_rows(extract);
}
