#include "store/evidence_intake.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "store/evidence_erase.h"
#include "store/evidence_index.h"
#include "store/store_sql.h"
#include "store/trail_log.h"

/* Readers of a SQLite store wait while one is committed. */
#define BATCH_BYTES ((size_t)1024 * 1024)
#define BATCH_CHUNKS 128
#define READ_BYTES ((size_t)64 * 1024)

/* A chunk that waits to be written. */
struct waiting {
    enum evidence_part part;
    uint64_t           number;
    struct text        bytes;
};

/*
 * The invariant: every chunk that was put is either in the store, under the intake's row, or
 * waits in the batch. The row is written with the first batch; so is everything if one is enough.
 */
struct evidence_intake {
    struct evidence_chunks   chunks;        /* where the writer puts them */
    struct evidence_arrival  arrival;
    struct arena            *arena;
    struct evidence_id       id;
    char                     hex[EVIDENCE_ID_HEX];
    struct evidence_key      key;
    struct wrapped_key       wrapped;
    struct evidence_indexer *indexer;       /* NULL: bytes, which have no lines */
    struct evidence_writer  *writer;
    struct evidence_ending   ending;
    uint64_t                 size;          /* that came */
    size_t                   index_size;
    bool                     begun;         /* its row is in the store */
    bool                     tried;         /* ... or may be */
    struct moment            lived;         /* when it last showed it */
    char                    *room;
    size_t                   room_bytes, used;
    struct waiting           waiting[BATCH_CHUNKS];
    size_t                   count;
};

static struct db_scope scope_of(const struct evidence_intake *intake)
{
    return (struct db_scope){ .council = intake->arrival.council.id };
}

/* ---- within a transaction ---- */

/* The intake's row is there, under way, and shows that it lives. */
static enum err live(struct tx *tx, const struct evidence_intake *intake, struct moment now,
                     struct trouble *trouble)
{
    struct statement *run;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, intake->begun ? &sql_evidence_intake_live
                                                : &sql_evidence_intake_add, &run, trouble);

    if (err != OK)
        return err;
    bind_int(run, 1, intake->arrival.council.id);
    bind_text(run, 2, text_of(intake->hex));
    bind_moment(run, 3, now);
    if (!intake->begun)
        bind_bool(run, 4, false);
    err = statement_run(run, &changed, trouble);
    if (err == OK && changed != 1)
        return fail(trouble, ERR_CONFLICT, "the file came so slowly that it was thought given up: "
                    "send it again");
    return err;
}

static enum err write_chunk(struct tx *tx, const struct evidence_intake *intake,
                            const struct waiting *waiting, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_evidence_chunk_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, intake->arrival.council.id);
    bind_text(add, 2, text_of(intake->hex));
    bind_int(add, 3, waiting->part);
    bind_int(add, 4, (int64_t)waiting->number);
    bind_blob(add, 5, waiting->bytes);
    return statement_run(add, NULL, trouble);
}

static enum err write_batch(struct tx *tx, const struct evidence_intake *intake,
                            struct moment now, struct trouble *trouble)
{
    enum err err = live(tx, intake, now, trouble);

    for (size_t i = 0; err == OK && i < intake->count; i++)
        err = write_chunk(tx, intake, &intake->waiting[i], trouble);
    return err;
}

/* ---- batches ---- */

struct flushing {
    const struct evidence_intake *intake;
    struct moment                 now;
};

static enum err flush_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct flushing *flushing = context;

    return write_batch(tx, flushing->intake, flushing->now, trouble);
}

static enum err flush(struct evidence_intake *intake, struct trouble *trouble)
{
    struct flushing flushing = { intake, intake->arrival.clock() };
    struct trouble said = { .text = "" };

    intake->tried = true;
    enum err err = db_write(intake->arrival.db, scope_of(intake), flush_work, &flushing, &said);
    /* What may or may not be there is chunks: there is certainly no file. */
    if (err != OK)
        return fail(trouble, err, "the file was not taken in: %s", said.text);
    intake->begun = true;
    intake->lived = flushing.now;
    intake->used = intake->count = 0;
    return OK;
}

