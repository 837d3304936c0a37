/*
 * store/health.h -- what `doctor` asks the store's engine about itself.
 *
 * On SQLite the safety settings are this program's own (sqlite_engine.c) and always as they
 * should be; on PostgreSQL they are the administrator's.
 */
#ifndef OCHIL_HEALTH_H
#define OCHIL_HEALTH_H

#include "store/db.h"

struct store_health {
    struct text version;           /* "3.40.1", "15.8 (Debian 15.8-0+deb12u1)" */
    bool        fsync;             /* PostgreSQL: what is committed reaches the disk ... */
    bool        full_pages;        /* ... a page torn by a power cut is made good ... */
    bool        waits;             /* ... and a commit waits for it (synchronous_commit) */
    bool        may_everything;    /* the role is a superuser */
    bool        passes_rights;     /* row-level rights do not bind the role */
};

/* Inside a transaction; the version lives in `arena`. Errors: those of db.h. */
MUST_USE enum err store_health_read(struct tx *, struct arena *, struct store_health *,
                                    struct trouble *);

#endif
