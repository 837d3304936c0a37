#include "engine/ledger_ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/test_random.h"

#define BYTES (ID_BYTES_MAX + 24)

static struct arena arena;

/* An id whose text is followed by bytes that are no part of it. */
static struct id id_from(const char *text, size_t size)
{
    char bytes[BYTES];

    memset(bytes, '#', sizeof bytes);
    memcpy(bytes, text, size);
    return id_of((struct text){ bytes, size });
}

static struct id id_of_text(const char *text)
{
    return id_from(text, strlen(text));
}

static void a_shorter_id_stands_before_a_longer_one(void **state)
{
    static const char *const ascending[] = {
        "1", "9", "A", "a", "\xc3", "10", "99", "ab", "abc", "1000000", "10000000", "10000001",
        "100000000", "SL-00000001", "SL-00000002", "0000000000000001", "00000000000000001",
        "aaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaab"
    };

    (void)state;
    for (size_t i = 0; i < COUNT(ascending); i++)
        for (size_t j = 0; j < COUNT(ascending); j++) {
            struct id a = id_of_text(ascending[i]);
            struct id b = id_of_text(ascending[j]);
            if (id_before(&a, &b) != (i < j))
                fail_msg("%s and %s", ascending[i], ascending[j]);
        }
}

static void ids_are_in_order_by_length_then_by_bytes(void **state)
{
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        char one[ID_BYTES_MAX];
        char other[ID_BYTES_MAX];
        size_t size = 1 + chance_below(&chance, ID_BYTES_MAX);
        size_t other_size = chance_one_in(&chance, 4) ? 1 + chance_below(&chance, ID_BYTES_MAX)
                                                      : size;
        for (size_t at = 0; at < ID_BYTES_MAX; at++) {
            one[at] = "01"[chance_below(&chance, 2)];
            other[at] = one[at];
            if (chance_one_in(&chance, 8))
                other[at] = (char)chance_below(&chance, 256);
        }
        struct id a = id_from(one, size);
        struct id b = id_from(other, other_size);
        int order = size != other_size ? (size < other_size ? -1 : 1)
                                       : memcmp(one, other, size);
        assert_int_equal(id_before(&a, &b), order < 0);
        assert_int_equal(id_before(&b, &a), order > 0);
    }
}

/* Runs as numbers: "1-5 6-9". */
static const struct {
    const char *why, *runs;
    bool        unique;
} rows[] = {
    { "none",                              "",                   true },
    { "one",                               "1-5",                true },
    { "one of a single id",                "7-7",                true },
    { "one behind the other",              "1-5 6-9",            true },
    { "in another order",                  "6-9 1-5",            true },
    { "ascending runs are one: a gap in it is not kept", "1-2 7-9 3-6", false },
    { "they touch",                        "1-5 5-9",            false },
    { "they touch, in another order",      "5-9 1-5",            false },
    { "one within the other",              "1-9 3-4",            false },
    { "the same twice",                    "1-5 1-5",            false },
    { "a single id twice",                 "5-5 5-5",            false },
    { "three of which two overlap",        "10-20 1-5 15-30",    false },
    { "grown together, then overlapped",   "1-2 3-4 5-6 4-4",    false },
    { "by length first",                   "90-99 100-105 1-9",  true },
};

static void runs_that_do_not_overlap_prove_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct id_runs runs = { 0 };
        char from[8];
        char to[8];
        int used;

        for (const char *at = rows[i].runs; sscanf(at, " %7[0-9]-%7[0-9]%n", from, to, &used) == 2;
             at += used) {
            struct id_run run = { id_of_text(from), id_of_text(to) };
            id_runs_add(&runs, &arena, &run);
        }
        if (id_runs_prove_unique(&runs) != rows[i].unique)
            fail_msg("%s", rows[i].why);
        arena_free(&arena);
    }
}

/* Single ids in a falling order: each begins a run. */
static bool proven_of_falling(unsigned count)
{
    struct id_runs runs = { 0 };
    char text[16];

    for (unsigned i = count; i > 0; i--) {
        (void)snprintf(text, sizeof text, "%06u", i);
        struct id_run run = { id_of_text(text), id_of_text(text) };
        id_runs_add(&runs, &arena, &run);
    }
    bool proven = id_runs_prove_unique(&runs);
    arena_free(&arena);
    return proven;
}

static void too_many_runs_prove_nothing(void **state)
{
    (void)state;
    assert_true(proven_of_falling(RUNS_MAX));
    assert_false(proven_of_falling(RUNS_MAX + 1));
    assert_false(proven_of_falling(RUNS_MAX + 100));
}

static int compare_hashes(const void *a, const void *b)
{
    const uint64_t *one = a;
    const uint64_t *other = b;

    return (*one > *other) - (*one < *other);
}

/* Hashes of three threads, some of which stand again and again. */
static void repeated_hashes_are_those_that_stand_twice(void **state)
{
    enum { HASHES = HASHES_IN_PIECE * 2 + 17 };
    static uint64_t all[HASHES];
    struct chance chance = chance_of(test_seed);
    struct hash_piece *pieces[4] = { NULL };
    struct repeated repeated;

    (void)state;
    for (size_t i = 0; i < HASHES; i++) {
        bool again = i > 0 && chance_one_in(&chance, 50);
        all[i] = again ? all[chance_below(&chance, i)] : chance_next(&chance);
        if (i < 3)
            all[i] = i == 1 ? UINT64_MAX : 0;
        hash_keep(&pieces[i % 100 == 0 ? 0 : 2], &arena, all[i]);
    }
    hashes_repeated((const struct hash_piece *const *)pieces, COUNT(pieces), &arena, &repeated);
    qsort(all, HASHES, sizeof *all, compare_hashes);
    size_t found = 0;
    for (size_t i = 0; i < HASHES; i++) {
        bool twice = (i > 0 && all[i] == all[i - 1]) || (i + 1 < HASHES && all[i] == all[i + 1]);
        assert_int_equal(hash_stands(&repeated, all[i]), twice);
        found += twice && (i == 0 || all[i] != all[i - 1]);
    }
    assert_int_equal(repeated.count, found);
    arena_free(&arena);
}

static void no_hash_is_no_repetition(void **state)
{
    struct hash_piece *pieces[2] = { NULL };
    struct repeated repeated;

    (void)state;
    hashes_repeated((const struct hash_piece *const *)pieces, COUNT(pieces), &arena, &repeated);
    assert_int_equal(repeated.count, 0);
    assert_false(hash_stands(&repeated, 0));
    arena_free(&arena);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shorter_id_stands_before_a_longer_one),
        cmocka_unit_test(runs_that_do_not_overlap_prove_it),
        cmocka_unit_test(too_many_runs_prove_nothing),
        cmocka_unit_test(no_hash_is_no_repetition),
        cmocka_unit_test(repeated_hashes_are_those_that_stand_twice),
        cmocka_unit_test(ids_are_in_order_by_length_then_by_bytes),
    };

    test_chance_open(count, argument, 200000);
    return cmocka_run_group_tests_name("ledger_ids", tests, NULL, NULL);
}
