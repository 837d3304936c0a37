/*
 * web/http_io.h -- the server's side of HTTP, over libmicrohttpd.
 *
 * One thread talks to the network (epoll) and never waits for anything else; `workers` threads make
 * answers and may wait for the store. In between stands a queue of bounded size. While a worker is
 * at a request its connection is suspended; so a slow client holds no worker, and a slow answer no
 * other client.
 *
 *     network thread                           a worker
 *     head: judged (http_head.h), asked
 *       service->terms: how large a body?
 *     a body for memory: taken from the arena
 *     a body for disk: --- queue ------------> service->admit: may it come at all?
 *       written to a sealed file without a
 *       name (spool.h), hashed on the way
 *     the end of it: --- queue --------------> service->answer
 *     sent, logged; arena given back
 *
 * A body for disk that is not admitted is refused before it comes. When the disk is full in the
 * midst of one, the rest is read past, since libmicrohttpd takes an answer only before a body or
 * behind it.
 *
 * Every request has a place of `connections`, with an arena of its own: nothing is allocated for
 * it elsewhere, and its memory is bounded by what `terms` allows.
 *
 * One line for each request goes to standard error, in logfmt, with the route of the action table
 * instead of the path, since paths hold secrets (one-time links) and numbers of people's records:
 *
 *     time=2026-04-01T09:00:00.123Z request=0f1e... method=GET route=/jobs/{job} status=200 \
 *     bytes=5120 ms=3
 *
 * Behind a proxy (`proxied`), which stands on the same machine, the client's address is the last
 * one of X-Forwarded-For, which the proxy has added; what stands before it is the client's word.
 *
 * Errors: ERR_IO: threads, libmicrohttpd. ERR_BUSY: the address is taken.
 */
#ifndef OCHIL_HTTP_IO_H
#define OCHIL_HTTP_IO_H

#include <stdio.h>

#include "base/outside.h"
#include "web/http_head.h"

struct http_terms {
    uint64_t body_most;     /* bytes */
    bool     to_disk;
};

struct http_service {
    void *context;
    /* By the network thread: no store, no waiting. */
    struct http_terms (*terms)(void *context, const struct http_request *);
    /* By a worker. What is taken from the arena lives until the answer is sent; its guard stands.
     * admit: true, or false with an answer. */
    bool (*admit)(void *context, struct http_request *, struct arena *, struct http_answer *);
    void (*answer)(void *context, struct http_request *, struct arena *, struct http_answer *);
};

struct http_limits {
    int     workers;
    size_t  queue;
    size_t  connections;
    int     per_address;        /* connections of one; 0: any number */
    int     idle_s;             /* nothing comes or goes */
    int64_t head_ms;            /* the whole of a head, from the first byte or the last answer */
    int64_t body_ms;            /* of a body for memory */
    int64_t upload_ms;          /* of one for disk */
    int64_t send_ms;            /* of an answer */
};

#define HTTP_LIMITS_USUAL                                                                        \
    ((struct http_limits){ 4, 512, 1024, 100, 10, 20000, 20000, 1800000, 600000 })
#define HTTP_CONNECTION_BYTES ((size_t)32 * 1024)       /* a head must fit */

struct http_options {
    struct http_limits     limits;
    struct http_names      names;
    int                    socket;      /* that listens; closed with the server */
    bool                   proxied;
    const struct outside  *outside;     /* random: the ids of requests */
    const char            *spool;       /* the folder for bodies on disk */
    FILE                  *log;         /* NULL: none */
};

struct http_server;

/* What it needs lives in `arena` until http_close(). It answers from now on. */
MUST_USE enum err http_open(struct arena *, const struct http_options *,
                            const struct http_service *, struct http_server **out,
                            struct trouble *);

/* No new connections; requests that have come are answered, for at most `wait_ms`. */
void http_close(struct http_server *, int64_t wait_ms);

/* What it has done, for /metrics. */
struct http_counts {
    uint64_t requests[6];       /* by the first digit of the status; [0]: without an answer */
    uint64_t refused_full;      /* the queue was full */
    uint64_t reaped;            /* connections that took too long */
    uint64_t answer_ms;         /* the sum over all answers */
    size_t   connections, waiting;
};

void http_counts(struct http_server *, struct http_counts *);

#endif
