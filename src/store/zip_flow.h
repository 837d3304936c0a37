/*
 * store/zip_flow.h -- a zip archive that is written as it comes, to any sink, in one go.
 *
 *     zip_flow_open(&flow, sink, trouble)
 *       zip_flow_entry(&flow, "tables/account.csv", size, &entry, trouble)
 *       entry->write(entry, ...)                 `size` bytes in all
 *       zip_flow_entry_end(&flow, trouble)       and so on, one entry at a time
 *     zip_flow_end(&flow, trouble)
 *     zip_flow_drop(&flow)                       whatever happened
 *
 * For what is too large, or too private, to be put down on the way: nothing is written but to the
 * sink, and of each entry a hundred bytes or so are kept until the end (in the arena). Sums and
 * sizes stand behind each entry (a data descriptor) and in the directory at the end. An entry of 4
 * GiB and more, and what stands behind as much, is written as zip64; how large it will be is said
 * beforehand.
 *
 * Entries are dated 1980-01-01 (the first day that zip knows), mode 0644, deflated. Names are
 * UTF-8; they are not looked at twice. (An archive that is to be taken in again is written by
 * zip_writer_io.h.)
 *
 * Errors: the sink's; ERR_USAGE: a bad name (zip_name_fault); ERR_CHECK: an entry was not as large
 * as was said; ERR_IO: memory.
 *
 * Source: APPNOTE.TXT 6.3.10, PKWARE.
 */
#ifndef OCHIL_ZIP_FLOW_H
#define OCHIL_ZIP_FLOW_H

/* What is packed is not changed by it. */
#define ZLIB_CONST
#include <zlib.h>

#include "base/stream.h"

struct zip_flow_entry {
    const char            *name;
    uint64_t               size, packed;    /* bytes */
    uint64_t               at;              /* where it begins in the archive */
    uint32_t               sum;             /* CRC-32 */
    struct zip_flow_entry *next;
};

struct zip_flow {
    struct sink             entry_sink;     /* of the entry that is written */
    struct sink            *to;
    struct arena           *arena;
    z_stream                deflate;
    bool                    open;           /* `deflate` is to be given back */
    uint64_t                written;
    uint64_t                count;
    uint64_t                said;           /* the size of the entry, as announced */
    struct zip_flow_entry  *first, *entry;
    struct zip_flow_entry **last;
    unsigned char           packed[32768];
};

/* Large: keep it in an arena. */
MUST_USE enum err zip_flow_open(struct zip_flow *, struct arena *, struct sink *,
                                struct trouble *);
/* `name` is copied. */
MUST_USE enum err zip_flow_entry(struct zip_flow *, const char *name, uint64_t size, struct sink **,
                                 struct trouble *);
MUST_USE enum err zip_flow_entry_end(struct zip_flow *, struct trouble *);
MUST_USE enum err zip_flow_end(struct zip_flow *, struct trouble *);
/* Nothing on one that was only zeroed. */
void zip_flow_drop(struct zip_flow *);

#endif
