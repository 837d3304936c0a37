/*
 * Days and periods by patterns: examples, then every day of a century in every pattern.
 */
#include "extract/value_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#define NONE REASON_NONE
#define BAD REASON_DATE
#define LOST REASON_DATE_LOST
#define ERROR REASON_ERROR_CELL

static struct pattern date_pattern(const char *text)
{
    struct pattern pattern;

    if (!date_pattern_parse(text_of(text), &pattern))
        fail_msg("'%s' is no pattern of a date", text);
    return pattern;
}

static struct pattern period_pattern(const char *text)
{
    struct pattern pattern;

    if (!period_pattern_parse(text_of(text), &pattern))
        fail_msg("'%s' is no pattern of a period", text);
    return pattern;
}

static const struct date_example {
    const char    *pattern, *text;
    enum cell_kind kind;
    enum reason    reason;
    const char    *day;
} date_examples[] = {
    { "yyyy-mm-dd", "2014-06-30", CELL_TEXT, NONE, "2014-06-30" },
    { "yyyy-mm-dd", " 2014-06-30\xc2\xa0", CELL_TEXT, NONE, "2014-06-30" },
    { "yyyy-mm-dd", "2014-6-3", CELL_TEXT, NONE, "2014-06-03" },
    { "yyyy-mm-dd", "2014-06-31", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2014-13-01", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2014-00-01", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2014-01-00", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "0000-01-01", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2015-02-29", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2016-02-29", CELL_TEXT, NONE, "2016-02-29" },
    { "yyyy-mm-dd", "2100-02-29", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2000-02-29", CELL_TEXT, NONE, "2000-02-29" },
    { "yyyy-mm-dd", "14-06-30", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "30/06/2014", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2014-06-30x", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2014-06-30 00:00:00", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "2014-006-30", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-dd", "\xd9\xa2" "014-06-30", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "30/06/2014", CELL_TEXT, NONE, "2014-06-30" },
    { "dd/mm/yyyy", "3/6/2014", CELL_TEXT, NONE, "2014-06-03" },
    { "dd/mm/yyyy", "03/6/2014", CELL_TEXT, NONE, "2014-06-03" },
    { "dd/mm/yyyy", "06/30/2014", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "31/04/2014", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "30/06/14", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "30-06-2014", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "030/6/2014", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "3//6/2014", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "+3/06/2014", CELL_TEXT, BAD, NULL },
    { "mm/dd/yyyy", "06/30/2014", CELL_TEXT, NONE, "2014-06-30" },
    { "dd/mm/yy", "30/06/14", CELL_TEXT, NONE, "2014-06-30" },
    { "dd/mm/yy", "30/06/99", CELL_TEXT, NONE, "2099-06-30" },
    { "dd/mm/yy", "30/06/00", CELL_TEXT, NONE, "2000-06-30" },
    { "dd/mm/yy", "30/06/2014", CELL_TEXT, BAD, NULL },
    { "dd/mm/yy", "30/06/4", CELL_TEXT, BAD, NULL },
    { "dd.mm.yyyy", "30.06.2014", CELL_TEXT, NONE, "2014-06-30" },
    { "dd.mm.yyyy", "3.6.2014", CELL_TEXT, NONE, "2014-06-03" },
    { "yyyymmdd", "20140630", CELL_TEXT, NONE, "2014-06-30" },
    { "yyyymmdd", "2014630", CELL_TEXT, BAD, NULL },
    { "yyyymmdd", "20140630", CELL_NUMBER, NONE, "2014-06-30" },
    { "ddmmyyyy", "30062014", CELL_TEXT, NONE, "2014-06-30" },
    { "ddmmyyyy", "3062014", CELL_TEXT, BAD, NULL },
    { "ddmmyy", "300614", CELL_TEXT, NONE, "2014-06-30" },
    { "dd mmm yyyy", "30 Jun 2014", CELL_TEXT, NONE, "2014-06-30" },
    { "dd mmm yyyy", "30 JUN 2014", CELL_TEXT, NONE, "2014-06-30" },
    { "dd mmm yyyy", "30 June 2014", CELL_TEXT, NONE, "2014-06-30" },
    { "dd mmm yyyy", "30 Juni 2014", CELL_TEXT, BAD, NULL },
    { "dd mmm yyyy", "30 Sept 2014", CELL_TEXT, NONE, "2014-09-30" },
    { "dd mmm yyyy", "31 Sep 2014", CELL_TEXT, BAD, NULL },
    { "dd mmm yyyy", "1 May 2014", CELL_TEXT, NONE, "2014-05-01" },
    { "dd mmm yyyy", "1 Mai 2014", CELL_TEXT, BAD, NULL },
    { "dd-mmm-yy", "01-APR-14", CELL_TEXT, NONE, "2014-04-01" },
    { "ddmmmyyyy", "30Jun2014", CELL_TEXT, NONE, "2014-06-30" },
    { "ddmmmyyyy", "3Jun2014", CELL_TEXT, NONE, "2014-06-03" },
    { "mmm dd, yyyy", "December 25, 2014", CELL_TEXT, NONE, "2014-12-25" },
    { "dd/mm/yyyy hh:mm:ss", "30/06/2014 13:45:00", CELL_TEXT, NONE, "2014-06-30" },
    { "dd/mm/yyyy hh:mm:ss", "30/06/2014 0:00:00", CELL_TEXT, NONE, "2014-06-30" },
    { "dd/mm/yyyy hh:mm:ss", "30/06/2014 00:00:00.000", CELL_TEXT, NONE, "2014-06-30" },
    { "dd/mm/yyyy hh:mm:ss", "30/06/2014 00:00:00.", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy hh:mm:ss", "30/06/2014 25:00:00", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy hh:mm:ss", "30/06/2014 12:60:00", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy hh:mm:ss", "30/06/2014", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy hh:mm", "30/06/2014 13:45", CELL_TEXT, NONE, "2014-06-30" },
    { "dd/mm/yyyy hh:mm", "30/06/2014 13:45:00", CELL_TEXT, BAD, NULL },
    { "yyyy-mm-ddThh:mm:ssZ", "2014-06-30T23:59:59Z", CELL_TEXT, NONE, "2014-06-30" },
    /* date cells of a sheet need no pattern */
    { "dd/mm/yyyy", "2014-06-30", CELL_DATE, NONE, "2014-06-30" },
    { "dd/mm/yyyy", "2014-06-30 13:45:00", CELL_DATE, NONE, "2014-06-30" },
    { "dd/mm/yyyy", "2014-06-31", CELL_DATE, BAD, NULL },
    { "dd/mm/yyyy", "2014-06-30", CELL_TEXT, BAD, NULL },
    /* what a spreadsheet leaves of a date */
    { "dd/mm/yyyy", "00:00:00", CELL_TIME, LOST, NULL },
    { "dd/mm/yyyy", "00:00:00", CELL_TEXT, LOST, NULL },
    { "dd/mm/yyyy", "0:00", CELL_TEXT, LOST, NULL },
    { "dd/mm/yyyy", "00:00:00:00", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "41820", CELL_TEXT, LOST, NULL },
    { "dd/mm/yyyy", "41820", CELL_NUMBER, LOST, NULL },
    { "dd/mm/yyyy", "41820.75", CELL_NUMBER, LOST, NULL },
    { "dd/mm/yyyy", "1", CELL_NUMBER, LOST, NULL },
    { "dd/mm/yyyy", "99999", CELL_TEXT, LOST, NULL },
    { "dd/mm/yyyy", "100000", CELL_TEXT, BAD, NULL },
    { "dd/mm/yyyy", "0", CELL_NUMBER, BAD, NULL },
    { "dd/mm/yyyy", "-5", CELL_NUMBER, BAD, NULL },
    { "dd/mm/yyyy", "TRUE", CELL_BOOLEAN, BAD, NULL },
    { "dd/mm/yyyy", "", CELL_TEXT, REASON_DATE_MISSING, NULL },
    { "dd/mm/yyyy", " \xc2\xa0", CELL_TEXT, REASON_DATE_MISSING, NULL },
    { "dd/mm/yyyy", "#REF!", CELL_TEXT, ERROR, NULL },
    { "dd/mm/yyyy", "##########", CELL_TEXT, ERROR, NULL },
    { "dd/mm/yyyy", "5", CELL_ERROR, ERROR, NULL },
};

static void dates_are_read_by_their_pattern(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(date_examples); i++) {
        const struct date_example *e = &date_examples[i];
        struct pattern pattern = date_pattern(e->pattern);
        struct cell cell = { text_of(e->text), e->kind };
        char text[DAY_TEXT_MAX];
        struct day day;
        enum reason reason = date_read(&cell, &pattern, 1, &day);

        if (reason != e->reason)
            fail_msg("'%s' by %s is %s", e->text, e->pattern, reason_name(reason));
        if (reason != NONE)
            continue;
        day_print(day, text);
        assert_string_equal(text, e->day);
    }
}

static void the_first_pattern_that_fits_counts(void **state)
{
    struct pattern patterns[3] = { date_pattern("yyyy-mm-dd"), date_pattern("dd/mm/yyyy"),
                                   date_pattern("mm/dd/yyyy") };
    static const struct {
        const char *text;
        struct day  day;
    } rows[] = {
        { "2014-06-05", { 2014, 6, 5 } }, { "05/06/2014", { 2014, 6, 5 } },
        { "06/30/2014", { 2014, 6, 30 } },
    };
    struct day day;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cell cell = { text_of(rows[i].text), CELL_TEXT };
        assert_int_equal(date_read(&cell, patterns, 3, &day), NONE);
        assert_memory_equal(&day, &rows[i].day, sizeof day);
    }
    struct cell none = { text_of("2014/06/05"), CELL_TEXT };
    assert_int_equal(date_read(&none, patterns, 3, &day), BAD);
}

static void malformed_patterns_are_none(void **state)
{
    static const char *const dates[] = {
        "", "yyyy", "yyyy-mm", "mm/dd", "dd/mm/yyyy/dd", "dd/mm/yyyy yy", "dd/mm/mmm/yyyy",
        "DD/MM/YYYY", "d/m/yyyy", "dd/mmmm/yyyy", "dd/mm/yyy", "hh:mm dd/mm/yyyy",
        "dd/mm hh:mm yyyy", "dd/mm/yyyy hh:mm hh:mm", "dd/mm/yyyy..........................",
    };
    static const char *const periods[] = {
        "", "yyyy", "yyyy-zz", "zz/pp", "zz", "pp/mm", "mm mmm", "yyyy-yy/pp", "yyyy yyyy pp",
        "p", "yyy-pp", "P", "Ppp-zz", "zzzz pp yyyy",
    };
    struct pattern pattern;

    (void)state;
    for (size_t i = 0; i < COUNT(dates); i++)
        if (date_pattern_parse(text_of(dates[i]), &pattern))
            fail_msg("'%s' is a pattern of a date", dates[i]);
    for (size_t i = 0; i < COUNT(periods); i++)
        if (period_pattern_parse(text_of(periods[i]), &pattern))
            fail_msg("'%s' is a pattern of a period", periods[i]);
}

static const struct period_example {
    const char *pattern, *text;
    int32_t     year;
    const char *period;          /* NULL: REASON_PERIOD */
} period_examples[] = {
    { "yyyy-zz/Ppp", "2014-15/P03", 0, "2014-15/P03" },
    { "yyyy-zz/Ppp", "2014-15/P3", 0, "2014-15/P03" },
    { "yyyy-zz/Ppp", " 2014-15/P13 ", 0, "2014-15/P13" },
    { "yyyy-zz/Ppp", "2014-15/P00", 0, NULL },
    { "yyyy-zz/Ppp", "2014-15/P14", 0, NULL },
    { "yyyy-zz/Ppp", "2014-16/P03", 0, NULL },
    { "yyyy-zz/Ppp", "2014-15/p03", 0, NULL },
    { "yyyy-zz/Ppp", "2014-15/P03 ?", 0, NULL },
    { "yyyy-zz/Ppp", "1999-00/P01", 0, "1999-00/P01" },
    { "yyyy-zz/Ppp", "0000-01/P01", 0, NULL },
    { "pp", "3", 2014, "2014-15/P03" },          { "pp", "03", 2014, "2014-15/P03" },
    { "pp", "13", 2014, "2014-15/P13" },         { "pp", "0", 2014, NULL },
    { "pp", "14", 2014, NULL },                  { "pp", "3", 0, NULL },
    { "Period pp", "Period 12", 2014, "2014-15/P12" },
    { "Ppp", "P7", 2014, "2014-15/P07" },        { "0pp", "007", 2014, "2014-15/P07" },
    { "0pp", "07", 2014, NULL },
    { "yyyypp", "201403", 0, "2014-15/P03" },    { "yyyypp", "20143", 0, NULL },
    { "yyyy.pp", "2014.10", 0, "2014-15/P10" },  { "yyyy.pp", "2014.1", 0, NULL },
    { "yyyy/pp", "2014/1", 0, "2014-15/P01" },   { "pp/yyyy", "1/2014", 0, "2014-15/P01" },
    { "yyzzpp", "141503", 0, "2014-15/P03" },    { "yyzzpp", "141603", 0, NULL },
    { "yy/zz pp", "99/00 01", 0, "2099-00/P01" },
    /* calendar months: April is P01 */
    { "yyyy-mm", "2014-04", 0, "2014-15/P01" },  { "yyyy-mm", "2014-12", 0, "2014-15/P09" },
    { "yyyy-mm", "2015-01", 0, "2014-15/P10" },  { "yyyy-mm", "2015-03", 0, "2014-15/P12" },
    { "yyyy-mm", "2014-13", 0, NULL },           { "yyyy-mm", "2014-00", 0, NULL },
    { "mmm yyyy", "Jun 2014", 0, "2014-15/P03" }, { "mmm yyyy", "March 2015", 0, "2014-15/P12" },
    { "mmm-yy", "JAN-15", 0, "2014-15/P10" },    { "mmm", "September", 2014, "2014-15/P06" },
    { "mmm", "Feb", 2014, "2014-15/P11" },       { "mm", "4", 2014, "2014-15/P01" },
    { "mm", "3", 2014, "2014-15/P12" },          { "mmm", "Smarch", 2014, NULL },
    /* with both years it is the financial year, whatever the month */
    { "yyyy-zz mmm", "2014-15 Jan", 0, "2014-15/P10" },
    { "yyyy-zz mmm", "2014-15 Apr", 0, "2014-15/P01" },
    { "mmm", "", 2014, NULL },
};

static void periods_are_read_by_their_pattern(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(period_examples); i++) {
        const struct period_example *e = &period_examples[i];
        struct pattern pattern = period_pattern(e->pattern);
        struct cell cell = { text_of(e->text), CELL_TEXT };
        char text[PERIOD_TEXT_MAX];
        period_number period;
        enum reason reason = period_read(&cell, &pattern, e->year, &period);
        if ((reason == NONE) != (e->period != NULL) ||
            (reason != NONE && reason != REASON_PERIOD))
            fail_msg("'%s' by %s is %s", e->text, e->pattern, reason_name(reason));
        if (reason != NONE)
            continue;
        (void)period_print(period, text);
        assert_string_equal(text, e->period);
    }
}