/* One that is larger than the room is written at once, from where it stands. */
static enum err put(struct evidence_intake *intake, enum evidence_part part, uint64_t number,
                    struct text bytes, struct trouble *trouble)
{
    const bool large = bytes.size > intake->room_bytes;
    enum err err = OK;

    if (large || intake->count == BATCH_CHUNKS || bytes.size > intake->room_bytes - intake->used)
        err = intake->count > 0 ? flush(intake, trouble) : OK;
    if (err != OK)
        return err;
    if (!large) {
        char *place = intake->room + intake->used;
        memcpy(place, bytes.data, bytes.size);
        intake->used += bytes.size;
        bytes.data = place;
    }
    intake->waiting[intake->count++] = (struct waiting){ part, number, bytes };
    return large ? flush(intake, trouble) : OK;
}

static enum err put_frame(struct evidence_chunks *chunks, uint64_t number, struct text chunk,
                          struct trouble *trouble)
{
    return put((struct evidence_intake *)chunks, PART_FRAME, number, chunk, trouble);
}

/* ---- the beginning ---- */

static enum err check_words(const struct evidence_arrival *arrival, struct trouble *trouble)
{
    const struct text words[] = { arrival->name, arrival->media };

    for (size_t i = 0; i < COUNT(words); i++)
        if (words[i].size < 1 || words[i].size > 255 || !text_is_utf8(words[i]))
            return fail(trouble, ERR_USAGE, "the name of a file, and its kind, have 1 to 255 "
                        "bytes of UTF-8");
    return OK;
}

static enum err make_key(struct evidence_intake *intake, struct trouble *trouble)
{
    const struct evidence_arrival *arrival = &intake->arrival;
    const struct key_owner owner = { arrival->council.code, &intake->id };
    unsigned char nonce[EVIDENCE_NONCE_BYTES];

    if (arrival->outside->random(intake->id.bytes, sizeof intake->id.bytes) != 0 ||
        arrival->outside->random(intake->key.bytes, sizeof intake->key.bytes) != 0 ||
        arrival->outside->random(nonce, sizeof nonce) != 0)
        return fail(trouble, ERR_IO, "the system gives no random numbers");
    evidence_id_print(&intake->id, intake->hex);
    return key_wrap(arrival->council.master, &owner, &intake->key, nonce, &intake->wrapped,
                    trouble);
}

static enum err open_writer(struct evidence_intake *intake, struct trouble *trouble)
{
    enum err err = OK;

    if (intake->arrival.kind == EVIDENCE_RECORDS)
        err = evidence_indexer_open(intake->arena, &intake->indexer, trouble);
    if (err != OK)
        return err;
    struct evidence_request request = {
        intake->arrival.kind, intake->id, intake->key, &intake->chunks,
        intake->indexer == NULL ? NULL : evidence_indexer_watch(intake->indexer),
        intake->arrival.frame_bytes, 0,
    };
    err = evidence_writer_open(intake->arena, &request, &intake->writer, trouble);
    evidence_key_wipe(&request.key);
    return err;
}

enum err evidence_intake_begin(struct arena *arena, const struct evidence_arrival *arrival,
                               struct evidence_intake **out, struct trouble *trouble)
{
    enum err err = check_words(arrival, trouble);

    if (err != OK)
        return err;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    struct evidence_intake *intake = arena_take(arena, 1, sizeof *intake);
    intake->chunks.put = put_frame;
    intake->arrival = *arrival;
    intake->arena = arena;
    intake->room_bytes = arrival->batch_bytes > 0 ? arrival->batch_bytes : BATCH_BYTES;
    intake->room = arena_take(arena, intake->room_bytes, 1);
    intake->lived = arrival->clock();
    err = make_key(intake, trouble);
    if (err == OK)
        err = open_writer(intake, trouble);
    if (err != OK)
        evidence_key_wipe(&intake->key);
    else
        *out = intake;
    return err;
}

