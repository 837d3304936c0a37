/*
 * store/export.h -- what a store holds, as files that need no Ochil: CSV, one for each table, and
 * a description that programs read (schema.json, "CSV on the Web", W3C 2015).
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
 * What lets somebody in (hashes of passwords, sessions, links) is in no export, nor are the sealed
 * pieces of evidence. A table that has no column `council` and is not the system's is left out:
 * whose rows they are cannot be told. schema.json names what was left out.
 *
 * A CSV has a header; NULL is \N, a bool 0 or 1, a date 2014-06-30, a blob hex. Texts are written
 * as they are, so these files are for programs: a text that begins with = would be a formula in a
 * spreadsheet.
 *
 * The folder appears whole or not at all (formats/output_io.h).
 */
#ifndef OCHIL_EXPORT_H
#define OCHIL_EXPORT_H

#include "base/outside.h"
#include "store/shape.h"

#define EXPORT_SCHEMA "schema.json"
#define EXPORT_ROWS   "rows.csv"        /* the operator's: how many rows each table has */

struct exporting {
    const char           *url;          /* opened for this alone */
    const struct outside *outside;
    const char           *folder;       /* not there, or empty */
    int64_t               council;      /* 0: the operator's */
};

struct exported {
    int     tables;
    int64_t rows;
    int     left_out;       /* tables */
};

MUST_USE enum err export_store(const struct exporting *, struct arena *, struct exported *out,
                               struct trouble *);

#endif
