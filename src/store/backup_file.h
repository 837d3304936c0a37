/*
 * store/backup_file.h -- the SQLite file within a backup, and small things that making and
 * restoring share. Private to backup*.c.
 */
#ifndef OCHIL_BACKUP_FILE_H
#define OCHIL_BACKUP_FILE_H

#include "store/backup.h"

/* What the store says of itself. */
struct store_facts {
    char              store[TRAIL_STORE_DIGITS + 1];
    int               schema;
    struct sha256_sum schema_sum;
    uint64_t          trail_size;
    struct sha256_sum trail_last, trail_root;
    char              checkpoint[CHECKPOINT_TEXT_MAX];
    bool              keeps;            /* `since`, if it was asked for */
};

/* Reads facts and dump of a file that nobody else uses, in one transaction. `since`: NULL, or a
 * checkpoint of which to say whether the trail keeps it. */
MUST_USE enum err file_facts(const char *path, const char *vfs, const struct checkpoint *since,
                             struct arena *, struct store_facts *, struct dump *,
                             struct trouble *);

/* The file by itself: no journal beside it, in a mode that needs none; SQLite finds nothing wrong
 * with its pages (integrity_check) and references (foreign_key_check). ERR_CHECK: it does. */
MUST_USE enum err file_settle(const struct outside *, struct arena *, const char *path,
                              const char *vfs, struct trouble *);

/* Forces it to the disk, whoever wrote it. */
MUST_USE enum err file_sync(const struct outside *, const char *path, struct trouble *);

/* All of its bytes into a sink. */
MUST_USE enum err file_pour(const struct outside *, const char *path, struct sink *,
                            struct trouble *);

/* Every block of the store's file in the backup, compared with its sum, into a sink. */
MUST_USE enum err backup_pour(const struct outside *, struct arena *, const char *folder,
                              const struct manifest *, struct sink *to, struct trouble *);

/* For a sink that keeps nothing. */
enum err write_nowhere(struct sink *, const void *bytes, size_t size, struct trouble *);

/* The migrations up to this version, for a store that is as old. */
const struct migration *const *migrations_until(struct arena *, const struct migration *const *,
                                                int version);

#endif
