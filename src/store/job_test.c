/* Jobs in a store of either engine (test_store.h), one event after the other, with clocks that are
 * set by hand. job_runner_test.c has the threads, tests/soak_test.py the servers that die.
 * (fail)(...) is base/base.h's; without the parentheses it would be a macro of cmocka. */
#include "store/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"
#include "store/test_job_store.h"

#define SERVERS 3
#define LEASE_MS INT64_C(60000)
#define DAY_MS INT64_C(86400000)

static struct test_store store;
static struct arena arena;
static _Atomic int64_t ms[SERVERS];     /* each server's clock */
static struct job_server server[SERVERS];

static enum err never_called(struct job_run *run, void *context, struct trouble *trouble)
{
    (void)run, (void)context;
    return (fail)(trouble, ERR_BUG, "nobody calls it here");
}

static const struct job_kind kinds[] = {
    { "evidence.collect", never_called, NULL, LEASE_MS, 3 },
    { "backup", never_called, NULL, LEASE_MS, 1 },
    { NULL, NULL, NULL, 0, 0 },
};

/* A server with these kinds, whose clock is that of place `which`. */
static void server_make(int which, const struct job_kind *its)
{
    struct trouble trouble = { 0 };

    server[which] = (struct job_server){ .db = store.db, .outside = &real_outside,
                                         .clock = { test_clock_now, &ms[which] }, .kinds = its };
    if (job_server_open(&server[which], &arena, &trouble) != OK)
        fail_msg("%s", trouble.text);
}

static int make(void **state)
{
    (void)state;
    test_job_store_make(&store);
    for (int i = 0; i < SERVERS; i++) {
        atomic_store(&ms[i], TEST_NOW);
        server_make(i, kinds);
    }
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    arena_free(&arena);
    return 0;
}

/* --- short words --- */

static void clocks(int64_t now)
{
    for (int i = 0; i < SERVERS; i++)
        atomic_store(&ms[i], now);
}

static void expect_answer(const char *sql, const char *expected)
{
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];
    bool asked = rival_ask(&rival, sql, text);

    rival_close(&rival);
    assert_true(asked);
    assert_string_equal(text, expected);
}

