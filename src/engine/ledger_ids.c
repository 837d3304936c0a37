#include "engine/ledger_ids.h"

#include <stdlib.h>

void id_runs_add(struct id_runs *runs, struct arena *arena, const struct id_run *run)
{
    if (runs->disordered)
        return;
    if (runs->count > 0 && id_before(&runs->run[runs->count - 1].last, &run->first)) {
        runs->run[runs->count - 1].last = run->last;
        return;
    }
    if (runs->count == RUNS_MAX) {
        runs->disordered = true;
        return;
    }
    if (runs->count == runs->room) {
        runs->room = runs->room == 0 ? 4 : runs->room * 2;
        runs->run = arena_grow(arena, runs->run, runs->count, runs->room, sizeof *runs->run);
    }
    runs->run[runs->count++] = *run;
}

static int compare_runs(const void *a, const void *b)
{
    const struct id_run *one = a;
    const struct id_run *other = b;

    return id_before(&one->first, &other->first) ? -1 : id_before(&other->first, &one->first);
}

bool id_runs_prove_unique(struct id_runs *runs)
{
    if (runs->disordered)
        return false;
    if (runs->count > 1)
        qsort(runs->run, runs->count, sizeof *runs->run, compare_runs);
    for (size_t i = 1; i < runs->count; i++)
        if (!id_before(&runs->run[i - 1].last, &runs->run[i].first))
            return false;
    return true;
}

void hash_keep(struct hash_piece **piece, struct arena *arena, uint64_t hash)
{
    if (*piece == NULL || (*piece)->count == HASHES_IN_PIECE) {
        struct hash_piece *next = arena_take(arena, 1, sizeof *next);
        next->older = *piece;
        *piece = next;
    }
    (*piece)->hash[(*piece)->count++] = hash;
}

/* Eleven bits of a hash at a time: six times, an even number, so that the sorted end up where they
 * were; and few enough that a handful of hashes is sorted in no time. */
#define DIGIT_BITS 11
#define DIGITS     ((size_t)1 << DIGIT_BITS)

/* Sorts by one digit after another, the lowest first; `other` is room for as many. */
static void sort_hashes(uint64_t *hash, uint64_t *other, size_t count, size_t *starts)
{
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        size_t sum = 0;
        memset(starts, 0, DIGITS * sizeof *starts);
        for (size_t i = 0; i < count; i++)
            starts[hash[i] >> shift & (DIGITS - 1)]++;
        for (size_t i = 0; i < DIGITS; i++) {
            size_t here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            other[starts[hash[i] >> shift & (DIGITS - 1)]++] = hash[i];
        uint64_t *swap = hash;
        hash = other;
        other = swap;
    }
}

void hashes_sorted(const struct hash_piece *const pieces[], size_t threads, struct arena *arena,
                   uint64_t **out, size_t *out_count)
{
    size_t count = 0;
    size_t at = 0;

    for (size_t t = 0; t < threads; t++)
        for (const struct hash_piece *p = pieces[t]; p != NULL; p = p->older)
            count += p->count;
    uint64_t *hash = arena_take(arena, count, sizeof *hash);
    for (size_t t = 0; t < threads; t++)
        for (const struct hash_piece *p = pieces[t]; p != NULL; p = p->older) {
            memcpy(hash + at, p->hash, p->count * sizeof *hash);
            at += p->count;
        }
    sort_hashes(hash, arena_take(arena, count, sizeof *hash), count,
                arena_take(arena, DIGITS, sizeof(size_t)));
    *out = hash;
    *out_count = count;
}

void hashes_repeated(const struct hash_piece *const pieces[], size_t threads, struct arena *arena,
                     struct repeated *repeated)
{
    uint64_t *hash;
    size_t count;

    hashes_sorted(pieces, threads, arena, &hash, &count);
    *repeated = (struct repeated){ hash, 0 };
    for (size_t i = 1; i < count; i++)
        if (hash[i] == hash[i - 1] &&
            (repeated->count == 0 || hash[repeated->count - 1] != hash[i]))
            hash[repeated->count++] = hash[i];
}

bool hash_stands(const struct repeated *repeated, uint64_t hash)
{
    size_t low = 0;
    size_t high = repeated->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (repeated->hash[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < repeated->count && repeated->hash[low] == hash;
}
