/*
 * store/backup_drill.h -- is a backup of any use? It is restored for trial, and a report says so.
 *
 * The backup is restored to a scratch place, where everything that a real restore tests is tested,
 * the whole trail is audited, and every kept file of each council whose master key is at hand is
 * opened (evidence_audit.h). Then the scratch place goes again (a PostgreSQL database that
 * was given for it stays as it was restored). What came of it is a folder of three files, to be
 * filed:
 *
 *   drill.json                      figures, for programs
 *   drill.md                        the same to be read
 *   drill.json.server.minisig       the server's signature, when its key is at hand
 *
 * A drill that fails has its report too; then the result is ERR_CHECK with the reason.
 */
#ifndef OCHIL_BACKUP_DRILL_H
#define OCHIL_BACKUP_DRILL_H

#include "store/backup.h"
#include "store/evidence_audit.h"
#include "store/keyring_io.h"
#include "store/trail_audit.h"

#define DRILL_JSON      "drill.json"
#define DRILL_TEXT      "drill.md"
#define DRILL_SIGNATURE "drill.json.server.minisig"

struct backup_drilling {
    /* As for restoring; `url` NULL: a scratch file beside the report. `keys` is not used. */
    struct backup_restoring       restoring;
    const char                   *report;   /* the folder; not there, or empty */
    const struct keyring         *keys;     /* signs, and opens the evidence; NULL: neither */
};

struct backup_drilled {
    struct backup_restored restored;
    struct trail_audited   audited;
    struct evidence_audited evidence;       /* of all councils with a key */
    int                    councils;        /* how many those are */
    uint64_t               bytes;           /* of the store's file in the backup */
    int64_t                rows;
    int64_t                begun_ms;        /* UTC, since 1970 */
    int64_t                restore_ms, audit_ms;    /* how long */
    bool                   passed;
    char                   said[1024];      /* why not */
};

MUST_USE enum err backup_drill(const struct backup_drilling *, struct arena *,
                               struct backup_drilled *out, struct trouble *);

#endif
