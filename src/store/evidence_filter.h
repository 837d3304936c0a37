/*
 * store/evidence_filter.h -- the Bloom filters of an index: keys, bits and how they are stored.
 *
 * For evidence_index.c, which asks them, and evidence_indexer.c, which makes them.
 */
#ifndef OCHIL_EVIDENCE_FILTER_H
#define OCHIL_EVIDENCE_FILTER_H

#include "store/evidence_index.h"
#include "store/evidence_line.h"

#define INDEX_HEAD_BYTES (8 + 4 + 8 + 8 + 8)
#define INDEX_ENTRY_BYTES 12

static const char index_magic[8] = { 'O', 'C', 'H', 'I', 'L', 'I', 'X', 1 };

#define FILTER_HASHES 6
#define FILTER_KEYS_MOST ((size_t)1 << 16)     /* beyond that a frame has no filter */
#define FILTER_BYTES_MOST FILTER_KEYS_MOST     /* 8 bits a key */
#define FILTER_BYTES_ALWAYS ((size_t)4096)     /* a filter may be this large in any frame ... */
#define FILTER_SHARE 40                        /* ... or a fortieth of it */
#define FILTER_ANYTHING UINT32_MAX

/* Which of the three a key names. */
enum { KEY_CENTRE = 1, KEY_ACCOUNT = 2, KEY_PERIOD = 4, KEY_SELECTIONS = 8 };

/* What keys are made of: a hash of each part. */
struct filter_parts {
    uint64_t partner, centre, account, period;
};

uint64_t filter_text_hash(struct text);
uint64_t filter_period_hash(period_number);
uint64_t filter_key_of(const struct evidence_query *);

/* The parts times odd numbers of their own, so that a code that is both a cost centre and an
 * account is not confused; mixed as splitmix64 does. Never 0, which stands for "no key". */
static inline uint64_t filter_key(const struct filter_parts *parts, unsigned selection)
{
    uint64_t key = parts->partner;

    if ((selection & KEY_CENTRE) != 0)
        key += parts->centre * UINT64_C(0x9e3779b97f4a7c15);
    if ((selection & KEY_ACCOUNT) != 0)
        key += parts->account * UINT64_C(0xc2b2ae3d27d4eb4f);
    if ((selection & KEY_PERIOD) != 0)
        key += parts->period * UINT64_C(0xd6e8feb86659fd93);
    key = (key ^ key >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ key >> 27) * UINT64_C(0x94d049bb133111eb);
    key ^= key >> 31;
    return key != 0 ? key : 1;
}

/* The place of the n-th bit of a key, in a filter of `bytes`: two halves of the key make all six
 * (Kirsch and Mitzenmacher, 2006). */
static inline uint64_t filter_bit(uint64_t key, unsigned nth, size_t bytes)
{
    const uint32_t hash = (uint32_t)key + nth * ((uint32_t)(key >> 32) | 1);

    return (uint64_t)hash * (8 * bytes) >> 32;
}

static inline void filter_put(unsigned char *filter, size_t bytes, uint64_t key)
{
    for (unsigned i = 0; i < FILTER_HASHES; i++) {
        const uint64_t bit = filter_bit(key, i, bytes);
        filter[bit / 8] = (unsigned char)(filter[bit / 8] | 1U << bit % 8);
    }
}

static inline bool filter_has(struct text filter, uint64_t key)
{
    bool has = filter.size > 0;

    for (unsigned i = 0; has && i < FILTER_HASHES; i++) {
        const uint64_t bit = filter_bit(key, i, filter.size);
        has = ((unsigned char)filter.data[bit / 8] >> bit % 8 & 1) != 0;
    }
    return has;
}

#endif
