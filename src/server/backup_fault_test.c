/* A backup is made and restored while every call to the disk fails in turn -- SQLite's own and the
 * program's -- while the disk is full, while memory runs out, and while the process is killed.
 * Whatever fails, what should come of it is there whole or not at all.
 * `backup_fault_test 1` takes every point instead of some. */
#include "store/backup.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "base/fault_io.h"
#include "base/test_cases.h"
#include "formats/output_io.h"
#include "server/server.h"
#include "store/test_backup.h"
#include "store/test_fault_vfs.h"

#define ROWS 60

/* The whole of it takes a minute. */
static long stride = TEST_CASES_DIVISOR > 1 ? 41 : 11;
static long kills = 12;

static struct test_backup test;
static struct db *faulty;           /* over the same file, by way of the failing disk */
static struct backup_made good;
static const char *backup;

enum fault_of { OF_DISK, OF_FULL_DISK, OF_OUTSIDE, OF_MEMORY };

static const char *place(const char *name)
{
    return test_path(test.store.folder, name);
}

static int open_store(void **state)
{
    struct trouble trouble = { 0 };

    (void)state;
    test_backup_open(&test, server_migrations, ROWS, 3000);
    backup = test_backup_make(&test, "good", NULL, &good);
    if (test_on_server())
        return 0;
    struct db_options options = { .url = test.store.url, .readers = 1, .vfs = FAULT_VFS };
    test_backup_must(db_open(&test.arena, &options, &faulty, &trouble), &trouble);
    return 0;
}

static int drop_store(void **state)
{
    (void)state;
    db_close(faulty);
    faulty = NULL;
    test_backup_drop(&test);
    return 0;
}

/* --- one fault --- */

static void plan(enum fault_of what, long nth, bool sticky)
{
    fault_vfs_plan(what == OF_FULL_DISK ? FAULT_FULL : FAULT_DISK, what <= OF_FULL_DISK ? nth : 0,
                   sticky);
    fault_io_plan(&real_outside, what == OF_OUTSIDE ? nth : 0, sticky, ENOSPC);
    arena_fail_takes(what == OF_MEMORY);
    arena_fail_after(what == OF_MEMORY ? nth : 0, sticky);
}

static long planned_calls(enum fault_of what)
{
    return what <= OF_FULL_DISK ? fault_plan.calls
           : what == OF_OUTSIDE ? fault_io_calls() : arena_allocations();
}

static struct backup_means means(void)
{
    return (struct backup_means){ &fault_outside, test.list, clock_now };
}

static enum err make(struct arena *arena, struct trouble *trouble)
{
    struct backup_made made;
    const struct backup_making making = { .means = means(), .db = faulty, .key = &test.secret,
                                          .folder = place("made") };
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return (fail)(trouble, ERR_IO, "out of memory");
    return backup_make(&making, arena, &made, trouble);
}

static enum err restore(struct arena *arena, struct trouble *trouble)
{
    struct backup_restored restored;
    const struct backup_restoring restoring = {
        .means = means(), .folder = backup, .url = place("restored.db"), .vfs = FAULT_VFS,
        .server = &test.public };
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return (fail)(trouble, ERR_IO, "out of memory");
    return backup_restore(&restoring, arena, &restored, trouble);
}

/* --- what is left --- */

/* A disk that fails for good from the moment after the renaming keeps it from being undone: then
 * the message says that it stands, and it is whole. */
static bool may_stand;

static bool is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

static void judge_made(enum err err, const struct trouble *trouble)
{
    struct manifest manifest;
    struct trouble said = { 0 };

    if (!may_stand)
        assert_int_equal(is_there(place("made")), err == OK);
    if (!is_there(place("made")))
        return;
    test_backup_must(backup_open(&real_outside, &test.arena, place("made"), &test.public,
                                 &manifest, &said), &said);
    test_backup_must(backup_check(&real_outside, &test.arena, place("made"), &manifest, &said),
                     &said);
    test_backup_must(dump_same(&good.manifest.dump, "the good one", &manifest.dump, trouble->text,
                               &said), &said);
}

static void judge_restored(enum err err, const struct trouble *trouble)
{
    struct trouble said = { 0 };
    struct dump dump;

    if (!may_stand)
        assert_int_equal(is_there(place("restored.db")), err == OK);
    if (!is_there(place("restored.db")))
        return;
    test_backup_dump(&test, place("restored.db"), &dump);
    test_backup_must(dump_same(&good.manifest.dump, "the backup", &dump, trouble->text, &said),
                     &said);
}

/* Is a hidden folder left behind? A disk that fails for good cannot be tidied. */
static bool is_hidden(void *context, const char *name)
{
    if (name[0] == '.' && strstr(name, ".ochil-") != NULL)
        (void)snprintf(context, TEST_PATH, "%s", name);
    return true;
}

static void tidy_up(bool may_be_left)
{
    char hidden[TEST_PATH] = "";

    for (;;) {
        hidden[0] = '\0';
        assert_int_equal(real_outside.list(test.store.folder, is_hidden, hidden), 0);
        if (hidden[0] == '\0')
            break;
        if (!may_be_left)
            fail_msg("%s was left behind", hidden);
        assert_int_equal(delete_whole(&real_outside, place(hidden), NULL), OK);
    }
    assert_int_equal(delete_whole(&real_outside, place("made"), NULL), OK);
    assert_int_equal(delete_whole(&real_outside, place("restored.db"), NULL), OK);
}

