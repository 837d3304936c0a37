/*
 * store/job_runner.h -- the threads of a server that work on jobs.
 *
 * Each of some workers takes a job, calls its handler and ends it; one more thread renews the
 * leases of all meanwhile. A worker that finds nothing looks again after a while, twice as long
 * each time up to a limit; job_runner_wake() shortens that for jobs that this server itself has
 * added. Any number of servers may do so over one store.
 *
 * What goes wrong with the store is told and tried again; a job whose end could not be written is
 * left, and its lease runs out.
 */
#ifndef OCHIL_JOB_RUNNER_H
#define OCHIL_JOB_RUNNER_H

#include "store/job_run.h"

#define JOB_WORKERS_MAX 64

struct job_runner;

struct job_runner_options {
    struct db             *db;
    const struct outside  *outside;
    struct job_clock       clock;           /* asked from any thread */
    const struct job_kind *kinds;           /* ends at one without a name */
    int                    workers;         /* 1 to JOB_WORKERS_MAX */
    int64_t                look_ms;         /* how soon a worker looks again; 0: 200 */
    int64_t                look_most_ms;    /* and at the latest; 0: 5000 */
    /* What no job's outcome says: the store cannot be reached and the like. From any thread; may
     * be NULL. */
    void                 (*tell)(void *context, const char *words);
    void                  *tell_context;
};

/* Begins; what is needed lives in `arena` until job_runner_stop(). */
MUST_USE enum err job_runner_start(struct arena *, const struct job_runner_options *,
                                   struct job_runner **out, struct trouble *);

/* There may be work. */
void job_runner_wake(struct job_runner *);

/* Tells the handlers to stop, waits until all have finished or put their jobs back. A handler that
 * never asks (job_progress) is waited for. NULL is let pass. */
void job_runner_stop(struct job_runner *);

#endif
