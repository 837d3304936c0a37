#include "store/backup_file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/store_sql.h"
#include "store/trail_checks.h"
#include "store/trail_rows.h"

/* --- what a store says of itself --- */

struct facts {
    struct arena            *arena;
    const struct checkpoint *since;
    struct store_facts      *out;
    struct dump             *dump;
};

static enum err read_schema(struct tx *tx, struct store_facts *out, struct trouble *trouble)
{
    struct sha256 hash;
    struct statement *list;
    char line[256];
    bool row = false;
    enum err err = sha256_begin(&hash, trouble);

    if (err != OK)
        return err;
    out->schema = 0;
    err = tx_prepare(tx, &sql_migrations_applied, &list, trouble);
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        int size = snprintf(line, sizeof line, "%lld %.*s %.*s\n", (long long)column_int(list, 0),
                            TEXT(column_text(list, 1)), TEXT(column_text(list, 2)));
        sha256_add(&hash, line, size < (int)sizeof line ? (size_t)size : sizeof line - 1);
        out->schema = (int)column_int(list, 0);
    }
    if (err == OK)
        return sha256_end(&hash, &out->schema_sum, trouble);
    sha256_drop(&hash);
    return err;
}

/* Does the entry at the checkpoint's size have its hash? That hash covers all before it. */
static enum err read_kept(struct tx *tx, const struct facts *facts, struct trouble *trouble)
{
    const struct checkpoint *since = facts->since;
    struct statement *find;
    struct sha256_sum hash;
    bool row = false;

    facts->out->keeps = since == NULL;
    if (since == NULL || strcmp(since->store, facts->out->store) != 0)
        return OK;
    enum err err = tx_prepare(tx, &sql_trail_hash_at, &find, trouble);
    if (err != OK)
        return err;
    bind_int(find, 1, (int64_t)since->size);
    err = statement_step(find, &row, trouble);
    if (err == OK && row)
        facts->out->keeps = trail_sum_of(column_blob(find, 0), &hash) &&
                            sha256_equal(&hash, &since->last);
    statement_end(find);
    return err;
}

static enum err read_trail(struct tx *tx, struct store_facts *out, struct trouble *trouble)
{
    struct trail_head head;
    struct sha256 hash;
    enum err err = sha256_begin(&hash, trouble);

    if (err != OK)
        return err;
    err = trail_head_read(tx, &hash, 0, &head, trouble);
    if (err != OK) {
        sha256_drop(&hash);
        return err;
    }
    struct sha256_sum unused;
    (void)snprintf(out->store, sizeof out->store, "%s", head.store);
    out->trail_size = head.chain.size;
    if (head.chain.size > 0) {
        out->trail_last = head.chain.last;
        merkle_root(&hash, &head.chain.tree, &out->trail_root);
    }
    return sha256_end(&hash, &unused, trouble);
}

/* The newest checkpoint that a council has signed: what this backup is known to hold. */
static enum err read_checkpoint(struct tx *tx, const struct facts *facts, struct trouble *trouble)
{
    struct checked newest;
    uint64_t size = 0;
    enum err err = checkpoint_cosigned(tx, &size, trouble);

    if (err != OK || size == 0)
        return err;
    err = checkpoint_load(tx, facts->arena, size, &newest, trouble);
    if (err == OK && newest.size == size && newest.text.size < sizeof facts->out->checkpoint)
        memcpy(facts->out->checkpoint, newest.text.data, newest.text.size);
    return err;
}

static enum err read_facts(struct tx *tx, void *context, struct trouble *trouble)
{
    struct facts *facts = context;
    enum err err;

    *facts->out = (struct store_facts){ 0 };
    if ((err = read_schema(tx, facts->out, trouble)) != OK ||
        (err = read_trail(tx, facts->out, trouble)) != OK ||
        (err = read_kept(tx, facts, trouble)) != OK ||
        (err = read_checkpoint(tx, facts, trouble)) != OK)
        return err;
    return dump_store(tx, facts->arena, NULL, facts->dump, trouble);
}

enum err file_facts(const char *path, const char *vfs, const struct checkpoint *since,
                    struct arena *arena, struct store_facts *out, struct dump *dump,
                    struct trouble *trouble)
{
    const struct db_options options = { .url = path, .readers = 1, .vfs = vfs,
                                        .must_exist = true };
    struct facts facts = { arena, since, out, dump };
    struct db *db = NULL;
    enum err err = db_open(arena, &options, &db, trouble);

