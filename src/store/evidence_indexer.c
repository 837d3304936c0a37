/* Making an index, frame by frame, while the file is written. */
#include <assert.h>
#include <inttypes.h>

#include "store/evidence_filter.h"

#define SLOTS (2 * FILTER_KEYS_MOST)
#define SLOTS_FIRST 4096
#define ENTRIES_FIRST 256

/* A frame of the index to be. */
struct entry {
    uint32_t       size, lines;
    uint32_t       filter_bytes;        /* or FILTER_ANYTHING */
    unsigned char *filter;
};

/* The last code hashed in a column: neighbours are often the same. */
struct last_hash {
    char     code[32];
    size_t   size;                      /* SIZE_MAX: none yet */
    uint64_t hash;
};

struct evidence_indexer {
    struct evidence_watch watch;
    struct arena         *arena;
    struct entry         *entry;
    size_t                count, room;
    char                 *spare;
    size_t                spare_room;
    enum header_state     header;
    uint64_t              header_line;
    uint64_t              size, lines;
    uint64_t              cut_line;     /* not 0: there can be no index */
    size_t                filters;      /* bytes of all */
    struct last_hash      partner, centre, account;
    /* The keys of a frame: a hash set, 0 where free. `slots` of it are in use. */
    uint64_t             *slot;
    size_t                slots, keys;
};

/* ---- the keys of a frame ---- */

/* Frames are mostly alike: as many slots as the last one needed. */
static void keys_clear(struct evidence_indexer *indexer)
{
    memset(indexer->slot, 0, indexer->slots * sizeof *indexer->slot);
    while (indexer->slots > SLOTS_FIRST && indexer->keys < indexer->slots / 8)
        indexer->slots /= 2;
    indexer->keys = 0;
}

static inline bool key_insert(uint64_t *slot, size_t slots, uint64_t key)
{
    size_t at = (size_t)key & (slots - 1);

    while (slot[at] != 0 && slot[at] != key)
        at = (at + 1) & (slots - 1);
    const bool fresh = slot[at] == 0;
    slot[at] = key;
    return fresh;
}

/* Twice the slots. What a key is moved away from is free again only once all have moved, so the
 * keys are gathered at the far end first: there is room, as half of the slots hold nothing. */
static void keys_double(struct evidence_indexer *indexer)
{
    uint64_t *gathered = indexer->slot + SLOTS;
    size_t count = 0;

    for (size_t i = 0; i < indexer->slots; i++)
        if (indexer->slot[i] != 0)
            gathered[count++] = indexer->slot[i];
    memset(indexer->slot, 0, indexer->slots * sizeof *indexer->slot);
    indexer->slots *= 2;
    for (size_t i = 0; i < count; i++)
        (void)key_insert(indexer->slot, indexer->slots, gathered[i]);
}

/* True for a key that the frame had not yet. */
static inline bool key_add(struct evidence_indexer *indexer, uint64_t key)
{
    if (!key_insert(indexer->slot, indexer->slots, key))
        return false;
    indexer->keys++;
    if (indexer->keys > indexer->slots / 2 && indexer->slots < SLOTS)
        keys_double(indexer);
    return true;
}

static uint64_t hash_of(struct last_hash *last, struct text code)
{
    if (code.size == last->size && memcmp(code.data, last->code, code.size) == 0)
        return last->hash;
    const uint64_t hash = filter_text_hash(code);
    if (code.size <= sizeof last->code) {
        if (code.size > 0)
            memcpy(last->code, code.data, code.size);
        last->size = code.size;
        last->hash = hash;
    }
    return hash;
}

/* The eight keys of a line; a line without a period has the four that name none. */
static void add_line(struct evidence_indexer *indexer, const struct evidence_line *line)
{
    const bool dated = line->period != EVIDENCE_NO_PERIOD;
    const struct filter_parts parts = {
        .partner = hash_of(&indexer->partner, line->field[FIELD_PARTNER]),
        .centre = hash_of(&indexer->centre, line->field[FIELD_COST_CENTRE]),
        .account = hash_of(&indexer->account, line->field[FIELD_ACCOUNT]),
        .period = dated ? filter_period_hash(line->period) : 0,
    };
    const unsigned all = KEY_SELECTIONS - 1 - (dated ? 0 : KEY_PERIOD);

    /* Where the frame has the key of all, it has the others. */
    if (!key_add(indexer, filter_key(&parts, all)))
        return;
    for (unsigned selection = 0; selection < all; selection++)
        (void)key_add(indexer, filter_key(&parts, selection));
}

/* ---- frames ---- */

