/*
 * formats/zip_io.h -- reading zip archives that somebody else may have made with ill intent.
 *
 *     zip_comment_check()     a bundle: is every byte as it was written? Before anything else.
 *     zip_archive_open()      reads and judges the list of entries
 *     zip_folder_open()       a folder of the archive as a source of files ("" for all of it)
 *
 * An archive is refused when opened, with a message that names the entry, if it has
 *   - more than ZIP_ENTRIES_MAX entries, or more than ZIP_TOTAL_MAX bytes once inflated;
 *   - a name that is absolute, empty, not UTF-8, longer than ZIP_NAME_MAX, with a backslash, a
 *     control character or a part that is empty, "." or ".."; or twice the same name; or a file
 *     that other entries use as a folder;
 *   - an entry that is encrypted, a symbolic link or another special file, compressed otherwise
 *     than by deflate, larger than ZIP_RATIO_MAX times what it takes in the archive (deflate
 *     cannot: 1032 is its limit), or entries that together take more than the archive has
 *     (they overlap);
 *   - anything that libzip finds inconsistent between the two places where zip keeps a name.
 * An entry is refused while it is read as soon as it inflates beyond its declared size, and at
 * its end when it is shorter or its CRC differs. Memory is constant: nothing is inflated whole.
 *
 * libzip reads the file itself, not through `struct outside`, since it must seek; only the look
 * at the file and zip_comment_check() go through it.
 *
 * Every stream opens the archive for itself, so that several threads can inflate at the same
 * time without a lock; it checks that the file is still the one whose list was judged. Streams
 * live in the archive, which closes what an interrupted piece of work left open. An archive is
 * opened and closed by one thread while no other uses it.
 *
 * Errors: ERR_IO (the file cannot be read, memory ran out), ERR_CHECK (it is not a sound
 * archive), ERR_MISSING (no such entry or folder).
 */
#ifndef OCHIL_ZIP_IO_H
#define OCHIL_ZIP_IO_H

#include <stdatomic.h>

#include "base/outside.h"
#include "base/stream.h"

#define ZIP_ENTRIES_MAX 10000
#define ZIP_NAME_MAX    1024
#define ZIP_RATIO_MAX   1100
#define ZIP_TOTAL_MAX   ((uint64_t)16 << 30)   /* bytes */
#define ZIP_STREAMS_MAX 64

struct zip;
struct zip_archive;
struct zip_file;

struct zip_entry {
    const char *name;
    uint64_t    index;    /* in the archive */
    uint64_t    size;     /* bytes once inflated, as declared */
    uint64_t    packed;   /* bytes it takes in the archive, as declared */
    bool        folder;   /* the name ends in '/' */
};

/* One entry being read. Private to zip_io.c. */
struct zip_stream {
    struct stream           stream;
    struct zip_archive     *archive;
    const struct zip_entry *entry;
    struct zip             *handle;
    struct zip_file        *file;
    uint64_t                got;
    atomic_bool             taken;
};

struct zip_archive {
    const struct outside *outside;
    const char           *path;
    struct stat           status;    /* of the file when its list was judged */
    struct zip_entry     *entry;     /* sorted by name, in bytes */
    size_t                count;
    struct zip           *listing;   /* open only while the list is read */
    struct zip_stream     stream[ZIP_STREAMS_MAX];
};

struct zip_folder {
    struct source       source;
    struct zip_archive *archive;
    const char         *prefix;
};

/* `path` is kept; names live in `arena`. Zero the archive before, so that zip_archive_close() is
 * right at any time, also after memory ran out in here. */
MUST_USE enum err zip_archive_open(struct zip_archive *, const struct outside *, struct arena *,
                                   const char *path, struct trouble *);
void zip_archive_close(struct zip_archive *);

/* The entries whose names begin with `prefix` ("input/", or ""), without it, as a source. Always
 * succeeds; `prefix` is kept. Close the archive, not this. */
void zip_folder_open(struct zip_folder *, struct zip_archive *, const char *prefix);

/* An entry by its whole name; NULL: none. */
const struct zip_entry *zip_entry_find(const struct zip_archive *, const char *name);

/* Does the archive end in a comment of exactly 64 lower-case hex digits, the SHA-256 of every
 * byte before it? ERR_CHECK when not. Reads the file once, parses nothing else. */
MUST_USE enum err zip_comment_check(const struct outside *, const char *path, struct trouble *);

/* What is wrong with the name of an entry, for a message; NULL: nothing. */
const char *zip_name_fault(const char *name);

#endif
