/*
 * web/http_deadline.h -- connections that take too long, ended.
 *
 * libmicrohttpd ends a connection on which nothing came for a while, but somebody who sends a byte
 * now and then stays for ever (slowloris). So each connection has a deadline for the whole of what
 * it is about: a head, a body, the sending of an answer. A thread of its own looks at all of them
 * four times a second and shuts the sockets of those that are late, whose connection then ends
 * like one that was closed from the other side.
 *
 * When seven of eight places are taken, each newcomer takes the place of somebody we wait for: to
 * send a head, to send a body, or to read an answer. Of whichever of these there are most, the one
 * that has been at it longest goes. So a crowd of slow ones sheds itself, and who speaks up at once
 * is never the oldest. Whoever waits for us stays.
 */
#ifndef OCHIL_HTTP_DEADLINE_H
#define OCHIL_HTTP_DEADLINE_H

#include <pthread.h>

#include "base/arena.h"

/* What a connection waits for. */
enum http_wait { WAIT_HEAD, WAIT_BODY, WAIT_READER, WAIT_US, HTTP_WAITS };

struct http_connection {
    int            socket;      /* -1: the place is free */
    enum http_wait wait;
    uint64_t       since;       /* the turn at which that began */
    int64_t        late_ms;     /* 0: never; its socket is shut already, or it waits for us */
};

struct http_deadlines {
    struct http_connection *connection;
    size_t                  room;
    size_t                  open;       /* places taken */
    size_t                  waiting[HTTP_WAITS];
    uint64_t                turn;       /* counts up: many begin in one millisecond */
    int                     wake[2];    /* a pipe: written to end the thread */
    pthread_mutex_t         lock;
    pthread_t               thread;
    uint64_t                reaped, shed;
};

MUST_USE enum err http_deadlines_open(struct http_deadlines *, struct arena *, size_t room,
                                      struct trouble *);
void http_deadlines_close(struct http_deadlines *);

/* A connection begins, with this long for its first head; NULL: there is no room. */
struct http_connection *http_deadline_begin(struct http_deadlines *, int socket, int64_t in_ms);
/* From now on it has this long; WAIT_US: as long as it takes. */
void http_deadline_set(struct http_deadlines *, struct http_connection *, enum http_wait,
                       int64_t in_ms);
/* Before the socket is closed. */
void http_deadline_end(struct http_deadlines *, struct http_connection *);

/* How many are open, and how many were ended because they were late or there was no room. */
void http_deadlines_count(struct http_deadlines *, size_t *open, uint64_t *reaped,
                          uint64_t *shed);

#endif
