/*
 * base/clock_io.h -- the time of day, asked once where a program begins its work and then passed
 * on: rules, queries and the store know no clock, so that a run can be repeated.
 */
#ifndef OCHIL_CLOCK_IO_H
#define OCHIL_CLOCK_IO_H

#include "base/base.h"

/* A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds. */
struct moment {
    int64_t ms;
};

struct moment clock_now(void);

/* Milliseconds by a clock that nobody sets, from some beginning: for time limits alone. */
int64_t clock_steady_ms(void);

/* Does the system keep the clock by other clocks (NTP)? */
bool clock_is_kept(void);

#endif
