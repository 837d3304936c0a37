#include "web/sent_files.h"

#include "web/multipart.h"

#define PIECE ((size_t)64 * 1024)

static enum err read_parts(struct arena *arena, const struct spool *spool,
                           struct multipart *multipart, bool *read, struct trouble *trouble)
{
    char *piece = arena_take(arena, PIECE, 1);
    enum err err = OK;

    *read = true;
    for (uint64_t at = 0; at < spool->size && err == OK && *read;) {
        const size_t size = spool->size - at < PIECE ? (size_t)(spool->size - at) : PIECE;
        err = spool_read(spool, at, piece, size, trouble);
        *read = err == OK && multipart_add(multipart, arena, piece, size);
        at += size;
    }
    *read = *read && multipart_end(multipart);
    return err;
}

/* A field's value, with line ends as forms have them elsewhere. */
static enum err read_field(struct arena *arena, const struct spool *spool,
                           const struct multipart_part *part, struct form *form, size_t *left,
                           bool *read, struct trouble *trouble)
{
    *read = part->size <= *left && form->count < FORM_FIELDS_MOST &&
            form_value(form, arena_copy(arena, part->name.data, part->name.size)).data == NULL;
    if (!*read)
        return OK;
    const size_t size = (size_t)part->size;
    char *bytes = arena_take(arena, size + 1, 1);
    const enum err err = spool_read(spool, part->at, bytes, size, trouble);
    size_t kept = 0;
    for (size_t i = 0; i < size; i++) {
        kept -= bytes[i] == '\n' && kept > 0 && bytes[kept - 1] == '\r' ? 1 : 0;
        bytes[kept++] = bytes[i];
    }
    form->name[form->count] = part->name;
    form->value[form->count] = (struct text){ bytes, kept };
    *read = err == OK && text_is_utf8(form->value[form->count]);
    form->count++;
    *left -= size;
    return err;
}

static enum err take_parts(struct arena *arena, const struct spool *spool,
                           const struct multipart *multipart, struct form *form,
                           struct sent_files *files, bool *read, struct trouble *trouble)
{
    size_t left = FORM_BYTES_MOST;
    enum err err = OK;

    for (size_t i = 0; i < multipart->count && err == OK && *read; i++) {
        const struct multipart_part *part = &multipart->part[i];
        if (!part->is_file) {
            err = read_field(arena, spool, part, form, &left, read, trouble);
            continue;
        }
        *read = files->count < SENT_FILES_MOST;
        if (*read)
            files->file[files->count++] = (struct sent_file){ part->name, part->file_name,
                                                              part->media, part->at, part->size };
    }
    return err;
}

static enum err read_urlencoded(struct arena *arena, const struct spool *spool, struct form *form,
                                bool *read, struct trouble *trouble)
{
    *read = spool->size <= FORM_BYTES_MOST;
    if (!*read)
        return OK;
    const size_t size = (size_t)spool->size;
    char *bytes = arena_take(arena, size + 1, 1);
    const enum err err = spool_read(spool, 0, bytes, size, trouble);
    *read = err == OK && form_read(arena, (struct text){ bytes, size }, form);
    return err;
}

enum err sent_form_read(struct arena *arena, const struct spool *spool, struct text type,
                        struct form *form, struct sent_files *files, bool *read,
                        struct trouble *trouble)
{
    struct multipart *multipart;
    struct text boundary;

    *form = (struct form){ .count = 0 };
    *files = (struct sent_files){ .count = 0 };
    if (spool->file < 0 || text_is(type, "application/x-www-form-urlencoded"))
        return read_urlencoded(arena, spool, form, read, trouble);
    *read = multipart_boundary(type, &boundary);
    if (!*read)
        return OK;
    multipart = arena_take(arena, 1, sizeof *multipart);
    multipart_begin(multipart, boundary);
    const enum err err = read_parts(arena, spool, multipart, read, trouble);
    return err != OK ? err : take_parts(arena, spool, multipart, form, files, read, trouble);
}

struct stream *sent_file_stream(struct arena *arena, const struct spool *spool,
                                const struct sent_file *file)
{
    return spool_stream(arena, spool, file->at, file->size);
}
