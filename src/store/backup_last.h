/*
 * store/backup_last.h -- when the store was last backed up, for pages that need nothing else of
 * backup.h.
 *
 * Inside a transaction. Errors: those of db.h.
 */
#ifndef OCHIL_BACKUP_LAST_H
#define OCHIL_BACKUP_LAST_H

#include "store/db.h"

/* When the last one was made; `*found` false: never. */
MUST_USE enum err backup_last(struct tx *, struct moment *made, bool *found, struct trouble *);

#endif
