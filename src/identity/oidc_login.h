/*
 * identity/oidc_login.h -- who came through a council's own login: the account here, and the roles
 * that the groups there give.
 *
 * Somebody is known by issuer and subject, of which a hash is kept. Who is new gets an account of
 * that council, if a group of the person gives a role; nobody is taken for the owner of an account
 * because names are alike. What a group gives is a grant of its own, for OIDC_GRANT_DAYS from the
 * last login with the group, and ends at the next login without it. Grants that people made stay.
 *
 * Inside a transaction, which is then in the scope of the council.
 */
#ifndef OCHIL_OIDC_LOGIN_H
#define OCHIL_OIDC_LOGIN_H

#include "identity/account.h"
#include "identity/oidc_provider.h"
#include "identity/oidc_token.h"
#include "identity/secret.h"

#define OIDC_GRANT_DAYS 31
#define OIDC_RENEW_DAYS 15          /* what ends sooner is made anew */

/* What the claims' groups give: each role for a service, or for all, once. */
void oidc_given(struct arena *, const struct oidc_groups *, const struct oidc_claims *,
                struct oidc_groups *out);

/* Under what a person whom the provider knows is kept. */
void oidc_identity_hash(struct arena *, const struct oidc_provider *, const struct oidc_claims *,
                        char hex[SHA256_HEX_SIZE]);
/* Whose account that is; `*account` 0: nobody's. */
MUST_USE enum err oidc_identity_find(struct tx *, int64_t council, const char *hash,
                                     int64_t *account, struct trouble *);
/* From now on it is this one's (id and council are read). */
MUST_USE enum err oidc_identity_add(struct tx *, struct moment now, const struct account *,
                                    const char *hash, struct trouble *);

/* ERR_REFUSED, with words for the person: the account is closed, or there would be no role. */
MUST_USE enum err oidc_come_in(struct tx *, struct arena *, const struct happening *,
                               const struct oidc_provider *, const struct oidc_claims *,
                               struct account *, struct trouble *);

#endif
