/* The threads that work on jobs, on either engine (test_store.h). `job_runner_test 2000` takes that
 * many through the queue, and says how fast. */
#include "store/job_runner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <poll.h>

#include "base/clock_io.h"
#include "store/test_job_store.h"

#define LEASE_MS 3000       /* long enough for a machine that is busy */
#define PATIENCE_MS (20000 + 50 * jobs)     /* a test that waits longer has failed */
#define RUNNERS 2

static struct test_store store;
static struct arena arena;
/* What a test has begun: one that fails leaves it to drop(), which must not take the store away
 * from under threads that work. */
static struct job_runner *running[RUNNERS];
static struct db *other;
static atomic_int begun;
static int jobs = 40;

static struct moment now(void *context)
{
    return (struct moment){ clock_now().ms + atomic_load((_Atomic int64_t *)context) };
}

static _Atomic int64_t no_skew;

static int make(void **state)
{
    (void)state;
    test_job_store_make(&store);
    atomic_store(&begun, 0);
    return 0;
}

static void end(int number)
{
    job_runner_stop(running[number]);
    running[number] = NULL;
}

static int drop(void **state)
{
    (void)state;
    for (int i = 0; i < RUNNERS; i++)
        end(i);
    db_close(other);
    other = NULL;
    test_store_drop(&store);
    arena_free(&arena);
    return 0;
}

static bool gives(struct rival *rival, const char *sql, const char *expected)
{
    char text[TEST_PATH];

    return rival_ask(rival, sql, text) && strcmp(text, expected) == 0;
}

static bool answers(const char *sql, const char *expected)
{
    struct rival rival = rival_open(store.url);
    const bool good = gives(&rival, sql, expected);

    rival_close(&rival);
    return good;
}

/* By one connection: a server under load takes its time to give back those that were closed. */
static void wait_until(const char *sql, const char *expected)
{
    const int64_t began = clock_now().ms;
    struct rival rival = rival_open(store.url);
    bool good;

    while (!(good = gives(&rival, sql, expected)) && clock_now().ms - began <= PATIENCE_MS)
        (void)poll(NULL, 0, 5);
    rival_close(&rival);
    if (!good)
        fail_msg("%s never gives %s", sql, expected);
}

