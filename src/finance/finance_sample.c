#include "finance/finance_sample.h"

#include "engine/record.h"
#include "formats/zip_io.h"

#define PIECE ((size_t)256 * 1024)

struct drawing {
    struct arena  *arena;
    struct text    seed;
    struct sample *out;
    struct sha256  hash;
    struct text    file;
    uint64_t       line;
    char          *bytes, *spare;
    size_t         held, room;
};

/* --- one line --- */

static struct sha256_sum lot_of(struct drawing *drawing, const struct csv_record *record)
{
    struct sha256_sum lot;

    sha256_add(&drawing->hash, drawing->seed.data, drawing->seed.size);
    sha256_add(&drawing->hash, "\n", 1);
    sha256_add(&drawing->hash, record->field[FIELD_PARTNER].data,
               record->field[FIELD_PARTNER].size);
    sha256_add(&drawing->hash, "\n", 1);
    sha256_add(&drawing->hash, record->field[FIELD_ENTRY_ID].data,
               record->field[FIELD_ENTRY_ID].size);
    sha256_next(&drawing->hash, &lot);
    return lot;
}

static void keep(struct drawing *drawing, const struct csv_record *record,
                 const struct sha256_sum *lot)
{
    struct sample *out = drawing->out;
    size_t at = out->count < out->most ? out->count++ : out->most - 1;

    for (; at > 0 && memcmp(lot, &out->line[at - 1].lot, sizeof *lot) < 0; at--)
        out->line[at] = out->line[at - 1];
    out->line[at] = (struct sample_line){ .lot = *lot, .file = drawing->file,
                                          .line = drawing->line };
    for (size_t i = 0; i < LEDGER_FIELDS; i++)
        out->line[at].field[i] = text_keep(drawing->arena, record->field[i]);
}

static enum err take(struct drawing *drawing, const struct csv_record *record,
                     struct trouble *trouble)
{
    struct sample *out = drawing->out;

    if (drawing->line == 1)
        return record_is_header(record, LEDGER_HEADER)
                   ? OK : fail(trouble, ERR_CHECK, "%.*s is no ledger file", TEXT(drawing->file));
    if (record->empty)
        return OK;
    if (record->count != LEDGER_FIELDS || record->faults != 0)
        return fail(trouble, ERR_CHECK, "%.*s has a line that is none", TEXT(drawing->file));
    const struct sha256_sum lot = lot_of(drawing, record);
    out->of++;
    if (out->count < out->most ||
        memcmp(&lot, &out->line[out->most - 1].lot, sizeof lot) < 0)
        keep(drawing, record, &lot);
    return OK;
}

/* --- a file --- */

/* The whole records of what is held; what is left of it moves to the front. */
static enum err take_held(struct drawing *drawing, bool final, struct trouble *trouble)
{
    struct csv_record record;
    size_t at = 0, used = 1;
    enum err err = OK;

    while (err == OK && used > 0 && at < drawing->held) {
        const struct text left = { drawing->bytes + at, drawing->held - at };
        used = csv_read(left, final, drawing->spare, &record);
        if (used > 0)
            err = take(drawing, &record, trouble);
        drawing->line += used > 0 ? record.lines : 0;
        at += used;
    }
    memmove(drawing->bytes, drawing->bytes + at, drawing->held - at);
    drawing->held -= at;
    return err;
}

static void make_room(struct drawing *drawing)
{
    if (drawing->room - drawing->held >= PIECE)
        return;
    drawing->bytes = arena_grow(drawing->arena, drawing->bytes, drawing->held,
                                drawing->room * 2 + 2 * PIECE, 1);
    drawing->room = drawing->room * 2 + 2 * PIECE;
    drawing->spare = arena_take(drawing->arena, drawing->room, 1);
}

static enum err take_file(struct drawing *drawing, struct source *source, struct text name,
                          struct trouble *trouble)
{
    struct stream *stream;
    size_t got = 1;
    enum err err = source->open(source, drawing->arena,
                                arena_print(drawing->arena, "%.*s", TEXT(name)), &stream, trouble);

    if (err != OK)
        return err;
    drawing->file = name;
    drawing->line = 1;
    drawing->held = 0;
    while (err == OK && got > 0) {
        make_room(drawing);
        err = stream->read(stream, drawing->bytes + drawing->held, PIECE, &got, trouble);
        if (err != OK)
            break;
        drawing->held += got;
        err = take_held(drawing, got == 0, trouble);
    }
    stream->close(stream);
    return err;
}

static enum err take_all(struct drawing *drawing, struct source *source, struct trouble *trouble)
{
    struct text *names = NULL;
    size_t count = 0;
    enum err err = source->list(source, drawing->arena, "ledger", &names, &count, trouble);

    for (size_t i = 0; i < count && err == OK; i++)
        err = take_file(drawing, source, names[i], trouble);
    return err == ERR_MISSING ? fail(trouble, ERR_CHECK, "a bundle without a ledger") : err;
}

static enum err draw(struct drawing *drawing, struct zip_archive *archive,
                     const struct outside *outside, const char *bundle, struct trouble *trouble)
{
    struct sha256_sum unused;
    struct zip_folder folder;
    enum err err = sha256_begin(&drawing->hash, trouble);

    if (err == OK)
        err = zip_archive_open(archive, outside, drawing->arena, bundle, trouble);
    if (err == OK) {
        zip_folder_open(&folder, archive, "");
        err = take_all(drawing, &folder.source, trouble);
    }
    return err == OK ? sha256_end(&drawing->hash, &unused, trouble) : err;
}

enum err sample_draw(const struct outside *outside, struct arena *arena, const char *bundle,
                     struct text seed, size_t most, struct sample *out, struct trouble *trouble)
{
    struct zip_archive *archive = arena_take(arena, 1, sizeof *archive);
    struct drawing *drawing = arena_take(arena, 1, sizeof *drawing);

    *drawing = (struct drawing){ .arena = arena, .seed = seed, .out = out };
    *out = (struct sample){ .line = arena_take(arena, most + 1, sizeof *out->line),
                            .most = most };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        zip_archive_close(archive);
        sha256_drop(&drawing->hash);
        arena_pass_on(&outer);
    }
    const enum err err = draw(drawing, archive, outside, bundle, trouble);
    zip_archive_close(archive);
    sha256_drop(&drawing->hash);
    return err;
}
