/*
 * cli/password.h -- asks for a password on the terminal, or reads it from a file.
 *
 * Never from the command line, where every user of the machine could read it. The caller wipes
 * it as soon as it is used.
 */
#ifndef OCHIL_CLI_PASSWORD_H
#define OCHIL_CLI_PASSWORD_H

#include "base/base.h"

#define PASSWORD_MAX 1023

struct password {
    char   text[PASSWORD_MAX + 1];
    size_t size;
};

/* The first line of the file, without its end. */
MUST_USE enum err password_read_file(const char *path, struct password *, struct trouble *);

/* Asks on the terminal of the program, not on standard input, with the echo off; `twice` when a
 * new one is made. ERR_USAGE: there is no terminal. ERR_BUSY: stopped by Ctrl-C. */
MUST_USE enum err password_ask(const char *question, bool twice, struct password *,
                               struct trouble *);

void password_wipe(struct password *);

#endif
