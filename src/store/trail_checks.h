/*
 * store/trail_checks.h -- checkpoints of the trail: made by the server, cosigned by councils.
 *
 * Contract (docs/trail.md), section 4. The server signs where its trail stands; each council takes
 * that text away, signs it on a machine of its own, and brings the signature back. Making one and
 * taking a signature in are entries of the trail themselves, so no two checkpoints have one size.
 *
 * A signature is kept in one spelling: its untrusted comment, which nothing vouches for, is
 * replaced by a fixed one, so that every kept byte is one that was signed.
 *
 * Errors, beyond those of db.h and trail_log.h:
 *   ERR_CHECK    not a checkpoint of this store; a signature that is none, of another text, by
 *                another key, or for somebody else
 *   ERR_MISSING  the store has no such checkpoint, the council no key
 *   ERR_CONFLICT the council's signature is there already
 *
 * Read next: trail_guard_io.h.
 */
#ifndef OCHIL_TRAIL_CHECKS_H
#define OCHIL_TRAIL_CHECKS_H

#include "base/outside.h"
#include "store/council.h"
#include "trail/trail_record.h"

/* A checkpoint as it is kept; texts live in an arena. */
struct checked {
    uint64_t               size;
    struct text            text;
    struct trail_signature signature[SIGNATURES_MAX];    /* the server's first */
    size_t                 signatures;
};

/* Who does it, and when. */
struct trail_deed {
    struct moment         now;
    struct text           actor;
    const struct outside *outside;
};

/* A checkpoint of the trail as it stands, signed by the server; within db_write(), for council 0.
 * Its own entry is the last that it covers. */
MUST_USE enum err checkpoint_make(struct tx *, struct arena *, const struct trail_deed *,
                                  const struct minisign_secret *server, struct checked *,
                                  struct trouble *);

/* The smallest checkpoint with at least `size` entries; `size` 0 of `*out`: there is none. */
MUST_USE enum err checkpoint_load(struct tx *, struct arena *, uint64_t size, struct checked *out,
                                  struct trouble *);

/* How many entries the newest checkpoint has; and the newest that a council has signed. 0: there
 * is none. */
MUST_USE enum err checkpoint_newest(struct tx *, uint64_t *size, struct trouble *);
MUST_USE enum err checkpoint_cosigned(struct tx *, uint64_t *size, struct trouble *);

/* A council's signature under a checkpoint. */
struct cosignature {
    struct text text;         /* of the checkpoint, as it was signed */
    struct text council;      /* the code of who signed */
    struct text signature;    /* the content of the .minisig file */
};

/* May it be taken in? `*kept` is its one spelling. The text must be a checkpoint of this store by
 * this server; whether the trail keeps it is not asked. */
MUST_USE enum err cosignature_judge(struct tx *, struct arena *, const struct cosignature *,
                                    struct checkpoint *, struct text *kept, struct trouble *);

/* Takes it in, with an entry for the council; within db_write(), for that council or 0. The store
 * has the checkpoint. (trail_guard_io.h has the whole of it: the file outside the store, too.) */
MUST_USE enum err cosignature_add(struct tx *, struct arena *, const struct trail_deed *,
                                  const struct cosignature *, struct trouble *);

/* What is wrong with a signature of `text` under the name `by`, made with one of these keys; NULL:
 * nothing is. */
MUST_USE enum err signature_fault(const struct minisign_public key[], size_t keys,
                                  struct text text, const struct trail_signature *,
                                  const char **fault, struct trouble *);

/* Is a signature in the spelling that is kept? */
MUST_USE bool signature_is_plain(struct text signature);

/* The keys that a council has signed with, the one in force first. */
MUST_USE enum err council_keys_read(struct tx *, struct arena *, int64_t council,
                                    struct minisign_public **, size_t *count, struct trouble *);

#endif
