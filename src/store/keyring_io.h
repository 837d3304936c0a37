/*
 * store/keyring_io.h -- the keys of a server: a folder outside the database.
 *
 *   server.key, server.pub   with which the server signs checkpoints, manifests and reports
 *                            (minisign's format, without a password: a server starts alone)
 *   CODE.master              for each council the key under which the keys of its evidence stand
 *                            (evidence_keys.h): 64 hex digits and a line feed
 *   last-checkpoint          the newest checkpoint of the trail that a council has cosigned: a
 *                            store older than that is not served (trail_guard_io.h)
 *
 * They are not in the database, so that who can read the database, or a backup of it, cannot read
 * the evidence. A server that has lost them can never open it again: `ochil backup --to KEY` keeps
 * them, sealed. Several servers over one PostgreSQL each have a copy of this folder.
 *
 * The folder and what it holds are readable by their owner alone (modes 0700 and 0600); a key
 * that others may read is refused.
 *
 * Errors: ERR_IO with path and reason; ERR_RIGHTS: others may read it; ERR_CHECK: not a key;
 * ERR_MISSING: there is no such folder, or no key of that council.
 */
#ifndef OCHIL_KEYRING_IO_H
#define OCHIL_KEYRING_IO_H

#include "base/outside.h"
#include "formats/minisign.h"
#include "store/evidence_keys.h"

#define KEYRING_SERVER_SECRET "server.key"
#define KEYRING_SERVER_PUBLIC "server.pub"
#define KEYRING_MASTER_END    ".master"
#define KEYRING_MASTERS_MAX   32                   /* PARTNERS_MAX of the engine */
#define KEYRING_CHECKPOINT    "last-checkpoint"

struct keyring_master {
    struct text       council;    /* its code */
    struct master_key key;
};

struct keyring {
    const char            *folder;
    struct minisign_public public;
    struct minisign_secret secret;
    struct keyring_master *master;
    size_t                 masters;
};

/* New keys for a server of these councils; the folder appears whole or not at all, and must not be
 * there. `secrets` makes folder and files: `secret_outside`. */
MUST_USE enum err keyring_make(const struct outside *secrets, struct arena *, const char *folder,
                               const struct text council[], size_t councils, struct keyring *,
                               struct trouble *);

/* To be wiped when it is no longer needed. */
MUST_USE enum err keyring_open(const struct outside *, struct arena *, const char *folder,
                               struct keyring *, struct trouble *);
void keyring_wipe(struct keyring *);

/* A council's master key; NULL: the keyring has none. */
const struct master_key *keyring_master(const struct keyring *, struct text council);

#endif
