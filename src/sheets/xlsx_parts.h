/*
 * sheets/xlsx_parts.h -- what an XLSX workbook says of itself, before its first row.
 *
 * A workbook is a package of parts that name each other through relationships: the package names
 * the workbook, the workbook its sheets, styles and shared strings (ECMA-376 part 2, 9; part 1,
 * 12.3). Only worksheets are listed: a sheet that is a chart or a macro has no rows.
 *
 * Read next: xlsx_rows.h.
 */
#ifndef OCHIL_XLSX_PARTS_H
#define OCHIL_XLSX_PARTS_H

#include "formats/zip_io.h"
#include "sheets/serial_rules.h"
#include "sheets/sheet_list.h"
#include "sheets/xml_io.h"

/* The number format of each style that a cell can name. */
struct xlsx_styles {
    unsigned char *format;    /* enum number_format */
    size_t         count;
};

struct xlsx_parts {
    bool               epoch_1904;
    struct sheet_list  sheets;    /* the part of a sheet is its name in the archive */
    const char        *strings;   /* the part; NULL: there are no shared strings */
    struct xlsx_styles styles;
};

/* `source` is all of the archive. */
MUST_USE enum err xlsx_parts_read(struct xlsx_parts *, struct xml_memory *,
                                  const struct zip_archive *, struct source *, struct trouble *);

/* A style that the workbook does not have changes nothing. */
enum number_format xlsx_style_format(const struct xlsx_styles *, uint64_t style);

#endif
