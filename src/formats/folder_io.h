/*
 * formats/folder_io.h -- a folder on the disk as a source of files.
 *
 * Listed are the regular files directly in the folder that count as ledger files (engine
 * contract, fine print 4); a symbolic link counts as what it leads to. A name that should count
 * and cannot be looked at (a link to nowhere, no right) is trouble, never left out.
 *
 * Names are relative to the folder and use '/': what list() gives can be given to open().
 *
 * A stream lives in the source, not in an arena, so that folder_source_close() can close what
 * an interrupted piece of work left open. At most FOLDER_STREAMS_MAX are open at once. Several
 * threads may open, read and close different streams of one source at the same time, each with
 * an arena of its own.
 *
 * Errors: ERR_MISSING (no such file or folder inside), ERR_IO (anything else: the message holds
 * the path and the system's reason). The folder itself missing is ERR_IO (fine print 15).
 *
 * Read next: output_io.h, the way out.
 */
#ifndef OCHIL_FOLDER_IO_H
#define OCHIL_FOLDER_IO_H

#include <stdatomic.h>

#include "base/outside.h"
#include "base/stream.h"

#define FOLDER_STREAMS_MAX 64

struct folder_source;

/* One file being read. Private to folder_io.c. */
struct folder_stream {
    struct stream         stream;
    struct folder_source *folder;
    const char           *path;
    int                   file;
    atomic_bool           taken;
};

struct folder_source {
    struct source         source;
    const struct outside *outside;
    const char           *path;
    struct folder_stream  stream[FOLDER_STREAMS_MAX];
};

/* `path` is kept, not copied. ERR_IO: no such folder, or not a folder. */
MUST_USE enum err folder_source_open(struct folder_source *, const struct outside *,
                                     const char *path, struct trouble *);

/* Closes the streams that are still open. */
void folder_source_close(struct folder_source *);

#endif