/* Room for what one frame more needs; the filter comes when its size is known. */
static void need_room(struct evidence_indexer *indexer, size_t frame_bytes)
{
    if (indexer->count == indexer->room) {
        const size_t room = indexer->room == 0 ? ENTRIES_FIRST : 2 * indexer->room;
        indexer->entry = arena_grow(indexer->arena, indexer->entry, indexer->count, room,
                                    sizeof *indexer->entry);
        indexer->room = room;
    }
    if (frame_bytes > indexer->spare_room) {
        size_t room = EVIDENCE_FRAME_BYTES;
        while (room < frame_bytes)
            room *= 2;
        indexer->spare = arena_take(indexer->arena, room, 1);
        indexer->spare_room = room;
    }
}

/* 8 bits a key, but no more than a fortieth of the frame: what has so many codes is in most
 * frames anyway, and an index must stay small. With less than two bits a key a filter would say
 * yes to most questions, so there is none. */
static void make_filter(struct evidence_indexer *indexer, struct entry *entry)
{
    const size_t share = entry->size / FILTER_SHARE;
    const size_t most = share > FILTER_BYTES_ALWAYS ? share : FILTER_BYTES_ALWAYS;
    const size_t bytes = indexer->keys < most ? indexer->keys : most;

    if (indexer->keys > FILTER_KEYS_MOST || indexer->keys > 4 * bytes) {
        entry->filter_bytes = FILTER_ANYTHING;
        return;
    }
    entry->filter_bytes = (uint32_t)bytes;
    entry->filter = arena_take(indexer->arena, bytes, 1);
    for (size_t i = 0; i < indexer->slots; i++)
        if (indexer->slot[i] != 0)
            filter_put(entry->filter, bytes, indexer->slot[i]);
    indexer->filters += bytes;
}

/* The frame's lines, until its keys are too many for a filter. */
static void look_through(struct evidence_indexer *indexer, const struct evidence_frame *frame)
{
    struct evidence_lines lines = evidence_lines_of(frame->number, frame->plain,
                                                    frame->first_line, indexer->spare,
                                                    indexer->header_line);
    struct evidence_line line;

    keys_clear(indexer);
    if (indexer->header == HEADER_NOT_YET)
        indexer->header = evidence_header_find(frame->number, frame->plain, frame->first_line,
                                               indexer->spare, &indexer->header_line);
    if (indexer->header != HEADER_GOOD)
        return;
    lines.header_line = indexer->header_line;
    while (indexer->keys <= FILTER_KEYS_MOST && evidence_lines_next(&lines, &line))
        add_line(indexer, &line);
}

static enum err watch_frame(struct evidence_watch *watch, const struct evidence_frame *frame,
                            struct trouble *trouble)
{
    struct evidence_indexer *indexer = (struct evidence_indexer *)watch;

    ARENA_KEEP(outer, indexer->arena);
    if (ARENA_GUARD(indexer->arena))
        return fail(trouble, ERR_IO, "out of memory");
    if (frame->cut && indexer->cut_line == 0)
        indexer->cut_line = frame->first_line;
    if (indexer->cut_line != 0)
        return OK;
    need_room(indexer, frame->plain.size);
    look_through(indexer, frame);
    struct entry *entry = &indexer->entry[indexer->count];
    *entry = (struct entry){ .size = (uint32_t)frame->plain.size,
                             .lines = (uint32_t)evidence_line_ends(frame->plain) };
    make_filter(indexer, entry);
    indexer->count++;
    indexer->size += entry->size;
    indexer->lines += entry->lines;
    return OK;
}

enum err evidence_indexer_open(struct arena *arena, struct evidence_indexer **out,
                               struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");

    struct evidence_indexer *indexer = arena_take(arena, 1, sizeof *indexer);
    indexer->watch.frame = watch_frame;
    indexer->arena = arena;
    indexer->slot = arena_take(arena, SLOTS + FILTER_KEYS_MOST, sizeof *indexer->slot);
    indexer->slots = SLOTS_FIRST;
    indexer->partner.size = indexer->centre.size = indexer->account.size = SIZE_MAX;
    *out = indexer;
    return evidence_seal_ready(trouble);
}

struct evidence_watch *evidence_indexer_watch(struct evidence_indexer *indexer)
{
    return &indexer->watch;
}

/* ---- the index ---- */

static enum err may_have_index(const struct evidence_indexer *indexer, struct trouble *trouble)
{
    if (indexer->cut_line != 0)
        return fail(trouble, ERR_REFUSED, "line %" PRIu64 ": a record so long that it was cut; "
                    "such a file has no index", indexer->cut_line);
    if (indexer->header != HEADER_GOOD)
        return fail(trouble, ERR_REFUSED, "the file does not begin with the header of a ledger: "
                    "it has no index");
    if (indexer->count > UINT32_MAX)
        return fail(trouble, ERR_REFUSED, "the file is too large to have an index");
    return OK;
}

