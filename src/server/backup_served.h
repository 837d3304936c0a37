/*
 * server/backup_served.h -- a backup that `ochil backup` leaves to the server of the store.
 *
 * To copy a SQLite file to which another process writes takes a moment in which that one waits: as
 * long as the whole copy. The server itself copies a MiB at a time, and its writers go on between
 * (store/store_copy.h). So it is asked, by a job of the system's, and does it as it does its own of
 * every day: with its own keys, as the user it runs as. Only whoever runs the machine can put such
 * a job into the store.
 */
#ifndef OCHIL_BACKUP_SERVED_H
#define OCHIL_BACKUP_SERVED_H

#include "server/server.h"
#include "store/job_run.h"

#define BACKUP_SERVED_JOB "backup.now"
#define BACKUP_SERVED_TAKE_MS 15000     /* a server looks for jobs every five seconds at least */

/* Waits for it, and tells what came of it. `*done` false: nobody serves the store, and nobody will
 * do it later. Errors: ERR_IO: it failed, with the job's words. */
MUST_USE enum err backup_by_server(struct command *, struct server *, const char *folder,
                                   const char *to, bool *done);

/* The server's part (job_kind.work); `context` is its chores. */
enum err backup_served_work(struct job_run *, void *context, struct trouble *);

#endif
