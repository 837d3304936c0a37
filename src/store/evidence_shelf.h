/*
 * store/evidence_shelf.h -- the chunks of one kept file, fetched from the database.
 *
 * For evidence_open.c and evidence_audit.c. A few chunks are fetched by one short read
 * transaction, never more at once than fit some MiB, and the file is read from there: a
 * transaction that stood while a file is read would keep SQLite's writer waiting. Chunks that are
 * asked for one after the other are fetched ahead; one that is asked for alone, alone.
 *
 * A file that is erased while it is read ends the reading: ERR_CONFLICT.
 */
#ifndef OCHIL_EVIDENCE_SHELF_H
#define OCHIL_EVIDENCE_SHELF_H

#include "store/evidence_index.h"
#include "store/evidence_read.h"
#include "store/evidence_row.h"

#define SHELF_CHUNKS 16

struct evidence_shelf {
    struct evidence_fetch      fetch;
    struct db                 *db;
    struct arena              *arena;
    int64_t                    council;
    const struct evidence_row *row;
    char                       name[sizeof "evidence " + EVIDENCE_ID_HEX];   /* for messages */
    enum evidence_part         part;
    uint64_t                   first;           /* the number of chunk[0] */
    struct text                chunk[SHELF_CHUNKS];
    size_t                     count;
    size_t                     ahead;           /* how many were asked for last */
    char                      *room;
    size_t                     room_bytes;
};

/* Everything given stands as long as the shelf, which needs no drop. */
struct evidence_shelf evidence_shelf_of(struct db *, struct arena *, int64_t council,
                                        const struct evidence_row *, enum evidence_part);

/* The index of lines. ERR_REFUSED: the file has none. */
MUST_USE enum err evidence_shelf_index(const struct evidence_shelf *,
                                       const struct evidence_key *, const struct evidence_head *,
                                       struct evidence_index *out, struct trouble *);

#endif
