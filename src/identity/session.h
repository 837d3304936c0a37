/*
 * identity/session.h -- somebody signed in.
 *
 * A session's id is a secret of its own kind (secret.h): the browser holds it, the store its hash.
 * It is new at every login and whenever rights change (another acting council), so an id that
 * somebody planted before is worth nothing after. It ends when it is ended, when it was idle for
 * SESSION_IDLE_MS, and SESSION_WHOLE_MS after its beginning whatever happens (BREAK_GLASS_MS, of a
 * break-glass account).
 *
 * When it was last seen is written at most once in SESSION_SEEN_MS, so that reading a page does
 * not write. A session ended on one server is dead on every other with its next request.
 *
 * Inside a transaction, which is then in the scope of the account's council.
 */
#ifndef OCHIL_SESSION_H
#define OCHIL_SESSION_H

#include "identity/actor.h"
#include "identity/secret.h"

#define SESSION_IDLE_MS  INT64_C(3600000)       /* an hour */
#define SESSION_WHOLE_MS INT64_C(43200000)      /* twelve hours */
#define SESSION_SEEN_MS  INT64_C(60000)         /* a minute */
#define SESSION_KEPT_MS  INT64_C(2592000000)    /* thirty days: then its row goes */

/* A new session of `actor` (account, home, acting, login, strong and break_glass are read), who
 * then is in it. What is left of the account's old sessions is cleared away. */
MUST_USE enum err session_make(struct tx *, const struct happening *, struct actor *,
                               struct secret *, struct trouble *);

/* Whose session this is. ERR_MISSING, without words: nobody's, or it has ended. */
MUST_USE enum err session_find(struct tx *, struct moment now, struct text secret,
                               struct actor *, struct trouble *);

/* Whose session this was, of one that ended by itself within SESSION_KEPT_MS. It lets nobody in.
 * ERR_MISSING, without words: it is live, or somebody ended it (whoever held the secret then is
 * nobody's friend), or the account is closed. */
MUST_USE enum err session_find_expired(struct tx *, struct moment now, struct text secret,
                                       struct actor *, struct trouble *);

/* It is used at this moment. */
MUST_USE enum err session_touch(struct tx *, struct moment now, const struct actor *,
                                struct trouble *);

/* Ends a session of the actor's: `action` is "logout" or "session.revoke". ERR_MISSING, without
 * words: the actor has no such session. */
MUST_USE enum err session_end(struct tx *, const struct happening *, const struct actor *,
                              int64_t session, const char *action, struct trouble *);

struct session_row {
    int64_t       id;
    struct text   acting;       /* the council's name */
    struct moment made_at, seen_at;
};

struct sessions {
    struct session_row *session;
    size_t              count;
};

/* The actor's live sessions, the newest first. */
MUST_USE enum err session_list(struct tx *, struct arena *, struct moment now,
                               const struct actor *, struct sessions *, struct trouble *);

#endif
