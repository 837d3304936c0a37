/*
 * web/http_head.h -- which requests are let in at all. Pure.
 *
 * The front server and this one must never differ on where a request ends, or one client's bytes
 * become another's request (request smuggling). libmicrohttpd reads much that it need not; so what
 * it has read is judged here, and anything that has two readings is refused and its connection
 * closed:
 *
 *   - Transfer-Encoding in any form: a body has one Content-Length or there is none (411)
 *   - two Content-Length headers, or one that is not digits alone
 *   - no Host, two, or one that is not this server's (421)
 *   - a line that does not end in CR LF, a folded line, blanks before the colon or behind a value,
 *     control characters
 *   - a target that is not a path, or has a segment . or .. or a NUL, by any spelling; a version
 *     that is not HTTP/1.0 or 1.1
 *   - a header (431) or a target (414) that servers in front would not let through either
 *
 * How a bare LF is seen: libmicrohttpd reads a head in place and gives slices of its buffer. In a
 * head of one spelling the slices follow each other at known distances and end where the head
 * ends; http_layout_plain() compares addresses and reads nothing. A line folded or ended
 * otherwise breaks the distance. Should another version copy the slices, every request would be
 * refused, not let through.
 */
#ifndef OCHIL_HTTP_HEAD_H
#define OCHIL_HTTP_HEAD_H

#include "web/http.h"

/* The slices of a head as they lie in memory. */
struct http_layout {
    struct text               method, target, version;
    const struct http_header *header;
    size_t                    headers;
    size_t                    size;     /* of the whole head, the empty line with it */
};

MUST_USE bool http_layout_plain(const struct http_layout *);

#define HTTP_LINE_MOST ((size_t)8192)      /* of a header, or of the target */

enum http_method http_method_of(struct text);

/* Whose names this server answers to: "ochil.example.org", "127.0.0.1:8080"; ends at NULL. */
struct http_names {
    const char *name[6];
};

/* 0, or the status of the refusal. Sets `length`. */
MUST_USE int http_head_judge(struct http_request *, const struct http_names *);

/* One sentence for a status of above. */
const char *http_refusal_words(int status);

#endif
