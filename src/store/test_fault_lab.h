/*
 * store/test_fault_lab.h -- for tests only: a piece of work on a SQLite store while every call to
 * the disk fails in turn, while the disk is full, while the power goes, and while memory runs out.
 *
 * The work is a row of steps; each is acknowledged before the next begins. Whatever fails:
 * afterwards, seen through SQLite's own way to the disk, the file is sound, every step is there
 * wholly or not at all, and there are as many as were acknowledged. Only a step whose answer
 * was "not known" may be there without.
 *
 *     lab_open(url, folder)                 the store before the work, as a file to be copied
 *     lab_every_point(&work, OF_DISK, "disk", sticky, NULL)
 *
 * Every `lab_stride`-th point is tried (of SQLite's memory every tenth of those): an argument of
 * the program, or OCHIL_FAULT_STRIDE.
 */
#ifndef OCHIL_TEST_FAULT_LAB_H
#define OCHIL_TEST_FAULT_LAB_H

#include "store/test_fault_vfs.h"
#include "store/test_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct lab_work {
    const char *name;
    long        steps;      /* that the work has when nothing fails */
    /* Does the steps one after another, counting each that was acknowledged. */
    enum err  (*work)(struct db *, struct arena *, long *acknowledged, struct trouble *);
    /* How many steps are there; fails the test when one is there by half or the file is unsound. */
    long      (*look)(const char *path);
};

enum lab_fault { OF_DISK, OF_FULL_DISK, OF_POWER, OF_SQLITE_MEMORY, OF_OWN_MEMORY };

static struct lab {
    char   *before;         /* the store before */
    size_t  before_size;
    char    folder[TEST_PATH];
    long    points, kept, refused, unknown;
} lab;

static long lab_stride = 1;

/* --- memory that SQLite asks for --- */

static sqlite3_mem_methods lab_system_memory;
static struct {
    long nth;
    long calls;
    bool sticky;
} lab_memory;

static inline bool lab_memory_fails(void)
{
    const long now = ++lab_memory.calls;

    return lab_memory.nth != 0 &&
           (now == lab_memory.nth || (now > lab_memory.nth && lab_memory.sticky));
}

static inline void *lab_malloc(int size)
{
    return lab_memory_fails() ? NULL : lab_system_memory.xMalloc(size);
}

static inline void *lab_realloc(void *old, int size)
{
    return lab_memory_fails() ? NULL : lab_system_memory.xRealloc(old, size);
}

/* SQLite takes another memory only before it begins; so it is ended first. */
static inline void lab_memory_replace(void)
{
    sqlite3_mem_methods failing;

    assert_int_equal(sqlite3_shutdown(), SQLITE_OK);
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &lab_system_memory), SQLITE_OK);
    failing = lab_system_memory;
    failing.xMalloc = lab_malloc;
    failing.xRealloc = lab_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing), SQLITE_OK);
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);
}

/* --- the lab --- */

/* `argument`: that of the program, or NULL; `usual`: without one. */
static inline void lab_begin(const char *argument, long usual)
{
    const char *asked = argument != NULL ? argument : getenv("OCHIL_FAULT_STRIDE");

    lab_stride = asked != NULL ? strtol(asked, NULL, 10) : usual;
    (void)unsetenv("OCHIL_TEST_DB");    /* a file's faults, whatever else is tested */
    lab_memory_replace();
    fault_vfs_register();
}

/* The store at `url`, closed by everybody, is what every run begins with. */
static inline void lab_open(const char *url)
{
    struct rival rival = rival_open(url);
    struct stat status;

    rival_do(&rival, "VACUUM");
    rival_close(&rival);
    assert_int_equal(stat(url, &status), 0);
    lab.before_size = (size_t)status.st_size;
    lab.before = malloc(lab.before_size + 1);
    assert_non_null(lab.before);
    assert_int_equal(test_bytes_read(url, lab.before, lab.before_size + 1), lab.before_size);
    test_folder_make(lab.folder);
}

static inline void lab_close(void)
{
    free(lab.before);
    test_folder_remove(lab.folder);
}

static inline void lab_plan(enum lab_fault what, long nth, bool sticky)
{
    const enum fault_kind kind = what == OF_FULL_DISK ? FAULT_FULL
                                 : what == OF_POWER ? FAULT_POWER : FAULT_DISK;

    fault_vfs_plan(kind, what <= OF_POWER ? nth : 0, sticky);
    lab_memory.nth = what == OF_SQLITE_MEMORY ? nth : 0;
    lab_memory.calls = 0;
    lab_memory.sticky = sticky;
    arena_fail_takes(what == OF_OWN_MEMORY);
    arena_fail_after(what == OF_OWN_MEMORY ? nth : 0, sticky);
}

static inline long lab_calls(enum lab_fault what)
{
    return what == OF_SQLITE_MEMORY ? lab_memory.calls
           : what == OF_OWN_MEMORY ? arena_allocations() : fault_plan.calls;
}

