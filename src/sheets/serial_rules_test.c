#include "sheets/serial_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/test_random.h"

static struct text day_text(char out[32], int64_t number)
{
    int size = snprintf(out, 32, "%lld", (long long)number);

    return (struct text){ out, (size_t)size };
}

static const struct serial {
    const char        *why, *number;
    enum number_format format;
    bool               epoch_1904;
    const char        *text;      /* "" for MOMENT_NONE */
} serials[] = {
    { "a day",                          "41820", NUMBER_DATE, false, "2014-06-30" },
    { "the first day",                  "1", NUMBER_DATE, false, "1900-01-01" },
    { "the last before the error",      "59", NUMBER_DATE, false, "1900-02-28" },
    { "the day that never was",         "60", NUMBER_DATE, false, "" },
    { "the day that never was, at noon", "60.5", NUMBER_DATE, false, "" },
    { "rounded up into it",             "59.9999999", NUMBER_DATE, false, "" },
    { "the first behind it",            "61", NUMBER_DATE, false, "1900-03-01" },
    { "a leap day",                     "36585", NUMBER_DATE, false, "2000-02-29" },
    { "no leap day",                    "73110", NUMBER_DATE, false, "2100-03-01" },
    { "the last of all",                "2958465", NUMBER_DATE, false, "9999-12-31" },
    { "beyond the last",                "2958466", NUMBER_DATE, false, "" },
    { "far beyond",                     "1E300", NUMBER_DATE, false, "" },
    { "zero has no day",                "0", NUMBER_DATE, false, "00:00:00" },
    { "minus zero",                     "-0", NUMBER_DATE, false, "00:00:00" },
    { "below zero",                     "-1", NUMBER_DATE, false, "" },
    { "1904 epoch",                     "40358", NUMBER_DATE, true, "2014-06-30" },
    { "1904 epoch, the first day",      "0", NUMBER_DATE, true, "1904-01-01" },
    { "1904 epoch has a day 60",        "60", NUMBER_DATE, true, "1904-03-01" },
    { "1904 epoch, the last",           "2957003", NUMBER_DATE, true, "9999-12-31" },
    { "1904 epoch, beyond",             "2957004", NUMBER_DATE, true, "" },
    { "1904 epoch, below zero",         "-1", NUMBER_DATE, true, "" },
    { "noon",                           "41820.5", NUMBER_DATE, false, "2014-06-30 12:00:00" },
    { "as programs write 13:45",        "41820.572916666664", NUMBER_DATE, false,
      "2014-06-30 13:45:00" },
    { "a second to midnight",           "41820.999988425923", NUMBER_DATE, false,
      "2014-06-30 23:59:59" },
    { "rounded to the next day",        "41820.999999", NUMBER_DATE, false, "2014-07-01" },
    { "rounded to midnight before",     "41820.000001", NUMBER_DATE, false, "2014-06-30" },
    { "E-notation",                     "4.18205E4", NUMBER_DATE, false, "2014-06-30 12:00:00" },
    { "small E-notation",               "5.0e-1", NUMBER_TIME, false, "12:00:00" },
    { "a time",                         "0.75", NUMBER_TIME, false, "18:00:00" },
    { "a time, 1904",                   "0.75", NUMBER_TIME, true, "18:00:00" },
    { "a time under a date's format",   "0.75", NUMBER_DATE, false, "18:00:00" },
    { "a time rounded to midnight",     "0.99999999", NUMBER_TIME, false, "00:00:00" },
    { "a day under a time's format",    "41820.25", NUMBER_TIME, false, "2014-06-30 06:00:00" },
    { "37 hours",                       "1.5416666666666667", NUMBER_DURATION, false, "37:00:00" },
    { "leading zeros, a plus",          "+00041820", NUMBER_DATE, false, "2014-06-30" },
    { "no digit before the point",      ".5", NUMBER_TIME, false, "12:00:00" },
    { "thirty-one decimals",            "0.5000000000000000000000000000001", NUMBER_TIME, false,
      "12:00:00" },
    { "no number",                      "abc", NUMBER_DATE, false, "" },
    { "nothing",                        "", NUMBER_DATE, false, "" },
    { "only a point",                   ".", NUMBER_DATE, false, "" },
    { "something behind",               "41820x", NUMBER_DATE, false, "" },
    { "an exponent without digits",     "4E", NUMBER_DATE, false, "" },
};