static int64_t add_order(const struct job_order *order)
{
    struct trouble trouble = { 0 };
    int64_t id = 0;

    if (test_job_add(store.db, order, &id, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return id;
}

static int64_t add(const char *kind)
{
    const struct job_order order = test_order(kind, CLK, TEST_NOW);

    return add_order(&order);
}

/* The job that the server takes; 0: none. */
static int64_t take(int which, struct job_lease *lease)
{
    struct trouble trouble = { 0 };
    bool found = false;

    if (job_lease_take(&server[which], &arena, lease, &found, &trouble) != OK)
        fail_msg("%s", trouble.text);
    return found ? lease->job : 0;
}

static void expect(enum err err, enum err expected, const struct trouble *trouble)
{
    if (err != expected)
        fail_msg("%d instead of %d: %s", err, expected, trouble->text);
}

static void expect_beat(int which, const struct job_lease *lease, enum err expected)
{
    struct trouble trouble = { 0 };
    bool wanted;

    expect(job_lease_beat(&server[which], lease, NULL, &wanted, &trouble), expected, &trouble);
}

static void expect_write(int which, struct job_lease *lease, enum err expected)
{
    struct trouble trouble = { 0 };

    expect(job_lease_write(&server[which], lease, &arena, test_mark, lease, &trouble), expected,
           &trouble);
}

static void expect_end(int which, struct job_lease *lease, enum job_event event, const char *words,
                       enum err expected)
{
    struct trouble trouble = { 0 };
    const struct job_outcome outcome = { text_of(words), text_of("{\"lines\":7}") };
    struct job_ending ending = { event, &outcome, &arena, NULL, lease };

    if (event == JOB_EVENT_FINISH)
        ending.work = test_mark;
    expect(job_lease_end(&server[which], lease, &ending, &trouble), expected, &trouble);
}

struct loading {
    int64_t    council, id;
    struct job job;
};

static enum err load_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct loading *loading = context;

    return job_load(tx, &arena, loading->council, loading->id, &loading->job, trouble);
}

static struct job job_of(int64_t id)
{
    struct loading loading = { .council = CLK, .id = id };
    struct trouble trouble = { 0 };

    expect(db_read(store.db, (struct db_scope){ CLK, &arena }, load_work, &loading, &trouble), OK,
           &trouble);
    return loading.job;
}

static void expect_job(int64_t id, enum job_state state, const char *outcome)
{
    const struct job job = job_of(id);

    assert_string_equal(job_state_word(job.state), job_state_word(state));
    assert_string_equal(job.outcome.data, outcome);
    assert_int_equal(job.ended_at.ms != 0, job_state_ended(state));
}

static enum err cancel_work(struct tx *tx, void *context, struct trouble *trouble)
{
    return job_cancel(tx, &real_outside, context, trouble);
}

static void cancel(int64_t council, int64_t id, enum err expected)
{
    struct trouble trouble = { 0 };
    struct job_cancel wish = { { atomic_load(&ms[0]) }, council, id, text_of("a.boss"),
                               { "", 0 } };

    expect(db_write(store.db, (struct db_scope){ council, NULL }, cancel_work, &wish, &trouble),
           expected, &trouble);
}

/* --- adding --- */

static void a_job_is_added_and_shown(void **state)
{
    const int64_t id = add("evidence.collect");
    const struct job job = job_of(id);

    (void)state;
    assert_string_equal(job.kind.data, "evidence.collect");
    assert_string_equal(job.asked_by.data, "first.clk");
    assert_string_equal(job.arguments.data, "{\"n\":1}");
    assert_int_equal(job.priority, JOB_PRIORITY_USUAL);
    assert_int_equal(job.added_at.ms, TEST_NOW);
    assert_int_equal(job.attempt, 0);
    assert_false(job.cancel_wanted);
    assert_int_equal(job.progress_at.ms, 0);
    expect_job(id, JOB_QUEUED, "");
}

static void the_same_key_gives_the_same_job(void **state)
{
    struct job_order order = test_order("backup", CLK, TEST_NOW);
    struct job_lease lease;

    (void)state;
    order.idempotency = text_of("2014-06-26");
    const int64_t first = add_order(&order);
    assert_int_equal(add_order(&order), first);
    assert_int_equal(take(0, &lease), first);
    expect_end(0, &lease, JOB_EVENT_FINISH, "Done", OK);
    assert_int_equal(add_order(&order), first);
    expect_answer("SELECT count(*) FROM trail_text WHERE text LIKE '%\"job.add\"%'", "1");

    order.kind = text_of("evidence.collect");
    assert_int_not_equal(add_order(&order), first);
    order.kind = text_of("backup");
    order.council = STI;
    assert_int_not_equal(add_order(&order), first);
    order.council = 0;
    const int64_t of_system = add_order(&order);
    assert_int_equal(add_order(&order), of_system);
    order.idempotency = text_of("");
    assert_int_not_equal(add_order(&order), add_order(&order));
}

static enum err add_and_fail(struct tx *tx, void *context, struct trouble *trouble)
{
    enum err err = test_add_work(tx, context, trouble);

    return err != OK ? err : (fail)(trouble, ERR_REFUSED, "something else is wrong");
}

static void a_job_goes_with_what_asked_for_it(void **state)
{
    const struct job_order order = test_order("backup", CLK, TEST_NOW);
    struct test_adding adding = { &order, 0 };

    (void)state;
    assert_int_equal(db_write(store.db, (struct db_scope){ CLK, NULL }, add_and_fail, &adding,
                              NULL), ERR_REFUSED);
    expect_answer("SELECT count(*) FROM job", "0");
    expect_answer("SELECT count(*) FROM trail_entry", "0");
}

static void what_cannot_be_a_job_is_refused(void **state)
{
    char long_words[20001];
    struct job_order order = test_order("backup", CLK, TEST_NOW);
    int64_t id;

    (void)state;
    memset(long_words, 'x', sizeof long_words);
    order.kind = text_of("Backup");
    assert_int_equal(test_job_add(store.db, &order, &id, NULL), ERR_USAGE);
    order = test_order("backup", CLK, TEST_NOW);
    order.priority = 10;
    assert_int_equal(test_job_add(store.db, &order, &id, NULL), ERR_USAGE);
    order = test_order("backup", 77, TEST_NOW);
    assert_int_equal(test_job_add(store.db, &order, &id, NULL), ERR_MISSING);
    order = test_order("backup", CLK, TEST_NOW);
    order.arguments = (struct text){ long_words, sizeof long_words };
    assert_int_equal(test_job_add(store.db, &order, &id, NULL), ERR_CONFLICT);
    struct test_adding adding = { &order, 0 };
    assert_int_equal(db_write(store.db, (struct db_scope){ STI, NULL }, test_add_work, &adding,
                              NULL), ERR_RIGHTS);
    expect_answer("SELECT count(*) FROM job", "0");
}

/* --- who works, and on what --- */

static void the_highest_priority_is_first_then_the_oldest(void **state)
{
    struct job_order order = test_order("backup", CLK, TEST_NOW);
    struct job_lease lease;
    int64_t id[4];

    (void)state;
    id[0] = add_order(&order);
    order.priority = 9;
    id[1] = add_order(&order);
    order.council = STI;
    id[2] = add_order(&order);
    order.priority = 0;
    order.not_before.ms = 1;
    id[3] = add_order(&order);
    const int64_t expected[] = { id[1], id[2], id[0], id[3], 0 };
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(take(0, &lease), expected[i]);
}

static void a_job_waits_for_its_time(void **state)
{
    struct job_order order = test_order("backup", CLK, TEST_NOW);
    struct job_lease lease;

    (void)state;
    order.not_before.ms = TEST_NOW + 5000;
    const int64_t id = add_order(&order);
    assert_int_equal(take(0, &lease), 0);
    clocks(TEST_NOW + 4999);
    assert_int_equal(take(0, &lease), 0);
    clocks(TEST_NOW + 5000);
    assert_int_equal(take(0, &lease), id);
}

/* While servers are replaced one by one, an old one leaves alone what only a new one knows. */
static void a_kind_that_a_server_does_not_know_waits(void **state)
{
    static const struct job_kind one[] = { { "backup", never_called, NULL, LEASE_MS, 1 },
                                           { NULL, NULL, NULL, 0, 0 } };
    const int64_t id = add("evidence.collect");
    struct job_lease lease;

    (void)state;
    server_make(0, one);
    assert_int_equal(take(0, &lease), 0);
    assert_int_equal(take(1, &lease), id);
    clocks(TEST_NOW + LEASE_MS);
    assert_int_equal(take(0, &lease), 0);
}

static void a_lease_tells_all_that_the_work_needs(void **state)
{
    const int64_t id = add("evidence.collect");
    struct job_lease lease;

    (void)state;
    assert_int_equal(take(1, &lease), id);
    assert_int_equal(lease.council, CLK);
    assert_string_equal(lease.kind->name, "evidence.collect");
    assert_int_equal(lease.token, 1);
    assert_int_equal(lease.attempt, 1);
    assert_string_equal(lease.arguments.data, "{\"n\":1}");
    assert_string_equal(lease.checkpoint.data, "");
    assert_string_equal(lease.asked_by.data, "first.clk");
    assert_int_equal(job_of(id).attempt, 1);
    expect_job(id, JOB_RUNNING, "");
}

static void while_a_lease_runs_nobody_else_begins(void **state)
{
    struct job_lease lease, other;

    (void)state;
    (void)add("evidence.collect");
    assert_int_not_equal(take(0, &lease), 0);
    assert_int_equal(take(1, &other), 0);
    clocks(TEST_NOW + LEASE_MS - 1);
    assert_int_equal(take(1, &other), 0);
    expect_beat(0, &lease, OK);
    clocks(TEST_NOW + 2 * LEASE_MS - 2);
    assert_int_equal(take(1, &other), 0);
    clocks(TEST_NOW + 2 * LEASE_MS - 1);
    assert_int_not_equal(take(1, &other), 0);
}

static void what_was_taken_over_is_out_of_reach(void **state)
{
    const int64_t id = add("evidence.collect");
    struct job_lease old, new;

    (void)state;
    assert_int_equal(take(0, &old), id);
    clocks(TEST_NOW + LEASE_MS);
    assert_int_equal(take(1, &new), id);
    assert_int_equal(new.token, old.token + 1);
    assert_int_equal(new.attempt, 2);
    expect_beat(0, &old, ERR_CONFLICT);
    expect_write(0, &old, ERR_CONFLICT);
    expect_end(0, &old, JOB_EVENT_FINISH, "Done", ERR_CONFLICT);
    expect_end(0, &old, JOB_EVENT_FAIL, "It failed", ERR_CONFLICT);
    expect_end(0, &old, JOB_EVENT_RELEASE, "", ERR_CONFLICT);
    expect_answer("SELECT count(*) FROM mark", "0");
    /* The old one's beat has renewed nothing. */
    expect_beat(1, &new, OK);
    clocks(TEST_NOW + 2 * LEASE_MS - 1);
    expect_beat(0, &old, ERR_CONFLICT);
    clocks(TEST_NOW + 2 * LEASE_MS);
    assert_int_equal(take(2, &old), id);
}

/* By the same server too: its own thread may have been stopped. */
static void a_server_takes_over_from_itself(void **state)
{
    struct job_lease old, new;

    (void)state;
    (void)add("evidence.collect");
    assert_int_not_equal(take(0, &old), 0);
    clocks(TEST_NOW + LEASE_MS);
    assert_int_not_equal(take(0, &new), 0);
    expect_write(0, &old, ERR_CONFLICT);
    expect_beat(0, &old, ERR_CONFLICT);
    expect_end(0, &new, JOB_EVENT_FINISH, "Done", OK);
}

/* A store from a copy counts its tokens from where the copy was. */
static void another_server_with_the_same_token_is_another(void **state)
{
    struct job_lease lease;

    (void)state;
    (void)add("evidence.collect");
    assert_int_not_equal(take(0, &lease), 0);
    expect_write(1, &lease, ERR_CONFLICT);
    expect_beat(1, &lease, ERR_CONFLICT);
    expect_write(0, &lease, OK);
}

/* Nobody has taken over: the work is whole, whatever the time. */
static void a_lease_that_ran_out_still_writes(void **state)
{
    struct job_lease lease;
    struct job_lease other;

    (void)state;
    (void)add("evidence.collect");
    assert_int_not_equal(take(0, &lease), 0);
    clocks(TEST_NOW + DAY_MS);
    expect_write(0, &lease, OK);
    expect_beat(0, &lease, OK);
    assert_int_equal(take(1, &other), 0);
}

static void the_last_attempt_is_the_end(void **state)
{
    const int64_t id = add("evidence.collect");
    struct job_lease lease;

    (void)state;
    for (int attempt = 1; attempt <= 3; attempt++) {
        clocks(TEST_NOW + attempt * LEASE_MS);
        assert_int_equal(take(attempt % SERVERS, &lease), id);
        assert_int_equal(lease.attempt, attempt);
    }
    clocks(TEST_NOW + 4 * LEASE_MS);
    assert_int_equal(take(1, &lease), 0);
    expect_job(id, JOB_FAILED, "Given up after 3 attempts: the server stopped before the work had "
               "ended");
    expect_answer("SELECT count(*) FROM trail_text WHERE text LIKE '%\"job.failed\"%'", "1");
    expect_write(0, &lease, ERR_CONFLICT);
}

/* --- done once --- */

static void the_end_is_in_the_trail(void **state)
{
    const int64_t id = add("backup");
    struct job_lease lease;

    (void)state;
    assert_int_equal(take(0, &lease), id);
    expect_end(0, &lease, JOB_EVENT_FINISH, "7 lines kept", OK);
    expect_job(id, JOB_DONE, "7 lines kept");
    assert_string_equal(job_of(id).result.data, "{\"lines\":7}");
    expect_answer("SELECT count(*) FROM trail_text WHERE council = 1 AND text LIKE "
                  "'%\"job.done\"%' AND text LIKE '%\"system\"%'", "1");
    expect_answer("SELECT count(*) FROM trail_text WHERE text LIKE '%7 lines%'", "0");
}

static void the_end_and_the_last_work_are_one(void **state)
{
    char long_words[1026];
    const int64_t id = add("backup");
    struct job_lease lease;

    (void)state;
    memset(long_words, 'x', sizeof long_words);
    long_words[sizeof long_words - 1] = '\0';
    assert_int_equal(take(0, &lease), id);
    expect_end(0, &lease, JOB_EVENT_FINISH, long_words, ERR_CONFLICT);
    expect_answer("SELECT count(*) FROM mark", "0");
    expect_job(id, JOB_RUNNING, "");
    expect_end(0, &lease, JOB_EVENT_FINISH, "Done", OK);
    expect_answer("SELECT count(*) FROM mark", "1");
}

static void a_job_is_done_once(void **state)
{
    struct job_lease lease, other;

    (void)state;
    (void)add("backup");
    assert_int_not_equal(take(0, &lease), 0);
    expect_end(0, &lease, JOB_EVENT_FINISH, "Done", OK);
    expect_end(0, &lease, JOB_EVENT_FINISH, "Done again", ERR_CONFLICT);
    expect_write(0, &lease, ERR_CONFLICT);
    expect_beat(0, &lease, ERR_CONFLICT);
    clocks(TEST_NOW + DAY_MS);
    assert_int_equal(take(1, &other), 0);
    expect_answer("SELECT count(*) FROM mark", "1");
    expect_answer("SELECT count(*) FROM trail_text WHERE text LIKE '%\"job.done\"%'", "1");
}

static void what_was_put_back_is_begun_again(void **state)
{
    const int64_t id = add("evidence.collect");
    struct job_lease first, again;

    (void)state;
    assert_int_equal(take(0, &first), id);
    expect_end(0, &first, JOB_EVENT_RELEASE, "", OK);
    expect_write(0, &first, ERR_CONFLICT);
    assert_int_equal(take(1, &again), id);
    assert_int_equal(again.attempt, 1);     /* stopping a server is no attempt */
    assert_int_equal(again.token, 2);
    expect_end(1, &again, JOB_EVENT_TRY_AGAIN, "", OK);
    assert_int_equal(take(0, &first), 0);
    clocks(TEST_NOW + 1000);
    assert_int_equal(take(0, &first), id);
    assert_int_equal(first.attempt, 2);
    assert_int_equal(first.token, 3);
}

/* --- cancelling --- */

static void what_waits_is_cancelled_at_once(void **state)
{
    const int64_t id = add("backup");
    struct job_lease lease;

    (void)state;
    cancel(CLK, id, OK);
    expect_job(id, JOB_CANCELLED, "Cancelled before it began");
    assert_int_equal(take(0, &lease), 0);
    cancel(CLK, id, ERR_CONFLICT);
    expect_answer("SELECT count(*) FROM trail_text WHERE text LIKE '%\"job.cancel\"%'", "1");
    expect_answer("SELECT count(*) FROM trail_text WHERE text LIKE '%\"job.cancelled\"%'", "1");
}

static void what_is_worked_on_hears_of_it(void **state)
{
    const int64_t id = add("backup");
    struct job_lease lease;
    bool wanted = true;

    (void)state;
    assert_int_equal(take(0, &lease), id);
    assert_int_equal(job_lease_beat(&server[0], &lease, NULL, &wanted, NULL), OK);
    assert_false(wanted);
    cancel(CLK, id, OK);
    cancel(CLK, id, OK);
    expect_job(id, JOB_RUNNING, "");
    assert_true(job_of(id).cancel_wanted);
    assert_int_equal(job_lease_beat(&server[0], &lease, NULL, &wanted, NULL), OK);
    assert_true(wanted);
    expect_end(0, &lease, JOB_EVENT_CANCEL, "Stopped at line 7", OK);
    expect_job(id, JOB_CANCELLED, "Stopped at line 7");
    expect_answer("SELECT count(*) FROM trail_text WHERE text LIKE '%\"job.cancel\"%'", "1");
}

static void what_somebody_wants_stopped_is_not_begun_again(void **state)
{
    const int64_t id[] = { add("evidence.collect"), add("evidence.collect") };
    struct job_lease lease[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(take(0, &lease[i]), id[i]);
        cancel(CLK, id[i], OK);
    }
    expect_end(0, &lease[0], JOB_EVENT_TRY_AGAIN, "", OK);
    expect_job(id[0], JOB_CANCELLED, "Cancelled");
    clocks(TEST_NOW + LEASE_MS);
    assert_int_equal(take(1, &lease[0]), 0);
    expect_job(id[1], JOB_CANCELLED, "Cancelled; the server that worked on it had stopped");
}

static void what_is_done_was_not_cancelled(void **state)
{
    const int64_t id = add("backup");
    struct job_lease lease;

    (void)state;
    assert_int_equal(take(0, &lease), id);
    cancel(CLK, id, OK);
    expect_end(0, &lease, JOB_EVENT_FINISH, "Done", OK);
    expect_job(id, JOB_DONE, "Done");
}

/* --- the clock --- */

static void a_clock_that_ran_ahead_holds_nothing_up(void **state)
{
    const int64_t id = add("evidence.collect");
    struct job_lease lease, other;

    (void)state;
    atomic_store(&ms[0], TEST_NOW + DAY_MS);
    assert_int_equal(take(0, &lease), id);      /* and then its server dies */
    atomic_store(&ms[1], TEST_NOW + 1);
    assert_int_equal(take(1, &other), id);
    expect_write(0, &lease, ERR_CONFLICT);
    expect_end(1, &other, JOB_EVENT_FINISH, "Done", OK);
    expect_answer("SELECT count(*) FROM mark", "1");
}

static void a_clock_put_back_loses_the_lease_and_nothing_else(void **state)
{
    const int64_t id = add("evidence.collect");
    struct job_lease lease, other;

    (void)state;
    assert_int_equal(take(0, &lease), id);
    atomic_store(&ms[0], TEST_NOW - DAY_MS);
    expect_beat(0, &lease, OK);                 /* until yesterday */
    assert_int_equal(take(1, &other), id);
    expect_end(0, &lease, JOB_EVENT_FINISH, "Done", ERR_CONFLICT);
    expect_end(1, &other, JOB_EVENT_FINISH, "Done", OK);
    expect_answer("SELECT count(*) FROM mark", "1");
}

static void small_differences_of_clocks_take_nothing_away(void **state)
{
    struct job_lease lease, other;

    (void)state;
    (void)add("evidence.collect");
    atomic_store(&ms[1], TEST_NOW + LEASE_MS / 2);
    atomic_store(&ms[2], TEST_NOW - LEASE_MS / 2);
    assert_int_not_equal(take(0, &lease), 0);
    for (int i = 0; i < 20; i++) {              /* three beats fit into a lease */
        for (int which = 0; which < SERVERS; which++)
            atomic_fetch_add(&ms[which], LEASE_MS / 3);
        assert_int_equal(take(1, &other), 0);
        assert_int_equal(take(2, &other), 0);
        expect_beat(0, &lease, OK);
    }
}

/* --- what a handler does --- */

/* A run of the job that is next, by this handler. */
static struct job run_with(job_handler *handler, void *context, int attempts)
{
    const struct job_kind kind = { "evidence.collect", handler, context, LEASE_MS, attempts };
    const struct job_kind its[] = { kind, { NULL, NULL, NULL, 0, 0 } };
    struct job_lease lease;
    struct job_signs signs = { 0 };
    struct trouble trouble = { 0 };
    struct job_run run = { .server = &server[0], .lease = &lease, .arena = &arena,
                           .signs = &signs };

    server_make(0, its);
    assert_int_not_equal(take(0, &lease), 0);
    expect(job_run_whole(&run, &trouble), OK, &trouble);
    return job_of(lease.job);
}

/* Fails with what is asked for; its message ends within a character. */
static enum err fail_so(struct job_run *run, void *context, struct trouble *trouble)
{
    (void)run;
    (void)(fail)(trouble, ERR_BUG, "Line 7 of caf\xc3\xa9.csv has no amount");
    if (*(enum err *)context == ERR_CHECK)
        trouble->text[strlen("Line 7 of caf\xc3")] = '\0';
    if (*(enum err *)context == ERR_USAGE)
        trouble->text[0] = '\xff';
    return *(enum err *)context;
}

static void a_handlers_trouble_is_the_outcome(void **state)
{
    enum err err = ERR_REFUSED;

    (void)state;
    (void)add("evidence.collect");
    struct job job = run_with(fail_so, &err, 3);
    assert_int_equal(job.state, JOB_FAILED);
    assert_string_equal(job.outcome.data, "Line 7 of caf\xc3\xa9.csv has no amount");
    err = ERR_CHECK;
    (void)add("evidence.collect");
    assert_string_equal(run_with(fail_so, &err, 3).outcome.data, "Line 7 of caf");
    err = ERR_USAGE;
    (void)add("evidence.collect");
    assert_string_equal(run_with(fail_so, &err, 3).outcome.data, "It failed (error 2)");
}

static void what_was_in_the_way_is_tried_again(void **state)
{
    enum err err = ERR_BUSY;

    (void)state;
    (void)add("evidence.collect");
    assert_int_equal(run_with(fail_so, &err, 2).state, JOB_QUEUED);
    clocks(TEST_NOW + 1000);
    const struct job job = run_with(fail_so, &err, 2);
    assert_int_equal(job.state, JOB_FAILED);
    assert_int_equal(job.attempt, 2);
}

static enum err take_too_much(struct job_run *run, void *context, struct trouble *trouble)
{
    (void)context, (void)trouble;
    arena_fail_after(1, true);
    (void)arena_take(run->arena, 1000, 1000);
    return OK;
}

static void memory_that_runs_out_is_in_the_way(void **state)
{
    (void)state;
    (void)add("evidence.collect");
    /* Sticky until here: the handler's end has what it needs. */
    const struct job_kind its[] = { { "evidence.collect", take_too_much, NULL, LEASE_MS, 2 },
                                    { NULL, NULL, NULL, 0, 0 } };
    struct job_lease lease;
    struct job_signs signs = { 0 };
    struct job_run run = { .server = &server[0], .lease = &lease, .arena = &arena,
                           .signs = &signs };
    server_make(0, its);
    const int64_t id = take(0, &lease);
    enum err err = job_run_whole(&run, NULL);
    arena_fail_after(0, false);
    /* Ending needed statements that were not prepared yet: then the lease runs out instead. */
    assert_true(err == OK || err == ERR_IO);
    assert_int_equal(job_of(id).state, err == OK ? JOB_QUEUED : JOB_RUNNING);
}

static enum err simply_done(struct job_run *run, void *context, struct trouble *trouble)
{
    (void)run, (void)context, (void)trouble;
    return OK;
}

static void ok_is_done(void **state)
{
    (void)state;
    (void)add("evidence.collect");
    const struct job job = run_with(simply_done, NULL, 1);
    assert_int_equal(job.state, JOB_DONE);
    assert_string_equal(job.outcome.data, "Done");
}

/* Three pieces of work, of which each attempt does one and keeps how far it is. */
static enum err keep_piece(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct job_run *run = context;
    char pieces[8];

    (void)snprintf(pieces, sizeof pieces, "%zu", run->lease->checkpoint.size == 0 ? (size_t)1
                   : (size_t)(run->lease->checkpoint.data[0] - '0') + 1);
    return job_checkpoint(tx, run, text_of(pieces), trouble);
}

static enum err piece_by_piece(struct job_run *run, void *context, struct trouble *trouble)
{
    static const struct job_outcome outcome = { { "All three", 9 }, { "", 0 } };

    struct job_lease lease = *run->lease;

    (void)context;
    if (text_is(lease.checkpoint, "2"))
        return job_finish(run, test_mark, &lease, &outcome, trouble);
    enum err err = job_write(run, keep_piece, run, trouble);
    return err != OK ? err : (fail)(trouble, ERR_BUSY, "the power went");
}

static void a_checkpoint_is_what_the_next_attempt_finds(void **state)
{
    (void)state;
    (void)add("evidence.collect");
    assert_int_equal(run_with(piece_by_piece, NULL, 9).state, JOB_QUEUED);
    expect_answer("SELECT checkpoint FROM job_detail", "1");
    clocks(TEST_NOW + 1000);
    assert_int_equal(run_with(piece_by_piece, NULL, 9).state, JOB_QUEUED);
    expect_answer("SELECT checkpoint FROM job_detail", "2");
    clocks(TEST_NOW + 3000);
    const struct job job = run_with(piece_by_piece, NULL, 9);
    assert_int_equal(job.state, JOB_DONE);
    assert_string_equal(job.outcome.data, "All three");
    expect_answer("SELECT count(*) FROM mark", "1");
}

static enum err tell_often(struct job_run *run, void *context, struct trouble *trouble)
{
    const int64_t id = run->lease->job;
    bool stop = true;

    (void)context;
    assert_int_equal(job_progress(run, 1, 3, text_of("caf\xc3\xa9.csv"), &stop, trouble), OK);
    assert_false(stop);
    assert_int_equal(job_of(id).done, 1);
    assert_int_equal(job_of(id).of, 3);
    assert_int_equal(job_of(id).progress_at.ms, TEST_NOW);
    assert_string_equal(job_of(id).progress.data, "caf\xc3\xa9.csv");
    atomic_store(&ms[0], TEST_NOW + 999);
    assert_int_equal(job_progress(run, 2, 3, text_of("two"), &stop, trouble), OK);
    assert_int_equal(job_of(id).done, 1);
    cancel(CLK, id, OK);
    assert_int_equal(job_progress(run, 2, 3, text_of("two"), &stop, trouble), OK);
    assert_false(stop);
    atomic_store(&ms[0], TEST_NOW + 1000);
    assert_int_equal(job_progress(run, 2, 3, text_of("two"), &stop, trouble), OK);
    assert_int_equal(job_of(id).done, 2);
    assert_true(stop);
    return job_stopped(run, trouble);
}

static void progress_is_told_and_answered(void **state)
{
    (void)state;
    (void)add("evidence.collect");
    const struct job job = run_with(tell_often, NULL, 3);
    assert_int_equal(job.state, JOB_CANCELLED);
    assert_string_equal(job.outcome.data, "Cancelled");
}

static enum err be_taken_over(struct job_run *run, void *context, struct trouble *trouble)
{
    struct job_lease *other = context;
    bool stop;

    clocks(TEST_NOW + LEASE_MS);
    assert_int_equal(take(1, other), run->lease->job);
    assert_int_equal(job_progress(run, 1, 1, text_of("late"), &stop, trouble), ERR_CONFLICT);
    assert_true(stop);
    return job_finish(run, test_mark, other, &(struct job_outcome){ text_of("Late"),
                      text_of("") }, trouble);
}

static void whoever_was_taken_over_leaves_quietly(void **state)
{
    struct job_lease other;

    (void)state;
    (void)add("evidence.collect");
    const struct job job = run_with(be_taken_over, &other, 3);
    assert_int_equal(job.state, JOB_RUNNING);
    assert_int_equal(job.progress_at.ms, 0);
    expect_end(1, &other, JOB_EVENT_FINISH, "In time", OK);
    expect_job(job.id, JOB_DONE, "In time");
    expect_answer("SELECT count(*) FROM mark", "1");
}

/* --- who may see what --- */

static void another_councils_job_is_not_there(void **state)
{
    const int64_t id = add("backup");
    struct loading loading = { .council = STI, .id = id };

    (void)state;
    assert_int_equal(db_read(store.db, (struct db_scope){ STI, &arena }, load_work, &loading,
                             NULL), ERR_MISSING);
    loading.id = 0;
    assert_int_equal(db_read(store.db, (struct db_scope){ STI, &arena }, load_work, &loading,
                             NULL), ERR_MISSING);
    cancel(STI, id, ERR_MISSING);
    cancel(CLK, id + 1, ERR_MISSING);
}

struct listing {
    struct job_filter filter;
    struct job       *job;
    size_t            count;
};

static enum err list_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct listing *listing = context;

    return job_list(tx, &arena, &listing->filter, &listing->job, &listing->count, trouble);
}

