/*
 * store/council.h -- who shares this store: its identity, and the councils.
 *
 * Both are set once, by `ochil init`. A council's code is the one that partners.csv has
 * (docs/engine.md, section 2); its number is what rows and `struct db_scope` name it by.
 *
 * All functions are called inside a transaction; texts live in `arena`.
 * Errors: those of db.h; ERR_MISSING: no such council, or the store was never begun.
 */
#ifndef OCHIL_COUNCIL_H
#define OCHIL_COUNCIL_H

#include "formats/minisign.h"
#include "store/db.h"

#define STORE_DIGITS 32         /* of a store's id, in hex */
#define COUNCIL_CODE_MAX 32     /* bytes */
#define COUNCIL_NAME_MAX 200    /* bytes */

struct council {
    int64_t     id;      /* from 1, in the order given to `init` */
    struct text code;
    struct text name;
};

struct councils {
    struct council *council;
    size_t          count;
};

struct store_identity {
    struct text            store;       /* STORE_DIGITS of hex */
    struct minisign_public server;
    bool                   sample;      /* nothing in it is real: to try out (server/sample.h) */
};

MUST_USE enum err store_identity_read(struct tx *, struct arena *, struct store_identity *,
                                      struct trouble *);
MUST_USE enum err store_identity_add(struct tx *, struct arena *, const struct store_identity *,
                                     struct moment now, struct trouble *);

MUST_USE enum err councils_read(struct tx *, struct arena *, struct councils *, struct trouble *);
MUST_USE enum err council_find(struct tx *, struct arena *, struct text code, struct council *,
                               struct trouble *);
/* ERR_USAGE: the code is not 1 to 32 of A-Z a-z 0-9 . _ - (docs/engine.md, fine print 11; it names
 * files of signatures and keys, where "server" is taken), or the name is not 1 to 200 bytes. */
MUST_USE enum err council_judge(const struct council *, struct trouble *);
/* ERR_CONFLICT: there is one with this code. ERR_USAGE as council_judge(). */
MUST_USE enum err council_add(struct tx *, const struct council *, struct trouble *);

/* With which a council cosigns checkpoints from now on.
 * ERR_CONFLICT: somebody has named this key already, a council or the server. */
MUST_USE enum err council_key_add(struct tx *, struct arena *, int64_t council,
                                  const struct minisign_public *, struct moment now,
                                  struct trouble *);

struct council_key {
    struct text   line;         /* as minisign writes it: one line */
    struct moment added_at;
};

struct council_keys {
    struct council_key *key;
    size_t              count;
};

/* All of a council's, the one in force first. */
MUST_USE enum err council_key_list(struct tx *, struct arena *, int64_t council,
                                   struct council_keys *, struct trouble *);

/* The line that stands for a key in the store, in the trail and on pages. */
struct text council_key_line(struct arena *, const struct minisign_public *);

#endif
