/*
 * sheets/workbook_io.h -- reading a workbook: XLSX (ECMA-376) or ODS (OpenDocument 1.2), one
 * sheet as rows.
 *
 *     workbook_open()          what is it, and which sheets has it?
 *     workbook_sheet_count(), workbook_sheet_name()
 *     workbook_rows()          a sheet's rows, from the first, as a stream: nothing is held whole
 *     workbook_close()         closes the rows too
 *
 * Rows come in order, with the sheet's own numbers; a row that the sheet skips comes as a row
 * without cells, up to the last row with a cell that is not blank. Cells that a row skips are
 * CELL_TEXT without bytes. Which cell is a date is decided by its number format; 1900 and 1904
 * epochs; numbers stand as the file writes them. The typed meaning of cells and the limits for
 * hostile files: docs/convert.md, sections 3 and 8.
 *
 * Memory: constant, but for XLSX's shared strings, which are held (in a compact form) up to
 * 256 MiB.
 *
 * Errors: ERR_IO (cannot be read, memory ran out), ERR_CHECK (neither XLSX nor ODS, damaged, or
 * hostile: the message says which part and why), ERR_MISSING (no such sheet).
 */
#ifndef OCHIL_WORKBOOK_IO_H
#define OCHIL_WORKBOOK_IO_H

#include "base/outside.h"
#include "formats/row.h"

enum workbook_kind { WORKBOOK_XLSX, WORKBOOK_ODS };

struct workbook;

/* `arena` holds the workbook and must live as long. `path` is kept, not copied. */
MUST_USE enum err workbook_open(struct workbook **, struct arena *, const struct outside *,
                                const char *path, struct trouble *);

enum workbook_kind workbook_kind(const struct workbook *);
size_t workbook_sheet_count(const struct workbook *);
/* UTF-8, with a NUL. */
const char *workbook_sheet_name(const struct workbook *, size_t sheet);

/* One sheet at a time: a second call closes the first reader. The reader lives in the
 * workbook; its rows are good until the next one is read. */
MUST_USE enum err workbook_rows(struct workbook *, size_t sheet, struct row_reader **,
                                struct trouble *);

void workbook_close(struct workbook *);

#endif
