/*
 * store/trail_guard_io.h -- may this store be served? And what must never be forgotten outside it.
 *
 * Somebody who restores an old database restores its old checkpoints with it. So the newest
 * checkpoint that a council has cosigned stands in the keyring's folder too (last-checkpoint), and
 * a store whose trail does not keep it is not served. The file only ever goes on to a larger
 * checkpoint; it is written while the store is locked for writing, since several programs may take
 * cosignatures in at once, and before that is committed: a machine that stops in between knows too
 * much rather than too little.
 *
 * A keyring whose file is gone although the store holds cosigned checkpoints is not served from
 * either: nobody could tell then. A council brings its newest checkpoint, and the file is there
 * again. The same is the way out when no backup is left that keeps the last one: delete the file,
 * and bring a checkpoint from which the councils agree to go on.
 *
 * `secrets` makes the file readable by its owner alone: secret_outside.
 *
 * Errors, beyond those of trail_checks.h: ERR_CHECK: not to be served, the message says why and
 * what to do; ERR_MISSING: the store was never begun; ERR_IO: the file.
 */
#ifndef OCHIL_TRAIL_GUARD_IO_H
#define OCHIL_TRAIL_GUARD_IO_H

#include "store/keyring_io.h"
#include "store/trail_checks.h"

/* What a server asks before it serves. The store is there and the keyring is its own; every hash
 * of the trail follows from the one before, and its head from the last; the trail keeps what was
 * cosigned, in the store and in the file. Reads every hash and no text: about two seconds for a
 * million entries. Brings the file up to the store. */
MUST_USE enum err trail_guard(struct db *, const struct outside *secrets, struct arena *,
                              const struct keyring *, struct trouble *);

/* The same, and writes nothing. */
MUST_USE enum err trail_guard_look(struct db *, const struct outside *, struct arena *,
                                   const struct keyring *, struct trouble *);

/* Takes in a council's signature under a checkpoint of this store, and goes on with the file: also
 * when the signature is there already, which is ERR_CONFLICT. */
MUST_USE enum err trail_guard_take(struct db *, const struct outside *secrets, struct arena *,
                                   const struct keyring *, const struct trail_deed *,
                                   const struct cosignature *, struct trouble *);

/* Goes on with the file alone, by a checkpoint that a council brings and that this store, being
 * older, may not know: it is signed by the server (`server` is the content of the .minisig file)
 * and by the council. A file that is as far or farther stays. */
MUST_USE enum err trail_guard_raise(struct db *, const struct outside *secrets, struct arena *,
                                    const struct keyring *, const struct cosignature *,
                                    struct text server, struct trouble *);

#endif
