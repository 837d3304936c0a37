#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <string.h>

#include "base/test_random.h"

#define TAKEN 2000

static struct arena arena;

static void take_and_fill(void)
{
    static unsigned char *place[TAKEN];
    static size_t size[TAKEN];
    struct chance chance = chance_of(test_seed);

    for (size_t i = 0; i < TAKEN; i++) {
        size[i] = chance_one_in(&chance, 50) ? chance_below(&chance, 300000)
                                             : chance_below(&chance, 100);
        place[i] = arena_take(&arena, size[i], 1);
        assert_int_equal((uintptr_t)place[i] % 16, 0);
        for (size_t at = 0; at < size[i]; at++)
            assert_int_equal(place[i][at], 0);
        memset(place[i], (int)(i % 255) + 1, size[i]);
    }
    for (size_t i = 0; i < TAKEN; i++)
        for (size_t at = 0; at < size[i]; at++)
            assert_int_equal(place[i][at], i % 255 + 1);
    assert_true(arena.total > 0);
    arena_free(&arena);
    assert_int_equal(arena.total, 0);
    assert_null(arena.chunk);
}

/* The second time the system gives back what was written before. */
static void what_is_taken_is_aligned_zero_and_apart(void **state)
{
    (void)state;
    take_and_fill();
    take_and_fill();
}

static void nothing_at_all_has_a_place_too(void **state)
{
    (void)state;
    assert_non_null(arena_take(&arena, 0, 8));
    assert_non_null(arena_take(&arena, 8, 0));
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    arena_free(&arena);
}

static void growing_keeps_what_was_there(void **state)
{
    size_t room = 1;
    int *numbers;

    (void)state;
    numbers = arena_take(&arena, room, sizeof *numbers);
    for (int i = 0; i < 100000; i++) {
        if ((size_t)i == room) {
            size_t larger = room * 2;
            numbers = arena_grow(&arena, numbers, room, larger, sizeof *numbers);
            for (size_t at = room; at < larger; at++)
                assert_int_equal(numbers[at], 0);
            room = larger;
        }
        numbers[i] = i;
    }
    for (int i = 0; i < 100000; i++)
        assert_int_equal(numbers[i], i);
    arena_free(&arena);
}

/* What stays is taken from first, is as clear as new, and is no more than was said. */
static void a_rewound_arena_keeps_a_little(void **state)
{
    const size_t some = 100000;

    (void)state;
    for (int piece = 0; piece < 3000; piece++)
        memset(arena_take(&arena, 100, 1), 0xFF, 100);
    (void)arena_take(&arena, some * 10, 1);
    arena_rewind(&arena, some);
    assert_true(arena.total > 0 && arena.total <= some);
    const size_t kept = arena.total;
    arena_fail_after(1, true);
    const unsigned char *place = arena_take(&arena, 1000, 1);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(place[i], 0);
    assert_int_equal(arena_allocations(), 0);
    arena_fail_after(0, false);
    assert_int_equal(arena.total, kept);
    (void)arena_take(&arena, some, 1);
    arena_rewind(&arena, 0);
    assert_int_equal(arena.total, 0);
    assert_null(arena.spare);
}

static void copies_and_prints_end_in_nul(void **state)
{
    (void)state;
    assert_string_equal(arena_copy(&arena, "Stirling", 4), "Stir");
    assert_string_equal(arena_print(&arena, "%s, line %d", "pools.csv", 7), "pools.csv, line 7");
    const char *longer = arena_print(&arena, "%0200000d", 1);
    assert_int_equal(strlen(longer), 200000);
    static const int64_t numbers[] = { 0, 7, -7, 10, 1234567890, INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < COUNT(numbers); i++)
        assert_string_equal(arena_number(&arena, numbers[i]),
                            arena_print(&arena, "%lld", (long long)numbers[i]));
    for (int size = 60; size < 70; size++)
        assert_int_equal(strlen(arena_print(&arena, "%0*d", size, 1)), size);
    arena_free(&arena);
}

