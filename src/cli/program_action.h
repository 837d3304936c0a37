/*
 * cli/program_action.h -- the verbs about ochil itself: help, completion, manual, version.
 */
#ifndef OCHIL_CLI_PROGRAM_ACTION_H
#define OCHIL_CLI_PROGRAM_ACTION_H

#include "cli/action.h"

extern const struct feature program_feature;

#endif
