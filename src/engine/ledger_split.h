/*
 * engine/ledger_split.h -- where the commas, the line ends and the odd bytes of a block are.
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
#define SPLIT_SPARE 16

struct split {
    uint32_t *comma, *line, *special;   /* ascending positions in the block */
    size_t    lines;
};

/* Room for blocks of up to `most` bytes. */
void split_open(struct split *, struct arena *, size_t most);

/* `bytes` are followed by 64 bytes that may be read. Special are quotes, carriage returns, NULs
 * and all bytes above 127. */
void split_block(struct split *, struct text bytes);

/* The ways to do it, the fastest first; the last one runs everywhere. All give the same. */
struct split_way {
    const char *name;
    bool      (*runs_here)(void);
    void      (*split)(struct split *, struct text bytes);
};

extern const struct split_way split_ways[];
extern const size_t split_ways_count;

#endif
