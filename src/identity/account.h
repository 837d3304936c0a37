/*
 * identity/account.h -- one person's way in: a home council, a login name, a password.
 *
 * A login name is 2 to 64 of a-z 0-9 . _ - and begins with a letter; it is the actor of the trail,
 * and no two accounts have the same one. It is found by its hash (identity_key), since a council
 * is known only afterwards.
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
    struct text password;   /* as kept */
    bool        open;
};

/* Is it written as a login name? */
bool login_is(struct text);

/* `id` is set. ERR_CONFLICT: the name is taken. */
MUST_USE enum err account_add(struct tx *, const struct happening *, struct account *,
                              struct trouble *);

/* Texts live in `arena`. ERR_MISSING, without words: nobody has this name. */
MUST_USE enum err account_find(struct tx *, struct arena *, struct text login, struct account *,
                               struct trouble *);

#endif
