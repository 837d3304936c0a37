/*
 * server/backup_means.h -- what the verbs about backups have in common.
 */
#ifndef OCHIL_SERVER_BACKUP_MEANS_H
#define OCHIL_SERVER_BACKUP_MEANS_H

#include "server/server.h"
#include "store/backup.h"

/* As the program works: files of their owner only, its own migrations, the clock. */
struct backup_means backup_means_of_program(void);

/* The key that a backup is sealed to, from its file. */
MUST_USE enum err backup_recipient(const char *path, struct seal_public *, struct trouble *);

/* "BACKUPS/2026-04-01T09-00-00Z": no colons, which some disks do not take. */
const char *backup_folder(struct arena *, const char *backups, struct moment);

/* The server's public key, from a word that is its file's name or the key itself. */
MUST_USE enum err server_key_read(struct command *, const char *word, struct minisign_public *);

#endif
