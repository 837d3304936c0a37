#include "base/stream.h"

#include <assert.h>

#include "base/listing.h"

#define READ_FIRST_BYTES ((size_t)16 * 1024)

/* One file in memory, being read. */
struct memory_stream {
    struct stream stream;
    struct text   left;
};

static enum err memory_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                            struct trouble *trouble)
{
    struct memory_stream *memory = (struct memory_stream *)stream;

    (void)trouble;
    *got = size < memory->left.size ? size : memory->left.size;
    if (*got > 0)
        memcpy(bytes, memory->left.data, *got);
    memory->left.data += *got;
    memory->left.size -= *got;
    return OK;
}

static void memory_close(struct stream *stream)
{
    (void)stream;
}

static enum err memory_open(struct source *source, struct arena *arena, const char *name,
                            struct stream **out, struct trouble *trouble)
{
    struct memory_source *memory = (struct memory_source *)source;

    for (size_t i = 0; i < memory->count && memory->file[i].name != NULL; i++) {
        if (strcmp(memory->file[i].name, name) != 0)
            continue;
        struct memory_stream *stream = arena_take(arena, 1, sizeof *stream);
        stream->stream = (struct stream){ memory_read, memory_close };
        stream->left = memory->file[i].bytes;
        *out = &stream->stream;
        return OK;
    }
    if (memory->behind != NULL)
        return memory->behind->open(memory->behind, arena, name, out, trouble);
    return fail(trouble, ERR_MISSING, "%s: no such file", name);
}

/* What stands behind "ledger/" in "ledger/a.csv"; no text when it lies elsewhere. */
static struct text name_within(const char *name, const char *folder)
{
    size_t size = strlen(folder);

    if (strncmp(name, folder, size) != 0 || name[size] != '/')
        return (struct text){ NULL, 0 };
    return text_of(name + size + 1);
}

/* Adds our own names; true when any file lies in the folder, counted or not. */
static bool list_own(const struct memory_source *memory, const char *folder, struct text *names,
                     size_t *count)
{
    bool found = false;

    for (size_t i = 0; i < memory->count && memory->file[i].name != NULL; i++) {
        struct text name = name_within(memory->file[i].name, folder);

        found = found || name.data != NULL;
        if (name.data != NULL && listing_takes(name))
            names[(*count)++] = text_of(memory->file[i].name);
    }
    return found;
}

static size_t names_unique(struct text *names, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !text_equal(names[kept - 1], names[i]))
            names[kept++] = names[i];
    return kept;
}

static enum err memory_list(struct source *source, struct arena *arena, const char *folder,
                            struct text **names, size_t *count, struct trouble *trouble)
{
    struct memory_source *memory = (struct memory_source *)source;
    struct trouble unread = { 0 };
    struct text *behind = NULL;
    size_t behind_count = 0;
    enum err err = ERR_MISSING;

    if (memory->behind != NULL)
        err = memory->behind->list(memory->behind, arena, folder, &behind, &behind_count,
                                   &unread);
    if (err != OK && err != ERR_MISSING)
        return fail(trouble, err, "%s", unread.text);

    *names = arena_grow(arena, behind, behind_count, behind_count + memory->count,
                        sizeof **names);
    *count = behind_count;
    bool found = list_own(memory, folder, *names, count);
    if (!found && err == ERR_MISSING)
        return fail(trouble, ERR_MISSING, "%s: no such folder", folder);
    listing_sort(*names, *count);
    *count = names_unique(*names, *count);
    return OK;
}

void memory_source_open(struct memory_source *memory, const struct memory_file *file,
                        size_t count, struct source *behind)
{
    *memory = (struct memory_source){
        .source = { memory_list, memory_open }, .file = file, .count = count, .behind = behind
    };
}

/* Reads on until the end, into a place that doubles; one byte over `most` is enough to know. */
static enum err read_to_end(struct stream *stream, struct arena *arena, const char *name,
                            size_t most, struct text *out, struct trouble *trouble)
{
    size_t room = most < READ_FIRST_BYTES ? most + 1 : READ_FIRST_BYTES;
    size_t size = 0;
    char *bytes = arena_take(arena, room, 1);

    for (;;) {
        size_t got;
        enum err err = stream->read(stream, bytes + size, room - size, &got, trouble);

        if (err != OK)
            return err;
        size += got;
        if (size > most)
            return fail(trouble, ERR_USAGE, "%s: larger than %zu bytes", name, most);
        if (got == 0)
            break;
        if (size == room) {
            size_t larger = room > most / 2 ? most + 1 : room * 2;
            bytes = arena_grow(arena, bytes, size, larger, 1);
            room = larger;
        }
    }
    *out = (struct text){ bytes, size };
    return OK;
}

enum err source_read_all(struct source *source, struct arena *arena, const char *name,
                         size_t most, struct text *out, struct trouble *trouble)
{
    struct stream *stream;

    assert(most < SIZE_MAX / 4);
    enum err err = source->open(source, arena, name, &stream, trouble);
    if (err != OK)
        return err;
    err = read_to_end(stream, arena, name, most, out, trouble);
    stream->close(stream);
    return err;
}
