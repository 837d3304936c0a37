/*
 * web/route.h -- a path against a row's route: "/jobs/{job}". Pure.
 *
 *     {job}            a number of a record: 1 to 18 digits, not beginning with 0
 *     {token:secret}   64 lower-case hex digits
 *     {code:word}      1 to 64 of A-Z a-z 0-9 . _ - , not beginning with a dot
 *     {year:year}      four digits, a hyphen, two: "2014-15"
 *
 * A path is matched as it came. None of these characters need percent-encoding, so a path that has
 * any matches no route, and nothing can be meant by two spellings. A / at the end is a difference.
 */
#ifndef OCHIL_ROUTE_H
#define OCHIL_ROUTE_H

#include "base/arena.h"
#include "base/text.h"

#define ROUTE_VALUES_MOST 4

struct route_values {
    struct text name[ROUTE_VALUES_MOST];
    struct text value[ROUTE_VALUES_MOST];
    size_t      count;
};

enum route_type { ROUTE_NUMBER, ROUTE_SECRET, ROUTE_WORD, ROUTE_YEAR, ROUTE_WRONG };

/* Walks what the template names: begins with all of it in `*rest`; false at the end. */
bool route_next(struct text *rest, struct text *name, enum route_type *);

/* Is the template well formed? Asked once for each row, when the server begins. */
MUST_USE bool route_sane(const char *route);

MUST_USE bool route_matches(const char *route, struct text path, struct route_values *);

/* Does one path match both? */
MUST_USE bool route_overlaps(const char *one, const char *other);

/* The path of this route with these values, which hold all of its names. */
struct text route_filled(struct arena *, const char *route, const struct route_values *);

/* The value of this name; data NULL: the route has none. */
struct text route_value(const struct route_values *, const char *name);

/* A number that matched, which fits. */
int64_t route_number(struct text value);

#endif
