/*
 * cli/completion.h -- scripts that let a shell complete verbs, options and values.
 *
 * The scripts hold the whole table as it was when they were printed; nothing of ochil runs
 * while one types. In bash, "$(ochil completion bash)" is to be evaluated; zsh and fish take
 * the script as a file in their own folders, or sourced.
 */
#ifndef OCHIL_CLI_COMPLETION_H
#define OCHIL_CLI_COMPLETION_H

#include <stdio.h>

#include "base/arena.h"
#include "cli/action.h"

void completion_bash(FILE *out, struct arena *, const struct feature *const features[]);
void completion_zsh(FILE *out, struct arena *, const struct feature *const features[]);
void completion_fish(FILE *out, struct arena *, const struct feature *const features[]);

#endif
