/*
 * web/http_deadline.h -- connections that take too long, ended.
 *
 * libmicrohttpd ends a connection on which nothing came for a while, but somebody who sends a byte
 * now and then stays for ever (slowloris). So each connection has a deadline for the whole of what
 * it is about: a head, a body, the sending of an answer. A thread of its own looks at all of them
 * four times a second and shuts the sockets of those that are late, whose connection then ends
 * like one that was closed from the other side.
 */
#ifndef OCHIL_HTTP_DEADLINE_H
#define OCHIL_HTTP_DEADLINE_H

#include <pthread.h>

#include "base/arena.h"

struct http_connection {
    int     socket;         /* -1: the place is free */
    int64_t late_ms;        /* by the steady clock; 0: none */
};

struct http_deadlines {
    struct http_connection *connection;
    size_t                  room;
    size_t                  open;       /* places taken */
    int                     wake[2];    /* a pipe: written to end the thread */
    pthread_mutex_t         lock;
    pthread_t               thread;
    uint64_t                reaped;
};

MUST_USE enum err http_deadlines_open(struct http_deadlines *, struct arena *, size_t room,
                                      struct trouble *);
void http_deadlines_close(struct http_deadlines *);

/* A connection begins, with this long for its first head; NULL: there is no room. */
struct http_connection *http_deadline_begin(struct http_deadlines *, int socket, int64_t in_ms);
/* From now on it has this long; 0: as long as it takes, since it waits for us. */
void http_deadline_set(struct http_deadlines *, struct http_connection *, int64_t in_ms);
/* Before the socket is closed. */
void http_deadline_end(struct http_deadlines *, struct http_connection *);

/* How many are open, and how many were ended because they were late. */
void http_deadlines_count(struct http_deadlines *, size_t *open, uint64_t *reaped);

#endif
