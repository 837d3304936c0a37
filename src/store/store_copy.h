/*
 * store/store_copy.h -- all of a store into another one.
 *
 * store_copy_file() is a SQLite file's way: pages, while others write (SQLite's online backup).
 * The writer's mutex is held for a step of COPY_STEP_PAGES pages and given back between, so that
 * whoever waits to write goes first; what the same process writes meanwhile goes into the copy as
 * well. A write of another process makes SQLite begin again from the first page: after
 * COPY_RESTARTS_MOST of these the rest is copied in one step, and writers wait as long as it
 * takes, which is seconds for half a GiB; or, if it `yields`, the copy is given up with ERR_BUSY.
 * So a store that is served is copied by the server itself (server/backup_served.h).
 *
 * store_copy_rows() is for all else: every row of every table, from either engine to either, each
 * in one transaction. The target has the same schema, and whatever rows are in it are replaced.
 * Its triggers and, on PostgreSQL, its row-level security are out of force meanwhile: what they
 * keep from changing is what must be loaded. Whoever loads must be the owner of the tables.
 */
#ifndef OCHIL_STORE_COPY_H
#define OCHIL_STORE_COPY_H

#include "store/dump.h"

#define COPY_STEP_PAGES 256         /* of 4096 bytes: a MiB */
#define COPY_RESTARTS_MOST 2
#define COPY_BUSY_MOST 20           /* turns in which another process held the file */

struct file_copied {
    int64_t pages;
    int     steps;
    int     restarts;       /* because another process wrote */
    int     busy;           /* turns that it kept the file from being read */
};

/* `path` must not be there. It is written, but not yet forced to the disk. */
MUST_USE enum err store_copy_file(struct db *, const char *path, bool yields,
                                  struct file_copied *out, struct trouble *);

/* Both are opened for this alone, and the arena lives as long as they (table_rows.h). `*rows`: how
 * many were copied. What was loaded is compared with `expected` before it is kept, unless that is
 * NULL. ERR_CHECK: it differs, or the two have not the same tables and columns. */
MUST_USE enum err store_copy_rows(struct db *from, struct db *to, struct arena *,
                                  const struct dump *expected, int64_t *rows, struct trouble *);

#endif
