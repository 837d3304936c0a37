/*
 * identity/break_glass.h -- the account for the day when nothing else lets a council's people in.
 *
 * A council has one at most; an administrator makes it, and its password lies in an envelope. It
 * signs in with that alone, whatever the council's rules say. It may mend how the council's people
 * sign in, and their accounts and roles, and nothing else: it has no role, whatever anybody grants
 * it, reads no register, agrees to nothing, acts for no other council, and no token speaks for it
 * (actor_may()). A session of it ends after BREAK_GLASS_MS. Every use stands in the trail for all
 * councils to read, and on the first page of all their administrators for a month.
 */
#ifndef OCHIL_BREAK_GLASS_H
#define OCHIL_BREAK_GLASS_H

#include "identity/actor.h"

#define BREAK_GLASS_MS INT64_C(1800000)             /* half an hour */
#define BREAK_GLASS_TOLD_MS INT64_C(2592000000)     /* thirty days */

/* May such an account? */
bool break_glass_may(enum right);

/* A session of it has begun. */
MUST_USE enum err break_glass_record(struct tx *, const struct happening *, const struct actor *,
                                     struct trouble *);

struct break_glass_use {
    int64_t       council;
    struct moment at;
};

struct break_glass_uses {
    struct break_glass_use *use;
    size_t                  count;
};

/* Of all councils, in the last BREAK_GLASS_TOLD_MS, the newest first. */
MUST_USE enum err break_glass_uses(struct tx *, struct arena *, struct moment now,
                                   struct break_glass_uses *, struct trouble *);

#endif