static size_t list(struct listing *listing)
{
    struct trouble trouble = { 0 };

    expect(db_read(store.db, (struct db_scope){ listing->filter.council, &arena }, list_work,
                   listing, &trouble), OK, &trouble);
    return listing->count;
}

static void jobs_are_listed_by_state_and_kind(void **state)
{
    const enum job_state running = JOB_RUNNING;
    struct listing listing = { .filter = { .council = CLK, .rows = 10 } };
    struct job_order other = test_order("backup", STI, TEST_NOW);
    struct job_lease lease;

    (void)state;
    const int64_t id[] = { add("backup"), add("evidence.collect"), add("backup") };
    (void)add_order(&other);
    assert_int_equal(take(0, &lease), id[0]);
    assert_int_equal(list(&listing), 3);
    assert_int_equal(listing.job[0].id, id[2]);
    assert_int_equal(listing.job[2].id, id[0]);
    listing.filter.kind = text_of("backup");
    assert_int_equal(list(&listing), 2);
    listing.filter.state = &running;
    assert_int_equal(list(&listing), 1);
    assert_int_equal(listing.job[0].id, id[0]);
    listing.filter = (struct job_filter){ .council = CLK, .rows = 2 };
    assert_int_equal(list(&listing), 2);
    listing.filter.below = listing.job[1].id;
    assert_int_equal(list(&listing), 1);
    assert_int_equal(listing.job[0].id, id[0]);
}