static inline enum err lab_open_and_work(const struct lab_work *work, struct arena *arena,
                                         const char *path, struct db **db, long *acknowledged,
                                         struct trouble *trouble)
{
    const struct db_options options = { .url = path, .readers = 1, .busy_ms = 1,
                                        .vfs = FAULT_VFS };
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return (fail)(trouble, ERR_IO, "out of memory");
    enum err err = db_open(arena, &options, db, trouble);
    return err != OK ? err : work->work(*db, arena, acknowledged, trouble);
}

/* What may be found, by what was answered. */
static inline void lab_judge(const struct lab_work *work, enum err err,
                             const struct trouble *trouble, long acknowledged, long found,
                             long nth)
{
    const bool unknown = err != OK && strstr(trouble->text, DB_OUTCOME_UNKNOWN) != NULL;

    if (found < acknowledged || (err == OK && acknowledged != work->steps))
        fail_msg("%s, call %ld: acknowledged and lost", work->name, nth);
    if (found > acknowledged + unknown)
        fail_msg("%s, call %ld: refused (%s) and kept", work->name, nth, trouble->text);
    if (err != OK && trouble->text[0] == '\0')
        fail_msg("%s, call %ld: %d without a word", work->name, nth, err);
    lab.points++;
    lab.kept += err == OK;
    lab.refused += err != OK && !unknown;
    lab.unknown += unknown;
}

/* `chance`: what a power cut keeps of what was not synced; NULL: nothing. Gives how many calls
 * there were. */
static inline long lab_run(const struct lab_work *work, enum lab_fault what, long nth, bool sticky,
                           struct chance *chance)
{
    const char *path = test_path(lab.folder, "store.db");
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct db *db = NULL;
    long acknowledged = 0;

    test_bytes_write(path, lab.before, lab.before_size);
    (void)unlink(test_path(lab.folder, "store.db-journal"));
    lab_plan(what, nth, sticky);
    enum err err = lab_open_and_work(work, &arena, path, &db, &acknowledged, &trouble);
    const long calls = lab_calls(what);
    /* The power goes at the latest when the answer was given: closing must not tidy up. */
    if (what == OF_POWER && (nth == 0 || calls < nth))
        fault_plan.nth = calls + 1;
    db_close(db);
    arena_free(&arena);
    if (what == OF_POWER)
        fault_vfs_cut(chance, chance == NULL);
    lab_plan(OF_DISK, 0, false);
    lab_judge(work, err, &trouble, acknowledged, work->look(path), nth);
    return calls;
}

static inline void lab_every_point(const struct lab_work *work, enum lab_fault what,
                                   const char *name, bool sticky, struct chance *chance)
{
    /* SQLite asks for memory ten times as often as for the disk. */
    const long stride = what == OF_SQLITE_MEMORY && lab_stride > 1 ? 10 * lab_stride : lab_stride;
    const bool tears = what == OF_POWER && chance != NULL;

    lab.points = lab.kept = lab.refused = lab.unknown = 0;
    fault_plan.torn = 0;
    const long calls = lab_run(work, what, 0, sticky, chance);
    assert_true(calls > 0 && stride > 0 && lab.kept == 1);
    for (long nth = 1; nth <= calls; nth += stride)
        (void)lab_run(work, what, nth, sticky, chance);
    printf("# %s, %s, %s: %ld points; %ld kept, %ld refused, %ld not known; %ld writes torn\n",
           work->name, name, sticky ? "for good" : "once", lab.points, lab.kept, lab.refused,
           lab.unknown, fault_plan.torn);
    assert_true(lab.refused > 0);
    assert_true(tears || fault_plan.torn == 0);
    assert_true(!tears || lab.points < 10 || fault_plan.torn > 0);    /* few: by chance none */
}

/* Every fault there is: the disk, a full one, the power (what was not synced lost, and `cuts`
 * times some of it, and some writes torn), memory of SQLite and of the store. */
static inline void lab_every_fault(const struct lab_work *work, int cuts)
{
    static const struct {
        enum lab_fault what;
        const char    *name;
    } faults[] = {
        { OF_DISK, "disk" }, { OF_FULL_DISK, "full disk" },
        { OF_SQLITE_MEMORY, "SQLite's memory" }, { OF_OWN_MEMORY, "own memory" },
    };

    for (size_t i = 0; i < COUNT(faults); i++) {
        lab_every_point(work, faults[i].what, faults[i].name, false, NULL);
        lab_every_point(work, faults[i].what, faults[i].name, true, NULL);
    }
    lab_every_point(work, OF_POWER, "power, all of it lost", true, NULL);
    for (int seed = 1; seed <= cuts; seed++) {
        struct chance chance = chance_of((uint64_t)seed);
        lab_every_point(work, OF_POWER, "power, some of it lost or torn", true, &chance);
    }
}

/* What the store says of itself in SQL: the first column of the first row, a number. */
static inline long lab_ask(const char *path, const char *sql)
{
    struct rival rival = rival_open(path);
    char text[TEST_PATH];

    rival_do(&rival, "PRAGMA synchronous = OFF");   /* rolling back need not last: a copy follows */
    assert_true(rival_ask(&rival, "PRAGMA integrity_check", text));
    assert_string_equal(text, "ok");
    assert_true(rival_ask(&rival, sql, text));
    rival_close(&rival);
    return strtol(text, NULL, 10);
}

#endif
