/*
 * web/http_queue.h -- work waiting for a worker: a ring of bounded size.
 *
 * One thread puts, any number take. It never grows: when it is full the client is told to come
 * back (503), since a queue that grows only makes everybody wait longer.
 */
#ifndef OCHIL_HTTP_QUEUE_H
#define OCHIL_HTTP_QUEUE_H

#include <pthread.h>

#include "base/arena.h"

struct http_queue {
    void          **waiting;
    size_t          room, count, first;
    bool            closed;
    pthread_mutex_t lock;
    pthread_cond_t  changed;
};

void http_queue_open(struct http_queue *, struct arena *, size_t room);
/* Everybody who takes has ended. */
void http_queue_drop(struct http_queue *);

/* Since one thread alone puts, what it is told stays true until it puts. */
bool http_queue_full(struct http_queue *);
void http_queue_put(struct http_queue *, void *work);

/* Waits; NULL: closed, and nothing is left. */
void *http_queue_take(struct http_queue *);
void http_queue_close(struct http_queue *);

size_t http_queue_length(struct http_queue *);

#endif
