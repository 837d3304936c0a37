/* Backups at any moment while others write: each is the store as it was at one moment, which is
 * that of a model to which as many writes were done. `backup_load_test SEED 100` makes a hundred.
 *
 * On SQLite the writers are threads over the same `struct db`, as in a server; on PostgreSQL they
 * have connections of their own. */
#include "store/backup.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <cmocka.h>

#include "formats/output_io.h"
#include "server/server.h"
#include "store/test_backup.h"

#define WRITERS 2
#define ROWS 300
#define BLOB 30000      /* some MiB, so that a copy takes several steps */

static struct test_backup test;
static atomic_bool ended;
static atomic_long written;
static atomic_long longest_ms;      /* that a write took */
static long mebibytes = 8;          /* of the store that is measured */

static int open_store(void **state)
{
    (void)state;
    test_backup_open(&test, server_migrations, ROWS, BLOB);
    ended = false;
    written = 0;
    return 0;
}

static int drop_store(void **state)
{
    (void)state;
    test_backup_drop(&test);
    return 0;
}

static void *write_on(void *context)
{
    struct db *db = context;

    while (!ended) {
        struct test_writes writes = { &test, 0, 1 };
        struct trouble trouble = { 0 };
        const int64_t begun = clock_now().ms;
        const enum err err = db_write(db, (struct db_scope){ 0, NULL }, test_write_rows, &writes,
                                      &trouble);
        const long took = (long)(clock_now().ms - begun);
        if (took > longest_ms)
            longest_ms = took;
        if (err != ERR_BUSY)
            test_backup_must(err, &trouble);
        written += err == OK;
        /* As users do: now and then there is nothing to write. */
        (void)poll(NULL, 0, 10);
    }
    return NULL;
}

/* Stores of the writers' own, unless `db` is for all. */
struct writers {
    struct arena arena[WRITERS];
    struct db   *own[WRITERS];
    pthread_t    thread[WRITERS];
};

static struct db *writer_open(struct arena *arena)
{
    const struct db_options options = { .url = test.store.url, .readers = 1 };
    struct trouble trouble = { 0 };
    struct db *db = NULL;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        abort();
    test_backup_must(db_open(arena, &options, &db, &trouble), &trouble);
    return db;
}

static void writers_begin(struct writers *writers, struct db *db)
{
    *writers = (struct writers){ .own = { NULL } };
    for (int i = 0; i < WRITERS; i++) {
        if (db == NULL)
            writers->own[i] = writer_open(&writers->arena[i]);
        assert_int_equal(pthread_create(&writers->thread[i], NULL, write_on,
                                        db == NULL ? writers->own[i] : db), 0);
    }
}

static void writers_end(struct writers *writers)
{
    ended = true;
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(writers->thread[i], NULL), 0);
        db_close(writers->own[i]);
        arena_free(&writers->arena[i]);
    }
}

/* A second store with the first `number` writes. */
struct model {
    struct arena arena;
    struct db   *db;
    char         path[TEST_PATH * 2];
    int64_t      number;
};

static void model_open(struct model *model)
{
    struct migrating migrating = { test.list, { 1403776800000 }, NULL };
    struct migrated done;
    struct trouble trouble = { 0 };

    *model = (struct model){ .number = 0 };
    (void)snprintf(model->path, sizeof model->path, "%s/model.db", test.store.folder);
    struct db_options options = { .url = model->path, .readers = 1 };
    ARENA_KEEP(outer, &model->arena);
    if (ARENA_GUARD(&model->arena))
        abort();
    test_backup_must(db_open(&model->arena, &options, &model->db, &trouble), &trouble);
    test_backup_must(schema_migrate(model->db, &migrating, &done, &trouble), &trouble);
    test_backup_must(db_write(model->db, (struct db_scope){ 0, NULL }, test_backup_begin, &test,
                              &trouble), &trouble);
}

static void model_go_to(struct model *model, int64_t number)
{
    if (number > model->number)
        test_backup_write_at_once(&test, model->db, model->number + 1, number);
    model->number = number;
}

static void model_close(struct model *model)
{
    db_close(model->db);
    arena_free(&model->arena);
}

static void backup_equals_the_model(struct model *model, long number, struct backup_made *made)
{
    struct trouble trouble = { 0 };
    struct backup_restored restored;
    struct dump expected;
    char name[32];

    (void)snprintf(name, sizeof name, "backup-%ld", number);
    const char *folder = test_backup_make(&test, name, NULL, made);
    model_go_to(model, (int64_t)made->manifest.trail_size);
    test_backup_dump(&test, model->path, &expected);
    if (dump_same(&expected, "the model", &made->manifest.dump, "the backup", &trouble) != OK)
        fail_msg("backup %ld of %lld writes: %s", number, (long long)model->number, trouble.text);
    if (number % 5 == 0)
        test_backup_must(test_backup_restore(&test, folder, test_path(test.store.folder, name + 1),
                                             NULL, &restored, &trouble), &trouble);
    assert_int_equal(delete_whole(&real_outside, folder, NULL), OK);
}

