/*
 * trail/trail_time.h -- moments as the trail writes them: UTC, to the millisecond.
 *
 * "2026-04-01T09:00:00.123Z", years 1970 to 9999, in one spelling only. Nothing here knows what
 * time it is.
 */
#ifndef OCHIL_TRAIL_TIME_H
#define OCHIL_TRAIL_TIME_H

#include "formats/json.h"

#define TRAIL_TIME_SIZE 25   /* 24 characters and a NUL */

/* Milliseconds since the beginning of 1970; from 0 to this. */
#define TRAIL_TIME_LAST_MS INT64_C(253402300799999)

/* `ms` is within those bounds. */
void trail_time_print(int64_t ms, char text[TRAIL_TIME_SIZE]);

/* "key": "2026-04-01T09:00:00.123Z" */
void trail_time_json(struct json *, const char *key, int64_t ms);

/* False unless it is exactly what trail_time_print() writes for some moment. */
MUST_USE bool trail_time_parse(struct text, int64_t *ms);

#endif
