/*
 * store/job_run.h -- what a handler, the work of one kind of job, sees and may do.
 *
 *     static enum err collect(struct job_run *run, void *context, struct trouble *trouble)
 *     {
 *         ... how far was it? run->lease->checkpoint ...
 *         for (; piece < pieces; piece++) {
 *             if ((err = job_progress(run, piece, pieces, words, &stop, trouble)) != OK)
 *                 return err;
 *             if (stop)
 *                 return job_stopped(run, trouble);
 *             ... slow work, outside of any transaction ...
 *             if ((err = job_write(run, keep_piece, &kept, trouble)) != OK)
 *                 return err;
 *         }
 *         return job_finish(run, keep_last, &kept, &outcome, trouble);
 *     }
 *
 * A handler may be called again from its start, on another server, at any moment: it writes to the
 * store only by job_write() and job_finish(), which do nothing once the job was taken over, and
 * what it wrote before it finds again -- in its own tables, or in the checkpoint, a text of its
 * own that job_checkpoint() keeps in the same transaction as a piece of work. What it changes
 * outside of the store must bear being done twice.
 *
 * What it returns decides (job_event_of): OK is done, as by job_finish() without a last piece of
 * work; job_stopped() puts the job back, or cancels it; ERR_BUSY and ERR_IO are tried again later,
 * as often as its kind may; anything else has failed, with the trouble's message as the outcome.
 */
#ifndef OCHIL_JOB_RUN_H
#define OCHIL_JOB_RUN_H

#include <stdatomic.h>

#include "store/job_lease.h"

/* What other threads tell the one that works. */
struct job_signs {
    atomic_bool cancel;     /* somebody wants the job stopped */
    atomic_bool leave;      /* the server stops */
    atomic_bool lost;       /* the job was taken over */
};

struct job_run {
    const struct job_server *server;
    const struct job_lease  *lease;     /* the job, its arguments and checkpoint, the attempt */
    struct arena            *arena;     /* for the handler; freed when it has come back */
    struct job_signs        *signs;
    struct moment            told_at;   /* when progress was last written */
    bool                     told;
    bool                     ended;     /* by job_finish() */
    bool                     stopped;   /* by job_stopped() */
};

/* One transaction in the scope of the job's council, with the handler's arena: it counts only if
 * the job is still this run's. ERR_CONFLICT: it was taken over (or a constraint of the work's). */
MUST_USE enum err job_write(struct job_run *, db_work *work, void *context, struct trouble *);

/* The last piece of work (NULL: none) and the job's end in one transaction. `outcome` is read
 * after the work, which may fill it. */
MUST_USE enum err job_finish(struct job_run *, db_work *work, void *context,
                             const struct job_outcome *outcome, struct trouble *);

/* Within a work of job_write(): the handler's own words on how far it is, at most JOB_JSON_MAX
 * characters, for the next attempt. */
MUST_USE enum err job_checkpoint(struct tx *, const struct job_run *, struct text checkpoint,
                                 struct trouble *);

/* Tells people how far the work is (`of` 0: not known) and renews the lease; written at most once
 * a second, so it may be called as often as one likes. `*stop`: the handler should stop, at a
 * place of its choice. ERR_CONFLICT: the job was taken over. */
MUST_USE enum err job_progress(struct job_run *, int64_t done, int64_t of, struct text words,
                               bool *stop, struct trouble *);

/* What a handler returns that stops because it was told to. */
MUST_USE enum err job_stopped(struct job_run *, struct trouble *);

/* Calls the handler with what `run` begins with (server, lease, arena, signs) and ends the lease
 * as it returns. OK: the job was ended, or put back, or had been taken over. */
MUST_USE enum err job_run_whole(struct job_run *run, struct trouble *);

#endif
