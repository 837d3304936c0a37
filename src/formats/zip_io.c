#include "formats/zip_io.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <zip.h>

#include "base/listing.h"
#include "formats/sha256.h"

#define COMMENT_BYTES (SHA256_HEX_SIZE - 1)
#define END_BYTES     22   /* of an end record before its comment */
#define READ_BYTES    ((size_t)64 * 1024)

static enum err fail_path(struct trouble *trouble, const char *path)
{
    return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
}

/* libzip's own words. What the system refused is ERR_IO, all else is the archive's fault. */
static enum err fail_zip(struct trouble *trouble, const char *path, const char *name,
                         zip_error_t *error)
{
    int code = zip_error_code_zip(error);
    bool system = zip_error_system_type(error) == ZIP_ET_SYS || code == ZIP_ER_MEMORY
        || code == ZIP_ER_NOENT;

    const char *why = code == ZIP_ER_EXISTS ? "an entry is there twice"
        : zip_error_strerror(error);
    return fail(trouble, system ? ERR_IO : ERR_CHECK, "%s: %s%s%s", path,
                name == NULL ? "" : name, name == NULL ? "" : ": ", why);
}

/* Names. */

/* A part of a name between two '/'. */
static const char *part_fault(struct text part)
{
    if (part.size == 0)
        return "has an empty part";
    if (text_is(part, ".") || text_is(part, ".."))
        return "leads out of its folder";
    return NULL;
}

const char *zip_name_fault(const char *name)
{
    struct text text = text_of(name);
    size_t from = 0;

    if (text.size == 0 || text.size > ZIP_NAME_MAX)
        return "is empty or too long";
    if (name[0] == '/')
        return "is absolute";
    if (!text_is_utf8(text))
        return "is not UTF-8";
    for (size_t i = 0; i < text.size; i++)
        if (name[i] == '\\' || (unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return "has a backslash or a control character";
    if (name[text.size - 1] == '/')
        text.size--;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && name[i] != '/')
            continue;
        const char *fault = part_fault((struct text){ name + from, i - from });
        if (fault != NULL)
            return fault;
        from = i + 1;
    }
    return NULL;
}

/* The list of entries. */

static bool is_special(zip_t *handle, uint64_t index)
{
    zip_uint8_t system;
    zip_uint32_t attributes;

    if (zip_file_get_external_attributes(handle, index, 0, &system, &attributes) != 0)
        return true;
    mode_t type = (mode_t)(attributes >> 16) & S_IFMT;
    return system == ZIP_OPSYS_UNIX && type != 0 && type != S_IFREG && type != S_IFDIR;
}

/* What is wrong with an entry by itself; NULL: nothing. */
static const char *entry_fault(zip_t *handle, const struct zip_entry *entry,
                               const zip_stat_t *status)
{
    const char *fault = zip_name_fault(entry->name);

    if (fault != NULL)
        return fault;
    if (status->encryption_method != ZIP_EM_NONE)
        return "is encrypted";
    if (status->comp_method != ZIP_CM_STORE && status->comp_method != ZIP_CM_DEFLATE)
        return "is compressed in a way that is not read here";
    if (is_special(handle, entry->index))
        return "is not a regular file";
    if (entry->folder && entry->size > 0)
        return "is a folder with content";
    if (entry->size / ZIP_RATIO_MAX > entry->packed)
        return "declares a size that it cannot have";
    return NULL;
}

static enum err read_entry(struct zip_archive *archive, struct arena *arena, uint64_t index,
                           struct zip_entry *entry, struct trouble *trouble)
{
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD
        | ZIP_STAT_ENCRYPTION_METHOD | ZIP_STAT_CRC;
    zip_stat_t status;
    const char *name = zip_get_name(archive->listing, index, ZIP_FL_ENC_RAW);

    if (name == NULL || zip_stat_index(archive->listing, index, 0, &status) != 0)
        return fail_zip(trouble, archive->path, NULL, zip_get_error(archive->listing));
    if ((status.valid & needed) != needed)
        return fail(trouble, ERR_CHECK, "%s: %s: its sizes are not told", archive->path, name);
    size_t size = strlen(name);
    *entry = (struct zip_entry){
        .name = arena_copy(arena, name, size),
        .index = index,
        .size = status.size,
        .packed = status.comp_size,
        .folder = size > 0 && name[size - 1] == '/',
    };
    const char *fault = entry_fault(archive->listing, entry, &status);
    if (fault != NULL)
        return fail(trouble, ERR_CHECK, "%s: entry %" PRIu64 " '%s' %s", archive->path, index,
                    entry->name, fault);
    return OK;
}

