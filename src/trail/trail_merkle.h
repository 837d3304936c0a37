/*
 * trail/trail_merkle.h -- the Merkle tree of RFC 9162, section 2.1, with SHA-256.
 *
 * A tree that grows is kept as its peaks: the hashes of the perfect subtrees that its leaves fall
 * into, one for every 1 in the binary form of its size. That is all that appending and the root
 * need, so a million entries take 2 KiB.
 *
 * Proofs are made from the leaves, which the caller hands out by number; they are verified from
 * the proof alone. All hashing goes through one context, whose failure is kept (sha256_failed).
 */
#ifndef OCHIL_TRAIL_MERKLE_H
#define OCHIL_TRAIL_MERKLE_H

#include "formats/sha256.h"

#define MERKLE_HEIGHT_MAX 64

struct merkle {
    uint64_t          size;
    struct sha256_sum peak[MERKLE_HEIGHT_MAX];   /* [h]: of 2^h leaves, if that bit of size is 1 */
};

/* SHA-256(0x00 | bytes). */
void merkle_leaf(struct sha256 *, const void *bytes, size_t size, struct sha256_sum *leaf);

/* Adds a leaf by its hash. */
void merkle_append(struct sha256 *, struct merkle *, const struct sha256_sum *leaf);

/* MTH(D[n]); of no bytes for the empty tree. */
void merkle_root(struct sha256 *, const struct merkle *, struct sha256_sum *root);

/* Hands out the hash of a leaf, counted from 0. */
struct merkle_leaves {
    enum err (*leaf)(void *context, uint64_t index, struct sha256_sum *, struct trouble *);
    void      *context;
};

struct merkle_proof {
    size_t            count;
    struct sha256_sum hash[2 * MERKLE_HEIGHT_MAX];
};

/* PATH(index, D[size]); index < size. */
MUST_USE enum err merkle_inclusion(struct sha256 *, const struct merkle_leaves *, uint64_t index,
                                   uint64_t size, struct merkle_proof *, struct trouble *);

/* PROOF(before, D[size]); before <= size. Empty when there is nothing to prove: 0 and equal. */
MUST_USE enum err merkle_consistency(struct sha256 *, const struct merkle_leaves *,
                                     uint64_t before, uint64_t size, struct merkle_proof *,
                                     struct trouble *);

/* Is the leaf at `index` of the tree with this size and root? (2.1.3.2) */
MUST_USE bool merkle_inclusion_holds(struct sha256 *, const struct sha256_sum *leaf,
                                     uint64_t index, uint64_t size, const struct merkle_proof *,
                                     const struct sha256_sum *root);

/* Does the second tree begin with the first? (2.1.4.2) */
MUST_USE bool merkle_consistency_holds(struct sha256 *, uint64_t before,
                                       const struct sha256_sum *root_before, uint64_t size,
                                       const struct sha256_sum *root,
                                       const struct merkle_proof *);

#endif
