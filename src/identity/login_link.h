/*
 * identity/login_link.h -- an account with a password here, and a person whom the council's own
 * login knows, become one: whoever has the account comes in by that login, too.
 *
 * Never because names or addresses are alike: who is signed in here sets out for that login, comes
 * back as somebody (an offer), and confirms it with the present password and, if there is one, the
 * second factor. An offer is good for LOGIN_LINK_MS and once. A person there is one account's, an
 * account one person's. The roles that people gave stay; those that groups give come with the next
 * sign-in there (oidc_login.h). A break-glass account is never linked: it is for the day when that
 * login lets nobody in.
 *
 * Or by an administrator's link (one_time_link.h), which stands for session, password and all: its
 * holder sets out, comes back and confirms in the same browser. Not for an account with a second
 * factor: its owner signs in and does it as above.
 *
 * Who leaves is closed out of both: the account is closed, and the person there stays known as its
 * owner, so that no other account is made.
 *
 * Inside a transaction, which is then in the scope of the account's council.
 */
#ifndef OCHIL_LOGIN_LINK_H
#define OCHIL_LOGIN_LINK_H

#include "identity/account.h"
#include "identity/oidc_provider.h"
#include "identity/oidc_token.h"
#include "identity/secret.h"

#define LOGIN_LINK_MS INT64_C(600000)       /* ten minutes */
#define LOGIN_LINK_PURPOSE "login link"     /* of the seal; its subject is the account */

struct login_link {
    bool          linked;
    struct moment linked_at;
    bool          offered;
    struct text   name;         /* of the offer: sealed */
};

MUST_USE enum err login_link_read(struct tx *, struct arena *, struct moment now, int64_t council,
                                  int64_t account, struct login_link *, struct trouble *);

/* ERR_REFUSED, with words for the person: whom the claims name has an account here, or this one is
 * linked already, or is not to be. `name`: sealed. */
MUST_USE enum err login_link_offer(struct tx *, struct arena *, struct moment now,
                                   const struct oidc_provider *, const struct oidc_claims *,
                                   const struct actor *, struct text name, struct trouble *);

/* ERR_REFUSED, with words: there is no offer, or it is over, or somebody else has taken it. */
MUST_USE enum err login_link_confirm(struct tx *, const struct happening *, const struct actor *,
                                     struct trouble *);

/* By an administrator's link: may they become one? `hash`: whom the claims name. ERR_REFUSED as
 * above. */
MUST_USE enum err login_link_judge(struct tx *, struct arena *, const struct oidc_provider *,
                                   const struct oidc_claims *, const struct account *,
                                   char hash[SHA256_HEX_SIZE], struct trouble *);
/* They are one. ERR_REFUSED: somebody else has taken it meanwhile, or another is linked. */
MUST_USE enum err login_link_take(struct tx *, const struct happening *, const struct account *,
                                  const char *hash, struct trouble *);

/* By `login`. Offers go, too. ERR_MISSING, without words: it was not linked. */
MUST_USE enum err login_link_end(struct tx *, const struct happening *, struct text login,
                                 const struct account *, struct trouble *);

/* What was offered to an account, if anything. */
MUST_USE enum err login_link_drop_offer(struct tx *, int64_t council, int64_t account,
                                        struct trouble *);

#endif