static void the_database_refuses_what_cannot_be(void **state)
{
    static const char *const wrong[] = {
        "UPDATE job SET state = 'running'",
        "UPDATE job SET state = 'done'",
        "UPDATE job SET state = 'gone'",
        "UPDATE job SET lease_until = 1",
        "UPDATE job SET holder = '0123456789abcdef0123456789abcdef'",
        "UPDATE job SET ended_at = 1",
        "UPDATE job SET cancel_wanted = TRUE",
        "UPDATE job SET attempt = 1",
        "UPDATE job SET priority = 10",
        "UPDATE job SET council = -1",
        "UPDATE job_detail SET progress_done = -1",
        "UPDATE job_detail SET job = 99",
        "DELETE FROM job",
    };

    (void)state;
    (void)add("backup");
    struct rival rival = rival_open(store.url);
    if (rival.file != NULL)
        rival_do(&rival, "PRAGMA foreign_keys = ON");
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char text[TEST_PATH];
        if (rival_ask(&rival, wrong[i], text))
            fail_msg("%s", wrong[i]);
    }
    rival_close(&rival);
}

/* --- the law --- */

/* What one server does next with a lease that it believes to have. */
struct history {
    struct chance    chance;
    struct job_lease lease[SERVERS];
    bool             believes[SERVERS];
    int              done;
};

