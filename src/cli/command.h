/*
 * cli/command.h -- what was typed, understood: an action with its arguments and options.
 *
 * command_parse() turns words into a `struct command` or a message that names the nearest right
 * word. It is our own and not getopt_long(): verbs may have two words, a wrong word must find
 * the nearest one in the table, nothing may depend on POSIXLY_CORRECT, and a test must be able
 * to parse many lines in one process without state left over.
 *
 *     --out DIR  --out=DIR  -o DIR  -oDIR  -qv  ARGUMENT --out DIR  -- -ARGUMENT
 *
 * A long option must be written in full: an abbreviation that works today would change its
 * meaning when an option is added.
 *
 * Read next: cli.h (who calls this), then a handler such as new_action.c.
 */
#ifndef OCHIL_CLI_COMMAND_H
#define OCHIL_CLI_COMMAND_H

#include <stdio.h>

#include "base/arena.h"
#include "cli/action.h"

/* One option as given. Flags have no value. */
struct given {
    const struct option *option;
    const char          *value;
};

struct command {
    /* Set by who starts it. */
    const char                  *program;          /* "ochil" */
    const struct feature *const *features;
    const char *const           *word;             /* as typed; NULL behind the last */
    struct arena                *arena;
    struct arena                *work;             /* for the library; freed with the command */
    struct trouble              *trouble;
    FILE                        *in, *out, *err;   /* data goes to out, messages to err */

    /* Set by command_parse(). */
    const struct action *action;        /* NULL: no verb was given */
    bool                 help;          /* --help: nothing behind it was looked at */
    bool                 version;
    bool                 quiet;
    bool                 verbose;
    const char         **argument;
    size_t               argument_count;
    struct given        *given;
    size_t               given_count;
};

/* Parses `word[0..count)`, the program's own name left out. ERR_USAGE with a message. */
MUST_USE enum err command_parse(struct command *, size_t count, const char *const word[]);

/* What a handler asks. The option must stand in the action's row, else it is a bug. */
bool        command_has(const struct command *, const char *option);
const char *command_value(const struct command *, const char *option);    /* NULL: not given */
long        command_number(const struct command *, const char *option, long otherwise);
/* Every value of a repeatable option, in the order given. */
const char *const *command_values(const struct command *, const char *option, size_t *count);
/* The argument at `index`, or NULL. */
const char *command_argument(const struct command *, size_t index);

/* A message for people, to err, with an end of line; nothing with --quiet. */
__attribute__((format(printf, 2, 3)))
void command_say(const struct command *, const char *format, ...);

#endif
