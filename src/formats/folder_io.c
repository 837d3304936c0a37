#include "formats/folder_io.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/listing.h"

/* How often a folder that grows between counting and reading is looked at again. */
#define LIST_ATTEMPTS 8

static enum err fail_path(struct trouble *trouble, const char *path)
{
    return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
}

static bool names_nothing(int why)
{
    return why == ENOENT || why == ENOTDIR;
}

/* Streams. */

static enum err folder_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                            struct trouble *trouble)
{
    struct folder_stream *file = (struct folder_stream *)stream;
    ssize_t read = file->folder->outside->read(file->file, bytes, size);

    if (read < 0)
        return fail_path(trouble, file->path);
    *got = (size_t)read;
    return OK;
}

static void folder_close(struct stream *stream)
{
    struct folder_stream *file = (struct folder_stream *)stream;

    assert(atomic_load(&file->taken));
    (void)file->folder->outside->close(file->file);   /* nothing was written: nothing is lost */
    atomic_store(&file->taken, false);
}

static struct folder_stream *stream_take(struct folder_source *folder)
{
    for (size_t i = 0; i < FOLDER_STREAMS_MAX; i++)
        if (!atomic_exchange(&folder->stream[i].taken, true))
            return &folder->stream[i];
    return NULL;
}

static enum err stream_open(struct folder_stream *file, struct trouble *trouble)
{
    const struct outside *outside = file->folder->outside;
    struct stat status;

    if (outside->stat(file->path, &status) != 0) {
        if (names_nothing(errno))
            return fail(trouble, ERR_MISSING, "%s: no such file", file->path);
        return fail_path(trouble, file->path);
    }
    /* Asked before opening, since to open a pipe without a writer is to wait for ever. */
    if (!S_ISREG(status.st_mode))
        return fail(trouble, ERR_IO, "%s: not a regular file", file->path);
    file->file = outside->open_read(file->path);
    return file->file < 0 ? fail_path(trouble, file->path) : OK;
}

static enum err folder_open(struct source *source, struct arena *arena, const char *name,
                            struct stream **out, struct trouble *trouble)
{
    struct folder_source *folder = (struct folder_source *)source;
    const char *path = arena_print(arena, "%s/%s", folder->path, name);
    struct folder_stream *file = stream_take(folder);

    if (file == NULL)
        return fail(trouble, ERR_IO, "%s: more than %d files open at once", path,
                    FOLDER_STREAMS_MAX);
    file->stream = (struct stream){ folder_read, folder_close };
    file->folder = folder;
    file->path = path;
    enum err err = stream_open(file, trouble);
    if (err != OK) {
        atomic_store(&file->taken, false);
        return err;
    }
    *out = &file->stream;
    return OK;
}

/* Listing. The folder is looked at twice, once to count and once to copy, so that no memory is
 * asked for (and no jump made) while the system has the folder open. */

struct name_count {
    size_t names;
    size_t bytes;
};

static bool count_name(void *context, const char *name)
{
    struct name_count *count = context;

    if (listing_takes(text_of(name))) {
        count->names++;
        count->bytes += strlen(name) + 1;
    }
    return true;
}

struct name_copy {
    struct name_count room;
    struct name_count used;
    const char      **name;
    char             *bytes;
    bool              full;
};

static bool copy_name(void *context, const char *name)
{
    struct name_copy *copy = context;
    size_t size = strlen(name) + 1;

    if (!listing_takes(text_of(name)))
        return true;
    if (copy->used.names == copy->room.names || copy->room.bytes - copy->used.bytes < size) {
        copy->full = true;
        return false;
    }
    copy->name[copy->used.names++] = memcpy(copy->bytes + copy->used.bytes, name, size);
    copy->used.bytes += size;
    return true;
}

static enum err read_names(struct folder_source *folder, struct arena *arena, const char *path,
                           struct name_copy *copy, struct trouble *trouble)
{
    for (int attempt = 0; attempt < LIST_ATTEMPTS; attempt++) {
        *copy = (struct name_copy){ .full = false };
        if (folder->outside->list(path, count_name, &copy->room) != 0)
            return fail_path(trouble, path);
        copy->name = arena_take(arena, copy->room.names, sizeof *copy->name);
        copy->bytes = arena_take(arena, copy->room.bytes, 1);
        if (folder->outside->list(path, copy_name, copy) != 0)
            return fail_path(trouble, path);
        if (!copy->full)
            return OK;
    }
    return fail(trouble, ERR_IO, "%s: the folder keeps changing", path);
}

/* Keeps the regular files, by their names inside the source. */
static enum err keep_files(struct folder_source *folder, struct arena *arena, const char *within,
                           const struct name_copy *copy, struct text *names, size_t *count,
                           struct trouble *trouble)
{
    *count = 0;
    for (size_t i = 0; i < copy->used.names; i++) {
        const char *name = arena_print(arena, "%s/%s", within, copy->name[i]);
        const char *path = arena_print(arena, "%s/%s", folder->path, name);
        struct stat status;

        if (folder->outside->stat(path, &status) != 0)
            return fail_path(trouble, path);
        if (S_ISREG(status.st_mode))
            names[(*count)++] = text_of(name);
    }
    return OK;
}

static enum err folder_list(struct source *source, struct arena *arena, const char *within,
                            struct text **names, size_t *count, struct trouble *trouble)
{
    struct folder_source *folder = (struct folder_source *)source;
    const char *path = arena_print(arena, "%s/%s", folder->path, within);
    struct name_copy copy;
    struct stat status;

    if (folder->outside->stat(path, &status) != 0) {
        if (names_nothing(errno))
            return fail(trouble, ERR_MISSING, "%s: no such folder", path);
        return fail_path(trouble, path);
    }
    if (!S_ISDIR(status.st_mode))
        return fail(trouble, ERR_MISSING, "%s: not a folder", path);
    enum err err = read_names(folder, arena, path, &copy, trouble);
    if (err != OK)
        return err;
    *names = arena_take(arena, copy.used.names, sizeof **names);
    err = keep_files(folder, arena, within, &copy, *names, count, trouble);
    if (err != OK)
        return err;
    listing_sort(*names, *count);
    return OK;
}

/* The source. */

enum err folder_source_open(struct folder_source *folder, const struct outside *outside,
                            const char *path, struct trouble *trouble)
{
    struct stat status;

    memset(folder, 0, sizeof *folder);
    folder->source = (struct source){ folder_list, folder_open };
    folder->outside = outside;
    folder->path = path;
    if (outside->stat(path, &status) != 0)
        return fail_path(trouble, path);
    if (!S_ISDIR(status.st_mode))
        return fail(trouble, ERR_IO, "%s: not a folder", path);
    return OK;
}

void folder_source_close(struct folder_source *folder)
{
    for (size_t i = 0; i < FOLDER_STREAMS_MAX; i++)
        if (atomic_load(&folder->stream[i].taken))
            folder_close(&folder->stream[i].stream);
}
