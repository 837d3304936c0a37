/*
 * extract/text_rows_io.h -- a text extract, delimited or of fixed width, as rows.
 *
 *     text_rows_open()    unpacks, detects, decodes: the file's bytes become UTF-8
 *     reader.next()       a row at a time
 *     text_rows_seen()    what was detected, once the first row has been read
 *     text_rows_take()    instead of next(): many records at once, as they stand ...
 *     text_block_next()   ... and their rows, cut by another thread while more is read
 *
 * Layers, each a file of its own: unpack_io.c (gzip, xz, zstd as a stream), encoding.c (any of
 * the encodings to UTF-8, pure), line_end.c, delimited.c and fixed.c (one row from bytes in
 * memory, pure).
 * What the encoding does not have is passed on as the byte 0xFF, which no UTF-8 text can hold,
 * so that its row is found faulty by the same test as any other.
 *
 * docs/convert.md, section 3. Memory: constant, a few MiB.
 */
#ifndef OCHIL_TEXT_ROWS_IO_H
#define OCHIL_TEXT_ROWS_IO_H

#include "base/outside.h"
#include "extract/profile.h"
#include "formats/row.h"

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_XZ, PACKING_ZSTD };

struct text_seen {
    enum packing  packing;
    enum encoding encoding;        /* never ENCODING_DETECT */
    bool          encoding_detected;
    unsigned      byte_order_marks;    /* removed: usually none or one */
    bool          mark_encoded_twice;  /* one of them was C3 AF C2 BB C2 BF */
    enum line_end line_end;        /* never LINE_END_DETECT */
};

/* How the text is cut into rows: the part of a profile that this layer needs. */
struct text_dialect {
    enum extract_format        format;       /* FORMAT_DELIMITED or FORMAT_FIXED */
    enum encoding              encoding;
    enum line_end              line_end;
    char                       delimiter;
    bool                       quotes;
    const struct fixed_column *fixed;
    size_t                     fixed_count;
};

struct text_rows;

/* Whole records of a text, in UTF-8. */
struct text_block {
    struct text bytes;
    uint64_t    line;      /* on which they begin */
};

/* `arena` holds the reader and must live as long, as must `path` and the dialect's columns; the
 * reader's own closing gives files back. Once it is open it takes nothing more from the arena.
 * ERR_USAGE: the fixed columns overlap or do not stand from left to right. ERR_IO; ERR_CHECK
 * (damaged compression), which the reader's next() may give too. */
MUST_USE enum err text_rows_open(struct text_rows **, struct arena *, const struct outside *,
                                 const char *path, const struct text_dialect *,
                                 struct trouble *);

struct row_reader *text_rows_reader(struct text_rows *);
struct text_seen text_rows_seen(const struct text_rows *);

/* The records that come next, up to `most` bytes of them, copied to `bytes`. A block without bytes:
 * the next record is not as simple as that (it may be long, or the last), or there is none; then
 * it is to be had from next(). */
MUST_USE enum err text_rows_take(struct text_rows *, char *bytes, size_t most,
                                 struct text_block *, struct trouble *);

/* The first row of a block, which is taken off it; false: none is left. `row->cell` has room for
 * ROW_CELLS_MAX, `spare` for the block. */
bool text_block_next(const struct text_rows *, struct text_block *, char *spare, struct row *);

/* The first bytes of the file once unpacked, to tell a zip from a text; *got at most `most`. */
MUST_USE enum err text_first_bytes(const struct outside *, struct arena *, const char *path,
                                   char *bytes, size_t most, size_t *got, struct trouble *);

/* Bytes of the file itself that have been read so far: for a bar of progress. */
uint64_t text_rows_bytes(const struct text_rows *);

#endif
