#include "store/job_rules.h"

#include <assert.h>

static const char *const words[JOB_STATES] = { "queued", "running", "done", "failed",
                                               "cancelled" };

static const struct way {
    enum job_state from;
    enum job_event event;
    enum job_state to;
} ways[] = {
    { JOB_QUEUED,  JOB_EVENT_TAKE,      JOB_RUNNING },
    { JOB_QUEUED,  JOB_EVENT_CANCEL,    JOB_CANCELLED },
    { JOB_RUNNING, JOB_EVENT_TAKE_OVER, JOB_RUNNING },
    { JOB_RUNNING, JOB_EVENT_FINISH,    JOB_DONE },
    { JOB_RUNNING, JOB_EVENT_FAIL,      JOB_FAILED },
    { JOB_RUNNING, JOB_EVENT_TRY_AGAIN, JOB_QUEUED },
    { JOB_RUNNING, JOB_EVENT_RELEASE,   JOB_QUEUED },
    { JOB_RUNNING, JOB_EVENT_CANCEL,    JOB_CANCELLED },
};

const char *job_state_word(enum job_state state)
{
    assert(state < JOB_STATES);
    return words[state];
}

bool job_state_of_word(struct text word, enum job_state *state)
{
    for (size_t i = 0; i < JOB_STATES; i++) {
        if (text_is(word, words[i])) {
            *state = (enum job_state)i;
            return true;
        }
    }
    return false;
}

bool job_state_after(enum job_state from, enum job_event event, enum job_state *to)
{
    for (size_t i = 0; i < COUNT(ways); i++) {
        if (ways[i].from == from && ways[i].event == event) {
            *to = ways[i].to;
            return true;
        }
    }
    return false;
}

bool job_state_ended(enum job_state state)
{
    for (size_t i = 0; i < COUNT(ways); i++) {
        if (ways[i].from == state)
            return false;
    }
    return true;
}

bool job_lease_ran_out(int64_t lease_until_ms, int64_t now_ms)
{
    return lease_until_ms <= now_ms || lease_until_ms > now_ms + JOB_LEASE_MS_MAX;
}

enum job_event job_event_of(const struct job_return *returned)
{
    if (returned->err == OK)
        return JOB_EVENT_FINISH;
    if (returned->stopped)
        return returned->cancel_wanted ? JOB_EVENT_CANCEL : JOB_EVENT_RELEASE;
    if (returned->err != ERR_BUSY && returned->err != ERR_IO)
        return JOB_EVENT_FAIL;
    if (returned->cancel_wanted)
        return JOB_EVENT_CANCEL;
    return returned->attempt < returned->attempts ? JOB_EVENT_TRY_AGAIN : JOB_EVENT_FAIL;
}

int64_t job_retry_delay_ms(int attempt)
{
    const int64_t most = 300000;
    const int64_t delay = attempt >= 10 ? most : (int64_t)1000 << (attempt < 1 ? 0 : attempt - 1);

    return delay < most ? delay : most;
}

bool job_progress_due(int64_t last_ms, int64_t now_ms)
{
    return now_ms < last_ms || now_ms - last_ms >= JOB_PROGRESS_MS;
}

bool job_kind_sane(struct text kind)
{
    bool letter = false;        /* the character before was one */

    for (size_t i = 0; i < kind.size; i++) {
        const char c = kind.data[i];
        const bool now = (c >= 'a' && c <= 'z') || is_digit(c);
        if (!now && (c != '.' || !letter))
            return false;
        letter = now;
    }
    return letter && kind.size <= 64;
}
