/* Whatever allocation fails, whatever the verb: exit 3, a message, and nothing left behind. */
#include "base/arena.h"
#include "base/test_folder.h"
#include "app/features.h"
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

/* The address sanitizer is not to look for leaks here: what the library lets go of on its way out
 * of memory is its own tests' business, and the program ends. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier): its own name */
const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "detect_leaks=0";
}

#define EXAMPLE "tests/examples/tiny"
#define FAULTY  "tests/examples/refused-lines"
#define WORDS_MAX 8
#define OUT "{out}"                  /* stands for a path in the test's folder */

static const struct {
    const char *word[WORDS_MAX];
    int         code;                /* when no allocation fails */
} rows[] = {
    { { "help", "csv" },                                            OK },
    { { "help" },                                                   OK },
    { { "close", "--help" },                                        OK },
    { { "completion", "zsh" },                                      OK },
    { { "clsoe" },                                                  ERR_USAGE },
    { { "new", OUT, "--year", "2014-15" },                          OK },
    { { "close", EXAMPLE, "--out", OUT, "--threads", "1" },         OK },
    { { "close", EXAMPLE, "--out", OUT, "--threads", "3" },         OK },
    { { "close", FAULTY, "--out", OUT, "--threads", "2", "--json" }, ERR_REFUSED },
    { { "map", FAULTY, "--csv" },                                   OK },
    { { "explain", EXAMPLE, "--pool", "HR", "--period", "2014-15/P04" }, OK },
    { { "explain", EXAMPLE, "--json", "--pool", "HR", "--period", "2014-15/P04" }, OK },
    { { "explain", FAULTY, "--line", "ledger/a.csv:3" },            OK },
    { { "whatif", EXAMPLE, "--set", "basis.POP.CLK=52000" },        OK },
    { { "whatif", EXAMPLE, "--json", "--set", "cost_centre.CLK.72001.pool=SW-REV" }, OK },
    { { "bundle", EXAMPLE, "--out", OUT, "--threads", "1" },        OK },
};

static char home[TEST_PATH];

static int run_row(size_t row, char **said)
{
    const struct program ochil = { .name = "ochil", .features = features };
    const char *word[WORDS_MAX + 1] = { NULL };
    char out_path[TEST_PATH * 2];
    size_t count = 0;
    size_t size = 0;
    FILE *out = fopen("/dev/null", "w");
    FILE *err = open_memstream(said, &size);

    (void)snprintf(out_path, sizeof out_path, "%s/out", home);
    for (; rows[row].word[count] != NULL; count++)
        word[count] = strcmp(rows[row].word[count], OUT) == 0 ? out_path : rows[row].word[count];
    int code = cli_run(&ochil, count, word, stdin, out, err);
    (void)fclose(out);
    (void)fclose(err);
    return code;
}

static bool something_is_left(void)
{
    return test_folder_names(home)[0] != '\0';
}

/* With every later allocation failing too when `sticky`. */
static void fail_each(size_t row, bool sticky)
{
    char *said = NULL;

    arena_fail_after(0, false);
    assert_int_equal(run_row(row, &said), rows[row].code);
    free(said);
    long most = arena_allocations();
    for (long nth = 1; nth <= most; nth++) {
        test_folder_remove(home);
        test_folder_make(home);
        arena_fail_after(nth, sticky);
        int code = run_row(row, &said);
        bool failed = code == ERR_IO && strstr(said, "memory") != NULL && !something_is_left();

        if (!failed && (sticky || code != rows[row].code))
            fail_msg("ochil %s: allocation %ld of %ld: exit code %d, %s", rows[row].word[0], nth,
                     most, code, said);
        free(said);
    }
}

static void no_memory_is_an_error_like_others(void **state)
{
    (void)state;
    for (size_t row = 0; row < COUNT(rows); row++) {
        fail_each(row, false);
        fail_each(row, true);
    }
    arena_fail_after(0, false);
}

static int make_home(void **state)
{
    (void)state;
    test_folder_make(home);
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    test_folder_remove(home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_memory_is_an_error_like_others, make_home,
                                        remove_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