    if (err != OK)
        return err;
    err = db_read(db, (struct db_scope){ 0, arena }, read_facts, &facts, trouble);
    db_close(db);
    return err;
}

/* --- the file by itself --- */

/* Whether there was a row, and what stood first in it. */
struct answer {
    bool there;
    char word[256];
};

static int first_answer(void *context, int columns, char **value, char **name)
{
    struct answer *answer = context;

    (void)name;
    if (!answer->there && columns > 0 && value[0] != NULL)
        (void)snprintf(answer->word, sizeof answer->word, "%s", value[0]);
    answer->there = true;
    return 0;
}

static enum err ask(sqlite3 *sqlite, const char *path, const char *sql, const char *wanted,
                    struct trouble *trouble)
{
    struct answer answer = { 0 };
    const int code = sqlite3_exec(sqlite, sql, first_answer, &answer, NULL);

    if (code != SQLITE_OK)
        return fail(trouble, (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB
                                 ? ERR_CHECK : ERR_IO,
                    "%s: %s: %s", path, sql, sqlite3_errmsg(sqlite));
    if (strcmp(answer.word, wanted) != 0)
        return fail(trouble, ERR_CHECK, "%s: %s says '%s'", path, sql, answer.word);
    return OK;
}

static enum err no_file(const struct outside *outside, struct arena *arena, const char *path,
                        const char *ending, struct trouble *trouble)
{
    const char *beside = arena_print(arena, "%s%s", path, ending);

    if (outside->remove_file(beside) == 0 || errno == ENOENT)
        return OK;
    return fail(trouble, ERR_IO, "%s: %s", beside, strerror(errno));
}

enum err file_settle(const struct outside *outside, struct arena *arena, const char *path,
                     const char *vfs, struct trouble *trouble)
{
    static const char *const endings[] = { "-journal", "-wal", "-shm" };
    sqlite3 *sqlite = NULL;
    enum err err;

    if (sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs) !=
        SQLITE_OK)
        err = fail(trouble, ERR_IO, "%s: %s", path,
                   sqlite == NULL ? "out of memory" : sqlite3_errmsg(sqlite));
    else if ((err = ask(sqlite, path, "PRAGMA journal_mode = DELETE", "delete", trouble)) == OK &&
             (err = ask(sqlite, path, "PRAGMA integrity_check", "ok", trouble)) == OK)
        err = ask(sqlite, path, "PRAGMA foreign_key_check", "", trouble);
    if (sqlite3_close(sqlite) != SQLITE_OK && err == OK)
        err = fail(trouble, ERR_IO, "%s: it cannot be closed", path);
    for (size_t i = 0; i < COUNT(endings) && err == OK; i++)
        err = no_file(outside, arena, path, endings[i], trouble);
    return err;
}

enum err file_sync(const struct outside *outside, const char *path, struct trouble *trouble)
{
    const int file = outside->open_read(path);
    enum err err = OK;

    if (file < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    if (outside->sync(file) != 0)
        err = fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    (void)outside->close(file);
    return err;
}

enum err file_pour(const struct outside *outside, const char *path, struct sink *sink,
                   struct trouble *trouble)
{
    char bytes[64 * 1024];
    const int file = outside->open_read(path);
    ssize_t got = 1;
    enum err err = OK;

    if (file < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    while (err == OK && got > 0) {
        got = outside->read(file, bytes, sizeof bytes);
        if (got < 0)
            err = fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
        else if (got > 0)
            err = sink->write(sink, bytes, (size_t)got, trouble);
    }
    (void)outside->close(file);
    return err;
}

enum err write_nowhere(struct sink *sink, const void *bytes, size_t size, struct trouble *trouble)
{
    (void)sink;
    (void)bytes;
    (void)size;
    (void)trouble;
    return OK;
}

const struct migration *const *migrations_until(struct arena *arena,
                                                const struct migration *const *all, int version)
{
    const struct migration **list = arena_take(arena, (size_t)version + 1, sizeof(void *));

    for (int i = 0; i < version && all[i] != NULL; i++)
        list[i] = all[i];
    return list;
}
