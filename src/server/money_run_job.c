/* server/money_run_job.c -- the job that works a run out: the server's store for
 * finance/finance_run_job.c. */
#include "finance/finance_run.h"
#include "server/chores.h"

enum err money_run_job(struct job_run *run, void *context, struct trouble *trouble)
{
    const struct chores *chores = context;

    return money_run_work(run, chores->server->db, trouble);
}
