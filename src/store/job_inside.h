/*
 * store/job_inside.h -- the queue's row, as the files job*.c read and move it, and nobody else.
 */
#ifndef OCHIL_JOB_INSIDE_H
#define OCHIL_JOB_INSIDE_H

#include "base/outside.h"
#include "store/db.h"
#include "store/job_rules.h"

#define JOB_HOLDER_SIZE 33      /* 32 hex digits and a NUL */

struct job_row {
    int64_t        id, council;
    char           kind[65];
    enum job_state state;
    int64_t        not_before;
    int64_t        token;
    int            attempt;
    bool           cancel_wanted;
    int64_t        lease_until;                 /* running alone, as is the holder */
    char           holder[JOB_HOLDER_SIZE];
};

/* Reads a statement that gives job_row (job.sql). ERR_CHECK: a state that there is not. */
MUST_USE enum err job_row_read(struct statement *, struct job_row *, struct trouble *);

/* ERR_MISSING: the council has no such job. */
MUST_USE enum err job_row_find(struct tx *, int64_t council, int64_t id, struct job_row *,
                               struct trouble *);

/* Changes the row: `event` happens to `row`, which was read in this transaction and becomes what
 * is written. What the event leaves open (token, attempt, lease, not_before) the caller has set
 * in `row`; `token_before` is the one that stands there.
 * ERR_CONFLICT: the event cannot happen in this state, or the token is another. */
MUST_USE enum err job_row_move(struct tx *, struct job_row *, enum job_event event,
                               int64_t token_before, struct moment now, struct trouble *);

/* It has ended as `row->state` says: the outcome, and the trail's entry. Lengths are those of
 * job_detail; more is ERR_CONFLICT. */
MUST_USE enum err job_row_ended(struct tx *, const struct outside *, const struct job_row *,
                                const struct job_outcome *, struct text actor, struct moment now,
                                struct trouble *);

/* An entry of the trail about the job. What it says is the job's kind: neither arguments nor
 * outcome, which may be personal and are not for ever. */
struct job_entry {
    struct moment now;
    struct text   actor;
    int64_t       council;
    const char   *action;
    struct text   kind;
    int64_t       id;
    struct text   request;
};
MUST_USE enum err job_trail(struct tx *, const struct outside *, const struct job_entry *,
                            struct trouble *);

#endif
