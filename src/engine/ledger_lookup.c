#include "engine/ledger_lookup.h"

static void add_code(struct lookup *lookup, const struct index_slot *known)
{
    char padded[LOOKUP_BYTES_MAX + 8] = { 0 };   /* the key is made of whole words */
    struct text code = { padded, known->key.size };

    memcpy(padded, known->key.data, known->key.size);
    struct lookup_key key = lookup_key_of(known->salt, code);
    size_t at = lookup_place(&key) & lookup->mask;
    while (lookup->slot[at].taken)
        at = (at + 1) & lookup->mask;
    lookup->slot[at] = (struct lookup_slot){ key, known->value, true };
}

int32_t lookup_longer(const struct lookup *lookup, uint32_t salt, struct text code)
{
    return lookup->longer == NULL ? -1 : index_find(lookup->longer, salt, code);
}

void lookup_copy(struct lookup *lookup, struct arena *arena, const struct index *index)
{
    size_t slots = 16;

    while (slots < index->used * 2)
        slots *= 2;
    *lookup = (struct lookup){ arena_take(arena, slots, sizeof *lookup->slot), slots - 1, index };
    for (size_t i = 0; index->slot != NULL && i <= index->mask; i++)
        if (index->slot[i].value >= 0 && index->slot[i].key.size <= LOOKUP_BYTES_MAX)
            add_code(lookup, &index->slot[i]);
}
