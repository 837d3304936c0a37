#include "web/http_queue.h"

#include <assert.h>

static void lock(struct http_queue *queue)
{
    int failed = pthread_mutex_lock(&queue->lock);

    assert(failed == 0);
}

static void unlock(struct http_queue *queue)
{
    int failed = pthread_mutex_unlock(&queue->lock);

    assert(failed == 0);
}

void http_queue_open(struct http_queue *queue, struct arena *arena, size_t room)
{
    *queue = (struct http_queue){ .room = room };
    queue->waiting = arena_take(arena, room, sizeof *queue->waiting);
    int failed = pthread_mutex_init(&queue->lock, NULL);
    failed |= pthread_cond_init(&queue->changed, NULL);
    assert(failed == 0);    /* glibc's need no memory */
}

void http_queue_drop(struct http_queue *queue)
{
    (void)pthread_mutex_destroy(&queue->lock);
    (void)pthread_cond_destroy(&queue->changed);
}

size_t http_queue_length(struct http_queue *queue)
{
    lock(queue);
    const size_t count = queue->count;
    unlock(queue);
    return count;
}

bool http_queue_full(struct http_queue *queue)
{
    return http_queue_length(queue) == queue->room;
}

void http_queue_put(struct http_queue *queue, void *work)
{
    lock(queue);
    assert(queue->count < queue->room);
    queue->waiting[(queue->first + queue->count) % queue->room] = work;
    queue->count++;
    unlock(queue);
    /* Not before: who is woken would wait for the lock. */
    (void)pthread_cond_signal(&queue->changed);
}

void *http_queue_take(struct http_queue *queue)
{
    void *work = NULL;

    lock(queue);
    while (queue->count == 0 && !queue->closed)
        (void)pthread_cond_wait(&queue->changed, &queue->lock);
    if (queue->count > 0) {
        work = queue->waiting[queue->first];
        queue->first = (queue->first + 1) % queue->room;
        queue->count--;
    }
    unlock(queue);
    return work;
}

void http_queue_close(struct http_queue *queue)
{
    lock(queue);
    queue->closed = true;
    (void)pthread_cond_broadcast(&queue->changed);
    unlock(queue);
}
