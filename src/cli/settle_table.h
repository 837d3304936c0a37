/*
 * cli/settle_table.h -- the verbs that settle a year: new, map, close, explain, whatif.
 */
#ifndef OCHIL_CLI_SETTLE_TABLE_H
#define OCHIL_CLI_SETTLE_TABLE_H

#include "cli/action.h"

extern const struct feature settle_feature;

/* Handlers, each in the file of its verb (close_action.c ...). */
enum err new_run(struct command *);
enum err map_run(struct command *);
enum err close_run(struct command *);
enum err explain_run(struct command *);
enum err whatif_run(struct command *);

#endif
