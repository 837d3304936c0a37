/*
 * admin/admin_invited.h -- whoever holds an administrator's link (one_time_link.h) may sign in at
 * the council's own login and make that person and the account one, in place of choosing a
 * password.
 *
 *     /password/TOKEN          says so, if the council's login is on
 *     /password/TOKEN/go       sets out; a cookie keeps the token for the way back
 *     /login/back/CLK          asks: are you this person there?
 *     /password/TOKEN/login    they are one, and the link is used
 *
 * The question stands on the page that the browser comes back to, sealed into its form, and nowhere
 * else: who has the link and lures somebody else there cannot answer it for them.
 */
#ifndef OCHIL_ADMIN_INVITED_H
#define OCHIL_ADMIN_INVITED_H

#include "admin/admin_pages.h"
#include "identity/account.h"
#include "identity/login_link.h"
#include "identity/oidc_talk.h"
#include "identity/one_time_link.h"

struct invited {
    struct text          token;
    struct one_time_link link;
    struct account       account;
    struct oidc_provider provider;
    bool                 found;         /* the link is good, and its account open */
    bool                 may;           /* be linked */
    struct text          name;          /* what the login calls the person */
    const char          *sealed;        /* who that is, in hex */
};

/* Whose the token is, and whether a login can be linked to the account. */
MUST_USE enum err invited_find(struct tx *, struct request *, struct text token, struct invited *,
                               struct trouble *);

/* Somebody came back whom the claims name. ERR_REFUSED, with words for the person. */
MUST_USE enum err invited_offer(struct tx *, struct request *, const struct oidc_provider *,
                                const struct oidc_claims *, struct invited *, struct trouble *);
enum err invited_show(struct request *, const struct invited *);

/* On the page to choose a password: the other way. */
void invited_way(struct request *, struct html *, const struct invited *);

/* Where browsers are sent by a council's login (admin_oidc_pages.c). */
enum err admin_send_there(struct request *, const struct council *, const struct oidc_provider *,
                          enum oidc_purpose);

#endif
