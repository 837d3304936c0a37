#include "store/work_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "formats/output_io.h"

#define PREFIX "ochil-work-"
#define ATTEMPTS 8

static enum err failed(const char *path, struct trouble *trouble)
{
    return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
}

/* The lock of a folder, which a process has until it ends; -1: another has it, or it is gone. */
static int lock_folder(const char *path)
{
    const int lock = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
        (void)close(lock);
        return -1;
    }
    return lock;
}

/* --- what was left --- */

struct sweeping {
    const struct outside *outside;
    const char           *spool;
};

/* Of another account it cannot be opened. */
static bool sweep(void *context, const char *name)
{
    const struct sweeping *sweeping = context;
    char path[PATH_MAX];

    if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
        return true;
    (void)snprintf(path, sizeof path, "%s/%s", sweeping->spool, name);
    const int lock = lock_folder(path);
    if (lock >= 0) {
        const enum err err = delete_whole(sweeping->outside, path, NULL);
        (void)err;      /* the next one tries again */
        (void)close(lock);
    }
    return true;
}

void work_folders_sweep(const struct outside *outside, const char *spool)
{
    struct sweeping sweeping = { outside, spool };

    (void)outside->list(spool, sweep, &sweeping);
}

/* --- a folder --- */

/* One that is swept between its making and its locking is made again. */
enum err work_folder_open(struct work_folder *folder, struct arena *arena,
                          const struct outside *outside, const char *spool,
                          struct trouble *trouble)
{
    *folder = (struct work_folder){ .outside = outside, .lock = -1 };
    work_folders_sweep(outside, spool);
    for (int i = 0; i < ATTEMPTS && folder->lock < 0; i++) {
        char *path = arena_print(arena, "%s/" PREFIX "XXXXXX", spool);
        if (mkdtemp(path) == NULL)
            return failed(spool, trouble);
        folder->path = path;
        folder->lock = lock_folder(path);
    }
    if (folder->lock >= 0)
        return OK;
    folder->path = NULL;
    return fail(trouble, ERR_IO, "%s: no folder can be made and held there", spool);
}

enum err work_folder_close(struct work_folder *folder, struct trouble *trouble)
{
    if (folder->path == NULL)
        return OK;
    const enum err err = delete_whole(folder->outside, folder->path, trouble);
    for (size_t i = 0; i < folder->files; i++)
        (void)close(folder->file[i]);
    (void)close(folder->lock);
    *folder = (struct work_folder){ .lock = -1 };
    return err;
}

enum err work_folder_within(struct work_folder *folder, const char *path, struct trouble *trouble)
{
    return folder->outside->make_folder(path) == 0 ? OK : failed(path, trouble);
}

struct file_sink {
    struct sink           sink;
    const struct outside *outside;
    const char           *path;
    int                   file;
};

static enum err write_file(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    const struct file_sink *to = (const struct file_sink *)sink;
    const char *from = bytes;

    while (size > 0) {
        const ssize_t put = to->outside->write(to->file, from, size);
        if (put <= 0)
            return failed(to->path, trouble);
        from += put;
        size -= (size_t)put;
    }
    return OK;
}

enum err work_folder_file(struct work_folder *folder, struct arena *arena, const char *path,
                          struct sink **out, struct trouble *trouble)
{
    struct file_sink *to = arena_take(arena, 1, sizeof *to);

    if (folder->files == WORK_FILES_MOST)
        return fail(trouble, ERR_IO, "more than %d files in %s", WORK_FILES_MOST, folder->path);
    const int file = open(folder->path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        return failed(folder->path, trouble);
    folder->file[folder->files++] = file;
    *to = (struct file_sink){ { write_file }, folder->outside, path, file };
    *out = &to->sink;
    return symlink(arena_print(arena, "/proc/self/fd/%d", file), path) == 0
               ? OK : failed(path, trouble);
}
