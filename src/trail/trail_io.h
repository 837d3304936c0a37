/*
 * trail/trail_io.h -- the files that verifying a trail reads: the export, keys, a checkpoint.
 *
 * Errors: ERR_IO with the path and the system's reason; ERR_CHECK for a key or a checkpoint that
 * is none; and those of trail_verify.h.
 */
#ifndef OCHIL_TRAIL_IO_H
#define OCHIL_TRAIL_IO_H

#include "base/outside.h"
#include "trail/trail_verify.h"

/* A checkpoint and the very text of it. */
struct checkpoint_file {
    struct checkpoint checkpoint;
    char              text[CHECKPOINT_TEXT_MAX];
    size_t            size;
};

MUST_USE enum err checkpoint_read(const struct outside *, const char *path,
                                  struct checkpoint_file *, struct trouble *);

struct trail_files {
    const char                  *export;
    const char *const           *key;      /* paths of public keys */
    size_t                       keys;
    const struct checkpoint     *since;    /* or NULL */
    const struct progress_watch *watch;    /* or NULL */
};

MUST_USE enum err trail_verify_file(const struct outside *, struct arena *,
                                    const struct trail_files *, struct trail_report *,
                                    struct trouble *);

#endif
