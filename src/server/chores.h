/*
 * server/chores.h -- what a server does at regular times, without being asked.
 *
 *   evidence.collect   every hour, for each council: takes away chunks that belong to no file, and
 *                      the council's exports that were kept long enough
 *   store.check        every day: audits the trail and every council's evidence
 *   backup             every day, if the setting `backups` names a folder; sealed to `backup-key`
 *
 * A chore is a job (store/job.h). Its key is the hour or day that it is for, so however many
 * servers stand over one store, it is put into the queue once and done once. One that was due
 * while no server ran is made up for once, by the next that starts.
 */
#ifndef OCHIL_SERVER_CHORES_H
#define OCHIL_SERVER_CHORES_H

#include "server/server.h"
#include "store/council.h"
#include "store/job_runner.h"

struct chores {
    struct server   *server;
    struct arena    *arena;         /* that stands as long as the chores do */
    struct councils  councils;
    struct job_kind *kinds;         /* for the runner; ends at one without a name */
    int64_t         *last;          /* for each chore: the hour or day it was last added for */
};

/* Memory is of `arena`. `server` has its store and its keys. */
MUST_USE enum err chores_open(struct chores *, struct arena *, struct server *,
                              struct trouble *);

/* To a folder, sealed to the key in the file `to` unless that is NULL; ends the job. */
MUST_USE enum err chores_back_up(struct job_run *, const struct chores *, const char *folder,
                                 const char *to, struct trouble *);

/* council_export_job.c: what a council asks for, and no chore: never due by itself. */
enum err council_export_work(struct job_run *, void *context, struct trouble *);

/* ledger_import_job.c: reads an extract for a council's books; the same. */
enum err ledger_import_job(struct job_run *, void *context, struct trouble *);

/* money_run_job.c: what a year comes to for each council, when somebody asks; the same. */
enum err money_run_job(struct job_run *, void *context, struct trouble *);

/* period_jobs.c: a locked period's bundle, and the same once more for whoever doubts; the same. */
enum err period_bundle_job(struct job_run *, void *context, struct trouble *);
enum err period_recount_job(struct job_run *, void *context, struct trouble *);

/* Puts what is due into the queue; to be called every minute or so. */
MUST_USE enum err chores_add(struct chores *, struct arena *, struct moment now,
                             struct trouble *);

#endif
