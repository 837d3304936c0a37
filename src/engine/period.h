/*
 * engine/period.h -- financial years, accounting periods and days.
 *
 * A year runs from April to March and has thirteen periods: P01 is April, P12 is March, P13 is
 * for final accounts (contract, section 1). A period is kept as a number that counts through
 * the years, thirteen a year, so that earlier is smaller. Days have no time zone and no clock.
 */
#ifndef OCHIL_PERIOD_H
#define OCHIL_PERIOD_H

#include "base/text.h"

#define PERIODS 13

/* Year that begins in April of `y`: y * 13 + 0 is P01. */
typedef int32_t period_number;

#define PERIOD_FIRST 0            /* before any period that can be written */
#define PERIOD_LAST 1000000       /* after any */

/* "2014-15" -> 2014; false unless it is two following years, 0001 to 9999. */
bool year_parse(struct text text, int32_t *year);

/* "2014-15/P06" as a number; false if malformed. */
bool period_parse(struct text text, period_number *period);

/* The period as text, with a NUL: "2014-15/P06". */
#define PERIOD_TEXT_MAX 24
size_t period_print(period_number period, char text[PERIOD_TEXT_MAX]);

static inline period_number period_of_year(int32_t year, int index)
{
    return year * PERIODS + index;
}

/* A real day written YYYY-MM-DD -> the period of its month; false if there is no such day. */
bool day_parse(struct text text, period_number *period);

#endif
