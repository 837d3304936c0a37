/*
 * store/backup_manifest.h -- what a backup says of itself: one line of JSON, signed by the server.
 *
 * It has exactly one spelling (trail/trail_strict.h), so the bytes that are signed are the bytes
 * that are read. It names every file of the backup with its size and SHA-256, and what the store
 * held: its id and schema, where its trail stood, and the sums of its tables (dump.h).
 *
 * Pure.
 *
 * Read next: backup.h.
 */
#ifndef OCHIL_BACKUP_MANIFEST_H
#define OCHIL_BACKUP_MANIFEST_H

#include "store/dump.h"
#include "trail/trail_checkpoint.h"

#define MANIFEST_FILES_MAX 4
#define MANIFEST_TABLES_MAX 1000
#define MANIFEST_BYTES_MAX ((size_t)256 * 1024)
#define MANIFEST_NAME_SIZE 64           /* of a table; 63 characters and a NUL */
#define MANIFEST_WORD_SIZE 32

struct manifest_file {
    char              name[MANIFEST_WORD_SIZE];
    uint64_t          bytes;
    struct sha256_sum sum;
};

struct manifest {
    char                 store[TRAIL_STORE_DIGITS + 1];
    int                  schema;        /* how many migrations it has been through */
    struct sha256_sum    schema_sum;    /* of lines "VERSION NAME SHA256\n" */
    char                 engine[MANIFEST_WORD_SIZE];    /* "sqlite", "postgres": it came from */
    char                 program[MANIFEST_WORD_SIZE];   /* version */
    int64_t              begun_ms, ended_ms;            /* UTC, since 1970 */
    uint64_t             trail_size;
    struct sha256_sum    trail_last, trail_root;        /* zeros when the trail is empty */
    /* The newest checkpoint that a council had signed, as it was signed; "" if none. */
    char                 checkpoint[CHECKPOINT_TEXT_MAX];
    bool                 sealed;
    struct manifest_file file[MANIFEST_FILES_MAX];
    int                  files;
    struct dump          dump;
};

/* The text that is signed, in the arena. */
MUST_USE enum err manifest_print(const struct manifest *, struct arena *, struct text *out,
                                 struct trouble *);

/* False unless it is exactly what manifest_print() writes for some manifest. Names of tables live
 * in the arena. */
MUST_USE bool manifest_parse(struct text, struct arena *, struct manifest *out);

/* NULL: it names no such file. */
const struct manifest_file *manifest_file(const struct manifest *, const char *name);

#endif
