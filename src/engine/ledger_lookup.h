/*
 * engine/ledger_lookup.h -- from a code of a line to its number, in one step.
 *
 * The model's indexes keep slices of the files; this is a copy made for reading: codes of up to
 * 16 bytes stand in the table itself, as two words, so a look touches one place in memory.
 * Longer codes are left to the model's index. Filled once, then read by many threads.
 */
#ifndef OCHIL_LEDGER_LOOKUP_H
#define OCHIL_LEDGER_LOOKUP_H

#include "base/index.h"

#define LOOKUP_BYTES_MAX 16

/* A code under a salt, as words that can be compared at once. */
struct lookup_key {
    uint64_t head, tail;                 /* the first and the last eight bytes */
    uint64_t tag;                        /* salt and size */
};

struct lookup_slot {
    struct lookup_key key;
    int32_t           value;
    bool              taken;
};

struct lookup {
    struct lookup_slot *slot;
    size_t              mask;
    const struct index *longer;          /* for codes past 16 bytes; NULL: they give -1 */
};

static inline uint64_t lookup_tag_of(uint32_t salt, size_t size)
{
    return (uint64_t)salt << 8 | (uint64_t)size;
}

/* Needs 8 readable bytes at the text, and at most 16 in it. */
static inline struct lookup_key lookup_key_of(uint32_t salt, struct text text)
{
    static const uint64_t kept[8] = { 0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff,
                                      0xffffffffffff, 0xffffffffffffff };
    const uint64_t tag = lookup_tag_of(salt, text.size);
    const uint64_t head = hash_load8(text.data);

    if (text.size < 8)
        return (struct lookup_key){ head & kept[text.size], 0, tag };
    return (struct lookup_key){ head, hash_load8(text.data + text.size - 8), tag };
}

static inline bool lookup_keys_equal(const struct lookup_key *a, const struct lookup_key *b)
{
    return ((a->head ^ b->head) | (a->tail ^ b->tail) | (a->tag ^ b->tag)) == 0;
}

static inline size_t lookup_place(const struct lookup_key *key)
{
    return (size_t)hash_mix(key->head ^ UINT64_C(0xa0761d6478bd642f),
                            key->tail ^ key->tag * UINT64_C(0x9e3779b97f4a7c15) ^
                                UINT64_C(0x589965cc75374cc3));
}

/* A code that is not in the table itself: the index's number for it. */
int32_t lookup_longer(const struct lookup *, uint32_t salt, struct text code);

/* The value of a code, or -1. */
static inline int32_t lookup_find(const struct lookup *lookup, uint32_t salt, struct text code)
{
    if (code.size > LOOKUP_BYTES_MAX)
        return lookup_longer(lookup, salt, code);
    struct lookup_key key = lookup_key_of(salt, code);
    size_t at = lookup_place(&key) & lookup->mask;
    while (lookup->slot[at].taken) {
        if (lookup_keys_equal(&lookup->slot[at].key, &key))
            return lookup->slot[at].value;
        at = (at + 1) & lookup->mask;
    }
    return -1;
}

/* A copy of an index; its texts may lie at the end of memory that ends there. */
void lookup_copy(struct lookup *, struct arena *, const struct index *);

#endif
