/*
 * store/migrate.h -- the schema: migrations, in their order, each once.
 *
 * A migration is a numbered file of plain SQL (sql_text.h says which words stand for types). It is
 * forward only, runs in one transaction with the row that records it, and is never edited once it
 * was released: its SHA-256 is kept in the store and compared each time a program starts. Schema N
 * serves programs N and, while servers are being replaced one by one, N - 1; so a program that
 * finds a migration it does not know refuses to begin, but one that runs already goes on.
 *
 * On PostgreSQL two roles are meant: the owner migrates, the application's role may read and
 * change rows. They are two URLs.
 */
#ifndef OCHIL_MIGRATE_H
#define OCHIL_MIGRATE_H

#include "store/db.h"

struct migration {
    int         version;    /* 1 and up, without a gap */
    const char *name;
    const char *sha256;     /* of the file, in hex */
    const char *sql;
};

struct migrating {
    const struct migration *const *migrations;      /* by version; ends at NULL */
    struct moment                  now;             /* recorded, and part of the backup's name */
    const char                    *role;    /* PostgreSQL: whom to grant rows; NULL: nobody */
};

/* What was done. */
struct migrated {
    int  before;                /* the version found; 0: the store was empty */
    int  after;
    char backup[4096];          /* the copy that was made first; "" if none */
};

/* Brings the store to the newest version. A SQLite store that holds something is copied first
 * (VACUUM INTO), beside the file, as "FILE.before-VERSION-MILLISECONDS", and the copy is synced.
 * What fails leaves the store at the version before; a copy stays.
 * ERR_CHECK: schema_check() would say so, or tables are there that are not Ochil's. */
MUST_USE enum err schema_migrate(struct db *, const struct migrating *, struct migrated *out,
                                 struct trouble *);

/* How far the store is: 0 when nothing was run. ERR_CHECK as schema_check(). */
MUST_USE enum err schema_version(struct db *, const struct migration *const *, int *version,
                                 struct trouble *);

/* Is the store at the version that this program is made for?
 * ERR_MISSING: it must be migrated first. ERR_CHECK: an old migration is not what it was, or the
 * store knows a newer one. */
MUST_USE enum err schema_check(struct db *, const struct migration *const *, struct trouble *);

#endif
