#include "base/fault_io.h"

#include <errno.h>
#include <stdatomic.h>

static const struct outside *world = &real_outside;
static atomic_long calls;
static atomic_long open_files;
static long planned;
static bool planned_sticky;
static int planned_why;

void fault_io_plan(const struct outside *behind, long nth, bool sticky, int why)
{
    world = behind;
    planned = nth;
    planned_sticky = sticky;
    planned_why = why;
    atomic_store(&calls, 0);
    atomic_store(&open_files, 0);
}

long fault_io_calls(void)
{
    return atomic_load(&calls);
}

long fault_io_open_files(void)
{
    return atomic_load(&open_files);
}

/* Counts a call; true when it is one that fails, with errno set. */
static bool fails(void)
{
    long nth = atomic_fetch_add(&calls, 1) + 1;

    if (planned == 0 || nth < planned || (nth > planned && !planned_sticky))
        return false;
    errno = planned_why;
    return true;
}

static int opened(int file)
{
    if (file >= 0)
        atomic_fetch_add(&open_files, 1);
    return file;
}

static int fault_open_read(const char *path)
{
    return fails() ? -1 : opened(world->open_read(path));
}

static int fault_open_write(const char *path)
{
    return fails() ? -1 : opened(world->open_write(path));
}

static ssize_t fault_read(int file, void *bytes, size_t size)
{
    return fails() ? -1 : world->read(file, bytes, size);
}

static ssize_t fault_write(int file, const void *bytes, size_t size)
{
    if (!fails())
        return world->write(file, bytes, size);
    (void)world->write(file, bytes, size / 2);
    errno = planned_why;
    return -1;
}

static int fault_sync(int file)
{
    return fails() ? -1 : world->sync(file);
}

static int fault_close(int file)
{
    atomic_fetch_sub(&open_files, 1);
    if (!fails())
        return world->close(file);
    (void)world->close(file);
    errno = planned_why;
    return -1;
}

static int fault_stat(const char *path, struct stat *status)
{
    return fails() ? -1 : world->stat(path, status);
}

static int fault_make_folder(const char *path)
{
    return fails() ? -1 : world->make_folder(path);
}

static int fault_rename(const char *from, const char *to)
{
    return fails() ? -1 : world->rename(from, to);
}

static int fault_exchange(const char *one, const char *other)
{
    return fails() ? -1 : world->exchange(one, other);
}

static int fault_remove_file(const char *path)
{
    return fails() ? -1 : world->remove_file(path);
}

static int fault_remove_folder(const char *path)
{
    return fails() ? -1 : world->remove_folder(path);
}

static int fault_list(const char *path, bool (*each)(void *context, const char *name),
                      void *context)
{
    return fails() ? -1 : world->list(path, each, context);
}

static int fault_random(void *bytes, size_t size)
{
    return fails() ? -1 : world->random(bytes, size);
}

const struct outside fault_outside = {
    .open_read = fault_open_read,
    .open_write = fault_open_write,
    .read = fault_read,
    .write = fault_write,
    .sync = fault_sync,
    .close = fault_close,
    .stat = fault_stat,
    .make_folder = fault_make_folder,
    .rename = fault_rename,
    .exchange = fault_exchange,
    .remove_file = fault_remove_file,
    .remove_folder = fault_remove_folder,
    .list = fault_list,
    .random = fault_random,
};
