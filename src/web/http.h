/*
 * web/http.h -- a request and an answer as HTTP has them: no sockets, no store, no councils.
 *
 * Everything a request points at lives as long as its answer is being made and sent. Path and
 * query are as they came, percent-encoding and all; header values are without blanks around them.
 *
 * Read next: http_head.h (what is let in), http_io.h (who calls whom), request.h (a request
 * with the row of the action table that answers it).
 */
#ifndef OCHIL_HTTP_H
#define OCHIL_HTTP_H

#include "base/arena.h"
#include "formats/sha256.h"
#include "web/spool.h"

#define HTTP_HEADERS_MOST 64            /* of a request */
#define HTTP_ANSWER_HEADERS 16
#define HTTP_ID_DIGITS 32               /* of a request's id */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_OTHER };

struct http_header {
    struct text name, value;
};

/* A body too large for memory. */
struct http_upload {
    struct spool      spool;            /* SPOOL_NONE: none */
    struct sha256_sum sha256;
};

struct http_request {
    enum http_method   method;
    struct text        target, path, query;     /* the target: path, ? and query */
    struct http_header header[HTTP_HEADERS_MOST];
    size_t             headers;
    uint64_t           length;          /* of the body, as announced */
    struct text        body;
    struct http_upload upload;
    struct text        address;         /* of the client: "127.0.0.1", "unix" */
    char               id[HTTP_ID_DIGITS + 1];
};

struct http_answer {
    int                status;
    struct http_header header[HTTP_ANSWER_HEADERS];
    size_t             headers;
    struct text        body;
    struct spool       spool;           /* if it is one, its content is the body; closed then */
    const char        *route;           /* for the log: the row's, "-" without one */
};

/* The value of the header, by a name in lower case; data NULL: there is none. Of several the
 * first; http_head_judge() has refused those that must not be there twice. */
struct text http_header(const struct http_request *, const char *name);

/* Names are literals; the value stays as long as the answer. */
void http_answer_header(struct http_answer *, const char *name, struct text value);

/* A short answer in plain words. */
void http_answer_words(struct http_answer *, int status, const char *words);

#endif
