/*
 * cli/signing.h -- what every verb that signs with a secret key asks for.
 */
#ifndef OCHIL_CLI_SIGNING_H
#define OCHIL_CLI_SIGNING_H

#include "cli/command.h"
#include "cli/password.h"

/* The password of the secret key at `key`: from --password-file, else asked for; none when the
 * key is not encrypted. The caller wipes it, whatever is returned. */
MUST_USE enum err signing_password(const struct command *, const char *key, struct password *);

/* A path without its folders. */
const char *path_name(const char *path);

#endif