enum err evidence_intake_add(struct evidence_intake *intake, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    const uint64_t *announced = intake->arrival.size;

    intake->size += size;
    if (announced != NULL && intake->size > *announced)
        return fail(trouble, ERR_CHECK, "the file is larger than the %" PRIu64 " bytes that were "
                    "announced", *announced);
    enum err err = evidence_add(intake->writer, bytes, size, trouble);
    if (err == OK && intake->begun &&
        intake->arrival.clock().ms - intake->lived.ms >= EVIDENCE_LIVE_MS)
        err = flush(intake, trouble);
    return err;
}

/* ---- the end ---- */

static enum err check_announced(const struct evidence_intake *intake, struct trouble *trouble)
{
    const struct evidence_arrival *arrival = &intake->arrival;

    if (arrival->size != NULL && intake->size != *arrival->size)
        return fail(trouble, ERR_CHECK, "%" PRIu64 " bytes were announced, %" PRIu64 " came",
                    *arrival->size, intake->size);
    if (arrival->sum != NULL && !sha256_equal(arrival->sum, &intake->ending.head.sum))
        return fail(trouble, ERR_CHECK, "the file has not the SHA-256 that was announced");
    return OK;
}

/* Where pieces of the index go. */
struct index_pieces {
    struct evidence_chunks  chunks;
    struct evidence_intake *intake;
};

static enum err put_piece(struct evidence_chunks *chunks, uint64_t number, struct text piece,
                          struct trouble *trouble)
{
    return put(((struct index_pieces *)chunks)->intake, PART_INDEX, number, piece, trouble);
}

/* The index follows the frames. A file that can have none is kept without. */
static enum err put_index(struct evidence_intake *intake, struct trouble *trouble)
{
    struct index_pieces pieces = { { put_piece }, intake };
    struct trouble said = { .text = "" };

    if (intake->indexer == NULL)
        return OK;
    enum err err = evidence_index_seal(intake->indexer, intake->arena, &intake->key, &intake->id,
                                       &pieces.chunks, &intake->index_size, &said);
    return err == OK || err == ERR_REFUSED ? OK : fail(trouble, err, "%s", said.text);
}

struct linking {
    struct evidence_intake *intake;
    struct moment           now;
    struct evidence_id      same;
    bool                    already;
};

static enum err find_same(struct tx *tx, struct linking *linking, struct trouble *trouble)
{
    const struct evidence_intake *intake = linking->intake;
    struct statement *ask;
    char hex[SHA256_HEX_SIZE];
    enum err err = tx_prepare(tx, &sql_evidence_same, &ask, trouble);

    linking->already = false;
    if (err != OK)
        return err;
    sha256_hex(&intake->ending.head.sum, hex);
    bind_int(ask, 1, intake->arrival.council.id);
    bind_text(ask, 2, text_of(hex));
    err = statement_step(ask, &linking->already, trouble);
    if (err == OK && linking->already && !evidence_id_parse(column_text(ask, 0), &linking->same))
        err = fail(trouble, ERR_CHECK, "the id of evidence %.*s is none",
                   TEXT(column_text(ask, 0)));
    statement_end(ask);
    return err;
}

static enum err write_row(struct tx *tx, const struct linking *linking, struct trouble *trouble)
{
    const struct evidence_intake *intake = linking->intake;
    const struct evidence_arrival *arrival = &intake->arrival;
    const struct evidence_head *head = &intake->ending.head;
    char hex[SHA256_HEX_SIZE];
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_evidence_insert, &add, trouble);

    if (err != OK)
        return err;
    sha256_hex(&head->sum, hex);
    bind_int(add, 1, arrival->council.id);
    bind_text(add, 2, text_of(intake->hex));
    bind_text(add, 3, text_of(hex));
    bind_int(add, 4, head->kind);
    bind_text(add, 5, arrival->name);
    bind_text(add, 6, arrival->media);
    bind_bool(add, 7, arrival->personal);
    bind_int(add, 8, (int64_t)head->size);
    bind_int(add, 9, (int64_t)head->lines);
    bind_blob(add, 10, (struct text){ (const char *)intake->ending.sealed, EVIDENCE_HEAD_BYTES });
    bind_int(add, 11, (int64_t)intake->index_size);
    bind_blob(add, 12, (struct text){ (const char *)intake->wrapped.bytes,
                                      EVIDENCE_WRAPPED_BYTES });
    bind_moment(add, 13, linking->now);
    bind_text(add, 14, arrival->actor);
    return statement_run(add, NULL, trouble);
}

