/*
 * store/council_export.c -- tables and trail are put down, then everything is packed straight into
 * an intake of evidence.
 *
 * Two passes, since the tables are read in one transaction, and an intake writes: on a SQLite store
 * that would wait for itself.
 */
#include "store/council_export.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/evidence_erase.h"
#include "store/evidence_intake.h"
#include "store/export_spool.h"
#include "store/store_sql.h"
#include "store/trail_export.h"
#include "store/zip_flow.h"
#include "trail/trail_time.h"

#define DAY_MS INT64_C(86400000)
#define READ_BYTES ((size_t)64 * 1024)
#define TRAIL_FILE "trail.jsonl"

struct file_packing;

struct packing {
    const struct council_exporting *plan;
    struct arena                   *arena;
    struct council_exported        *out;
    struct export_spool            *spool;
    struct zip_flow                *flow;
    struct sink                     to_intake;
    struct evidence_intake         *intake;     /* NULL: none to be dropped */
    struct file_packing            *file;
    uint64_t                        of;         /* bytes of evidence in all */
};

/* A kept file on its way. */
struct file_packing {
    struct packing         *packing;
    struct arena            arena;              /* of this file alone */
    char                    hex[EVIDENCE_ID_HEX];   /* of the last one; "" before the first */
    bool                    found;
    struct evidence_opened *opened;
};

static struct db_scope scope_of(const struct packing *packing, struct arena *arena)
{
    return (struct db_scope){ packing->plan->council.id, arena };
}

/* ---- first pass: tables and trail ---- */

static enum err put_trail(struct packing *packing, struct trouble *trouble)
{
    const struct council_exporting *plan = packing->plan;
    const struct trail_exporting exporting = { TRAIL_FOR_COUNCIL, plan->council.code, 1, NULL };
    struct trail_exported exported = { 0 };
    struct sink *sink;
    enum err err = packing->spool->into.begin(&packing->spool->into, TRAIL_FILE, &sink, trouble);

    if (err == OK)
        err = trail_export(plan->db, packing->arena, &exporting, sink, &exported, trouble);
    if (err != OK)
        return err;
    packing->out->entries = exported.to;
    return packing->spool->into.end(&packing->spool->into, trouble);
}

static enum err put_down(struct packing *packing, struct trouble *trouble)
{
    const struct exporting exporting = { .url = packing->plan->url,
                                         .outside = packing->plan->outside,
                                         .council = packing->plan->council.id,
                                         .into = &packing->spool->into };
    struct exported exported = { 0 };
    enum err err = export_store(&exporting, packing->arena, &exported, trouble);

    packing->out->tables = exported.tables;
    packing->out->left_out = exported.left_out;
    packing->out->rows = exported.rows;
    return err == OK ? put_trail(packing, trouble) : err;
}

/* ---- second pass: into the zip ---- */

static enum err pack_spooled(struct packing *packing, struct trouble *trouble)
{
    enum err err = OK;

    for (const struct spool_part *part = packing->spool->first; part != NULL && err == OK;
         part = part->next) {
        const bool trail = strcmp(part->name, TRAIL_FILE) == 0;
        const char *name = arena_print(packing->arena, "%s%s", trail ? "" : "tables/", part->name);
        struct sink *sink;
        err = zip_flow_entry(packing->flow, name, part->size, &sink, trouble);
        if (err == OK)
            err = export_spool_pour(packing->spool, part, sink, trouble);
        if (err == OK)
            err = zip_flow_entry_end(packing->flow, trouble);
    }
    return err;
}

/* What some system would not take as a name becomes _. */
static const char *entry_name(struct arena *arena, const struct evidence_row *row)
{
    char *name = arena_print(arena, "evidence/%s/%.*s", row->hex, TEXT(row->name));
    char *own = name + strlen("evidence/") + EVIDENCE_ID_HEX;

    for (char *at = own; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || strchr("/\\:*?\"<>|\x7f", *at) != NULL)
            *at = '_';
    if (own[0] == '.')
        own[0] = '_';
    return name;
}

static enum err tell(struct packing *packing, struct trouble *trouble)
{
    const struct council_exporting *plan = packing->plan;

