#include "formats/zip_writer_io.h"

#include <assert.h>
#include <errno.h>
#include <zip.h>

#include "formats/sha256.h"
#include "formats/zip_io.h"

#define COMMENT_BYTES   (SHA256_HEX_SIZE - 1)
#define READ_BYTES      ((size_t)64 * 1024)
#define DEFLATE_LEVEL   9
#define FIRST_DAY       ((1 << 5) | 1)   /* 1980-01-01 as DOS writes it; midnight is 0 */
#define REGULAR_FILE    ((zip_uint32_t)0100644 << 16)

/* A comment of the right length, overwritten once the bytes before it are known. */
static const char no_sum[] = "0000000000000000000000000000000000000000000000000000000000000000";

enum err zip_writer_open(struct zip_writer *writer, const struct outside *outside,
                         struct arena *arena, const char *path, bool force,
                         struct trouble *trouble)
{
    memset(writer, 0, sizeof *writer);
    writer->arena = arena;
    writer->last = &writer->first;
    writer->entry = arena_take(arena, 1, sizeof *writer->entry);
    /* Known to the writer before it is opened, and so even if memory runs out just behind it. */
    writer->whole = arena_take(arena, 1, sizeof *writer->whole);
    enum err err = whole_file_open(writer->whole, outside, arena, path, force, trouble);
    if (err != OK)
        return err;
    err = out_scratch_open(&writer->scratch, outside, arena,
                           arena_print(arena, "%s.parts", writer->whole->place.hidden), trouble);
    if (err != OK)
        zip_writer_abort(writer, trouble);
    return err;
}

static enum err check_name(const struct zip_writer *writer, const char *name,
                           struct trouble *trouble)
{
    const char *fault = zip_name_fault(name);

    if (fault == NULL && name[strlen(name) - 1] == '/')
        fault = "is the name of a folder";
    for (const struct zip_part *part = writer->first; part != NULL && fault == NULL;
         part = part->next)
        if (strcmp(part->name, name) == 0)
            fault = "is there twice";
    return fault == NULL ? OK : fail(trouble, ERR_USAGE, "entry '%s' %s", name, fault);
}

enum err zip_writer_entry(struct zip_writer *writer, const char *name, struct sink **sink,
                          struct trouble *trouble)
{
    enum err err = check_name(writer, name, trouble);

    assert(!writer->writing);
    if (err != OK)
        return err;
    if (writer->count == ZIP_ENTRIES_MAX)
        return fail(trouble, ERR_USAGE, "more than %d entries in an archive", ZIP_ENTRIES_MAX);
    struct zip_part *part = arena_take(writer->arena, 1, sizeof *part);
    const char *number = arena_print(writer->arena, "%zu", writer->count);
    part->name = arena_copy(writer->arena, name, strlen(name));
    part->path = arena_print(writer->arena, "%s/%s", writer->scratch.place.hidden, number);
    err = out_file_open(&writer->scratch, number, writer->entry, trouble);
    if (err != OK)
        return err;
    *writer->last = part;
    writer->last = &part->next;
    writer->count++;
    writer->writing = true;
    *sink = &writer->entry->sink;
    return OK;
}

enum err zip_writer_entry_end(struct zip_writer *writer, struct trouble *trouble)
{
    assert(writer->writing);
    writer->writing = false;
    return out_file_close(writer->entry, trouble);
}

/* Adds one part; libzip reads it when the archive is closed. */
static bool add_part(zip_t *handle, const struct zip_part *part)
{
    zip_source_t *source = zip_source_file(handle, part->path, 0, -1);

    if (source == NULL)
        return false;
    zip_int64_t at = zip_file_add(handle, part->name, source, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
        zip_source_free(source);
        return false;
    }
    zip_uint64_t index = (zip_uint64_t)at;
    return zip_set_file_compression(handle, index, ZIP_CM_DEFLATE, DEFLATE_LEVEL) == 0
        && zip_file_set_dostime(handle, index, 0, FIRST_DAY, 0) == 0
        && zip_file_set_external_attributes(handle, index, 0, ZIP_OPSYS_UNIX, REGULAR_FILE) == 0;
}

static enum err pack(const struct zip_writer *writer, const char *path, struct trouble *trouble)
{
    int code;
    zip_t *handle = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);

    if (handle == NULL)
        return fail(trouble, ERR_IO, "%s: it cannot be made (libzip %d)", path, code);
    bool good = zip_set_archive_comment(handle, no_sum, COMMENT_BYTES) == 0;
    for (const struct zip_part *part = writer->first; part != NULL && good; part = part->next)
        good = add_part(handle, part);
    if (good && zip_close(handle) == 0)
        return OK;
    enum err err = fail(trouble, ERR_IO, "%s: %s", path, zip_strerror(handle));
    zip_discard(handle);
    return err;
}

/* Copies to the archive's hidden file all but the comment, summing it on the way. */
static enum err copy_summed(struct sink *sink, const struct outside *outside, int file,
                            const char *path, struct sha256 *hash, struct trouble *trouble)
{
    unsigned char bytes[COMMENT_BYTES + READ_BYTES];   /* the last of them wait for more */
    size_t held = 0;
    ssize_t got;

    while ((got = outside->read(file, bytes + held, READ_BYTES)) > 0) {
        held += (size_t)got;
        size_t sure = held > COMMENT_BYTES ? held - COMMENT_BYTES : 0;
        enum err err = sink->write(sink, bytes, sure, trouble);
        if (err != OK)
            return err;
        sha256_add(hash, bytes, sure);
        held -= sure;
        memmove(bytes, bytes + sure, held);
    }
    if (got < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    if (held != COMMENT_BYTES || memcmp(bytes, no_sum, COMMENT_BYTES) != 0)
        return fail(trouble, ERR_IO, "%s: it was changed while it was written", path);
    return OK;
}

static enum err copy_and_sign(struct zip_writer *writer, const char *path,
                              struct trouble *trouble)
{
    const struct outside *outside = writer->scratch.place.outside;
    struct sink *sink = &writer->whole->out.sink;
    struct sha256 hash = { 0 };
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];
    int file = outside->open_read(path);

    if (file < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    enum err err = sha256_begin(&hash, trouble);
    if (err == OK)
        err = copy_summed(sink, outside, file, path, &hash, trouble);
    (void)outside->close(file);
    if (err == OK)
        err = sha256_end(&hash, &sum, trouble);
    sha256_drop(&hash);
    if (err != OK)
        return err;
    sha256_hex(&sum, hex);
    return sink->write(sink, hex, COMMENT_BYTES, trouble);
}

enum err zip_writer_commit(struct zip_writer *writer, struct trouble *trouble)
{
    const char *path = arena_print(writer->arena, "%s/archive.zip",
                                   writer->scratch.place.hidden);

    assert(!writer->writing && writer->count > 0);
    enum err err = pack(writer, path, trouble);
    if (err == OK)
        err = copy_and_sign(writer, path, trouble);
    if (err != OK)
        return err;
    /* The scratch goes first: after the rename nothing may fail. */
    if (!out_folder_abort(&writer->scratch, trouble))
        return fail(trouble, ERR_IO, "%s could not be deleted", path);
    return whole_file_commit(writer->whole, trouble);
}

void zip_writer_abort(struct zip_writer *writer, struct trouble *trouble)
{
    (void)out_folder_abort(&writer->scratch, trouble);
    if (writer->whole != NULL)
        (void)whole_file_abort(writer->whole, trouble);
}
