#define _GNU_SOURCE
#include "register/import_table.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "extract/encoding.h"
#include "extract/guess.h"

#define PATH_SIZE 48

/* --- memory as a file --- */

/* What is to be given back. */
struct opened {
    int            file;
    char           path[PATH_SIZE];
    struct extract extract;
};

static void give_back(struct opened *opened)
{
    extract_close(&opened->extract);
    if (opened->file >= 0)
        (void)close(opened->file);
    opened->file = -1;
}

static enum err fill(int file, struct text bytes, struct trouble *trouble)
{
    while (bytes.size > 0) {
        const ssize_t put = write(file, bytes.data, bytes.size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return fail(trouble, ERR_IO, "no memory for a file that was sent: %s",
                        strerror(errno));
        bytes.data += put;
        bytes.size -= (size_t)put;
    }
    return OK;
}

static enum err memory_file(struct text bytes, struct opened *opened, struct trouble *trouble)
{
    opened->file = memfd_create("ochil-import", MFD_CLOEXEC);
    if (opened->file < 0)
        return fail(trouble, ERR_IO, "no memory for a file that was sent: %s", strerror(errno));
    (void)snprintf(opened->path, PATH_SIZE, "/proc/self/fd/%d", opened->file);
    return fill(opened->file, bytes, trouble);
}

/* --- how a text is cut --- */

static const char *encoding_words(enum encoding encoding)
{
    switch (encoding) {
    case ENCODING_WINDOWS_1252: return "Windows-1252";
    case ENCODING_UTF16LE:
    case ENCODING_UTF16BE: return "UTF-16";
    case ENCODING_DETECT:
    case ENCODING_UTF8: break;
    }
    return "UTF-8";
}

/* Without a delimiter anywhere there is one column. */
static enum err find_dialect(struct arena *arena, const struct outside *outside, const char *path,
                             struct import_table *table, struct text_dialect *dialect,
                             struct trouble *trouble)
{
    char *bytes = arena_take(arena, GUESS_SAMPLE_BYTES, 1);
    struct shape shape = { 0 };
    struct text sample = { bytes, 0 };
    enum err err = text_first_bytes(outside, arena, path, bytes, GUESS_SAMPLE_BYTES, &sample.size,
                                    trouble);

    if (err != OK)
        return err;
    const bool whole = sample.size < GUESS_SAMPLE_BYTES;
    table->encoding = encoding_words(encoding_detect(sample, whole));
    const struct text text = guess_sample_text(arena, sample, whole);
    if (guess_strange_bytes(text) * 50 > text.size)
        return fail(trouble, ERR_CHECK, "it is neither a text nor a workbook.");
    guess_shape(text, whole, arena, &shape);
    const bool cut = shape.cut && shape.dialect.format == FORMAT_DELIMITED;
    table->delimiter = ',';
    if (cut)
        table->delimiter = shape.dialect.delimiter;
    *dialect = (struct text_dialect){
        .format = FORMAT_DELIMITED, .encoding = ENCODING_DETECT, .line_end = LINE_END_DETECT,
        .delimiter = table->delimiter, .quotes = cut ? shape.dialect.quotes : true,
    };
    return OK;
}

/* --- sheets --- */

static enum err choose_sheet(struct extract *extract, struct arena *arena, struct text wanted,
                             struct import_table *table, struct trouble *trouble)
{
    table->workbook = true;
    table->sheets = workbook_sheet_count(extract->workbook);
    table->sheet_name = arena_take(arena, table->sheets + 1, sizeof *table->sheet_name);
    table->sheet = wanted.size == 0 ? 0 : table->sheets;
    for (size_t i = 0; i < table->sheets; i++) {
        table->sheet_name[i] = arena_print(arena, "%s", workbook_sheet_name(extract->workbook, i));
        if (text_is(wanted, table->sheet_name[i]))
            table->sheet = i;
    }
    if (table->sheet >= table->sheets)
        return fail(trouble, ERR_CHECK, "it has no such sheet.");
    return workbook_rows(extract->workbook, table->sheet, &extract->reader, trouble);
}

/* --- rows --- */

static bool is_blank(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (!cell_is_blank(row->cell[i].text))
            return false;
    return row->fault == ROW_GOOD;
}

static size_t bytes_of(const struct row *row)
{
    size_t bytes = sizeof *row + row->count * sizeof *row->cell;

    for (size_t i = 0; i < row->count; i++)
        bytes += row->cell[i].text.size;
    return bytes;
}

/* What a packed file unpacks to counts, too. */
static enum err read_rows(struct row_reader *reader, struct arena *arena,
                          struct import_table *table, struct trouble *trouble)
{
    const size_t most = IMPORT_ROWS_MOST + IMPORT_ABOVE_MOST + 1;
    size_t bytes = 0;
    struct row row;
    bool end = false;
    enum err err = OK;

