/*
 * store/table_rows.h -- all rows of any table, in the order of its key, and back in.
 *
 * Values come in one spelling whatever the engine: a bool is the number 0 or 1, a date the text
 * "2014-06-30". Rows are asked for in pages that follow each other by key, since PostgreSQL's
 * answer to one question is held in memory whole; how many rows a page has depends on how large
 * the last one was.
 *
 * A table without a key must be empty: its rows have no order that both engines share.
 *
 * The SQL is made here from the shape, and a connection keeps what it has prepared by the address
 * of the query: so the `struct db` is one that was opened for this alone, and the arena lives at
 * least as long as it.
 */
#ifndef OCHIL_TABLE_ROWS_H
#define OCHIL_TABLE_ROWS_H

#include "store/shape.h"

/* One value of a row: the kinds are those of SQLite. */
struct cell_value {
    bool             null;
    enum column_kind kind;      /* COLUMN_INT, COLUMN_TEXT or COLUMN_BLOB */
    int64_t          number;
    struct text      bytes;     /* until the next row is read */
    char             day[DB_DAY_TEXT];
};

struct table_rows {
    struct tx                *tx;
    struct arena             *arena;
    const struct shape_table *table;
    const char               *where;    /* one more condition, "council = ?2"; or NULL */
    int64_t                   subject;  /* what stands for ?2 in it */
    struct query             *query;    /* two: of the first page, of those that follow */
    struct statement         *page;     /* NULL: the next page must be asked for */
    struct cell_value        *value;    /* of the row, by column */
    struct cell_value        *last;     /* the key of the last row */
    bool                      begun;
    int64_t                   limit;    /* rows of the page */
    int64_t                   seen;     /* of them */
    uint64_t                  bytes;    /* of the page so far */
};

/* `where` and `subject`: NULL and 0 for all rows. */
void table_rows_open(struct table_rows *, struct tx *, struct arena *, const struct shape_table *,
                     const char *where, int64_t subject);

/* The next row, in `value`; `*more` false when there is none. */
MUST_USE enum err table_rows_next(struct table_rows *, bool *more, struct trouble *);

/* A value's text or blob, whichever way it is held. */
struct text cell_bytes(const struct cell_value *);

/* Copies every row of the table into the table of the same name of another store, whose shape
 * may have its columns in another order and of another kind. */
MUST_USE enum err table_copy(struct table_rows *from, struct tx *to, const struct shape_table *,
                             int64_t *count, struct trouble *);

#endif