static void serial_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(serials); i++) {
        const struct serial *s = &serials[i];
        char out[MOMENT_ROOM];
        enum moment moment = moment_of_serial(text_of(s->number), s->format, s->epoch_1904, out);

        if (strcmp(out, s->text) != 0)
            fail_msg("%s: %s gives '%s'", s->why, s->number, out);
        enum moment wanted = s->text[0] == '\0' ? MOMENT_NONE
            : strchr(s->text, '-') != NULL ? MOMENT_DATE : MOMENT_TIME;
        assert_int_equal(moment, wanted);
    }
}

static const struct code {
    const char        *code;
    enum number_format format;
} codes[] = {
    { "General", NUMBER_PLAIN },
    { "", NUMBER_PLAIN },
    { "@", NUMBER_PLAIN },
    { "0.00", NUMBER_PLAIN },
    { "#,##0.00_);[Red](#,##0.00)", NUMBER_PLAIN },
    { "0.00E+00", NUMBER_PLAIN },
    { "\"day\" 0", NUMBER_PLAIN },
    { "0 \\d\\a\\y\\s", NUMBER_PLAIN },
    { "[$\xC2\xA3-809]#,##0.00;[Red]-[$\xC2\xA3-809]#,##0.00", NUMBER_PLAIN },
    { "_-* #,##0.00_-;\\-* #,##0.00_-;_-* \"-\"??_-;_-@_-", NUMBER_PLAIN },
    { "0;[Red]\"yyyy\"", NUMBER_PLAIN },
    { "_d0", NUMBER_PLAIN },
    { "[Red]General", NUMBER_PLAIN },
    { "# ?/?", NUMBER_PLAIN },
    { "\"never closed", NUMBER_PLAIN },
    { "[never closed", NUMBER_PLAIN },
    { "\\", NUMBER_PLAIN },
    { "dd/mm/yyyy", NUMBER_DATE },
    { "DD/MM/YYYY", NUMBER_DATE },
    { "mmm-yy", NUMBER_DATE },
    { "mmmm", NUMBER_DATE },
    { "m", NUMBER_DATE },
    { "ddd", NUMBER_DATE },
    { "d\\.m\\.yy\\ h:mm", NUMBER_DATE },
    { "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", NUMBER_DATE },
    { "[$-409]d\\-mmm\\-yy;@", NUMBER_DATE },
    { "[Blue]yyyy\\-mm\\-dd;@", NUMBER_DATE },
    { "General;dd/mm/yyyy", NUMBER_DATE },
    { "ggge\"\xE5\xB9\xB4\"", NUMBER_DATE },
    { "h:mm", NUMBER_TIME },
    { "hh:mm:ss AM/PM", NUMBER_TIME },
    { "h:mm a/p", NUMBER_TIME },
    { "mm:ss", NUMBER_TIME },
    { "mm:ss.0", NUMBER_TIME },
    { "ss.000", NUMBER_TIME },
    { "[$-F400]h:mm:ss\\ AM/PM", NUMBER_TIME },
    { "[h]:mm", NUMBER_DURATION },
    { "[HH]:MM:SS", NUMBER_DURATION },
    { "[mm]:ss", NUMBER_DURATION },
    { "[s]", NUMBER_DURATION },
};

static void format_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(codes); i++)
        if (number_format_of(text_of(codes[i].code)) != codes[i].format)
            fail_msg("%s: taken for %d", codes[i].code,
                     (int)number_format_of(text_of(codes[i].code)));
}

static void formats_known_by_number(void **state)
{
    static const char dates[] = "14 15 16 17 22 27 36 50 58 ", times[] = "18 19 20 21 45 47 ";
    static const unsigned plain[] = { 0, 1, 2, 9, 12, 13, 23, 26, 37, 44, 48, 49, 59, 164 };

    (void)state;
    for (const char *at = dates; *at != '\0'; at += 3)
        assert_int_equal(number_format_builtin(strtoul(at, NULL, 10)), NUMBER_DATE);
    for (const char *at = times; *at != '\0'; at += 3)
        assert_int_equal(number_format_builtin(strtoul(at, NULL, 10)), NUMBER_TIME);
    assert_int_equal(number_format_builtin(46), NUMBER_DURATION);
    for (size_t i = 0; i < COUNT(plain); i++)
        assert_int_equal(number_format_builtin(plain[i]), NUMBER_PLAIN);
}

