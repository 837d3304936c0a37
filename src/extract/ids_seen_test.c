/* Ids that come again: told apart by partner, up to the limit and past it. */
#include "extract/ids_seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

static struct arena arena;
static struct ids_seen seen;

static int begin(void **state)
{
    (void)state;
    if (ARENA_GUARD(&arena))
        return -1;
    ids_seen_open(&seen, &arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static bool is_before(const char *partner, struct text id)
{
    return ids_seen_before(&seen, id_hash_of(text_of(partner), id));
}

static bool before(const char *partner, const char *id)
{
    return is_before(partner, text_of(id));
}

static void an_id_comes_again(void **state)
{
    (void)state;
    assert_false(before("STI", "1"));
    assert_true(before("STI", "1"));
    assert_true(before("STI", "1"));
    assert_false(before("STI", "2"));
    assert_true(before("STI", "1"));
    assert_int_equal(seen.count, 2);
    assert_false(seen.full);
}

static void partners_have_ids_of_their_own(void **state)
{
    (void)state;
    assert_false(before("STI", "1"));
    assert_false(before("CLA", "1"));
    assert_false(before("STI1", ""));
    assert_false(before("ST", "I1"));
    assert_false(before("", "STI1"));
    assert_true(before("CLA", "1"));
    assert_true(before("ST", "I1"));
}

/* Short numbers, of one length and of several, are all different. */
static void short_ids(void **state)
{
    static const char *const partners[] = { "STI", "CLA", "FAL", "1", "" };
    char id[8];

    (void)state;
    for (size_t i = 0; i < COUNT(partners); i++) {
        for (int number = 0; number < 20000; number++) {
            (void)snprintf(id, sizeof id, "%d", number);
            assert_false(before(partners[i], id));
        }
        for (int number = 0; number < 1000; number++) {
            (void)snprintf(id, sizeof id, "%05d", number);
            assert_false(before(partners[i], id));
        }
    }
}

/* Bytes count, not characters; a NUL is one of them. */
static void ids_are_bytes(void **state)
{
    (void)state;
    assert_false(before("STI", "a"));
    assert_false(before("STI", "A"));
    assert_false(before("STI", "a "));
    assert_false(is_before("STI", (struct text){ "a\0b", 3 }));
    assert_false(is_before("STI", (struct text){ "a\0c", 3 }));
    assert_true(is_before("STI", (struct text){ "a\0b", 3 }));
}

static bool number_before(int number)
{
    char id[16];

    (void)snprintf(id, sizeof id, "%d", number);
    return before("STI", id);
}

/* Full only when one more would have to be remembered; those that are remembered stay known. */
static void the_limit(void **state)
{
    (void)state;
    for (int i = 0; i < IDS_SEEN_MAX; i++)
        assert_false(number_before(i));
    assert_int_equal(seen.count, IDS_SEEN_MAX);
    for (int i = 0; i < IDS_SEEN_MAX; i += 1000)
        assert_true(number_before(i));
    assert_true(number_before(IDS_SEEN_MAX - 1));
    assert_false(seen.full);
    assert_false(number_before(IDS_SEEN_MAX));
    assert_true(seen.full);
    assert_false(number_before(IDS_SEEN_MAX));
    assert_true(number_before(0));
    assert_true(number_before(IDS_SEEN_MAX - 1));
    assert_int_equal(seen.count, IDS_SEEN_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_id_comes_again, begin, end),
        cmocka_unit_test_setup_teardown(partners_have_ids_of_their_own, begin, end),
        cmocka_unit_test_setup_teardown(short_ids, begin, end),
        cmocka_unit_test_setup_teardown(ids_are_bytes, begin, end),
        cmocka_unit_test_setup_teardown(the_limit, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
