/*
 * store/export.h -- what a store holds, as files that need no Ochil: each table as CSV and as JSON
 * lines, and a description that programs read (schema.json, "CSV on the Web", W3C 2015).
 *
 * Who may have what:
 *   - one council: its own rows of every table that has a column `council`, those that are
 *     `shared` or nobody's where a table knows such (of a table with `partners`, such as name the
 *     council: ",1,2,"), and the tables of the system. It is called
 *     for somebody with the right to it, in that council's name; on PostgreSQL the server's
 *     row-level security says the same once more.
 *   - whoever runs the machine: the tables of the system itself, and how many rows the others
 *     have (on PostgreSQL, as many as the role is shown). To run a machine is no right in a
 *     council's records.
 *
 * What the council of a row keeps for itself though it shares the row (export_keeps_own()) is NULL
 * for another. What lets somebody in (hashes of passwords, sessions, links) is in no export, nor
 * are the sealed pieces of evidence. A table that has no column `council` and is not the system's
 * is left out: whose rows they are cannot be told. So is a council's trail, which has an export of
 * its own (trail_export.h). schema.json names what was left out.
 *
 * A CSV has a header; NULL is \N, a bool 0 or 1, a date 2014-06-30, a blob hex. A text that a
 * spreadsheet would take for a formula has ' in front. A line of JSON is an object with the same
 * values and every text as it is.
 *
 * All tables are read in one transaction: they show one moment. A SQLite store whose journal is no
 * WAL keeps its writers waiting meanwhile, so what files are written to must be quick, and must not
 * be the store.
 *
 * Read next: council_export.h.
 */
#ifndef OCHIL_EXPORT_H
#define OCHIL_EXPORT_H

#include "base/outside.h"
#include "base/stream.h"
#include "store/shape.h"

#define EXPORT_SCHEMA "schema.json"
#define EXPORT_ROWS   "rows.csv"        /* the operator's: how many rows each table has */

/* Where the files go, one at a time. */
struct export_into {
    /* Anew: the transaction is tried again, and what was written is void. */
    enum err (*restart)(struct export_into *, struct trouble *);
    enum err (*begin)(struct export_into *, const char *name, struct sink **, struct trouble *);
    enum err (*end)(struct export_into *, struct trouble *);
};

struct exporting {
    const char           *url;          /* opened for this alone */
    const struct outside *outside;
    const char           *folder;       /* not there, or empty */
    int64_t               council;      /* 0: the operator's */
    struct export_into   *into;         /* instead of the folder; or NULL */
};

struct exported {
    int     tables;
    int64_t rows;
    int     left_out;       /* tables */
};

/* A folder appears whole or not at all (formats/output_io.h). */
MUST_USE enum err export_store(const struct exporting *, struct arena *, struct exported *out,
                               struct trouble *);

/* Is it kept for its own council when the row is shared? */
bool export_keeps_own(const char *table, const char *column);

#endif
