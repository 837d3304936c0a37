/*
 * store/backup_restore.c -- a backup becomes a store again.
 *
 * The store's file is copied out of the backup first, block by block against its sums, into a
 * hidden folder; there it is looked at as when it was made, and must come to the same dump. Only
 * then does it take its place: a SQLite store by one rename, a PostgreSQL database by one
 * transaction that is compared once more before it commits.
 */
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "formats/output_io.h"
#include "store/backup_file.h"
#include "store/store_url.h"

#define KEY_BYTES_MAX ((size_t)64 * 1024)

struct restoring {
    const struct backup_restoring *plan;
    struct arena                  *arena;
    struct backup_restored        *out;
    struct trouble                *trouble;
    struct store_url               url;
    struct out_folder              plain;       /* where the copy is looked at */
    struct out_folder              keys;
    const char                    *store;       /* its path */
    struct db                     *from, *to;
    struct out_file                file;
    struct unsealing               unsealing;
};

/* --- the place --- */

/* A journal that was left beside would be played into whatever takes the name. */
static enum err free_place(struct restoring *restoring)
{
    static const char *const endings[] = { "", "-journal", "-wal", "-shm" };
    struct stat status;

    for (size_t i = 0; i < COUNT(endings); i++) {
        const char *path = arena_print(restoring->arena, "%s%s", restoring->url.place,
                                       endings[i]);
        if (restoring->plan->means.outside->stat(path, &status) == 0)
            return fail(restoring->trouble, ERR_CONFLICT, "%s is there already: a backup is "
                        "restored to a new place", path);
        if (errno != ENOENT)
            return fail(restoring->trouble, ERR_IO, "%s: %s", path, strerror(errno));
    }
    return OK;
}

/* Tables that a restore was interrupted at hold no rows; the schema's own history does. */
static enum err no_rows(struct tx *tx, void *context, struct trouble *trouble)
{
    struct restoring *restoring = context;
    struct shape shape;
    enum err err = shape_read(tx, restoring->arena, &shape, trouble);

    for (int i = 0; i < shape.tables && err == OK; i++) {
        struct query *query = arena_take(restoring->arena, 1, sizeof *query);
        struct statement *ask;
        bool row = false;
        if (strcmp(shape.table[i].name, "schema_migration") == 0)
            continue;
        *query = (struct query){ "no_rows", arena_print(restoring->arena, "SELECT 1 FROM %s "
                                 "LIMIT 1", shape.table[i].name), NULL };
        err = tx_prepare(tx, query, &ask, trouble);
        if (err == OK)
            err = statement_step(ask, &row, trouble);
        if (err == OK && row)
            err = fail(trouble, ERR_CONFLICT, "the database is not empty: %s has rows; a backup "
                       "is restored to a new one", shape.table[i].name);
    }
    return err;
}

/* --- the copy out of the backup --- */

static enum err pour_out(struct restoring *restoring, struct sink *sink)
{
    const struct backup_restoring *plan = restoring->plan;
    const struct manifest *manifest = &restoring->out->manifest;
    struct trouble *trouble = restoring->trouble;

    if (!manifest->sealed)
        return backup_pour(plan->means.outside, restoring->arena, plan->folder, manifest, sink,
                           trouble);
    if (plan->key == NULL)
        return fail(trouble, ERR_MISSING, "the backup is sealed: name the file of its secret key");
    unseal_begin(&restoring->unsealing, plan->key, BACKUP_SEALED, sink);
    enum err err = backup_pour(plan->means.outside, restoring->arena, plan->folder, manifest,
                               &restoring->unsealing.sink, trouble);
    return err == OK ? unseal_end(&restoring->unsealing, trouble) : err;
}

static enum err copy_out(struct restoring *restoring)
{
    const struct backup_restoring *plan = restoring->plan;
    const char *beside = restoring->url.engine == DB_SQLITE ? restoring->url.place : plan->scratch;
    enum err err = out_scratch_open(&restoring->plain, plan->means.outside, restoring->arena,
                                    beside, restoring->trouble);

