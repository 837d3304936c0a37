/*
 * identity/leaver.h -- taking rights away: one role, or all that somebody has.
 *
 * Who leaves loses everything in one transaction: sessions, tokens, links, and the roles of every
 * council, each of which reads of it in its own trail. The account is closed for good; its name is
 * never given again, since it stands in the trail.
 *
 * A council always has an administrator of its own who can sign in, until further notice: the last
 * one is neither closed nor loses the role, or nobody could let anybody in.
 *
 * ERR_REFUSED, with words: it is the last one; or one's own account. ERR_MISSING, without: the
 * council has no such grant, no such open account.
 */
#ifndef OCHIL_LEAVER_H
#define OCHIL_LEAVER_H

#include "identity/account.h"

/* The actor takes back a grant of the council acted for. */
MUST_USE enum err leaver_lose_role(struct tx *, const struct happening *, const struct actor *,
                                   int64_t grant, struct trouble *);

/* The actor closes an account of the council acted for. */
MUST_USE enum err leaver_close(struct tx *, struct arena *, const struct happening *,
                               const struct actor *, const struct account *, struct trouble *);

#endif
