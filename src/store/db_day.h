/*
 * store/db_day.h -- a day without a time zone, as the store keeps it: a count of days.
 *
 * 1 January 1970 is 0; the first day is 0001-01-01, the last 9999-12-31, by the Gregorian
 * calendar carried back (as PostgreSQL, SQLite and ISO 8601 do). Differences and comparisons are
 * those of the numbers. Pure.
 */
#ifndef OCHIL_DB_DAY_H
#define OCHIL_DB_DAY_H

#include "base/text.h"

struct db_day {
    int32_t days;
};

#define DB_DAY_FIRST (-719162)      /* 0001-01-01 */
#define DB_DAY_LAST 2932896         /* 9999-12-31 */
#define DB_DAY_TEXT 11              /* "2014-06-26" and a NUL */

static inline bool db_day_sane(struct db_day day)
{
    return day.days >= DB_DAY_FIRST && day.days <= DB_DAY_LAST;
}

/* False unless there is such a day. */
MUST_USE bool db_day_of(int year, int month, int day, struct db_day *out);

/* "2014-06-26". `day` is sane. */
void db_day_print(struct db_day day, char text[DB_DAY_TEXT]);

/* The other way: exactly YYYY-MM-DD, and a day that there is. */
MUST_USE bool db_day_parse(struct text text, struct db_day *out);

#endif