static const struct iso {
    const char *iso, *text;
} isos[] = {
    { "2014-06-30", "2014-06-30" },
    { "2014-06-30Z", "2014-06-30" },
    { "2014-06-30T13:45:00", "2014-06-30 13:45:00" },
    { "2014-06-30 13:45", "2014-06-30 13:45:00" },
    { "2014-06-30T13:45:00.499Z", "2014-06-30 13:45:00" },
    { "2014-06-30T23:59:59.5", "2014-07-01" },
    { "2014-06-30T24:00:00", "2014-07-01" },
    { "9999-12-31T24:00:00", "" },
    { "2014-06-30T00:00:00", "2014-06-30" },
    { "2012-02-29", "2012-02-29" },
    { "2014-02-29", "" },
    { "2014-13-01", "" },
    { "2014-00-01", "" },
    { "2014-01-00", "" },
    { "0000-01-01", "" },
    { "0001-01-01", "0001-01-01" },
    { "2014-6-30", "" },
    { "14-06-30", "" },
    { "12014-06-30", "" },
    { "2014-06-30T", "" },
    { "2014-06-30T25:00:00", "" },
    { "2014-06-30T12:60:00", "" },
    { "2014-06-30x", "" },
    { "13:45:00", "13:45:00" },
    { "T13:45:01.7", "13:45:02" },
    { "13:45:01.", "" },
    { "", "" },
};

static const struct iso durations[] = {
    { "PT13H45M00S", "13:45:00" },
    { "PT00H00M00S", "00:00:00" },
    { "PT37H30M", "37:30:00" },
    { "P1DT1H", "25:00:00" },
    { "PT90M", "01:30:00" },
    { "PT0.5S", "00:00:01" },
    { "PT59,4S", "00:00:59" },
    { "P2D", "48:00:00" },
    { "PT1H30", "" },
    { "PT1S1M", "" },
    { "PT1.5H", "" },
    { "P1Y", "" },
    { "P1M", "" },
    { "P", "" },
    { "PT", "" },
    { "-PT1H", "" },
    { "1H", "" },
    { "PT99999999999H", "" },
    { "PT9999999999H", "" },
};

static void iso_days_and_times(void **state)
{
    char out[MOMENT_ROOM];

    (void)state;
    for (size_t i = 0; i < COUNT(isos); i++) {
        (void)moment_of_iso(text_of(isos[i].iso), out);
        if (strcmp(out, isos[i].text) != 0)
            fail_msg("%s gives '%s'", isos[i].iso, out);
    }
    for (size_t i = 0; i < COUNT(durations); i++) {
        (void)moment_of_duration(text_of(durations[i].iso), out);
        if (strcmp(out, durations[i].text) != 0)
            fail_msg("%s gives '%s'", durations[i].iso, out);
    }
}

/* Every day has its number, and a later one is a later day: read back through the calendar of ISO
 * dates, which counts the other way. Every day to the year 2200, then some. */
static void days_follow_each_other(void **state)
{
    char number[32], day[MOMENT_ROOM], again[MOMENT_ROOM], before[MOMENT_ROOM] = "1900-02-28";

    (void)state;
    for (int64_t i = 61; i <= 2958465; i += i < 110000 ? 1 : 89) {
        enum moment moment = moment_of_serial(day_text(number, i), NUMBER_DATE, false, day);
        assert_int_equal(moment, MOMENT_DATE);
        assert_true(strcmp(before, day) < 0);
        assert_int_equal(moment_of_iso(text_of(day), again), MOMENT_DATE);
        assert_string_equal(day, again);
        if (i > 1462 + 60) {
            moment = moment_of_serial(day_text(number, i - 1462), NUMBER_DATE, true, again);
            assert_int_equal(moment, MOMENT_DATE);
            assert_string_equal(day, again);
        }
        memcpy(before, day, sizeof before);
    }
}

/* Whatever second it is, and with however few digits a program writes it. */
static void seconds_are_kept(void **state)
{
    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct chance chance = chance_of(test_seed + (uint64_t)i);
        int64_t second = chance_between(&chance, 1, 86399);
        int64_t day = chance_between(&chance, 61, 99999);
        char number[64], out[MOMENT_ROOM], wanted[32];

        /* To ten decimals, rounded: what a program that holds fifteen digits can write. */
        int64_t part = (second * INT64_C(10000000000) + 43200) / 86400;
        (void)snprintf(number, sizeof number, "%lld.%010lld", (long long)day, (long long)part);
        (void)snprintf(wanted, sizeof wanted, "%02lld:%02lld:%02lld", (long long)second / 3600,
                       (long long)second / 60 % 60, (long long)second % 60);
        assert_int_equal(moment_of_serial(text_of(number), NUMBER_DATE, false, out),
                         MOMENT_DATE);
        assert_string_equal(out + 11, wanted);
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serial_numbers),
        cmocka_unit_test(format_codes),
        cmocka_unit_test(formats_known_by_number),
        cmocka_unit_test(iso_days_and_times),
        cmocka_unit_test(days_follow_each_other),
        cmocka_unit_test(seconds_are_kept),
    };

    test_chance_open(count, argument, 100000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
