/*
 * store/work_folder.h -- a folder for work that needs paths, of which nothing stays behind.
 *
 * Some of the library reads by paths what is sealed in the store. What is put into such a folder
 * by work_folder_file() has no name: a link in the folder leads to the open file of this process,
 * and when the process ends, however it does, the bytes are gone. What others write there by name
 * (an archive, its parts) stays when the process is killed; the folder is locked by whoever works
 * in it, and one that nobody holds is deleted by the next that is opened, and when a server
 * starts.
 *
 * The folder can be entered by the server's own account alone.
 *
 * Errors: ERR_IO.
 */
#ifndef OCHIL_WORK_FOLDER_H
#define OCHIL_WORK_FOLDER_H

#include "base/arena.h"
#include "base/outside.h"
#include "base/stream.h"

#define WORK_FILES_MOST 256

struct work_folder {
    const struct outside *outside;
    const char           *path;         /* NULL: not open */
    int                   lock;
    int                   file[WORK_FILES_MOST];    /* without names, open */
    size_t                files;
};

/* Within `spool`, which is there. Nothing is to be closed when it fails. */
MUST_USE enum err work_folder_open(struct work_folder *, struct arena *, const struct outside *,
                                   const char *spool, struct trouble *);

/* All that is in it goes, named or not. Nothing, if it is not open. */
MUST_USE enum err work_folder_close(struct work_folder *, struct trouble *);

/* A file that is written to the sink and may be read by this path in the folder. The sink lives in
 * the arena. */
MUST_USE enum err work_folder_file(struct work_folder *, struct arena *, const char *path,
                                   struct sink **, struct trouble *);

/* A folder in it. */
MUST_USE enum err work_folder_within(struct work_folder *, const char *path, struct trouble *);

/* Deletes what processes left that were killed. What cannot be deleted is left to the next. */
void work_folders_sweep(const struct outside *, const char *spool);

#endif
