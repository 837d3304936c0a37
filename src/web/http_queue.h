/*
 * web/http_queue.h -- work waiting for a worker: a ring of bounded size.
 *
 * One thread puts, any number take. It never grows: when it is full the client is told to come
 * back (503), since a queue that grows only makes everybody wait longer.
 *
 * No more workers are woken than there is work for. Most requests take a fraction of a millisecond,
 * and the one worker that has just answered takes the next while its memory and its connection to
 * the store are still in the processor's cache; another one begins when something has waited
 * HTTP_QUEUE_PATIENCE_MS, behind a long request or because there are more than one worker can
 * answer. For that one of the idle ones watches: it alone wakes by the clock, and only while
 * somebody works.
 */
#ifndef OCHIL_HTTP_QUEUE_H
#define OCHIL_HTTP_QUEUE_H

#include <pthread.h>

#include "base/arena.h"

#define HTTP_QUEUE_PATIENCE_MS 2

struct http_waiting {
    void   *work;
    int64_t since_ms;
};

struct http_idle {
    struct http_idle *next;
    pthread_cond_t    called;
    bool              wanted;
};

struct http_queue {
    struct http_waiting *waiting;
    size_t               room, count, first;
    size_t               busy;      /* workers that have taken something and not come back */
    struct http_idle    *idle;      /* who has come back last is called first */
    bool                 watched;
    bool                 closed;
    pthread_mutex_t      lock;
};

void http_queue_open(struct http_queue *, struct arena *, size_t room);
/* Everybody who takes has ended. */
void http_queue_drop(struct http_queue *);

/* Since one thread alone puts, what it is told stays true until it puts. */
bool http_queue_full(struct http_queue *);
void http_queue_put(struct http_queue *, void *work);

/* Waits; NULL: closed, and nothing is left. `done`: what was taken before; NULL: nothing yet. */
void *http_queue_take(struct http_queue *, const void *done);
void http_queue_close(struct http_queue *);

size_t http_queue_length(struct http_queue *);

#endif
