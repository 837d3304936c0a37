#include "finance/finance_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024)

static enum err failed(const struct extract_desk *desk, struct trouble *trouble)
{
    return fail(trouble, ERR_IO, "%s: %s", desk->spool, strerror(errno));
}

static enum err write_whole(const struct extract_desk *desk, int file, const char *bytes,
                            size_t size, struct trouble *trouble)
{
    while (size > 0) {
        const ssize_t put = desk->outside->write(file, bytes, size);
        if (put <= 0)
            return failed(desk, trouble);
        bytes += put;
        size -= (size_t)put;
    }
    return OK;
}

static enum err pour(const struct extract_desk *desk, struct evidence_opened *opened, int file,
                     struct arena *arena, struct trouble *trouble)
{
    char *bytes = arena_take(arena, PIECE, 1);
    struct stream *stream;
    size_t got = 1;
    enum err err = evidence_opened_stream(opened, &stream, trouble);

    if (err != OK)
        return err;
    while (err == OK && got > 0) {
        err = stream->read(stream, bytes, PIECE, &got, trouble);
        if (err == OK)
            err = write_whole(desk, file, bytes, got, trouble);
    }
    stream->close(stream);
    return err;
}

/* The last part of the kept name, which may have been given with a folder. */
static const char *name_of(struct arena *arena, struct text name)
{
    const char *slash = name.size > 0 ? memrchr(name.data, '/', name.size) : NULL;
    const struct text part = slash == NULL ? name
        : (struct text){ slash + 1, (size_t)(name.data + name.size - slash) - 1 };

    return part.size == 0 || text_is(part, ".") || text_is(part, "..")
               ? "extract" : arena_copy(arena, part.data, part.size);
}

/* A file without a name, and a link to it. */
static enum err make_file(const struct extract_desk *desk, struct arena *arena, const char *path,
                          int *file, struct trouble *trouble)
{
    *file = open(desk->spool, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*file < 0 || symlink(arena_print(arena, "/proc/self/fd/%d", *file), path) != 0)
        return failed(desk, trouble);
    return OK;
}

static enum err copy_extract(struct extract_copy *copy, struct arena *arena,
                             const struct extract_desk *desk, struct text hex,
                             struct trouble *trouble)
{
    const struct evidence_warrant warrant = {
        .outside = desk->outside, .now = desk->clock(), .acting = desk->council.id,
        .actor = desk->actor, .request = desk->request,
        .why = { text_of("an extract is read"), false },
        .council = &desk->council, .councils = 1, .whole = true,
    };
    struct evidence_opened *opened;
    struct evidence_id id;

    if (!evidence_id_parse(hex, &id))
        return ERR_MISSING;
    enum err err = evidence_open(arena, desk->db, &warrant, &id, &opened, trouble);
    if (err != OK)
        return err;
    copy->name = text_of(name_of(arena, evidence_opened_row(opened)->name));
    copy->size = evidence_opened_row(opened)->size;
    copy->personal = evidence_opened_row(opened)->personal;
    copy->extract = arena_print(arena, "%s/%.*s", copy->folder, TEXT(copy->name));
    err = make_file(desk, arena, copy->extract, &copy->extract_file, trouble);
    if (err == OK)
        err = pour(desk, opened, copy->extract_file, arena, trouble);
    evidence_close(opened);
    return err;
}

enum err extract_copy_open(struct extract_copy *copy, struct arena *arena,
                           const struct extract_desk *desk, struct text hex, struct text words,
                           struct trouble *trouble)
{
    char *folder = arena_print(arena, "%s/ochil-XXXXXX", desk->spool);
    enum err err = OK;

    *copy = (struct extract_copy){ .extract_file = -1, .profile_file = -1 };
    if (mkdtemp(folder) == NULL)
        return failed(desk, trouble);
    copy->folder = folder;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        extract_copy_close(copy);
        arena_pass_on(&outer);
    }
    copy->profile = arena_print(arena, "%s.profile", folder);
    err = copy_extract(copy, arena, desk, hex, trouble);
    if (err == OK)
        err = make_file(desk, arena, copy->profile, &copy->profile_file, trouble);
    if (err == OK)
        err = write_whole(desk, copy->profile_file, words.data, words.size, trouble);
    if (err != OK)
        extract_copy_close(copy);
    return err;
}

void extract_copy_close(struct extract_copy *copy)
{
    if (copy->folder == NULL)
        return;
    if (copy->extract != NULL)
        (void)unlink(copy->extract);
    if (copy->profile != NULL)
        (void)unlink(copy->profile);
    (void)rmdir(copy->folder);
    if (copy->extract_file >= 0)
        (void)close(copy->extract_file);
    if (copy->profile_file >= 0)
        (void)close(copy->profile_file);
    *copy = (struct extract_copy){ .extract_file = -1, .profile_file = -1 };
}

/* Every `what` in the text becomes `with`. */
static const char *replaced(struct arena *arena, const char *text, const char *what,
                            const char *with)
{
    const char *at = strstr(text, what);

    for (; at != NULL; at = strstr(text, what))
        text = arena_print(arena, "%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
    return text;
}

const char *extract_copy_message(const struct extract_copy *copy, struct arena *arena,
                                 const char *words)
{
    words = replaced(arena, words, copy->profile, "profile");
    return replaced(arena, words, arena_print(arena, "%s/", copy->folder), "");
}
