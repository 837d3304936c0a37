/*
 * formats/output_io.h -- output that is written whole or not at all: a folder, or one file.
 *
 * Both are written under a hidden name beside their place (".OUT.ochil-<16 hex digits>"), forced
 * to the disk, and renamed into place by one call of the system at the very end. Until then
 * what stood there is untouched; from then on nothing can fail half way. A failure after the
 * rename (the parent folder cannot be forced to the disk) is undone.
 *
 *     out_folder_check()                 before anything is read
 *     out_folder_open()
 *       out_file_open(), out_file.sink, out_file_close()      once per file
 *     out_folder_commit()                or out_folder_abort(), also when commit fails
 *
 * Where an earlier OUT is replaced (`force`) the two are exchanged in one step and the earlier
 * one is deleted. Where the file system cannot exchange, the earlier one is renamed aside first,
 * so that for an instant there is none; if the machine stops just then, it stands beside OUT
 * under the hidden name with "-old" behind it.
 *
 * An OUT that is a symbolic link to a folder is replaced itself; what it leads to is left alone.
 *
 * Errors: ERR_IO with the path and the system's reason; ERR_USAGE for a path that has no name
 * to give ("/", ".", "..", too long). What could not be deleted on the way out is named in the
 * message. Functions take an arena for paths; no memory is asked for while something is open, nor
 * for a file of a folder.
 *
 * One thread at a time, but several out_files of a folder may be open at once, each opened,
 * written and closed by a thread of its own.
 */
#ifndef OCHIL_OUTPUT_IO_H
#define OCHIL_OUTPUT_IO_H

#include <limits.h>
#include <stdatomic.h>

#include "base/outside.h"
#include "base/stream.h"

#define OUT_FILES_MAX 64              /* open at once in one folder */
#define OUT_BUFFER_BYTES ((size_t)32 * 1024)

/* Where output goes, and the hidden name it has until it is finished. Private. */
struct out_place {
    const struct outside *outside;
    const char           *path;        /* no '/' at the end */
    const char           *parent;      /* the folder that it stands in */
    char                 *hidden;
    char                 *aside;       /* where the earlier one waits if there is no exchange */
    size_t                made_from;   /* parents made: how many bytes of `parent` name the
                                          first of them; 0: none was made */
    bool                  force;
    bool                  folder;      /* else a file */
};

struct out_folder {
    struct out_place place;
    struct arena    *arena;
    bool             made;              /* the hidden folder is there */
    bool             scratch;           /* will only be aborted: nothing is forced to the disk */
    atomic_int       file[OUT_FILES_MAX];   /* open ones; below 0: none */
};

/* A file being written: a sink with a buffer. Large: keep it in an arena or a frame of its own. */
struct out_file {
    struct sink           sink;
    const struct outside *outside;
    const char           *path;
    atomic_int           *slot;       /* the descriptor, kept by the folder or by `file` below */
    atomic_int            file;
    bool                  scratch;
    int                   why;        /* the errno of the first failure: all later ones repeat it */
    size_t                used;
    char                  room[PATH_MAX];   /* for the path of a folder's file */
    unsigned char         buffer[OUT_BUFFER_BYTES];
};

/* May OUT be written, as far as can be known now? To be asked before anything is read.
 * Refused with ERR_IO: an OUT that is no folder; one that is not empty, unless `force`; and one
 * that is, or holds, `input` (the folder or file that will be read; links resolved), also with
 * `force`. Ask again for each further place that is read; one that is not there is no matter. */
MUST_USE enum err out_folder_check(const struct outside *, struct arena *, const char *out,
                                   bool force, const char *input, struct trouble *);

/* Makes missing parents and the hidden folder. `out` is copied. */
MUST_USE enum err out_folder_open(struct out_folder *, const struct outside *, struct arena *,
                                  const char *out, bool force, struct trouble *);

/* The hidden folder alone, for work in between: it never takes its place, and ends with
 * out_folder_abort(). Its path is `place.hidden`. */
MUST_USE enum err out_scratch_open(struct out_folder *, const struct outside *, struct arena *,
                                   const char *beside, struct trouble *);

/* `name` holds no '/'. When it fails there is nothing to close. */
MUST_USE enum err out_file_open(struct out_folder *, const char *name, struct out_file *,
                                struct trouble *);

/* Writes the rest, forces it to the disk and closes it, whatever is returned. */
MUST_USE enum err out_file_close(struct out_file *, struct trouble *);

/* The hidden folder takes its place. On failure OUT is as it was (if even undoing fails, the
 * message says what stands where); call out_folder_abort() then too. */
MUST_USE enum err out_folder_commit(struct out_folder *, struct trouble *);

/* Closes and deletes what was written, and the parents that were made. After a commit that went
 * well, and on a folder that was only zeroed, it does nothing. False when something could not be
 * deleted, which it adds to the message; `trouble` may be NULL. */
bool out_folder_abort(struct out_folder *, struct trouble *);

/* One file, written the same way: open, write to `out.sink`, then commit or abort. A folder at
 * `path`, and without `force` anything there, is refused. */
struct whole_file {
    struct out_place place;
    struct out_file  out;
    bool             made;
};

MUST_USE enum err whole_file_open(struct whole_file *, const struct outside *, struct arena *,
                                  const char *path, bool force, struct trouble *);
MUST_USE enum err whole_file_commit(struct whole_file *, struct trouble *);
bool whole_file_abort(struct whole_file *, struct trouble *);
/* Two files that belong together: both take their places, or neither does. Abort both then too,
 * the one that was opened last first: it may stand in a folder that was made for the other. */
MUST_USE enum err whole_files_commit(struct whole_file *first, struct whole_file *second,
                                     struct trouble *);

/* All of it at once. */
MUST_USE enum err write_file_whole(const struct outside *, struct arena *, const char *path,
                                   const void *bytes, size_t size, bool force,
                                   struct trouble *);

/* Deletes a file, or a folder with all it holds (links themselves, never what they lead to).
 * OK when there is nothing there. */
MUST_USE enum err delete_whole(const struct outside *, const char *path, struct trouble *);

#endif