    if (err == OK)
        err = out_file_open(&restoring->plain, BACKUP_STORE, &restoring->file,
                            restoring->trouble);
    if (err != OK)
        return err;
    restoring->store = arena_print(restoring->arena, "%s/%s", restoring->plain.place.hidden,
                                   BACKUP_STORE);
    err = pour_out(restoring, &restoring->file.sink);
    const enum err closed = out_file_close(&restoring->file, restoring->trouble);
    return err != OK ? err : closed;
}

/* --- is it what the manifest says? --- */

static enum err check_facts(struct restoring *restoring, const struct store_facts *facts)
{
    const struct manifest *manifest = &restoring->out->manifest;
    const struct checkpoint *since = restoring->plan->since;
    struct trouble *trouble = restoring->trouble;

    if (strcmp(facts->store, manifest->store) != 0)
        return fail(trouble, ERR_CHECK, "the backup is of store %s, its manifest of %s: two "
                    "backups were mixed", facts->store, manifest->store);
    if (facts->schema != manifest->schema ||
        !sha256_equal(&facts->schema_sum, &manifest->schema_sum))
        return fail(trouble, ERR_CHECK, "the schema is not the one that the manifest names");
    if (facts->trail_size != manifest->trail_size ||
        !sha256_equal(&facts->trail_last, &manifest->trail_last) ||
        !sha256_equal(&facts->trail_root, &manifest->trail_root))
        return fail(trouble, ERR_CHECK, "the trail is not the one that the manifest names");
    if (!facts->keeps)
        return fail(trouble, ERR_CHECK, "the backup does not hold the trail up to the checkpoint "
                    "of %llu entries, of store %s", (unsigned long long)since->size, since->store);
    return dump_same(&manifest->dump, "the manifest", &restoring->out->dump, "the backup",
                     trouble);
}

/* Told by the manifest alone, before gigabytes are read. */
static enum err check_since(struct restoring *restoring)
{
    const struct manifest *manifest = &restoring->out->manifest;
    const struct checkpoint *since = restoring->plan->since;

    if (since == NULL)
        return OK;
    if (strcmp(since->store, manifest->store) != 0)
        return fail(restoring->trouble, ERR_CHECK, "the checkpoint is of store %s, the backup of "
                    "%s", since->store, manifest->store);
    if (since->size > manifest->trail_size)
        return fail(restoring->trouble, ERR_CHECK, "the backup is too old: its trail has %llu "
                    "entries, the checkpoint that was signed %llu",
                    (unsigned long long)manifest->trail_size, (unsigned long long)since->size);
    return OK;
}

/* The migrations it has been through are this program's, so far as it has been through any. */
static enum err check_schema(struct restoring *restoring)
{
    const struct db_options options = { .url = restoring->store, .readers = 1,
                                        .vfs = restoring->plan->vfs, .must_exist = true };
    struct db *db = NULL;
    int version;
    enum err err = db_open(restoring->arena, &options, &db, restoring->trouble);

    if (err != OK)
        return err;
    err = schema_version(db, restoring->plan->means.migrations, &version, restoring->trouble);
    db_close(db);
    return err;
}

static enum err look_at(struct restoring *restoring)
{
    const struct backup_restoring *plan = restoring->plan;
    struct store_facts facts;
    enum err err;

    if ((err = check_schema(restoring)) != OK ||
        (err = file_facts(restoring->store, plan->vfs, plan->since, restoring->arena, &facts,
                          &restoring->out->dump, restoring->trouble)) != OK ||
        (err = check_facts(restoring, &facts)) != OK)
        return err;
    return file_settle(plan->means.outside, restoring->arena, restoring->store, plan->vfs,
                       restoring->trouble);
}

/* --- keys --- */

/* keys.sealed, opened: "NAME SIZE\n" and its bytes, over and over. */
struct key_sink {
    struct sink sink;
    char       *bytes;
    size_t      size, room;
};

