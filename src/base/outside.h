/*
 * base/outside.h -- the outside world, declared in one table.
 *
 * Everything the library asks of the operating system goes through a `struct outside`, so a
 * test can hand in a world whose N-th call fails. Nothing here knows the clock or the network.
 * Only files named *_io.c call these functions.
 *
 * Each returns 0 or more on success and -1 with errno set on failure, as the system calls do.
 */
#ifndef OCHIL_OUTSIDE_H
#define OCHIL_OUTSIDE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/base.h"

struct outside {
    int     (*open_read)(const char *path);
    int     (*open_write)(const char *path);        /* creates; fails if it exists */
    ssize_t (*read)(int file, void *bytes, size_t size);
    ssize_t (*write)(int file, const void *bytes, size_t size);
    int     (*sync)(int file);
    int     (*close)(int file);
    int     (*stat)(const char *path, struct stat *);
    int     (*make_folder)(const char *path);
    int     (*rename)(const char *from, const char *to);
    /* Swaps two existing paths in one step (renameat2 EXCHANGE); -1 with EINVAL or ENOSYS where
     * the file system cannot. */
    int     (*exchange)(const char *one, const char *other);
    int     (*remove_file)(const char *path);
    int     (*remove_folder)(const char *path);
    /* Calls `each` with every name in the folder but . and .. ; stops when it returns false. */
    int     (*list)(const char *path, bool (*each)(void *context, const char *name),
                    void *context);
    int     (*random)(void *bytes, size_t size);
};

/* The real one. */
extern const struct outside real_outside;

#endif
