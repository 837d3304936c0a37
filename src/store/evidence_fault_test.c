/* A file is taken into a SQLite store, in several transactions, through every fault of the lab.
 * Whatever fails: afterwards the file is there whole, with its entry in the trail, or nothing of it
 * is seen; what is left of it is collected, and it can be taken in again. */
#include "store/evidence_intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/test_evidence_store.h"
#include "store/test_fault_lab.h"

#define FILE_BYTES 20000

static char bytes[FILE_BYTES];
static struct test_store made;

static int make(void **state)
{
    struct chance chance = chance_of(2014);

    (void)state;
    for (size_t i = 0; i < FILE_BYTES; i++)
        bytes[i] = (char)chance_next(&chance);
    test_evidence_store_make(&made);
    db_close(made.db);
    made.db = NULL;
    lab_open(made.url);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&made);
    lab_close();
    return 0;
}

static enum err take(struct db *db, struct evidence_taken *taken, struct trouble *trouble)
{
    struct evidence_arrival arrival = test_arrival(db, &test_clk);

    arrival.kind = EVIDENCE_BYTES;
    arrival.frame_bytes = 2048;
    arrival.batch_bytes = 8192;
    return test_take(&arrival, (struct text){ bytes, sizeof bytes }, taken, trouble);
}

static enum err work(struct db *db, struct arena *arena, long *acknowledged,
                     struct trouble *trouble)
{
    struct evidence_taken taken;
    enum err err = take(db, &taken, trouble);

    (void)arena;
    *acknowledged += err == OK;
    return err;
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
static long look(const char *path)
{
    const struct moment later = { test_now.ms + EVIDENCE_IDLE_LEAST_MS + 1 };
    struct evidence_collected collected;
    struct evidence_taken taken;
    const struct db_options options = { .url = path, .readers = 1 };
    struct arena arena = { 0 };
    struct db *db = NULL;

    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        abort();
    assert_int_equal(db_open(&arena, &options, &db, NULL), OK);
    const long files = (long)audit(db);
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM trail_entry"), files);
    assert_int_equal(evidence_collect(db, CLK, later, EVIDENCE_IDLE_LEAST_MS, &collected, NULL),
                     OK);
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM evidence_intake"), 0);
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM evidence_chunk"), files == 0 ? 0 : 10);
    assert_int_equal(take(db, &taken, NULL), OK);
    assert_int_equal(taken.already, files == 1);
    assert_int_equal(audit(db), 1);
    db_close(db);
    arena_free(&arena);
    return files;
}

static const struct lab_work taking = { "a file taken in", 1, work, look };

static void a_file_is_taken_in_or_not(void **state)
{
    (void)state;
    lab_every_fault(&taking, 1);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_is_taken_in_or_not) };

    lab_begin(count > 1 ? argument[1] : NULL, TEST_CASES_DIVISOR > 1 ? 41 : 5);
    return cmocka_run_group_tests(tests, make, drop);
}
