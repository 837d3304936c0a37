/*
 * web/origin.h -- does a request that changes something come from a page of ours? Pure.
 *
 * Browsers say from where: Origin (scheme and host of the page) and Sec-Fetch-Site. One of them
 * must be there, and what is there must say "from here"; the token that the form carries is asked
 * for beside it (request.h). "null", which a page without a place sends, is not here.
 *
 * Source: OWASP, Cross-Site Request Forgery Prevention; Fetch Metadata (W3C).
 */
#ifndef OCHIL_ORIGIN_H
#define OCHIL_ORIGIN_H

#include "web/http.h"

/* `origin`: "https://ochil.example.org"; NULL: http:// and the request's own Host, for a server
 * that is used without a proxy on its own machine. */
MUST_USE bool origin_is_ours(const struct http_request *, const char *origin);

#endif
