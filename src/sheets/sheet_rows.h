/*
 * sheets/sheet_rows.h -- the rows of a sheet, whichever format they stand in.
 *
 * The grammar of a format (xlsx_rows.c, ods_rows.c) puts the cells of a row together and says
 * row_end(); this file hands the rows out through `struct row_reader`, with the rows that the
 * sheet skips in between and those that it says once and means many times. Blank rows are only
 * counted: those behind the last row that holds something are never handed out.
 *
 * Memory is constant: the cells and the text of one row. A row whose text goes beyond
 * RECORD_BYTES_MAX, or a cell's beyond CELL_BYTES_MAX, is ROW_LONG and has no cells.
 */
#ifndef OCHIL_SHEET_ROWS_H
#define OCHIL_SHEET_ROWS_H

#include "formats/row.h"
#include "sheets/xml_io.h"

#define SHEET_ROWS_MAX    1048576
#define SHEET_COLUMNS_MAX 16384

struct sheet_rows {
    struct row_reader reader;
    struct xml        xml;

    /* The row being put together. */
    uint64_t          number;
    uint64_t          repeat;     /* how many rows it stands for */
    struct cell      *cell;       /* SHEET_COLUMNS_MAX of them */
    size_t            count;
    char             *text;       /* what the row holds, cell after cell */
    size_t            used;
    size_t            cell_from;  /* where the text of the cell being read begins */
    size_t            bytes;      /* of all cells, also those whose text is held elsewhere */
    bool              is_long;

    bool              ready;      /* it is to be handed out */
    uint64_t          given;      /* the last number handed out */
};

/* `rows` must be zero or closed before. `context` is what the grammar's functions are given; it
 * must outlive the rows. */
MUST_USE enum err sheet_rows_open(struct sheet_rows *, struct xml_memory *, struct source *,
                                  const char *path, const char *part,
                                  const struct xml_grammar *, void *context, struct trouble *);
void sheet_rows_close(struct sheet_rows *);

/* For grammars: a row begins, its cells follow in order, it ends. */

/* The number must be higher than that of the row before. It may be too high for a sheet: only a
 * row that turns out to hold something is then refused, by row_end(). */
void row_begin(struct sheet_rows *, uint64_t number);
/* Adds to the text of the cell being read. */
void row_add(struct sheet_rows *, const char *bytes, size_t size);
/* The text of the cell so far; row_put() of it, or of something else, begins the next cell. */
struct text row_text(const struct sheet_rows *);
/* Puts `count` cells of this content from a column (from 0) on; blank text puts nothing. */
void row_put(struct sheet_rows *, size_t column, uint64_t count, enum cell_kind, struct text);
/* The same with a text that only the caller holds: it is copied. */
void row_put_copy(struct sheet_rows *, size_t column, uint64_t count, enum cell_kind,
                  const char *terminated);
/* The row stands `repeat` times. Call it as the last thing in the grammar's `end`. */
void row_end(struct sheet_rows *, uint64_t repeat);

#endif
