/*
 * cli/trust_table.h -- the verbs by which partners check each other: bundle, keygen, sign,
 * verify.
 */
#ifndef OCHIL_CLI_TRUST_TABLE_H
#define OCHIL_CLI_TRUST_TABLE_H

#include "cli/action.h"

extern const struct feature trust_feature;

/* Handlers, each in the file of its verb (bundle_action.c ...). */
enum err bundle_run(struct command *);
enum err keygen_run(struct command *);
enum err sign_run(struct command *);
enum err verify_run(struct command *);

#endif
