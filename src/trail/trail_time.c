#include "trail/trail_time.h"

#include <assert.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

/* Days are counted in years that begin with March, so that the leap day comes last; a cycle of
 * 400 years has 146,097 of them, and 719,468 lie between March of the year 0 and 1970. */
#define CYCLE_DAYS INT64_C(146097)
#define DAYS_TO_1970 INT64_C(719468)

struct day {
    int64_t year, month, day;
};

static struct day day_of(int64_t days)
{
    int64_t shifted = days + DAYS_TO_1970;
    int64_t cycle = shifted / CYCLE_DAYS;
    int64_t within = shifted % CYCLE_DAYS;
    int64_t year = (within - within / 1460 + within / 36524 - within / 146096) / 365;
    int64_t of_year = within - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;

    return (struct day){
        .year = cycle * 400 + year + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = of_year - (153 * month + 2) / 5 + 1,
    };
}

static int64_t days_of(struct day day)
{
    int64_t year = day.month <= 2 ? day.year - 1 : day.year;
    int64_t month = day.month > 2 ? day.month - 3 : day.month + 9;
    int64_t of_cycle = year % 400;
    int64_t of_year = (153 * month + 2) / 5 + day.day - 1;

    return year / 400 * CYCLE_DAYS + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year -
           DAYS_TO_1970;
}

static void put_digits(char *at, unsigned value, size_t digits)
{
    while (digits-- > 0) {
        at[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* Digit by digit: each request and each line of the trail has one. */
void trail_time_print(int64_t ms, char text[TRAIL_TIME_SIZE])
{
    assert(ms >= 0 && ms <= TRAIL_TIME_LAST_MS);
    struct day day = day_of(ms / DAY_MS);
    unsigned rest = (unsigned)(ms % DAY_MS);

    memcpy(text, "dddd-dd-ddTdd:dd:dd.dddZ", TRAIL_TIME_SIZE);
    put_digits(text, (unsigned)day.year, 4);
    put_digits(text + 5, (unsigned)day.month, 2);
    put_digits(text + 8, (unsigned)day.day, 2);
    put_digits(text + 11, rest / 3600000, 2);
    put_digits(text + 14, rest / 60000 % 60, 2);
    put_digits(text + 17, rest / 1000 % 60, 2);
    put_digits(text + 20, rest % 1000, 3);
}

/* The number that digits from `at` make; -1 when one is none. */
static int64_t digits(struct text text, size_t at, size_t count)
{
    int64_t number = 0;

    for (size_t i = at; i < at + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return -1;
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

static bool day_is_real(struct day day)
{
    struct day same = day_of(days_of(day));

    return same.year == day.year && same.month == day.month && same.day == day.day;
}

void trail_time_json(struct json *json, const char *key, int64_t ms)
{
    char text[TRAIL_TIME_SIZE];

    trail_time_print(ms, text);
    json_word(json, key, text);
}

bool trail_time_parse(struct text text, int64_t *ms)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";

    if (text.size != sizeof form - 1)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (form[i] != 'd' && text.data[i] != form[i])
            return false;
    struct day day = { digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2) };
    int64_t hour = digits(text, 11, 2);
    int64_t minute = digits(text, 14, 2);
    int64_t second = digits(text, 17, 2);
    int64_t milli = digits(text, 20, 3);
    if (day.year < 1970 || day.month < 1 || day.month > 12 || day.day < 1 || !day_is_real(day) ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
        milli < 0)
        return false;
    *ms = days_of(day) * DAY_MS + hour * 3600000 + minute * 60000 + second * 1000 + milli;
    return true;
}
