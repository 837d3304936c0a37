/*
 * store/export_spool.h -- files put down one behind the other in a file without a name: nothing of
 * them is left when it is closed, or when the process is killed.
 *
 *     export_spool_open(&spool, arena, folder, trouble)
 *       spool.into: what export_store() writes to
 *     export_spool_pour(&spool, part, sink, trouble)      each of spool.first and so on
 *     export_spool_close(&spool)
 *
 * The folder's file system must know O_TMPFILE, as Debian's usual ones do. ERR_IO: it does not, or
 * it is full.
 */
#ifndef OCHIL_EXPORT_SPOOL_H
#define OCHIL_EXPORT_SPOOL_H

#include "store/export.h"

#define SPOOL_BUFFER_BYTES ((size_t)64 * 1024)

struct spool_part {
    const char        *name;
    uint64_t           at, size;    /* bytes */
    struct spool_part *next;
};

struct export_spool {
    struct export_into  into;
    struct sink         sink;       /* of the part that is written */
    struct arena       *arena;
    int                 file;
    uint64_t            written;
    struct spool_part  *first, *part;
    struct spool_part **last;
    size_t              used;
    char                buffer[SPOOL_BUFFER_BYTES];
};

/* Large: keep it in an arena. When it fails nothing is to be closed. */
MUST_USE enum err export_spool_open(struct export_spool *, struct arena *, const char *folder,
                                    struct trouble *);
MUST_USE enum err export_spool_pour(struct export_spool *, const struct spool_part *,
                                    struct sink *, struct trouble *);
void export_spool_close(struct export_spool *);

#endif
