#include "finance/finance_entries.h"

#include <stdlib.h>

#include "finance/finance_sql.h"

#define HASH_BYTES ((size_t)8)

uint64_t entry_hash(struct text id)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < id.size; i++)
        hash = (hash ^ (unsigned char)id.data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

void entry_piece_write(const uint64_t *hash, size_t count, char *bytes)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t word = __builtin_bswap64(hash[i]);
        memcpy(bytes + i * HASH_BYTES, &word, HASH_BYTES);
    }
}

size_t entry_piece_shared(const uint64_t *hash, size_t count, struct text piece,
                          uint64_t *shared)
{
    size_t at = 0, found = 0;

    for (size_t i = 0; i + HASH_BYTES <= piece.size && at < count; i += HASH_BYTES) {
        uint64_t word;
        memcpy(&word, piece.data + i, HASH_BYTES);
        word = __builtin_bswap64(word);
        while (at < count && hash[at] < word)
            at++;
        if (at < count && hash[at] == word)
            shared[found++] = word;
    }
    return found;
}

static void add_import(struct arena *arena, struct shared_entries *out, int64_t import)
{
    if (out->imports > 0 && out->import[out->imports - 1] == import)
        return;
    out->import = arena_grow(arena, out->import, out->imports, out->imports + 1,
                             sizeof *out->import);
    out->import[out->imports++] = import;
}

static void add_hashes(struct arena *arena, struct shared_entries *out, const uint64_t *hash,
                       size_t count, size_t *room)
{
    if (out->count + count > *room) {
        *room = 2 * (out->count + count);
        out->hash = arena_grow(arena, out->hash, out->count, *room, sizeof *out->hash);
    }
    memcpy(out->hash + out->count, hash, count * sizeof *hash);
    out->count += count;
}

static int by_size(const void *one, const void *other)
{
    const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

    return a < b ? -1 : a > b;
}

/* Two others may share the same with this one. */
static void sort_once(struct shared_entries *out)
{
    size_t kept = 0;

    if (out->count == 0)
        return;
    qsort(out->hash, out->count, sizeof *out->hash, by_size);
    for (size_t i = 0; i < out->count; i++)
        if (i == 0 || out->hash[i] != out->hash[kept - 1])
            out->hash[kept++] = out->hash[i];
    out->count = kept;
}

enum err entries_shared(struct tx *tx, struct arena *arena, int64_t council,
                        const struct ledger_import *import, const uint64_t *hash, size_t count,
                        struct shared_entries *out, struct trouble *trouble)
{
    uint64_t *found = arena_take(arena, ENTRIES_IN_PIECE, sizeof *found);
    struct statement *list;
    size_t room = 0;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_ledger_id_set_list, &list, trouble);

    *out = (struct shared_entries){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_text(list, 2, import->year);
    bind_text(list, 3, text_of(book_name[import->book]));
    bind_int(list, 4, import->id);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        const size_t same = entry_piece_shared(hash, count, column_blob(list, 1), found);
        if (same == 0)
            continue;
        add_import(arena, out, column_int(list, 0));
        add_hashes(arena, out, found, same, &room);
    }
    sort_once(out);
    return err;
}
