/*
 * web/credential.h -- what a request holds out to be known by: a cookie, or a bearer token. Pure.
 *
 * The cookie is __Host-ochil: browsers take it over HTTPS (and on localhost), for this host alone
 * and the whole site, so no neighbouring host can plant one. Twice is refused like none.
 */
#ifndef OCHIL_CREDENTIAL_H
#define OCHIL_CREDENTIAL_H

#include "base/text.h"

#define COOKIE_NAME "__Host-ochil"
/* What is no secret: what was done just now, and the language. */
#define COOKIE_DONE "__Host-ochil-done"
#define COOKIE_LANGUAGE "__Host-ochil-language"

/* The one-time link by which somebody has set out for a council's own login. */
#define COOKIE_INVITE "__Host-ochil-invite"

/* The value of the cookie of this name in a Cookie header; data NULL: not there, or there twice. */
struct text cookie_value(struct text header, const char *cookie);

/* The token of an Authorization header, "Bearer ..."; data NULL: another scheme, or none. */
struct text bearer_value(struct text header);

#endif
