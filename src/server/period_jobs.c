/*
 * server/period_jobs.c -- the jobs of a locked period: the server's store, and the keys of every
 * council, for finance/finance_bundle_job.c.
 */
#include "finance/finance_bundle.h"
#include "server/chores.h"

static enum err open_desks(struct job_run *run, const struct chores *chores,
                           struct bundle_desks *out, struct trouble *trouble)
{
    struct extract_desk *desk = arena_take(run->arena, chores->councils.count + 1, sizeof *desk);

    for (size_t i = 0; i < chores->councils.count; i++) {
        const struct council *council = &chores->councils.council[i];
        desk[i] = (struct extract_desk){
            .db = chores->server->db, .outside = run->server->outside, .clock = clock_now,
            .council = { council->id, council->code,
                         keyring_master(&chores->server->keyring, council->code) },
            .actor = run->lease->asked_by, .spool = server_spool() };
        if (desk[i].council.master == NULL)
            return fail(trouble, ERR_MISSING, "the server has no key of %.*s",
                        TEXT(council->code));
    }
    *out = (struct bundle_desks){ desk, chores->councils.count,
                                   &chores->server->keyring.public };
    return OK;
}

enum err period_bundle_job(struct job_run *run, void *context, struct trouble *trouble)
{
    struct bundle_desks desks;
    enum err err = open_desks(run, context, &desks, trouble);

    return err == OK ? period_bundle_work(run, &desks, trouble) : err;
}

enum err period_recount_job(struct job_run *run, void *context, struct trouble *trouble)
{
    struct bundle_desks desks;
    enum err err = open_desks(run, context, &desks, trouble);

    return err == OK ? period_recount_work(run, &desks, trouble) : err;
}
