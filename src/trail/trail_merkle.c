#include "trail/trail_merkle.h"

#include <assert.h>

static void node(struct sha256 *work, const struct sha256_sum *left,
                 const struct sha256_sum *right, struct sha256_sum *out)
{
    unsigned char bytes[1 + 2 * SHA256_BYTES] = { 1 };

    memcpy(bytes + 1, left->bytes, SHA256_BYTES);
    memcpy(bytes + 1 + SHA256_BYTES, right->bytes, SHA256_BYTES);
    sha256_add(work, bytes, sizeof bytes);
    sha256_next(work, out);
}

void merkle_leaf(struct sha256 *work, const void *bytes, size_t size, struct sha256_sum *leaf)
{
    sha256_add(work, "\0", 1);
    sha256_add(work, bytes, size);
    sha256_next(work, leaf);
}

/* As a carry runs through a binary number: two trees of one size become one of the next. */
void merkle_append(struct sha256 *work, struct merkle *tree, const struct sha256_sum *leaf)
{
    struct sha256_sum sum = *leaf;
    unsigned height = 0;

    assert(tree->size < UINT64_MAX);
    for (; (tree->size >> height & 1) != 0; height++)
        node(work, &tree->peak[height], &sum, &sum);
    tree->peak[height] = sum;
    tree->size++;
}

void merkle_root(struct sha256 *work, const struct merkle *tree, struct sha256_sum *root)
{
    bool begun = false;

    for (unsigned height = 0; height < MERKLE_HEIGHT_MAX; height++) {
        if ((tree->size >> height & 1) == 0)
            continue;
        if (begun)
            node(work, &tree->peak[height], root, root);
        else
            *root = tree->peak[height];
        begun = true;
    }
    if (!begun)
        sha256_next(work, root);
}

/* ---- making proofs ---- */

/* What one proof is made with. */
struct proving {
    struct sha256              *work;
    const struct merkle_leaves *leaves;
    struct merkle_proof        *proof;
    struct trouble             *trouble;
};

/* Adds the hash of the leaves `from` to before `to`. */
static enum err prove_range(const struct proving *proving, uint64_t from, uint64_t to)
{
    const struct merkle_leaves *leaves = proving->leaves;
    struct merkle tree = { .size = 0 };
    struct sha256_sum leaf;

    for (uint64_t i = from; i < to; i++) {
        enum err err = leaves->leaf(leaves->context, i, &leaf, proving->trouble);

        if (err != OK)
            return err;
        merkle_append(proving->work, &tree, &leaf);
    }
    assert(proving->proof->count < COUNT(proving->proof->hash));
    merkle_root(proving->work, &tree, &proving->proof->hash[proving->proof->count++]);
    return OK;
}

/* The largest power of two below `size`, which is at least 2. */
static uint64_t split_of(uint64_t size)
{
    uint64_t split = 1;

    while (size - split > split)
        split *= 2;
    return split;
}

/* The paths are found from the root down, and told from the leaves up. */
static void turn_round(struct merkle_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct sha256_sum kept = proof->hash[i];

        proof->hash[i] = proof->hash[proof->count - 1 - i];
        proof->hash[proof->count - 1 - i] = kept;
    }
}

static enum err proof_end(const struct proving *proving, enum err err)
{
    turn_round(proving->proof);
    if (err == OK && sha256_failed(proving->work))
        return fail(proving->trouble, ERR_IO, "SHA-256: libcrypto failed");
    return err;
}

enum err merkle_inclusion(struct sha256 *work, const struct merkle_leaves *leaves, uint64_t index,
                          uint64_t size, struct merkle_proof *proof, struct trouble *trouble)
{
    const struct proving proving = { work, leaves, proof, trouble };
    uint64_t from = 0, to = size;
    enum err err = OK;

    assert(index < size);
    proof->count = 0;
    while (err == OK && to - from > 1) {
        uint64_t middle = from + split_of(to - from);

        if (index < middle) {
            err = prove_range(&proving, middle, to);
            to = middle;
        } else {
            err = prove_range(&proving, from, middle);
            from = middle;
        }
    }
    return proof_end(&proving, err);
}

enum err merkle_consistency(struct sha256 *work, const struct merkle_leaves *leaves,
                            uint64_t before, uint64_t size, struct merkle_proof *proof,
                            struct trouble *trouble)
{
    const struct proving proving = { work, leaves, proof, trouble };
    uint64_t from = 0, to = size;
    enum err err = OK;

    assert(before <= size);
    proof->count = 0;
    if (before == 0 || before == size)
        return OK;
    while (err == OK && before < to) {
        uint64_t middle = from + split_of(to - from);

        if (before <= middle) {
            err = prove_range(&proving, middle, to);
            to = middle;
        } else {
            err = prove_range(&proving, from, middle);
            from = middle;
        }
    }
    /* The first tree itself is known to who verifies, unless it was cut into parts. */
    if (err == OK && from > 0)
        err = prove_range(&proving, from, to);
    return proof_end(&proving, err);
}

/* ---- verifying proofs ---- */

bool merkle_inclusion_holds(struct sha256 *work, const struct sha256_sum *leaf, uint64_t index,
                            uint64_t size, const struct merkle_proof *proof,
                            const struct sha256_sum *root)
{
    struct sha256_sum sum = *leaf;
    uint64_t at = index, last = size - 1;

    if (index >= size)
        return false;
    for (size_t i = 0; i < proof->count; i++) {
        if (last == 0)
            return false;
        if ((at & 1) != 0 || at == last) {
            node(work, &proof->hash[i], &sum, &sum);
            for (; (at & 1) == 0 && at != 0; at >>= 1)
                last >>= 1;
        } else {
            node(work, &sum, &proof->hash[i], &sum);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && sha256_equal(&sum, root) && !sha256_failed(work);
}

/* The proof for trees that do differ in size; `at` and `last` are where the first and the second
 * tree's last leaf stand. */
static bool steps_hold(struct sha256 *work, uint64_t at, uint64_t last,
                       const struct sha256_sum *start, const struct sha256_sum *step,
                       size_t steps, const struct sha256_sum *root_before,
                       const struct sha256_sum *root)
{
    struct sha256_sum first = *start, second = *start;

    for (size_t i = 0; i < steps; i++) {
        if (last == 0)
            return false;
        if ((at & 1) != 0 || at == last) {
            node(work, &step[i], &first, &first);
            node(work, &step[i], &second, &second);
            for (; (at & 1) == 0 && at != 0; at >>= 1)
                last >>= 1;
        } else {
            node(work, &second, &step[i], &second);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && sha256_equal(&first, root_before) && sha256_equal(&second, root) &&
           !sha256_failed(work);
}

bool merkle_consistency_holds(struct sha256 *work, uint64_t before,
                              const struct sha256_sum *root_before, uint64_t size,
                              const struct sha256_sum *root, const struct merkle_proof *proof)
{
    const struct sha256_sum *start = root_before, *step = proof->hash;
    size_t steps = proof->count;

    if (before > size)
        return false;
    if (before == 0 || before == size) {
        struct sha256_sum empty;

        sha256_next(work, &empty);
        return steps == 0 && sha256_equal(before == 0 ? &empty : root, root_before) &&
               !sha256_failed(work);
    }
    /* A perfect first tree is a node of the second: the proof need not repeat its root. */
    if ((before & (before - 1)) != 0) {
        if (steps == 0)
            return false;
        start = step++;
        steps--;
    }
    uint64_t at = before - 1, last = size - 1;
    for (; (at & 1) != 0; at >>= 1)
        last >>= 1;
    return steps_hold(work, at, last, start, step, steps, root_before, root);
}
