#include "sheets/workbook_io.h"

#include <errno.h>
#include <inttypes.h>

#include "formats/ahead_io.h"
#include "formats/zip_io.h"
#include "sheets/ods_rows.h"
#include "sheets/xlsx_parts.h"
#include "sheets/xlsx_rows.h"

#define BEGIN_BYTES 8
#define BOMB_BYTES  ((uint64_t)16 << 20)    /* docs/convert.md, section 8 */
#define BOMB_RATIO  200
#define MIME_BYTES  128

struct workbook {
    struct arena         *arena;
    const char           *path;
    enum workbook_kind    kind;
    struct zip_archive    archive;
    struct zip_folder     folder;
    struct ahead_source   ahead;       /* the folder's parts, inflated beside their reading */
    struct xml_memory     memory;
    struct sheet_list     sheets;
    struct xlsx_parts     parts;
    struct shared_strings strings;
    bool                  strings_read;
    struct xlsx_rows      xlsx;
    struct ods_rows       ods;
};

/* What the file is. */

static enum err read_begin(const struct outside *outside, const char *path,
                           unsigned char bytes[BEGIN_BYTES], size_t *got,
                           struct trouble *trouble)
{
    int file = outside->open_read(path);
    ssize_t size = 1;

    if (file < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    for (*got = 0; *got < BEGIN_BYTES && size > 0; *got += size > 0 ? (size_t)size : 0)
        size = outside->read(file, bytes + *got, BEGIN_BYTES - *got);
    enum err err = size < 0 ? fail(trouble, ERR_IO, "%s: %s", path, strerror(errno)) : OK;
    (void)outside->close(file);
    return err;
}

static enum err check_begin(const struct outside *outside, const char *path,
                            struct trouble *trouble)
{
    unsigned char begin[BEGIN_BYTES];
    size_t got = 0;
    enum err err = read_begin(outside, path, begin, &got, trouble);

