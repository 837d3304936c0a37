/*
 * cli/server_table.h -- the verbs over the store: what somebody does who runs the server.
 *
 * `ochil` shows their help and starts `ochil-server` for them, as git starts its own programs;
 * that one has the handlers (server/server_main.c). Whoever runs the machine has no right in any
 * council's records by that: none of these verbs shows any.
 */
#ifndef OCHIL_CLI_SERVER_TABLE_H
#define OCHIL_CLI_SERVER_TABLE_H

#include "cli/action.h"

extern const struct feature server_feature;

/* The options that all of them take; ends at a row without a name. Each is the setting of the same
 * name (server/settings.h). */
extern const struct option store_options[];

/* Becomes `ochil-server` with the same words; returns only if that fails. It is looked for
 * beside this program. */
enum err server_forward_run(struct command *);

/* The same for words that `ochil` has no row for -- verbs over the API -- and for what tells of all
 * verbs (help, completion); returns if it is not installed. */
void server_forward_try(struct command *);
enum err server_help_run(struct command *);

#endif
