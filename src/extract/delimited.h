/*
 * extract/delimited.h -- one row of a delimited text, as other people's programs write them.
 *
 * The manner of formats/csv.h, with other rules (docs/convert.md, sections 2 and 3): any
 * delimiter, quotes or none, three sorts of line ends, blanks round a quoted field. Nothing is
 * refused here: what is wrong is named in the row, and reading goes on behind it.
 *
 *     dialect_open()               how the text is cut
 *     delimited_read()             one row
 *     delimited_whole_records()    where a block may be cut, so that each part can be read alone
 *
 * A quote that is not closed within the limit of a record, or at all, is taken for an ordinary
 * character, so that it spoils its own line only. A field with a quoting fault stands in its cell
 * as the file has it, quotes and all.
 *
 * Pure functions over memory. Delimiters, quotes and line ends are found 64 bytes at a time; a
 * cell is a slice of the bytes, unless it holds doubled quotes.
 */
#ifndef OCHIL_DELIMITED_H
#define OCHIL_DELIMITED_H

#include "extract/line_end.h"
#include "formats/row.h"

struct dialect;

/* The ways to do it, the fastest first; the last one runs everywhere. All give the same. */
struct delimited_way {
    const char *name;
    bool      (*runs_here)(void);
    struct record_extent (*read)(struct text, bool final, const struct dialect *, char *spare,
                                 struct row *);
};

extern const struct delimited_way delimited_ways[];
extern const size_t delimited_ways_count;

struct dialect {
    char   delimiter;
    char   quote;       /* the delimiter, where a quote is an ordinary character */
    char   line_last;   /* the character that ends a line */
    size_t record_bytes_max, cell_bytes_max, cells_max;   /* smaller only in tests */
    size_t plain_bytes_max;     /* a row up to here is in no limit's way */
    const struct delimited_way *way;
};

/* `line_end` is not LINE_END_DETECT. */
void dialect_open(struct dialect *, char delimiter, bool quotes, enum line_end);

/*
 * Reads one row from the start of `bytes`.
 *
 * gives    the extent; the row's cells, their count and its fault. The row's number is the
 *          caller's. With `final` the end of the bytes ends the record; without, an extent of 0
 *          asks for more bytes, never when there are LINE_BYTES_AHEAD.
 * needs    `row->cell` with room for cells_max; `spare` with room for record_bytes_max, for cells
 *          with doubled quotes. Both NULL when only the extent is wanted; the row then has no
 *          cells and no fault of encoding.
 */
struct record_extent delimited_read(struct text bytes, bool final, const struct dialect *,
                                    char *spare, struct row *row);

/* How many of the bytes are whole records, and how many line ends they hold; 0: not even one.
 * These bytes give the same rows when they are read alone, to their end. */
size_t delimited_whole_records(struct text bytes, const struct dialect *, size_t *lines);

/* The first line end outside quotes; where all are inside, the first. `sample` is taken for the
 * whole text. */
enum line_end delimited_line_end(struct text sample, char delimiter, bool quotes);

#endif
