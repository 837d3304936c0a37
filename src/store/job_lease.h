/*
 * store/job_lease.h -- who works on a job: leases with a fencing token.
 *
 * A server takes the next job that is due and holds a lease: until then nobody else begins it.
 * While it works it renews the lease (a beat); when it dies the lease runs out, and whoever looks
 * next takes the job over, as another attempt. After as many attempts as its kind may have the job
 * has failed.
 *
 * Safety does not rest on time. Every lease has a token, one higher than the one before, and
 * everything that the work writes is written by job_lease_write(), whose transaction first looks
 * whether the token is still the job's. A server that was stopped for an hour and goes on as if
 * nothing had happened changes nothing any more. The end of a job can be in the transaction of
 * its last piece of work, so that work is done once.
 *
 * Time only decides how soon somebody else begins, and how often in vain. Clocks are the servers'
 * own, none is the database's. Of two servers whose clocks differ by less than a lease less two
 * beats, neither takes work away from the other. Beyond that, and after a step of one clock, work
 * may be begun a second time and attempts be used up, but what is done is done once. A lease that
 * would end later than any lease can (JOB_LEASE_MS_MAX) was written by a clock that ran ahead; it
 * counts as run out, so that such a clock delays nothing for longer.
 *
 * Errors, beyond those of db.h:
 *   ERR_CONFLICT  the job was taken over, or has ended: stop, nothing can be written any more
 *
 * Read next: job_run.h (what a handler sees of this).
 */
#ifndef OCHIL_JOB_LEASE_H
#define OCHIL_JOB_LEASE_H

#include "base/outside.h"
#include "store/db.h"
#include "store/job_rules.h"

struct job_run;

/* The work of one kind of job (job_run.h says what it may do). */
typedef enum err job_handler(struct job_run *, void *context, struct trouble *);

struct job_kind {
    const char  *name;          /* job_kind_sane() */
    job_handler *work;
    void        *context;       /* of `work` */
    int64_t      lease_ms;      /* 1 to JOB_LEASE_MS_MAX; a minute is usual. Three beats fit in. */
    int          attempts;      /* 1 and up */
};

struct job_clock {
    struct moment (*now)(void *context);
    void           *context;
};

/* Who works. The parts before the line are the caller's. */
struct job_server {
    struct db             *db;
    const struct outside  *outside;
    struct job_clock       clock;
    const struct job_kind *kinds;       /* ends at one without a name */
    /* by job_server_open() */
    char                   holder[33];  /* this server among others: 32 hex digits, random */
    const char            *kind_list;   /* ",a,b,": as queries take it */
};

/* Draws the holder. Memory is of `arena`. ERR_USAGE: a kind that cannot be. */
MUST_USE enum err job_server_open(struct job_server *, struct arena *, struct trouble *);

struct job_lease {
    int64_t                job, council;
    const struct job_kind *kind;
    int64_t                token;
    int                    attempt;         /* 1: the first */
    struct text            arguments, checkpoint, asked_by;
};

/* Takes the next job of the server's kinds, those whose lease ran out first, then by priority and
 * by when they are due; `*found` false: there is none. Texts live in `arena`. */
MUST_USE enum err job_lease_take(const struct job_server *, struct arena *, struct job_lease *out,
                                 bool *found, struct trouble *);

/* How far the work is, for people. */
struct job_progress {
    int64_t     done, of;       /* of 0: not known */
    struct text words;          /* at most JOB_WORDS_MAX characters */
};

/* Renews the lease, writes the progress if there is one (NULL: none), and tells whether somebody
 * wants the job stopped. */
MUST_USE enum err job_lease_beat(const struct job_server *, const struct job_lease *,
                                 const struct job_progress *, bool *cancel_wanted,
                                 struct trouble *);

/* db_write() in the scope of the job's council, if the lease is still the job's. The lease's time
 * is not asked: as long as nobody has taken over, the work is whole. */
MUST_USE enum err job_lease_write(const struct job_server *, const struct job_lease *,
                                  struct arena *, db_work *work, void *context, struct trouble *);

struct job_ending {
    enum job_event            event;        /* any but JOB_EVENT_TAKE and _TAKE_OVER */
    const struct job_outcome *outcome;      /* read after `work` */
    struct arena             *arena;        /* of `work`; may be NULL */
    db_work                  *work;         /* in the same transaction; NULL: none */
    void                     *context;
};

/* Ends the lease, and the job if the event does. When somebody wants the job stopped, it is
 * cancelled instead of put back into the queue. */
MUST_USE enum err job_lease_end(const struct job_server *, const struct job_lease *,
                                const struct job_ending *, struct trouble *);

/* Within job_lease_write(): the handler's own words, for whoever takes over. */
MUST_USE enum err job_lease_checkpoint(struct tx *, const struct job_lease *,
                                       struct text checkpoint, struct trouble *);

#endif
