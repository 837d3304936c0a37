/*
 * server/client_http.h -- a call of the API, over HTTP, as somebody with a token.
 *
 * The server is http:// on this machine, https:// anywhere, or unix:PATH. A token is never sent in
 * the clear over a network, never to another place than the server named, and is read from a file,
 * which nobody else may read: its line is "ochil_..." or, as curl takes it, "Authorization: Bearer
 * ochil_...".
 *
 * Errors: ERR_USAGE for an address that is none; ERR_RIGHTS for a token that others can read;
 * ERR_CHECK for a certificate that is not good; ERR_BUSY when the server cannot be reached; what a
 * problem's row says (web/api_problem.h) when the server refuses.
 */
#ifndef OCHIL_CLIENT_HTTP_H
#define OCHIL_CLIENT_HTTP_H

#include <stdio.h>

#include "base/arena.h"
#include "base/outside.h"
#include "base/text.h"
#include "cli/action.h"

#define CLIENT_TOKEN_SIZE 71            /* "ochil_", 64 digits, NUL */
#define CLIENT_ANSWER_MOST ((size_t)64 << 20)

struct client {
    struct arena         *arena;
    const struct outside *outside;
    const char           *base;         /* "https://ochil.example.org", without a / behind */
    const char           *socket;       /* of unix:PATH; NULL: none */
    char                  token[CLIENT_TOKEN_SIZE];
};

struct client_request {
    enum action_method method;
    const char        *path;            /* "/api/v1/risks?state=open" */
    struct text        body;            /* JSON; data NULL: none */
    FILE              *upload;          /* a file as the body instead; NULL: none */
    const char        *digest;          /* its SHA-256 in base64; NULL: not said */
    const char        *match;           /* If-Match; NULL: none */
    FILE              *file;            /* of a success the body goes here; NULL: it is kept */
};

struct client_answer {
    int         status;
    struct text body;                   /* in the arena */
    const char *etag;                   /* "" : none */
    const char *next;                   /* the path of the next page; "": this is the last */
};

MUST_USE enum err client_open(struct client *, const char *server, const char *token_file,
                              struct trouble *);
void client_close(struct client *);

/* OK: a success. What changes something is sent with a key, and again with it when no answer
 * comes, so that it is done once. */
MUST_USE enum err client_call(struct client *, const struct client_request *,
                              struct client_answer *, struct trouble *);

#endif
