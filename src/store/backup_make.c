/*
 * store/backup_make.c -- the store's pages or rows become a folder that is signed.
 *
 * Everything is put together in a hidden folder and renamed at the end (formats/output_io.h). The
 * copy is looked at as a stranger would: opened, dumped, its trail read, its pages checked; what
 * the manifest says is said of the copy and not of the store it came from, which has moved on.
 */
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/listing.h"
#include "formats/output_io.h"
#include "formats/small_file_io.h"
#include "store/backup_blocks.h"
#include "store/backup_file.h"
#include "store/db_inside.h"
#include "store/store_sql.h"
#include "store/trail_log.h"
#include "trail/trail_time.h"

#define KEYS_MAX 64
#define KEY_BYTES_MAX ((size_t)64 * 1024)

struct making {
    const struct backup_making *plan;
    struct arena               *arena;
    struct backup_made         *out;
    struct trouble             *trouble;
    struct out_folder           folder;
    struct out_folder           plain;      /* where store.db stands until it is sealed */
    const char                 *store;      /* its path */
    const char                 *vfs;
    struct db                  *from, *to;  /* opened for copying rows */
    struct out_file             file, sums;
    struct sealing              sealing;
};

/* --- the copy --- */

static enum err copy_rows(struct making *making, int version)
{
    const struct backup_means *means = &making->plan->means;
    const struct db_options from = { .url = db_options_of(making->plan->db)->url, .readers = 1 };
    const struct db_options to = { .url = making->store, .readers = 1, .vfs = making->vfs };
    const struct migrating migrating = {
        migrations_until(making->arena, means->migrations, version), means->clock(), NULL };
    struct migrated done;
    int64_t rows;
    enum err err;

    if ((err = db_open(making->arena, &from, &making->from, making->trouble)) != OK ||
        (err = db_open(making->arena, &to, &making->to, making->trouble)) != OK ||
        (err = schema_migrate(making->to, &migrating, &done, making->trouble)) != OK)
        return err;
    return store_copy_rows(making->from, making->to, making->arena, NULL, &rows,
                           making->trouble);
}

static void close_rows(struct making *making)
{
    db_close(making->from);
    db_close(making->to);
    making->from = making->to = NULL;
}

static enum err copy_store(struct making *making)
{
    struct db *db = making->plan->db;
    int version;
    enum err err = schema_version(db, making->plan->means.migrations, &version, making->trouble);

    if (err != OK)
        return err;
    if (version == 0)
        return fail(making->trouble, ERR_MISSING, "there is no store yet: ochil init begins one");
    if (db_engine_of(db) == DB_SQLITE)
        return store_copy_file(db, making->store, making->plan->yields, &making->out->copied,
                               making->trouble);
    err = copy_rows(making, version);
    close_rows(making);
    return err;
}

/* --- what the copy is --- */

static enum err look_at(struct making *making)
{
    struct manifest *manifest = &making->out->manifest;
    struct store_facts facts;
    enum err err = file_facts(making->store, making->vfs, NULL, making->arena, &facts,
                              &manifest->dump, making->trouble);

    if (err != OK)
        return err;
    memcpy(manifest->store, facts.store, sizeof manifest->store);
    memcpy(manifest->checkpoint, facts.checkpoint, sizeof manifest->checkpoint);
    manifest->schema = facts.schema;
    manifest->schema_sum = facts.schema_sum;
    manifest->trail_size = facts.trail_size;
    manifest->trail_last = facts.trail_last;
    manifest->trail_root = facts.trail_root;
    return file_settle(making->plan->means.outside, making->arena, making->store, making->vfs,
                       making->trouble);
}

/* --- the files --- */

static struct manifest_file *add_file(struct making *making, const char *name)
{
    struct manifest *manifest = &making->out->manifest;
    struct manifest_file *file = &manifest->file[manifest->files++];

    (void)snprintf(file->name, sizeof file->name, "%s", name);
    return file;
}

static const char *path_of(struct making *making, const char *name)
{
    return arena_print(making->arena, "%s/%s", making->folder.place.hidden, name);
}

/* A file that is written through the folder; `pour` fills its sink. */
static enum err write_file(struct making *making, const char *name,
                           enum err (*pour)(struct making *, struct sink *))
{
    enum err err = out_file_open(&making->folder, name, &making->file, making->trouble);

    if (err != OK)
        return err;
    err = pour(making, &making->file.sink);
    const enum err closed = out_file_close(&making->file, making->trouble);
    return err != OK ? err : closed;
}

/* Reads it again, as it stands on the disk, for its sum. */
static enum err sum_file(struct making *making, const char *name)
{
    struct sink nowhere = { write_nowhere };

    return blocks_make(making->plan->means.outside, path_of(making, name), &nowhere,
                       add_file(making, name), making->trouble);
}

