#include "finance/finance_copy.h"

#define PIECE ((size_t)64 * 1024)

static enum err pour(struct evidence_opened *opened, struct sink *to, struct arena *arena,
                     struct trouble *trouble)
{
    char *bytes = arena_take(arena, PIECE, 1);
    struct stream *stream;
    size_t got = 1;
    enum err err = evidence_opened_stream(opened, &stream, trouble);

    if (err != OK)
        return err;
    while (err == OK && got > 0) {
        err = stream->read(stream, bytes, PIECE, &got, trouble);
        if (err == OK && got > 0)
            err = to->write(to, bytes, got, trouble);
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
    struct sink *file;

    if (!evidence_id_parse(hex, &id))
        return ERR_MISSING;
    enum err err = evidence_open(arena, desk->db, &warrant, &id, &opened, trouble);
    if (err != OK)
        return err;
    copy->name = text_of(name_of(arena, evidence_opened_row(opened)->name));
    copy->size = evidence_opened_row(opened)->size;
    copy->personal = evidence_opened_row(opened)->personal;
    copy->extract = arena_print(arena, "%s/%.*s", copy->folder, TEXT(copy->name));
    err = work_folder_file(&copy->work, arena, copy->extract, &file, trouble);
    if (err == OK)
        err = pour(opened, file, arena, trouble);
    evidence_close(opened);
    return err;
}

static enum err put_profile(struct extract_copy *copy, struct arena *arena, struct text words,
                            struct trouble *trouble)
{
    struct sink *file;
    enum err err = work_folder_file(&copy->work, arena, copy->profile, &file, trouble);

    return err == OK ? file->write(file, words.data, words.size, trouble) : err;
}

enum err extract_copy_open(struct extract_copy *copy, struct arena *arena,
                           const struct extract_desk *desk, struct text hex, struct text words,
                           struct trouble *trouble)
{
    *copy = (struct extract_copy){ .folder = NULL };
    enum err err = work_folder_open(&copy->work, arena, desk->outside, desk->spool, trouble);
    if (err != OK)
        return err;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        extract_copy_close(copy);
        arena_pass_on(&outer);
    }
    copy->folder = arena_print(arena, "%s/extract", copy->work.path);
    copy->profile = arena_print(arena, "%s/profile", copy->work.path);
    err = work_folder_within(&copy->work, copy->folder, trouble);
    if (err == OK)
        err = copy_extract(copy, arena, desk, hex, trouble);
    if (err == OK)
        err = put_profile(copy, arena, words, trouble);
    if (err != OK)
        extract_copy_close(copy);
    return err;
}

void extract_copy_close(struct extract_copy *copy)
{
    const enum err err = work_folder_close(&copy->work, NULL);

    (void)err;      /* links that stay lead nowhere, and are swept */
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
