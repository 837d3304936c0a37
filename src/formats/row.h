/*
 * formats/row.h -- a row of somebody else's table: cells with a type, and where the row stands.
 *
 * A CSV file, a fixed-width file and a sheet of a workbook all read as rows, one after another,
 * through a `struct row_reader`; whoever takes them in need not know which it was.
 *
 * Cells hold text as the file has it, white space at both ends included. Only sheets know other
 * kinds than CELL_TEXT. Numbering and limits: docs/convert.md, sections 2 and 3.
 */
#ifndef OCHIL_ROW_H
#define OCHIL_ROW_H

#include "base/arena.h"
#include "base/text.h"

#define ROW_CELLS_MAX 1024       /* of a delimited or fixed-width row */
#define CELL_BYTES_MAX 32767
#define RECORD_BYTES_MAX 1048576

enum cell_kind {
    CELL_TEXT,      /* blank cells too: no bytes, or only white space */
    CELL_NUMBER,    /* as the file writes it: "12.5", "-3", "1.5E-3" */
    CELL_DATE,      /* "2014-06-30", or "2014-06-30 13:45:00" when it is not midnight */
    CELL_TIME,      /* a time of day without a date: "00:00:00" */
    CELL_BOOLEAN,   /* "TRUE", "FALSE" */
    CELL_ERROR      /* "#N/A" */
};

struct cell {
    struct text    text;
    enum cell_kind kind;
};

/* What is wrong with a row as a whole. */
enum row_fault {
    ROW_GOOD,
    ROW_ENCODING,       /* bytes that the encoding does not have, or NUL */
    ROW_LONG,           /* over a limit: the row has no cells */
    ROW_QUOTE,          /* text behind a closing quote, or a quote never closed */
    ROW_RUN_TOGETHER    /* fixed width: something stands between two columns */
};

struct row {
    struct cell   *cell;    /* good until the next row is read */
    size_t         count;
    uint64_t       number;  /* the physical line on which it starts, or the sheet's row; from 1 */
    enum row_fault fault;   /* the first, in the order above; cells are there as far as they go */
    bool           again;   /* the cells are those of the row before: a sheet said it once */
};

struct row_reader {
    /* OK with *end true: no more rows. ERR_IO: cannot be read; ERR_CHECK: not what it claims
     * to be. */
    enum err (*next)(struct row_reader *, struct row *, bool *end, struct trouble *);
    void     (*close)(struct row_reader *);
};

/* White space at the ends of a cell (docs/convert.md, section 2): blank, tab, CR, LF, U+00A0,
 * U+FEFF. */
struct text cell_trim_slow(struct text);

/* Nearly every cell begins and ends with a character of its own. */
static inline struct text cell_trim(struct text text)
{
    unsigned char first, last;

    if (text.size == 0)
        return text;
    first = (unsigned char)text.data[0];
    last = (unsigned char)text.data[text.size - 1];
    return first > ' ' && first < 0x80 && last > ' ' && last < 0x80 ? text : cell_trim_slow(text);
}

static inline bool cell_is_blank(struct text text)
{
    return cell_trim(text).size == 0;
}

/* The row with its cells in the arena, to outlive the next one. */
struct row row_copy(struct arena *, const struct row *);

#endif
