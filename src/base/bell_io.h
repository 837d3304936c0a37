/*
 * base/bell_io.h -- a wait that somebody else can end: how a thread sleeps until there is
 * something to do, or until a time has passed.
 *
 *     uint64_t heard = bell_heard(bell);
 *     ... look whether there is something to do ...
 *     bell_wait(bell, &heard, 500);
 *
 * A ring between the look and the wait is not lost: the wait ends at once when the bell rang since
 * `heard`. Every waiting thread hears every ring. The time is the machine's monotonic one, so a
 * step of the clock neither shortens nor lengthens a wait.
 *
 * Any number of threads may use a bell between bell_open() and bell_close().
 */
#ifndef OCHIL_BELL_IO_H
#define OCHIL_BELL_IO_H

#include <pthread.h>

#include "base/base.h"

struct bell {
    pthread_mutex_t mutex;
    pthread_cond_t  rung;
    uint64_t        rings;
};

void bell_open(struct bell *);
void bell_close(struct bell *);     /* nobody waits any more */

void bell_ring(struct bell *);

/* How often it has rung. */
uint64_t bell_heard(struct bell *);

/* Waits until it has rung since `*heard`, or for `ms` milliseconds (0 and up). True when it rang;
 * `*heard` is then up to date. */
bool bell_wait(struct bell *, uint64_t *heard, int64_t ms);

#endif