static void step_holder(struct history *history, int which)
{
    static const enum job_event ends[] = { JOB_EVENT_FINISH, JOB_EVENT_FINISH, JOB_EVENT_FINISH,
                                           JOB_EVENT_TRY_AGAIN, JOB_EVENT_RELEASE };
    struct job_lease *lease = &history->lease[which];
    const struct job_outcome outcome = { text_of("Done"), { "", 0 } };
    const enum job_event event = ends[chance_below(&history->chance, COUNT(ends))];
    const struct job_ending ending = {
        event, &outcome, NULL, event == JOB_EVENT_FINISH ? test_mark : NULL, lease
    };
    bool cancel_wanted;
    enum err err = OK;

    switch (chance_below(&history->chance, 4)) {
    case 0:
        history->believes[which] = false;   /* dies */
        break;
    case 1:
        err = job_lease_beat(&server[which], lease, NULL, &cancel_wanted, NULL);
        break;
    case 2:
        err = job_lease_end(&server[which], lease, &ending, NULL);
        history->done += err == OK && event == JOB_EVENT_FINISH;
        /* It may come back and believe it still has the lease. */
        history->believes[which] = chance_below(&history->chance, 3) == 0;
        break;
    default:
        break;                              /* is stopped for a while */
    }
    assert_true(err == OK || err == ERR_CONFLICT);
}