static void period_cells_are_text_or_whole_numbers(void **state)
{
    struct pattern year_point = period_pattern("yyyy.pp");
    struct pattern number = period_pattern("pp");
    struct pattern month = period_pattern("yyyy-mm");
    const struct {
        struct pattern *pattern;
        struct cell     cell;
        enum reason     reason;
    } rows[] = {
        { &number, { text_of("3"), CELL_NUMBER }, NONE },
        { &year_point, { text_of("2014.11"), CELL_NUMBER }, REASON_PERIOD },
        { &year_point, { text_of("2014.11"), CELL_TEXT }, NONE },
        { &month, { text_of("2014-06-01"), CELL_DATE }, REASON_PERIOD },
        { &number, { text_of("#N/A"), CELL_ERROR }, ERROR },
        { &number, { text_of("###"), CELL_TEXT }, ERROR },
        { &number, { text_of("  "), CELL_TEXT }, REASON_PERIOD },
    };
    period_number period;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(period_read(&rows[i].cell, rows[i].pattern, 2014, &period),
                         rows[i].reason);
}

/* ---- laws ---- */

static const char *const long_month[] = {
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December"
};

/* Patterns, each with a way of writing that it takes: write_day() has the same rows. */
static const struct {
    const char *pattern;
    bool        two_digits;       /* of the year: only this century reads back */
} writings[] = {
    { "yyyy-mm-dd", false }, { "yyyy-mm-dd", false }, { "dd/mm/yyyy", false },
    { "dd/mm/yyyy", false }, { "mm/dd/yyyy", false }, { "dd.mm.yy", true },
    { "yyyymmdd", false },   { "yymmdd", true },      { "dd mmm yyyy", false },
    { "dd mmm yyyy", false }, { "mmmdd,yy", true },   { "dd/mm/yyyy hh:mm", false },
};