static enum err pour_store(struct making *making, struct sink *sink)
{
    enum err err = seal_begin(&making->sealing, making->plan->to, BACKUP_SEALED, sink,
                              making->trouble);

    if (err == OK)
        err = file_pour(making->plan->means.outside, making->store, &making->sealing.sink,
                        making->trouble);
    return err == OK ? seal_end(&making->sealing, making->trouble) : err;
}

struct key_names {
    struct arena *arena;
    struct text   name[KEYS_MAX];
    size_t        count;
};

static bool take_name(void *context, const char *name)
{
    struct key_names *names = context;

    if (names->count < KEYS_MAX)
        names->name[names->count++] = text_of(arena_copy(names->arena, name, strlen(name)));
    return true;
}

/* One key's file within keys.sealed: "NAME SIZE\n" and its bytes. */
static enum err pour_key(struct making *making, struct text name, struct sink *sink)
{
    char bytes[KEY_BYTES_MAX];
    char head[NAME_MAX + 32];
    size_t size;
    const char *path = arena_print(making->arena, "%s/%.*s", making->plan->keys, TEXT(name));
    enum err err = small_file_read(making->plan->means.outside, path, "a key", bytes,
                                   sizeof bytes, &size, making->trouble);

    if (err != OK)
        return err;
    int length = snprintf(head, sizeof head, "%.*s %zu\n", TEXT(name), size);
    err = sink->write(sink, head, (size_t)length, making->trouble);
    if (err == OK)
        err = sink->write(sink, bytes, size, making->trouble);
    sodium_memzero(bytes, sizeof bytes);
    return err;
}

static enum err pour_keys(struct making *making, struct sink *sink)
{
    struct key_names *names = arena_take(making->arena, 1, sizeof *names);
    enum err err = seal_begin(&making->sealing, making->plan->to, BACKUP_KEYS, sink,
                              making->trouble);

    names->arena = making->arena;
    if (err == OK && making->plan->means.outside->list(making->plan->keys, take_name, names) != 0)
        err = fail(making->trouble, ERR_IO, "%s: %s", making->plan->keys, strerror(errno));
    if (err == OK && names->count == KEYS_MAX)
        err = fail(making->trouble, ERR_USAGE, "%s: more than %d files: not a folder of keys",
                   making->plan->keys, KEYS_MAX - 1);
    listing_sort(names->name, names->count);
    for (size_t i = 0; i < names->count && err == OK; i++)
        err = pour_key(making, names->name[i], &making->sealing.sink);
    return err == OK ? seal_end(&making->sealing, making->trouble) : err;
}

static enum err seal_files(struct making *making)
{
    enum err err = write_file(making, BACKUP_SEALED, pour_store);

    if (err == OK)
        err = write_file(making, BACKUP_KEYS, pour_keys);
    return err == OK ? sum_file(making, BACKUP_KEYS) : err;
}

/* The large file, with a sum for each block; SQLite has written it unless it is sealed. */
static enum err sum_store(struct making *making)
{
    const char *name = making->plan->to == NULL ? BACKUP_STORE : BACKUP_SEALED;
    const struct outside *outside = making->plan->means.outside;
    enum err err = file_sync(outside, path_of(making, name), making->trouble);

    if (err == OK)
        err = out_file_open(&making->folder, BACKUP_BLOCKS, &making->sums, making->trouble);
    if (err != OK)
        return err;
    err = blocks_make(outside, path_of(making, name), &making->sums.sink, add_file(making, name),
                      making->trouble);
    const enum err closed = out_file_close(&making->sums, making->trouble);
    if (err == OK)
        err = closed;
    return err == OK ? sum_file(making, BACKUP_BLOCKS) : err;
}

/* --- the manifest --- */

static enum err pour_text(struct making *making, const char *name, struct text text)
{
    enum err err = out_file_open(&making->folder, name, &making->file, making->trouble);

    if (err != OK)
        return err;
    err = making->file.sink.write(&making->file.sink, text.data, text.size, making->trouble);
    const enum err closed = out_file_close(&making->file, making->trouble);
    return err != OK ? err : closed;
}

static enum err sign(struct making *making, struct text text, struct text *signature)
{
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    char when[TRAIL_TIME_SIZE];
    enum err err = minisign_digest_of(text, digest, making->trouble);

    if (err != OK)
        return err;
    trail_time_print(making->out->manifest.ended_ms, when);
    const char *comment = arena_print(making->arena, "backup of store %s, %s",
                                      making->out->manifest.store, when);
    return minisign_sign(making->arena, making->plan->key, digest,
                         text_of("signature from the server's key"), text_of(comment), signature,
                         making->trouble);
}

static enum err write_manifest(struct making *making)
{
    struct manifest *manifest = &making->out->manifest;
    struct text text;
    struct text signature;
    enum err err;

