/*
 * store/job_rules.h -- the life of a job: its states, what may happen in each, and when. Pure.
 *
 *                 take                    end
 *     (add) queued -----> running ---------------------> done, failed, cancelled
 *             ^  |          |  | take over: the lease ran out
 *             |  |          |  +-> running
 *             |  +- cancel -|------------------------------------------> cancelled
 *             +-------------+ try again, release
 *
 * units   milliseconds, everywhere.
 * source  shared practice of job queues with leases and fencing tokens; all figures are ours.
 */
#ifndef OCHIL_JOB_RULES_H
#define OCHIL_JOB_RULES_H

#include "base/text.h"

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };
#define JOB_STATES 5

enum job_event {
    JOB_EVENT_TAKE,         /* a server begins, or begins again */
    JOB_EVENT_TAKE_OVER,    /* another one goes on: the lease ran out */
    JOB_EVENT_FINISH,       /* the work is done */
    JOB_EVENT_FAIL,         /* it cannot be done */
    JOB_EVENT_TRY_AGAIN,    /* not now, but later */
    JOB_EVENT_RELEASE,      /* the server stops: somebody else may go on at once */
    JOB_EVENT_CANCEL        /* somebody wanted it stopped, and it is */
};
#define JOB_EVENTS 7

/* "queued", "running"...: as the store has them. */
const char *job_state_word(enum job_state);
bool job_state_of_word(struct text word, enum job_state *);

/* Where the event leads; false: it cannot happen in this state. */
bool job_state_after(enum job_state from, enum job_event event, enum job_state *to);

/* No event leads out of it. */
bool job_state_ended(enum job_state);

/* A lease is at most this long, so one that ends later still was written by a clock that is
 * wrong. */
#define JOB_LEASE_MS_MAX 3600000

/* May others take it over? At its end, and where it ends so late that it cannot be true. */
bool job_lease_ran_out(int64_t lease_until_ms, int64_t now_ms);

/* What is said of a job that has ended. */
struct job_outcome {
    struct text words;      /* one sentence for people */
    struct text result;     /* JSON, or empty */
};

/* How a handler came back. */
struct job_return {
    enum err err;
    bool     stopped;           /* it says that it stopped because it was told to */
    bool     cancel_wanted;
    int      attempt, attempts; /* this one, and how many there may be */
};

/* What becomes of the job. What was only in the way (ERR_BUSY, ERR_IO) is tried again; anything
 * else would be the same the next time. */
enum job_event job_event_of(const struct job_return *);

/* How long to wait before it is tried again: a second, then twice as long each time, to five
 * minutes. `attempt`: that has failed, from 1. */
int64_t job_retry_delay_ms(int attempt);

/* Progress is written at most this often. */
#define JOB_PROGRESS_MS 1000

/* Is it time? Also when the clock was put back, else progress would stand still. */
bool job_progress_due(int64_t last_ms, int64_t now_ms);

/* Words of lower-case letters and digits, joined by single points: "evidence.collect". At most 64
 * characters. */
bool job_kind_sane(struct text kind);

#endif
