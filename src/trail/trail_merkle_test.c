#include "trail/trail_merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define SIZES 200

/* The leaves and roots that the implementations of Certificate Transparency (RFC 6962) are tested
 * with; the hashes were computed again from the text of RFC 9162, 2.1.1, in Python. */
static const struct {
    const char *leaf;
    size_t      size;
    const char *root;     /* of this leaf and those before it */
} known[] = {
    { "", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
    { "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
    { "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
    { "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
    { "\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
    { "\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
    { "\x50\x51\x52\x53\x54\x55\x56\x57", 8,
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
    { "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

#define A "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define B "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define C "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define D "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
#define E "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define F "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

/* Of the same leaves: what proves that leaf `first` is in the tree of `size`, or that the tree
 * begins with that of `first`. */
static const struct {
    bool        consistency;
    uint64_t    first, size;
    const char *hash[4];
} proofs[] = {
    { false, 0, 1, { NULL } },
    { false, 0, 8, { E, A, F } },
    { false, 5, 8, { B, C, D } },
    { false, 2, 3, { "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" } },
    { false, 1, 5, { "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", A, B } },
    { true, 1, 1, { NULL } },
    { true, 1, 8, { E, A, F } },
    { true, 6, 8,
      { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", C, D } },
    { true, 2, 5, { A, B } },
};

/* Leaves and roots, all of them. */
struct grown {
    struct sha256     work;
    struct sha256_sum leaf[SIZES], root[SIZES + 1];
};

static enum err give_leaf(void *context, uint64_t index, struct sha256_sum *leaf,
                          struct trouble *trouble)
{
    const struct grown *grown = context;

    if (index >= SIZES)
        return (fail)(trouble, ERR_IO, "no such leaf");   /* not the macro */
    *leaf = grown->leaf[index];
    return OK;
}

static void grow(struct grown *grown, bool as_known)
{
    struct merkle tree = { .size = 0 };

    assert_int_equal(sha256_begin(&grown->work, NULL), OK);
    merkle_root(&grown->work, &tree, &grown->root[0]);
    for (size_t i = 0; i < (as_known ? COUNT(known) : SIZES); i++) {
        if (as_known)
            merkle_leaf(&grown->work, known[i].leaf, known[i].size, &grown->leaf[i]);
        else
            merkle_leaf(&grown->work, &i, sizeof i, &grown->leaf[i]);
        merkle_append(&grown->work, &tree, &grown->leaf[i]);
        merkle_root(&grown->work, &tree, &grown->root[i + 1]);
    }
}

static void roots_are_the_known_ones(void **state)
{
    struct grown grown;
    char hex[SHA256_HEX_SIZE];

    (void)state;
    grow(&grown, true);
    sha256_hex(&grown.root[0], hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < COUNT(known); i++) {
        sha256_hex(&grown.root[i + 1], hex);
        assert_string_equal(hex, known[i].root);
    }
    sha256_drop(&grown.work);
}

static void proofs_are_the_known_ones(void **state)
{
    struct grown grown;
    const struct merkle_leaves leaves = { give_leaf, &grown };
    struct merkle_proof proof;
    char hex[SHA256_HEX_SIZE];

    (void)state;
    grow(&grown, true);
    for (size_t i = 0; i < COUNT(proofs); i++) {
        size_t count = 0;

        assert_int_equal(proofs[i].consistency
            ? merkle_consistency(&grown.work, &leaves, proofs[i].first, proofs[i].size, &proof,
                                 NULL)
            : merkle_inclusion(&grown.work, &leaves, proofs[i].first, proofs[i].size, &proof,
                               NULL), OK);
        for (; proofs[i].hash[count] != NULL; count++) {
            sha256_hex(&proof.hash[count], hex);
            assert_string_equal(hex, proofs[i].hash[count]);
        }
        assert_int_equal(proof.count, count);
    }
    sha256_drop(&grown.work);
}

/* ---- laws ---- */

static void every_leaf_is_included(void **state)
{
    struct grown grown;
    const struct merkle_leaves leaves = { give_leaf, &grown };
    struct merkle_proof proof;

    (void)state;
    grow(&grown, false);
    for (uint64_t size = 1; size <= SIZES; size += size < 20 ? 1 : 7)
        for (uint64_t i = 0; i < size; i++) {
            const struct sha256_sum *leaf = &grown.leaf[i], *root = &grown.root[size];

            assert_int_equal(merkle_inclusion(&grown.work, &leaves, i, size, &proof, NULL), OK);
            assert_true(merkle_inclusion_holds(&grown.work, leaf, i, size, &proof, root));
            assert_false(merkle_inclusion_holds(&grown.work, &grown.root[0], i, size, &proof,
                                                root));
            assert_false(merkle_inclusion_holds(&grown.work, leaf, i + 1, size, &proof, root));
            assert_false(merkle_inclusion_holds(&grown.work, leaf, i, size, &proof,
                                                &grown.root[size - 1]));
            proof.count++;
            assert_false(merkle_inclusion_holds(&grown.work, leaf, i, size, &proof, root));
        }
    sha256_drop(&grown.work);
}

static void check_consistency(struct grown *grown, uint64_t before, uint64_t size)
{
    const struct merkle_leaves leaves = { give_leaf, grown };
    const struct sha256_sum *first = &grown->root[before], *second = &grown->root[size];
    struct merkle_proof proof;

    assert_int_equal(merkle_consistency(&grown->work, &leaves, before, size, &proof, NULL), OK);
    assert_true(merkle_consistency_holds(&grown->work, before, first, size, second, &proof));
    if (before == size)
        return;
    assert_false(merkle_consistency_holds(&grown->work, before, second, size, second, &proof));
    if (before == 0)
        return;
    assert_false(merkle_consistency_holds(&grown->work, before, first, size, first, &proof));
    const uint64_t from = size, to = before;     /* the later one is said to be the earlier */
    assert_false(merkle_consistency_holds(&grown->work, from, second, to, first, &proof));
    /* A proof that ends below the root of the tree it is said to be of. */
    assert_false(merkle_consistency_holds(&grown->work, before, first, 2 * size, second, &proof));
    proof.hash[proof.count / 2].bytes[5] ^= 1;
    assert_false(merkle_consistency_holds(&grown->work, before, first, size, second, &proof));
    proof.hash[proof.count / 2].bytes[5] ^= 1;
    proof.count--;
    assert_false(merkle_consistency_holds(&grown->work, before, first, size, second, &proof));
}

static void any_two_sizes_are_consistent(void **state)
{
    struct grown grown;

    (void)state;
    grow(&grown, false);
    for (uint64_t size = 0; size <= SIZES; size++)
        for (uint64_t before = 0; before <= size; before++)
            check_consistency(&grown, before, size);
    sha256_drop(&grown.work);
}

static void a_leaf_that_is_not_to_be_had_is_told(void **state)
{
    struct grown grown;
    const struct merkle_leaves leaves = { give_leaf, &grown };
    struct trouble trouble = { .text = "" };
    struct merkle_proof proof;

    (void)state;
    grow(&grown, false);
    assert_int_equal(merkle_inclusion(&grown.work, &leaves, 3, SIZES + 9, &proof, &trouble),
                     ERR_IO);
    assert_string_equal(trouble.text, "no such leaf");
    assert_int_equal(merkle_consistency(&grown.work, &leaves, 3, SIZES + 9, &proof, &trouble),
                     ERR_IO);
    sha256_drop(&grown.work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_the_known_ones),
        cmocka_unit_test(proofs_are_the_known_ones),
        cmocka_unit_test(every_leaf_is_included),
        cmocka_unit_test(any_two_sizes_are_consistent),
        cmocka_unit_test(a_leaf_that_is_not_to_be_had_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
