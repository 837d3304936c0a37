/*
 * server/ledger_import_job.c -- the job that takes an extract in: the server's store and keys for
 * finance/finance_import_job.c.
 */
#include "finance/finance_import.h"
#include "server/chores.h"

enum err ledger_import_job(struct job_run *run, void *context, struct trouble *trouble)
{
    const struct chores *chores = context;
    const struct council *council = NULL;

    for (size_t i = 0; i < chores->councils.count; i++)
        if (chores->councils.council[i].id == run->lease->council)
            council = &chores->councils.council[i];
    if (council == NULL)
        return fail(trouble, ERR_MISSING, "there is no such council");
    const struct extract_desk desk = {
        .db = chores->server->db, .outside = run->server->outside, .clock = clock_now,
        .council = { council->id, council->code,
                     keyring_master(&chores->server->keyring, council->code) },
        .actor = run->lease->asked_by, .spool = server_spool() };
    return desk.council.master == NULL
               ? fail(trouble, ERR_MISSING, "the server has no key of %.*s", TEXT(council->code))
               : ledger_import_work(run, &desk, trouble);
}
