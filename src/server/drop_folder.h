/*
 * server/drop_folder.h -- the folders that `ochil watch` works in.
 *
 *     DIR/ledger.csv                       dropped by a ledger system
 *     DIR/ledger.csv.control               and what it says of it (drop_words.h)
 *     DIR/working/20260401T090000.000Z-ledger.csv/    picked up: both files, and a receipt
 *     DIR/done/...                         taken in: the same folder
 *     DIR/refused/...                      refused: the same, and errors.csv
 *
 * An extract is picked up when its control file is there and neither has changed for a while. From
 * then on nobody else's writing reaches it. Whatever happens, an extract is in exactly one of the
 * places: each step is one rename, and what a killed watch has left in `working` is gone on with.
 * One watch at a time works in a folder, by a lock that ends with its process.
 *
 * Errors: ERR_IO, with the path and the system's reason; ERR_BUSY: another watch works there.
 *
 * Read next: drop_take.h (what is done with what was picked up).
 */
#ifndef OCHIL_DROP_FOLDER_H
#define OCHIL_DROP_FOLDER_H

#include "base/clock_io.h"
#include "base/outside.h"
#include "server/drop_words.h"

#define DROP_ERRORS_NAME "errors.csv"

struct drop_folder {
    const struct outside *outside;
    const char           *path;
    int                   lock;         /* -1: not open */
};

MUST_USE enum err drop_folder_open(struct drop_folder *, struct arena *,
                                   const struct outside *, const char *path, struct trouble *);
void drop_folder_close(struct drop_folder *);

/* An extract that was picked up. */
struct delivery {
    const char *name;               /* "ledger.csv" */
    const char *place;              /* "20260401T090000.000Z-ledger.csv", under `working` */
    const char *folder;             /* its path there */
    const char *extract, *control;  /* paths */
    bool        whole;              /* both are there, and are files */
    const char *receipt[RECEIPTS];
};

struct deliveries {
    struct delivery *delivery;      /* what was begun before first, then by name */
    size_t           count;
};

/* Picks up what is finished: unchanged for `still_ms` before `now`. */
MUST_USE enum err drop_folder_scan(struct drop_folder *, struct arena *, struct moment now,
                                   int64_t still_ms, struct deliveries *, struct trouble *);

/* The receipt as it is in `delivery`, in the place of the one before. */
MUST_USE enum err delivery_note(const struct drop_folder *, struct arena *,
                                const struct delivery *, struct trouble *);

/* To `done` or `refused`. */
MUST_USE enum err delivery_end(const struct drop_folder *, struct arena *,
                               const struct delivery *, bool done, struct trouble *);

#endif