    manifest->ended_ms = making->plan->means.clock().ms;
    if ((err = manifest_print(manifest, making->arena, &text, making->trouble)) != OK ||
        (err = sha256_of(text.data, text.size, &making->out->manifest_sum,
                         making->trouble)) != OK ||
        (err = pour_text(making, BACKUP_MANIFEST, text)) != OK ||
        (err = sign(making, text, &signature)) != OK)
        return err;
    making->out->bytes = text.size + signature.size;
    for (int i = 0; i < manifest->files; i++)
        making->out->bytes += manifest->file[i].bytes;
    return pour_text(making, BACKUP_SIGNATURE, signature);
}

/* --- all of it --- */

static enum err open_folders(struct making *making)
{
    const struct backup_making *plan = making->plan;
    const struct outside *outside = plan->means.outside;
    enum err err = out_folder_open(&making->folder, outside, making->arena, plan->folder, false,
                                   making->trouble);

    if (err == OK && plan->to != NULL)
        err = out_scratch_open(&making->plain, outside, making->arena, plan->scratch,
                               making->trouble);
    if (err != OK)
        return err;
    making->store = arena_print(making->arena, "%s/%s",
                                plan->to == NULL ? making->folder.place.hidden
                                                 : making->plain.place.hidden, BACKUP_STORE);
    return OK;
}

static enum err make(struct making *making)
{
    struct manifest *manifest = &making->out->manifest;
    const struct backup_making *plan = making->plan;
    enum err err;

    manifest->begun_ms = plan->means.clock().ms;
    manifest->sealed = plan->to != NULL;
    (void)snprintf(manifest->engine, sizeof manifest->engine, "%s",
                   db_engine_of(plan->db) == DB_SQLITE ? "sqlite" : "postgres");
    (void)snprintf(manifest->program, sizeof manifest->program, "%s", OCHIL_VERSION);
    if ((err = open_folders(making)) != OK || (err = copy_store(making)) != OK ||
        (err = look_at(making)) != OK || (plan->to != NULL && (err = seal_files(making)) != OK) ||
        (err = sum_store(making)) != OK || (err = write_manifest(making)) != OK)
        return err;
    return out_folder_commit(&making->folder, making->trouble);
}

enum err backup_make(const struct backup_making *plan, struct arena *arena,
                     struct backup_made *out, struct trouble *trouble)
{
    struct making *making = arena_take(arena, 1, sizeof *making);
    volatile enum err err = ERR_IO;
    ARENA_KEEP(outer, arena);

    *out = (struct backup_made){ .bytes = 0 };
    *making = (struct making){ .plan = plan, .arena = arena, .out = out, .trouble = trouble,
                               .vfs = db_options_of(plan->db)->vfs };
    if (ARENA_GUARD(arena))
        (void)fail(trouble, ERR_IO, "out of memory");
    else
        err = make(making);
    close_rows(making);
    if (!out_folder_abort(&making->plain, trouble) && err == OK)
        err = ERR_IO;
    (void)out_folder_abort(&making->folder, trouble);
    return err;
}

/* --- noted in the store --- */

struct noting {
    const struct backup_means *means;
    const struct backup_made  *made;
    struct text                place;
    struct text                words;
    char                       hex[SHA256_HEX_SIZE];
    struct moment              now;
};

static enum err note(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct noting *noting = context;
    const struct trail_event event = {
        .now = noting->now, .actor = text_of("system"), .action = text_of("backup.make"),
        .subject_kind = text_of("backup"), .subject_id = text_of(noting->hex),
        .after = { noting->words, false },
    };
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_backup_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, noting->made->manifest.ended_ms);
    bind_text(add, 2, text_of(noting->hex));
    bind_int(add, 3, (int64_t)noting->made->bytes);
    bind_text(add, 4, noting->place);
    if ((err = statement_run(add, NULL, trouble)) != OK)
        return err;
    return trail_append(tx, noting->means->outside, &event, NULL, trouble);
}

enum err backup_note(struct db *db, const struct backup_means *means, struct arena *arena,
                     const struct backup_made *made, struct text place, struct trouble *trouble)
{
    struct noting noting = { .means = means, .made = made, .place = place,
                             .now = means->clock() };

    sha256_hex(&made->manifest_sum, noting.hex);
    noting.words = text_of(arena_print(arena, "%.*s, %llu bytes, trail of %llu entries",
                                       TEXT(place), (unsigned long long)made->bytes,
                                       (unsigned long long)made->manifest.trail_size));
    return db_write(db, (struct db_scope){ 0, arena }, note, &noting, trouble);
}

enum err backup_last(struct tx *tx, struct moment *made, bool *found, struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_backup_newest, &ask, trouble);

    if (err == OK)
        err = statement_step(ask, found, trouble);
    if (err == OK && *found)
        *made = column_moment(ask, 0);
    if (err == OK)
        statement_end(ask);
    return err;
}