static int compare_entries(const void *one, const void *other)
{
    return strcmp(((const struct zip_entry *)one)->name, ((const struct zip_entry *)other)->name);
}

/* The same with a name whose end is not marked. */
static const struct zip_entry *entry_find(const struct zip_archive *archive, struct text name)
{
    size_t low = 0, high = archive->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(text_of(archive->entry[middle].name), name);

        if (order == 0)
            return &archive->entry[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct zip_entry *zip_entry_find(const struct zip_archive *archive, const char *name)
{
    return entry_find(archive, text_of(name));
}

/* No name twice, and no file that is also a folder: after sorting. */
static enum err check_names(const struct zip_archive *archive, struct trouble *trouble)
{
    for (size_t i = 0; i < archive->count; i++) {
        const char *name = archive->entry[i].name;

        if (i > 0 && strcmp(name, archive->entry[i - 1].name) == 0)
            return fail(trouble, ERR_CHECK, "%s: entry '%s' is there twice", archive->path, name);
        for (const char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
            if (entry_find(archive, (struct text){ name, (size_t)(slash - name) }) != NULL)
                return fail(trouble, ERR_CHECK, "%s: entry '%.*s' is both a file and a folder",
                            archive->path, (int)(slash - name), name);
    }
    return OK;
}

static enum err check_totals(const struct zip_archive *archive, struct trouble *trouble)
{
    uint64_t size = 0, packed = 0;

    for (size_t i = 0; i < archive->count; i++)
        if (__builtin_add_overflow(size, archive->entry[i].size, &size) || size > ZIP_TOTAL_MAX)
            return fail(trouble, ERR_CHECK, "%s: more than %" PRIu64 " bytes once inflated",
                        archive->path, ZIP_TOTAL_MAX);
    for (size_t i = 0; i < archive->count; i++)
        if (__builtin_add_overflow(packed, archive->entry[i].packed, &packed)
            || packed > (uint64_t)archive->status.st_size)
            return fail(trouble, ERR_CHECK, "%s: its entries overlap", archive->path);
    return OK;
}

static enum err read_entries(struct zip_archive *archive, struct arena *arena,
                             struct trouble *trouble)
{
    zip_int64_t count = zip_get_num_entries(archive->listing, 0);

    if (count < 0 || count > ZIP_ENTRIES_MAX)
        return fail(trouble, ERR_CHECK, "%s: more than %d entries", archive->path,
                    ZIP_ENTRIES_MAX);
    archive->entry = arena_take(arena, (size_t)count, sizeof *archive->entry);
    for (zip_int64_t i = 0; i < count; i++) {
        enum err err = read_entry(archive, arena, (uint64_t)i, &archive->entry[i], trouble);
        if (err != OK)
            return err;
    }
    archive->count = (size_t)count;
    if (count > 1)
        qsort(archive->entry, archive->count, sizeof *archive->entry, compare_entries);
    enum err err = check_names(archive, trouble);
    return err != OK ? err : check_totals(archive, trouble);
}

static enum err open_handle(const struct zip_archive *archive, int flags, zip_t **handle,
                            struct trouble *trouble)
{
    int code;
    zip_error_t error;

    *handle = zip_open(archive->path, ZIP_RDONLY | flags, &code);
    if (*handle != NULL)
        return OK;
    zip_error_init_with_code(&error, code);
    enum err err = fail_zip(trouble, archive->path, NULL, &error);
    zip_error_fini(&error);
    return err;
}

enum err zip_archive_open(struct zip_archive *archive, const struct outside *outside,
                          struct arena *arena, const char *path, struct trouble *trouble)
{
    memset(archive, 0, sizeof *archive);
    archive->outside = outside;
    archive->path = path;
    if (outside->stat(path, &archive->status) != 0)
        return fail_path(trouble, path);
    if (!S_ISREG(archive->status.st_mode))
        return fail(trouble, ERR_IO, "%s: not a regular file", path);
    enum err err = open_handle(archive, ZIP_CHECKCONS, &archive->listing, trouble);
    if (err != OK)
        return err;
    err = read_entries(archive, arena, trouble);
    zip_discard(archive->listing);
    archive->listing = NULL;
    return err;
}

/* Streams. */

static enum err stream_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                            struct trouble *trouble)
{
    struct zip_stream *file = (struct zip_stream *)stream;
    const char *path = file->archive->path;
    zip_int64_t read = zip_fread(file->file, bytes, size);

    if (read < 0)
        return fail_zip(trouble, path, file->entry->name, zip_file_get_error(file->file));
    *got = (size_t)read;
    file->got += *got;
    if (file->got > file->entry->size || (size > 0 && *got == 0
                                          && file->got != file->entry->size))
        return fail(trouble, ERR_CHECK, "%s: %s: not of the size that it declares", path,
                    file->entry->name);
    return OK;
}

static void stream_close(struct stream *stream)
{
    struct zip_stream *file = (struct zip_stream *)stream;

    assert(atomic_load(&file->taken));
    if (file->file != NULL)
        (void)zip_fclose(file->file);
    if (file->handle != NULL)
        zip_discard(file->handle);
    file->file = NULL;
    file->handle = NULL;
    atomic_store(&file->taken, false);
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size
        && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static enum err stream_begin(struct zip_stream *file, struct trouble *trouble)
{
    const struct zip_archive *archive = file->archive;
    struct stat now;
    enum err err = open_handle(archive, 0, &file->handle, trouble);

    if (err != OK)
        return err;
    if (archive->outside->stat(archive->path, &now) != 0)
        return fail_path(trouble, archive->path);
    if (!is_same_file(&archive->status, &now))
        return fail(trouble, ERR_IO, "%s: it was changed while it was read", archive->path);
    file->file = zip_fopen_index(file->handle, file->entry->index, 0);
    if (file->file == NULL)
        return fail_zip(trouble, archive->path, file->entry->name, zip_get_error(file->handle));
    return OK;
}

static struct zip_stream *stream_take(struct zip_archive *archive)
{
    for (size_t i = 0; i < ZIP_STREAMS_MAX; i++)
        if (!atomic_exchange(&archive->stream[i].taken, true))
            return &archive->stream[i];
    return NULL;
}

static enum err folder_open(struct source *source, struct arena *arena, const char *name,
                            struct stream **out, struct trouble *trouble)
{
    struct zip_folder *folder = (struct zip_folder *)source;
    struct zip_archive *archive = folder->archive;
    const struct zip_entry *entry = zip_entry_find(archive, arena_print(arena, "%s%s",
                                                                        folder->prefix, name));

    if (entry == NULL || entry->folder)
        return fail(trouble, ERR_MISSING, "%s: no file %s%s", archive->path, folder->prefix,
                    name);
    struct zip_stream *file = stream_take(archive);
    if (file == NULL)
        return fail(trouble, ERR_IO, "%s: more than %d files open at once", archive->path,
                    ZIP_STREAMS_MAX);
    file->stream = (struct stream){ stream_read, stream_close };
    file->archive = archive;
    file->entry = entry;
    file->got = 0;
    enum err err = stream_begin(file, trouble);
    if (err != OK) {
        stream_close(&file->stream);
        return err;
    }
    *out = &file->stream;
    return OK;
}

/* The name behind "prefix + folder + /"; NULL when it lies elsewhere. */
static const char *name_within(const struct zip_entry *entry, const char *folder)
{
    size_t size = strlen(folder);

    return strncmp(entry->name, folder, size) == 0 ? entry->name + size : NULL;
}

static enum err folder_list(struct source *source, struct arena *arena, const char *within,
                            struct text **names, size_t *count, struct trouble *trouble)
{
    struct zip_folder *folder = (struct zip_folder *)source;
    const struct zip_archive *archive = folder->archive;
    const char *whole = arena_print(arena, "%s%s/", folder->prefix, within);
    bool found = false;

    *names = arena_take(arena, archive->count, sizeof **names);
    *count = 0;
    for (size_t i = 0; i < archive->count; i++) {
        const char *name = name_within(&archive->entry[i], whole);

        if (name == NULL)
            continue;
        found = true;
        if (listing_takes(text_of(name)))
            (*names)[(*count)++] = text_of(archive->entry[i].name + strlen(folder->prefix));
    }
    if (!found)
        return fail(trouble, ERR_MISSING, "%s: no folder %s", archive->path, whole);
    listing_sort(*names, *count);
    return OK;
}

void zip_folder_open(struct zip_folder *folder, struct zip_archive *archive, const char *prefix)
{
    *folder = (struct zip_folder){ { folder_list, folder_open }, archive, prefix };
}

void zip_archive_close(struct zip_archive *archive)
{
    for (size_t i = 0; i < ZIP_STREAMS_MAX; i++)
        if (atomic_load(&archive->stream[i].taken))
            stream_close(&archive->stream[i].stream);
    if (archive->listing != NULL)
        zip_discard(archive->listing);
    archive->listing = NULL;
}

/* The comment. */

/* A file being read whose last bytes are kept and whose others are summed. */
struct comment_reader {
    uint64_t      size;                               /* of the file */
    uint64_t      at;
    struct sha256 hash;
    unsigned char tail[END_BYTES + COMMENT_BYTES];
};

/* How many of the `size` bytes from `at` lie before `limit`. */
static size_t part_before(uint64_t at, size_t size, uint64_t limit)
{
    if (at >= limit)
        return 0;
    return limit - at < size ? (size_t)(limit - at) : size;
}

static bool comment_take(struct comment_reader *reader, const unsigned char *bytes, size_t size)
{
    uint64_t tail_from = reader->size - sizeof reader->tail;
    size_t summed = part_before(reader->at, size, reader->size - COMMENT_BYTES);
    size_t passed = part_before(reader->at, size, tail_from);

    if (size > reader->size - reader->at)
        return false;
    sha256_add(&reader->hash, bytes, summed);
    if (size > passed)
        memcpy(reader->tail + (reader->at + passed - tail_from), bytes + passed, size - passed);
    reader->at += size;
    return true;
}

static enum err comment_read(struct comment_reader *reader, const struct outside *outside,
                             int file, const char *path, struct trouble *trouble)
{
    unsigned char bytes[READ_BYTES];
    ssize_t got;

    while ((got = outside->read(file, bytes, sizeof bytes)) > 0)
        if (!comment_take(reader, bytes, (size_t)got))
            break;
    if (got < 0)
        return fail_path(trouble, path);
    if (got > 0 || reader->at != reader->size)
        return fail(trouble, ERR_IO, "%s: it was changed while it was read", path);
    return OK;
}

static enum err comment_judge(const struct comment_reader *reader, const char *path,
                              const struct sha256_sum *sum, struct trouble *trouble)
{
    const unsigned char *end = reader->tail;
    struct text comment = { (const char *)reader->tail + END_BYTES, COMMENT_BYTES };
    struct sha256_sum told;
    char hex[SHA256_HEX_SIZE];

    if (memcmp(end, "PK\5\6", 4) != 0 || end[20] != COMMENT_BYTES || end[21] != 0
        || !sha256_from_hex(comment, &told))
        return fail(trouble, ERR_CHECK, "%s: it does not end in its SHA-256: it is not a bundle, "
                    "or it was cut or changed", path);
    sha256_hex(sum, hex);
    if (!sha256_equal(sum, &told))
        return fail(trouble, ERR_CHECK, "%s: it was changed: its SHA-256 is %s, but it says %.*s",
                    path, hex, TEXT(comment));
    return OK;
}

enum err zip_comment_check(const struct outside *outside, const char *path,
                           struct trouble *trouble)
{
    struct comment_reader reader = { 0 };
    struct sha256_sum sum;
    struct stat status;

    if (outside->stat(path, &status) != 0)
        return fail_path(trouble, path);
    if (!S_ISREG(status.st_mode))
        return fail(trouble, ERR_IO, "%s: not a regular file", path);
    if ((uint64_t)status.st_size < sizeof reader.tail)
        return fail(trouble, ERR_CHECK, "%s: too short for a bundle", path);
    reader.size = (uint64_t)status.st_size;

    int file = outside->open_read(path);
    if (file < 0)
        return fail_path(trouble, path);
    enum err err = sha256_begin(&reader.hash, trouble);
    if (err == OK)
        err = comment_read(&reader, outside, file, path, trouble);
    (void)outside->close(file);
    if (err == OK)
        err = sha256_end(&reader.hash, &sum, trouble);
    sha256_drop(&reader.hash);
    return err != OK ? err : comment_judge(&reader, path, &sum, trouble);
}
