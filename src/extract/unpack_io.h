/*
 * extract/unpack_io.h -- a stream of bytes that unpacks another one: gzip, xz or zstd, known by
 * their first bytes, whatever the file is called; all else passes through as it is.
 *
 * Several members one after another (as `cat a.gz b.gz` makes them) are one text. Anything else
 * behind the last member, damage, and an end that comes too early are ERR_CHECK, with the file's
 * name. So is a file that was packed with a window of more than 64 MiB: it would take as much
 * memory to unpack.
 *
 * Memory: what stands below, and what the libraries take until the stream is closed.
 */
#ifndef OCHIL_UNPACK_IO_H
#define OCHIL_UNPACK_IO_H

#include "base/outside.h"
#include "base/stream.h"
#include "extract/text_rows_io.h"

/* A file as a stream. Its fields are private to unpack_io.c, but for `bytes`. */
struct file_stream {
    struct stream         stream;
    const struct outside *outside;
    const char           *path;
    int                   file;
    uint64_t              bytes;     /* read so far */
};

/* `path` is kept, not copied. ERR_IO: it cannot be read, or is not a regular file. */
MUST_USE enum err file_stream_open(struct file_stream *, const struct outside *, const char *path,
                                   struct trouble *);

struct unpack;

/* Takes `packed` over: closing the stream closes it, and when this fails it is closed too.
 * `name` is for messages and kept, not copied. */
MUST_USE enum err unpack_open(struct unpack *, struct stream *packed, const char *name,
                              struct trouble *);
struct stream *unpack_stream(struct unpack *);
enum packing unpack_packing(const struct unpack *);

/* Its place; to be closed before the arena is freed. */
struct unpack *unpack_take(struct arena *);

#endif
