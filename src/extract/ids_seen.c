/*
 * extract/ids_seen.c -- an open hash table that never grows.
 *
 * SipHash, since the texts themselves are not kept to be compared: the quick hash of base/index.h
 * gives 10 and 101 the same number.
 */
#include "extract/ids_seen.h"

#include <assert.h>
#include <sodium.h>

#define SLOTS ((size_t)1 << 20)

void ids_seen_open(struct ids_seen *seen, struct arena *arena)
{
    *seen = (struct ids_seen){ .slot = arena_take(arena, SLOTS, sizeof *seen->slot) };
}

/* The partner's hash is the key for its ids. */
struct id_hash id_hash_of(struct text partner, struct text id)
{
    static const unsigned char no_key[crypto_shorthash_siphashx24_KEYBYTES];
    unsigned char key[crypto_shorthash_siphashx24_BYTES];
    struct id_hash hash;

    static_assert(sizeof key == sizeof no_key && sizeof key == sizeof hash, "one makes the other");
    (void)crypto_shorthash_siphashx24(key, (const unsigned char *)partner.data, partner.size,
                                      no_key);
    (void)crypto_shorthash_siphashx24((unsigned char *)&hash, (const unsigned char *)id.data,
                                      id.size, key);
    if (hash.high == 0 && hash.low == 0)
        hash.low = 1;
    return hash;
}

void ids_seen_expect(const struct ids_seen *seen, struct id_hash hash)
{
    __builtin_prefetch(&seen->slot[(size_t)hash.high & (SLOTS - 1)], 1);
}

bool ids_seen_before(struct ids_seen *seen, struct id_hash hash)
{
    size_t at = (size_t)hash.high & (SLOTS - 1);

    while (seen->slot[at].high != 0 || seen->slot[at].low != 0) {
        if (seen->slot[at].high == hash.high && seen->slot[at].low == hash.low)
            return true;
        at = (at + 1) & (SLOTS - 1);
    }
    if (seen->count == IDS_SEEN_MAX) {
        seen->full = true;
        return false;
    }
    seen->slot[at] = hash;
    seen->count++;
    return false;
}