static void write_day(size_t row, struct day day, char *text, size_t size)
{
    const char *name = long_month[day.month - 1];

    switch (row) {
#define WRITE(number, ...) case number: (void)snprintf(text, size, __VA_ARGS__); break
    WRITE(0, "%04d-%02d-%02d", day.year, day.month, day.day);
    WRITE(1, "%04d-%d-%d", day.year, day.month, day.day);
    WRITE(2, "%02d/%02d/%04d", day.day, day.month, day.year);
    WRITE(3, "%d/%d/%04d", day.day, day.month, day.year);
    WRITE(4, "%02d/%02d/%04d", day.month, day.day, day.year);
    WRITE(5, "%d.%02d.%02d", day.day, day.month, day.year % 100);
    WRITE(6, "%04d%02d%02d", day.year, day.month, day.day);
    WRITE(7, "%02d%02d%02d", day.year % 100, day.month, day.day);
    WRITE(8, "%d %.3s %d", day.day, name, day.year);
    WRITE(9, "%02d %s %d", day.day, name, day.year);
    WRITE(10, "%s%d,%02d", name, day.day, day.year % 100);
    WRITE(11, "%02d/%02d/%04d 09:30", day.day, day.month, day.year);
#undef WRITE
    default: fail_msg("no way of writing for row %zu", row);
    }
}

