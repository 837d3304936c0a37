/*
 * store/job_runner.c -- workers, and the thread that renews their leases.
 *
 * A worker's lease is written under `mutex` only; the thread of beats copies it there and works
 * on the copy, since a beat may wait for the store. What a beat brings back counts only while the
 * worker still has the same lease.
 */
#include "store/job_runner.h"

#include <assert.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/bell_io.h"

#define JOB_NICE 5              /* more of it, and who waits for a write of theirs waits too long */

struct worker {
    struct job_runner *runner;
    pthread_t          thread;
    bool               started;
    struct arena       arena;       /* of the job at hand */
    struct job_lease   lease;       /* under the mutex */
    bool               busy;        /* so is this: the lease is held */
    struct job_signs   signs;
};

struct job_runner {
    struct job_runner_options options;
    struct job_server         server;
    struct worker            *worker;
    pthread_mutex_t           mutex;
    struct bell               work;         /* something to do, or the end */
    struct bell               end_beats;
    atomic_bool               stopping;
    pthread_t                 beats;
    bool                      beating;
    int64_t                   beat_ms;
};

static void tell(const struct job_runner *runner, const char *what, const struct trouble *trouble)
{
    char words[sizeof trouble->text + 64];

    (void)snprintf(words, sizeof words, "%s: %s", what, trouble->text);
    if (runner->options.tell != NULL)
        runner->options.tell(runner->options.tell_context, words);
}

static void lock(struct job_runner *runner)
{
    int failed = pthread_mutex_lock(&runner->mutex);

    assert(failed == 0);
}

static void unlock(struct job_runner *runner)
{
    int failed = pthread_mutex_unlock(&runner->mutex);

    assert(failed == 0);
}

/* --- beats --- */

/* A copy of the lease that the worker holds; false: it holds none. */
static bool lease_of(struct worker *worker, struct job_lease *lease)
{
    lock(worker->runner);
    const bool busy = worker->busy;
    *lease = worker->lease;
    unlock(worker->runner);
    return busy;
}

static void tell_worker(struct worker *worker, const struct job_lease *lease, bool lost,
                        bool cancel)
{
    lock(worker->runner);
    if (worker->busy && worker->lease.job == lease->job && worker->lease.token == lease->token) {
        if (lost)
            atomic_store(&worker->signs.lost, true);
        if (cancel)
            atomic_store(&worker->signs.cancel, true);
    }
    unlock(worker->runner);
}

static void beat(struct job_runner *runner, struct worker *worker)
{
    struct trouble trouble = { 0 };
    struct job_lease lease;
    bool cancel = false;

    if (!lease_of(worker, &lease))
        return;
    enum err err = job_lease_beat(&runner->server, &lease, NULL, &cancel, &trouble);
    if (err != OK && err != ERR_CONFLICT)
        tell(runner, "a job's lease could not be renewed", &trouble);
    tell_worker(worker, &lease, err == ERR_CONFLICT, cancel);
}

static void *keep_beating(void *context)
{
    struct job_runner *runner = context;
    uint64_t heard = 0;

    while (!bell_wait(&runner->end_beats, &heard, runner->beat_ms)) {
        for (int i = 0; i < runner->options.workers; i++)
            beat(runner, &runner->worker[i]);
    }
    return NULL;
}

/* --- work --- */

static void hold(struct worker *worker, const struct job_lease *lease)
{
    lock(worker->runner);
    worker->lease = *lease;
    worker->busy = true;
    atomic_store(&worker->signs.cancel, false);
    atomic_store(&worker->signs.lost, false);
    unlock(worker->runner);
}

static void let_go(struct worker *worker)
{
    lock(worker->runner);
    worker->busy = false;
    unlock(worker->runner);
}

static enum err take(struct worker *worker, struct job_lease *lease, bool *found,
                     struct trouble *trouble)
{
    ARENA_KEEP(outer, &worker->arena);

    if (ARENA_GUARD(&worker->arena))
        return fail(trouble, ERR_IO, "out of memory");
    return job_lease_take(&worker->runner->server, &worker->arena, lease, found, trouble);
}

/* One job, if there is one. False: there is none, or the store has a trouble. */
static bool work_once(struct worker *worker)
{
    struct job_runner *runner = worker->runner;
    struct trouble trouble = { 0 };
    struct job_lease lease = { 0 };
    bool found = false;
    enum err err = take(worker, &lease, &found, &trouble);

    if (err != OK)
        tell(runner, "no job could be taken", &trouble);
    if (err == OK && found) {
        struct job_run run = { .server = &runner->server, .lease = &lease,
                               .arena = &worker->arena, .signs = &worker->signs };
        hold(worker, &lease);
        err = job_run_whole(&run, &trouble);
        let_go(worker);
        if (err != OK)
            tell(runner, "a job's end could not be written", &trouble);
    }
    arena_free(&worker->arena);
    return err == OK && found;
}