typedef enum err work(struct arena *, struct trouble *);
typedef void judge(enum err, const struct trouble *);

static long run_once(enum fault_of what, long nth, bool sticky, work *run, judge *found)
{
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };

    plan(what, nth, sticky);
    const enum err err = run(&arena, &trouble);
    const long calls = planned_calls(what);
    plan(OF_DISK, 0, false);
    arena_free(&arena);
    if (err != OK && trouble.text[0] == '\0')
        fail_msg("call %ld: %d without a word", nth, err);
    if (nth == 0)
        test_backup_must(err, &trouble);
    may_stand = sticky && what == OF_OUTSIDE;
    found(err, &trouble);
    tidy_up(sticky && what == OF_OUTSIDE);
    return calls;
}

static void every_point(const char *name, work *run, judge *found)
{
    static const char *const names[] = { "SQLite's disk", "a full disk", "the program's disk",
                                         "memory" };

    for (enum fault_of what = OF_DISK; what <= OF_MEMORY; what++) {
        const long calls = run_once(what, 0, false, run, found);
        /* Nothing is written through SQLite when a file is restored. */
        assert_true(stride > 0 && (calls > 0 || (what == OF_FULL_DISK && run == restore)));
        for (long nth = 1; nth <= calls; nth += stride) {
            (void)run_once(what, nth, false, run, found);
            (void)run_once(what, nth, true, run, found);
        }
        printf("# %s, %s: %ld calls, once and for good\n", name, names[what], calls);
    }
}

static void a_backup_is_whole_or_not_there(void **state)
{
    (void)state;
    every_point("backup", make, judge_made);
}

static void what_is_restored_is_whole_or_not_there(void **state)
{
    (void)state;
    every_point("restore", restore, judge_restored);
}

/* --- killed --- */

static enum err restore_to(const char *url)
{
    struct trouble trouble = { 0 };
    struct backup_restored restored;
    enum err err = test_backup_restore(&test, backup, url, NULL, &restored, &trouble);

    if (err != OK)
        printf("# %s\n", trouble.text);
    return err;
}

/* A file: not there. A database: no rows of the store in it. */
static bool nothing_is_there(const char *url)
{
    char text[TEST_PATH] = "";

    if (!test_on_server())
        return !is_there(url);
    struct rival rival = rival_open(url);
    bool told = rival_ask(&rival, "SELECT count(*) FROM pg_tables WHERE tablename = 'sample'",
                          text);
    if (told && strcmp(text, "1") == 0)
        told = rival_ask(&rival, "SELECT count(*) FROM store_identity", text);
    rival_close(&rival);
    assert_true(told);
    return strcmp(text, "0") == 0;
}

static void clear(const char *url)
{
    if (!test_on_server()) {
        (void)unlink(url);
        return;
    }
    struct rival rival = rival_open(url);
    rival_do(&rival, "DROP SCHEMA public CASCADE");
    rival_do(&rival, "CREATE SCHEMA public");
    rival_close(&rival);
}

static void a_restore_that_is_killed_left_all_or_nothing(void **state)
{
    struct chance chance = chance_of(test_seed);
    char url[TEST_PATH * 2];
    int whole = 0, nothing = 0;

    (void)state;
    (void)snprintf(url, sizeof url, "%s", test_on_server() ? test.store.url
                                                           : place("killed.db"));
    /* The child may not share a connection. */
    db_close(test.store.db);
    test.store.db = NULL;
    for (long i = 0; i < kills; i++) {
        struct dump dump;
        struct trouble trouble = { 0 };
        int status;
        clear(url);
        (void)fflush(stdout);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(restore_to(url) == OK ? 0 : 1);
        (void)poll(NULL, 0, (int)(chance_next(&chance) % (i % 4 == 3 ? 1000 : 60)));
        (void)kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        if (nothing_is_there(url)) {
            nothing++;
            continue;
        }
        whole++;
        test_backup_dump(&test, url, &dump);
        test_backup_must(dump_same(&good.manifest.dump, "the backup", &dump, "what was restored",
                                   &trouble), &trouble);
    }
    printf("# %ld kills: %d whole, %d nothing\n", kills, whole, nothing);
    clear(url);
    assert_int_equal(restore_to(url), OK);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, drop_store)

int main(int count, char *argument[])
{
    const struct CMUnitTest both[] = {
        ON_STORE(a_restore_that_is_killed_left_all_or_nothing),
    };
    const struct CMUnitTest file[] = {
        ON_STORE(a_backup_is_whole_or_not_there),
        ON_STORE(what_is_restored_is_whole_or_not_there),
    };

    if (count > 1)
        stride = strtol(argument[1], NULL, 10);
    if (count > 2)
        kills = strtol(argument[2], NULL, 10);
    fault_vfs_register();
    int failed = cmocka_run_group_tests(both, NULL, NULL);
    return failed + (test_on_server() ? 0 : cmocka_run_group_tests(file, NULL, NULL));
}
