#include "web/http_queue.h"

#include <assert.h>
#include <time.h>

#include "base/clock_io.h"

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
    assert(failed == 0);    /* glibc's needs no memory */
}

void http_queue_drop(struct http_queue *queue)
{
    (void)pthread_mutex_destroy(&queue->lock);
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

/* --- who waits (all within the lock) --- */

static void idle_open(struct http_idle *idle)
{
    pthread_condattr_t steady;

    *idle = (struct http_idle){ .wanted = false };
    int failed = pthread_condattr_init(&steady);
    failed |= pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    failed |= pthread_cond_init(&idle->called, &steady);
    assert(failed == 0);    /* glibc's need no memory */
    (void)pthread_condattr_destroy(&steady);
}

/* Out of the list: he will look for himself. */
static void call_one(struct http_queue *queue)
{
    struct http_idle *idle = queue->idle;

    if (idle == NULL)
        return;
    queue->idle = idle->next;
    idle->wanted = true;
    (void)pthread_cond_signal(&idle->called);
}

static void leave(struct http_queue *queue, const struct http_idle *idle)
{
    struct http_idle **at = &queue->idle;

    while (*at != NULL && *at != idle)
        at = &(*at)->next;
    if (*at != NULL)
        *at = idle->next;
}

static void wait_patiently(struct http_queue *queue, struct http_idle *idle)
{
    struct timespec until;
    const int asked = clock_gettime(CLOCK_MONOTONIC, &until);

    assert(asked == 0);
    until.tv_nsec += HTTP_QUEUE_PATIENCE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    queue->watched = true;
    (void)pthread_cond_timedwait(&idle->called, &queue->lock, &until);
    queue->watched = false;
}

/* Until he is called, or it is time to look. */
static void wait_idle(struct http_queue *queue)
{
    struct http_idle idle;

    idle_open(&idle);
    idle.next = queue->idle;
    queue->idle = &idle;
    if (queue->busy > 0 && !queue->watched)
        wait_patiently(queue, &idle);
    else
        while (!idle.wanted)
            (void)pthread_cond_wait(&idle.called, &queue->lock);
    leave(queue, &idle);
    (void)pthread_cond_destroy(&idle.called);
}

/* --- work --- */

void http_queue_put(struct http_queue *queue, void *work)
{
    lock(queue);
    assert(queue->count < queue->room);
    queue->waiting[(queue->first + queue->count) % queue->room] =
        (struct http_waiting){ work, clock_steady_ms() };
    queue->count++;
    if (queue->busy == 0 || !queue->watched)
        call_one(queue);
    unlock(queue);
}

static bool is_due(const struct http_queue *queue)
{
    return queue->count > 0 &&
           (queue->busy == 0 || queue->closed ||
            clock_steady_ms() - queue->waiting[queue->first].since_ms >= HTTP_QUEUE_PATIENCE_MS);
}

void *http_queue_take(struct http_queue *queue, const void *done)
{
    void *work = NULL;

    lock(queue);
    assert(done == NULL || queue->busy > 0);
    queue->busy -= done != NULL;
    while (!is_due(queue) && !(queue->closed && queue->count == 0))
        wait_idle(queue);
    if (queue->count > 0) {
        work = queue->waiting[queue->first].work;
        queue->first = (queue->first + 1) % queue->room;
        queue->count--;
        queue->busy++;
    }
    /* Whatever is left has somebody who looks after it. */
    if (queue->count > 0 && !queue->watched)
        call_one(queue);
    unlock(queue);
    return work;
}

void http_queue_close(struct http_queue *queue)
{
    lock(queue);
    queue->closed = true;
    while (queue->idle != NULL)
        call_one(queue);
    unlock(queue);
}
