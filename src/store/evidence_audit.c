#include "store/evidence_audit.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/evidence_shelf.h"
#include "store/store_sql.h"

#define READ_BYTES ((size_t)64 * 1024)

/* What the store holds of a file, counted by the database. */
struct totals {
    uint64_t frames, frame_bytes;
    uint64_t pieces, index_bytes;
};

/* A file on its way through the audit. */
struct auditing {
    struct db                     *db;
    const struct evidence_council *council;
    struct arena                   arena;       /* of this file alone */
    char                           hex[EVIDENCE_ID_HEX];    /* "" before the first */
    bool                           found;
    struct evidence_row            row;
    struct totals                  totals;
};

/* ---- what the database says ---- */

static enum err count_chunks(struct tx *tx, struct auditing *auditing, struct trouble *trouble)
{
    struct totals *totals = &auditing->totals;
    struct statement *ask;
    bool row = true;
    enum err err = tx_prepare(tx, &sql_evidence_chunk_totals, &ask, trouble);

    *totals = (struct totals){ 0 };
    if (err != OK)
        return err;
    bind_int(ask, 1, auditing->council->id);
    bind_text(ask, 2, text_of(auditing->hex));
    while ((err = statement_step(ask, &row, trouble)) == OK && row) {
        const bool frames = column_int(ask, 0) == PART_FRAME;
        *(frames ? &totals->frames : &totals->pieces) = (uint64_t)column_int(ask, 1);
        *(frames ? &totals->frame_bytes : &totals->index_bytes) = (uint64_t)column_int(ask, 2);
    }
    return err;
}

/* The file behind the last one. */
static enum err next_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct auditing *auditing = context;
    struct evidence_id id = { { 0 } };
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_evidence_behind, &ask, trouble);

    auditing->found = false;
    if (err != OK)
        return err;
    bind_int(ask, 1, auditing->council->id);
    bind_text(ask, 2, text_of(auditing->hex));
    err = statement_step(ask, &auditing->found, trouble);
    if (err != OK || !auditing->found)
        return err;
    const struct text hex = column_text(ask, 0);
    if (!evidence_id_parse(hex, &id))
        return fail(trouble, ERR_CHECK, "'%.*s' is no id of evidence", TEXT(hex));
    statement_end(ask);
    return evidence_row_read(tx, &auditing->arena, auditing->council->id, &id, &auditing->row,
                             trouble);
}

static enum err totals_work(struct tx *tx, void *context, struct trouble *trouble)
{
    return count_chunks(tx, context, trouble);
}

/* A chunk that belongs to nothing. */
static enum err stray_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct auditing *auditing = context;
    struct statement *ask;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_evidence_chunk_stray, &ask, trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, auditing->council->id);
    err = statement_step(ask, &row, trouble);
    if (err == OK && row)
        err = fail(trouble, ERR_CHECK, "chunks of %.*s are kept, which is no file",
                   TEXT(column_text(ask, 0)));
    statement_end(ask);
    return err;
}

/* ---- one file ---- */

static enum err check_row(const struct auditing *auditing, const struct evidence_head *head,
                          struct trouble *trouble)
{
    const struct evidence_row *row = &auditing->row;
    const struct totals *totals = &auditing->totals;
    const uint64_t pieces = (row->index_size + EVIDENCE_INDEX_PIECE - 1) / EVIDENCE_INDEX_PIECE;

    if (row->kind != head->kind || row->size != head->size || row->lines != head->lines ||
        !sha256_equal(&row->sum, &head->sum))
        return fail(trouble, ERR_CHECK, "evidence %s: its row does not say what its head says",
                    row->hex);
    if (totals->frames != head->frames || totals->frame_bytes != head->packed)
        return fail(trouble, ERR_CHECK, "evidence %s: %" PRIu64 " chunks of %" PRIu64 " bytes are "
                    "kept of it, not %" PRIu64 " of %" PRIu64, row->hex, totals->frames,
                    totals->frame_bytes, head->frames, head->packed);
    if (totals->pieces != pieces ||
        totals->index_bytes != row->index_size + pieces * EVIDENCE_TAG_BYTES)
        return fail(trouble, ERR_CHECK, "evidence %s: %" PRIu64 " pieces of %" PRIu64 " bytes are "
                    "kept of its index, not %" PRIu64 " of %" PRIu64, row->hex, totals->pieces,
                    totals->index_bytes, pieces, row->index_size + pieces * EVIDENCE_TAG_BYTES);
    return OK;
}

static enum err read_whole(struct evidence_reader *reader, struct trouble *trouble)
{
    struct stream *stream;
    char bytes[READ_BYTES];
    size_t got = 1;
    enum err err = evidence_stream_open(reader, &stream, trouble);

    if (err != OK)
        return err;
    while (err == OK && got > 0)
        err = stream->read(stream, bytes, sizeof bytes, &got, trouble);
    stream->close(stream);
    return err;
}

static enum err check_index(struct auditing *auditing, struct evidence_shelf *shelf,
                            const struct evidence_key *key, const struct evidence_head *head,
                            struct trouble *trouble)
{
    struct evidence_index index;

