/*
 * extract/ids_seen.c -- an open hash table that never grows.
 */
#include "extract/ids_seen.h"

#include "base/index.h"

#define SLOTS ((size_t)1 << 20)

void ids_seen_open(struct ids_seen *seen, struct arena *arena)
{
    *seen = (struct ids_seen){ .slot = arena_take(arena, SLOTS, sizeof *seen->slot) };
}

static struct id_hash hash_of(struct text partner, struct text id)
{
    uint64_t salt = text_hash(partner, 1);

    /* A free slot is all zero, so no hash may be. */
    return (struct id_hash){ text_hash(id, salt), text_hash(id, ~salt) | 1 };
}

bool ids_seen_before(struct ids_seen *seen, struct text partner, struct text id)
{
    struct id_hash hash = hash_of(partner, id);
    size_t at = (size_t)hash.high & (SLOTS - 1);

    while (seen->slot[at].low != 0) {
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
