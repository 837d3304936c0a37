#include "store/evidence_shelf.h"

#include <stdio.h>

#include "store/store_sql.h"

/* What one transaction fetches, unless a single chunk is larger. */
#define FETCH_BYTES ((size_t)4 * 1024 * 1024)

struct fetching {
    struct evidence_shelf *shelf;
    uint64_t               from;
    size_t                 ahead;
};

static enum err ask(struct tx *tx, const struct query *query, const struct fetching *fetching,
                    struct statement **out, struct trouble *trouble)
{
    const struct evidence_shelf *shelf = fetching->shelf;
    enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_int(*out, 1, shelf->council);
    bind_text(*out, 2, text_of(shelf->row->hex));
    bind_int(*out, 3, shelf->part);
    bind_int(*out, 4, (int64_t)fetching->from);
    bind_int(*out, 5, (int64_t)(fetching->from + fetching->ahead));
    return OK;
}

/* As many as fit, and one at least. (PostgreSQL's answer is held in memory whole.) */
static enum err measure(struct tx *tx, struct fetching *fetching, struct trouble *trouble)
{
    struct statement *sizes;
    size_t bytes = 0, count = 0;
    bool row = true;
    enum err err = ask(tx, &sql_evidence_chunk_sizes, fetching, &sizes, trouble);

    while (err == OK && (err = statement_step(sizes, &row, trouble)) == OK && row) {
        const size_t size = (size_t)column_int(sizes, 1);
        if (count > 0 && bytes + size > FETCH_BYTES)
            break;
        bytes += size;
        count++;
    }
    if (err != OK)
        return err;
    statement_end(sizes);
    fetching->ahead = count;
    return OK;
}

/* Copies a chunk to the shelf. False: there is no room behind the ones before. */
static bool shelve(struct evidence_shelf *shelf, struct text bytes, size_t *used)
{
    if (bytes.size > shelf->room_bytes - *used && shelf->count > 0)
        return false;
    if (bytes.size > shelf->room_bytes) {
        shelf->room_bytes = bytes.size > FETCH_BYTES ? bytes.size : FETCH_BYTES;
        shelf->room = arena_take(shelf->arena, shelf->room_bytes, 1);
    }
    memcpy(shelf->room + *used, bytes.data, bytes.size);
    shelf->chunk[shelf->count++] = (struct text){ shelf->room + *used, bytes.size };
    *used += bytes.size;
    return true;
}

/* ERR_MISSING, unless the file was erased meanwhile. */
static enum err none(struct tx *tx, const struct evidence_shelf *shelf, struct trouble *trouble)
{
    struct evidence_row now;
    enum err err = evidence_row_read(tx, shelf->arena, shelf->council, &shelf->row->id, &now,
                                     trouble);

    if (err == OK && now.erased)
        return fail(trouble, ERR_CONFLICT, "%s was erased while it was read", shelf->name);
    return err != OK ? err : fail(trouble, ERR_MISSING, "there is no such chunk");
}

static enum err fetch_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct fetching fetching = *(const struct fetching *)context;
    struct evidence_shelf *shelf = fetching.shelf;
    struct statement *chunks;
    bool row = true;
    size_t used = 0;
    enum err err = fetching.ahead > 1 ? measure(tx, &fetching, trouble) : OK;

    shelf->count = 0;
    shelf->first = fetching.from;
    if (err == OK)
        err = ask(tx, &sql_evidence_chunks, &fetching, &chunks, trouble);
    while (err == OK && (err = statement_step(chunks, &row, trouble)) == OK && row) {
        /* Those behind a gap are not on the shelf. */
        if ((uint64_t)column_int(chunks, 0) != shelf->first + shelf->count ||
            !shelve(shelf, column_blob(chunks, 1), &used))
            break;
    }
    if (err != OK)
        return err;
    statement_end(chunks);
    return shelf->count > 0 ? OK : none(tx, shelf, trouble);
}

static enum err fetch_chunk(struct evidence_fetch *fetch, uint64_t number, struct text *out,
                            struct trouble *trouble)
{
    struct evidence_shelf *shelf = (struct evidence_shelf *)fetch;
    const uint64_t behind = shelf->first + shelf->count;

    if (number < shelf->first || number >= behind) {
        const size_t twice = 2 * shelf->ahead;
        shelf->ahead = number != behind ? 1 : twice < SHELF_CHUNKS ? twice : SHELF_CHUNKS;
        struct fetching fetching = { shelf, number, shelf->ahead };
        enum err err = db_read(shelf->db, (struct db_scope){ shelf->council, shelf->arena },
                               fetch_work, &fetching, trouble);
        if (err != OK) {
            shelf->count = 0;
            return err;
        }
    }
    *out = shelf->chunk[number - shelf->first];
    return OK;
}

struct evidence_shelf evidence_shelf_of(struct db *db, struct arena *arena, int64_t council,
                                        const struct evidence_row *row, enum evidence_part part)
{
    struct evidence_shelf shelf = { .fetch = { fetch_chunk }, .db = db, .arena = arena,
                                    .council = council, .row = row, .part = part, .ahead = 1 };

    (void)snprintf(shelf.name, sizeof shelf.name, "evidence %s", row->hex);
    return shelf;
}

enum err evidence_shelf_index(const struct evidence_shelf *frames,
                              const struct evidence_key *key, const struct evidence_head *head,
                              struct evidence_index *out, struct trouble *trouble)
{
    struct evidence_shelf pieces = evidence_shelf_of(frames->db, frames->arena, frames->council,
                                                     frames->row, PART_INDEX);
    const struct evidence_row *row = pieces.row;

    if (row->index_size == 0)
        return fail(trouble, ERR_REFUSED, "%s is no ledger extract whose lines can be found",
                    pieces.name);
    return evidence_index_open(pieces.arena, &pieces.fetch, row->index_size, key, &row->id, head,
                               pieces.name, out, trouble);
}
