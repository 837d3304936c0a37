/*
 * formats/ahead_io.h -- a source whose files are read ahead, each by a thread of its own, so that
 * inflating one goes on beside whatever is done with it.
 *
 * What it gives is what the source behind it gives, bytes and errors alike. Each open file has a
 * thread and AHEAD_BLOCKS blocks; where no thread can be had, the file is read without one.
 *
 * The source behind must let a file be read by another thread than the one that opened it, while
 * others are opened and closed (folder_io.h and zip_io.h do).
 */
#ifndef OCHIL_AHEAD_IO_H
#define OCHIL_AHEAD_IO_H

#include <pthread.h>

#include "base/stream.h"

#define AHEAD_STREAMS_MAX 4
#define AHEAD_BLOCKS      4
#define AHEAD_BLOCK_BYTES ((size_t)64 * 1024)

/* Private to ahead_io.c. */
struct ahead_stream {
    struct stream   stream;
    struct stream  *behind;      /* NULL: the place is free */
    char           *blocks;      /* AHEAD_BLOCKS of them */
    pthread_t       thread;
    pthread_mutex_t lock;
    pthread_cond_t  changed;
    /* under the lock */
    size_t          size[AHEAD_BLOCKS];
    size_t          first, full;    /* blocks that are full, from the first on */
    bool            ended, stopping;
    enum err        err;
    struct trouble  trouble;
    /* of the reader alone */
    size_t          used;           /* bytes of the first block */
};

struct ahead_source {
    struct source       source;
    struct source      *behind;
    struct ahead_stream stream[AHEAD_STREAMS_MAX];
};

void ahead_source_open(struct ahead_source *, struct source *behind);

/* Closes what is still open, and waits for its threads: before the source behind is closed. Safe
 * on one that is only zeroed. */
void ahead_source_close(struct ahead_source *);

#endif