static void step(struct history *history)
{
    static const int64_t moves[] = { 1, LEASE_MS / 2, LEASE_MS, 2 * LEASE_MS, -LEASE_MS, DAY_MS,
                                     -DAY_MS };
    const int which = (int)chance_below(&history->chance, SERVERS);

    if (chance_below(&history->chance, 3) == 0)
        atomic_fetch_add(&ms[which], moves[chance_below(&history->chance, COUNT(moves))]);
    if (history->believes[which])
        step_holder(history, which);
    else
        history->believes[which] = take(which, &history->lease[which]) != 0;
}

/* Whoever dies, is stopped or has a wrong clock, in whatever order: every job is done once or has
 * failed, and every mark belongs to the one lease that ended its job. */
static void every_job_ends_once(void **state)
{
    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct history history = { .chance = chance_of(test_seed + (uint64_t)i) };
        struct job_lease lease;
        char text[24];

        clocks(TEST_NOW + i * 1000 * DAY_MS);
        for (int job = 0; job < 3; job++)
            (void)add("evidence.collect");
        for (int n = 0; n < 40; n++)
            step(&history);
        /* All have died; one begins anew and works off what is left. */
        clocks(TEST_NOW + (i * 1000 + 500) * DAY_MS);
        while (take(0, &lease) != 0) {
            expect_end(0, &lease, JOB_EVENT_FINISH, "Done", OK);
            history.done++;
        }
        expect_answer("SELECT count(*) FROM job WHERE state NOT IN ('done', 'failed')", "0");
        expect_answer("SELECT count(*) FROM job LEFT JOIN mark ON mark.job = job.id AND "
                      "mark.token = job.token WHERE (mark.job IS NULL) = (state = 'done')", "0");
        (void)snprintf(text, sizeof text, "%d", history.done);
        expect_answer("SELECT count(*) FROM mark", text);
        struct rival rival = rival_open(store.url);
        rival_do(&rival, "DELETE FROM mark");
        rival_do(&rival, "DELETE FROM job_detail");
        rival_do(&rival, "DELETE FROM job");
        rival_close(&rival);
    }
}

