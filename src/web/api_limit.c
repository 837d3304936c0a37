#include "web/api_limit.h"

#include <assert.h>
#include <string.h>

#define PROBES 8        /* places that a token may have */

void api_limit_begin(struct api_limit *limit, unsigned most)
{
    memset(limit, 0, sizeof *limit);
    limit->most = most;
    const int failed = pthread_mutex_init(&limit->lock, NULL);
    assert(failed == 0);
    (void)failed;
}

static bool is_over(const struct limit_place *place, struct moment now)
{
    const int64_t for_ms = now.ms - place->since_ms;

    return place->token == 0 || for_ms < 0 || for_ms >= LIMIT_WINDOW_MS;
}

/* The token's, or one whose minute is over; NULL: all are taken. */
static struct limit_place *find(struct api_limit *limit, int64_t token, struct moment now)
{
    struct limit_place *free = NULL;

    for (size_t i = 0; i < PROBES; i++) {
        struct limit_place *place = &limit->place[((uint64_t)token + i) % LIMIT_TOKENS];
        if (place->token == token)
            return place;
        if (free == NULL && is_over(place, now))
            free = place;
    }
    return free;
}

static struct limit_left take(struct api_limit *limit, int64_t token, struct moment now,
                              bool count)
{
    struct limit_place *place = find(limit, token, now);

    if (place == NULL)
        return (struct limit_left){ .counted = false };
    if (place->token != token || is_over(place, now))
        *place = (struct limit_place){ token, now.ms, 0 };
    const bool over = place->calls >= limit->most;
    if (count && !over)
        place->calls++;
    const int64_t left_ms = place->since_ms + LIMIT_WINDOW_MS - now.ms;
    return (struct limit_left){ true, over, limit->most, limit->most - place->calls,
                                (left_ms + 999) / 1000 };
}

struct limit_left api_limit_take(struct api_limit *limit, int64_t token, struct moment now,
                                 bool count)
{
    struct limit_left left = { .counted = false };

    if (limit == NULL || limit->most == 0 || token == 0)
        return left;
    (void)pthread_mutex_lock(&limit->lock);
    left = take(limit, token, now, count);
    (void)pthread_mutex_unlock(&limit->lock);
    return left;
}
