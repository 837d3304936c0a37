/*
 * base/index.h -- from a code to its number: a hash index over texts that lives in an arena.
 *
 * A key is a text under a salt (0 where codes are unique by themselves; the partner's number
 * where they are unique within a partner). Numbers are given by the caller. The index keeps the
 * slices, not copies. It is filled by one thread and may then be read by many.
 */
#ifndef OCHIL_INDEX_H
#define OCHIL_INDEX_H

#include "base/arena.h"
#include "base/text.h"

struct index_slot {
    struct text key;
    uint32_t    salt;
    int32_t     value;    /* -1: the slot is free */
};

struct index {
    struct arena      *arena;
    struct index_slot *slot;
    size_t             mask;   /* slots - 1; a power of two less one */
    size_t             used;
};

void index_open(struct index *, struct arena *);

/* Adds the key with `value` (0 or more) unless it is there. Returns the number it has now. */
int32_t index_add(struct index *, uint32_t salt, struct text key, int32_t value);

/* Finding is inline since every ledger line does it three times. */

static inline uint64_t hash_load8(const char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t hash_load4(const char *bytes)
{
    uint32_t word;

    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t text_hash(struct text text, uint64_t salt)
{
    const char *p = text.data;
    size_t n = text.size;
    uint64_t seed = salt * UINT64_C(0x9e3779b97f4a7c15) ^ n;
    uint64_t a = 0;
    uint64_t b = 0;

    for (; n > 16; p += 8, n -= 8)
        seed = hash_mix(seed ^ UINT64_C(0xe7037ed1a0b428db),
                        hash_load8(p) ^ UINT64_C(0x8ebc6af09c88c6e3));
    if (n >= 8) {
        a = hash_load8(p);
        b = hash_load8(p + n - 8);
    } else if (n >= 4) {
        a = hash_load4(p);
        b = hash_load4(p + n - 4);
    } else if (n > 0) {
        a = (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n / 2] << 8 |
            (unsigned char)p[n - 1];
    }
    return hash_mix(a ^ UINT64_C(0xa0761d6478bd642f) ^ seed, b ^ UINT64_C(0x589965cc75374cc3));
}

/* Equality of texts that are mostly short. */
static inline bool key_equal(struct text a, struct text b)
{
    if (a.size != b.size)
        return false;
    if (a.size >= 8 && a.size <= 16)
        return ((hash_load8(a.data) ^ hash_load8(b.data)) |
                (hash_load8(a.data + a.size - 8) ^ hash_load8(b.data + b.size - 8))) == 0;
    if (a.size >= 4 && a.size < 8)
        return ((hash_load4(a.data) ^ hash_load4(b.data)) |
                (hash_load4(a.data + a.size - 4) ^ hash_load4(b.data + b.size - 4))) == 0;
    if (a.size < 4)
        return a.size == 0 ||
               (a.data[0] == b.data[0] && a.data[a.size / 2] == b.data[a.size / 2] &&
                a.data[a.size - 1] == b.data[a.size - 1]);
    return memcmp(a.data, b.data, a.size) == 0;
}

/* The slot that holds the key, or the free one where it belongs. The index has slots. */
static inline struct index_slot *index_slot_of(const struct index *index, uint32_t salt,
                                               struct text key)
{
    size_t at = (size_t)text_hash(key, salt) & index->mask;

    while (index->slot[at].value >= 0 &&
           (index->slot[at].salt != salt || !key_equal(index->slot[at].key, key)))
        at = (at + 1) & index->mask;
    return &index->slot[at];
}

/* The number of a key, or -1. Safe on an index that was only zeroed. */
static inline int32_t index_find(const struct index *index, uint32_t salt, struct text key)
{
    return index->slot == NULL ? -1 : index_slot_of(index, salt, key)->value;
}

#endif
