/*
 * register/import_table.h -- a file that somebody has sent, as a table: CSV in whatever encoding
 * and with whatever delimiter spreadsheets write, XLSX or ODS.
 *
 * The readers are those of `ochil convert` (extract/extract_io.h, sheets/workbook_io.h). They read
 * files, and what was sent is never written to a disk as it is: it stands in memory as one.
 *
 * Rows without anything in them are left out; all others keep the file's own numbers (row.h).
 */
#ifndef OCHIL_IMPORT_TABLE_H
#define OCHIL_IMPORT_TABLE_H

#include "base/outside.h"
#include "formats/row.h"

#define IMPORT_BYTES_MOST ((uint64_t)20 * 1000 * 1000)
/* Below the headings. They are added in one transaction, which holds up every other writer: on
 * PostgreSQL, where a row that is changed again and again grows a chain, a few seconds. */
#define IMPORT_ROWS_MOST ((size_t)2000)
#define IMPORT_ABOVE_MOST ((size_t)20)          /* rows that may stand above the headings */
#define IMPORT_COLUMNS_MOST ((size_t)50)

struct import_table {
    bool          workbook;
    const char  **sheet_name;       /* of a workbook */
    size_t        sheets, sheet;    /* the one that was read */
    const char   *encoding;         /* of a text: "UTF-8" */
    char          delimiter;
    struct row   *row;
    size_t        rows;
    const char   *refused;          /* why it cannot be read as a table, a sentence; NULL: it is */
};

/* `sheet`: by name; empty: the first. What is wrong with the file is `refused`; ERR_IO: memory. */
MUST_USE enum err import_table_read(struct arena *, const struct outside *, struct text bytes,
                                    struct text sheet, struct import_table *, struct trouble *);

#endif
