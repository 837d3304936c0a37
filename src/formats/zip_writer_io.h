/*
 * formats/zip_writer_io.h -- writing a zip archive whose bytes depend on its content alone.
 *
 *     zip_writer_open(&writer, outside, arena, "2014-15.ochil.zip", force, trouble)
 *       zip_writer_entry(&writer, "input/pools.csv", &sink, trouble)
 *       sink->write(sink, ...)
 *       zip_writer_entry_end(&writer, trouble)          and so on, one entry at a time
 *     zip_writer_commit()        or zip_writer_abort(), also when commit fails
 *
 * Entries stand in the order in which they were added, all dated 1980-01-01 00:00 (the first day
 * that zip knows), with mode 0644, deflated at level 6, without extra fields: the same entries
 * give the same archive, wherever and whenever (with the same zlib).
 *
 * The archive's comment is the SHA-256 of every byte before it, in 64 lower-case hex digits;
 * zip_comment_check() (zip_io.h) looks at it.
 *
 * Nothing is held in memory: entries are first written to files in a hidden folder beside the
 * archive, which is deleted in the end. The archive is written whole or not at all, as
 * output_io.h says. libzip writes within the hidden folder by itself; what ends up in place goes
 * through `struct outside`.
 *
 * Errors: ERR_IO with the path and reason. A bad or doubled name, or more than ZIP_ENTRIES_MAX
 * entries, is ERR_USAGE: such an archive could not be read again.
 */
#ifndef OCHIL_ZIP_WRITER_IO_H
#define OCHIL_ZIP_WRITER_IO_H

#include "formats/output_io.h"

struct zip_part {
    const char      *name;    /* in the archive */
    const char      *path;    /* on the disk */
    struct zip_part *next;
};

struct zip_writer {
    struct arena      *arena;
    struct whole_file *whole;      /* the archive, under its hidden name */
    struct out_folder  scratch;
    struct out_file   *entry;      /* the part being written */
    bool               writing;
    struct zip_part   *first;
    struct zip_part  **last;
    size_t             count;
};

/* Zero the writer before, so that zip_writer_abort() is right at any time. */
MUST_USE enum err zip_writer_open(struct zip_writer *, const struct outside *, struct arena *,
                                  const char *path, bool force, struct trouble *);

MUST_USE enum err zip_writer_entry(struct zip_writer *, const char *name, struct sink **,
                                   struct trouble *);
MUST_USE enum err zip_writer_entry_end(struct zip_writer *, struct trouble *);

/* On failure the place is as it was; call zip_writer_abort() then too. */
MUST_USE enum err zip_writer_commit(struct zip_writer *, struct trouble *);

/* Deletes what was written on the way; after a commit that went well it does nothing. Adds to
 * the message what could not be deleted; `trouble` may be NULL. */
void zip_writer_abort(struct zip_writer *, struct trouble *);

#endif