static enum err key_write(struct sink *sink, const void *bytes, size_t size,
                          struct trouble *trouble)
{
    struct key_sink *keys = (struct key_sink *)(void *)sink;

    if (size > keys->room - keys->size)
        return fail(trouble, ERR_CHECK, "%s is larger than it was", BACKUP_KEYS);
    memcpy(keys->bytes + keys->size, bytes, size);
    keys->size += size;
    return OK;
}

/* Takes the next key's file off `rest`; false: it is none. */
static bool next_key(struct text *rest, char name[NAME_MAX + 1], struct text *key)
{
    const char *blank = memchr(rest->data, ' ', rest->size);
    const char *end = memchr(rest->data, '\n', rest->size);
    size_t size = 0;

    if (blank == NULL || end == NULL || blank > end || blank == rest->data ||
        blank - rest->data > NAME_MAX || rest->data[0] == '.')
        return false;
    const size_t length = (size_t)(blank - rest->data);
    memcpy(name, rest->data, length);
    name[length] = '\0';
    for (const char *at = blank + 1; at < end; at++) {
        if (!is_digit(*at) || size > KEY_BYTES_MAX)
            return false;
        size = size * 10 + (size_t)(*at - '0');
    }
    const size_t used = (size_t)(end + 1 - rest->data);
    if (size > rest->size - used || strchr(name, '/') != NULL)
        return false;
    *key = (struct text){ rest->data + used, size };
    *rest = (struct text){ rest->data + used + size, rest->size - used - size };
    return true;
}

static enum err write_keys(struct restoring *restoring, struct text rest)
{
    char name[NAME_MAX + 1];
    struct text key;
    enum err err = out_folder_open(&restoring->keys, restoring->plan->means.outside,
                                   restoring->arena, restoring->plan->keys, false,
                                   restoring->trouble);

    while (err == OK && rest.size > 0) {
        if (!next_key(&rest, name, &key))
            return fail(restoring->trouble, ERR_CHECK, "%s does not hold keys", BACKUP_KEYS);
        err = out_file_open(&restoring->keys, name, &restoring->file, restoring->trouble);
        if (err != OK)
            return err;
        err = restoring->file.sink.write(&restoring->file.sink, key.data, key.size,
                                         restoring->trouble);
        const enum err closed = out_file_close(&restoring->file, restoring->trouble);
        err = err != OK ? err : closed;
    }
    return err;
}

/* Written, but not yet in their place. */
static enum err prepare_keys(struct restoring *restoring)
{
    const struct backup_restoring *plan = restoring->plan;
    const struct manifest_file *file = manifest_file(&restoring->out->manifest, BACKUP_KEYS);

    if (plan->keys == NULL || file == NULL)
        return OK;
    struct key_sink keys = { { key_write }, arena_take(restoring->arena, (size_t)file->bytes + 1,
                                                       1), 0, (size_t)file->bytes };
    unseal_begin(&restoring->unsealing, plan->key, BACKUP_KEYS, &keys.sink);
    enum err err = file_pour(plan->means.outside,
                             arena_print(restoring->arena, "%s/%s", plan->folder, BACKUP_KEYS),
                             &restoring->unsealing.sink, restoring->trouble);
    if (err == OK)
        err = unseal_end(&restoring->unsealing, restoring->trouble);
    if (err == OK)
        err = write_keys(restoring, (struct text){ keys.bytes, keys.size });
    sodium_memzero(keys.bytes, keys.room);
    return err;
}

/* Before the store: keys without a store do no harm, a store without its keys cannot be used. */
static enum err put_keys(struct restoring *restoring)
{
    if (!restoring->keys.made)
        return OK;
    restoring->out->keys = true;
    return out_folder_commit(&restoring->keys, restoring->trouble);
}

/* --- into its place --- */

