#include "engine/ledger_lookup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/test_random.h"

#define LONGEST 40

static struct arena arena;

/* Finds a code that is followed by bytes that are no part of it, as in a line. */
static int32_t find(const struct lookup *lookup, uint32_t salt, const char *code, size_t size,
                    char behind)
{
    char bytes[LONGEST + 8];

    memset(bytes, behind, sizeof bytes);
    memcpy(bytes, code, size);
    return lookup_find(lookup, salt, (struct text){ bytes, size });
}

static void codes_of_every_length_are_found(void **state)
{
    static const char letters[LONGEST + 1] = "abcdefghijklmnopqrstuvwxyz0123456789ABCD";
    char other[LONGEST];
    struct index index;
    struct lookup lookup;

    (void)state;
    index_open(&index, &arena);
    for (size_t size = 0; size <= LONGEST; size++)
        index_add(&index, 7, (struct text){ letters, size }, (int32_t)size);
    lookup_copy(&lookup, &arena, &index);
    for (size_t size = 0; size <= LONGEST; size++)
        for (int behind = 0; behind < 256; behind += 15) {
            assert_int_equal(find(&lookup, 7, letters, size, (char)behind), size);
            assert_int_equal(find(&lookup, 8, letters, size, (char)behind), -1);
            memcpy(other, letters, size);
            if (size > 0)
                other[size - 1] = '#';
            assert_int_equal(find(&lookup, 7, other, size, (char)behind), size > 0 ? -1 : 0);
        }
    arena_free(&arena);
}

static void an_empty_index_has_no_code(void **state)
{
    struct index index;
    struct lookup lookup;

    (void)state;
    index_open(&index, &arena);
    lookup_copy(&lookup, &arena, &index);
    assert_int_equal(find(&lookup, 0, "", 0, 'x'), -1);
    assert_int_equal(find(&lookup, 0, "STI", 3, 'x'), -1);
    assert_int_equal(find(&lookup, 0, "more than sixteen bytes", 23, 'x'), -1);
    arena_free(&arena);
}

/* Codes that end in zero bytes, or have zeros where another one ends. */
static void zeros_are_bytes_of_a_code(void **state)
{
    struct index index;
    struct lookup lookup;

    (void)state;
    index_open(&index, &arena);
    index_add(&index, 0, (struct text){ "ab", 2 }, 2);
    index_add(&index, 0, (struct text){ "ab\0", 3 }, 3);
    index_add(&index, 0, (struct text){ "ab\0\0\0\0\0\0", 8 }, 8);
    index_add(&index, 0, (struct text){ "ab\0\0\0\0\0\0\0", 9 }, 9);
    lookup_copy(&lookup, &arena, &index);
    assert_int_equal(find(&lookup, 0, "ab\0\0\0\0\0\0\0", 2, 0), 2);
    assert_int_equal(find(&lookup, 0, "ab\0\0\0\0\0\0\0", 3, 0), 3);
    assert_int_equal(find(&lookup, 0, "ab\0\0\0\0\0\0\0", 4, 0), -1);
    assert_int_equal(find(&lookup, 0, "ab\0\0\0\0\0\0\0", 8, 0), 8);
    assert_int_equal(find(&lookup, 0, "ab\0\0\0\0\0\0\0", 9, 0), 9);
    arena_free(&arena);
}

static void without_an_index_longer_codes_are_not_known(void **state)
{
    struct index index;
    struct lookup lookup;

    (void)state;
    index_open(&index, &arena);
    index_add(&index, 0, text_of("seventeen bytes !"), 1);
    index_add(&index, 0, text_of("sixteen bytes ok"), 2);
    lookup_copy(&lookup, &arena, &index);
    assert_int_equal(find(&lookup, 0, "seventeen bytes !", 17, ','), 1);
    lookup.longer = NULL;
    assert_int_equal(find(&lookup, 0, "seventeen bytes !", 17, ','), -1);
    assert_int_equal(find(&lookup, 0, "sixteen bytes ok", 16, ','), 2);
    arena_free(&arena);
}

/* A code of few letters under few salts, so that many meet. */
static size_t random_code(struct chance *chance, char code[LONGEST])
{
    size_t size = chance_below(chance, chance_one_in(chance, 4) ? LONGEST : 10);

    for (size_t at = 0; at < size; at++)
        code[at] = (char)chance_between(chance, 'a', chance_one_in(chance, 4) ? 'z' : 'b');
    return size;
}

static void finds_what_the_index_finds(void **state)
{
    struct chance chance = chance_of(test_seed);
    struct index index;
    struct lookup lookup;
    char code[LONGEST];

    (void)state;
    index_open(&index, &arena);
    for (int32_t i = 0; i < 3000; i++) {
        size_t size = random_code(&chance, code);
        index_add(&index, (uint32_t)chance_below(&chance, 64),
                  (struct text){ arena_copy(&arena, code, size), size }, i);
    }
    lookup_copy(&lookup, &arena, &index);
    for (long i = 0; i < test_cases; i++) {
        size_t size = random_code(&chance, code);
        uint32_t salt = (uint32_t)chance_below(&chance, 65);
        assert_int_equal(find(&lookup, salt, code, size, (char)chance_below(&chance, 256)),
                         index_find(&index, salt, (struct text){ code, size }));
    }
    arena_free(&arena);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_of_every_length_are_found),
        cmocka_unit_test(an_empty_index_has_no_code),
        cmocka_unit_test(zeros_are_bytes_of_a_code),
        cmocka_unit_test(without_an_index_longer_codes_are_not_known),
        cmocka_unit_test(finds_what_the_index_finds),
    };

    test_chance_open(count, argument, 500000);
    return cmocka_run_group_tests_name("ledger_lookup", tests, NULL, NULL);
}
