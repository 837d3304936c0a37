/* A small piece of work on a SQLite store while every call to the disk fails in turn, while the
 * disk is full, while the power goes, and while memory runs out. Whatever fails: afterwards, seen
 * through SQLite's own way to the disk, the file is sound, and the work is there wholly or not at
 * all; there, if it was acknowledged; not there, if it was refused without "not known". */
#include "store/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/store_sql.h"
#include "store/test_fault_vfs.h"
#include "store/test_store.h"

#define ROWS 3
#define BEFORE 20       /* rows that are there already: pages to change, not only to add */

static const struct migration schema = {
    2, "test", "3333333333333333333333333333333333333333333333333333333333333333",
    "CREATE TABLE thing (id @id, word TEXT NOT NULL);\n"
    "CREATE INDEX thing_word ON thing (word);\n" };
static const struct migration *const migrations[] = { &migration_0001_store, &schema, NULL };
static const struct query thing_add = {
    "thing_add", "INSERT INTO thing (id, word) VALUES (?1, ?2)", NULL };
static const struct query thing_change = {
    "thing_change", "UPDATE thing SET word = ?1 WHERE id <= 20", NULL };

static struct test_store made;      /* the store before, as a file to be copied */
static char before[1 << 20];
static size_t before_size;
static char folder[TEST_PATH];

/* Longer than half a page, so that every row touches pages of its own. */
static char old_word[2500];
static char new_word[2500];

static enum err add(struct tx *tx, int64_t id, struct trouble *trouble)
{
    struct statement *run;
    enum err err = tx_prepare(tx, &thing_add, &run, trouble);

    if (err != OK)
        return err;
    bind_int(run, 1, id);
    bind_text(run, 2, (struct text){ old_word, sizeof old_word });
    return statement_run(run, NULL, trouble);
}

static enum err fill(struct tx *tx, void *context, struct trouble *trouble)
{
    enum err err = OK;

    (void)context;
    for (int64_t id = 1; id <= BEFORE && err == OK; id++)
        err = add(tx, id, trouble);
    return err;
}

static enum err work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *run;
    enum err err = OK;

    (void)context;
    for (int64_t id = 1; id <= ROWS && err == OK; id++)
        err = add(tx, BEFORE + id, trouble);
    if (err != OK || (err = tx_prepare(tx, &thing_change, &run, trouble)) != OK)
        return err;
    bind_text(run, 1, (struct text){ new_word, sizeof new_word });
    return statement_run(run, NULL, trouble);
}

static int make(void **state)
{
    struct rival rival;

    (void)state;
    memset(old_word, 'o', sizeof old_word);
    memset(new_word, 'n', sizeof new_word);
    fault_vfs_register();
    test_store_make(&made, migrations);
    assert_int_equal(db_write(made.db, (struct db_scope){ 0 }, fill, NULL, NULL), OK);
    rival = rival_open(made.url);
    rival_do(&rival, "VACUUM");
    rival_close(&rival);
    before_size = test_bytes_read(made.url, before, sizeof before);
    assert_true(before_size < sizeof before);
    test_folder_make(folder);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&made);
    test_folder_remove(folder);
    return 0;
}

/* What is in the file now: how many of the new rows, and how many of the old ones are changed. */
static int64_t look(const char *path)
{
    struct rival rival = rival_open(path);
    char text[TEST_PATH];

    rival_do(&rival, "PRAGMA synchronous = OFF");   /* rolling back need not last: a copy follows */
    assert_true(rival_ask(&rival, "PRAGMA integrity_check", text));
    assert_string_equal(text, "ok");
    assert_true(rival_ask(&rival, "SELECT count(*) FROM thing WHERE id > 20", text));
    const long added = strtol(text, NULL, 10);
    assert_true(rival_ask(&rival, "SELECT count(*) FROM thing WHERE word LIKE 'n%'", text));
    const long changed = strtol(text, NULL, 10);
    rival_close(&rival);
    if ((added != 0 || changed != 0) && (added != ROWS || changed != BEFORE))
        fail_msg("%ld rows of %d, %ld changes of %d", added, ROWS, changed, BEFORE);
    return added;
}

/* Every so many points: the first argument, or OCHIL_FAULT_STRIDE. */
static long stride = TEST_CASES_DIVISOR > 1 ? 7 : 1;

static struct tally {
    long points, kept, refused, unknown;
} tally;

enum fault_of { OF_DISK, OF_FULL_DISK, OF_POWER, OF_SQLITE_MEMORY, OF_OWN_MEMORY };

/* --- memory that SQLite asks for --- */

static sqlite3_mem_methods system_memory;
static struct {
    long nth;
    long calls;
    bool sticky;
} memory_plan;

static bool memory_fails(void)
{
    const long now = ++memory_plan.calls;

    return memory_plan.nth != 0 &&
           (now == memory_plan.nth || (now > memory_plan.nth && memory_plan.sticky));
}

static void *failing_malloc(int size)
{
    return memory_fails() ? NULL : system_memory.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return memory_fails() ? NULL : system_memory.xRealloc(old, size);
}

/* SQLite takes another memory only before it begins; so it is ended first. */
static void memory_replace(void)
{
    sqlite3_mem_methods failing;

    assert_int_equal(sqlite3_shutdown(), SQLITE_OK);
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory), SQLITE_OK);
    failing = system_memory;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing), SQLITE_OK);
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);
}

/* --- one run with one fault --- */

