/*
 * store/evidence_intake.h -- taking a file in: bytes come, sealed chunks are kept as they come,
 * and at the end one transaction makes a file of them.
 *
 *     evidence_intake_begin(&arena, &arrival, &intake, trouble)
 *       evidence_intake_add(intake, bytes, size, trouble)     in pieces of any size
 *     evidence_intake_end(intake, &taken, trouble)
 *     evidence_intake_drop(intake)                            whatever happened
 *
 * evidence_take() is this for a whole stream.
 *
 *   Nothing is seen before the end: until then there are chunks and an intake, no file.
 *   The same bytes are kept once for a council: the second time the first file's id is given,
 *     what came is taken away again, and the trail says nothing. Another council's same file is
 *     another file, under another key. One that was erased can be taken in anew.
 *   Of two that take in the same bytes at once, one makes the file, the other is told its id.
 *   A failure may be repeated, also where it is not known whether the work was kept: if it was,
 *     the file is there already.
 *
 * Chunks are written a few MiB in one transaction, sealed and compressed before it, so that the
 * one writer is never held for long. A small file is one transaction in all. An intake shows now
 * and then that it lives; one that was given up is taken away by evidence_collect()
 * (evidence_erase.h), and cannot go on then: ERR_CONFLICT.
 *
 * The trail's entry "evidence.take" has size, lines and SHA-256 of the file, not its name: that
 * may name a person, and the trail stays when the file is erased.
 *
 * Memory: about 8 MiB, and for an extract with lines to be found that of its index, 2.5% of its
 * size at most (evidence_index.h).
 */
#ifndef OCHIL_EVIDENCE_INTAKE_H
#define OCHIL_EVIDENCE_INTAKE_H

#include "base/outside.h"
#include "store/evidence_row.h"

/* An intake shows that it lives as often, as long as bytes come. */
#define EVIDENCE_LIVE_MS 60000

/* A file that comes. Everything stands until evidence_intake_drop(). */
struct evidence_arrival {
    struct db                *db;
    const struct outside     *outside;      /* chance */
    struct moment           (*clock)(void);
    struct evidence_council   council;      /* whose file it will be */
    struct text               actor;        /* the account */
    struct text               request;      /* for the trail; may be empty */
    struct text               name;         /* 1 to 255 bytes of UTF-8 */
    struct text               media;        /* as the name; "text/csv" */
    enum evidence_kind        kind;         /* of records: lines can be found, if it is a ledger's
                                               extract (evidence_index.h) */
    bool                      personal;     /* readings are recorded */
    /* What the sender says it is; NULL: nothing. Anything else is ERR_CHECK. */
    const struct sha256_sum  *sum;
    const uint64_t           *size;
    /* For tests; 0: as usual. */
    size_t                    frame_bytes;
    size_t                    batch_bytes;  /* of chunks in one transaction */
};

struct evidence_taken {
    struct evidence_id   id;
    bool                 already;       /* the file was there: nothing was written */
    struct evidence_head head;          /* size, lines, SHA-256 */
};

struct evidence_intake;

/* Errors of all: those of db.h, ERR_IO when memory or chance runs out. ERR_USAGE: a name or media
 * that cannot be kept. ERR_CHECK: not the file that was announced. ERR_CONFLICT: it was thought
 * given up. After a failure there is only evidence_intake_drop(); when beginning fails nothing is
 * to be dropped. */
MUST_USE enum err evidence_intake_begin(struct arena *, const struct evidence_arrival *,
                                        struct evidence_intake **, struct trouble *);
MUST_USE enum err evidence_intake_add(struct evidence_intake *, const void *bytes, size_t size,
                                      struct trouble *);
MUST_USE enum err evidence_intake_end(struct evidence_intake *, struct evidence_taken *,
                                      struct trouble *);
/* Takes away what did not become a file, as far as the store lets it. */
void evidence_intake_drop(struct evidence_intake *);

/* The whole of a stream, which the caller closes. */
MUST_USE enum err evidence_take(struct arena *, const struct evidence_arrival *, struct stream *,
                                struct evidence_taken *, struct trouble *);

#endif
