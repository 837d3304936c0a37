#include "trail/trail_checkpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "trail/test_trail.h"

static const char example[] =
    "ochil trail checkpoint 1\n"
    "store " TEST_STORE "\n"
    "size 1\n"
    "last 305c7229c797970379107a1594946b95d31419f6a62fb6413e876c1f438faaa2\n"
    "root e3a97c4d08dcb823577bd61d91d30cd0bdb49b8605e278c053ab46abb8feb16d\n"
    "time 2026-04-01T09:00:00.000Z\n"
    "key 30200\n";

/* A trail of `size` entries; with another `past` the first one is another. */
static struct trail_chain chain_of(struct sha256 *work, uint64_t size, const char *past)
{
    struct trail_chain chain;
    struct sha256_sum content, hash;

    trail_chain_begin(work, text_of(TEST_STORE), &chain);
    while (chain.size < size) {
        trail_content(work, text_of(chain.size == 0 ? past : "later"), &content);
        trail_hash(work, &chain, &content, &hash);
        trail_chain_add(work, &chain, &hash);
    }
    return chain;
}

static void it_has_one_spelling(void **state)
{
    char changed[sizeof example], text[CHECKPOINT_TEXT_MAX];
    struct checkpoint checkpoint;
    size_t taken = 0;

    (void)state;
    assert_true(checkpoint_parse(text_of(example), &checkpoint));
    assert_int_equal(checkpoint_print(&checkpoint, text), sizeof example - 1);
    assert_string_equal(text, example);
    for (size_t at = 0; at + 1 < sizeof example; at++)
        for (int byte = 1; byte < 128; byte++) {
            memcpy(changed, example, sizeof example);
            changed[at] = (char)byte;
            if (!checkpoint_parse(text_of(changed), &checkpoint))
                continue;
            (void)checkpoint_print(&checkpoint, text);
            assert_string_equal(text, changed);
            taken++;
        }
    assert_in_range(taken, 1000, 20000);
    for (size_t size = 0; size + 1 < sizeof example; size++)
        assert_false(checkpoint_parse((struct text){ example, size }, &checkpoint));
}

/* What a server asks of its store before it serves. */
static void a_trail_keeps_it_or_not(void **state)
{
    struct sha256 work;
    struct checkpoint checkpoint;
    static const unsigned char key[MINISIGN_NUMBER_BYTES] = { 0, 2, 3 };

    (void)state;
    assert_int_equal(sha256_begin(&work, NULL), OK);
    struct trail_chain five = chain_of(&work, 5, "first");
    struct trail_chain four = chain_of(&work, 4, "first");
    struct trail_chain six = chain_of(&work, 6, "first");
    struct trail_chain other = chain_of(&work, 5, "another first");
    struct text store = text_of(TEST_STORE);
    checkpoint_of(&work, &five, store, 0, key, &checkpoint);
    assert_string_equal(checkpoint.key, "30200");
    assert_int_equal(checkpoint_kept(&work, &checkpoint, store, &five), KEPT);
    assert_int_equal(checkpoint_kept(&work, &checkpoint, store, &four), KEPT_NOT_YET);
    assert_int_equal(checkpoint_kept(&work, &checkpoint, store, &other), KEPT_OTHER);
    assert_int_equal(checkpoint_kept(&work, &checkpoint, store, &six), KEPT_OTHER);
    assert_int_equal(checkpoint_kept(&work, &checkpoint, text_of("another"), &five),
                     KEPT_NOT_STORE);
    /* Either hash alone tells: the chain's and the tree's are not trusted for each other. */
    checkpoint.root.bytes[31] ^= 1;
    assert_int_equal(checkpoint_kept(&work, &checkpoint, store, &five), KEPT_OTHER);
    checkpoint.root.bytes[31] ^= 1;
    checkpoint.last.bytes[0] ^= 1;
    assert_int_equal(checkpoint_kept(&work, &checkpoint, store, &five), KEPT_OTHER);
    sha256_drop(&work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_has_one_spelling),
        cmocka_unit_test(a_trail_keeps_it_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
