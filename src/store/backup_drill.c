#include "store/backup_drill.h"

#include <stdio.h>
#include <string.h>

#include "formats/json.h"
#include "formats/output_io.h"
#include "store/council.h"
#include "trail/trail_time.h"

#define REPORT_BYTES_MAX ((size_t)64 * 1024)

struct drilling {
    const struct backup_drilling *plan;
    struct arena                 *arena;
    struct backup_drilled        *out;
    struct trouble               *trouble;
    struct out_folder             scratch, report;
    struct db                    *db;
    struct councils               councils;
    struct out_file               file;
};

/* --- the trial --- */

static const char *place_of(struct drilling *drilling)
{
    const struct backup_restoring *plan = &drilling->plan->restoring;

    return plan->url != NULL ? plan->url
                             : arena_print(drilling->arena, "%s/drill.db",
                                           drilling->scratch.place.hidden);
}

static enum err read_councils(struct tx *tx, void *context, struct trouble *trouble)
{
    struct drilling *drilling = context;

    return councils_read(tx, drilling->arena, &drilling->councils, trouble);
}

/* Every kept file of a council is opened with its key, and nothing of it is kept. */
static enum err audit_evidence(struct drilling *drilling, const struct council *council,
                               struct trouble *trouble)
{
    const struct master_key *master = keyring_master(drilling->plan->keys, council->code);
    const struct evidence_council owner = { council->id, council->code, master };
    struct evidence_audited *all = &drilling->out->evidence;
    struct evidence_audited found = { .files = 0 };

    if (master == NULL)
        return OK;
    enum err err = evidence_audit(drilling->db, &owner, &found, trouble);
    drilling->out->councils++;
    all->files += found.files;
    all->erased += found.erased;
    all->bytes += found.bytes;
    all->bad += found.bad;
    return err;
}

static enum err audit_councils(struct drilling *drilling, struct trouble *trouble)
{
    const struct db_scope nobody = { 0, drilling->arena };
    enum err err = OK;

    if (drilling->plan->keys == NULL)
        return OK;
    err = db_read(drilling->db, nobody, read_councils, drilling, trouble);
    for (size_t i = 0; i < drilling->councils.count && err == OK; i++)
        err = audit_evidence(drilling, &drilling->councils.council[i], trouble);
    return err;
}

static enum err audit(struct drilling *drilling, const char *url)
{
    const struct db_options options = { .url = url, .readers = 1, .must_exist = true };
    const struct backup_restoring *plan = &drilling->plan->restoring;
    struct trouble said = { 0 };
    enum err err = db_open(drilling->arena, &options, &drilling->db, &said);

    if (err == OK)
        err = trail_audit(drilling->db, drilling->arena, plan->server, &drilling->out->audited,
                          &said);
    if (err != OK)
        return fail(drilling->trouble, err, "the trail: %s", said.text);
    err = audit_councils(drilling, &said);
    return err == OK ? OK : fail(drilling->trouble, err, "the evidence: %s", said.text);
}

static void add_figures(struct backup_drilled *out)
{
    const struct manifest *manifest = &out->restored.manifest;
    const struct manifest_file *file = manifest_file(manifest, manifest->sealed ? BACKUP_SEALED
                                                                                : BACKUP_STORE);

    out->bytes = file == NULL ? 0 : file->bytes;
    for (int i = 0; i < manifest->dump.tables; i++)
        out->rows += manifest->dump.table[i].rows;
}

static enum err try_it(struct drilling *drilling)
{
    struct backup_restoring restoring = drilling->plan->restoring;
    struct backup_drilled *out = drilling->out;
    struct moment (*now)(void) = restoring.means.clock;

    restoring.url = place_of(drilling);
    restoring.keys = NULL;
    enum err err = backup_restore(&restoring, drilling->arena, &out->restored, drilling->trouble);
    out->restore_ms = now().ms - out->begun_ms;
    add_figures(out);
    if (err == OK)
        err = audit(drilling, restoring.url);
    out->audit_ms = now().ms - out->begun_ms - out->restore_ms;
    return err;
}

/* --- the report --- */

struct report_sink {
    struct sink sink;
    char       *bytes;
    size_t      size;
};

