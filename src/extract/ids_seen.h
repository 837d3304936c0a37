/*
 * extract/ids_seen.h -- has this entry_id come before? For ids that stand in a column.
 *
 * Ids are remembered by a 128-bit hash, up to IDS_SEEN_MAX of them in 16 MiB; past that nothing
 * more is remembered, `full` says so, and `ochil close` finds what is left. Two different ids
 * with the same hash (one chance in 10^27 for a full table) would have the second refused, never
 * a wrong line.
 */
#ifndef OCHIL_IDS_SEEN_H
#define OCHIL_IDS_SEEN_H

#include "base/arena.h"
#include "base/text.h"

#define IDS_SEEN_MAX 750000

struct id_hash {
    uint64_t high, low;      /* both 0: the slot is free */
};

struct ids_seen {
    struct id_hash *slot;
    size_t          count;
    bool            full;
};

/* Takes its memory. */
void ids_seen_open(struct ids_seen *, struct arena *);

/* Pure. Never both 0. */
struct id_hash id_hash_of(struct text partner, struct text id);

/* Whether the partner has this id already; remembers it. */
bool ids_seen_before(struct ids_seen *, struct id_hash);

/* Tells the processor that it will be looked for soon: no cache holds the whole table. */
void ids_seen_expect(const struct ids_seen *, struct id_hash);

#endif
