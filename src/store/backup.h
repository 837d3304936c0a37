/*
 * store/backup.h -- a backup of a whole store: made while others write, checked to the block, and
 * restored into either engine.
 *
 * A backup is a folder:
 *
 *   store.db                        a SQLite store, whichever engine it came from
 *   blocks                          a sum of each 4 KiB of it (backup_blocks.h)
 *   manifest.json                   what it is (backup_manifest.h)
 *   manifest.json.server.minisig    the server's signature under that
 *
 * Sealed to a key (backup_seal.h) it has store.db.sealed instead, and keys.sealed beside it: the
 * server's keys, so that a bare machine can serve again. Not sealed, it has no keys, and without
 * them nobody can read the evidence in it.
 *
 * It appears whole or not at all, and so does what is restored: a SQLite file is put together
 * beside its place and renamed, rows go into PostgreSQL in one transaction. Nothing is ever
 * restored over something that is there.
 *
 * On PostgreSQL whoever makes a backup must see the rows of every council: a role with BYPASSRLS.
 * Anything less is refused (row_security = off), since the server would just leave rows out.
 * Restoring is the owner's.
 *
 * Errors, beyond those of db.h:
 *   ERR_CHECK    the backup is not what it was, not of this server, or older than it may be: the
 *                message says which file and block
 *   ERR_IO       a file cannot be read or written
 *   ERR_CONFLICT the place to restore to is not empty
 *   ERR_MISSING  it is sealed, and there is no key; the store was never begun
 *
 * Read next: backup_drill.h, store_copy.h.
 */
#ifndef OCHIL_BACKUP_H
#define OCHIL_BACKUP_H

#include "base/outside.h"
#include "store/backup_last.h"
#include "store/backup_manifest.h"
#include "store/backup_seal.h"
#include "store/migrate.h"
#include "store/store_copy.h"

#define BACKUP_STORE     "store.db"
#define BACKUP_SEALED    "store.db.sealed"
#define BACKUP_KEYS      "keys.sealed"
#define BACKUP_BLOCKS    "blocks"
#define BACKUP_MANIFEST  "manifest.json"
#define BACKUP_SIGNATURE "manifest.json.server.minisig"

/* Who works, for both ways. */
struct backup_means {
    const struct outside           *outside;    /* `secret_outside`: files of their owner only */
    const struct migration *const  *migrations;
    struct moment                 (*clock)(void);
};

struct backup_making {
    struct backup_means           means;
    struct db                    *db;       /* on SQLite the one that the store is written by */
    const char                   *folder;   /* not there, or empty */
    const struct minisign_secret *key;      /* the server's */
    const struct seal_public     *to;       /* NULL: not sealed */
    /* When sealed: the folder of the server's keys, and a path beside which the copy may stand in
     * the clear until it is sealed. */
    const char                   *keys;
    const char                   *scratch;
    /* A SQLite store to which another process writes all the while: ERR_BUSY, instead of letting
     * its writers wait for the whole of the copy (store_copy.h; `copied` of what was made). */
    bool                          yields;
};

struct backup_made {
    struct manifest    manifest;
    struct sha256_sum  manifest_sum;
    uint64_t           bytes;           /* of all files */
    struct file_copied copied;          /* of a SQLite store */
};

MUST_USE enum err backup_make(const struct backup_making *, struct arena *,
                              struct backup_made *out, struct trouble *);

/* Notes in the store that it was made: a row and an entry of the trail, neither of which is in it.
 * `place`: where it is, in words; at most 200 bytes. */
MUST_USE enum err backup_note(struct db *, const struct backup_means *, struct arena *,
                              const struct backup_made *, struct text place, struct trouble *);

/* The manifest, with its signature tested against the server's key. */
MUST_USE enum err backup_open(const struct outside *, struct arena *, const char *folder,
                              const struct minisign_public *server, struct manifest *out,
                              struct trouble *);

/* Reads every file and compares it with the manifest, block by block. No key is needed, so the
 * council that keeps a sealed copy can do it. */
MUST_USE enum err backup_check(const struct outside *, struct arena *, const char *folder,
                               const struct manifest *, struct trouble *);

struct backup_restoring {
    struct backup_means           means;
    const char                   *folder;       /* the backup */
    const char                   *url;          /* where to; nothing is there yet */
    const char                   *vfs;          /* as in struct db_options */
    const struct minisign_public *server;
    const struct seal_secret     *key;          /* NULL: none at hand */
    const char                   *keys;         /* where the server's keys go; NULL: nowhere */
    const char                   *scratch;      /* PostgreSQL: a path beside which the copy stands
                                                   meanwhile */
    const struct checkpoint      *since;        /* it must hold this; NULL: none */
};

struct backup_restored {
    struct manifest manifest;
    struct dump     dump;           /* of what was restored: equals the manifest's */
    bool            keys;           /* the server's keys were restored, too */
};

/* What was restored equals what the manifest says, table by table, before it takes its place. */
MUST_USE enum err backup_restore(const struct backup_restoring *, struct arena *,
                                 struct backup_restored *out, struct trouble *);

#endif
