#include "store/job_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct {
    enum job_state from;
    enum job_event event;
    int            to;      /* -1: it cannot happen */
} ways[] = {
    { JOB_QUEUED, JOB_EVENT_TAKE, JOB_RUNNING },
    { JOB_QUEUED, JOB_EVENT_TAKE_OVER, -1 },
    { JOB_QUEUED, JOB_EVENT_FINISH, -1 },
    { JOB_QUEUED, JOB_EVENT_FAIL, -1 },
    { JOB_QUEUED, JOB_EVENT_TRY_AGAIN, -1 },
    { JOB_QUEUED, JOB_EVENT_RELEASE, -1 },
    { JOB_QUEUED, JOB_EVENT_CANCEL, JOB_CANCELLED },
    { JOB_RUNNING, JOB_EVENT_TAKE, -1 },
    { JOB_RUNNING, JOB_EVENT_TAKE_OVER, JOB_RUNNING },
    { JOB_RUNNING, JOB_EVENT_FINISH, JOB_DONE },
    { JOB_RUNNING, JOB_EVENT_FAIL, JOB_FAILED },
    { JOB_RUNNING, JOB_EVENT_TRY_AGAIN, JOB_QUEUED },
    { JOB_RUNNING, JOB_EVENT_RELEASE, JOB_QUEUED },
    { JOB_RUNNING, JOB_EVENT_CANCEL, JOB_CANCELLED },
};

static void every_event_in_every_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ways); i++) {
        enum job_state to = JOB_QUEUED;
        bool goes = job_state_after(ways[i].from, ways[i].event, &to);
        assert_int_equal(goes ? (int)to : -1, ways[i].to);
    }
}

static void nothing_happens_to_what_has_ended(void **state)
{
    enum job_state to;

    (void)state;
    for (enum job_state from = 0; from < JOB_STATES; from++) {
        assert_int_equal(job_state_ended(from), from >= JOB_DONE);
        for (enum job_event event = 0; event < JOB_EVENTS && from >= JOB_DONE; event++)
            assert_false(job_state_after(from, event, &to));
    }
}

static void states_have_words(void **state)
{
    enum job_state read;

    (void)state;
    for (enum job_state is = 0; is < JOB_STATES; is++) {
        assert_true(job_state_of_word(text_of(job_state_word(is)), &read));
        assert_int_equal(read, is);
    }
    assert_false(job_state_of_word(text_of("Queued"), &read));
    assert_false(job_state_of_word(text_of(""), &read));
}

#define HOUR INT64_C(3600000)

static const struct {
    const char *why;
    int64_t     until, now;
    bool        out;
} leases[] = {
    { "there is time left", 1001, 1000, false },
    { "its end is too late", 1000, 1000, true },
    { "long ago", 1000, 1000 + 24 * HOUR, true },
    { "the longest there can be", 1000 + HOUR, 1000, false },
    { "by a clock that ran ahead", 1001 + HOUR, 1000, true },
    { "by a clock a day ahead", 1000 + 24 * HOUR, 1000, true },
};

static void a_lease_runs_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(leases); i++) {
        if (job_lease_ran_out(leases[i].until, leases[i].now) != leases[i].out)
            fail_msg("%s", leases[i].why);
    }
}

static const struct {
    const char       *why;
    struct job_return returned;
    enum job_event    event;
} returns[] = {
    { "done", { OK, false, false, 1, 3 }, JOB_EVENT_FINISH },
    { "done, though somebody wanted it stopped", { OK, false, true, 1, 3 }, JOB_EVENT_FINISH },
    { "the server stops", { ERR_BUSY, true, false, 3, 3 }, JOB_EVENT_RELEASE },
    { "stopped because it was wanted", { ERR_BUSY, true, true, 1, 3 }, JOB_EVENT_CANCEL },
    { "the store was busy", { ERR_BUSY, false, false, 1, 3 }, JOB_EVENT_TRY_AGAIN },
    { "the disk", { ERR_IO, false, false, 2, 3 }, JOB_EVENT_TRY_AGAIN },
    { "once too often", { ERR_IO, false, false, 3, 3 }, JOB_EVENT_FAIL },
    { "in the way, and wanted stopped", { ERR_IO, false, true, 1, 3 }, JOB_EVENT_CANCEL },
    { "the input has faults", { ERR_REFUSED, false, false, 1, 3 }, JOB_EVENT_FAIL },
    { "it would be the same again", { ERR_CHECK, false, false, 1, 3 }, JOB_EVENT_FAIL },
    { "failed by itself, though wanted stopped", { ERR_CHECK, false, true, 1, 3 },
      JOB_EVENT_FAIL },
    { "a bug", { ERR_BUG, false, false, 1, 3 }, JOB_EVENT_FAIL },
};

static void what_a_handler_returns_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(returns); i++) {
        if (job_event_of(&returns[i].returned) != returns[i].event)
            fail_msg("%s", returns[i].why);
    }
}

static void it_is_tried_again_later_and_later(void **state)
{
    (void)state;
    assert_int_equal(job_retry_delay_ms(0), 1000);
    assert_int_equal(job_retry_delay_ms(1), 1000);
    assert_int_equal(job_retry_delay_ms(2), 2000);
    assert_int_equal(job_retry_delay_ms(9), 256000);
    assert_int_equal(job_retry_delay_ms(10), 300000);
    assert_int_equal(job_retry_delay_ms(INT32_MAX), 300000);
}

static void progress_is_told_once_a_second(void **state)
{
    (void)state;
    assert_false(job_progress_due(5000, 5000));
    assert_false(job_progress_due(5000, 5999));
    assert_true(job_progress_due(5000, 6000));
    assert_true(job_progress_due(5000, 4999));      /* the clock was put back */
}

static void a_kind_is_words_and_points(void **state)
{
    static const char *const good[] = { "backup", "evidence.collect", "a.b.c2" };
    static const char *const bad[] = {
        "", ".", "a.", ".a", "a..b", "Backup", "a b", "a_b", "a%", "a,b",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(job_kind_sane(text_of(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(job_kind_sane(text_of(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_in_every_state),
        cmocka_unit_test(nothing_happens_to_what_has_ended),
        cmocka_unit_test(states_have_words),
        cmocka_unit_test(a_lease_runs_out),
        cmocka_unit_test(what_a_handler_returns_decides),
        cmocka_unit_test(it_is_tried_again_later_and_later),
        cmocka_unit_test(progress_is_told_once_a_second),
        cmocka_unit_test(a_kind_is_words_and_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
