#include "base/index.h"

#include <assert.h>

void index_open(struct index *index, struct arena *arena)
{
    *index = (struct index){ .arena = arena };
}

static void resize(struct index *index, size_t slots)
{
    struct index_slot *old = index->slot;
    size_t old_slots = old == NULL ? 0 : index->mask + 1;

    index->slot = arena_take(index->arena, slots, sizeof *index->slot);
    index->mask = slots - 1;
    for (size_t i = 0; i < slots; i++)
        index->slot[i].value = -1;
    for (size_t i = 0; i < old_slots; i++)
        if (old[i].value >= 0)
            *index_slot_of(index, old[i].salt, old[i].key) = old[i];
}

int32_t index_add(struct index *index, uint32_t salt, struct text key, int32_t value)
{
    assert(value >= 0);
    if (index->slot == NULL)
        resize(index, 16);
    else if (index->used * 2 >= index->mask)
        resize(index, (index->mask + 1) * 2);
    struct index_slot *slot = index_slot_of(index, salt, key);
    if (slot->value < 0) {
        *slot = (struct index_slot){ key, salt, value };
        index->used++;
    }
    return slot->value;
}
