/*
 * cli/watch.h -- what every verb that reads ledgers asks for: the book, the threads, and the bar
 * of progress that also hears Ctrl-C.
 */
#ifndef OCHIL_CLI_WATCH_H
#define OCHIL_CLI_WATCH_H

#include "cli/command.h"
#include "cli/progress.h"
#include "engine/ledger.h"

#define THREADS_MOST 64

struct ledger_watch {
    struct progress       progress;
    struct progress_watch watch;      /* what the engine gets */
};

/* --book; ledger unless given. */
enum book book_given(const struct command *);

/* --threads; one for each processor unless given. ERR_USAGE: none, or too many. */
MUST_USE enum err threads_given(const struct command *, int *threads);

/* A bar if one may be drawn: on a terminal, without --quiet. `file` is the bundle that is read,
 * or the partnership folder whose book is read. */
void watch_open(struct ledger_watch *, const struct command *, const char *file, enum book);
/* The same for files that are read one after another. */
void watch_open_files(struct ledger_watch *, const struct command *, const char *const file[],
                      size_t count);
void watch_close(struct ledger_watch *);

#endif
