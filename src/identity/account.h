/*
 * identity/account.h -- one person's way in: a home council, a login name, a password.
 *
 * A login name is 2 to 64 of a-z 0-9 . _ - and begins with a letter; one @ may stand within, as in
 * an address of mail. It is the actor of the trail, and no two accounts have the same one. It is
 * found by its hash (identity_key), since a council is known only afterwards.
 *
 * Inside a transaction, which is then in the scope of the account's council.
 */
#ifndef OCHIL_ACCOUNT_H
#define OCHIL_ACCOUNT_H

#include "identity/actor.h"

struct account {
    int64_t     id;
    int64_t     council;
    struct text login;
    struct text password;   /* as kept; empty: none was chosen yet, and nobody signs in */
    bool        open;
};

/* Is it written as a login name? */
bool login_is(struct text);

/* By `login`, who may be its owner; `id` is set. ERR_CONFLICT: the name is taken. */
MUST_USE enum err account_add(struct tx *, const struct happening *, struct text login,
                              struct account *, struct trouble *);

/* Texts live in `arena`. ERR_MISSING, without words: nobody has this name. */
MUST_USE enum err account_find(struct tx *, struct arena *, struct text login, struct account *,
                               struct trouble *);

/* The same by its number. The transaction is then in the scope of its council, whichever that is:
 * whether it may be shown is the caller's affair. */
MUST_USE enum err account_get(struct tx *, struct arena *, int64_t id, struct account *,
                              struct trouble *);

struct accounts {
    struct account *account;    /* `password` is empty or not, no more */
    size_t          count;
};

/* A council's, the open ones first, by name. */
MUST_USE enum err account_list(struct tx *, struct arena *, int64_t council, struct accounts *,
                               struct trouble *);

/* Its owner's new password, kept as `account->password` says; its sessions end. ERR_MISSING,
 * without words: it is closed. */
MUST_USE enum err account_set_password(struct tx *, const struct happening *,
                                       const struct account *, struct trouble *);

/* Ends its sessions. */
MUST_USE enum err account_end_sessions(struct tx *, struct moment now, int64_t council,
                                       int64_t account, struct trouble *);

#endif
