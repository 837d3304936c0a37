/*
 * store/job.h -- jobs: long work that outlives a request, and a server.
 *
 * A job is put into the queue in the transaction of what asked for it, so there is never one
 * without the other. Some server's worker takes it (job_lease.h, job_runner.h) and it ends once:
 * done, failed or cancelled, with a sentence for people. Its beginning and its end are entries of
 * the trail: job.add, job.cancel, job.done, job.failed, job.cancelled.
 *
 * A job belongs to a council, or to the system itself (council 0). What every server must see to
 * find work -- the queue's row -- says nothing of what the work is about; arguments, progress and
 * outcome are rows of their own that only their council's transactions see (0005_job.sql). The
 * other way, a scope in which the system sees everything, would be a way round every council's
 * rights instead of this one table's.
 *
 * units   times are milliseconds since 1970, UTC.
 *
 * Read next: job_rules.h (states), job_run.h (what a handler sees), job_runner.h.
 */
#ifndef OCHIL_JOB_H
#define OCHIL_JOB_H

#include "base/outside.h"
#include "store/db.h"
#include "store/job_rules.h"

#define JOB_PRIORITY_MOST 9
#define JOB_PRIORITY_USUAL 5
#define JOB_JSON_MAX 16384      /* characters of arguments, checkpoint and result */
#define JOB_WORDS_MAX 200       /* of progress */

struct job_order {
    struct moment now;
    struct text   kind;         /* "evidence.collect" (job_kind_sane) */
    int64_t       council;      /* 0: the system's */
    struct text   asked_by;     /* the account, or "system" */
    struct text   arguments;    /* JSON for the handler; may be empty */
    struct moment not_before;   /* { 0 }: at once */
    int           priority;     /* 0 to 9, the highest first */
    /* What makes it this job and no other, at most 200 characters, nothing personal: of the same
     * kind and council there is one with this key, for good. Empty: none. */
    struct text   idempotency;
    struct text   request;      /* for the trail; may be empty */
};

/* Puts the job into the queue when `tx` commits; `*id` is that of the earlier one if its key was
 * used before, whatever became of it. `tx` is in the scope of the job's council, else ERR_RIGHTS.
 * ERR_USAGE: a kind or priority that cannot be. ERR_CONFLICT: texts longer than the constraints of
 * 0005_job.sql let pass. ERR_MISSING: no such council. */
MUST_USE enum err job_add(struct tx *, const struct outside *, const struct job_order *,
                          int64_t *id, struct trouble *);

struct job_cancel {
    struct moment now;
    int64_t       council;
    int64_t       id;
    struct text   actor;
    struct text   request;
};

/* Wants it stopped: what waits is cancelled at once, what is being worked on when its handler next
 * asks. ERR_MISSING: the council has no such job. ERR_CONFLICT: it has ended. */
MUST_USE enum err job_cancel(struct tx *, const struct outside *, const struct job_cancel *,
                             struct trouble *);

/* A job as pages and the API show it. */
struct job {
    int64_t        id;
    struct text    kind;
    enum job_state state;
    int            priority;
    struct moment  not_before, added_at;
    struct moment  ended_at;        /* { 0 }: not yet */
    int            attempt;         /* how often it was begun */
    bool           cancel_wanted;
    struct text    asked_by;
    struct text    arguments;
    struct moment  progress_at;     /* { 0 }: never told */
    int64_t        done, of;        /* of 0: not known */
    struct text    progress;
    struct text    outcome;         /* a sentence; empty until it has ended */
    struct text    result;          /* JSON, or empty */
};

/* What `out` points at lives in `arena`. ERR_MISSING: the council has no such job. */
MUST_USE enum err job_load(struct tx *, struct arena *, int64_t council, int64_t id,
                           struct job *out, struct trouble *);

#define JOB_LIST_MAX 500

struct job_filter {
    int64_t               council;
    const enum job_state *state;    /* NULL: any */
    struct text           kind;     /* empty: any */
    int64_t               below;    /* ids lower than this, for the next page; 0: from the newest */
    int                   rows;     /* at most; 1 to JOB_LIST_MAX */
};

/* The newest first. */
MUST_USE enum err job_list(struct tx *, struct arena *, const struct job_filter *,
                           struct job **out, size_t *count, struct trouble *);

#endif