/* Counted here, so that the calendar under test is not its own witness. */
static int32_t days_of(int32_t year, int32_t month)
{
    static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        return 29;
    return days[month - 1];
}

static void check_day(const struct pattern *pattern, const char *text, struct day day, bool real)
{
    struct cell cell = { text_of(text), CELL_TEXT };
    struct day back;
    char iso[DAY_TEXT_MAX];
    period_number period;
    enum reason reason = date_read(&cell, pattern, 1, &back);

    if (reason != (real ? NONE : BAD))
        fail_msg("'%s' is %s", text, reason_name(reason));
    if (!real)
        return;
    assert_memory_equal(&back, &day, sizeof day);
    day_print(back, iso);
    assert_true(day_parse(text_of(iso), &period));
    assert_int_equal(day_period(back), period);
}

static void every_day_reads_back_in_every_pattern(void **state)
{
    (void)state;
    for (size_t row = 0; row < COUNT(writings); row++) {
        struct pattern pattern = date_pattern(writings[row].pattern);
        struct day day = { writings[row].two_digits ? 2000 : 1999, 1, 1 };
        for (; day.year <= (writings[row].two_digits ? 2099 : 2101); day.year++)
            for (day.month = 1; day.month <= 12; day.month++)
                for (day.day = 1; day.day <= 31; day.day++) {
                    char text[64];
                    write_day(row, day, text, sizeof text);
                    check_day(&pattern, text, day, day.day <= days_of(day.year, day.month));
                }
    }
}