    table->row = arena_take(arena, most, sizeof *table->row);
    while ((err = reader->next(reader, &row, &end, trouble)) == OK && !end) {
        if (is_blank(&row))
            continue;
        bytes += bytes_of(&row);
        if (table->rows == most || bytes > 4 * IMPORT_BYTES_MOST)
            return fail(trouble, ERR_CHECK, "it is too large: at most 2,000 rows and 20 MB can be "
                        "added at a time. Divide it, and add one part after the other.");
        table->row[table->rows++] = row_copy(arena, &row);
    }
    return err;
}

static enum err read_file(struct arena *arena, const struct outside *outside,
                          struct opened *opened, struct text bytes, struct text sheet,
                          struct import_table *table, struct trouble *trouble)
{
    const bool workbook = bytes.size >= 4 && (memcmp(bytes.data, "PK\003\004", 4) == 0 ||
                                              memcmp(bytes.data, "\xD0\xCF\x11\xE0", 4) == 0);
    struct extract *extract = &opened->extract;
    struct text_dialect dialect = { 0 };
    enum err err = OK;

    *extract = (struct extract){ .arena = arena, .path = opened->path };
    if (workbook)
        err = workbook_open(&extract->workbook, arena, outside, opened->path, trouble);
    else
        err = find_dialect(arena, outside, opened->path, table, &dialect, trouble);
    if (err == OK && workbook)
        err = choose_sheet(extract, arena, sheet, table, trouble);
    else if (err == OK)
        err = extract_open_rows(extract, arena, outside, opened->path, text_of(""), &dialect,
                                trouble);
    return err == OK ? read_rows(extract->reader, arena, table, trouble) : err;
}

/* The readers' words without the place of the file, which is nobody's. */
static const char *words_of(struct arena *arena, const struct trouble *trouble, const char *path)
{
    const size_t size = strlen(path);
    const char *words = trouble->text;

    if (strncmp(words, path, size) == 0)
        words += size + strspn(words + size, ": ");
    return arena_print(arena, "The file cannot be read as a table: %s", words);
}

enum err import_table_read(struct arena *arena, const struct outside *outside, struct text bytes,
                           struct text sheet, struct import_table *table, struct trouble *trouble)
{
    struct opened *opened = arena_take(arena, 1, sizeof *opened);
    struct trouble found = { 0 };

    *table = (struct import_table){ 0 };
    opened->file = -1;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        give_back(opened);
        return fail(trouble, ERR_IO, "out of memory");
    }
    enum err err = memory_file(bytes, opened, &found);
    if (err == OK)
        err = read_file(arena, outside, opened, bytes, sheet, table, &found);
    give_back(opened);
    if (err == OK && table->rows == 0)
        table->refused = "There is nothing in the file, or in its first sheet.";
    if (err == ERR_CHECK || err == ERR_USAGE || err == ERR_REFUSED) {
        table->refused = words_of(arena, &found, opened->path);
        return OK;
    }
    return err == OK ? OK : fail(trouble, err, "%s", found.text);
}
