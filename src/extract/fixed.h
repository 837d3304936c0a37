/*
 * extract/fixed.h -- one row of a text of fixed width: every line a row, cut at the same places.
 *
 * Places are counted in characters (of Unicode), not in bytes. What stands before the first
 * column, between two or behind the last must be blank: else a cell may have lost a part of
 * itself to its neighbour, and the row is ROW_RUN_TOGETHER. A line that is too short gives blank
 * cells. docs/convert.md, sections 3 and 4.
 */
#ifndef OCHIL_FIXED_H
#define OCHIL_FIXED_H

#include "extract/line_end.h"
#include "formats/row.h"

/* Whether the columns can be read: from left to right, none over another, no more than
 * ROW_CELLS_MAX. Gives the first that cannot, or `count`. */
size_t fixed_columns_check(const struct fixed_column columns[], size_t count);

/* As delimited_read(): `row->cell` has room for every column. A byte that belongs to no
 * character counts as one with what stands before it. */
struct record_extent fixed_read(struct text bytes, bool final, const struct fixed_column columns[],
                                size_t count, char line_last, struct row *row);

#endif