/* --- a server alone --- */

/* The serving role sees its council's rows; without one, the queue and nothing of its details. */
static void rows_of_another_council_are_hidden(void **state)
{
    static const struct { const char *council, *jobs, *details; } sees[] = {
        { "0", "3", "1" }, { "1", "1", "1" }, { "2", "1", "1" }, { "3", "0", "0" },
        { "", "0", "0" },
    };
    struct rival rival = rival_open(store.url);
    char sql[128], text[TEST_PATH];

    (void)state;
    for (int council = 0; council <= STI; council++) {
        const struct job_order order = test_order("backup", council, TEST_NOW);
        (void)add_order(&order);
    }
    rival_do(&rival, "DROP ROLE IF EXISTS ochil_app");
    rival_do(&rival, "CREATE ROLE ochil_app");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO ochil_app");
    rival_do(&rival, "GRANT SELECT, INSERT, UPDATE ON job, job_detail TO ochil_app");
    rival_do(&rival, "SET ROLE ochil_app");
    for (size_t i = 0; i < COUNT(sees); i++) {
        (void)snprintf(sql, sizeof sql, "SELECT set_config('ochil.council', '%s', false)",
                       sees[i].council);
        rival_do(&rival, sql);
        assert_true(rival_ask(&rival, "SELECT count(*) FROM job", text));
        assert_string_equal(text, sees[i].jobs);
        assert_true(rival_ask(&rival, "SELECT count(*) FROM job_detail", text));
        assert_string_equal(text, sees[i].details);
    }
    rival_do(&rival, "SELECT set_config('ochil.council', '1', false)");
    assert_false(rival_ask(&rival, "UPDATE job SET council = 2", text));
    assert_false(rival_ask(&rival, "UPDATE job_detail SET council = 2", text));
    rival_do(&rival, "RESET ROLE");
    rival_do(&rival, "DROP OWNED BY ochil_app");
    rival_do(&rival, "DROP ROLE ochil_app");
    rival_close(&rival);
}

