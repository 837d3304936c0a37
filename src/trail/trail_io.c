#include "trail/trail_io.h"

#include <errno.h>

#include "formats/minisign_io.h"
#include "formats/small_file_io.h"

enum err checkpoint_read(const struct outside *outside, const char *path,
                         struct checkpoint_file *file, struct trouble *trouble)
{
    enum err err = small_file_read(outside, path, "a checkpoint", file->text, sizeof file->text,
                                   &file->size, trouble);

    if (err != OK)
        return err;
    if (!checkpoint_parse((struct text){ file->text, file->size }, &file->checkpoint))
        return fail(trouble, ERR_CHECK, "%s: this is not the checkpoint of a trail", path);
    return OK;
}

struct file_stream {
    struct stream         stream;
    const struct outside *outside;
    const char           *path;
    int                   file;
};

static enum err read_file(struct stream *stream, void *bytes, size_t size, size_t *got,
                          struct trouble *trouble)
{
    const struct file_stream *file = (const struct file_stream *)stream;
    ssize_t count = file->outside->read(file->file, bytes, size);

    *got = count < 0 ? 0 : (size_t)count;
    return count < 0 ? fail(trouble, ERR_IO, "%s: %s", file->path, strerror(errno)) : OK;
}

static enum err read_keys(const struct outside *outside, const struct trail_files *files,
                          struct trail_key *key, struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < files->keys && err == OK; i++) {
        key[i].name = files->key[i];
        err = minisign_public_read(outside, files->key[i], &key[i].public, trouble);
    }
    return err;
}

/* The arena may run out of memory while the file is open: it is closed on the way. */
static enum err verify_open(struct file_stream *file, struct arena *arena,
                            const struct trail_request *request, struct trail_report *report,
                            struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena)) {
        (void)file->outside->close(file->file);
        arena_pass_on(&outer);
    }
    enum err err = trail_verify(&file->stream, arena, request, report, trouble);
    (void)file->outside->close(file->file);
    return err;
}

enum err trail_verify_file(const struct outside *outside, struct arena *arena,
                           const struct trail_files *files, struct trail_report *report,
                           struct trouble *trouble)
{
    struct trail_key *key = arena_take(arena, files->keys + 1, sizeof *key);
    const struct trail_request request = {
        .name = files->export, .key = key, .keys = files->keys, .since = files->since,
        .watch = files->watch,
    };
    struct file_stream file = {
        .stream = { .read = read_file }, .outside = outside, .path = files->export,
    };
    enum err err = read_keys(outside, files, key, trouble);

    if (err != OK)
        return err;
    file.file = outside->open_read(files->export);
    if (file.file < 0)
        return fail(trouble, ERR_IO, "%s: %s", files->export, strerror(errno));
    return verify_open(&file, arena, &request, report, trouble);
}
