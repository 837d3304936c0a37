/* To export a trail and to verify it while things fail: an export is written whole or not at all,
 * and what fails on the way is never told as verified. */
#include "engine/test_fault.h"

#include <setjmp.h>
#include <cmocka.h>

#include "formats/output_io.h"
#include "trail/test_trail.h"
#include "trail/trail_io.h"

#define EXPORT "trail.jsonl"
#define KEY    "clk.key.pub"

static enum err export_it(const struct test_work *work, const struct outside *outside,
                          struct arena *arena, const char *home, struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    struct whole_file *file = arena_take(arena, 1, sizeof *file);

    (void)work;
    if (ARENA_GUARD(arena)) {
        (void)whole_file_abort(file, trouble);
        arena_pass_on(&outer);
    }
    enum err err = whole_file_open(file, outside, arena, test_path(home, EXPORT), false, trouble);
    if (err == OK)
        err = test_export(&file->out.sink, arena, false, trouble);
    if (err == OK)
        err = whole_file_commit(file, trouble);
    (void)whole_file_abort(file, trouble);
    return err;
}

/* As the programs do: they stand at the first guard. */
static enum err guarded_export(const struct test_work *work, const struct outside *outside,
                               struct arena *arena, const char *home, struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return (fail)(trouble, ERR_IO, "out of memory");
    return export_it(work, outside, arena, home, trouble);
}

static enum err verify_it(const struct test_work *work, const struct outside *outside,
                          struct arena *arena, const char *home, struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    const char *key = test_path(home, KEY);
    const struct trail_files files = { .export = test_path(home, EXPORT), .key = &key, .keys = 1 };
    struct trail_report report;

    (void)work;
    if (ARENA_GUARD(arena))
        return (fail)(trouble, ERR_IO, "out of memory");
    return trail_verify_file(outside, arena, &files, &report, trouble);
}

static void put_export(const char *home)
{
    struct arena arena = { 0 };
    struct test_key key;
    struct text bytes = test_export_made(&arena, false);

    test_key_make(1, &key);
    test_bytes_write(test_path(home, EXPORT), bytes.data, bytes.size);
    bytes = minisign_public_text(&arena, &key.public);
    test_bytes_write(test_path(home, KEY), bytes.data, bytes.size);
    arena_free(&arena);
}

static const struct test_work works[] = {
    { .name = "export", .run = guarded_export },
    { .name = "verify", .prepare = put_export, .run = verify_it },
};

static void every_outside_call_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++)
        assert_true(test_fault_calls(&works[i]) > 4);
}

static void every_piece_of_memory_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(works); i++) {
        assert_true(test_fault_memory(&works[i], false, 1) > 2);
        assert_true(test_fault_memory(&works[i], true, 1) > 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_outside_call_fails),
        cmocka_unit_test(every_piece_of_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
