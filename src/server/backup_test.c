/* Backups of either engine, made while others write, restored into either (test_backup.h). */
#include "store/backup.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "server/server.h"
#include "store/backup_blocks.h"
#include "store/test_backup.h"

#define ROWS 40

static struct test_backup test;
static struct backup_made made;
static const char *folder;      /* of a backup of ROWS writes */

static int open_store(void **state)
{
    (void)state;
    test_backup_open(&test, server_migrations, ROWS, 300);
    folder = test_backup_make(&test, "backup", NULL, &made);
    return 0;
}

static int drop_store(void **state)
{
    (void)state;
    test_backup_drop(&test);
    return 0;
}

static const char *place(const char *name)
{
    return arena_print(&test.arena, "%s/%s", test.store.folder, name);
}

static bool is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

static void expect_equal(const struct dump *one, const struct dump *other)
{
    struct trouble trouble = { 0 };

    if (dump_same(one, "one", other, "the other", &trouble) != OK)
        fail_msg("%s", trouble.text);
}

/* Restored to a file of this name, from the backup in `folder`. */
static enum err restore_to(const char *name, struct trouble *trouble)
{
    struct backup_restored restored;

    return test_backup_restore(&test, folder, place(name), NULL, &restored, trouble);
}

static void expect_refused(const char *name, enum err expected, const char *words)
{
    struct trouble trouble = { 0 };
    const enum err err = restore_to(name, &trouble);

    if (err != expected || strstr(trouble.text, words) == NULL)
        fail_msg("%d instead of %d: '%s' does not say '%s'", err, expected, trouble.text, words);
    if (expected != ERR_CONFLICT)
        assert_false(is_there(place(name)));
}

static void a_backup_restores_to_the_same_store(void **state)
{
    struct backup_restored restored;
    struct trouble trouble = { 0 };
    struct dump live, again;

    (void)state;
    test_backup_dump(&test, test.store.url, &live);
    expect_equal(&live, &made.manifest.dump);
    test_backup_must(test_backup_restore(&test, folder, place("restored.db"), NULL, &restored,
                                         &trouble), &trouble);
    test_backup_dump(&test, place("restored.db"), &again);
    expect_equal(&live, &again);
    expect_equal(&live, &restored.dump);
    assert_int_equal(restored.manifest.trail_size, ROWS);
    assert_string_equal(restored.manifest.engine, test_on_server() ? "postgres" : "sqlite");
}