    return plan->tell == NULL ? OK : plan->tell(plan->context, packing->out->file_bytes,
                                                packing->of, trouble);
}

static enum err pack_stream(struct packing *packing, struct stream *stream, struct sink *sink,
                            struct trouble *trouble)
{
    char bytes[READ_BYTES];
    size_t got = 1;
    enum err err = OK;

    while (err == OK && got > 0) {
        err = stream->read(stream, bytes, sizeof bytes, &got, trouble);
        if (err == OK && got > 0)
            err = sink->write(sink, bytes, got, trouble);
        packing->out->file_bytes += got;
        if (err == OK)
            err = tell(packing, trouble);
    }
    return err;
}

static enum err pack_opened(struct file_packing *file, struct trouble *trouble)
{
    const struct evidence_row *row = evidence_opened_row(file->opened);
    struct zip_flow *flow = file->packing->flow;
    struct stream *stream;
    struct sink *sink;
    enum err err = zip_flow_entry(flow, entry_name(&file->arena, row), row->size, &sink, trouble);

    if (err == OK)
        err = evidence_opened_stream(file->opened, &stream, trouble);
    if (err != OK)
        return err;
    err = pack_stream(file->packing, stream, sink, trouble);
    stream->close(stream);
    /* Erased while it was read: without it all is well, but its beginning is packed. */
    if (err == ERR_CONFLICT)
        return fail(trouble, ERR_BUSY, "evidence %s was erased while it was packed", row->hex);
    file->packing->out->files++;
    return err == OK ? zip_flow_entry_end(flow, trouble) : err;
}

static enum err next_file(struct tx *tx, void *context, struct trouble *trouble)
{
    struct file_packing *file = context;
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_evidence_file_behind, &ask, trouble);

    file->found = false;
    if (err != OK)
        return err;
    bind_int(ask, 1, file->packing->plan->council.id);
    bind_text(ask, 2, text_of(file->hex));
    bind_text(ask, 3, text_of(COUNCIL_EXPORT_MEDIA));
    err = statement_step(ask, &file->found, trouble);
    if (err != OK || !file->found)
        return err;
    const struct text hex = column_text(ask, 0);
    (void)snprintf(file->hex, sizeof file->hex, "%.*s", TEXT(hex));
    statement_end(ask);
    return OK;
}

static enum err pack_file(struct file_packing *file, struct trouble *trouble)
{
    const struct council_exporting *plan = file->packing->plan;
    const struct evidence_warrant warrant = {
        .outside = plan->outside, .now = plan->clock(), .acting = plan->council.id,
        .actor = plan->actor, .request = plan->request,
        .why = { text_of("the council's export"), false },
        .council = &plan->council, .councils = 1, .whole = true };
    struct evidence_id id;

    if (!evidence_id_parse(text_of(file->hex), &id))
        return fail(trouble, ERR_CHECK, "'%s' is no id of evidence", file->hex);
    struct trouble said = { .text = "" };
    enum err err = evidence_open(&file->arena, plan->db, &warrant, &id, &file->opened, &said);
    if (err == ERR_MISSING)
        return OK;      /* erased since */
    if (err != OK)
        return fail(trouble, err, "%s", said.text);
    err = pack_opened(file, trouble);
    evidence_close(file->opened);
    return err;
}

static enum err pack_next(struct file_packing *file, struct trouble *trouble)
{
    struct packing *packing = file->packing;

    ARENA_KEEP(outer, &file->arena);
    if (ARENA_GUARD(&file->arena))
        return fail(trouble, ERR_IO, "out of memory");
    enum err err = db_read(packing->plan->db, scope_of(packing, &file->arena), next_file, file,
                           trouble);
    return err == OK && file->found ? pack_file(file, trouble) : err;
}

static enum err count_bytes(struct tx *tx, void *context, struct trouble *trouble)
{
    struct packing *packing = context;
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_evidence_file_bytes, &ask, trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, packing->plan->council.id);
    bind_text(ask, 2, text_of(COUNCIL_EXPORT_MEDIA));
    if ((err = statement_one(ask, trouble)) != OK)
        return err;
    packing->of = (uint64_t)column_int(ask, 0);
    statement_end(ask);
    return OK;
}

