/*
 * sheets/sheet_list.h -- the sheets of a workbook, by name and in its order.
 */
#ifndef OCHIL_SHEET_LIST_H
#define OCHIL_SHEET_LIST_H

#include "sheets/xml_io.h"

#define SHEETS_MAX     10000
#define SHEET_NAME_MAX 1024    /* bytes; programs stop at 31 characters or a few hundred */

struct sheet {
    const char *name;
    const char *part;    /* XLSX: where its rows stand; NULL before that is known */
};

struct sheet_list {
    struct sheet *sheet;
    size_t        count, room;
};

/* Adds a sheet, for a grammar: too many, or too long a name, fails the xml. `name` is copied. */
void sheet_list_add(struct sheet_list *, struct xml *, const char *name, const char *part);

#endif
