/* To bundle and to verify while things fail: a bundle is written whole or not at all, and what
 * fails on the way is never told as verified. */
#include "engine/test_fault.h"

#include "engine/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define LATE    "tests/examples/late"
#define REFUSED "tests/examples/refused-lines"
#define BUNDLE  "late.ochil.zip"
#define ROOM    ((size_t)1 << 20)

static enum err bundle_it(const struct test_work *work, const struct outside *outside,
                          struct arena *arena, const char *home, struct trouble *trouble)
{
    struct bundle_request request = {
        .outside = outside, .folder = work->folder, .through = work->through,
        .out = test_path(home, work->force ? BUNDLE : "made/" BUNDLE), .threads = work->threads,
        .force = work->force,
    };
    struct bundle_summary summary;

    return bundle_write(&request, arena, &summary, trouble);
}

static enum err verify_it(const struct test_work *work, const struct outside *outside,
                          struct arena *arena, const char *home, struct trouble *trouble)
{
    const char *original = LATE "/ledger/a.csv";
    struct verify_request request = {
        .outside = outside, .bundle = test_path(home, BUNDLE), .threads = work->threads,
        .original = &original, .originals = 1,
    };
    struct verify_report report;

    return verify_bundle(&request, arena, &report, trouble);
}

static void put_old(const char *home)
{
    test_file_write(home, BUNDLE, "what stood here before\n");
}

/* A bundle of the example, made once. */
static void put_bundle(const char *home)
{
    static unsigned char image[ROOM];
    static size_t size;

    if (size == 0) {
        const struct test_work work = { .folder = LATE, .through = "2014-15/P04", .threads = 1,
                                        .force = true };
        struct arena arena = { 0 };
        struct trouble trouble = { .text = "" };
        enum err err = bundle_it(&work, &real_outside, &arena, home, &trouble);

        assert_int_equal(err, OK);
        arena_free(&arena);
        size = test_bytes_read(test_path(home, BUNDLE), image, sizeof image);
        assert_in_range(size, 1, ROOM - 1);
    }
    test_bytes_write(test_path(home, BUNDLE), image, size);
}

static const struct test_work works[] = {
    { "bundle", OK, NULL, bundle_it, LATE, "2014-15/P04", 1, true, false },
    { "bundle over an earlier one", OK, put_old, bundle_it, LATE, "2014-15/P04", 2, true, true },
    { "bundle refused", ERR_REFUSED, NULL, bundle_it, REFUSED, NULL, 1, true, false },
    { "verify", OK, put_bundle, verify_it, NULL, NULL, 1, true, false },
    { "verify with two threads", OK, put_bundle, verify_it, NULL, NULL, 2, true, false },
};

static void every_outside_call_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_calls(&works[i]) > 20);
}

static void every_chunk_of_memory_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_memory(&works[i], false, 1) > 10);
}

/* Every piece by `./check` would take a minute: every fifth. */
static void pieces_of_memory_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_memory(&works[i], true, 5) > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_outside_call_fails),
        cmocka_unit_test(every_chunk_of_memory_fails),
        cmocka_unit_test(pieces_of_memory_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
