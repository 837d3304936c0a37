/*
 * store/store_url.h -- where a store is, and how SQLite may keep its journal there.
 *
 *   postgres://user@host/name, postgresql://...    a PostgreSQL database (libpq reads the rest)
 *   sqlite:/var/lib/ochil/store.db                 a file
 *   /var/lib/ochil/store.db, store.db              the same
 *
 * Pure.
 */
#ifndef OCHIL_STORE_URL_H
#define OCHIL_STORE_URL_H

#include "store/sql_text.h"

struct store_url {
    enum db_engine engine;
    const char    *place;   /* SQLite: the file. PostgreSQL: the whole URL, for libpq */
};

/* ERR_USAGE: empty, another scheme, or a name that SQLite would not take for a plain file
 * (":memory:" would be another store for each connection; Debian's SQLite reads "file:" as a URI
 * with settings of its own). */
MUST_USE enum err store_url_read(const char *url, struct store_url *out, struct trouble *);

/* Can several connections use WAL with this SQLite (sqlite3_libversion_number(): 3040001)? Before
 * 3.51.3 a reset of the WAL could race with another connection and lose committed pages; the fix
 * was also brought to 3.50.7 and 3.44.6. Otherwise the journal is a rollback journal. Source:
 * SQLite's release notes of 3.51.3. */
bool sqlite_wal_is_safe(int version);

#endif
