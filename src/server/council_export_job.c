/*
 * server/council_export_job.c -- the job that packs everything of a council.
 *
 * Begun again after a kill it begins anew: what was packed before is an intake that was given up.
 */
#include "server/chores.h"
#include "store/council_export.h"

struct watching {
    struct job_run *run;
    bool            stop;
};

static enum err tell(void *context, uint64_t done, uint64_t of, struct trouble *trouble)
{
    struct watching *watching = context;
    enum err err = job_progress(watching->run, (int64_t)done, (int64_t)of,
                                text_of("bytes of evidence are packed"), &watching->stop, trouble);

    if (err == OK && watching->stop)
        err = fail(trouble, ERR_BUSY, "it was told to stop");
    return err;
}

static enum err finish(struct job_run *run, const struct council_exported *made,
                       struct trouble *trouble)
{
    const struct job_outcome outcome = {
        .words = text_of(arena_print(
            run->arena, "%llu bytes: %lld rows of %d tables, a trail of %llu entries, %llu files. "
            "Kept for %d days.", (unsigned long long)made->bytes, (long long)made->rows,
            made->tables, (unsigned long long)made->entries, (unsigned long long)made->files,
            COUNCIL_EXPORT_DAYS)),
        .result = text_of(council_export_result(run->arena, made)) };

    return job_finish(run, NULL, NULL, &outcome, trouble);
}

enum err council_export_work(struct job_run *run, void *context, struct trouble *trouble)
{
    const struct chores *chores = context;
    const struct council *council = NULL;
    struct watching watching = { run, false };
    struct council_exported made;

    for (size_t i = 0; i < chores->councils.count; i++)
        if (chores->councils.council[i].id == run->lease->council)
            council = &chores->councils.council[i];
    if (council == NULL)
        return fail(trouble, ERR_MISSING, "there is no such council");
    const struct council_exporting plan = {
        .db = chores->server->db, .url = settings_value(&chores->server->settings, "db"),
        .outside = run->server->outside, .clock = clock_now,
        .council = { council->id, council->code,
                     keyring_master(&chores->server->keyring, council->code) },
        .name = council->name, .actor = run->lease->asked_by, .spool = server_spool(), .tell = tell,
        .context = &watching };
    if (plan.council.master == NULL)
        return fail(trouble, ERR_MISSING, "the server has no key of %.*s", TEXT(council->code));
    enum err err = council_export_make(&plan, run->arena, &made, trouble);
    if (err != OK && watching.stop)
        return job_stopped(run, trouble);
    return err == OK ? finish(run, &made, trouble) : err;
}
