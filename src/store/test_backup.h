/*
 * store/test_backup.h -- for tests only: a store that has something in every kind of column, whom
 * it belongs to, and a backup of it.
 *
 * What is written is a function of a running number: state n is that of the first n writes, so a
 * copy can be held against the model of any moment. Each write is one transaction over several
 * tables and the trail.
 */
#ifndef OCHIL_TEST_BACKUP_H
#define OCHIL_TEST_BACKUP_H

#include "base/outside.h"
#include "base/test_random.h"
#include "store/backup.h"
#include "store/council.h"
#include "store/test_store.h"
#include "store/trail_log.h"

#define TEST_BACKUP_HASH "4444444444444444444444444444444444444444444444444444444444444444"

/* Every kind of column, a reference to itself, rows of councils, and rows that may not change. */
static const char test_backup_sql[] =
    "CREATE TABLE sample (id @id, flag @bool NOT NULL, day @date, words TEXT NOT NULL, "
    "bytes @blob, parent @int64 REFERENCES sample (id));\n"
    "CREATE TABLE sample_of_council (council @int64 NOT NULL REFERENCES council (id), "
    "number @int64 NOT NULL, sample @int64 NOT NULL REFERENCES sample (id), words TEXT, "
    "CONSTRAINT sample_of_council_pkey PRIMARY KEY (council, number));\n"
    /* No primary key, as evidence_chunk has none. */
    "CREATE TABLE sample_piece (sample @int64 NOT NULL REFERENCES sample (id), part @int64 NOT "
    "NULL, words TEXT, CONSTRAINT sample_piece_sample_part_key UNIQUE (sample, part));\n"
    "CREATE INDEX sample_words ON sample (words);\n"
    "-- only: sqlite\n"
    "CREATE TRIGGER sample_stays BEFORE DELETE ON sample BEGIN SELECT RAISE(ABORT, 'kept'); END;\n"
    "-- only: sqlite\n"
    "CREATE TRIGGER sample_is_kept BEFORE UPDATE ON sample BEGIN "
    "SELECT RAISE(ABORT, 'kept'); END;\n"
    "-- only: postgres\n"
    "ALTER TABLE sample_of_council ENABLE ROW LEVEL SECURITY;\n"
    "-- only: postgres\n"
    "ALTER TABLE sample_of_council FORCE ROW LEVEL SECURITY;\n"
    "-- only: postgres\n"
    "CREATE POLICY sample_of_council_own ON sample_of_council USING "
    "(council = CAST(NULLIF(current_setting('ochil.council', true), '') AS BIGINT));\n";