static void a_backup_is_the_store_of_one_moment(void **state)
{
    struct chance chance = chance_of(test_seed);
    struct writers writers;
    struct model model;
    struct backup_made made;
    int steps = 0, restarts = 0;

    (void)state;
    model_open(&model);
    writers_begin(&writers, test_on_server() ? NULL : test.store.db);
    for (long i = 0; i < test_cases; i++) {
        const long until = written + (long)(chance_next(&chance) % 8);
        while (written < until)
            (void)poll(NULL, 0, 1);
        backup_equals_the_model(&model, i, &made);
        steps += made.copied.steps;
        restarts += made.copied.restarts;
    }
    writers_end(&writers);
    model_close(&model);
    printf("# %ld backups while %ld writes were done; %d steps, %d restarts\n", test_cases,
           (long)written, steps, restarts);
    assert_true(written > test_cases);
    if (!test_on_server()) {
        assert_true(steps > 3 * test_cases);
        assert_int_equal(restarts, 0);
    }
}

/* Is made between two writes, or given up: nobody waits for the whole of it. */
static void expect_to_yield(struct backup_made *made)
{
    struct trouble trouble = { 0 };
    const char *folder = test_path(test.store.folder, "yields");
    const struct backup_making making = { .means = test_backup_means(&test), .db = test.store.db,
                                          .key = &test.secret, .folder = folder, .yields = true };
    const enum err err = backup_make(&making, &test.arena, made, &trouble);

    if (err != ERR_BUSY)
        test_backup_must(err, &trouble);
    assert_true((made->copied.restarts > COPY_RESTARTS_MOST) == (err == ERR_BUSY));
    assert_int_equal(delete_whole(&real_outside, folder, NULL), OK);
}

/* Others over the same file: SQLite begins again with each write, so at last all is copied at
 * once. */
static void another_process_writes_meanwhile(void **state)
{
    struct writers writers;
    struct model model;
    struct backup_made made;
    int at_once = 0;

    (void)state;
    model_open(&model);
    writers_begin(&writers, NULL);
    /* Whether a write falls between the steps of so small a copy is chance: as often as needed. */
    for (long i = 0; i < 3 || (!test_on_server() && at_once == 0 && i < 60); i++) {
        while (written < 3 * (i + 1))
            (void)poll(NULL, 0, 1);
        backup_equals_the_model(&model, i, &made);
        at_once += made.copied.restarts > COPY_RESTARTS_MOST;
    }
    model_close(&model);
    assert_true(test_on_server() || at_once > 0);
    made.copied.restarts = 0;
    for (long i = 0; !test_on_server() && i < 60 && made.copied.restarts <= COPY_RESTARTS_MOST; i++)
        expect_to_yield(&made);
    writers_end(&writers);
}

/* How fast, and how long writers wait meanwhile: `backup_load_test SEED 20 500` for 500 MiB. */
static void writers_need_not_wait_long(void **state)
{
    struct writers writers;
    struct backup_made made;
    struct backup_restored restored;
    struct trouble trouble = { 0 };
    const long rows = mebibytes * 1048576 / (3 * (BLOB / 7) * 4 / 5);

    (void)state;
    for (long from = ROWS + 1; from <= rows; from += 1000)
        test_backup_write_at_once(&test, test.store.db, from, from + 999);
    longest_ms = 0;
    writers_begin(&writers, test_on_server() ? NULL : test.store.db);
    (void)poll(NULL, 0, 1000);
    const long alone_ms = longest_ms;
    longest_ms = 0;
    const char *folder = test_backup_make(&test, "measured", NULL, &made);
    const long longest = longest_ms;
    writers_end(&writers);
    const int64_t begun = clock_now().ms;
    test_backup_must(test_backup_restore(&test, folder, test_path(test.store.folder, "m.db"),
                                         NULL, &restored, &trouble), &trouble);
    printf("# %llu bytes: made in %lld ms, restored in %lld ms, %d steps; the longest write took "
           "%ld ms, %ld without a backup\n", (unsigned long long)made.bytes,
           (long long)(made.manifest.ended_ms - made.manifest.begun_ms),
           (long long)(clock_now().ms - begun), made.copied.steps, longest, alone_ms);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, drop_store)

int main(int count, char *argument[])
{
    const struct CMUnitTest both[] = {
        ON_STORE(a_backup_is_the_store_of_one_moment),
        ON_STORE(another_process_writes_meanwhile),
        ON_STORE(writers_need_not_wait_long),
    };

    test_chance_open(count, argument, 20);
    if (count > 3)
        mebibytes = strtol(argument[3], NULL, 10);
    return cmocka_run_group_tests(both, NULL, NULL);
}
