/*
 * sheets/book_writer.h -- a workbook as bytes: XLSX (ECMA-376) or ODS (OpenDocument 1.2), of cells
 * with a type. What is read back by workbook_io.h is what was given.
 *
 * No cell is ever a formula: words are stored as words, whatever they begin with. Numbers and
 * amounts are stored with the very digits given, days as days. Same sheets, same bytes (with the
 * same zlib): entries are dated 1980-01-01, and nothing says who wrote them or when.
 *
 * The first row of a sheet is its headings. What XML cannot hold (control characters) becomes
 * U+FFFD.
 *
 * Errors: ERR_IO, libzip's reason. Everything else is the caller's: names of sheets are 1 to 31
 * bytes without []:*?/\.
 */
#ifndef OCHIL_BOOK_WRITER_H
#define OCHIL_BOOK_WRITER_H

#include "base/arena.h"
#include "base/text.h"

enum book_kind {
    BOOK_WORDS,
    BOOK_NUMBER,    /* "-12" */
    BOOK_AMOUNT,    /* "1234.56" */
    BOOK_DAY        /* "2026-04-01"; in XLSX before 1900-03-01 it is stored as words */
};

struct book_cell {
    enum book_kind kind;
    struct text    text;        /* empty: the cell is */
};

struct book_sheet {
    const char             *name;
    const struct book_cell *cell;       /* rows x columns, row by row */
    size_t                  rows, columns;
};

MUST_USE enum err book_write_xlsx(struct arena *, const struct book_sheet[], size_t count,
                                  struct text *bytes, struct trouble *);
MUST_USE enum err book_write_ods(struct arena *, const struct book_sheet[], size_t count,
                                 struct text *bytes, struct trouble *);

#endif
