/*
 * sheets/ods_rows.h -- the sheets of an ODS workbook, and the rows of one of them.
 *
 * All sheets stand in one part, content.xml, one after another (OpenDocument 1.3 part 3, 9). So
 * the names are known only once it has been read to its end, and a sheet's rows once those before
 * it have been passed over.
 *
 * A cell holds its value twice: in an attribute, exactly, and in paragraphs, as it is shown. The
 * attribute counts; a text is what the paragraphs hold. Rows and cells that stand many times are
 * said once, with a number.
 */
#ifndef OCHIL_ODS_ROWS_H
#define OCHIL_ODS_ROWS_H

#include "sheets/sheet_list.h"
#include "sheets/sheet_rows.h"

#define ODS_CONTENT  "content.xml"
#define ODS_MANIFEST "META-INF/manifest.xml"

enum ods_cell_type {
    ODS_TEXT, ODS_NUMBER, ODS_DATE, ODS_TIME, ODS_BOOLEAN, ODS_ERROR
};

struct ods_rows {
    struct sheet_rows  rows;
    size_t             wanted;        /* the sheet whose rows are read */
    size_t             begun;         /* how many sheets have begun */

    uint64_t           next_row;
    uint64_t           repeat_row;    /* of the row being read */

    /* The cell being read. */
    uint64_t           column;        /* from 0 */
    uint64_t           repeat_cell;
    enum ods_cell_type type;
    size_t             value_size;    /* of its text, what an attribute said */
    bool               formula;
    bool               shown;         /* its paragraphs are of interest */
    size_t             paragraphs;
    bool               blank_before;  /* the next blank of the paragraph says nothing */
};

/* Refuses an encrypted workbook: its parts would be no XML. */
MUST_USE enum err ods_manifest_check(struct xml_memory *, struct source *, const char *path,
                                     struct trouble *);

MUST_USE enum err ods_sheets_read(struct sheet_list *, struct xml_memory *, struct source *,
                                  const char *path, struct trouble *);

MUST_USE enum err ods_rows_open(struct ods_rows *, struct xml_memory *, struct source *,
                                const char *path, size_t wanted, struct trouble *);

#endif
