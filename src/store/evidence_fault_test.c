/* A file is taken into a SQLite store, in several transactions, while every call to the disk
 * fails in turn, while the disk is full, while the power goes, and while memory runs out.
 * Whatever fails: afterwards the file is there whole, with its entry in the trail, or nothing of
 * it is seen; there, if it was acknowledged; not there, if it was refused without "not known".
 * What is left of it is collected, and it can be taken in again. */
#include "store/evidence_intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/test_evidence_store.h"
#include "store/test_fault_vfs.h"

#define FILE_BYTES 20000

static char bytes[FILE_BYTES];
static char before[1 << 20];        /* the store before, to be copied */
static size_t before_size;
static char folder[TEST_PATH];
static char path[TEST_PATH * 2];

/* Every so many points: the first argument, or OCHIL_FAULT_STRIDE. */
static long stride = TEST_CASES_DIVISOR > 1 ? 41 : 3;

static struct outcomes {
    long points, kept, refused, unknown;
} tally;

enum fault_of { OF_DISK, OF_FULL_DISK, OF_POWER, OF_MEMORY };

static int make(void **state)
{
    struct chance chance = chance_of(2014);
    struct test_store made = { 0 };
    struct rival rival;

    (void)state;
    for (size_t i = 0; i < FILE_BYTES; i++)
        bytes[i] = (char)chance_next(&chance);
    fault_vfs_register();
    test_evidence_store_make(&made);
    rival = rival_open(made.url);
    rival_do(&rival, "VACUUM");
    rival_close(&rival);
    before_size = test_bytes_read(made.url, before, sizeof before);
    assert_true(before_size < sizeof before);
    test_store_drop(&made);
    test_folder_make(folder);
    (void)snprintf(path, sizeof path, "%s", test_path(folder, "store.db"));
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static void plan(enum fault_of what, long nth, bool sticky)
{
    const enum fault_kind kind = what == OF_FULL_DISK ? FAULT_FULL
                                 : what == OF_POWER ? FAULT_POWER : FAULT_DISK;

    fault_vfs_plan(kind, what != OF_MEMORY ? nth : 0, sticky);
    arena_fail_takes(what == OF_MEMORY);
    arena_fail_after(what == OF_MEMORY ? nth : 0, sticky);
}

static enum err open_store(struct arena *arena, struct db **db, struct trouble *trouble)
{
    const struct db_options options = { .url = path, .readers = 1, .busy_ms = 1,
                                        .vfs = FAULT_VFS };
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena))
        return (fail)(trouble, ERR_IO, "out of memory");
    return db_open(arena, &options, db, trouble);
}

static enum err take(struct db *db, struct evidence_taken *taken, struct trouble *trouble)
{
    struct evidence_arrival arrival = test_arrival(db, &test_clk);

    arrival.kind = EVIDENCE_BYTES;
    arrival.frame_bytes = 2048;
    arrival.batch_bytes = 8192;
    return test_take(&arrival, (struct text){ bytes, sizeof bytes }, taken, trouble);
}

static void expect_count(const char *sql, int64_t expected)
{
    struct rival rival = rival_open(path);
    char text[TEST_PATH];

    assert_true(rival_ask(&rival, sql, text));
    rival_close(&rival);
    assert_int_equal(strtol(text, NULL, 10), expected);
}

static uint64_t audit(struct db *db)
{
    struct evidence_audited audited;
    struct trouble trouble = { 0 };

    if (evidence_audit(db, &test_clk, &audited, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return audited.files;
}

/* What is there now, by the program itself: how many files. Afterwards the file is there. */
static uint64_t look(void)
{
    const struct moment later = { test_now.ms + EVIDENCE_IDLE_LEAST_MS + 1 };
    struct evidence_collected collected;
    struct evidence_taken taken;
    struct arena arena = { 0 };
    struct db *db = NULL;

    assert_int_equal(open_store(&arena, &db, NULL), OK);
    const uint64_t files = audit(db);
    expect_count("SELECT count(*) FROM trail_entry", (int64_t)files);
    assert_int_equal(evidence_collect(db, CLK, later, EVIDENCE_IDLE_LEAST_MS, &collected, NULL),
                     OK);
    expect_count("SELECT count(*) FROM evidence_intake", 0);
    expect_count("SELECT count(*) FROM evidence_chunk", files == 0 ? 0 : 10);
    assert_int_equal(take(db, &taken, NULL), OK);
    assert_int_equal(taken.already, files == 1);
    assert_int_equal(audit(db), 1);
    db_close(db);
    arena_free(&arena);
    return files;
}

static void judge(enum err err, const struct trouble *trouble, uint64_t files, long nth)
{
    const bool unknown = err != OK && strncmp(trouble->text, DB_OUTCOME_UNKNOWN,
                                              strlen(DB_OUTCOME_UNKNOWN)) == 0;

    if (err == OK && files != 1)
        fail_msg("call %ld: acknowledged and lost", nth);
    if (err != OK && !unknown && files != 0)
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
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct evidence_taken taken;
    struct db *db = NULL;

    test_bytes_write(path, before, before_size);
    (void)unlink(test_path(folder, "store.db-journal"));
    plan(what, nth, sticky);
    enum err err = open_store(&arena, &db, &trouble);
    if (err == OK)
        err = take(db, &taken, &trouble);
    const long calls = what == OF_MEMORY ? arena_allocations() : fault_plan.calls;
    /* The power goes at the latest when the answer was given: closing must not tidy up. */
    if (what == OF_POWER && (nth == 0 || calls < nth))
        fault_plan.nth = calls + 1;
    db_close(db);
    arena_free(&arena);
    if (what == OF_POWER)
        fault_vfs_cut(chance, chance == NULL);
    plan(OF_DISK, 0, false);
    judge(err, &trouble, look(), nth);
    return calls;
}

static void every_point(enum fault_of what, const char *name, bool sticky, struct chance *chance)
{
    const struct outcomes zero = { 0, 0, 0, 0 };

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
    struct chance chance = chance_of(1);

    (void)state;
    every_point(OF_POWER, "power, all of it lost", true, NULL);
    every_point(OF_POWER, "power, some of it lost", true, &chance);
}

static void memory_that_runs_out(void **state)
{
    (void)state;
    every_point(OF_MEMORY, "memory", false, NULL);
    every_point(OF_MEMORY, "memory", true, NULL);
}

int main(int count, char *argument[])
{
    const char *asked = count > 1 ? argument[1] : getenv("OCHIL_FAULT_STRIDE");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_that_fails),
        cmocka_unit_test(a_disk_that_is_full),
        cmocka_unit_test(power_that_goes),
        cmocka_unit_test(memory_that_runs_out),
    };

    if (asked != NULL)
        stride = strtol(asked, NULL, 10);
    (void)unsetenv("OCHIL_TEST_DB");    /* a file's faults, whatever else is tested */
    return cmocka_run_group_tests(tests, make, drop);
}
