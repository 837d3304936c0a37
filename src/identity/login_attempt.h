/*
 * identity/login_attempt.h -- no more than ten wrong guesses in five minutes, for one account and
 * from one address.
 *
 * The attempt is written before the password is looked at, in a transaction of its own, so that
 * guesses made at once, on any number of servers, are all counted; a right one is forgiven. Rows
 * hold hashes of the login name and of the address, whether there is such an account or not.
 *
 * Nobody is shut out for good, and an administrator needs no way round: it is over by itself.
 */
#ifndef OCHIL_LOGIN_ATTEMPT_H
#define OCHIL_LOGIN_ATTEMPT_H

#include "identity/secret.h"

#define ATTEMPTS_MOST 10
#define ATTEMPT_MS INT64_C(300000)      /* five minutes */

struct login_attempt {
    struct text   login;        /* as it was typed */
    struct text   address;      /* of the client */
    struct moment at;
};

/* `*allowed` false: too many, nothing was added. */
MUST_USE enum err attempt_begin(struct tx *, const struct login_attempt *, bool *allowed,
                                struct trouble *);

/* The password was right. */
MUST_USE enum err attempt_forgive(struct tx *, const struct login_attempt *, struct trouble *);

#endif
