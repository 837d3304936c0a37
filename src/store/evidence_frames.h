/*
 * store/evidence_frames.h -- writing an evidence file: bytes in, sealed chunks out.
 *
 * A file taken in (a ledger extract, a minute, a spreadsheet) is kept whole as a row of frames.
 * A frame is up to 256 KiB of the file, compressed by itself with zstd and sealed under the
 * file's own key (evidence_seal.h), so that each can be opened without the others. What is
 * stored of a frame is a chunk; chunks are numbered from 0.
 *
 *     evidence_writer_open(&arena, &request, &writer, trouble)
 *       evidence_add(writer, bytes, size, trouble)      in pieces of any size
 *     evidence_end(writer, &ending, trouble)
 *     evidence_drop(writer)                             whatever happened
 *
 * The chunks depend on the file's bytes, id and key alone, not on the pieces it came in.
 *
 * EVIDENCE_RECORDS: a CSV file. Frames end where records end (quotes respected). A record that
 * is longer than a frame makes a longer frame, up to 4 MiB; one that is longer still is cut, and
 * so is all that follows it, since nobody can tell any more where records end: `cut_line` says
 * where that began. EVIDENCE_BYTES: any other file; frames end anywhere.
 *
 * A chunk: offset (8 bytes), first line (8), plain size (4), flags (1: the last, 2: ends inside a
 * record), then the sealed zstd frame, then its tag. The head: what `struct evidence_head` says,
 * in the clear, under a tag of its own. An empty file has a head and no chunk.
 *
 * Memory: about 2 MiB; 24 MiB where records are as long as they may be. The file's bytes are not
 * wiped from memory when they are given back; the key is.
 *
 * Read next: evidence_read.h (the way back), evidence_index.h (which frames to open).
 */
#ifndef OCHIL_EVIDENCE_FRAMES_H
#define OCHIL_EVIDENCE_FRAMES_H

#include "formats/sha256.h"
#include "store/evidence_seal.h"

#define EVIDENCE_FRAME_BYTES ((size_t)256 * 1024)
#define EVIDENCE_FRAME_MOST ((size_t)4 * 1024 * 1024)
#define EVIDENCE_CLEAR_BYTES 21      /* of a chunk, before what is sealed */
#define EVIDENCE_HEAD_BYTES (8 + 1 + 5 * 8 + SHA256_BYTES + EVIDENCE_TAG_BYTES)

/* Stored: the numbers never change. */
enum evidence_kind { EVIDENCE_BYTES = 1, EVIDENCE_RECORDS = 2 };

struct evidence_head {
    enum evidence_kind kind;
    uint64_t           frames;
    uint64_t           size;        /* of the file, in bytes */
    uint64_t           lines;       /* physical ones; a last one without a line end counts */
    uint64_t           packed;      /* bytes of all chunks */
    uint64_t           cut_line;    /* where a record begins that was cut; 0: none was */
    struct sha256_sum  sum;         /* of the file */
};

struct evidence_frame {
    uint64_t    number;       /* from 0 */
    uint64_t    offset;       /* of its first byte in the file */
    uint64_t    first_line;   /* physical, from 1: the line that its first byte stands on */
    bool        last;
    bool        cut;          /* a file of records, and this frame ends inside one */
    struct text plain;
};

/* Where chunks go. */
struct evidence_chunks {
    enum err (*put)(struct evidence_chunks *, uint64_t number, struct text chunk,
                    struct trouble *);
};

/* Shown every frame, in order, before it is sealed: how an index is made. */
struct evidence_watch {
    enum err (*frame)(struct evidence_watch *, const struct evidence_frame *, struct trouble *);
};

struct evidence_request {
    enum evidence_kind      kind;
    struct evidence_id      id;
    struct evidence_key     key;
    struct evidence_chunks *chunks;
    struct evidence_watch  *watch;          /* may be NULL */
    size_t                  frame_bytes;    /* 0: EVIDENCE_FRAME_BYTES */
    size_t                  frame_most;     /* 0: EVIDENCE_FRAME_MOST, and never more */
};

/* What is stored beside the chunks. */
struct evidence_ending {
    struct evidence_head head;
    unsigned char        sealed[EVIDENCE_HEAD_BYTES];
};

struct evidence_writer;

/* Errors of all: ERR_IO when memory runs out or a library fails; those of `chunks` and `watch`.
 * After a failure there is only evidence_drop(). When opening fails nothing is to be dropped. */
MUST_USE enum err evidence_writer_open(struct arena *, const struct evidence_request *,
                                       struct evidence_writer **, struct trouble *);
MUST_USE enum err evidence_add(struct evidence_writer *, const void *bytes, size_t size,
                               struct trouble *);
MUST_USE enum err evidence_end(struct evidence_writer *, struct evidence_ending *,
                               struct trouble *);
void evidence_drop(struct evidence_writer *);

/* The clear bytes of a chunk; for the reader. */
struct evidence_clear {
    uint64_t offset;
    uint64_t first_line;
    size_t   size;
    bool     last;
    bool     cut;
};

void evidence_clear_print(const struct evidence_clear *, unsigned char out[EVIDENCE_CLEAR_BYTES]);
/* False: such bytes are never written. */
MUST_USE bool evidence_clear_parse(const unsigned char bytes[EVIDENCE_CLEAR_BYTES],
                                   struct evidence_clear *);

/* The head as stored: sealed, and opened again. ERR_CHECK, with `name` of the file: damaged, or
 * another file's, or the key is another one. */
void evidence_head_seal(const struct evidence_head *, const struct evidence_key *,
                        const struct evidence_id *, unsigned char out[EVIDENCE_HEAD_BYTES]);
MUST_USE enum err evidence_head_open(struct text sealed, const struct evidence_key *,
                                     const struct evidence_id *, const char *name,
                                     struct evidence_head *, struct trouble *);

/* Line ends in a text. */
uint64_t evidence_line_ends(struct text);

#endif
