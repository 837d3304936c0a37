/*
 * engine/ledger_split.h -- where the line ends and the odd bytes of a block are, and the commas of
 * a line.
 *
 * The fast half of reading a ledger: most records hold no quote, no carriage return and only
 * ASCII, so their fields lie between seven commas and a line end, and all of those are found 64
 * bytes at a time. Whatever is out of the ordinary is left to the CSV reader.
 */
#ifndef OCHIL_LEDGER_SPLIT_H
#define OCHIL_LEDGER_SPLIT_H

#include "base/arena.h"
#include "base/text.h"

/* Behind the last position stands this, several times. */
#define SPLIT_END UINT32_MAX
#define SPLIT_SPARE 64

/* The commas of a line that are looked for: one more than a good line has. */
#define SPLIT_COMMAS 8

struct split_way;

struct split {
    const struct split_way *way;        /* of this processor */
    uint32_t               *line, *special;   /* ascending positions in the block; in front of the
                                               * first line's end stands SPLIT_END too */
    size_t                  lines;
};

/* Room for blocks of up to `most` bytes. */
void split_open(struct split *, struct arena *, size_t most);

/* How many of the bytes that were split are whole records, as csv_whole_records() says, mostly
 * without a look at them; the lines behind those are forgotten. */
size_t split_whole(struct split *, struct text bytes);

/* The ways to do it, the fastest first; the last one runs everywhere. All give the same. Bytes
 * are followed by 64 bytes that may be read. */
struct split_way {
    const char *name;
    bool      (*runs_here)(void);
    /* Where the lines of a block end and its special bytes are: quotes, carriage returns, NULs and
     * all bytes above 127. */
    void      (*block)(struct split *, struct text bytes);
    /* Where the first commas of a line are, from its start; SPLIT_END: there are no more. */
    void      (*line)(struct text line, uint32_t comma[SPLIT_COMMAS]);
};

extern const struct split_way split_ways[];
extern const size_t split_ways_count;

#endif