/* Past row-level security nobody works: all that a server does goes through with its rights. */
static void the_serving_role_can_do_all_the_work(void **state)
{
    struct rival rival = rival_open(store.url);
    const char *behind = strstr(store.url, "postgres@");
    char url[sizeof store.url + 16];
    struct db_options options = { .url = url, .readers = 2 };
    struct db *own = store.db, *as_role = NULL;
    struct trouble trouble = { 0 };
    struct job_lease lease;
    int64_t id[STI + 1];

    (void)state;
    assert_non_null(behind);
    rival_do(&rival, "DROP ROLE IF EXISTS ochil_app");
    rival_do(&rival, "CREATE ROLE ochil_app LOGIN");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO ochil_app");
    rival_do(&rival, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "
             "ochil_app");
    (void)snprintf(url, sizeof url, "%.*sochil_app%s", (int)(behind - store.url), store.url,
                   behind + strlen("postgres"));
    expect(db_open(&arena, &options, &as_role, &trouble), OK, &trouble);
    store.db = as_role;
    for (int council = 0; council <= STI; council++) {
        const struct job_order order = test_order("evidence.collect", council, TEST_NOW);
        id[council] = add_order(&order);
    }
    server_make(0, kinds);
    cancel(STI, id[STI], OK);
    for (int council = 0; council <= CLK; council++) {
        assert_int_equal(take(0, &lease), id[council]);
        expect_beat(0, &lease, OK);
        expect_end(0, &lease, JOB_EVENT_FINISH, "Done", OK);
    }
    expect_job(id[CLK], JOB_DONE, "Done");
    const int64_t left = add("backup");
    assert_int_equal(take(0, &lease), left);
    clocks(TEST_NOW + LEASE_MS);
    assert_int_equal(take(0, &lease), 0);
    expect_job(left, JOB_FAILED, "Given up after 1 attempt: the server stopped before the work "
               "had ended");
    db_close(as_role);
    store.db = own;
    rival_do(&rival, "DROP OWNED BY ochil_app");
    rival_do(&rival, "DROP ROLE ochil_app");
    rival_close(&rival);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(int count, char *argument[])
{
    const struct CMUnitTest both[] = {
        ON_STORE(a_job_is_added_and_shown),
        ON_STORE(the_same_key_gives_the_same_job),
        ON_STORE(a_job_goes_with_what_asked_for_it),
        ON_STORE(what_cannot_be_a_job_is_refused),
        ON_STORE(the_highest_priority_is_first_then_the_oldest),
        ON_STORE(a_job_waits_for_its_time),
        ON_STORE(a_kind_that_a_server_does_not_know_waits),
        ON_STORE(a_lease_tells_all_that_the_work_needs),
        ON_STORE(while_a_lease_runs_nobody_else_begins),
        ON_STORE(what_was_taken_over_is_out_of_reach),
        ON_STORE(a_server_takes_over_from_itself),
        ON_STORE(another_server_with_the_same_token_is_another),
        ON_STORE(a_lease_that_ran_out_still_writes),
        ON_STORE(the_last_attempt_is_the_end),
        ON_STORE(the_end_is_in_the_trail),
        ON_STORE(the_end_and_the_last_work_are_one),
        ON_STORE(a_job_is_done_once),
        ON_STORE(what_was_put_back_is_begun_again),
        ON_STORE(what_waits_is_cancelled_at_once),
        ON_STORE(what_is_worked_on_hears_of_it),
        ON_STORE(what_somebody_wants_stopped_is_not_begun_again),
        ON_STORE(what_is_done_was_not_cancelled),
        ON_STORE(a_clock_that_ran_ahead_holds_nothing_up),
        ON_STORE(a_clock_put_back_loses_the_lease_and_nothing_else),
        ON_STORE(small_differences_of_clocks_take_nothing_away),
        ON_STORE(a_handlers_trouble_is_the_outcome),
        ON_STORE(what_was_in_the_way_is_tried_again),
        ON_STORE(memory_that_runs_out_is_in_the_way),
        ON_STORE(ok_is_done),
        ON_STORE(a_checkpoint_is_what_the_next_attempt_finds),
        ON_STORE(progress_is_told_and_answered),
        ON_STORE(whoever_was_taken_over_leaves_quietly),
        ON_STORE(another_councils_job_is_not_there),
        ON_STORE(jobs_are_listed_by_state_and_kind),
        ON_STORE(the_database_refuses_what_cannot_be),
        ON_STORE(every_job_ends_once),
    };
    const struct CMUnitTest on_server[] = {
        ON_STORE(rows_of_another_council_are_hidden),
        ON_STORE(the_serving_role_can_do_all_the_work),
    };

    test_chance_open(count, argument, 20);
    int failed = cmocka_run_group_tests(both, NULL, NULL);
    return failed + (test_on_server() ? cmocka_run_group_tests(on_server, NULL, NULL) : 0);
}