static enum err put_file(struct restoring *restoring)
{
    const struct outside *outside = restoring->plan->means.outside;
    const char *place = restoring->url.place;
    enum err err = file_sync(outside, restoring->store, restoring->trouble);

    if (err == OK)
        err = put_keys(restoring);
    if (err == OK)
        err = free_place(restoring);
    if (err != OK)
        return err;
    if (outside->rename(restoring->store, place) != 0)
        return fail(restoring->trouble, ERR_IO, "%s: %s", place, strerror(errno));
    err = file_sync(outside, restoring->plain.place.parent, restoring->trouble);
    /* It is whole, but may not last: so it is not there. */
    if (err != OK && outside->remove_file(place) != 0)
        (void)fail(restoring->trouble, ERR_IO, "%s was left behind", place);
    return err;
}

static enum err open_server(struct restoring *restoring)
{
    const struct db_options options = { .url = restoring->plan->url, .readers = 1 };
    const struct db_scope scope = { 0, restoring->arena };
    enum err err = db_open(restoring->arena, &options, &restoring->to, restoring->trouble);

    return err == OK ? db_read(restoring->to, scope, no_rows, restoring, restoring->trouble) : err;
}

static enum err put_rows(struct restoring *restoring)
{
    const struct backup_means *means = &restoring->plan->means;
    const struct db_options options = { .url = restoring->store, .readers = 1,
                                        .vfs = restoring->plan->vfs, .must_exist = true };
    const struct migrating migrating = {
        migrations_until(restoring->arena, means->migrations, restoring->out->manifest.schema),
        means->clock(), NULL };
    struct migrated done;
    int64_t rows;
    enum err err;

    if ((err = schema_migrate(restoring->to, &migrating, &done, restoring->trouble)) != OK ||
        (err = db_open(restoring->arena, &options, &restoring->from, restoring->trouble)) != OK ||
        (err = put_keys(restoring)) != OK)
        return err;
    return store_copy_rows(restoring->from, restoring->to, restoring->arena,
                           &restoring->out->manifest.dump, &rows, restoring->trouble);
}

static enum err restore(struct restoring *restoring)
{
    const struct backup_restoring *plan = restoring->plan;
    const struct outside *outside = plan->means.outside;
    enum err err;

    if ((err = store_url_read(plan->url, &restoring->url, restoring->trouble)) != OK)
        return err;
    const bool file = restoring->url.engine == DB_SQLITE;
    if ((err = file ? free_place(restoring) : open_server(restoring)) != OK ||
        (err = backup_open(outside, restoring->arena, plan->folder, plan->server,
                           &restoring->out->manifest, restoring->trouble)) != OK ||
        (err = check_since(restoring)) != OK || (err = copy_out(restoring)) != OK ||
        (err = look_at(restoring)) != OK || (err = prepare_keys(restoring)) != OK)
        return err;
    return file ? put_file(restoring) : put_rows(restoring);
}

enum err backup_restore(const struct backup_restoring *plan, struct arena *arena,
                        struct backup_restored *out, struct trouble *trouble)
{
    struct restoring *restoring = arena_take(arena, 1, sizeof *restoring);
    volatile enum err err = ERR_IO;
    ARENA_KEEP(outer, arena);

    *out = (struct backup_restored){ .keys = false };
    *restoring = (struct restoring){ .plan = plan, .arena = arena, .out = out,
                                     .trouble = trouble };
    if (ARENA_GUARD(arena))
        (void)fail(trouble, ERR_IO, "out of memory");
    else
        err = restore(restoring);
    db_close(restoring->from);
    db_close(restoring->to);
    (void)out_folder_abort(&restoring->keys, trouble);
    /* Keys that were put in their place for a store that did not come. */
    if (err != OK && out->keys && delete_whole(plan->means.outside, plan->keys, trouble) != OK)
        err = ERR_IO;
    if (!out_folder_abort(&restoring->plain, trouble) && err == OK)
        err = ERR_IO;
    return err;
}
