/*
 * identity/oidc_talk.h -- what is said to a council's own login and back: OpenID Connect's
 * authorization code flow with PKCE (RFC 7636, S256).
 *
 * Nothing is kept when somebody sets out for it, so a stranger who clicks a thousand times writes
 * nothing. A state proves itself to the browser that it was made for:
 *
 *     state    = purpose, moment (12 hex digits), 128 random bits (32), proof (64)
 *     proof    = SHA-256("ochil state 1" LF council LF all before it LF the browser's cookie)
 *     nonce    = SHA-256("ochil nonce 1" LF state LF the cookie), the verifier likewise
 *
 * The cookie (__Host-ochil) is 256 random bits that only that browser holds. A state is good for
 * ten minutes and once: one that came back is kept in the store (oidc_state_use()), where every
 * server sees it.
 *
 * Not inside a transaction where it fetches: it is slow. ERR_REFUSED, with words for whoever
 * set it up: it cannot be reached, or says what it must not.
 */
#ifndef OCHIL_OIDC_TALK_H
#define OCHIL_OIDC_TALK_H

#include "identity/oidc_provider.h"
#include "identity/secret.h"

#define OIDC_STATE_MS INT64_C(600000)       /* ten minutes */

enum oidc_purpose { OIDC_LOGIN, OIDC_TEST, OIDC_LINK, OIDC_INVITED, OIDC_PURPOSES };

/* A way there and back. */
struct oidc_trip {
    enum oidc_purpose purpose;
    int64_t           council;
    struct text       cookie;       /* the browser's */
    struct text       back;         /* the redirect URI */
    struct text       state;
};

/* Sets trip->state, new. */
MUST_USE enum err oidc_state_make(const struct outside *, struct arena *, struct moment now,
                                  struct oidc_trip *, struct trouble *);
/* `*good`: trip->state was made for this council and browser, not long ago; sets the purpose. */
MUST_USE enum err oidc_state_judge(struct moment now, struct oidc_trip *, bool *good,
                                   struct trouble *);

/* Where the browser is sent. `hint`: an address of mail, or empty. */
MUST_USE enum err oidc_way_there(struct arena *, const struct oidc_provider *,
                                 const struct oidc_trip *, struct text hint, struct text *url,
                                 struct trouble *);
MUST_USE enum err oidc_nonce(const struct oidc_trip *, char hex[SHA256_HEX_SIZE],
                             struct trouble *);

/* Fetches what the issuer says of itself, and its keys. */
MUST_USE enum err oidc_discover(struct arena *, struct oidc_provider *, struct trouble *);
MUST_USE enum err oidc_keys_fetch(struct arena *, struct oidc_provider *, struct trouble *);

/* The id token for a code. `secret` is the client's, open. */
MUST_USE enum err oidc_redeem(struct arena *, const struct oidc_provider *,
                              const struct oidc_trip *, struct text secret, struct text code,
                              struct text *id_token, struct trouble *);

#endif
