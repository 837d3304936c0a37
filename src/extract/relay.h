/*
 * extract/relay.h -- work that comes in order, is done by several threads, and is settled in order.
 *
 * Each piece is brought into one of a few places, worked on there, and settled; then the place is
 * free again. Bringing and settling are done by one thread at a time, in order, whichever has
 * nothing better to do; working by all at once. So what comes out is the same with any number of
 * threads, and one slow step keeps no thread from the others.
 *
 * The first failure, in the order of the pieces, is the one that is told: everything before it
 * has been settled, nothing behind it. Where threads cannot be had, fewer do it all.
 */
#ifndef OCHIL_RELAY_H
#define OCHIL_RELAY_H

#include "base/base.h"

#define RELAY_THREADS_MAX 8
#define RELAY_PLACES_MAX  (2 * RELAY_THREADS_MAX)

/* None may leave by a jump to the guard of an arena that was set outside of it. */
struct relay_course {
    /* *end: there are no more pieces, and none was brought. */
    enum err (*bring)(void *context, size_t place, bool *end, struct trouble *);
    enum err (*work)(void *context, size_t place, struct trouble *);
    enum err (*settle)(void *context, size_t place, struct trouble *);
};

/* How many threads make sense of so many, and how many places they need. */
int relay_threads(int wanted);
size_t relay_places(int threads);

/* The caller's own thread is one of the `threads`, which relay_threads() gave. */
MUST_USE enum err relay_run(const struct relay_course *, void *context, int threads,
                            struct trouble *);

#endif
