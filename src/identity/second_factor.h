/*
 * identity/second_factor.h -- what somebody shows beside a password: a code of a telephone
 * (totp.h), or a recovery code.
 *
 * A secret is offered, shown once, and in force when a code of it was typed; until then an earlier
 * one stays in force. Secrets are kept sealed (sealed.h), recovery codes hashed. Ten recovery codes
 * are made at a time, are shown once, and make earlier ones worthless; each lets in once.
 *
 * Inside a transaction, which is then in the scope of the account's council. The trail tells what
 * was done and never a code.
 *
 * Read next: totp.h, login_setting.h (of whom it is asked).
 */
#ifndef OCHIL_SECOND_FACTOR_H
#define OCHIL_SECOND_FACTOR_H

#include "identity/account.h"
#include "identity/sealed.h"
#include "identity/totp.h"

#define SECOND_FACTOR_PURPOSE "second factor"       /* of its seal */
#define RECOVERY_CODES 10
#define RECOVERY_CODE_TEXT 20       /* "abcd-efgh-jkmn-pqrs" and its NUL: 80 bits */

struct second_factor {
    bool        on;             /* there is one in force */
    int64_t     counter;        /* of the code used last */
    struct text secret, offered;    /* sealed; data NULL: none */
};

/* Whose: account, home and login of `actor` are read. */
MUST_USE enum err second_factor_read(struct tx *, struct arena *, const struct actor *,
                                     struct second_factor *, struct trouble *);

/* From now on this one is offered. */
MUST_USE enum err second_factor_offer(struct tx *, const struct happening *, const struct actor *,
                                      struct text sealed, struct trouble *);

/* What was offered is in force; `counter` is that of the code that was typed. */
MUST_USE enum err second_factor_begin(struct tx *, const struct happening *, const struct actor *,
                                      int64_t counter, struct trouble *);

/* A code was right: `*fresh` false: it, or a later one, was used before. */
MUST_USE enum err second_factor_use(struct tx *, const struct actor *, int64_t counter,
                                    bool *fresh, struct trouble *);

struct recovery_codes {
    char code[RECOVERY_CODES][RECOVERY_CODE_TEXT];
};

MUST_USE enum err recovery_codes_make(struct tx *, const struct happening *, const struct actor *,
                                      struct recovery_codes *, struct trouble *);

/* How many are left. */
MUST_USE enum err recovery_codes_count(struct tx *, const struct actor *, int64_t *,
                                       struct trouble *);

/* `*good`: it was one, and is none any more. Capitals and what stands between count for nothing. */
MUST_USE enum err recovery_code_use(struct tx *, const struct happening *, const struct actor *,
                                    struct text code, bool *good, struct trouble *);

/* An administrator, `login`, takes all of it away from somebody who has lost it; the account's
 * sessions end. ERR_MISSING, without words: there is nothing. */
MUST_USE enum err second_factor_reset(struct tx *, const struct happening *, struct text login,
                                      const struct account *, struct trouble *);

#endif