/* Of each financial year and period, as its own number and by its calendar month. */
static void every_period_reads_back_in_every_pattern(void **state)
{
    static const char *const patterns[] = { "yyyy-zz/Ppp", "yyyypp", "pp yyyy", "mmm yyyy",
                                            "yyyy-mm", "mmm" };

    (void)state;
    for (size_t p = 0; p < COUNT(patterns); p++) {
        struct pattern pattern = period_pattern(patterns[p]);
        for (int32_t year = 1999; year <= 2101; year++)
            for (int index = 0; index < (p < 3 ? PERIODS : 12); index++) {
                const int32_t calendar = index < 9 ? year : year + 1;
                const char *name = long_month[(index + 3) % 12];
                char text[6][32];
                (void)snprintf(text[0], 32, "%d-%02d/P%02d", year, (year + 1) % 100, index + 1);
                (void)snprintf(text[1], 32, "%d%02d", year, index + 1);
                (void)snprintf(text[2], 32, "%d %d", index + 1, year);
                (void)snprintf(text[3], 32, "%s %d", name, calendar);
                (void)snprintf(text[4], 32, "%d-%d", calendar, (index + 3) % 12 + 1);
                (void)snprintf(text[5], 32, "%.3s", name);
                struct cell cell = { text_of(text[p]), CELL_TEXT };
                period_number period = 0;
                assert_int_equal(period_read(&cell, &pattern, year, &period), NONE);
                assert_int_equal(period, period_of_year(year, index));
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_by_their_pattern),
        cmocka_unit_test(the_first_pattern_that_fits_counts),
        cmocka_unit_test(malformed_patterns_are_none),
        cmocka_unit_test(periods_are_read_by_their_pattern),
        cmocka_unit_test(period_cells_are_text_or_whole_numbers),
        cmocka_unit_test(every_day_reads_back_in_every_pattern),
        cmocka_unit_test(every_period_reads_back_in_every_pattern),
    };

    return cmocka_run_group_tests_name("date_rules", tests, NULL, NULL);
}
