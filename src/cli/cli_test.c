#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/exits.h"
#include "cli/stop.h"

static enum err print_run(struct command *command)
{
    (void)fputs("data\n", command->out);
    command_say(command, "message");
    return OK;
}

static enum err fail_run(struct command *command)
{
    return (fail)(command->trouble, ERR_CHECK, "it does not balance");   /* not the macro */
}

static enum err large_run(struct command *command)
{
    for (int i = 0; i < 100000; i++)
        (void)fputs("much data\n", command->out);
    return OK;
}

static enum err memory_run(struct command *command)
{
    (void)arena_take(command->arena, SIZE_MAX / 2, 2);
    return OK;
}

static const struct action actions[] = {
    { .verb = "print", .run = print_run, .summary = "Print" },
    { .verb = "fail", .run = fail_run, .summary = "Fail" },
    { .verb = "large", .run = large_run, .summary = "Print much" },
    { .verb = "memory", .run = memory_run, .summary = "Ask for too much" },
    { .verb = "serve", .run = fail_run, .summary = "What another program does" },
    { .verb = "version", .run = print_run, .summary = "Print the version" },
    { 0 },
};

static const struct feature feature = { "test", "Testing", actions };
static const struct feature *const features[] = { &feature, NULL };
static const struct handler handlers[] = { { "serve", print_run }, { NULL, NULL } };
static void elsewhere(struct command *command)
{
    (void)fputs("asked elsewhere\n", command->out);
}

static const struct program program = { .name = "ochil", .features = features,
                                        .handlers = handlers, .elsewhere = elsewhere };

static const struct {
    const char *word[3];
    int         code;
    const char *out, *err;      /* what each holds; NULL: nothing at all */
} rows[] = {
    { { "print" },           OK,        "data\n",     "message\n" },
    { { "print", "-q" },     OK,        "data\n",     NULL },
    { { "--version" },       OK,        "data\n",     "message\n" },
    { { "fail" },            ERR_CHECK, NULL,         "ochil: it does not balance\n" },
    { { "fail", "-q" },      ERR_CHECK, NULL,         "ochil: it does not balance\n" },
    { { "serve" },           OK,        "data\n",     "message\n" },
    { { "prnit" },           ERR_USAGE, "asked elsewhere\n", "'print'?\nTry 'ochil help'.\n" },
    { { "print", "--quite" }, ERR_USAGE, NULL,        "Try 'ochil print --help'.\n" },
    { { NULL },              ERR_USAGE, "asked elsewhere\n", "Testing:\n  print " },
    { { "--help" },          OK,        "asked elsewhere\n", NULL },
    { { "print", "--help" }, OK,        "--verbose",  NULL },
    { { "memory" },          ERR_IO,    NULL,         "ochil: out of memory\n" },
};

static void check_text(size_t row, const char *what, const char *text, const char *holds)
{
    if (holds == NULL ? text[0] != '\0' : strstr(text, holds) == NULL)
        fail_msg("row %zu: %s is: %s", row, what, text);
}

static void words_in_code_and_text_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *out_text = NULL;
        char *err_text = NULL;
        size_t out_size = 0;
        size_t err_size = 0;
        FILE *out = open_memstream(&out_text, &out_size);
        FILE *err = open_memstream(&err_text, &err_size);
        size_t count = 0;

        while (rows[i].word[count] != NULL)
            count++;
        int code = cli_run(&program, count, rows[i].word, stdin, out, err);
        assert_int_equal(fclose(out), 0);
        assert_int_equal(fclose(err), 0);
        if (code != rows[i].code)
            fail_msg("row %zu: exit code %d", i, code);
        check_text(i, "out", out_text, rows[i].out);
        check_text(i, "err", err_text, rows[i].err);
        free(out_text);
        free(err_text);
    }
}

static int run_into(const char *path, const char *verb, char **said)
{
    const char *const word[] = { verb, NULL };
    size_t size = 0;
    FILE *out = fopen(path, "w");
    FILE *err = open_memstream(said, &size);
    int code = cli_run(&program, 1, word, stdin, out, err);

    (void)fclose(out);
    (void)fclose(err);
    return code;
}

static void a_full_disk_is_a_failure(void **state)
{
    static const char *const verbs[] = { "print", "large" };

    (void)state;
    for (size_t i = 0; i < COUNT(verbs); i++) {
        char *said = NULL;

        assert_int_equal(run_into("/dev/full", verbs[i], &said), ERR_IO);
        assert_non_null(strstr(said, "ochil: standard output: No space left on device\n"));
        free(said);
    }
}

static void a_stopped_command_ends_with_its_own_code(void **state)
{
    char *said = NULL;

    (void)state;
    stop_set(true);
    assert_int_equal(run_into("/dev/null", "fail", &said), EXIT_STOPPED);
    assert_string_equal(said, "ochil: stopped; nothing was written\n");
    free(said);
    /* What was finished before the signal was heard is finished. */
    assert_int_equal(run_into("/dev/null", "print", &said), OK);
    free(said);
    stop_set(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_in_code_and_text_out),
        cmocka_unit_test(a_full_disk_is_a_failure),
        cmocka_unit_test(a_stopped_command_ends_with_its_own_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
