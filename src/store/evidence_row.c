#include "store/evidence_row.h"

#include <sodium.h>

#include "store/store_sql.h"

void evidence_id_print(const struct evidence_id *id, char hex[EVIDENCE_ID_HEX])
{
    (void)sodium_bin2hex(hex, EVIDENCE_ID_HEX, id->bytes, EVIDENCE_ID_BYTES);
}

bool evidence_id_parse(struct text hex, struct evidence_id *id)
{
    char again[EVIDENCE_ID_HEX];
    size_t size = 0;

    if (hex.size != EVIDENCE_ID_HEX - 1 ||
        sodium_hex2bin(id->bytes, EVIDENCE_ID_BYTES, hex.data, hex.size, NULL, &size, NULL) != 0)
        return false;
    evidence_id_print(id, again);       /* libsodium reads upper case as well */
    return size == EVIDENCE_ID_BYTES && text_is(hex, again);
}

/* The columns of evidence_get. */
static enum err read_columns(struct statement *get, struct arena *arena, struct evidence_row *out,
                             struct trouble *trouble)
{
    const bool summed = sha256_from_hex(column_text(get, 0), &out->sum);

    out->kind = column_int(get, 1) == EVIDENCE_RECORDS ? EVIDENCE_RECORDS : EVIDENCE_BYTES;
    out->name = text_keep(arena, column_text(get, 2));
    out->media = text_keep(arena, column_text(get, 3));
    out->personal = column_bool(get, 4);
    out->size = (uint64_t)column_int(get, 5);
    out->lines = (uint64_t)column_int(get, 6);
    out->head = text_keep(arena, column_blob(get, 7));
    out->index_size = (uint64_t)column_int(get, 8);
    out->wrapped = text_keep(arena, column_blob(get, 9));
    out->taken_at = column_moment(get, 10);
    out->taken_by = text_keep(arena, column_text(get, 11));
    out->erased = !column_null(get, 12);
    if (out->erased)
        out->erased_at = column_moment(get, 12);
    return summed ? OK : fail(trouble, ERR_CHECK, "evidence %s: its SHA-256 is none", out->hex);
}

enum err evidence_row_read(struct tx *tx, struct arena *arena, int64_t council,
                           const struct evidence_id *id, struct evidence_row *out,
                           struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_evidence_get, &get, trouble);

    if (err != OK)
        return err;
    *out = (struct evidence_row){ .id = *id };
    evidence_id_print(id, out->hex);
    bind_int(get, 1, council);
    bind_text(get, 2, text_of(out->hex));
    err = statement_step(get, &row, trouble);
    if (err == OK && !row)
        return fail(trouble, ERR_MISSING, "there is no evidence %s", out->hex);
    if (err == OK)
        err = read_columns(get, arena, out, trouble);
    statement_end(get);
    return err;
}

struct loading {
    struct arena             *arena;
    int64_t                   council;
    const struct evidence_id *id;
    struct evidence_row      *out;
};

static enum err load_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct loading *loading = context;

    return evidence_row_read(tx, loading->arena, loading->council, loading->id, loading->out,
                             trouble);
}

enum err evidence_row_load(struct db *db, struct arena *arena, int64_t council,
                           const struct evidence_id *id, struct evidence_row *out,
                           struct trouble *trouble)
{
    struct loading loading = { arena, council, id, out };

    return db_read(db, (struct db_scope){ council, arena }, load_work, &loading, trouble);
}

enum err evidence_change(struct tx *tx, const struct query *query, int64_t council,
                         const char *hex, int64_t *changed, struct trouble *trouble)
{
    struct statement *run;
    enum err err = tx_prepare(tx, query, &run, trouble);

    if (err != OK)
        return err;
    bind_int(run, 1, council);
    bind_text(run, 2, text_of(hex));
    return statement_run(run, changed, trouble);
}