static void plan(enum fault_of what, long nth, bool sticky)
{
    const enum fault_kind kind = what == OF_FULL_DISK ? FAULT_FULL
                                 : what == OF_POWER ? FAULT_POWER : FAULT_DISK;

    fault_vfs_plan(kind, what <= OF_POWER ? nth : 0, sticky);
    memory_plan.nth = what == OF_SQLITE_MEMORY ? nth : 0;
    memory_plan.calls = 0;
    memory_plan.sticky = sticky;
    arena_fail_takes(what == OF_OWN_MEMORY);
    arena_fail_after(what == OF_OWN_MEMORY ? nth : 0, sticky);
}

static long planned_calls(enum fault_of what)
{
    return what == OF_SQLITE_MEMORY ? memory_plan.calls
           : what == OF_OWN_MEMORY ? arena_allocations() : fault_plan.calls;
}

static enum err open_and_work(struct arena *arena, const char *path, struct db **db,
                              struct trouble *trouble)
{
    struct db_options options = { .url = path, .readers = 1, .busy_ms = 1, .vfs = FAULT_VFS };
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return (fail)(trouble, ERR_IO, "out of memory");
    enum err err = db_open(arena, &options, db, trouble);
    return err != OK ? err : db_write(*db, (struct db_scope){ 0 }, work, NULL, trouble);
}

/* What may be found, by what was answered. */
static void judge(enum err err, const struct trouble *trouble, int64_t rows, long nth)
{
    const bool unknown = err != OK && strstr(trouble->text, DB_OUTCOME_UNKNOWN) != NULL;

    if (err == OK && rows != ROWS)
        fail_msg("call %ld: acknowledged and lost", nth);
    if (err != OK && !unknown && rows != 0)
        fail_msg("call %ld: refused (%s) and kept", nth, trouble->text);
    if (err != OK && trouble->text[0] == '\0')
        fail_msg("call %ld: %d without a word", nth, err);
    tally.points++;
    tally.kept += err == OK;
    tally.refused += err != OK && !unknown;
    tally.unknown += unknown;
}

/* `chance`: what a power cut keeps of what was not synced; NULL: nothing. Gives how many calls
 * there were. */
static long run_once(enum fault_of what, long nth, bool sticky, struct chance *chance)
{
    const char *path = test_path(folder, "store.db");
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct db *db = NULL;

    test_bytes_write(path, before, before_size);
    (void)unlink(test_path(folder, "store.db-journal"));
    plan(what, nth, sticky);
    enum err err = open_and_work(&arena, path, &db, &trouble);
    const long calls = planned_calls(what);
    /* The power goes at the latest when the answer was given: closing must not tidy up. */
    if (what == OF_POWER && (nth == 0 || calls < nth))
        fault_plan.nth = calls + 1;
    db_close(db);
    arena_free(&arena);
    if (what == OF_POWER)
        fault_vfs_cut(chance, chance == NULL);
    plan(OF_DISK, 0, false);
    judge(err, &trouble, look(path), nth);
    return calls;
}

static void every_point(enum fault_of what, const char *name, bool sticky, struct chance *chance)
{
    const struct tally zero = { 0, 0, 0, 0 };

    tally = zero;
    const long calls = run_once(what, 0, sticky, chance);
    assert_true(calls > 0 && stride > 0 && tally.kept == 1);
    for (long nth = 1; nth <= calls; nth += stride)
        (void)run_once(what, nth, sticky, chance);
    printf("# %s, %s: %ld points; %ld kept, %ld refused, %ld not known\n", name,
           sticky ? "for good" : "once", tally.points, tally.kept, tally.refused, tally.unknown);
    assert_true(tally.refused > 0);
}

static void a_disk_that_fails(void **state)
{
    (void)state;
    every_point(OF_DISK, "disk", false, NULL);
    every_point(OF_DISK, "disk", true, NULL);
}

static void a_disk_that_is_full(void **state)
{
    (void)state;
    every_point(OF_FULL_DISK, "full", false, NULL);
    every_point(OF_FULL_DISK, "full", true, NULL);
}

static void power_that_goes(void **state)
{
    (void)state;
    every_point(OF_POWER, "power, all of it lost", true, NULL);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct chance chance = chance_of(seed);
        every_point(OF_POWER, "power, some of it lost", true, &chance);
    }
}

static void memory_that_sqlite_has_not(void **state)
{
    (void)state;
    every_point(OF_SQLITE_MEMORY, "SQLite's memory", false, NULL);
    every_point(OF_SQLITE_MEMORY, "SQLite's memory", true, NULL);
}

static void memory_that_the_store_has_not(void **state)
{
    (void)state;
    every_point(OF_OWN_MEMORY, "own memory", false, NULL);
    every_point(OF_OWN_MEMORY, "own memory", true, NULL);
}

int main(int count, char *argument[])
{
    const char *asked = count > 1 ? argument[1] : getenv("OCHIL_FAULT_STRIDE");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_that_fails),
        cmocka_unit_test(a_disk_that_is_full),
        cmocka_unit_test(power_that_goes),
        cmocka_unit_test(memory_that_sqlite_has_not),
        cmocka_unit_test(memory_that_the_store_has_not),
    };

    if (asked != NULL)
        stride = strtol(asked, NULL, 10);
    (void)unsetenv("OCHIL_TEST_DB");    /* a file's faults, whatever else is tested */
    memory_replace();
    return cmocka_run_group_tests(tests, make, drop);
}