static size_t index_size(const struct evidence_indexer *indexer)
{
    return INDEX_HEAD_BYTES + indexer->count * INDEX_ENTRY_BYTES + indexer->filters;
}

static enum err write_head(const struct evidence_indexer *indexer, struct sink *to,
                           struct trouble *trouble)
{
    unsigned char head[INDEX_HEAD_BYTES];

    memcpy(head, index_magic, sizeof index_magic);
    little_endian_put(head + 8, indexer->count, 4);
    little_endian_put(head + 12, indexer->header_line, 8);
    little_endian_put(head + 20, indexer->size, 8);
    little_endian_put(head + 28, indexer->lines, 8);
    return to->write(to, head, sizeof head, trouble);
}

static enum err write_entry(const struct entry *entry, struct sink *to, struct trouble *trouble)
{
    unsigned char bytes[INDEX_ENTRY_BYTES];

    little_endian_put(bytes, entry->size, 4);
    little_endian_put(bytes + 4, entry->lines, 4);
    little_endian_put(bytes + 8, entry->filter_bytes, 4);
    return to->write(to, bytes, sizeof bytes, trouble);
}

/* The whole index, from its beginning. */
static enum err write_index(const struct evidence_indexer *indexer, struct sink *to,
                            struct trouble *trouble)
{
    enum err err = write_head(indexer, to, trouble);

    for (size_t i = 0; err == OK && i < indexer->count; i++)
        err = write_entry(&indexer->entry[i], to, trouble);
    for (size_t i = 0; err == OK && i < indexer->count; i++)
        if (indexer->entry[i].filter != NULL)
            err = to->write(to, indexer->entry[i].filter, indexer->entry[i].filter_bytes, trouble);
    return err;
}

struct printing {
    struct sink    sink;
    unsigned char *at;
};

static enum err print_bytes(struct sink *sink, const void *bytes, size_t size,
                            struct trouble *trouble)
{
    struct printing *printing = (struct printing *)sink;

    (void)trouble;
    memcpy(printing->at, bytes, size);
    printing->at += size;
    return OK;
}

enum err evidence_index_print(struct evidence_indexer *indexer, struct arena *arena,
                              struct text *out, struct trouble *trouble)
{
    const size_t size = index_size(indexer);
    enum err err = may_have_index(indexer, trouble);

    if (err != OK)
        return err;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    unsigned char *bytes = arena_take(arena, size, 1);
    struct printing printing = { { print_bytes }, bytes };
    err = write_index(indexer, &printing.sink, trouble);
    assert(err != OK || printing.at == bytes + size);
    *out = (struct text){ (const char *)bytes, size };
    return err;
}

/* A piece that is being filled. */
struct sealing {
    struct sink             sink;
    struct evidence_place   place;
    struct evidence_chunks *pieces;
    unsigned char          *piece;
    size_t                  used;
};

static enum err seal_piece(struct sealing *sealing, struct trouble *trouble)
{
    const struct text plain = { (const char *)sealing->piece, sealing->used };

    evidence_seal(&sealing->place, plain, sealing->piece);
    sealing->used = 0;
    return sealing->pieces->put(sealing->pieces, sealing->place.number++,
                                (struct text){ plain.data, plain.size + EVIDENCE_TAG_BYTES },
                                trouble);
}

static enum err seal_bytes(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct sealing *sealing = (struct sealing *)sink;
    const unsigned char *from = bytes;
    enum err err = OK;

    while (err == OK && size > 0) {
        const size_t left = EVIDENCE_INDEX_PIECE - sealing->used;
        const size_t part = size < left ? size : left;
        memcpy(sealing->piece + sealing->used, from, part);
        sealing->used += part;
        from += part;
        size -= part;
        if (sealing->used == EVIDENCE_INDEX_PIECE)
            err = seal_piece(sealing, trouble);
    }
    return err;
}

enum err evidence_index_seal(struct evidence_indexer *indexer, struct arena *arena,
                             const struct evidence_key *key, const struct evidence_id *id,
                             struct evidence_chunks *pieces, size_t *size,
                             struct trouble *trouble)
{
    enum err err = may_have_index(indexer, trouble);

    if (err != OK)
        return err;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    struct sealing sealing = { { seal_bytes }, { key, id, PART_INDEX, 0, { NULL, 0 } }, pieces,
                               arena_take(arena, EVIDENCE_INDEX_PIECE + EVIDENCE_TAG_BYTES, 1),
                               0 };
    err = write_index(indexer, &sealing.sink, trouble);
    if (err == OK && sealing.used > 0)
        err = seal_piece(&sealing, trouble);
    *size = index_size(indexer);
    return err;
}
