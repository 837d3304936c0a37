/*
 * engine/ledger_ids.h -- whether a partner's entry ids are unique, mostly without keeping them.
 *
 * Ids are ordered by length, then by bytes: so numbers without leading zeros, and references of
 * a fixed width, ascend as a person would say. A strictly ascending run holds no id twice; runs
 * whose ranges do not overlap hold none twice either. See ledger.h for what happens otherwise.
 */
#ifndef OCHIL_LEDGER_IDS_H
#define OCHIL_LEDGER_IDS_H

#include "base/index.h"

/* Longer ids are not compared for order: their partner's ids are read a second time. */
#define ID_BYTES_MAX 24
#define RUNS_MAX 4096

/* An id that can be compared at once: its bytes as big-endian words, padded with zeros. */
struct id {
    uint64_t word[3];
    uint32_t size;
};

static inline uint64_t id_word(const char *bytes, size_t size)
{
    uint64_t word = __builtin_bswap64(hash_load8(bytes));

    return size >= 8 ? word : word & ~(UINT64_MAX >> (8 * size));
}

/* The id as words; needs 24 readable bytes at the text, and 1 to 24 in it. */
static inline struct id id_of(struct text text)
{
    struct id id = { { id_word(text.data, text.size), 0, 0 }, (uint32_t)text.size };

    if (__builtin_expect(text.size <= 8, 1))
        return id;
    if (text.size > 8)
        id.word[1] = id_word(text.data + 8, text.size - 8);
    if (text.size > 16)
        id.word[2] = id_word(text.data + 16, text.size - 16);
    return id;
}

static inline bool id_before(const struct id *a, const struct id *b)
{
    if (a->size != b->size)
        return a->size < b->size;
    if (a->word[0] != b->word[0])
        return a->word[0] < b->word[0];
    if (a->word[1] != b->word[1])
        return a->word[1] < b->word[1];
    return a->word[2] < b->word[2];
}

/* An ascending run of one partner's ids: all lie from first to last. */
struct id_run {
    struct id first, last;
};

struct id_runs {
    struct id_run *run;          /* the last one is still growing */
    size_t         count, room;
    bool           disordered;   /* not runs: a second reading must tell */
};

/* Adds the run of a block that follows. */
void id_runs_add(struct id_runs *, struct arena *, const struct id_run *);

/* Whether the runs prove that no id stands twice. Sorts them. */
bool id_runs_prove_unique(struct id_runs *);

/* Hashes of ids, collected by a thread. */
#define HASHES_IN_PIECE 65536
struct hash_piece {
    struct hash_piece *older;
    size_t             count;
    uint64_t           hash[HASHES_IN_PIECE];
};

void hash_keep(struct hash_piece **, struct arena *, uint64_t hash);

/* All of them, ascending. */
void hashes_sorted(const struct hash_piece *const pieces[], size_t threads, struct arena *,
                   uint64_t **out, size_t *out_count);

/* The hashes that stand more than once, as an index for hash_stands(). Works in `arena`. */
struct repeated {
    uint64_t *hash;              /* ascending */
    size_t    count;
};

void hashes_repeated(const struct hash_piece *const pieces[], size_t threads, struct arena *,
                     struct repeated *);
bool hash_stands(const struct repeated *, uint64_t hash);

#endif
