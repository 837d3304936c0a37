/*
 * cli/trail_table.h -- the verbs over the trail: what a council does with it on its own machine.
 */
#ifndef OCHIL_CLI_TRAIL_TABLE_H
#define OCHIL_CLI_TRAIL_TABLE_H

#include "cli/action.h"

extern const struct feature trail_feature;

enum err trail_verify_run(struct command *);
enum err checkpoint_sign_run(struct command *);

#endif