static enum err report_write(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    struct report_sink *report = (struct report_sink *)(void *)sink;

    if (size > REPORT_BYTES_MAX - report->size)
        return fail(trouble, ERR_USAGE, "the report is too large");
    memcpy(report->bytes + report->size, bytes, size);
    report->size += size;
    return OK;
}

/* A path may hold any bytes, and a message may quote one. */
static void put_word(struct json *json, const char *key, const char *word)
{
    json_key(json, key);
    json_string(json, text_is_utf8(text_of(word)) ? word : "(not UTF-8)");
}

static void put_trail(struct json *json, const struct trail_audited *audited)
{
    json_key(json, "trail_audited");
    json_object(json);
    json_count(json, "entries", audited->entries);
    json_count(json, "openings", audited->openings);
    json_count(json, "checkpoints", audited->checkpoints);
    json_count(json, "signatures", audited->signatures);
    json_object_end(json);
}

static void put_evidence(struct json *json, const struct backup_drilled *drilled)
{
    json_key(json, "evidence_audited");
    json_object(json);
    json_count(json, "councils", (uint64_t)drilled->councils);
    json_count(json, "files", drilled->evidence.files);
    json_count(json, "erased", drilled->evidence.erased);
    json_count(json, "bytes", drilled->evidence.bytes);
    json_count(json, "bad", drilled->evidence.bad);
    json_object_end(json);
}

static enum err report_json(struct drilling *drilling, struct text *out)
{
    const struct backup_drilled *drilled = drilling->out;
    const struct manifest *manifest = &drilled->restored.manifest;
    struct report_sink report = { { report_write },
                                  arena_take(drilling->arena, REPORT_BYTES_MAX, 1), 0 };
    char hex[SHA256_HEX_SIZE];
    struct json json;

    sha256_hex(&manifest->dump.sum, hex);
    json_begin(&json, &report.sink, JSON_PRETTY, drilling->trouble);
    json_object(&json);
    json_count(&json, "ochil_drill", 1);
    put_word(&json, "verdict", drilled->passed ? "passed" : "failed");
    put_word(&json, "said", drilled->said);
    put_word(&json, "program", OCHIL_VERSION);
    put_word(&json, "backup", drilling->plan->restoring.folder);
    put_word(&json, "store", manifest->store);
    trail_time_json(&json, "backup_begun", manifest->begun_ms);
    trail_time_json(&json, "drill_begun", drilled->begun_ms);
    json_count(&json, "restore_ms", (uint64_t)drilled->restore_ms);
    json_count(&json, "audit_ms", (uint64_t)drilled->audit_ms);
    json_count(&json, "bytes", drilled->bytes);
    json_count(&json, "tables", (uint64_t)manifest->dump.tables);
    json_count(&json, "rows", (uint64_t)drilled->rows);
    put_word(&json, "dump_sha256", hex);
    put_trail(&json, &drilled->audited);
    put_evidence(&json, drilled);
    json_object_end(&json);
    enum err err = json_end(&json);
    *out = (struct text){ report.bytes, report.size };
    return err;
}

static struct text report_text(struct drilling *drilling)
{
    const struct backup_drilled *drilled = drilling->out;
    const struct manifest *manifest = &drilled->restored.manifest;
    char made[TRAIL_TIME_SIZE];
    char when[TRAIL_TIME_SIZE];

    trail_time_print(manifest->begun_ms, made);
    trail_time_print(drilled->begun_ms, when);
    return text_of(arena_print(drilling->arena,
        "# Restore drill: %s\n\n"
        "A backup was restored for trial, compared and audited. %s%s%s\n\n"
        "| | |\n|---|---|\n"
        "| backup | %s |\n| made | %s |\n| store | %s |\n| drill begun | %s |\n"
        "| restored and compared in | %lld ms |\n| audited in | %lld ms |\n"
        "| size | %llu bytes |\n| tables, rows | %d, %lld |\n"
        "| entries of the trail | %llu audited of %llu |\n"
        "| checkpoints, signatures | %llu, %llu good |\n"
        "| kept files opened | %llu, of %d councils whose keys were at hand |\n"
        "| program | ochil %s |\n",
        drilled->passed ? "passed" : "FAILED",
        drilled->passed ? "Every table equals what was backed up." : "It failed: ",
        drilled->said, drilled->passed ? "" : ".",
        drilling->plan->restoring.folder, made, manifest->store, when,
        (long long)drilled->restore_ms, (long long)drilled->audit_ms,
        (unsigned long long)drilled->bytes, manifest->dump.tables, (long long)drilled->rows,
        (unsigned long long)drilled->audited.entries, (unsigned long long)manifest->trail_size,
        (unsigned long long)drilled->audited.checkpoints,
        (unsigned long long)drilled->audited.signatures,
        (unsigned long long)drilled->evidence.files, drilled->councils, OCHIL_VERSION));
}