static int64_t add(const char *kind, int64_t council)
{
    const struct job_order order = test_order(kind, council, clock_now().ms);
    struct trouble trouble = { 0 };
    int64_t id = 0;

    if (test_job_add(store.db, &order, &id, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return id;
}

/* --- handlers --- */

static const struct job_outcome done = { { "Done", 4 }, { "", 0 } };

static enum err leave_a_mark(struct job_run *run, void *context, struct trouble *trouble)
{
    struct job_lease lease = *run->lease;

    (void)context;
    atomic_fetch_add(&begun, 1);
    return job_finish(run, test_mark, &lease, &done, trouble);
}

/* Works until it is told to stop. */
static enum err go_on_and_on(struct job_run *run, void *context, struct trouble *trouble)
{
    bool stop = false;
    enum err err = OK;

    (void)context;
    atomic_fetch_add(&begun, 1);
    while (err == OK && !stop) {
        (void)poll(NULL, 0, 5);
        err = job_progress(run, 1, 0, text_of("on and on"), &stop, trouble);
    }
    return err != OK ? err : job_stopped(run, trouble);
}

/* For longer than its lease it says nothing, and lives by the beats alone. */
static enum err be_silent(struct job_run *run, void *context, struct trouble *trouble)
{
    atomic_fetch_add(&begun, 1);
    (void)poll(NULL, 0, LEASE_MS * 3 / 2);
    return leave_a_mark(run, context, trouble);
}

static const struct job_kind kinds[] = {
    { "mark", leave_a_mark, NULL, LEASE_MS, 3 },
    { "on", go_on_and_on, NULL, LEASE_MS, 3 },
    { "silent", be_silent, NULL, LEASE_MS, 3 },
    { NULL, NULL, NULL, 0, 0 },
};

static struct job_runner *runner_on(int number, struct db *db, int workers, _Atomic int64_t *skew)
{
    const struct job_runner_options options = {
        .db = db, .outside = &real_outside, .clock = { now, skew }, .kinds = kinds,
        .workers = workers, .look_ms = 10, .look_most_ms = 50,
    };
    struct trouble trouble = { 0 };

    if (job_runner_start(&arena, &options, &running[number], &trouble) != OK)
        fail_msg("%s", trouble.text);
    return running[number];
}

/* --- tests --- */

static void many_jobs_are_each_done_once(void **state)
{
    const int64_t began = clock_now().ms;
    char count[16];

    (void)state;
    (void)snprintf(count, sizeof count, "%d", jobs);
    for (int i = 0; i < jobs; i++)
        (void)add("mark", i % 3);
    const int64_t added = clock_now().ms;
    /* Two stores over one database stand for two servers. */
    other = test_db_open(&store, 0);
    (void)runner_on(0, store.db, 2, &no_skew);
    (void)runner_on(1, other, 2, &no_skew);
    wait_until("SELECT count(*) FROM job WHERE state <> 'done'", "0");
    printf("# %d jobs: added in %lld ms, done in %lld ms\n", jobs, (long long)(added - began),
           (long long)(clock_now().ms - added));
    end(0);
    end(1);
    assert_true(answers("SELECT count(*) FROM mark", count));
    assert_true(answers("SELECT count(*) FROM (SELECT DISTINCT job FROM mark) AS once", count));
    assert_true(atomic_load(&begun) >= jobs);
}

static void beats_keep_a_lease(void **state)
{
    struct job_runner *runner = runner_on(0, store.db, 2, &no_skew);

    (void)state;
    (void)add("silent", CLK);
    job_runner_wake(runner);
    wait_until("SELECT count(*) FROM job WHERE ended_at > 0", "1");
    end(0);
    assert_true(answers("SELECT token FROM job", "1"));
    assert_true(answers("SELECT count(*) FROM mark", "1"));
}

static void a_server_that_stops_puts_its_work_back(void **state)
{
    (void)state;
    (void)runner_on(0, store.db, 2, &no_skew);
    (void)add("on", CLK);
    wait_until("SELECT count(*) FROM job WHERE state = 'running'", "1");
    wait_until("SELECT progress_words FROM job_detail", "on and on");
    end(0);
    assert_true(answers("SELECT count(*) FROM job WHERE state = 'queued' AND attempt = 0", "1"));
}

static enum err cancel_all(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct job_cancel cancel = { clock_now(), CLK, *(int64_t *)context, text_of("a.boss"),
                                       { "", 0 } };

    return job_cancel(tx, &real_outside, &cancel, trouble);
}

static void work_that_somebody_wants_stopped_stops(void **state)
{
    (void)runner_on(0, store.db, 1, &no_skew);
    int64_t id = add("on", CLK);

    (void)state;
    wait_until("SELECT count(*) FROM job WHERE state = 'running'", "1");
    assert_int_equal(db_write(store.db, (struct db_scope){ CLK, NULL }, cancel_all, &id, NULL),
                     OK);
    wait_until("SELECT count(*) FROM job WHERE state = 'cancelled'", "1");
    end(0);
    assert_true(answers("SELECT outcome FROM job_detail", "Cancelled"));
}

/* A server whose clock is a day ahead takes the work away; the first one's handler hears of it by
 * its next beat, and the other does it. */
static void work_taken_away_is_given_up(void **state)
{
    static _Atomic int64_t skew = 86400000;
    (void)state;
    (void)runner_on(0, store.db, 1, &no_skew);
    (void)add("on", CLK);
    wait_until("SELECT count(*) FROM job WHERE state = 'running'", "1");
    other = test_db_open(&store, 0);
    (void)runner_on(1, other, 1, &skew);
    wait_until("SELECT count(*) FROM job WHERE token >= 2", "1");
    end(0);
    end(1);
    /* However often they took it from each other, it has one state, and nobody has a lease. */
    assert_true(answers("SELECT count(*) FROM job WHERE state IN ('queued', 'failed') OR "
                        "(state = 'running' AND token > 2)", "1"));
}

static enum err begin_nothing(struct job_run *run, void *context, struct trouble *trouble)
{
    (void)run, (void)context, (void)trouble;
    return OK;
}

static void kinds_that_cannot_be_are_refused(void **state)
{
    static const struct job_kind wrong[][2] = {
        { { "Mark", begin_nothing, NULL, 1000, 1 }, { NULL, NULL, NULL, 0, 0 } },
        { { "mark", begin_nothing, NULL, 0, 1 }, { NULL, NULL, NULL, 0, 0 } },
        { { "mark", begin_nothing, NULL, JOB_LEASE_MS_MAX + 1, 1 }, { NULL, NULL, NULL, 0, 0 } },
        { { "mark", begin_nothing, NULL, 1000, 0 }, { NULL, NULL, NULL, 0, 0 } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const struct job_runner_options options = {
            .db = store.db, .outside = &real_outside, .clock = { now, &no_skew },
            .kinds = wrong[i], .workers = 1,
        };
        struct job_runner *runner = NULL;
        assert_int_equal(job_runner_start(&arena, &options, &runner, NULL), ERR_USAGE);
        assert_null(runner);
    }
    job_runner_stop(NULL);
}

static void say(void *context, const char *words)
{
    if (strstr(words, "no job could be taken") != NULL)
        atomic_store((atomic_bool *)context, true);
}

static void a_store_without_tables_is_told(void **state)
{
    atomic_bool said = false;
    const struct job_runner_options options = {
        .db = store.db, .outside = &real_outside, .clock = { now, &no_skew }, .kinds = kinds,
        .workers = 1, .look_ms = 1, .tell = say, .tell_context = &said,
    };
    struct rival rival = rival_open(store.url);
    const int64_t began = clock_now().ms;

    (void)state;
    rival_do(&rival, "DROP TABLE job_detail");
    rival_do(&rival, "DROP TABLE job");
    rival_close(&rival);
    assert_int_equal(job_runner_start(&arena, &options, &running[0], NULL), OK);
    while (!atomic_load(&said) && clock_now().ms - began < PATIENCE_MS)
        (void)poll(NULL, 0, 5);
    end(0);
    assert_true(atomic_load(&said));
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(int count, char *argument[])
{
    const struct CMUnitTest both[] = {
        ON_STORE(many_jobs_are_each_done_once),
        ON_STORE(beats_keep_a_lease),
        ON_STORE(a_server_that_stops_puts_its_work_back),
        ON_STORE(work_that_somebody_wants_stopped_stops),
        ON_STORE(work_taken_away_is_given_up),
        ON_STORE(kinds_that_cannot_be_are_refused),
        ON_STORE(a_store_without_tables_is_told),
    };

    if (count > 1)
        jobs = (int)strtol(argument[1], NULL, 10);
    return cmocka_run_group_tests(both, NULL, NULL);
}
