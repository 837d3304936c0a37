#include "finance/finance_text_sink.h"

static enum err keep(struct sink *sink, const void *bytes, size_t size, struct trouble *trouble)
{
    struct text_sink *into = (struct text_sink *)sink;

    (void)trouble;
    if (size > into->room - into->used) {
        const size_t room = (into->used + size) * 2 + 1024;
        into->bytes = arena_grow(into->arena, into->bytes, into->used, room, 1);
        into->room = room;
    }
    if (size > 0)
        memcpy(into->bytes + into->used, bytes, size);
    into->used += size;
    return OK;
}

void text_sink_open(struct text_sink *sink, struct arena *arena)
{
    *sink = (struct text_sink){ .sink = { keep }, .arena = arena };
}

struct text text_sink_bytes(const struct text_sink *sink)
{
    return (struct text){ sink->used == 0 ? "" : sink->bytes, sink->used };
}
