#include "trail/trail_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct {
    const char *text;
    int64_t     ms;
} rows[] = {
    { "1970-01-01T00:00:00.000Z", 0 },
    { "1970-01-01T00:00:00.001Z", 1 },
    { "2000-02-29T23:59:59.999Z", INT64_C(951868799999) },
    { "2015-03-29T01:00:00.000Z", INT64_C(1427590800000) },   /* British clocks go forward */
    { "2026-04-01T09:00:00.123Z", INT64_C(1775034000123) },
    { "9999-12-31T23:59:59.999Z", TRAIL_TIME_LAST_MS },
};

static const char *const bad[] = {
    "", "1969-12-31T23:59:59.999Z", "2026-04-01T09:00:00.123", "2026-04-01T09:00:00.123z",
    "2026-04-01 09:00:00.123Z", "2026-04-01T09:00:00,123Z", "2026-04-01T24:00:00.000Z",
    "2026-04-01T09:60:00.000Z", "2026-04-01T09:00:60.000Z", "2026-13-01T09:00:00.000Z",
    "2026-00-01T09:00:00.000Z", "2026-04-31T09:00:00.000Z", "2026-04-00T09:00:00.000Z",
    "2026-02-29T09:00:00.000Z", "2100-02-29T09:00:00.000Z", "2026-04-01T09:00:00.12aZ",
    "2026-04-01T09:00:00.1234Z", "+026-04-01T09:00:00.123Z", "2026-04-01T-9:00:00.123Z",
};

static void moments_are_written_so(void **state)
{
    char text[TRAIL_TIME_SIZE];
    int64_t ms;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        trail_time_print(rows[i].ms, text);
        assert_string_equal(text, rows[i].text);
        assert_true(trail_time_parse(text_of(rows[i].text), &ms));
        assert_int_equal(ms, rows[i].ms);
    }
}

static void other_spellings_are_none(void **state)
{
    int64_t ms;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(trail_time_parse(text_of(bad[i]), &ms));
}

/* Every day there is, and one moment of it. */
static void every_day_comes_back(void **state)
{
    char text[TRAIL_TIME_SIZE];
    int64_t back;

    (void)state;
    for (int64_t ms = 12345; ms <= TRAIL_TIME_LAST_MS; ms += INT64_C(86400000) + 17) {
        trail_time_print(ms, text);
        assert_true(trail_time_parse(text_of(text), &back));
        assert_int_equal(back, ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_written_so),
        cmocka_unit_test(other_spellings_are_none),
        cmocka_unit_test(every_day_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