static enum err pack_files(struct packing *packing, struct trouble *trouble)
{
    struct file_packing *file = packing->file;
    enum err err = db_read(packing->plan->db, scope_of(packing, packing->arena), count_bytes,
                           packing, trouble);

    while (err == OK && file->found) {
        err = pack_next(file, trouble);
        arena_free(&file->arena);
    }
    return err;
}

/* ---- about this file ---- */

static const char *about(struct packing *packing)
{
    const struct council_exporting *plan = packing->plan;
    const struct council_exported *out = packing->out;
    char when[TRAIL_TIME_SIZE];

    trail_time_print(plan->clock().ms, when);
    return arena_print(packing->arena,
        "About this file\r\n"
        "\r\n"
        "Everything that %.*s (%.*s) has in Ochil,\r\n"
        "packed on %s (UTC) for %.*s, by Ochil " OCHIL_VERSION ".\r\n"
        "\r\n"
        "tables/NAME.csv      %d tables, %" PRId64 " rows: the council's own, what its partners\r\n"
        "                     have shared with it, and the tables of the system. All show one\r\n"
        "                     moment. NULL is \\N. A text that a spreadsheet would take for a\r\n"
        "                     formula has ' in front.\r\n"
        "tables/NAME.jsonl    the same rows, one JSON object a line, every text as it is.\r\n"
        "tables/schema.json   the columns (CSV on the Web), and which were left out: %d, in\r\n"
        "                     which is what lets people in, or nothing of the council's.\r\n"
        "trail.jsonl          the trail up to entry %" PRIu64 ", with the texts that the\r\n"
        "                     council may read. To verify it, without the server:\r\n"
        "                     ochil trail verify trail.jsonl\r\n"
        "evidence/ID/NAME     %" PRIu64 " files, %" PRIu64 " bytes, as they were taken in.\r\n"
        "                     tables/evidence.csv has the SHA-256 of each. Files that were\r\n"
        "                     erased are not here.\r\n"
        "\r\n"
        "Times are milliseconds since 1970, UTC, unless they are written out. There is\r\n"
        "personal data in these files: keep them as the council keeps such, and delete\r\n"
        "them when they are no longer needed.\r\n",
        TEXT(plan->name), TEXT(plan->council.code), when, TEXT(plan->actor), out->tables,
        out->rows, out->left_out, out->entries, out->files, out->file_bytes);
}

static enum err pack_about(struct packing *packing, struct trouble *trouble)
{
    const char *text = about(packing);
    struct sink *sink;
    enum err err = zip_flow_entry(packing->flow, "README.txt", strlen(text), &sink, trouble);

    if (err == OK)
        err = sink->write(sink, text, strlen(text), trouble);
    return err == OK ? zip_flow_entry_end(packing->flow, trouble) : err;
}

/* ---- all of it ---- */

static enum err write_intake(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    struct packing *packing =
        (struct packing *)(void *)((char *)sink - offsetof(struct packing, to_intake));

    return evidence_intake_add(packing->intake, bytes, size, trouble);
}

static enum err pack_all(struct packing *packing, struct trouble *trouble)
{
    enum err err = zip_flow_open(packing->flow, packing->arena, &packing->to_intake, trouble);

    if (err == OK)
        err = pack_spooled(packing, trouble);
    if (err == OK)
        err = pack_files(packing, trouble);
    if (err == OK)
        err = pack_about(packing, trouble);
    return err == OK ? zip_flow_end(packing->flow, trouble) : err;
}

static enum err take_in(struct packing *packing, struct trouble *trouble)
{
    const struct council_exporting *plan = packing->plan;
    char when[TRAIL_TIME_SIZE];
    struct evidence_taken taken;

    trail_time_print(plan->clock().ms, when);
    const struct evidence_arrival arrival = {
        .db = plan->db, .outside = plan->outside, .clock = plan->clock, .council = plan->council,
        .actor = plan->actor, .request = plan->request, .kind = EVIDENCE_BYTES, .personal = true,
        .name = text_of(arena_print(packing->arena, "%.*s-%.10s.zip", TEXT(plan->council.code),
                                    when)),
        .media = text_of(COUNCIL_EXPORT_MEDIA) };
    enum err err = evidence_intake_begin(packing->arena, &arrival, &packing->intake, trouble);
    if (err != OK)
        return err;
    err = pack_all(packing, trouble);
    if (err == OK)
        err = evidence_intake_end(packing->intake, &taken, trouble);
    if (err != OK)
        return err;
    packing->out->id = taken.id;
    packing->out->bytes = taken.head.size;
    return OK;
}

