/*
 * identity/oidc_fetch.h -- what is fetched from a council's own login: nothing else of the program
 * goes out to the network.
 *
 * HTTPS with a certificate that this machine trusts; or, when the issuer itself stands on this
 * machine (a provider that is tried out, or one behind a local proxy), plain HTTP to it. No
 * redirects, no proxies, no cookies; 256 KiB and five seconds at most. An address that is not
 * public is never connected to, whatever a name leads to at that moment, so that nobody looks into
 * the councils' networks from here.
 *
 * Not inside a transaction: it is slow.
 */
#ifndef OCHIL_OIDC_FETCH_H
#define OCHIL_OIDC_FETCH_H

#include <sys/socket.h>

#include "base/arena.h"
#include "base/text.h"

#define OIDC_URL_MOST 400
#define OIDC_ANSWER_MOST ((size_t)256 * 1024)

/* Once, before any thread: libcurl and rhonabwy. ERR_IO. */
MUST_USE enum err oidc_ready(struct trouble *);

enum oidc_place { OIDC_NOWHERE, OIDC_PUBLIC, OIDC_THIS_MACHINE };

/* Where an address is, by its words: https://..., or http://localhost, 127.0.0.1 or [::1]. */
enum oidc_place oidc_place_of(struct text url);

/* May this be connected to? */
bool oidc_address_fits(const struct sockaddr *, enum oidc_place);

struct oidc_call {
    struct text url;
    struct text form;           /* POSTed; data NULL: GET */
    struct text user, password; /* HTTP Basic, percent-encoded already; data NULL: none */
};

/* What it says with 200. ERR_REFUSED, with words that hold no secret: it cannot be reached, takes
 * too long, says too much or something else than 200. */
MUST_USE enum err oidc_fetch(struct arena *, const struct oidc_call *, struct text *body,
                             struct trouble *);

#endif
