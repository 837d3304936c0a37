/*
 * sheets/shared_strings.h -- the texts of an XLSX workbook that its cells name by number.
 *
 * They can be wanted in any order, so all are held: in blocks that never move, each text behind
 * its size in three bytes, and four bytes apiece to find it by. Limits (docs/convert.md, section
 * 8): 1 MiB for one text, 256 MiB for all, counted with those seven bytes.
 */
#ifndef OCHIL_SHARED_STRINGS_H
#define OCHIL_SHARED_STRINGS_H

#include "sheets/xml_io.h"

#define SHARED_STRING_MAX  ((size_t)1 << 20)
#define SHARED_STRINGS_MAX ((uint64_t)256 << 20)

#define STRINGS_BLOCKS 128     /* of 4 MiB, of which a long text may leave a quarter unused */
#define STRINGS_PLACES 640     /* of 65,536: enough for as many texts as the limit lets in */

struct shared_strings {
    struct arena *arena;
    char         *block[STRINGS_BLOCKS];
    uint32_t     *place[STRINGS_PLACES];
    size_t        count;
    uint64_t      bytes;
    size_t        block_count, block_used;
    char         *text;        /* the one being read */
    size_t        used;
};

/* Reads the part; `strings` must be zero. */
MUST_USE enum err shared_strings_read(struct shared_strings *, struct xml_memory *,
                                      struct source *, const char *path, const char *part,
                                      struct trouble *);

/* `number` must be below `count`. */
struct text shared_string(const struct shared_strings *, size_t number);

#endif
