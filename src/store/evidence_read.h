/*
 * store/evidence_read.h -- reading an evidence file: the whole of it, or some frames.
 *
 * The caller brings chunks by their number; nothing they hold is believed before its tag is good.
 * Whole, the file comes as a `struct stream`, so that the engine reads kept evidence as it reads
 * a folder; its SHA-256 is tested before the stream says that it ends. What is not the file as it
 * was written is ERR_CHECK, and the message names the frame, counted from 0 as chunks are:
 * a chunk damaged, missing, in another's place, of another file, or a head that is not this one.
 *
 * One thing at a time: a frame's text and the stream share one buffer.
 */
#ifndef OCHIL_EVIDENCE_READ_H
#define OCHIL_EVIDENCE_READ_H

#include "store/evidence_frames.h"

/* Where chunks come from. */
struct evidence_fetch {
    /* The chunk, in memory that stands until the next call. ERR_MISSING: there is none. */
    enum err (*chunk)(struct evidence_fetch *, uint64_t number, struct text *out,
                      struct trouble *);
};

struct evidence_file {
    const char            *name;      /* for messages; stands as long as the reader */
    struct evidence_id     id;
    struct evidence_key    key;
    struct text            head;      /* as stored */
    struct evidence_fetch *fetch;
};

struct evidence_reader;

/* Opens the head. When it fails nothing is to be dropped. */
MUST_USE enum err evidence_reader_open(struct arena *, const struct evidence_file *,
                                       struct evidence_reader **, struct trouble *);
void evidence_reader_drop(struct evidence_reader *);

const struct evidence_head *evidence_reader_head(const struct evidence_reader *);
const char *evidence_reader_name(const struct evidence_reader *);

/* One frame; its text stands until something else is read. ERR_USAGE: there is no such frame. */
MUST_USE enum err evidence_frame_read(struct evidence_reader *, uint64_t number,
                                      struct evidence_frame *, struct trouble *);

/* The whole file, from its beginning. Closing the stream leaves the reader open; a second stream
 * may be opened then. */
MUST_USE enum err evidence_stream_open(struct evidence_reader *, struct stream **,
                                       struct trouble *);

#endif
