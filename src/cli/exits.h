/*
 * cli/exits.h -- the exit codes, documented once.
 */
#ifndef OCHIL_CLI_EXITS_H
#define OCHIL_CLI_EXITS_H

#include "base/base.h"

/* Stopped by Ctrl-C, SIGTERM or SIGHUP: what a shell reports for Ctrl-C. Not an `enum err`:
 * no library call gives it. */
#define EXIT_STOPPED 130

struct exit_code {
    int         code;
    const char *meaning;
};

/* Ends at a row without a meaning. */
extern const struct exit_code exit_codes[];

/* NULL: there is no such code. */
const char *exit_meaning(int code);

#endif
