/*
 * engine/whatif_io.h -- questions to a partnership folder on the disk.
 *
 *     whatif_folder_open()     reads and settles it
 *     whatif_folder_ask()      as often as wanted, one arena for each question
 *     whatif_folder_close()
 *
 * Errors are those of whatif.h, and ERR_IO.
 */
#ifndef OCHIL_WHATIF_IO_H
#define OCHIL_WHATIF_IO_H

#include "engine/whatif.h"
#include "formats/folder_io.h"

struct whatif_folder {
    struct folder_source source;
    bool                 reading;
    struct whatif        whatif;
};

struct whatif_request {
    const struct outside        *outside;
    const char                  *folder;
    enum book                    book;
    const char                  *through;     /* NULL: the whole year */
    int                          threads;
    const struct progress_watch *watch;       /* may be NULL */
};

MUST_USE enum err whatif_folder_open(const struct whatif_request *, struct arena *,
                                     struct whatif_folder *, struct trouble *);
MUST_USE enum err whatif_folder_ask(const struct whatif_folder *, struct arena *,
                                    const char *const text[], size_t count,
                                    const struct progress_watch *, struct whatif_answer *,
                                    struct trouble *);
void whatif_folder_close(struct whatif_folder *);

#endif
