#include "cli/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/stop.h"

static size_t count_of(const char *text, char wanted)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == wanted;
    return count;
}

static void the_bar_is_drawn_once_per_cent(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct progress progress;

    (void)state;
    progress_open(&progress, out, "Reading", 100000);
    for (uint64_t done = 0; done <= 100000; done++)
        assert_true(progress_tell(&progress, done));
    assert_int_equal(fflush(out), 0);
    assert_int_equal(count_of(text, '\r'), 101);
    assert_non_null(strstr(text, "\rReading [####################                    ]  50%"));
    assert_non_null(strstr(text, "\rReading [########################################] 100%"));
    progress_close(&progress);
    progress_close(&progress);      /* wiped once */
    assert_int_equal(fclose(out), 0);
    assert_int_equal(count_of(text, '\r'), 102);
    assert_string_equal(text + size - 4, "\r\033[K");
    free(text);
}

static const struct {
    uint64_t total, done;
    const char *shown;
} rows[] = {
    { 0, 0, "100%" },                       /* nothing to read */
    { 1, 0, "  0%" },
    { 3, 2, " 66%" },
    { 99, 98, " 98%" },
    { 10, 50, "100%" },                     /* the file has grown */
    { UINT64_MAX, UINT64_MAX / 2, " 50%" },
    { UINT64_MAX, UINT64_MAX, "100%" },
    { 199, 198, "100%" },                   /* never above */
};

static void any_size_gives_a_per_cent(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        struct progress progress;

        progress_open(&progress, out, "x", rows[i].total);
        assert_true(progress_tell(&progress, rows[i].done));
        assert_int_equal(fclose(out), 0);
        assert_string_equal(text + size - 4, rows[i].shown);
        free(text);
    }
}

static void nothing_is_drawn_without_a_terminal(void **state)
{
    FILE *null = fopen("/dev/null", "w");
    struct progress progress;

    (void)state;
    assert_false(progress_fits(null, "xterm"));
    assert_int_equal(fclose(null), 0);
    progress_open(&progress, NULL, "x", 10);
    assert_true(progress_tell(&progress, 5));
    progress_close(&progress);
}

static void work_is_told_to_stop(void **state)
{
    struct progress progress;

    (void)state;
    progress_open(&progress, NULL, "x", 10);
    stop_set(true);
    assert_false(progress_tell(&progress, 5));
    stop_set(false);
    assert_true(progress_tell(&progress, 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bar_is_drawn_once_per_cent),
        cmocka_unit_test(any_size_gives_a_per_cent),
        cmocka_unit_test(nothing_is_drawn_without_a_terminal),
        cmocka_unit_test(work_is_told_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
