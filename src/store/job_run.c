#include "store/job_run.h"

#include <assert.h>
#include <stdio.h>

static const struct text words_when_done = { "Done", 4 };

enum err job_write(struct job_run *run, db_work *work, void *context, struct trouble *trouble)
{
    assert(!run->ended);
    return job_lease_write(run->server, run->lease, run->arena, work, context, trouble);
}

enum err job_finish(struct job_run *run, db_work *work, void *context,
                    const struct job_outcome *outcome, struct trouble *trouble)
{
    const struct job_ending ending = { JOB_EVENT_FINISH, outcome, run->arena, work, context };

    assert(!run->ended);
    enum err err = job_lease_end(run->server, run->lease, &ending, trouble);
    run->ended = err == OK;
    return err;
}

enum err job_checkpoint(struct tx *tx, const struct job_run *run, struct text checkpoint,
                        struct trouble *trouble)
{
    return job_lease_checkpoint(tx, run->lease, checkpoint, trouble);
}

/* --- progress --- */

static enum err tell(struct job_run *run, const struct job_progress *progress,
                     struct trouble *trouble)
{
    bool cancel = false;
    enum err err = job_lease_beat(run->server, run->lease, progress, &cancel, trouble);

    if (err == OK && cancel)
        atomic_store(&run->signs->cancel, true);
    return err;
}

enum err job_progress(struct job_run *run, int64_t done, int64_t of, struct text words, bool *stop,
                      struct trouble *trouble)
{
    const struct moment now = run->server->clock.now(run->server->clock.context);
    const struct job_progress progress = { done, of, words };

    *stop = true;
    if (atomic_load(&run->signs->lost))
        return fail(trouble, ERR_CONFLICT, "job %lld was taken over", (long long)run->lease->job);
    if (!run->told || job_progress_due(run->told_at.ms, now.ms)) {
        enum err err = tell(run, &progress, trouble);
        if (err != OK)
            return err;
        run->told = true;
        run->told_at = now;
    }
    *stop = atomic_load(&run->signs->cancel) || atomic_load(&run->signs->leave);
    return OK;
}

enum err job_stopped(struct job_run *run, struct trouble *trouble)
{
    run->stopped = true;
    return fail(trouble, ERR_BUSY, atomic_load(&run->signs->cancel) ? "Cancelled"
                                                                    : "The server stops");
}

/* --- the whole run --- */

/* A handler's message as the outcome: what was cut within a character loses its beginning too, and
 * what is no text at all is said to be none. */
static struct text words_of(const struct trouble *trouble, enum err err, char *room, size_t size)
{
    struct text words = text_of(trouble->text);

    for (int cut = 0; cut < 3 && words.size > 0 && !text_is_utf8(words); cut++)
        words.size--;
    if (words.size > 0 && text_is_utf8(words))
        return words;
    (void)snprintf(room, size, "It failed (error %d)", (int)err);
    return text_of(room);
}

static enum err call(struct job_run *run, struct trouble *trouble)
{
    ARENA_KEEP(outer, run->arena);

    if (ARENA_GUARD(run->arena))
        return fail(trouble, ERR_IO, "out of memory");
    return run->lease->kind->work(run, run->lease->kind->context, trouble);
}

enum err job_run_whole(struct job_run *run, struct trouble *trouble)
{
    struct trouble why = { 0 };
    char room[64];
    const enum err err = call(run, &why);
    const struct job_return returned = { err, run->stopped, atomic_load(&run->signs->cancel),
                                         run->lease->attempt, run->lease->kind->attempts };
    const struct job_outcome outcome = {
        err == OK ? words_when_done : words_of(&why, err, room, sizeof room), { "", 0 }
    };
    const struct job_ending ending = { .event = job_event_of(&returned), .outcome = &outcome };

    if (run->ended)
        return OK;
    enum err ended = job_lease_end(run->server, run->lease, &ending, trouble);
    if (ended == ERR_CONFLICT)
        *trouble = (struct trouble){ 0 };       /* its new holder ends it */
    return ended == ERR_CONFLICT ? OK : ended;
}
