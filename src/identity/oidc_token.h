/*
 * identity/oidc_token.h -- an id token of a council's own login, judged: OpenID Connect Core 1.0,
 * section 3.1.3.7, over rhonabwy's signatures. It asks nobody and keeps nothing.
 *
 * Signed with RS256, PS256 or ES256 by a key of the issuer's set, which is found by its name; RSA
 * keys have 2048 bits or more. Keys and addresses that the token itself brings count for nothing.
 * Clocks may differ by a minute.
 */
#ifndef OCHIL_OIDC_TOKEN_H
#define OCHIL_OIDC_TOKEN_H

#include "base/arena.h"
#include "base/clock_io.h"
#include "base/text.h"

#define OIDC_SKEW_S 60
#define OIDC_AGE_MOST_S 600         /* since it was issued */
#define OIDC_GROUPS_MOST 500
#define OIDC_SUBJECT_MOST 255       /* bytes, as the standard has it */

enum oidc_refusal {
    OIDC_FINE,
    OIDC_NO_TOKEN,          /* not a signed token, or not of JSON */
    OIDC_ALGORITHM,
    OIDC_UNKNOWN_KEY,       /* ask for the keys again */
    OIDC_SIGNATURE,
    OIDC_ISSUER,
    OIDC_AUDIENCE,
    OIDC_PARTY,             /* azp */
    OIDC_EXPIRED,
    OIDC_ISSUED,            /* in the future, or long ago */
    OIDC_NONCE,
    OIDC_SUBJECT,
    OIDC_REFUSALS
};

/* One English sentence; of OIDC_FINE it is empty. */
const char *oidc_refusal_sentence(enum oidc_refusal);

struct oidc_expected {
    struct text   issuer, client, nonce;
    struct text   name_claim, groups_claim;
    struct moment now;
};

struct oidc_claims {
    struct text  subject;
    struct text  name;          /* of the name's claim; empty: it has none */
    struct text *group;
    size_t       groups;
    bool         second;        /* amr says that a second factor was asked for */
};

/* `keys`: a key set (RFC 7517). Texts live in `arena`. */
MUST_USE enum oidc_refusal oidc_token_judge(struct arena *, struct text keys, struct text token,
                                            const struct oidc_expected *, struct oidc_claims *);

#endif