/* What is restored is a store that goes on: triggers, counters, rights and trail are there. */
static void a_restored_store_goes_on(void **state)
{
    struct db_options options = { .url = place("restored.db"), .readers = 1 };
    struct trouble trouble = { 0 };
    struct db *db = NULL;

    (void)state;
    test_backup_must(restore_to("restored.db", &trouble), &trouble);
    test_backup_must(db_open(&test.arena, &options, &db, &trouble), &trouble);
    test_backup_must(schema_check(db, test.list, &trouble), &trouble);
    test_backup_write(&test, db, ROWS + 1, ROWS + 5);
    db_close(db);
    sqlite3 *file;
    assert_int_equal(sqlite3_open(place("restored.db"), &file), SQLITE_OK);
    assert_int_equal(sqlite3_exec(file, "DELETE FROM sample", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    sqlite3_close(file);
}

/* Row by row into a new file: rows that refer to each other, triggers that would forbid them, and a
 * migration's own rows in their place. */
static void rows_that_are_copied_are_the_same(void **state)
{
    const struct db_options from = { .url = place("from.db"), .readers = 1 };
    const struct db_options to = { .url = place("to.db"), .readers = 1 };
    const struct migrating migrating = { test.list, { 2 }, NULL };
    struct trouble trouble = { 0 };
    struct db *source = NULL, *target = NULL;
    struct migrated done;
    struct dump dump;
    int64_t rows;
    sqlite3 *file;

    (void)state;
    test_backup_must(restore_to("from.db", &trouble), &trouble);
    test_backup_must(db_open(&test.arena, &from, &source, &trouble), &trouble);
    test_backup_must(db_open(&test.arena, &to, &target, &trouble), &trouble);
    test_backup_must(schema_migrate(target, &migrating, &done, &trouble), &trouble);
    test_backup_must(store_copy_rows(source, target, &test.arena, &made.manifest.dump, &rows,
                                     &trouble), &trouble);
    assert_true(rows > 5L * ROWS);
    db_close(source);
    db_close(target);
    test_backup_dump(&test, place("to.db"), &dump);
    expect_equal(&made.manifest.dump, &dump);
    assert_int_equal(sqlite3_open(place("to.db"), &file), SQLITE_OK);
    assert_int_equal(sqlite3_exec(file, "DELETE FROM sample", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    sqlite3_close(file);
}

/* Every table that the database knows, whoever made it: none is left out. */
static void no_table_is_left_out(void **state)
{
    struct rival rival = rival_open(test.store.url);
    char text[TEST_PATH];

    (void)state;
    assert_true(rival_ask(&rival, test_on_server()
        ? "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        : "SELECT count(*) FROM sqlite_schema WHERE type = 'table'", text));
    assert_int_equal(made.manifest.dump.tables, strtol(text, NULL, 10));
    for (int i = 0; i < made.manifest.dump.tables; i++) {
        char sql[256];
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s",
                       made.manifest.dump.table[i].name);
        assert_true(rival_ask(&rival, sql, text));
        assert_int_equal(made.manifest.dump.table[i].rows, strtol(text, NULL, 10));
    }
    rival_close(&rival);
}

static void nothing_is_overwritten(void **state)
{
    struct trouble trouble = { 0 };

    (void)state;
    test_backup_must(restore_to("restored.db", &trouble), &trouble);
    expect_refused("restored.db", ERR_CONFLICT, "is there already");
    test_bytes_write(place("other.db-journal"), "x", 1);
    expect_refused("other.db", ERR_CONFLICT, "other.db-journal");
    struct backup_making making = { .means = test_backup_means(&test), .db = test.store.db,
                                    .folder = folder, .key = &test.secret };
    assert_int_equal(backup_make(&making, &test.arena, &made, NULL), ERR_IO);
}

/* --- damage --- */

static void flip(const char *path, long at)
{
    char byte;
    int file = open(path, O_RDWR);

    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 0x20;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    (void)close(file);
}

static long size_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return (long)status.st_size;
}

static const char *within(const char *name)
{
    return arena_print(&test.arena, "%s/%s", folder, name);
}

static void every_damaged_block_is_named(void **state)
{
    const char *path = within(BACKUP_STORE);
    struct chance chance = chance_of(test_seed);
    const long size = size_of(path);

    (void)state;
    assert_true(size > 20 * (long)BLOCK_BYTES);
    for (long block = 0; block * (long)BLOCK_BYTES < size; block++) {
        const long at = block * (long)BLOCK_BYTES + (long)(chance_next(&chance) % BLOCK_BYTES);
        char words[64];
        (void)snprintf(words, sizeof words, "store.db: block %ld (", block);
        flip(path, at);
        expect_refused("damaged.db", ERR_CHECK, words);
        flip(path, at);
    }
    assert_int_equal(restore_to("sound.db", NULL), OK);
}

static void a_backup_that_was_cut_off_is_refused(void **state)
{
    const char *path = within(BACKUP_STORE);
    static char bytes[4 << 20];
    const size_t size = test_bytes_read(path, bytes, sizeof bytes);

    (void)state;
    assert_true(size < sizeof bytes);
    for (size_t kept = 0; kept < size; kept += BLOCK_BYTES) {
        char words[64];
        (void)snprintf(words, sizeof words, "block %zu is not whole", kept / BLOCK_BYTES);
        assert_int_equal(truncate(path, (off_t)kept), 0);
        expect_refused("cut.db", ERR_CHECK, words);
        test_bytes_write(path, bytes, size);
    }
    test_bytes_write(path, bytes, size);
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fputc('x', file), 'x');
    (void)fclose(file);
    expect_refused("longer.db", ERR_CHECK, "bytes instead of");
}

/* Every byte of the small files: the signature covers the manifest, the manifest the blocks. */
static void every_byte_of_the_small_files_counts(void **state)
{
    static const char *const names[] = { BACKUP_MANIFEST, BACKUP_BLOCKS };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *path = within(names[i]);
        const long size = size_of(path);
        for (long at = 0; at < size; at += 1 + size / 200) {
            flip(path, at);
            expect_refused("damaged.db", ERR_CHECK, "");
            flip(path, at);
        }
        char *aside = arena_print(&test.arena, "%s.aside", path);
        assert_int_equal(rename(path, aside), 0);
        expect_refused("missing.db", ERR_IO, names[i]);
        assert_int_equal(rename(aside, path), 0);
    }
    assert_int_equal(unlink(within(BACKUP_SIGNATURE)), 0);
    expect_refused("unsigned.db", ERR_IO, "minisig");
}

static void another_servers_backup_is_refused(void **state)
{
    const struct minisign_public right = test.public;

    (void)state;
    test.public.key[0] ^= 1;
    expect_refused("other.db", ERR_CHECK, "minisig");
    test.public = right;
    test.public.number[0] ^= 1;
    expect_refused("other.db", ERR_CHECK, "minisig");
    test.public = right;
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[4 << 20];
    const size_t size = test_bytes_read(from, bytes, sizeof bytes);

    assert_true(size < sizeof bytes);
    test_bytes_write(to, bytes, size);
}

/* Every way of putting the files of two good backups together but the two that are whole. A
 * manifest and its signature are told apart too. */
static void two_backups_cannot_be_mixed(void **state)
{
    static const char *const names[] = { BACKUP_STORE, BACKUP_BLOCKS, BACKUP_MANIFEST,
                                         BACKUP_SIGNATURE };
    const char *first = folder;
    struct backup_made later;

    (void)state;
    test_backup_write(&test, test.store.db, ROWS + 1, ROWS + 1);
    const char *second = test_backup_make(&test, "second", NULL, &later);
    folder = place("mixed");
    assert_int_equal(mkdir(folder, 0700), 0);
    for (unsigned mix = 0; mix < 1U << COUNT(names); mix++) {
        struct trouble trouble = { 0 };
        for (size_t i = 0; i < COUNT(names); i++)
            copy_file(arena_print(&test.arena, "%s/%s", (mix >> i & 1) != 0 ? second : first,
                                  names[i]), within(names[i]));
        const enum err err = restore_to("mixed.db", &trouble);
        const bool whole = mix == 0 || mix == (1U << COUNT(names)) - 1;
        if (err != (whole ? OK : ERR_CHECK))
            fail_msg("mix %u: %d %s", mix, err, trouble.text);
        (void)unlink(place("mixed.db"));
    }
}

/* --- too old, too new --- */

static struct checkpoint checkpoint_of_manifest(const struct manifest *manifest)
{
    struct checkpoint checkpoint = { .size = manifest->trail_size, .last = manifest->trail_last,
                                     .root = manifest->trail_root };

    memcpy(checkpoint.store, manifest->store, sizeof checkpoint.store);
    return checkpoint;
}

static enum err restore_since(const struct checkpoint *since, struct trouble *trouble)
{
    struct backup_restored restored;
    enum err err = test_backup_restore(&test, folder, place("since.db"), since, &restored,
                                       trouble);

    (void)unlink(place("since.db"));
    return err;
}

static void a_backup_older_than_a_checkpoint_is_refused(void **state)
{
    struct checkpoint now = checkpoint_of_manifest(&made.manifest);
    struct trouble trouble = { 0 };
    struct backup_made later;

    (void)state;
    assert_int_equal(restore_since(&now, NULL), OK);
    test_backup_write(&test, test.store.db, ROWS + 1, ROWS + 1);
    folder = test_backup_make(&test, "later", NULL, &later);
    assert_int_equal(restore_since(&now, NULL), OK);
    folder = place("backup");
    struct checkpoint after = checkpoint_of_manifest(&later.manifest);
    assert_int_equal(restore_since(&after, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "too old"));
    now.last.bytes[0] ^= 1;
    trouble.text[0] = '\0';
    assert_int_equal(restore_since(&now, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "does not hold the trail"));
    now.store[0] = 'f';
    assert_int_equal(restore_since(&now, NULL), ERR_CHECK);
}

static void a_newer_schema_is_refused(void **state)
{
    int last = 0;

    (void)state;
    while (test.list[last + 1] != NULL)
        last++;
    const struct migration *mine = test.list[last];
    test.list[last] = NULL;
    expect_refused("newer.db", ERR_CHECK, "does not know");
    test.list[last] = mine;
    assert_int_equal(restore_to("known.db", NULL), OK);
}

/* --- from one engine to another --- */

static void empty_database(void)
{
    db_close(test.store.db);
    test.store.db = NULL;
    struct rival rival = rival_open(test.store.url);
    rival_do(&rival, "DROP SCHEMA public CASCADE");
    rival_do(&rival, "CREATE SCHEMA public");
    rival_close(&rival);
}

static void a_file_moves_to_a_server_and_back(void **state)
{
    struct backup_restored restored;
    struct trouble trouble = { 0 };
    struct dump live, again;
    char text[TEST_PATH];

    (void)state;
    test_backup_dump(&test, test.store.url, &live);
    /* A backup of a file: from what the server's backup was restored to. */
    test_backup_must(restore_to("file.db", &trouble), &trouble);
    struct db *server = test.store.db;
    struct db_options options = { .url = place("file.db"), .readers = 1 };
    test_backup_must(db_open(&test.arena, &options, &test.store.db, &trouble), &trouble);
    const char *from_file = test_backup_make(&test, "from-file", NULL, &made);
    db_close(test.store.db);
    test.store.db = server;
    assert_string_equal(made.manifest.engine, "sqlite");
    empty_database();
    test_backup_must(test_backup_restore(&test, from_file, test.store.url, NULL, &restored,
                                         &trouble), &trouble);
    test_backup_dump(&test, test.store.url, &again);
    expect_equal(&live, &again);
    /* Rights and counters are in force again. */
    struct rival rival = rival_open(test.store.url);
    assert_true(rival_ask(&rival, "SELECT relforcerowsecurity FROM pg_class WHERE relname = "
                          "'sample_of_council'", text));
    assert_string_equal(text, "t");
    rival_do(&rival, "INSERT INTO sample (flag, words) VALUES (true, 'next')");
    assert_true(rival_ask(&rival, "SELECT max(id) FROM sample", text));
    assert_int_equal(strtol(text, NULL, 10), ROWS + 1);
    rival_close(&rival);
    assert_int_equal(test_backup_restore(&test, from_file, test.store.url, NULL, &restored,
                                         &trouble), ERR_CONFLICT);
}

static void a_role_that_is_shown_less_makes_no_backup(void **state)
{
    struct rival rival = rival_open(test.store.url);
    struct trouble trouble = { 0 };
    struct db *db = NULL;
    char url[sizeof test.store.url + 64];
    struct backup_making making = { .means = test_backup_means(&test), .key = &test.secret,
                                    .folder = place("shown-less") };

    (void)state;
    rival_do(&rival, "DROP ROLE IF EXISTS ochil_less");
    rival_do(&rival, "CREATE ROLE ochil_less LOGIN");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO ochil_less");
    rival_do(&rival, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO ochil_less");
    (void)snprintf(url, sizeof url, "%s&user=ochil_less", test.store.url);
    struct db_options options = { .url = url, .readers = 1 };
    test_backup_must(db_open(&test.arena, &options, &db, &trouble), &trouble);
    making.db = db;
    assert_int_equal(backup_make(&making, &test.arena, &made, &trouble), ERR_RIGHTS);
    assert_non_null(strstr(trouble.text, "BYPASSRLS"));
    assert_false(is_there(making.folder));
    rival_do(&rival, "ALTER ROLE ochil_less BYPASSRLS");
    trouble.text[0] = '\0';
    test_backup_must(backup_make(&making, &test.arena, &made, &trouble), &trouble);
    db_close(db);
    rival_do(&rival, "DROP OWNED BY ochil_less");
    rival_do(&rival, "DROP ROLE ochil_less");
    rival_close(&rival);
}

/* The owner, who is no superuser, restores though row-level security holds for owners too. */
static void an_owner_restores(void **state)
{
    struct rival rival = rival_open(test.store.url);
    struct backup_restored restored;
    struct trouble trouble = { 0 };
    char url[sizeof test.store.url + 64];

    (void)state;
    empty_database();
    rival_do(&rival, "DROP ROLE IF EXISTS ochil_owner");
    rival_do(&rival, "CREATE ROLE ochil_owner LOGIN");
    rival_do(&rival, "GRANT ALL ON SCHEMA public TO ochil_owner");
    (void)snprintf(url, sizeof url, "%s&user=ochil_owner", test.store.url);
    test_backup_must(test_backup_restore(&test, folder, url, NULL, &restored, &trouble),
                     &trouble);
    rival_do(&rival, "DROP SCHEMA public CASCADE");
    rival_do(&rival, "CREATE SCHEMA public");
    rival_do(&rival, "DROP OWNED BY ochil_owner");
    rival_do(&rival, "DROP ROLE ochil_owner");
    rival_close(&rival);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, drop_store)

int main(void)
{
    const struct CMUnitTest both[] = {
        ON_STORE(a_backup_restores_to_the_same_store),
        ON_STORE(a_restored_store_goes_on),
        ON_STORE(rows_that_are_copied_are_the_same),
        ON_STORE(no_table_is_left_out),
        ON_STORE(nothing_is_overwritten),
        ON_STORE(every_damaged_block_is_named),
        ON_STORE(a_backup_that_was_cut_off_is_refused),
        ON_STORE(every_byte_of_the_small_files_counts),
        ON_STORE(another_servers_backup_is_refused),
        ON_STORE(two_backups_cannot_be_mixed),
        ON_STORE(a_backup_older_than_a_checkpoint_is_refused),
        ON_STORE(a_newer_schema_is_refused),
    };
    const struct CMUnitTest server[] = {
        ON_STORE(a_file_moves_to_a_server_and_back),
        ON_STORE(a_role_that_is_shown_less_makes_no_backup),
        ON_STORE(an_owner_restores),
    };
    int failed = cmocka_run_group_tests(both, NULL, NULL);

    return failed + (test_on_server() ? cmocka_run_group_tests(server, NULL, NULL) : 0);
}