/* Pages are waited for, jobs are not: this thread, and those that it begins, give way to all
 * others. On Linux 0 is the calling thread alone; where it is forbidden they do not. */
static void give_way(void)
{
    (void)setpriority(PRIO_PROCESS, 0, JOB_NICE);
}

static void *keep_working(void *context)
{
    struct worker *worker = context;
    struct job_runner *runner = worker->runner;
    int64_t wait_ms = runner->options.look_ms;

    give_way();

    while (!atomic_load(&runner->stopping)) {
        uint64_t heard = bell_heard(&runner->work);
        if (work_once(worker)) {
            wait_ms = runner->options.look_ms;
            continue;
        }
        if (bell_wait(&runner->work, &heard, atomic_load(&runner->stopping) ? 0 : wait_ms))
            wait_ms = runner->options.look_ms;
        else if ((wait_ms *= 2) > runner->options.look_most_ms)
            wait_ms = runner->options.look_most_ms;
    }
    return NULL;
}

/* --- beginning and end --- */

/* A lease survives two beats that fail. */
static int64_t beat_ms_of(const struct job_kind *kinds)
{
    int64_t least = JOB_LEASE_MS_MAX;

    for (; kinds->name != NULL; kinds++)
        least = kinds->lease_ms < least ? kinds->lease_ms : least;
    return least < 3 ? 1 : least / 3;
}

static struct job_runner *runner_make(struct arena *arena,
                                      const struct job_runner_options *options)
{
    struct job_runner *runner = arena_take(arena, 1, sizeof *runner);
    struct job_runner_options *own = &runner->options;

    assert(options->workers >= 1 && options->workers <= JOB_WORKERS_MAX);
    *own = *options;
    own->look_ms = own->look_ms > 0 ? own->look_ms : 200;
    own->look_most_ms = own->look_most_ms > own->look_ms ? own->look_most_ms : 5000;
    runner->server = (struct job_server){ .db = own->db, .outside = own->outside,
                                          .clock = own->clock, .kinds = own->kinds };
    runner->beat_ms = beat_ms_of(own->kinds);
    runner->worker = arena_take(arena, (size_t)own->workers, sizeof *runner->worker);
    for (int i = 0; i < own->workers; i++)
        runner->worker[i].runner = runner;
    return runner;
}

static void locks_open(struct job_runner *runner)
{
    int failed = pthread_mutex_init(&runner->mutex, NULL);

    assert(failed == 0);
    bell_open(&runner->work);
    bell_open(&runner->end_beats);
}

/* True when all run. */
static bool threads_start(struct job_runner *runner)
{
    bool good = pthread_create(&runner->beats, NULL, keep_beating, runner) == 0;

    runner->beating = good;
    for (int i = 0; i < runner->options.workers && good; i++) {
        struct worker *worker = &runner->worker[i];
        good = pthread_create(&worker->thread, NULL, keep_working, worker) == 0;
        worker->started = good;
    }
    return good;
}

enum err job_runner_start(struct arena *arena, const struct job_runner_options *options,
                          struct job_runner **out, struct trouble *trouble)
{
    struct job_runner *runner = runner_make(arena, options);
    enum err err = job_server_open(&runner->server, arena, trouble);

    if (err != OK)
        return err;
    locks_open(runner);
    if (!threads_start(runner)) {
        job_runner_stop(runner);
        return fail(trouble, ERR_IO, "no thread could be begun");
    }
    *out = runner;
    return OK;
}

void job_runner_wake(struct job_runner *runner)
{
    bell_ring(&runner->work);
}

/* Beats go on until the last handler has come back. */
void job_runner_stop(struct job_runner *runner)
{
    if (runner == NULL)
        return;
    atomic_store(&runner->stopping, true);
    for (int i = 0; i < runner->options.workers; i++)
        atomic_store(&runner->worker[i].signs.leave, true);
    bell_ring(&runner->work);
    for (int i = 0; i < runner->options.workers; i++) {
        if (runner->worker[i].started)
            (void)pthread_join(runner->worker[i].thread, NULL);
    }
    bell_ring(&runner->end_beats);
    if (runner->beating)
        (void)pthread_join(runner->beats, NULL);
    bell_close(&runner->work);
    bell_close(&runner->end_beats);
    (void)pthread_mutex_destroy(&runner->mutex);
}
