#include "cli/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static const struct {
    const char *why, *text, *shown;
} rows[] = {
    { "plain text",                   "Stirling",           "Stirling" },
    { "nothing",                      "",                   "" },
    { "other letters",                "Sruighlea, \u00a31", "Sruighlea, \u00a31" },
    { "a terminal is not to obey it", "\033[31mred\a",      "?[31mred?" },
    { "nor this",                     "\xc2\x9b" "31m",       "??31m" },
    { "nor a line of its own",        "a\nb\rc\td\177",     "a?b?c?d?" },
};

static void control_characters_are_not_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *shown = text_shown(&arena, text_of(rows[i].text));

        if (strcmp(shown, rows[i].shown) != 0)
            fail_msg("%s: %s", rows[i].why, shown);
    }
}

static void a_long_text_is_cut(void **state)
{
    char text[SHOWN_MAX + 2];

    (void)state;
    memset(text, 'x', sizeof text);
    const char *shown = text_shown(&arena, (struct text){ text, sizeof text });
    assert_int_equal(strlen(shown), SHOWN_MAX + 3);
    assert_string_equal(shown + SHOWN_MAX, "...");
    shown = text_shown(&arena, (struct text){ text, SHOWN_MAX });
    assert_int_equal(strlen(shown), SHOWN_MAX);
}

static void json_holds_money_as_text_and_any_path(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct trouble trouble = { { 0 } };
    struct file_sink sink;
    struct json json;

    (void)state;
    file_sink_open(&sink, out);
    json_begin(&json, &sink.sink, JSON_COMPACT, &trouble);
    json_object(&json);
    json_key(&json, "amount");
    json_money(&json, -2660);
    json_path(&json, &arena, "good", "a/\u00a3");
    json_path(&json, &arena, "bad", "a/\xff\xc2");
    json_object_end(&json);
    assert_int_equal(json_end(&json), OK);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "{\"amount\":\"-26.60\",\"good\":\"a/\u00a3\",\"bad\":\"a/?\?\"}\n");
    free(text);
}

static void a_refusal_names_the_first_faults(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *err = open_memstream(&text, &size);
    struct command command = { .arena = &arena, .err = err };
    struct faults faults;

    (void)state;
    faults_open(&faults, &arena);
    for (uint64_t line = 9; line >= 2; line--)
        fault_add(&faults, FILE_ACCOUNTS, line, FAULT_ACCOUNT, text_of("4\n"));
    fault_add(&faults, FILE_NONE, 0, FAULT_OVERFLOW, text_of(""));
    faults_sort(&faults);
    assert_int_equal(refusal_tell(&command, &faults, "o/errors.csv"), ERR_REFUSED);
    assert_int_equal(fclose(err), 0);
    assert_non_null(strstr(text, "ochil: refused: 9 faults in the input. "
                                 "All are in o/errors.csv.\n  OVERFLOW. "));
    assert_non_null(strstr(text, "\n  accounts.csv:2: ACCOUNT '4?'. "));
    assert_null(strstr(text, "accounts.csv:6"));
    assert_string_equal(text + size - strlen("  and 4 more\n"), "  and 4 more\n");
    free(text);
}

static int open_arena(void **state)
{
    (void)state;
    return ARENA_GUARD(&arena) == 0 ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_characters_are_not_shown),
        cmocka_unit_test(a_long_text_is_cut),
        cmocka_unit_test(json_holds_money_as_text_and_any_path),
        cmocka_unit_test(a_refusal_names_the_first_faults),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
