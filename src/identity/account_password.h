/*
 * identity/account_password.h -- an account's password: what it may be, and how it is kept.
 *
 * Kept as argon2id (RFC 9106) over libsodium, with a salt of its own and the costs beside it:
 *
 *     argon2id PASSES KIB SALT HASH          salt and hash in lower-case hex
 *
 * Costs: 2 passes over 32 MiB, above the least that OWASP's password storage sheet asks for (2
 * over 19 MiB), about a twentieth of a second. Each worker of the server may be at one.
 *
 * The rule is length, 12 characters to 1,000 bytes, and that it is none of those that are guessed
 * first (common_password.h): NIST SP 800-63B, 5.1.1.2 asks for both, and advises against rules of
 * composition. Nothing is asked of anybody online.
 *
 * It takes long: never inside a transaction.
 *
 * Errors: ERR_IO: libsodium has not the memory. ERR_CHECK: what is kept is not in the form.
 */
#ifndef OCHIL_ACCOUNT_PASSWORD_H
#define OCHIL_ACCOUNT_PASSWORD_H

#include "base/arena.h"
#include "base/outside.h"
#include "base/text.h"
#include "store/council.h"

#define PASSWORD_CHARACTERS_LEAST 12
#define PASSWORD_BYTES_MOST ((size_t)1000)

struct password_cost {
    unsigned passes;
    unsigned kib;
};

#define PASSWORD_COST_USUAL ((struct password_cost){ 2, 32 * 1024 })
#define PASSWORD_COST_LEAST ((struct password_cost){ 1, 8 })      /* for tests */

enum password_refusal {
    PASSWORD_FINE,
    PASSWORD_SHORT,
    PASSWORD_LONG,
    PASSWORD_NOT_TEXT,
    PASSWORD_IS_LOGIN,
    PASSWORD_COMMON,
    PASSWORD_OF_THE_PLACE,
    PASSWORD_REFUSALS
};

/* For whoever signs in under `login`; `councils` are those of the store. */
MUST_USE enum password_refusal password_judge(struct text password, struct text login,
                                              const struct councils *councils);
/* One English sentence; of PASSWORD_FINE it is empty. */
const char *password_refusal_sentence(enum password_refusal);

MUST_USE enum err password_keep(const struct outside *, struct password_cost, struct arena *,
                                struct text password, struct text *kept, struct trouble *);

/* Is it this one? With `kept` empty (there is no such account) it takes as long, and is false. */
MUST_USE enum err password_try(struct text kept, struct password_cost usual, struct text password,
                               bool *right, struct trouble *);

#endif