    if (err != OK)
        return err;
    if (got == BEGIN_BYTES && memcmp(begin, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
        return fail(trouble, ERR_CHECK, "%s: looks like an old Excel workbook (.xls), or like one "
                    "that is protected by a password: save it as .xlsx without a password, or as "
                    "CSV", path);
    if (got < 4 || memcmp(begin, "PK\3\4", 4) != 0)
        return fail(trouble, ERR_CHECK, "%s: neither XLSX nor ODS: save it as .xlsx, .ods or CSV",
                    path);
    return OK;
}

static enum err check_bombs(const struct zip_archive *archive, struct trouble *trouble)
{
    for (size_t i = 0; i < archive->count; i++) {
        const struct zip_entry *entry = &archive->entry[i];
        if (entry->size > BOMB_BYTES && (entry->size - 1) / BOMB_RATIO >= entry->packed)
            return fail(trouble, ERR_CHECK, "%s: %s: %" PRIu64 " bytes that take only %" PRIu64
                        " in the archive: no workbook is like that", archive->path, entry->name,
                        entry->size, entry->packed);
    }
    return OK;
}

/* An OpenDocument file says in its first entry what it is. */
static enum err check_mime(struct workbook *book, struct trouble *trouble)
{
    static const char sheet[] = "application/vnd.oasis.opendocument.spreadsheet";
    const size_t size = sizeof sheet - 1;
    struct text mime;

    if (zip_entry_find(&book->archive, "mimetype") == NULL)
        return OK;
    enum err err = source_read_all(&book->folder.source, book->arena, "mimetype", MIME_BYTES,
                                   &mime, trouble);
    if (err == OK && (mime.size < size || memcmp(mime.data, sheet, size) != 0))
        return fail(trouble, ERR_CHECK, "%s: an OpenDocument file, but no workbook: %.*s",
                    book->path, TEXT(mime));
    return err;
}

static enum err open_ods(struct workbook *book, struct trouble *trouble)
{
    struct source *source = &book->folder.source;
    enum err err = check_mime(book, trouble);

    if (err == OK && zip_entry_find(&book->archive, ODS_MANIFEST) != NULL)
        err = ods_manifest_check(&book->memory, source, book->path, trouble);
    if (err == OK)
        err = ods_sheets_read(&book->sheets, &book->memory, source, book->path, trouble);
    return err;
}

static enum err open_xlsx(struct workbook *book, struct trouble *trouble)
{
    enum err err = xlsx_parts_read(&book->parts, &book->memory, &book->archive,
                                   &book->folder.source, trouble);

    book->sheets = book->parts.sheets;
    return err;
}

static enum err open_kind(struct workbook *book, const struct outside *outside,
                          struct trouble *trouble)
{
    enum err err = check_begin(outside, book->path, trouble);

    if (err == OK)
        err = zip_archive_open(&book->archive, outside, book->arena, book->path, trouble);
    if (err == OK)
        err = check_bombs(&book->archive, trouble);
    if (err != OK)
        return err;
    zip_folder_open(&book->folder, &book->archive, "");
    ahead_source_open(&book->ahead, &book->folder.source);
    if (zip_entry_find(&book->archive, ODS_CONTENT) != NULL) {
        book->kind = WORKBOOK_ODS;
        err = open_ods(book, trouble);
    } else if (zip_entry_find(&book->archive, "_rels/.rels") != NULL
               || zip_entry_find(&book->archive, "[Content_Types].xml") != NULL) {
        book->kind = WORKBOOK_XLSX;
        err = open_xlsx(book, trouble);
    } else {
        return fail(trouble, ERR_CHECK, "%s: a zip archive, but neither XLSX nor ODS",
                    book->path);
    }
    if (err == OK && book->sheets.count == 0)
        return fail(trouble, ERR_CHECK, "%s: it has no sheet", book->path);
    return err;
}

/* The calls. */

enum err workbook_open(struct workbook **out, struct arena *arena, const struct outside *outside,
                       const char *path, struct trouble *trouble)
{
    struct workbook *volatile book = NULL;

    *out = NULL;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        if (book != NULL)
            workbook_close(book);
        return fail(trouble, ERR_IO, "%s: out of memory", path);
    }
    book = arena_take(arena, 1, sizeof *book);
    book->arena = arena;
    book->path = path;
    book->memory.arena = arena;
    enum err err = open_kind(book, outside, trouble);
    if (err == OK)
        *out = book;
    else
        workbook_close(book);
    return err;
}

enum workbook_kind workbook_kind(const struct workbook *book)
{
    return book->kind;
}

size_t workbook_sheet_count(const struct workbook *book)
{
    return book->sheets.count;
}

const char *workbook_sheet_name(const struct workbook *book, size_t sheet)
{
    return book->sheets.sheet[sheet].name;
}

static enum err xlsx_sheet_open(struct workbook *book, size_t sheet, struct trouble *trouble)
{
    struct source *source = &book->ahead.source;
    enum err err = OK;

    if (!book->strings_read)
        memset(&book->strings, 0, sizeof book->strings);
    if (!book->strings_read && book->parts.strings != NULL)
        err = shared_strings_read(&book->strings, &book->memory, source, book->path,
                                  book->parts.strings, trouble);
    if (err != OK)
        return err;
    book->strings_read = true;
    book->xlsx.styles = &book->parts.styles;
    book->xlsx.strings = &book->strings;
    book->xlsx.epoch_1904 = book->parts.epoch_1904;
    return xlsx_rows_open(&book->xlsx, &book->memory, source, book->path,
                          book->sheets.sheet[sheet].part, trouble);
}

static void close_rows(struct workbook *book)
{
    sheet_rows_close(&book->xlsx.rows);
    sheet_rows_close(&book->ods.rows);
}

enum err workbook_rows(struct workbook *book, size_t sheet, struct row_reader **reader,
                       struct trouble *trouble)
{
    close_rows(book);
    if (sheet >= book->sheets.count)
        return fail(trouble, ERR_MISSING, "%s: there is no sheet %zu", book->path, sheet + 1);
    ARENA_KEEP(outer, book->arena);
    if (ARENA_GUARD(book->arena)) {
        close_rows(book);
        return fail(trouble, ERR_IO, "%s: out of memory", book->path);
    }
    *reader = book->kind == WORKBOOK_XLSX ? &book->xlsx.rows.reader : &book->ods.rows.reader;
    return book->kind == WORKBOOK_XLSX ? xlsx_sheet_open(book, sheet, trouble)
        : ods_rows_open(&book->ods, &book->memory, &book->ahead.source, book->path, sheet,
                        trouble);
}

void workbook_close(struct workbook *book)
{
    close_rows(book);
    ahead_source_close(&book->ahead);
    zip_archive_close(&book->archive);
}
