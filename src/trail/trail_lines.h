/*
 * trail/trail_lines.h -- a stream as lines, in constant memory.
 *
 * Lines end with a line feed, the last one too; none is longer than TRAIL_LINE_MAX.
 */
#ifndef OCHIL_TRAIL_LINES_H
#define OCHIL_TRAIL_LINES_H

#include "trail/trail_entry.h"

enum line_state {
    LINE_READ,
    LINE_END,      /* there is none any more */
    LINE_OPEN,     /* the stream ended within the line */
    LINE_LONG      /* it is longer than it may be */
};

struct trail_lines {
    struct stream *stream;
    char          *bytes;          /* what was read and not yet handed out stands at `at` */
    size_t         at, size;
    bool           ended;
    uint64_t       offset, number; /* of the line handed out last: bytes before it; from 1 */
    uint64_t       next;           /* the byte behind it */
};

void trail_lines_open(struct trail_lines *, struct arena *, struct stream *);

/* The line without its line feed; it stands until the next call. Only an error of the stream is
 * one here. */
MUST_USE enum err trail_lines_next(struct trail_lines *, struct text *line, enum line_state *,
                                   struct trouble *);

#endif
