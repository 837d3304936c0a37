/* How a key is hashed, and how an index is read and asked. */
#include "store/evidence_index.h"

#include <inttypes.h>

#include "store/evidence_filter.h"

/* An index is no larger than its file and this for each frame, and in truth much smaller: no
 * memory is asked for that a damaged row speaks of. */
#define FRAME_MOST ((size_t)8192)

static enum err malformed(const char *name, const char *what, struct trouble *trouble)
{
    return fail(trouble, ERR_CHECK, "%s: the index is malformed: %s", name, what);
}

/* One entry of the directory; its filter begins at `*filters`. */
static enum err parse_entry(struct evidence_index *index, const char *at, size_t number,
                            struct text *filters, const char *name, struct trouble *trouble)
{
    struct indexed_frame *frame = &index->frame[number];
    uint32_t bytes = (uint32_t)little_endian_get(at + 8, 4);

    frame->offset = index->size;
    frame->first_line = index->lines + 1;
    frame->size = (uint32_t)little_endian_get(at, 4);
    frame->lines = (uint32_t)little_endian_get(at + 4, 4);
    frame->anything = bytes == FILTER_ANYTHING;
    frame->filter = (struct text){ filters->data, frame->anything ? 0 : bytes };
    if (frame->size == 0 || frame->size > EVIDENCE_FRAME_MOST || frame->lines > frame->size)
        return malformed(name, "a frame of impossible size", trouble);
    if (frame->filter.size > filters->size || frame->filter.size > FILTER_BYTES_MOST)
        return malformed(name, "a filter that is not there", trouble);
    filters->data += frame->filter.size;
    filters->size -= frame->filter.size;
    index->size += frame->size;
    index->lines += frame->lines;
    if (frame->size > index->largest)
        index->largest = frame->size;
    return OK;
}

enum err evidence_index_parse(struct arena *arena, struct text bytes, const char *name,
                              struct evidence_index *index, struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "%s: out of memory", name);

    if (bytes.size < INDEX_HEAD_BYTES || memcmp(bytes.data, index_magic, sizeof index_magic) != 0)
        return malformed(name, "not an index of this version", trouble);
    const size_t count = (size_t)little_endian_get(bytes.data + 8, 4);
    if (count == 0 || count > (bytes.size - INDEX_HEAD_BYTES) / INDEX_ENTRY_BYTES)
        return malformed(name, "more frames than it has room for, or none", trouble);
    *index = (struct evidence_index){ .count = count,
                                      .header_line = little_endian_get(bytes.data + 12, 8) };
    index->frame = arena_take(arena, count, sizeof *index->frame);
    const size_t before = INDEX_HEAD_BYTES + count * INDEX_ENTRY_BYTES;
    struct text filters = { bytes.data + before, bytes.size - before };
    enum err err = OK;
    for (size_t i = 0; err == OK && i < count; i++)
        err = parse_entry(index, bytes.data + INDEX_HEAD_BYTES + i * INDEX_ENTRY_BYTES, i,
                          &filters, name, trouble);
    if (err != OK)
        return err;
    if (filters.size > 0)
        return malformed(name, "something stands behind it", trouble);
    if (index->size != little_endian_get(bytes.data + 20, 8) ||
        index->lines != little_endian_get(bytes.data + 28, 8))
        return malformed(name, "the frames do not add up", trouble);
    if (index->header_line == 0 || index->header_line > index->lines + 1)
        return malformed(name, "the header is not in the file", trouble);
    return OK;
}

static enum err damaged(const char *name, struct trouble *trouble)
{
    return fail(trouble, ERR_CHECK, "%s: the index is damaged or another file's, or the key is "
                "another one", name);
}

/* All pieces, into `plain`. */
static enum err unseal(struct evidence_fetch *pieces, struct evidence_place *place, size_t size,
                       const char *name, unsigned char *plain, struct trouble *trouble)
{
    for (size_t used = 0; used < size; place->number++) {
        const size_t part = size - used < EVIDENCE_INDEX_PIECE ? size - used
                                                               : EVIDENCE_INDEX_PIECE;
        struct trouble said = { .text = "" };
        struct text sealed = { NULL, 0 };
        enum err err = pieces->chunk(pieces, place->number, &sealed, &said);
        if (err != OK && err != ERR_MISSING)
            return fail(trouble, err, "%s", said.text);
        if (err == ERR_MISSING || sealed.size != part + EVIDENCE_TAG_BYTES ||
            !evidence_unseal(place, sealed, plain + used))
            return damaged(name, trouble);
        used += part;
    }
    return OK;
}

enum err evidence_index_open(struct arena *arena, struct evidence_fetch *pieces, size_t size,
                             const struct evidence_key *key, const struct evidence_id *id,
                             const struct evidence_head *head, const char *name,
                             struct evidence_index *index, struct trouble *trouble)
{
    struct evidence_place place = { key, id, PART_INDEX, 0, { NULL, 0 } };
    enum err err = evidence_seal_ready(trouble);

    if (err != OK)
        return err;
    if (size > head->size + FRAME_MOST * (head->frames + 1))
        return damaged(name, trouble);
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "%s: out of memory", name);
    unsigned char *plain = arena_take(arena, size, 1);
    err = unseal(pieces, &place, size, name, plain, trouble);
    if (err == OK)
        err = evidence_index_parse(arena, (struct text){ (const char *)plain, size }, name, index,
                                   trouble);
    if (err != OK)
        return err;
    const struct indexed_frame *last = &index->frame[index->count - 1];
    if (index->count != head->frames || index->size != head->size ||
        last->first_line > head->lines || index->lines > head->lines)
        return malformed(name, "it is not this file's", trouble);
    return OK;
}

size_t evidence_index_find(const struct evidence_index *index, const struct evidence_query *query,
                           uint32_t *frame)
{
    const uint64_t key = filter_key_of(query);
    size_t count = 0;

    for (size_t i = 0; i < index->count; i++)
        if (index->frame[i].anything || filter_has(index->frame[i].filter, key))
            frame[count++] = (uint32_t)i;
    return count;
}
