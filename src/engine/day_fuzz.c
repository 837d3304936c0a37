/* Days, periods and years from any bytes: what is read is what counting the days of a calendar
 * gives, and what is printed is what was read. */
#include "engine/period.h"

#include <assert.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The text as numbers, if it looks like the pattern: 9 stands for any digit. */
static bool looks_like(struct text text, const char *pattern)
{
    if (text.size != strlen(pattern))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (pattern[i] == '9' ? !digit : text.data[i] != pattern[i])
            return false;
    }
    return true;
}

static int number_at(struct text text, size_t at, size_t digits)
{
    int value = 0;

    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (text.data[at + i] - '0');
    return value;
}

static int month_days(int year, int month)
{
    if (month == 2)
        return year % 400 == 0 ? 29 : year % 100 == 0 ? 28 : year % 4 == 0 ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void try_day(struct text text)
{
    bool good = looks_like(text, "9999-99-99");
    int year = 0;
    int month = 0;
    period_number period;

    if (good) {
        int day = number_at(text, 8, 2);
        year = number_at(text, 0, 4);
        month = number_at(text, 5, 2);
        good = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= month_days(year, month);
    }
    bool parsed = day_parse(text, &period);
    assert(parsed == good);
    if (!good)
        return;
    int begins = month >= 4 ? year : year - 1;
    int index = (month + 12 - 4) % 12;
    assert(period == begins * PERIODS + index);
}

static bool slow_year(struct text text, int *year)
{
    if (!looks_like(text, "9999-99"))
        return false;
    *year = number_at(text, 0, 4);
    return *year >= 1 && (*year + 1) % 100 == number_at(text, 5, 2);
}

static void try_year(struct text text)
{
    int slow = 0;
    int32_t year = 0;
    bool good = slow_year(text, &slow);
    bool parsed = year_parse(text, &year);

    assert(parsed == good && (!good || year == slow));
}

static void try_period(struct text text)
{
    struct text front = { text.data, text.size < 7 ? text.size : 7 };
    int year = 0;
    bool good = looks_like(text, "9999-99/P99") && slow_year(front, &year) &&
                number_at(text, 9, 2) >= 1 && number_at(text, 9, 2) <= PERIODS;
    char printed[PERIOD_TEXT_MAX];
    period_number period = 0;
    bool parsed = period_parse(text, &period);

    assert(parsed == good);
    if (!good)
        return;
    assert(period == period_of_year(year, number_at(text, 9, 2) - 1));
    size_t used = period_print(period, printed);
    assert(text_equal(text, (struct text){ printed, used }) && printed[used] == '\0');
}

/* Blind bytes seldom look like a day: the first ones, taken as numbers, give one that does. */
static void try_made_up(const uint8_t *bytes, size_t size)
{
    char text[64];

    if (size < 4)
        return;
    int year = (bytes[0] * 256 + bytes[1]) % 10100;
    int used = snprintf(text, sizeof text, "%04d-%02d-%02d", year, bytes[2] % 16, bytes[3] % 36);
    try_day((struct text){ text, (size_t)used });
    used = snprintf(text, sizeof text, "%04d-%02d/P%02d", year, (year + (bytes[2] < 250)) % 100,
                    bytes[3] % 18);
    try_period((struct text){ text, (size_t)used });
    try_year((struct text){ text, 7 });
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct text text = { (const char *)bytes, size };

    try_day(text);
    try_year(text);
    try_period(text);
    try_made_up(bytes, size);
    return 0;
}
