/*
 * server/client_table.h -- the calls of the API as commands: `ochil risk list`.
 *
 * For each row under /api/v1/ there is a row of the command line, made from it when the program
 * begins: "api risk list" becomes `risk list`, what stands in its route its arguments, the fields
 * that it takes its options (owner_post: --owner-post). Help, manual pages and completion come from
 * the rows as for any other verb.
 *
 * Read next: client_action.c (what such a verb does).
 */
#ifndef OCHIL_CLIENT_TABLE_H
#define OCHIL_CLIENT_TABLE_H

#include "cli/command.h"
#include "web/api_field.h"

/* `engine`, and behind it a feature for each one of `site` that has calls. Ends at NULL. What the
 * engine has a verb for already is left to it. */
const struct feature *const *client_features(struct arena *, const struct feature *const engine[],
                                             const struct feature *const site[]);

/* The option of a field: "owner-post". */
const char *client_option(struct arena *, const struct api_field *);

/* Is it said by an option? Where a list goes on is not: all of it is asked for. */
bool client_takes(const struct api_field *);

/* A field with one choice is an option without a value. */
bool client_is_flag(const struct api_field *);

/* client_action.c */
struct client;
/* The server and the token that the options of a verb, or the environment, name. */
MUST_USE enum err client_begin(struct command *, struct client *);
enum err client_run(struct command *);

#endif
