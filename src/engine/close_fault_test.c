/* To close while things fail: whatever fails, OUT is written whole or stays as it was. */
#include "engine/test_fault.h"

#include "engine/close.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define LATE    "tests/examples/late"
#define REFUSED "tests/examples/refused-lines"

/* OUT lies in a folder that is not there yet. */
static enum err close_into_new(const struct test_work *work, const struct outside *outside,
                               struct arena *arena, const char *home, struct trouble *trouble)
{
    struct close_request request = {
        .outside = outside, .folder = work->folder, .through = work->through,
        .out = test_path(home, work->force ? "out" : "made/out"), .threads = work->threads,
        .certificate = work->certificate, .force = work->force,
    };
    struct close_summary summary;

    return close_partnership(&request, arena, &summary, trouble);
}

static void put_old(const char *home)
{
    int made = mkdir(test_path(home, "out"), 0777);

    assert(made == 0);
    test_file_write(home, "out/old.txt", "what stood here before\n");
    test_file_write(home, "out/bill.csv", "not this one\n");
}

static const struct test_work works[] = {
    { "close", OK, NULL, close_into_new, LATE, "2014-15/P04", 1, true, false },
    { "close with two threads", OK, NULL, close_into_new, LATE, "2014-15/P04", 2, true, false },
    { "close over an earlier one", OK, put_old, close_into_new, LATE, "2014-15/P04", 1, true,
      true },
    { "close without certificate", OK, NULL, close_into_new, LATE, "2014-15/P04", 1, false, false },
    { "refused", ERR_REFUSED, NULL, close_into_new, REFUSED, NULL, 2, true, false },
    { "refused over an earlier one", ERR_REFUSED, put_old, close_into_new, REFUSED, NULL, 1, true,
      true },
};

static void every_outside_call_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_calls(&works[i]) > 40);
}

static void every_chunk_of_memory_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_memory(&works[i], false, 1) > 10);
}

static void every_piece_of_memory_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_memory(&works[i], true, 1) > 500);
}

static void close_then_run_out(const char *folder, const char *home, enum err expected)
{
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct close_summary summary;
    struct close_request request = { .outside = &real_outside, .folder = folder,
                                     .out = test_path(home, "out"), .through = "2014-15/P04",
                                     .threads = 2 };

    if (ARENA_GUARD(&arena) == 0) {
        enum err err = close_partnership(&request, &arena, &summary, &trouble);
        assert_int_equal(err, expected);
        arena_fail_after(1, true);
        (void)arena_take(&arena, (size_t)1 << 24, 1);
        fail_msg("memory did not run out");
    }
    arena_fail_after(0, false);
    arena_free(&arena);
}

/* The caller's own guard stands again once the close is over, whichever way it went. */
static void the_callers_guard_comes_back(void **state)
{
    char home[TEST_PATH];

    (void)state;
    test_folder_make(home);
    close_then_run_out(LATE, home, OK);
    close_then_run_out(LATE, home, ERR_IO);          /* it is there already */
    test_home_empty(home);
    close_then_run_out(REFUSED, home, ERR_REFUSED);
    close_then_run_out("tests/examples/none", home, ERR_IO);
    test_folder_remove(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_outside_call_fails),
        cmocka_unit_test(every_chunk_of_memory_fails),
        cmocka_unit_test(every_piece_of_memory_fails),
        cmocka_unit_test(the_callers_guard_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