static const struct query test_sample_add = { "test_sample_add",
    "INSERT INTO sample (id, flag, day, words, bytes, parent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    NULL };
static const struct query test_council_add = { "test_council_add",
    "INSERT INTO sample_of_council (council, number, sample, words) VALUES (?1, ?2, ?3, ?4)",
    NULL };
static const struct query test_piece_add = { "test_piece_add",
    "INSERT INTO sample_piece (sample, part, words) VALUES (?1, ?2, ?3)", NULL };
static const struct query test_sample_count = { "test_sample_count",
    "SELECT count(*) FROM sample", NULL };

/* The program's migrations and that of the test behind them. */
struct test_backup {
    struct test_store       store;
    struct arena            arena;
    struct migration        own;
    const struct migration *list[64];
    struct minisign_public  public;
    struct minisign_secret  secret;
    size_t                  blob;       /* bytes of each write's blob */
};

/* Chance that is always the same, so that two stores with the same writes are the same. */
static inline int test_backup_random(void *bytes, size_t size)
{
    memset(bytes, 7, size);
    return 0;
}

static inline void test_backup_migrations(struct test_backup *test,
                                          const struct migration *const *program)
{
    int count = 0;

    for (; program[count] != NULL; count++)
        test->list[count] = program[count];
    test->own = (struct migration){ count + 1, "sample", TEST_BACKUP_HASH, test_backup_sql };
    test->list[count] = &test->own;
    test->list[count + 1] = NULL;
}

static inline enum err test_backup_begin(struct tx *tx, void *context, struct trouble *trouble)
{
    struct test_backup *test = context;
    const struct store_identity identity = { text_of("0123456789abcdef0123456789abcdef"),
                                             test->public, false };
    const struct council council[] = { { 1, text_of("CLK"), text_of("Clackmannanshire") },
                                       { 2, text_of("STI"), text_of("Stirling") } };
    enum err err = store_identity_add(tx, &test->arena, &identity, (struct moment){ 1 }, trouble);

    for (size_t i = 0; i < COUNT(council) && err == OK; i++)
        err = council_add(tx, &council[i], trouble);
    return err;
}

/* The n-th write, from 1; `context` is the test, whose store it may or may not be. */
struct test_write {
    const struct test_backup *test;
    int64_t                   number;
};

static inline enum err test_write_row(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct test_write *write = context;
    const int64_t n = write->number;
    static const char letters[] = "tab\tline\nback\\slash \xc3\xa9\xf0\x9f\x90\x9f";
    static const char zeros[70000] = { 0 };
    const struct trail_event event = {
        .now = { 1403776800000 + n }, .actor = text_of("system"),
        .action = text_of("sample.add"), .subject_kind = text_of("sample"),
        .subject_id = text_of("1"),
    };
    const struct outside same = { .random = test_backup_random };
    struct statement *add;
    enum err err = tx_prepare(tx, &test_sample_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, n);
    bind_bool(add, 2, n % 2 == 0);
    if (n % 3 != 0)
        bind_day(add, 3, (struct db_day){ (int32_t)(n * 37 % 40000) });
    bind_text(add, 4, (struct text){ letters, (size_t)(n % 10) });
    if (n % 5 != 0)
        bind_blob(add, 5, (struct text){ zeros, (size_t)(n % 7) * write->test->blob / 7 });
    if (n > 1)
        bind_int(add, 6, n / 2);
    if ((err = statement_run(add, NULL, trouble)) != OK ||
        (err = tx_prepare(tx, &test_council_add, &add, trouble)) != OK)
        return err;
    bind_int(add, 1, 1 + n % 2);
    bind_int(add, 2, n);
    bind_int(add, 3, n);
    bind_text(add, 4, text_of(n % 2 == 0 ? "" : "a\rb"));
    err = statement_run(add, NULL, trouble);
    for (int64_t part = 2; part >= 1 && err == OK; part--) {
        if ((err = tx_prepare(tx, &test_piece_add, &add, trouble)) != OK)
            return err;
        bind_int(add, 1, n);
        bind_int(add, 2, part);
        err = statement_run(add, NULL, trouble);
    }
    return err != OK ? err : trail_append(tx, &same, &event, NULL, trouble);
}

static inline void test_backup_must(enum err err, const struct trouble *trouble)
{
    if (err != OK)
        printf("# %d: %s\n", err, trouble->text);
    (void)fflush(stdout);
    assert(err == OK);
}

/* Several in one transaction, for nobody in particular. */
struct test_writes {
    const struct test_backup *test;
    int64_t                   from, to;     /* `from` 0: as many as `to`, behind those there are */
};

static inline enum err test_write_rows(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct test_writes *writes = context;
    struct test_write write = { writes->test, writes->from };
    int64_t last = writes->to;
    struct statement *count;
    enum err err = OK;

    if (writes->from == 0) {
        if ((err = tx_prepare(tx, &test_sample_count, &count, trouble)) != OK ||
            (err = statement_one(count, trouble)) != OK)
            return err;
        write.number = column_int(count, 0) + 1;
        last = write.number + writes->to - 1;
        statement_end(count);
    }
    for (; write.number <= last && err == OK; write.number++)
        err = test_write_row(tx, &write, trouble);
    return err;
}

static inline void test_backup_write_at_once(const struct test_backup *test, struct db *db,
                                             int64_t from, int64_t to)
{
    struct test_writes writes = { test, from, to };
    struct trouble trouble = { 0 };

    test_backup_must(db_write(db, (struct db_scope){ 0, NULL }, test_write_rows, &writes,
                              &trouble), &trouble);
}

/* Writes number `from` to `to`. */
static inline void test_backup_write(const struct test_backup *test, struct db *db, int64_t from,
                                     int64_t to)
{
    for (int64_t n = from; n <= to; n++) {
        struct test_write write = { test, n };
        struct trouble trouble = { 0 };
        enum err err = db_write(db, (struct db_scope){ 1 + n % 2, NULL }, test_write_row, &write,
                                &trouble);
        test_backup_must(err, &trouble);
    }
}

/* An open store with keys and `rows` writes, each with a blob of up to `blob` bytes. */
static inline void test_backup_open(struct test_backup *test,
                                    const struct migration *const *program, int64_t rows,
                                    size_t blob)
{
    static const unsigned char seed[MINISIGN_SEED_BYTES] = { 1, 2, 3 };
    static const unsigned char number[MINISIGN_NUMBER_BYTES] = { 4, 5, 6 };
    struct trouble trouble = { 0 };

    *test = (struct test_backup){ .blob = blob };
    test_backup_migrations(test, program);
    test_backup_must(minisign_keys_make(seed, number, &test->public, &test->secret, &trouble),
                     &trouble);
    ARENA_KEEP(outer, &test->arena);
    if (ARENA_GUARD(&test->arena))
        abort();
    test_store_make(&test->store, test->list);
    test_backup_must(db_write(test->store.db, (struct db_scope){ 0, NULL }, test_backup_begin,
                              test, &trouble), &trouble);
    test_backup_write_at_once(test, test->store.db, 1, rows);
}

static inline void test_backup_drop(struct test_backup *test)
{
    test_store_drop(&test->store);
    arena_free(&test->arena);
}

static inline struct backup_means test_backup_means(const struct test_backup *test)
{
    return (struct backup_means){ &real_outside, test->list, clock_now };
}

/* A backup into the folder of this name; gives its path. */
static inline const char *test_backup_make(struct test_backup *test, const char *name,
                                           const struct seal_public *to,
                                           struct backup_made *made)
{
    struct trouble trouble = { 0 };
    struct backup_making making = {
        .means = test_backup_means(test), .db = test->store.db, .key = &test->secret, .to = to };

    ARENA_KEEP(outer, &test->arena);
    if (ARENA_GUARD(&test->arena))
        abort();
    making.folder = arena_print(&test->arena, "%s/%s", test->store.folder, name);
    making.scratch = arena_print(&test->arena, "%s/scratch", test->store.folder);
    making.keys = arena_print(&test->arena, "%s/keys", test->store.folder);
    test_backup_must(backup_make(&making, &test->arena, made, &trouble), &trouble);
    return making.folder;
}

/* To a SQLite file; says what comes of it. */
static inline enum err test_backup_restore(struct test_backup *test, const char *folder,
                                           const char *url, const struct checkpoint *since,
                                           struct backup_restored *out, struct trouble *trouble)
{
    const struct backup_restoring restoring = {
        .means = test_backup_means(test), .folder = folder, .url = url, .server = &test->public,
        .since = since, .scratch = test_path(test->store.folder, "restore-scratch") };

    return backup_restore(&restoring, &test->arena, out, trouble);
}

static inline void test_backup_dump(struct test_backup *test, const char *url, struct dump *out)
{
    struct trouble trouble = { 0 };

    ARENA_KEEP(outer, &test->arena);
    if (ARENA_GUARD(&test->arena))
        abort();
    test_backup_must(dump_url(url, NULL, &test->arena, out, &trouble), &trouble);
}

#endif
