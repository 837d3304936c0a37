/*
 * store/evidence_index.h -- which frames of a kept ledger extract can hold the lines asked for.
 *
 * While an extract is written, every frame is looked through, and for each line its partner and
 * every selection of its cost centre, account and period (eight of them: none, one, two, all
 * three) are put into a Bloom filter of the frame. A question names a partner and some of the
 * three, so it is one of these keys, and a frame whose filter has it not need not be opened.
 *
 *   No line is missed: a filter knows every key that was put in.
 *   One frame in fifty is opened for nothing: 8 bits a key and 6 hashes make a share of 2.2% of
 *   frames that hold no such line (1 - e^(-6/8))^6. It does not depend on the order of lines.
 *   About 1.5% of the extract's size; the reader takes it into memory whole. It is never more
 *   than 2.5%: where a frame has more codes than that has room for, there are fewer bits a key,
 *   and such a frame is opened for nothing more often, or always.
 *
 * The hash is SipHash-2-4 with a fixed key: the index is stored, so it must be the same on every
 * machine. Whoever chooses codes so that they collide makes reading slower, not wrong.
 *
 * The index says which codes an extract may hold, so it is stored sealed under the file's key and
 * is erased with it; in pieces, so that neither side needs it in memory twice. Unsealed, all
 * numbers little-endian: the magic and version (8 bytes), frames (4), line of the header (8), size
 * (8), lines (8); then for each frame its size (4), lines (4) and bytes of filter (4; all ones: no
 * filter, the frame may hold anything); then the filters.
 *
 * A file without a ledger's header has no index, nor has one with a record so long that it was
 * cut (evidence_frames.h).
 */
#ifndef OCHIL_EVIDENCE_INDEX_H
#define OCHIL_EVIDENCE_INDEX_H

#include "engine/period.h"
#include "store/evidence_read.h"

#define EVIDENCE_INDEX_PIECE ((size_t)256 * 1024)

struct evidence_indexer;

/* To be handed to evidence_writer_open() as its watch. It stands in the arena and needs no drop.
 * NULL with ERR_IO: out of memory. */
MUST_USE enum err evidence_indexer_open(struct arena *, struct evidence_indexer **,
                                        struct trouble *);
struct evidence_watch *evidence_indexer_watch(struct evidence_indexer *);

/* The index, once the file is written: plain, or as it is stored, in pieces that hold
 * EVIDENCE_INDEX_PIECE bytes of it each; `*size` is what they hold in all. ERR_REFUSED: the file
 * can have none (the message says why); it is kept whole all the same. */
MUST_USE enum err evidence_index_print(struct evidence_indexer *, struct arena *,
                                       struct text *out, struct trouble *);
MUST_USE enum err evidence_index_seal(struct evidence_indexer *, struct arena *,
                                      const struct evidence_key *, const struct evidence_id *,
                                      struct evidence_chunks *pieces, size_t *size,
                                      struct trouble *);

struct indexed_frame {
    uint64_t    offset;
    uint64_t    first_line;
    uint32_t    size;
    uint32_t    lines;        /* line ends */
    bool        anything;     /* no filter: it may hold any line */
    struct text filter;
};

struct evidence_index {
    struct indexed_frame *frame;
    size_t                count;
    uint64_t              header_line;
    uint64_t              size, lines;    /* of the file */
    size_t                largest;        /* frame's size */
};

/* `bytes` are not copied. ERR_CHECK, with `name` of the file: malformed in any way. */
MUST_USE enum err evidence_index_parse(struct arena *, struct text bytes, const char *name,
                                       struct evidence_index *, struct trouble *);
/* As stored; and it must be the index of the file with this head. Errors of `pieces` too, but for
 * ERR_MISSING, which is damage. */
MUST_USE enum err evidence_index_open(struct arena *, struct evidence_fetch *pieces, size_t size,
                                      const struct evidence_key *, const struct evidence_id *,
                                      const struct evidence_head *, const char *name,
                                      struct evidence_index *, struct trouble *);

#define EVIDENCE_ANY_PERIOD ((period_number)-2)

/* A cost centre or account whose data is NULL is any. */
struct evidence_query {
    struct text   partner;
    struct text   cost_centre;
    struct text   account;
    period_number period;          /* or EVIDENCE_ANY_PERIOD */
};

/* Fills `frame`, which has room for all frames of the index, with the numbers of those that can
 * hold a line of the query, ascending. Returns how many. */
size_t evidence_index_find(const struct evidence_index *, const struct evidence_query *,
                           uint32_t *frame);

#endif
