#include "engine/period.h"

static bool two_digits(const char *at, int32_t *value)
{
    unsigned tens = (unsigned)(unsigned char)at[0] - '0';
    unsigned ones = (unsigned)(unsigned char)at[1] - '0';

    *value = (int32_t)(tens * 10 + ones);
    return tens <= 9 && ones <= 9;
}

bool year_parse(struct text text, int32_t *year)
{
    int32_t century;
    int32_t rest;
    int32_t next;

    if (text.size != 7 || text.data[4] != '-' || !two_digits(text.data, &century) ||
        !two_digits(text.data + 2, &rest) || !two_digits(text.data + 5, &next))
        return false;
    *year = century * 100 + rest;
    return *year >= 1 && next == (rest + 1) % 100;
}

bool period_parse(struct text text, period_number *period)
{
    int32_t year;
    int32_t number;

    if (text.size != 11 || text.data[7] != '/' || text.data[8] != 'P' ||
        !year_parse((struct text){ text.data, 7 }, &year) ||
        !two_digits(text.data + 9, &number) || number < 1 || number > PERIODS)
        return false;
    *period = period_of_year(year, number - 1);
    return true;
}

/* Two digits; written by hand because every row of the output has one. */
static void put_two(char *at, int32_t value)
{
    at[0] = (char)('0' + value / 10);
    at[1] = (char)('0' + value % 10);
}

size_t period_print(period_number period, char text[PERIOD_TEXT_MAX])
{
    int32_t year = period / PERIODS;

    memcpy(text, "0000-00/P00", 12);
    put_two(text, year / 100);
    put_two(text + 2, year % 100);
    put_two(text + 5, (year + 1) % 100);
    put_two(text + 9, period % PERIODS + 1);
    return 11;
}

static int32_t days_in_month(int32_t year, int32_t month)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

bool day_parse(struct text text, period_number *period)
{
    int32_t century;
    int32_t rest;
    int32_t month;
    int32_t day;

    if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-' ||
        !two_digits(text.data, &century) || !two_digits(text.data + 2, &rest) ||
        !two_digits(text.data + 5, &month) || !two_digits(text.data + 8, &day))
        return false;
    int32_t year = century * 100 + rest;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *period = month >= 4 ? period_of_year(year, month - 4) : period_of_year(year - 1, month + 8);
    return true;
}
