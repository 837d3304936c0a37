/*
 * store/dump.h -- what a store holds, said in one way: equal dumps are equal stores.
 *
 * Every row of every table in the order of its key (shape.h), in one spelling for both engines:
 *
 *     table council id code name                  the table and its columns, by name
 *     1 <tab> CLK <tab> Clackmannanshire          a row; \N is NULL; \\ \t \n \r escape text
 *     ...
 *
 * A number is in decimal (a bool 0 or 1), a date 2014-06-30, a blob \x and its hex or, when it is
 * longer than DUMP_BLOB_MOST bytes, \h and the hex of its SHA-256. Columns stand in the order of
 * their names, since a store that was migrated may have them in another order than its copy.
 *
 * The sum of a table is the SHA-256 of its lines; that of the store is the SHA-256 of lines
 * "NAME ROWS SUM\n", by name.
 *
 * Read next: backup.h.
 */
#ifndef OCHIL_DUMP_H
#define OCHIL_DUMP_H

#include "base/stream.h"
#include "formats/sha256.h"
#include "store/shape.h"

#define DUMP_BLOB_MOST ((size_t)64)

struct dump_table {
    const char       *name;
    int64_t           rows;
    struct sha256_sum sum;
};

struct dump {
    struct dump_table *table;       /* by name */
    int                tables;
    struct sha256_sum  sum;
};

/* Of all that the transaction sees, which on PostgreSQL must be all there is (dump_see_all). `text`
 * is given the lines as well, unless NULL. The arena lives as long as the db (table_rows.h). */
MUST_USE enum err dump_store(struct tx *, struct arena *, struct sink *text, struct dump *out,
                             struct trouble *);

/* The same in a transaction of its own, of a store that is opened and closed for it. */
MUST_USE enum err dump_url(const char *url, const char *vfs, struct arena *, struct dump *out,
                           struct trouble *);

/* From here on rows that row-level security would hide are a failure instead: ERR_RIGHTS, with
 * what the role needs. Nothing to do on SQLite. */
MUST_USE enum err dump_see_all(struct tx *, struct trouble *);
/* A failure while reading, said so that the one who may be without the right knows it. */
enum err dump_rights(enum err, struct trouble *);

/* The sum over the tables, from theirs. */
MUST_USE enum err dump_total(struct dump *, struct trouble *);

/* Is it the same? ERR_CHECK names the first table that differs; `one` and `other` say whose. */
MUST_USE enum err dump_same(const struct dump *one, const char *whose, const struct dump *other,
                            const char *others, struct trouble *);

#endif
