/*
 * store/shape.h -- the tables of a store as the database itself tells them: names, columns, keys.
 *
 * What is backed up, compared and exported goes by this list and not by one that is kept by hand,
 * so that a table of a new feature is part of it without a line of code.
 *
 * Both engines tell the same shape, but for the type of a column: SQLite has no bool and no date,
 * so there a bool is COLUMN_INT and a date COLUMN_TEXT.
 *
 * Everything lives in the arena given.
 *
 * Read next: table_rows.h, dump.h.
 */
#ifndef OCHIL_SHAPE_H
#define OCHIL_SHAPE_H

#include "store/db.h"

enum column_kind { COLUMN_INT, COLUMN_TEXT, COLUMN_BLOB, COLUMN_BOOL, COLUMN_DAY };

struct shape_column {
    const char      *name;
    enum column_kind kind;
    int              key;       /* its place in the key, from 1; 0: no part of it */
    bool             counted;   /* PostgreSQL counts it up by itself */
    bool             never_null;
};

struct shape_table {
    const char          *name;
    struct shape_column *column;
    int                  columns;
    const int           *key;       /* the columns of the primary key, or of the one UNIQUE, by
                                       number */
    int                  keys;      /* 0: it has neither, or one that may be NULL */
    const int           *refers;    /* to which tables, by number; not to itself */
    int                  references;
};

struct shape {
    struct shape_table *table;      /* by name, in byte order */
    int                 tables;
    const int          *order;      /* all tables: whom others refer to before them */
};

/* ERR_BUG: a table that cannot be copied like the others: a column of an unknown type, more than
 * SQL_PARAMETERS_MAX columns, names that need quotes, tables that refer to each other in a ring. */
MUST_USE enum err shape_read(struct tx *, struct arena *, struct shape *out, struct trouble *);

/* The number of the table, or of the table's column; -1: there is none. */
int shape_find(const struct shape *, struct text table);
int shape_column_find(const struct shape_table *, struct text column);

/* Do both have the same tables with the same columns and keys? ERR_CHECK names the first that
 * only one of them has. `whose` and `others` say so in the message. */
MUST_USE enum err shape_same(const struct shape *one, const char *whose,
                             const struct shape *other, const char *others, struct trouble *);

#endif
