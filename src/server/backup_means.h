/*
 * server/backup_means.h -- what the verbs about backups have in common.
 */
#ifndef OCHIL_SERVER_BACKUP_MEANS_H
#define OCHIL_SERVER_BACKUP_MEANS_H

#include "server/server.h"
#include "store/backup.h"

/* As the program works: files of their owner only, its own migrations, the clock. */
struct backup_means backup_means_of_program(void);

/* The server's public key, from a word that is its file's name or the key itself. */
MUST_USE enum err server_key_read(struct command *, const char *word, struct minisign_public *);

#endif
