#include "store/db_day.h"

#include <assert.h>

/* Days of 400 years, after which the calendar repeats itself, and of 100, 4 and 1 of them. */
#define DAYS_400 146097
#define DAYS_100 36524
#define DAYS_4 1461
#define DAYS_1 365
/* From 0000-03-01, where a count by years that begin in March starts, to 1970-01-01. */
#define DAYS_BEFORE_1970 719468

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Years are counted from March, so that the leap day comes last: then the days before a month
 * are (153 * month + 2) / 5 with March as 0. */
bool db_day_of(int year, int month, int day, struct db_day *out)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > days_of_month(year, month))
        return false;
    const int from_march = (month + 9) % 12;
    const int in = month <= 2 ? year - 1 : year;

    out->days = in * DAYS_1 + in / 4 - in / 100 + in / 400 + (153 * from_march + 2) / 5 + day - 1 -
                DAYS_BEFORE_1970;
    return true;
}

static void put_digits(char *at, int value, int digits)
{
    while (digits-- > 0) {
        at[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

void db_day_print(struct db_day day, char text[DB_DAY_TEXT])
{
    assert(db_day_sane(day));
    const int count = day.days + DAYS_BEFORE_1970;      /* from 0000-03-01: never below 0 */
    const int cycle = count / DAYS_400;
    const int in_cycle = count % DAYS_400;
    const int year = (in_cycle - in_cycle / (DAYS_4 - 1) + in_cycle / DAYS_100 -
                      in_cycle / (DAYS_400 - 1)) / DAYS_1;
    const int in_year = in_cycle - (DAYS_1 * year + year / 4 - year / 100);
    const int from_march = (5 * in_year + 2) / 153;
    const int month = from_march < 10 ? from_march + 3 : from_march - 9;

    put_digits(text, cycle * 400 + year + (month <= 2), 4);
    text[4] = '-';
    put_digits(text + 5, month, 2);
    text[7] = '-';
    put_digits(text + 8, in_year - (153 * from_march + 2) / 5 + 1, 2);
    text[10] = '\0';
}

static bool digits(const char *at, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return false;
        *value = *value * 10 + (at[i] - '0');
    }
    return true;
}

bool db_day_parse(struct text text, struct db_day *out)
{
    int year;
    int month;
    int day;

    return text.size == DB_DAY_TEXT - 1 && text.data[4] == '-' && text.data[7] == '-' &&
           digits(text.data, 4, &year) && digits(text.data + 5, 2, &month) &&
           digits(text.data + 8, 2, &day) && db_day_of(year, month, day, out);
}
