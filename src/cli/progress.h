/*
 * cli/progress.h -- a bar of progress on a terminal.
 *
 * Drawn on standard error, only if that is a terminal that can go back to the start of a line
 * (TERM is set and not "dumb"), and only when the whole per cent changes: no clock is needed,
 * and a pipe or a log never sees it. It is also where long work learns that it should stop.
 */
#ifndef OCHIL_CLI_PROGRESS_H
#define OCHIL_CLI_PROGRESS_H

#include <stdio.h>

#include "base/base.h"

struct progress {
    FILE       *out;        /* NULL: nothing is drawn */
    const char *label;      /* "Reading" */
    uint64_t    total;      /* bytes to come */
    int         percent;    /* last drawn; -1: none stands there */
};

/* Whether a bar may be drawn there at all; `term` is the value of TERM. */
bool progress_fits(FILE *out, const char *term);

/* `out` of NULL: nothing is drawn, only Ctrl-C is watched. */
void progress_open(struct progress *, FILE *out, const char *label, uint64_t total);

/* Called by the work, by one thread at a time, with the bytes done so far. false: stop. */
bool progress_tell(void *progress, uint64_t bytes);

/* Wipes the bar, so that what follows stands on a clean line. */
void progress_close(struct progress *);

#endif
