/*
 * cli/table.h -- a small table on a terminal: columns as wide as what stands in them.
 *
 *     table_open(&table, arena, "lr");
 *     table_put(&table, "%s", "partner");  table_put(&table, "%s", "borne");
 *     table_put(&table, "%s", "CLK");      table_put(&table, "%s", "12.50");
 *     table_print(&table, out, 4);
 *
 * Cells are put row after row. Widths count characters, not bytes. Control characters must be
 * out already (text_shown).
 */
#ifndef OCHIL_CLI_TABLE_H
#define OCHIL_CLI_TABLE_H

#include <stdio.h>

#include "base/arena.h"

struct table {
    struct arena *arena;
    const char   *columns;    /* 'l' or 'r' for each */
    const char  **cell;
    size_t        count, room;
};

void table_open(struct table *, struct arena *, const char *columns);

__attribute__((format(printf, 2, 3)))
void table_put(struct table *, const char *format, ...);

/* Every row behind `indent` blanks, two blanks between columns, none at the end. */
void table_print(const struct table *, FILE *, int indent);

#endif
