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
 * OURS, where no standard decides:
 *   - an entry of the archive that is refused for its size (section 8) is refused whether the
 *     workbook uses it or not;
 *   - sheets without rows (charts, macros) and copies of other files' sheets are not listed;
 *   - a number below 1 under a date's format is a time, since no day is 0 (in the 1904 epoch day 0
 *     is one); hours beyond 24 under a format like [h]:mm stay hours: "37:30:00";
 *   - a number that its format would show as a day that does not exist is CELL_ERROR, with the
 *     number: "#DATE! 60";
 *   - a cell of more than CELL_BYTES_MAX or a row of more than RECORD_BYTES_MAX makes the row
 *     ROW_LONG; ROW_CELLS_MAX does not hold for sheets, which may have 16,384 columns.
 *
 * The cells of a row that the sheet says once and repeats are the same memory each time: they are
 * not to be changed by who reads them.
 *
 * Memory: a few MiB, and for XLSX the shared strings, in a compact form, up to 256 MiB. ODS keeps
 * all sheets in one part, so that the names are known only once it has been read whole:
 * workbook_open() takes about half as long as the rows that follow.
 *
 * Read next: xlsx_parts.h and xlsx_rows.h, or ods_rows.h; both stand on sheet_rows.h (a row being
 * put together and handed out) and xml_io.h (hostile XML).
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
