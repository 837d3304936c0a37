/*
 * base/stream.h -- where a partnership's bytes come from, as a stream of blocks.
 *
 * The engine never knows whether it reads a folder, a zip, kept evidence or memory: it is given
 * a `struct source`, asks it which files there are, and reads each from its beginning in
 * blocks. A file may be opened again (for a second pass); several may be open at once.
 */
#ifndef OCHIL_STREAM_H
#define OCHIL_STREAM_H

#include "base/arena.h"
#include "base/text.h"

struct stream {
    /* Fills `bytes` with up to `size` bytes. `*got` of 0 means the end. */
    enum err (*read)(struct stream *, void *bytes, size_t size, size_t *got, struct trouble *);
    void     (*close)(struct stream *);
};

struct source {
    /* The files of a folder of the source that count as ledger files (engine contract, fine
     * print 4), by name, in byte order; names live in `arena`. ERR_MISSING: no such folder. */
    enum err (*list)(struct source *, struct arena *arena, const char *folder,
                     struct text **names, size_t *count, struct trouble *);
    /* A file by its name inside the source ("pools.csv", "ledger/a.csv"). ERR_MISSING: none. */
    enum err (*open)(struct source *, struct arena *arena, const char *name, struct stream **,
                     struct trouble *);
};

/* A source of files in memory: for tests, fuzzing and edited copies. Names end at NULL. */
struct memory_file {
    const char *name;
    struct text bytes;
};

struct memory_source {
    struct source             source;
    const struct memory_file *file;
    size_t                    count;
    struct source            *behind;   /* asked for what is not here; may be NULL */
};

void memory_source_open(struct memory_source *, const struct memory_file *, size_t count,
                        struct source *behind);

/* The whole of a file; for the small ones (model files). LIMIT of `most` bytes gives ERR_USAGE. */
MUST_USE enum err source_read_all(struct source *, struct arena *arena, const char *name,
                                  size_t most, struct text *out, struct trouble *);

/* Told now and then how many bytes have been read; returning false stops the work (ERR_BUSY
 * with the message "stopped"). Called by one thread at a time. */
struct progress_watch {
    bool (*tell)(void *context, uint64_t bytes);
    void *context;
};

/* Where bytes go: a file being written, a hash, a buffer. */
struct sink {
    enum err (*write)(struct sink *, const void *bytes, size_t size, struct trouble *);
};

#endif