/* How many chunks of 100,000 bytes could be had before memory ran out; 10 if it never did. */
static int chunks_had(long nth, bool sticky)
{
    static volatile int had;

    had = 0;
    arena_fail_after(nth, sticky);
    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return had;
    }
    for (; had < 10; had++)
        (void)arena_take(&arena, 100000, 1);
    arena_free(&arena);
    return had;
}

static void the_planned_allocation_fails_and_jumps(void **state)
{
    (void)state;
    for (long nth = 1; nth <= 10; nth++) {
        assert_int_equal(chunks_had(nth, false), nth - 1);
        assert_int_equal(arena_allocations(), nth);
    }
    assert_int_equal(chunks_had(11, false), 10);
    assert_int_equal(arena_allocations(), 10);
    arena_fail_after(0, false);
}

static bool memory_can_be_had(void)
{
    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return false;
    }
    (void)arena_take(&arena, 100000, 1);
    arena_free(&arena);
    return true;
}

static void failing_once_or_from_then_on(void **state)
{
    (void)state;
    assert_int_equal(chunks_had(3, false), 2);
    assert_true(memory_can_be_had());
    assert_int_equal(chunks_had(3, true), 2);
    assert_false(memory_can_be_had());
    arena_fail_after(0, false);
    assert_true(memory_can_be_had());
}

static bool can_be_taken(size_t count, size_t size)
{
    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return false;
    }
    (void)arena_take(&arena, count, size);
    arena_free(&arena);
    return true;
}

/* A function that guards an arena of its caller's. */
static int guarded_within(size_t size)
{
    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        return 1;
    (void)arena_take(&arena, size, 1);
    return 0;
}

/* One that only gives something back on the way. */
static void passed_on(int *given_back)
{
    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena)) {
        (*given_back)++;
        arena_pass_on(&outer);
    }
    (void)arena_take(&arena, SIZE_MAX, 1);
}

static void a_guard_is_put_back_by_its_function(void **state)
{
    static int given_back;
    static int came_back;

    (void)state;
    if (ARENA_GUARD(&arena) != 0)
        came_back++;
    if (came_back == 0) {
        assert_int_equal(guarded_within(10), 0);
        (void)arena_take(&arena, SIZE_MAX, 1);
    }
    if (came_back == 1) {
        assert_int_equal(guarded_within(SIZE_MAX), 1);
        (void)arena_take(&arena, SIZE_MAX, 1);
    }
    if (came_back == 2)
        passed_on(&given_back);
    assert_int_equal(came_back, 3);
    assert_int_equal(given_back, 1);
}

static void every_piece_can_be_let_fail(void **state)
{
    static int failed;

    (void)state;
    (void)arena_take(&arena, 1, 1);
    arena_fail_takes(true);
    arena_fail_after(2, false);
    if (ARENA_GUARD(&arena) != 0)
        failed++;
    (void)arena_take(&arena, 1, 1);
    if (failed == 0)
        (void)arena_take(&arena, 1, 1);
    assert_int_equal(failed, 1);
    assert_int_equal(arena_allocations(), 3);
    arena_fail_takes(false);
    arena_fail_after(0, false);
}

static void sizes_that_no_machine_has_are_refused(void **state)
{
    (void)state;
    assert_true(can_be_taken(1, 1));
    assert_false(can_be_taken(SIZE_MAX, 1));
    assert_false(can_be_taken(SIZE_MAX / 2 + 2, 2));
    assert_false(can_be_taken((size_t)1 << 33, (size_t)1 << 33));
    assert_false(can_be_taken(SIZE_MAX / 4 + 1, 1));
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_is_aligned_zero_and_apart),
        cmocka_unit_test(nothing_at_all_has_a_place_too),
        cmocka_unit_test(growing_keeps_what_was_there),
        cmocka_unit_test(a_rewound_arena_keeps_a_little),
        cmocka_unit_test(copies_and_prints_end_in_nul),
        cmocka_unit_test(the_planned_allocation_fails_and_jumps),
        cmocka_unit_test(failing_once_or_from_then_on),
        cmocka_unit_test(a_guard_is_put_back_by_its_function),
        cmocka_unit_test(every_piece_can_be_let_fail),
        cmocka_unit_test(sizes_that_no_machine_has_are_refused),
    };

    test_chance_open(count, argument, TAKEN);
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