enum err council_export_make(const struct council_exporting *plan, struct arena *arena,
                             struct council_exported *out, struct trouble *trouble)
{
    struct packing *packing = arena_take(arena, 1, sizeof *packing);
    struct export_spool *spool = arena_take(arena, 1, sizeof *spool);
    struct zip_flow *flow = arena_take(arena, 1, sizeof *flow);
    struct file_packing *file = arena_take(arena, 1, sizeof *file);
    volatile enum err err = ERR_IO;

    *out = (struct council_exported){ .bytes = 0 };
    *packing = (struct packing){ .plan = plan, .arena = arena, .out = out, .spool = spool,
                                 .flow = flow, .file = file, .to_intake = { write_intake } };
    *file = (struct file_packing){ .packing = packing, .found = true };
    if (export_spool_open(spool, arena, plan->spool, trouble) != OK)
        return ERR_IO;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        err = fail(trouble, ERR_IO, "out of memory");
    } else {
        err = put_down(packing, trouble);
        if (err == OK)
            err = take_in(packing, trouble);
    }
    if (packing->intake != NULL)
        evidence_intake_drop(packing->intake);
    arena_free(&file->arena);
    zip_flow_drop(flow);
    export_spool_close(spool);
    return err;
}

#define RESULT_BEGINS "{\"evidence\":\""
#define RESULT_ENDS "\"}"

const char *council_export_result(struct arena *arena, const struct council_exported *exported)
{
    char hex[EVIDENCE_ID_HEX];

    evidence_id_print(&exported->id, hex);
    return arena_print(arena, RESULT_BEGINS "%s" RESULT_ENDS, hex);
}

bool council_export_parse(struct text result, struct evidence_id *id)
{
    const size_t begins = strlen(RESULT_BEGINS);

    return result.size == begins + EVIDENCE_ID_HEX - 1 + strlen(RESULT_ENDS) &&
           memcmp(result.data, RESULT_BEGINS, begins) == 0 &&
           evidence_id_parse((struct text){ result.data + begins, EVIDENCE_ID_HEX - 1 }, id);
}

/* ---- when it has been kept long enough ---- */

struct outdated {
    int64_t            council;
    struct moment      before;
    bool               found;
    struct evidence_id id;
};

static enum err find_outdated(struct tx *tx, void *context, struct trouble *trouble)
{
    struct outdated *outdated = context;
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_evidence_outdated, &ask, trouble);

    outdated->found = false;
    if (err != OK)
        return err;
    bind_int(ask, 1, outdated->council);
    bind_text(ask, 2, text_of(COUNCIL_EXPORT_MEDIA));
    bind_moment(ask, 3, outdated->before);
    err = statement_step(ask, &outdated->found, trouble);
    if (err != OK || !outdated->found)
        return err;
    if (!evidence_id_parse(column_text(ask, 0), &outdated->id))
        err = fail(trouble, ERR_CHECK, "an export has no id of evidence");
    statement_end(ask);
    return err;
}

enum err council_export_collect(struct db *db, const struct outside *outside, int64_t council,
                                struct moment now, int64_t *erased, struct trouble *trouble)
{
    const struct evidence_erasure erasure = {
        .outside = outside, .now = now, .council = council, .actor = text_of("system"),
        .why = { text_of("an export is kept for a week"), false } };
    struct outdated outdated = { .council = council, .found = true,
                                 .before = { now.ms - COUNCIL_EXPORT_DAYS * DAY_MS } };
    enum err err = OK;

    *erased = 0;
    while (err == OK && outdated.found) {
        err = db_read(db, (struct db_scope){ .council = council }, find_outdated, &outdated,
                      trouble);
        if (err == OK && outdated.found)
            err = evidence_erase(db, &erasure, &outdated.id, trouble);
        *erased += err == OK && outdated.found;
    }
    return err;
}
