/* base/outside_io.c -- the outside world as it is: one short function over each system call.
 * A call that a signal interrupted is made again. */
#include "base/outside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/secret_outside.h"

static int open_again(const char *path, int flags, mode_t mode)
{
    int file;

    do
        file = open(path, flags | O_CLOEXEC, mode);
    while (file < 0 && errno == EINTR);
    return file;
}

static int real_open_read(const char *path)
{
    return open_again(path, O_RDONLY | O_NOCTTY, 0);
}

static int real_open_write(const char *path)
{
    return open_again(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
}

static int secret_open_write(const char *path)
{
    return open_again(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
}

static ssize_t real_read(int file, void *bytes, size_t size)
{
    ssize_t got;

    do
        got = read(file, bytes, size);
    while (got < 0 && errno == EINTR);
    return got;
}

static ssize_t real_write(int file, const void *bytes, size_t size)
{
    ssize_t put;

    do
        put = write(file, bytes, size);
    while (put < 0 && errno == EINTR);
    return put;
}

static int real_sync(int file)
{
    int done;

    do
        done = fsync(file);
    while (done < 0 && errno == EINTR);
    return done;
}

/* Linux has let go of the file also when close() was interrupted, so it is never made again. */
static int real_close(int file)
{
    return close(file) == 0 || errno == EINTR ? 0 : -1;
}

static int real_stat(const char *path, struct stat *status)
{
    return stat(path, status);
}

static int real_make_folder(const char *path)
{
    return mkdir(path, 0777);
}

static int secret_make_folder(const char *path)
{
    return mkdir(path, 0700);
}

static int real_rename(const char *from, const char *to)
{
    return rename(from, to);
}

static int real_exchange(const char *one, const char *other)
{
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

static int real_remove_file(const char *path)
{
    return unlink(path);
}

static int real_remove_folder(const char *path)
{
    return rmdir(path);
}

static int list_names(DIR *folder, bool (*each)(void *context, const char *name), void *context)
{
    struct dirent *entry;

    while (errno = 0, (entry = readdir(folder)) != NULL) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (!each(context, name))
            return 0;
    }
    return errno == 0 ? 0 : -1;
}

static int real_list(const char *path, bool (*each)(void *context, const char *name),
                     void *context)
{
    DIR *folder = opendir(path);

    if (folder == NULL)
        return -1;
    int listed = list_names(folder, each, context);
    int why = errno;
    (void)closedir(folder);
    errno = why;
    return listed;
}

static int real_random(void *bytes, size_t size)
{
    unsigned char *at = bytes;

    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        at += got;
        size -= (size_t)got;
    }
    return 0;
}

const struct outside real_outside = {
    .open_read = real_open_read,
    .open_write = real_open_write,
    .read = real_read,
    .write = real_write,
    .sync = real_sync,
    .close = real_close,
    .stat = real_stat,
    .make_folder = real_make_folder,
    .rename = real_rename,
    .exchange = real_exchange,
    .remove_file = real_remove_file,
    .remove_folder = real_remove_folder,
    .list = real_list,
    .random = real_random,
};

const struct outside secret_outside = {
    .open_read = real_open_read,
    .open_write = secret_open_write,
    .read = real_read,
    .write = real_write,
    .sync = real_sync,
    .close = real_close,
    .stat = real_stat,
    .make_folder = secret_make_folder,
    .rename = real_rename,
    .exchange = real_exchange,
    .remove_file = real_remove_file,
    .remove_folder = real_remove_folder,
    .list = real_list,
    .random = real_random,
};
