/*
 * cli/new_action.h -- `ochil new`: an empty partnership folder.
 */
#ifndef OCHIL_CLI_NEW_ACTION_H
#define OCHIL_CLI_NEW_ACTION_H

#include "base/outside.h"
#include "base/arena.h"

/* Writes the files of folder.h into `path`: it is made, or is there and empty; anything else
 * is refused with ERR_IO. What was written is removed again if something fails, also when `work`,
 * which gets a guard of its own, runs out of memory. `year` may be blank. */
MUST_USE enum err folder_make(const struct outside *, struct arena *, struct arena *work,
                              const char *path, const char *year, struct trouble *);

#endif
