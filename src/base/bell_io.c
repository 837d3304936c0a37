#include "base/bell_io.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

void bell_open(struct bell *bell)
{
    pthread_condattr_t monotonic;
    int failed = pthread_mutex_init(&bell->mutex, NULL);

    failed |= pthread_condattr_init(&monotonic);
    failed |= pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    failed |= pthread_cond_init(&bell->rung, &monotonic);
    failed |= pthread_condattr_destroy(&monotonic);
    assert(failed == 0);    /* glibc's need no memory */
    bell->rings = 0;
}

void bell_close(struct bell *bell)
{
    (void)pthread_cond_destroy(&bell->rung);
    (void)pthread_mutex_destroy(&bell->mutex);
}

static void lock(struct bell *bell)
{
    int failed = pthread_mutex_lock(&bell->mutex);

    assert(failed == 0);
}

static void unlock(struct bell *bell)
{
    int failed = pthread_mutex_unlock(&bell->mutex);

    assert(failed == 0);
}

void bell_ring(struct bell *bell)
{
    lock(bell);
    bell->rings++;
    (void)pthread_cond_broadcast(&bell->rung);
    unlock(bell);
}

uint64_t bell_heard(struct bell *bell)
{
    lock(bell);
    uint64_t rings = bell->rings;
    unlock(bell);
    return rings;
}

static struct timespec moment_after(int64_t ms)
{
    struct timespec at;
    int asked = clock_gettime(CLOCK_MONOTONIC, &at);

    assert(asked == 0 && ms >= 0);
    at.tv_sec += ms / 1000;
    at.tv_nsec += (ms % 1000) * 1000000;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

bool bell_wait(struct bell *bell, uint64_t *heard, int64_t ms)
{
    const struct timespec late = moment_after(ms);
    int waited = 0;

    lock(bell);
    while (bell->rings == *heard && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&bell->rung, &bell->mutex, &late);
    bool rang = bell->rings != *heard;
    *heard = bell->rings;
    unlock(bell);
    return rang;
}
