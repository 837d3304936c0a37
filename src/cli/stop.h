/*
 * cli/stop.h -- Ctrl-C: asks the work to stop instead of ending the program under it.
 *
 * A signal handler has nothing but a global to write to, so there is one flag for the program.
 * Long work asks stop_wanted() between blocks (progress.h does), gives up, and removes what it
 * had begun to write; main then ends with EXIT_STOPPED.
 */
#ifndef OCHIL_CLI_STOP_H
#define OCHIL_CLI_STOP_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP set the flag (one that the caller has set to be
 * ignored, as nohup does, stays ignored), and a reader that has gone away shows as a failed
 * write instead of a signal. */
void stop_watch(void);

bool stop_wanted(void);

/* Waits until `file` can be read. false: stop. A read() that simply blocks would sleep through a
 * signal that comes just before it; this cannot. */
bool stop_wait(int file);

/* Sleeps for so many milliseconds. false: stop, at once. */
bool stop_sleep(int milliseconds);

/* As if the signal had come, and as if it had not. For tests. */
void stop_set(bool wanted);

#endif