static enum err write_file(struct drilling *drilling, const char *name, struct text text)
{
    enum err err = out_file_open(&drilling->report, name, &drilling->file, drilling->trouble);

    if (err != OK)
        return err;
    err = drilling->file.sink.write(&drilling->file.sink, text.data, text.size,
                                    drilling->trouble);
    const enum err closed = out_file_close(&drilling->file, drilling->trouble);
    return err != OK ? err : closed;
}

static enum err sign(struct drilling *drilling, struct text json)
{
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    char when[TRAIL_TIME_SIZE];
    struct text signature;
    enum err err = minisign_digest_of(json, digest, drilling->trouble);

    if (err != OK)
        return err;
    trail_time_print(drilling->out->begun_ms, when);
    err = minisign_sign(drilling->arena, &drilling->plan->keys->secret, digest,
                        text_of("signature from the server's key"),
                        text_of(arena_print(drilling->arena, "restore drill of %s", when)),
                        &signature, drilling->trouble);
    return err == OK ? write_file(drilling, DRILL_SIGNATURE, signature) : err;
}

static enum err write_report(struct drilling *drilling)
{
    struct text json;
    enum err err = report_json(drilling, &json);

    if (err == OK)
        err = write_file(drilling, DRILL_JSON, json);
    if (err == OK)
        err = write_file(drilling, DRILL_TEXT, report_text(drilling));
    if (err == OK && drilling->plan->keys != NULL)
        err = sign(drilling, json);
    return err == OK ? out_folder_commit(&drilling->report, drilling->trouble) : err;
}

/* What the trial found is reported, whatever it is; what kept it from being one is not a drill. */
static enum err drill(struct drilling *drilling)
{
    const struct backup_drilling *plan = drilling->plan;
    const struct outside *outside = plan->restoring.means.outside;
    struct trouble *trouble = drilling->trouble;
    struct trouble said = { 0 };
    enum err err = out_folder_open(&drilling->report, outside, drilling->arena, plan->report,
                                   false, trouble);

    if (err == OK)
        err = out_scratch_open(&drilling->scratch, outside, drilling->arena, plan->report,
                               trouble);
    if (err != OK)
        return err;
    drilling->trouble = &said;
    const enum err found = try_it(drilling);
    drilling->trouble = trouble;
    drilling->out->passed = found == OK;
    (void)snprintf(drilling->out->said, sizeof drilling->out->said, "%s", said.text);
    if (found == OK || found == ERR_CHECK)
        err = write_report(drilling);
    return err != OK || found == OK ? err : fail(trouble, found, "%s", said.text);
}

enum err backup_drill(const struct backup_drilling *plan, struct arena *arena,
                      struct backup_drilled *out, struct trouble *trouble)
{
    struct drilling *drilling = arena_take(arena, 1, sizeof *drilling);
    volatile enum err err = ERR_IO;
    ARENA_KEEP(outer, arena);

    *out = (struct backup_drilled){ .begun_ms = plan->restoring.means.clock().ms };
    *drilling = (struct drilling){ .plan = plan, .arena = arena, .out = out, .trouble = trouble };
    if (ARENA_GUARD(arena))
        (void)fail(trouble, ERR_IO, "out of memory");
    else
        err = drill(drilling);
    db_close(drilling->db);
    if (!out_folder_abort(&drilling->scratch, trouble) && err == OK)
        err = ERR_IO;
    (void)out_folder_abort(&drilling->report, trouble);
    return err;
}
