/*
 * sheets/xlsx_rows.h -- the rows of one worksheet of an XLSX workbook.
 *
 * A cell says of what type it is, and which style it has; a number becomes a day or a time when
 * the style's number format shows it as one (ECMA-376 part 1, 18.3.1.4). Rows and cells that do
 * not say where they stand come behind the one before; out of order they are refused.
 */
#ifndef OCHIL_XLSX_ROWS_H
#define OCHIL_XLSX_ROWS_H

#include "sheets/shared_strings.h"
#include "sheets/sheet_rows.h"
#include "sheets/xlsx_parts.h"
#include "sheets/xlsx_quick.h"

struct xlsx_rows {
    struct sheet_rows            rows;
    const struct xlsx_styles    *styles;
    const struct shared_strings *strings;
    bool                         epoch_1904;

    /* The cell being read. */
    uint64_t                     column;    /* from 1; 0: none yet in this row */
    enum xlsx_cell_type          type;
    uint64_t                     style;
};

/* What the fields above say must be set before. */
MUST_USE enum err xlsx_rows_open(struct xlsx_rows *, struct xml_memory *, struct source *,
                                 const char *path, const char *part, struct trouble *);

#endif
