/*
 * cli/extract_table.h -- the verbs that take in a council's own extract: convert, profile guess,
 * profile check.
 */
#ifndef OCHIL_CLI_EXTRACT_TABLE_H
#define OCHIL_CLI_EXTRACT_TABLE_H

#include "cli/action.h"
#include "extract/profile.h"

extern const struct feature extract_feature;

/* --as; the ledger unless given. */
enum form form_given(const struct command *);

/* Handlers, each in the file of its verb (convert_action.c ...). */
enum err convert_run(struct command *);
enum err profile_guess_run(struct command *);
enum err profile_check_run(struct command *);

#endif
