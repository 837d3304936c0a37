/*
 * web/spool.h -- what is too large for memory while it waits for somebody: a file without a name,
 * sealed.
 *
 * What councils take in is sealed in the store; here, on its way in and out, it is as well. Each
 * spool has a random key of its own (XChaCha20), which is in memory alone and wiped with it: what
 * a disk keeps of the file can be opened by nobody. It can be read at any place. That the bytes
 * are the same is not promised: whoever depends on it has a SHA-256 of them.
 *
 * Errors: ERR_IO: no room, no chance, no such folder.
 */
#ifndef OCHIL_SPOOL_H
#define OCHIL_SPOOL_H

#include "base/outside.h"
#include "base/stream.h"

#define SPOOL_KEY_BYTES 32

struct spool {
    int           file;         /* -1: none */
    uint64_t      size;         /* bytes */
    unsigned char key[SPOOL_KEY_BYTES];
};

#define SPOOL_NONE ((struct spool){ .file = -1 })

/* `outside` gives the key. When it fails there is nothing to close. */
MUST_USE enum err spool_open(struct spool *, const char *folder, const struct outside *,
                             struct trouble *);
void spool_close(struct spool *);       /* or nothing, if it is none */

/* At the end. */
MUST_USE enum err spool_add(struct spool *, const void *bytes, size_t size, struct trouble *);

/* All of these bytes, which are there: from `at` on. */
MUST_USE enum err spool_read(const struct spool *, uint64_t at, void *bytes, size_t size,
                             struct trouble *);

/* `size` bytes from `at` on, which are there. The stream lives in the arena, beside the spool. */
struct stream *spool_stream(struct arena *, const struct spool *, uint64_t at, uint64_t size);

#endif
