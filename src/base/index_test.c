#include "base/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/test_random.h"

#define LONGEST 40

static struct arena arena;

static void an_index_without_keys_finds_nothing(void **state)
{
    struct index index = { 0 };

    (void)state;
    assert_int_equal(index_find(&index, 0, text_of("STI")), -1);
    index_open(&index, &arena);
    assert_int_equal(index_find(&index, 0, text_of("")), -1);
}

static void the_first_number_of_a_key_stays(void **state)
{
    struct index index;

    (void)state;
    index_open(&index, &arena);
    assert_int_equal(index_add(&index, 0, text_of("STI"), 7), 7);
    assert_int_equal(index_add(&index, 0, text_of("STI"), 9), 7);
    assert_int_equal(index_find(&index, 0, text_of("STI")), 7);
    assert_int_equal(index_add(&index, 0, text_of(""), 0), 0);
    assert_int_equal(index_find(&index, 0, text_of("")), 0);
    assert_int_equal(index.used, 2);
    arena_free(&arena);
}

static void a_salt_keeps_equal_codes_apart(void **state)
{
    struct index index;

    (void)state;
    index_open(&index, &arena);
    for (uint32_t salt = 0; salt < 64; salt++)
        assert_int_equal(index_add(&index, salt, text_of("40200"), (int32_t)salt), salt);
    for (uint32_t salt = 0; salt < 64; salt++)
        assert_int_equal(index_find(&index, salt, text_of("40200")), salt);
    assert_int_equal(index_find(&index, 64, text_of("40200")), -1);
    assert_int_equal(index_find(&index, UINT32_MAX, text_of("40200")), -1);
    arena_free(&arena);
}

/* Texts that fall on one place whatever the size of the table: the same hash, to its last 12
 * bits; so each is found only by walking past the others. */
static void keys_that_collide_are_told_apart(void **state)
{
    static char text[64][24];
    struct index index;
    size_t found = 0;

    (void)state;
    index_open(&index, &arena);
    for (uint64_t i = 0; found < 64; i++) {
        int size = snprintf(text[found], sizeof text[found], "%llu", (unsigned long long)i);
        if ((text_hash((struct text){ text[found], (size_t)size }, 0) & 0xfff) != 0xffe)
            continue;
        assert_int_equal(index_add(&index, 0, text_of(text[found]), (int32_t)found), found);
        found++;
    }
    for (size_t i = 0; i < found; i++)
        assert_int_equal(index_find(&index, 0, text_of(text[i])), i);
    assert_int_equal(index_find(&index, 0, text_of("no such code")), -1);
    arena_free(&arena);
}

static void grows_past_any_size(void **state)
{
    static char text[100000][8];
    struct index index;

    (void)state;
    index_open(&index, &arena);
    for (int32_t i = 0; i < 100000; i++) {
        (void)snprintf(text[i], sizeof text[i], "%d", i);
        assert_int_equal(index_add(&index, 3, text_of(text[i]), i), i);
        assert_int_equal(index_find(&index, 3, text_of(text[i / 2])), i / 2);
    }
    for (int32_t i = 0; i < 100000; i++)
        assert_int_equal(index_find(&index, 3, text_of(text[i])), i);
    arena_free(&arena);
}

/* Each byte of a text of each length counts, in its hash and when it is compared. */
static void every_byte_of_a_key_counts(void **state)
{
    char one[LONGEST + 1];
    char other[LONGEST + 1];

    (void)state;
    for (size_t size = 1; size <= LONGEST; size++) {
        memset(one, 'a', sizeof one);
        assert_true(key_equal((struct text){ one, size }, (struct text){ one, size }));
        assert_false(key_equal((struct text){ one, size }, (struct text){ one, size - 1 }));
        for (size_t at = 0; at < size; at++) {
            memcpy(other, one, sizeof other);
            other[at] = 'b';
            struct text a = { one, size };
            struct text b = { other, size };
            assert_false(key_equal(a, b));
            assert_int_not_equal(text_hash(a, 0), text_hash(b, 0));
        }
        assert_int_not_equal(text_hash((struct text){ one, size }, 0),
                             text_hash((struct text){ one, size }, 1));
    }
}

/* A slow index: a row of keys, searched from its beginning. */
struct slow_key {
    char     bytes[LONGEST];
    size_t   size;
    uint32_t salt;
};

static int32_t find_slowly(const struct slow_key *keys, size_t count, const struct slow_key *key)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].salt == key->salt && keys[i].size == key->size &&
            memcmp(keys[i].bytes, key->bytes, key->size) == 0)
            return (int32_t)i;
    return -1;
}

static void finds_what_a_search_from_the_start_finds(void **state)
{
    static struct slow_key keys[2000];
    struct chance chance = chance_of(test_seed);
    struct index index;
    size_t count = 0;

    (void)state;
    index_open(&index, &arena);
    for (long i = 0; i < test_cases; i++) {
        struct slow_key key = { .size = chance_below(&chance, LONGEST),
                                .salt = (uint32_t)chance_below(&chance, 3) };
        for (size_t at = 0; at < key.size; at++)     /* few letters, so that many keys meet */
            key.bytes[at] = chance_one_in(&chance, 8) ? 'b' : 'a';
        int32_t expected = find_slowly(keys, count, &key);
        assert_int_equal(index_find(&index, key.salt, (struct text){ key.bytes, key.size }),
                         expected);
        if (expected >= 0 || count == COUNT(keys))
            continue;
        keys[count] = key;
        assert_int_equal(index_add(&index, key.salt, (struct text){ keys[count].bytes, key.size },
                                   (int32_t)count), count);
        count++;
    }
    arena_free(&arena);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_index_without_keys_finds_nothing),
        cmocka_unit_test(the_first_number_of_a_key_stays),
        cmocka_unit_test(a_salt_keeps_equal_codes_apart),
        cmocka_unit_test(keys_that_collide_are_told_apart),
        cmocka_unit_test(grows_past_any_size),
        cmocka_unit_test(every_byte_of_a_key_counts),
        cmocka_unit_test(finds_what_a_search_from_the_start_finds),
    };

    test_chance_open(count, argument, 20000);
    return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
