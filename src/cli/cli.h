/*
 * cli/cli.h -- one run of the program: words in, an exit code out.
 *
 * Read next: action.h (the table), command.h (the words understood).
 */
#ifndef OCHIL_CLI_CLI_H
#define OCHIL_CLI_CLI_H

#include <stdio.h>

#include "cli/action.h"

/* What a verb does in this program, instead of what its row says. */
struct handler {
    const char *verb;
    enum err  (*run)(struct command *);
};

struct program {
    const char                  *name;       /* "ochil": messages begin with it */
    const struct feature *const *features;
    const struct handler        *handlers;   /* ends at a row without a verb; may be NULL */
    /* Asked for words that no row of the table has, before they are refused: another program may
     * know them. NULL: none does. Returns if that is not so. */
    void                       (*elsewhere)(struct command *);
};

/* Runs `word[0..count)`, the program's own name left out, with NULL behind the last. Data goes to
 * `out`, messages to `err`. Returns the exit code. `out` is flushed and looked at: what could not
 * be written is a failure, not a shorter answer. */
int cli_run(const struct program *, size_t count, const char *const word[], FILE *in, FILE *out,
            FILE *err);

/* Opens what the caller has closed of standard input, output and error on nothing, so that a
 * data file cannot become one of them. */
void cli_open_standard_files(void);

#endif