    if (auditing->row.index_size == 0)
        return OK;
    return evidence_shelf_index(shelf, key, head, &index, trouble);
}

/* All that is under the file's key. The chunks come before what is counted of them, so that the
 * first bad one is named. */
static enum err audit_sealed(struct auditing *auditing, const struct evidence_key *key,
                             struct trouble *trouble)
{
    const struct evidence_row *row = &auditing->row;
    struct evidence_shelf shelf = evidence_shelf_of(auditing->db, &auditing->arena,
                                                    auditing->council->id, row, PART_FRAME);
    struct evidence_file file = { shelf.name, row->id, *key, row->head, &shelf.fetch };
    struct evidence_reader *reader;
    enum err err = evidence_reader_open(&auditing->arena, &file, &reader, trouble);

    evidence_key_wipe(&file.key);
    if (err != OK)
        return err;
    const struct evidence_head *head = evidence_reader_head(reader);
    err = read_whole(reader, trouble);
    if (err == OK)
        err = check_row(auditing, head, trouble);
    if (err == OK)
        err = check_index(auditing, &shelf, key, head, trouble);
    evidence_reader_drop(reader);
    return err;
}

static enum err audit_living(struct auditing *auditing, struct trouble *trouble)
{
    const struct evidence_row *row = &auditing->row;
    const struct key_owner owner = { auditing->council->code, &row->id };
    struct trouble said = { .text = "" };
    struct evidence_key key;
    enum err err = key_unwrap(auditing->council->master, &owner, row->wrapped, &key, &said);

    /* Zeros where no erasure is recorded are damage too. */
    if (err == ERR_MISSING || err == ERR_CHECK)
        return fail(trouble, ERR_CHECK, "evidence %s: %s", row->hex, said.text);
    if (err == OK)
        err = audit_sealed(auditing, &key, &said);
    evidence_key_wipe(&key);
    return err == OK ? OK : fail(trouble, err, "%s", said.text);
}

static enum err audit_erased(const struct auditing *auditing, struct trouble *trouble)
{
    return key_is_erased(auditing->row.wrapped)
               ? OK : fail(trouble, ERR_CHECK, "evidence %s was erased, and has its key still",
                           auditing->row.hex);
}

/* ---- all files ---- */

/* Damage is counted, and the first kept; anything else ends the audit. */
static enum err count_bad(enum err err, const struct trouble *said,
                          struct evidence_audited *audited, struct trouble *trouble)
{
    if (err != ERR_CHECK)
        return err == OK ? OK : fail(trouble, err, "%s", said->text);
    if (audited->bad++ == 0)
        (void)fail(trouble, err, "%s", said->text);
    return OK;
}

static enum err audit_file(struct auditing *auditing, struct evidence_audited *audited,
                           struct trouble *trouble)
{
    const struct db_scope scope = { auditing->council->id, &auditing->arena };
    struct trouble said = { .text = "" };
    enum err err = OK;

    if (auditing->row.erased)
        err = audit_erased(auditing, &said);
    else {
        err = db_read(auditing->db, scope, totals_work, auditing, &said);
        if (err == OK)
            err = audit_living(auditing, &said);
    }
    if (auditing->row.erased || err == ERR_CONFLICT) {
        audited->erased++;
        err = err == ERR_CONFLICT ? OK : err;
    } else {
        audited->files++;
        audited->bytes += auditing->row.size;
    }
    return count_bad(err, &said, audited, trouble);
}

/* The next file. */
static enum err audit_next(struct auditing *auditing, struct evidence_audited *audited,
                           struct trouble *trouble)
{
    const struct db_scope scope = { auditing->council->id, &auditing->arena };

    ARENA_KEEP(outer, &auditing->arena);
    if (ARENA_GUARD(&auditing->arena))
        return fail(trouble, ERR_IO, "out of memory");
    enum err err = db_read(auditing->db, scope, next_work, auditing, trouble);
    if (err != OK || !auditing->found)
        return err;
    (void)snprintf(auditing->hex, sizeof auditing->hex, "%s", auditing->row.hex);
    return audit_file(auditing, audited, trouble);
}

enum err evidence_audit(struct db *db, const struct evidence_council *council,
                        struct evidence_audited *audited, struct trouble *trouble)
{
    struct auditing auditing = { .db = db, .council = council, .found = true };
    struct trouble said = { .text = "" };
    enum err err = OK;

    *audited = (struct evidence_audited){ 0 };
    while (err == OK && auditing.found) {
        err = audit_next(&auditing, audited, trouble);
        arena_free(&auditing.arena);
    }
    audited->bad += err == ERR_CHECK;       /* a row that cannot be read: there is no going on */
    if (err != OK)
        return err;
    err = db_read(db, (struct db_scope){ .council = council->id }, stray_work, &auditing, &said);
    err = count_bad(err, &said, audited, trouble);
    return err != OK ? err : audited->bad == 0 ? OK : ERR_CHECK;
}
