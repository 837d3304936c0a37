/*
 * extract/date_rules.c -- days and periods in cells.
 */
#include "extract/value_rules.h"

#include <assert.h>

/* ---- days ---- */

static int32_t days_in_month(int32_t year, int32_t month)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool day_exists(struct day day)
{
    return day.year >= 1 && day.year <= 9999 && day.month >= 1 && day.month <= 12 &&
           day.day >= 1 && (day.day <= 28 || day.day <= days_in_month(day.year, day.month));
}

/* Above 99: not two digits. */
static uint32_t two_digits(const char *at)
{
    const uint32_t tens = (uint32_t)(unsigned char)at[0] - '0';
    const uint32_t ones = (uint32_t)(unsigned char)at[1] - '0';

    return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* A text in the pattern's full form, both digits everywhere. What does not look like it may still
 * fit the pattern's parts. */
static inline __attribute__((always_inline)) bool
quick_fits(const struct pattern_places *full, struct text text, struct day *day)
{
    const char *at = text.data;

    if (text.size != full->size || text.size == 0 || at[full->mark_at[0]] != full->mark[0] ||
        at[full->mark_at[1]] != full->mark[1])
        return false;
    const uint32_t century = two_digits(at + full->year);
    const uint32_t rest = two_digits(at + full->year + 2);
    const uint32_t month = two_digits(at + full->month);
    const uint32_t date = two_digits(at + full->day);
    if (century > 99 || rest > 99)
        return false;
    *day = (struct day){ (int32_t)(century * 100 + rest), (int32_t)month, (int32_t)date };
    return day_exists(*day);
}

bool date_pattern_fits(const struct pattern *pattern, struct text text, struct day *day)
{
    struct pattern_found found;

    if (quick_fits(&pattern->full, text, day))
        return true;
    if (!pattern_match(pattern, text, &found))
        return false;
    *day = (struct day){ found.year, found.month, found.day };
    return day_exists(*day);
}

/* "2014-06-30", with or without a time behind it: what a date cell holds. */
static bool date_cell_fits(struct text text, struct day *day)
{
    static const struct pattern_places full = { 10, 0, 5, 8, { 4, 7 }, { '-', '-' } };

    if (text.size > 10 && text.data[10] == ' ')
        text.size = 10;
    return quick_fits(&full, text, day);
}

/* "00:00", "13:45:00": a time of day and nothing else. */
static bool is_bare_time(struct text text)
{
    const size_t hours = text_digits(text, 0);
    size_t at = hours;
    size_t groups = 0;

    while (at < text.size && text.data[at] == ':' && text_digits(text, at + 1) == 2) {
        at += 3;
        groups++;
    }
    return hours >= 1 && hours <= 2 && groups >= 1 && groups <= 2 && at == text.size;
}

/* 1 to 99999: the days since 1900 that a spreadsheet counts. In a number cell a fraction of a day
 * may follow. */
static bool is_bare_number(struct text text, enum cell_kind kind)
{
    const size_t digits = text_digits(text, 0);
    size_t zeros = 0;

    while (zeros < digits && text.data[zeros] == '0')
        zeros++;
    if (zeros == digits || digits > 5)
        return false;
    if (kind == CELL_NUMBER && digits < text.size && text.data[digits] == '.')
        return digits + 1 + text_digits(text, digits + 1) == text.size;
    return digits == text.size;
}

/* Whether patterns may be held against the cell. A number cell with a point has lost the zeros
 * at its end. */
static bool may_fit(const struct cell *cell, struct text text)
{
    if (cell->kind == CELL_NUMBER)
        return text_digits(text, 0) == text.size;
    return cell->kind == CELL_TEXT;
}

/* All cells but those that the first pattern takes in its full form. */
static __attribute__((noinline)) enum reason
slow_date(const struct cell *cell, const struct pattern patterns[], size_t count,
          struct day *day)
{
    const struct text text = cell_trim(cell->text);

    if (cell_is_error(cell))
        return REASON_ERROR_CELL;
    if (text.size == 0)
        return REASON_DATE_MISSING;
    if (cell->kind == CELL_DATE)
        return date_cell_fits(text, day) ? REASON_NONE : REASON_DATE;
    if (may_fit(cell, text))
        for (size_t i = 0; i < count; i++)
            if (date_pattern_fits(&patterns[i], text, day))
                return REASON_NONE;
    if (cell->kind == CELL_TIME || is_bare_time(text) || is_bare_number(text, cell->kind))
        return REASON_DATE_LOST;
    return REASON_DATE;
}

enum reason date_read(const struct cell *cell, const struct pattern patterns[], size_t count,
                      struct day *day)
{
    if (cell->kind == CELL_TEXT && count > 0 &&
        quick_fits(&patterns[0].full, cell->text, day))
        return REASON_NONE;
    return slow_date(cell, patterns, count, day);
}

void day_print(struct day day, char text[DAY_TEXT_MAX])
{
    const int32_t part[4] = { day.year / 100, day.year % 100, day.month, day.day };
    static const size_t place[4] = { 0, 2, 5, 8 };

    assert(day_exists(day));
    memcpy(text, "0000-00-00", DAY_TEXT_MAX);
    for (size_t i = 0; i < 4; i++) {
        text[place[i]] = (char)('0' + part[i] / 10);
        text[place[i] + 1] = (char)('0' + part[i] % 10);
    }
}

/* A calendar month's place among the periods of its financial year: April is 0. */
static int month_index(int32_t month)
{
    return (month + 8) % 12;
}

period_number day_period(struct day day)
{
    return period_of_year(day.month >= 4 ? day.year : day.year - 1, month_index(day.month));
}

/* ---- periods ---- */

/* The financial year in which a period lies that a pattern has found; `given` if the pattern has
 * none. A year beside a month is the calendar year, unless the year in which the financial year
 * ends stands there too. */
static int32_t year_of(const struct pattern *pattern, const struct pattern_found *found,
                       int32_t given)
{
    if (!pattern_has_year(pattern))
        return given;
    if (found->month == 0 || found->year_end >= 0 || found->month >= 4)
        return found->year;
    return found->year - 1;
}

enum reason period_read(const struct cell *cell, const struct pattern *pattern, int32_t year,
                        period_number *period)
{
    const struct text text = cell_trim(cell->text);
    struct pattern_found found;

    if (cell_is_error(cell))
        return REASON_ERROR_CELL;
    if (!may_fit(cell, text) || !pattern_match(pattern, text, &found))
        return REASON_PERIOD;
    if (found.month > 12 || found.period > PERIODS || (found.month < 1 && found.period < 1))
        return REASON_PERIOD;
    if (found.year_end >= 0 && found.year_end != (found.year + 1) % 100)
        return REASON_PERIOD;
    const int32_t begins = year_of(pattern, &found, year);
    if (begins < 1 || begins > 9999)
        return REASON_PERIOD;
    *period = period_of_year(begins, found.month > 0 ? month_index(found.month)
                                                     : found.period - 1);
    return REASON_NONE;
}
