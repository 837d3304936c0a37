#include "engine/period.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

/* A text ends the memory it lies in, so that a sanitizer sees who reads past it. */
static bool day(const char *text, period_number *period)
{
    return day_parse(text_of(text), period);
}

static const struct {
    const char *text, *period;           /* NULL: no such day */
} days[] = {
    { "2014-04-01", "2014-15/P01" },     { "2014-04-30", "2014-15/P01" },
    { "2014-05-01", "2014-15/P02" },     { "2014-12-31", "2014-15/P09" },
    { "2015-01-01", "2014-15/P10" },     { "2015-03-31", "2014-15/P12" },
    { "2015-04-01", "2015-16/P01" },     { "1999-12-31", "1999-00/P09" },
    { "2000-01-01", "1999-00/P10" },     { "2000-02-29", "1999-00/P11" },
    { "2016-02-29", "2015-16/P11" },     { "2400-02-29", "2399-00/P11" },
    { "0001-01-01", "0000-01/P10" },     { "0001-04-01", "0001-02/P01" },
    { "9999-12-31", "9999-00/P09" },
    { "2015-02-29", NULL },              { "1900-02-29", NULL },
    { "2100-02-29", NULL },              { "2014-02-30", NULL },
    { "2014-04-31", NULL },              { "2014-06-31", NULL },
    { "2014-09-31", NULL },              { "2014-11-31", NULL },
    { "2014-01-32", NULL },              { "2014-00-10", NULL },
    { "2014-13-01", NULL },              { "2014-01-00", NULL },
    { "0000-04-01", NULL },              { "", NULL },
    { "2014-04-1", NULL },               { "2014-4-01", NULL },
    { "14-04-01", NULL },                { "2014-04-011", NULL },
    { "2014/04/01", NULL },              { "2014-04/01", NULL },
    { "01-04-2014", NULL },              { "01/04/2014", NULL },
    { "20140401", NULL },                { " 2014-04-01", NULL },
    { "2014-04-01 ", NULL },             { "2014-O4-01", NULL },
    { "2014-04-0l", NULL },              { "-014-04-01", NULL },
    { "2014--4-01", NULL },              { "2014-04-+1", NULL },
    { "2014-04-0:", NULL },              { "2014-04-0/", NULL },
    { "2014-04-01T00:00", NULL },        { "\xd9\xa2" "014-04-01", NULL },
};

static void days_fall_into_their_period(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(days); i++) {
        char text[PERIOD_TEXT_MAX];
        period_number period;
        bool good = day(days[i].text, &period);

        if (good != (days[i].period != NULL))
            fail_msg("%s", days[i].text);
        if (!good)
            continue;
        assert_int_equal(period_print(period, text), 11);
        assert_string_equal(text, days[i].period);
    }
}

/* Every day of years around each sort of century, counted with a calendar of its own. */
static void every_day_follows_the_one_before(void **state)
{
    static const int first_year[] = { 1, 1896, 1999, 2012, 2096, 9990 };

    (void)state;
    for (size_t i = 0; i < COUNT(first_year); i++) {
        int days_before = 0;
        for (int year = first_year[i]; year < first_year[i] + 9; year++)
            for (int month = 1; month <= 12; month++) {
                int found = 0;
                for (int d = 0; d <= 99; d++) {
                    char text[40];
                    period_number period;
                    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, d);
                    if (!day(text, &period))
                        continue;
                    assert_int_equal(d, ++found);
                    int begins = month >= 4 ? year : year - 1;
                    assert_int_equal(period, begins * PERIODS + (month + 8) % 12);
                }
                days_before += found;
            }
        /* Days from 1 January to 1 January: 365 and a fourth, less three centuries in four. */
        int last = first_year[i] + 8;
        int leaps = last / 4 - last / 100 + last / 400 -
                    ((first_year[i] - 1) / 4 - (first_year[i] - 1) / 100 +
                     (first_year[i] - 1) / 400);
        assert_int_equal(days_before, 9 * 365 + leaps);
    }
}

static void every_period_reads_back(void **state)
{
    period_number before = PERIOD_FIRST;

    (void)state;
    for (int32_t year = 1; year <= 9999; year++)
        for (int index = 0; index < PERIODS; index++) {
            char text[PERIOD_TEXT_MAX];
            char by_printf[40];
            period_number period = 0;

            (void)snprintf(by_printf, sizeof by_printf, "%04d-%02d/P%02d", year,
                           (year + 1) % 100, index + 1);
            assert_int_equal(period_print(period_of_year(year, index), text), 11);
            assert_string_equal(text, by_printf);
            assert_true(period_parse(text_of(text), &period));
            assert_int_equal(period, period_of_year(year, index));
            assert_true(period > before && period < PERIOD_LAST);
            before = period;
        }
}

static void malformed_periods_are_none(void **state)
{
    static const char *const bad[] = {
        "", "2014-15", "2014-15/P0", "2014-15/P00", "2014-15/P14", "2014-15/P99", "2014-15/P1",
        "2014-15/P001", "2014-15/p01", "2014-15 P01", "2014-15/01", "2014-15/P 1", "2014-16/P01",
        "2014-14/P01", "2014-00/P01", "2014/15/P01", "0000-01/P01", "14-15/P01", "201-415/P01",
        "2014-15/P01 ", " 2014-15/P01", "2014-15/P0a", "2014-15/P-1", "2O14-15/P01",
        "2014-15\\P01", "1999-01/P01", "2014-1 /P01", "P01", "2014-15/Q01"
    };
    period_number period;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        if (period_parse(text_of(bad[i]), &period))
            fail_msg("%s", bad[i]);
}

static void years_are_two_that_follow(void **state)
{
    static const char *const bad[] = { "", "2014", "2014-2015", "2014-16", "2014-14", "2014-13",
                                       "2014/15", "0000-01", "14-15", "1999-100", "2014-5",
                                       "2014-15 ", " 2014-15", "2a14-15", "2014-1b", "20 4-15",
                                       "2014--5", "9999-10" };
    int32_t year;

    (void)state;
    for (int32_t expected = 1; expected <= 9999; expected++) {
        char text[40];
        (void)snprintf(text, sizeof text, "%04d-%02d", expected, (expected + 1) % 100);
        assert_true(year_parse(text_of(text), &year));
        assert_int_equal(year, expected);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        if (year_parse(text_of(bad[i]), &year))
            fail_msg("%s", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_fall_into_their_period),
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(every_period_reads_back),
        cmocka_unit_test(malformed_periods_are_none),
        cmocka_unit_test(years_are_two_that_follow),
    };

    return cmocka_run_group_tests_name("period", tests, NULL, NULL);
}
