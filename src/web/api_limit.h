/*
 * web/api_limit.h -- how often a program may call: so many calls a minute with each token.
 *
 * Counted in each server by itself: two servers over one store let through twice as many, and
 * nothing is written for being asked. That is enough for what it is for, a program that runs wild;
 * who may do what is never a matter of it. Calls without a good token are no token's, and are not
 * counted: the web server in front, and the connections of one address, bound those.
 *
 * A window of a minute, which begins with a token's first call. A token that finds no place among
 * LIMIT_TOKENS others of the same minute is let through uncounted.
 */
#ifndef OCHIL_API_LIMIT_H
#define OCHIL_API_LIMIT_H

#include <pthread.h>

#include "base/base.h"
#include "base/clock_io.h"

#define LIMIT_WINDOW_MS INT64_C(60000)
#define LIMIT_TOKENS 1024

struct limit_place {
    int64_t  token;             /* 0: nobody's */
    int64_t  since_ms;          /* when its minute began */
    unsigned calls;
};

struct api_limit {
    unsigned           most;    /* calls a minute; 0: no end of them */
    pthread_mutex_t    lock;
    struct limit_place place[LIMIT_TOKENS];
};

struct limit_left {
    bool     counted;           /* else nothing else is said */
    bool     over;
    unsigned most, calls;       /* a minute, and what is left of it */
    int64_t  reset_s;           /* until the next minute begins, rounded up */
};

void api_limit_begin(struct api_limit *, unsigned most);

/* Whoever is over is told so, and not counted. `count` false: only looks. */
struct limit_left api_limit_take(struct api_limit *, int64_t token, struct moment now, bool count);

#endif
