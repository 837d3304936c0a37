/*
 * store/backup_blocks.h -- a sum of every 4 KiB block of a file, so that damage has a place.
 *
 * The sums stand in a file of their own, BLOCK_SUM_BYTES of BLAKE2b for each block of the large
 * one, in its order; the last block may be shorter. That file's own SHA-256, and that of the
 * large one, are in the manifest, which is signed.
 */
#ifndef OCHIL_BACKUP_BLOCKS_H
#define OCHIL_BACKUP_BLOCKS_H

#include "base/outside.h"
#include "store/backup_manifest.h"

#define BLOCK_BYTES ((size_t)4096)
#define BLOCK_SUM_BYTES ((size_t)16)

/* Reads the file to its end: `out` (its name is left as it is) has its size and SHA-256, and
 * every block's sum goes to `sums`. */
MUST_USE enum err blocks_make(const struct outside *, const char *path, struct sink *sums,
                              struct manifest_file *out, struct trouble *);

/* Reads the file again and compares; each block that is as it was goes on to `to`, unless NULL.
 * `sums` are those of all blocks of a file with `expected`. ERR_CHECK names the first block that
 * is not what it was, from 0, or says that the file is too short or too long. */
MUST_USE enum err blocks_check(const struct outside *, const char *path, struct text sums,
                               const struct manifest_file *expected, struct sink *to,
                               struct trouble *);

#endif