static enum err tell_trail(struct tx *tx, const struct linking *linking, struct trouble *trouble)
{
    const struct evidence_intake *intake = linking->intake;
    const struct evidence_arrival *arrival = &intake->arrival;
    const struct evidence_head *head = &intake->ending.head;
    char hex[SHA256_HEX_SIZE];
    char what[200];

    sha256_hex(&head->sum, hex);
    (void)snprintf(what, sizeof what, "%" PRIu64 " bytes, %" PRIu64 " lines, SHA-256 %s",
                   head->size, head->lines, hex);
    const struct trail_event event = {
        .now = linking->now,
        .actor = arrival->actor,
        .council = arrival->council.id,
        .action = text_of("evidence.take"),
        .subject_kind = text_of("evidence"),
        .subject_id = text_of(intake->hex),
        .after = { text_of(what), false },
        .request = arrival->request,
    };
    return trail_append(tx, arrival->outside, &event, NULL, trouble);
}

/* The last chunks and the file; or, if it is there already, nothing but the end of the intake. */
static enum err link_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct linking *linking = context;
    const struct evidence_intake *intake = linking->intake;
    int64_t changed;
    enum err err = find_same(tx, linking, trouble);

    if (err != OK || linking->already)
        return err != OK || !intake->begun
                   ? err : evidence_change(tx, &sql_evidence_intake_end,
                                           intake->arrival.council.id, intake->hex, &changed,
                                           trouble);
    err = write_batch(tx, intake, linking->now, trouble);
    if (err == OK)
        err = write_row(tx, linking, trouble);
    if (err == OK)
        err = evidence_change(tx, &sql_evidence_intake_remove, intake->arrival.council.id,
                              intake->hex, &changed, trouble);
    return err == OK ? tell_trail(tx, linking, trouble) : err;
}

enum err evidence_intake_end(struct evidence_intake *intake, struct evidence_taken *out,
                             struct trouble *trouble)
{
    struct linking linking = { .intake = intake };
    enum err err = evidence_end(intake->writer, &intake->ending, trouble);

    if (err == OK)
        err = check_announced(intake, trouble);
    if (err == OK)
        err = put_index(intake, trouble);
    if (err != OK)
        return err;
    linking.now = intake->arrival.clock();
    intake->tried = true;
    err = db_write(intake->arrival.db, scope_of(intake), link_work, &linking, trouble);
    if (err != OK)
        return err;
    intake->tried = linking.already && intake->begun;
    *out = (struct evidence_taken){ .id = linking.already ? linking.same : intake->id,
                                    .already = linking.already, .head = intake->ending.head };
    return OK;
}

void evidence_intake_drop(struct evidence_intake *intake)
{
    struct evidence_collected collected = { 0 };
    enum err err = OK;

    evidence_drop(intake->writer);
    evidence_key_wipe(&intake->key);
    if (intake->tried)
        err = evidence_remove(intake->arrival.db, intake->arrival.council.id, intake->hex,
                              &collected, NULL);
    (void)err;      /* what cannot be taken away now is found by evidence_collect() */
}

enum err evidence_take(struct arena *arena, const struct evidence_arrival *arrival,
                       struct stream *stream, struct evidence_taken *out,
                       struct trouble *trouble)
{
    struct evidence_intake *intake = NULL;
    char bytes[READ_BYTES];
    size_t got = 1;
    enum err err = evidence_intake_begin(arena, arrival, &intake, trouble);

    if (err != OK)
        return err;
    assert(intake != NULL);
    while (err == OK && got > 0) {
        err = stream->read(stream, bytes, sizeof bytes, &got, trouble);
        if (err == OK && got > 0)
            err = evidence_intake_add(intake, bytes, got, trouble);
    }
    if (err == OK)
        err = evidence_intake_end(intake, out, trouble);
    evidence_intake_drop(intake);
    return err;
}
