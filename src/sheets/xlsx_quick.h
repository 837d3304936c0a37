/*
 * sheets/xlsx_quick.h -- a cell of a worksheet as nearly all are written, read in one go:
 *
 *     <c r="B7" s="3" t="s"><v>12</v></c>
 *     <c r="C7" t="inlineStr"><is><t>Respite care</t></is></c>
 *     <c r="D7" s="3"/>
 *
 * with the attributes in this order, each of which may be missing, nothing else inside, and plain
 * characters alone. Whatever looks otherwise is left to the scanner of XML, which knows all there
 * is; so this need never be complete, only right. A sheet of a million rows has ten million cells.
 *
 * Pure.
 */
#ifndef OCHIL_XLSX_QUICK_H
#define OCHIL_XLSX_QUICK_H

#include "base/text.h"

enum xlsx_cell_type {
    XLSX_NUMBER,    /* "n", or none */
    XLSX_SHARED,    /* "s" */
    XLSX_STRING,    /* "str": of a formula */
    XLSX_INLINE,    /* "inlineStr" */
    XLSX_BOOLEAN,   /* "b" */
    XLSX_ERROR,     /* "e" */
    XLSX_DATE       /* "d": ISO 8601 */
};

/* False: there is no such type. */
bool xlsx_cell_type_of(struct text word, enum xlsx_cell_type *out);

struct quick_cell {
    bool                placed;         /* it says where it stands */
    uint64_t            column, row;    /* from 1 */
    uint64_t            style;
    enum xlsx_cell_type type;
    struct text         text;           /* a slice of the bytes */
};

/* The cell that `bytes` begin with, and how many bytes it has; 0: none of this kind. */
size_t xlsx_quick_cell(struct text bytes, struct quick_cell *);

#endif
