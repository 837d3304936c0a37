#include "finance/finance_csv_file.h"

#include <assert.h>

#include "engine/record.h"

/* --- written --- */

static enum err file_write(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct csv_file *file = (struct csv_file *)sink;

    (void)trouble;
    if (size > file->room - file->used) {
        const size_t room = (file->used + size) * 2 + 1024;
        file->bytes = arena_grow(file->arena, file->bytes, file->used, room, 1);
        file->room = room;
    }
    if (size > 0) {
        assert(file->bytes != NULL);
        memcpy(file->bytes + file->used, bytes, size);
    }
    file->used += size;
    return OK;
}

/* The writer keeps records back; they go before. */
void csv_file_raw(struct csv_file *file, struct text raw)
{
    enum err err = csv_close(file->csv);

    assert(err == OK);      /* memory does not fail */
    (void)file_write(&file->sink, raw.data, raw.size, NULL);
    csv_open(file->csv, &file->sink, NULL);
}

void csv_file_open(struct csv_file *file, struct arena *arena, struct text begun)
{
    *file = (struct csv_file){ .sink = { file_write }, .arena = arena };
    (void)file_write(&file->sink, begun.data, begun.size, NULL);
    if (begun.size > 0 && begun.data[begun.size - 1] != '\n')
        (void)file_write(&file->sink, "\n", 1, NULL);
    file->csv = arena_take(arena, 1, sizeof *file->csv);
    csv_open(file->csv, &file->sink, NULL);
}

void csv_file_row(struct csv_file *file, const struct text field[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        csv_text(file->csv, field[i]);
    csv_end(file->csv);
}

struct text csv_file_close(struct csv_file *file)
{
    const enum err err = csv_close(file->csv);

    assert(err == OK);      /* memory does not fail */
    return (struct text){ file->used > 0 ? file->bytes : "", file->used };
}

/* --- read --- */

void csv_rows_open(struct csv_rows *rows, struct arena *arena, struct text file)
{
    *rows = (struct csv_rows){ .left = after_mark(file), .next = 1 };
    rows->spare = arena_take(arena, rows->left.size + 1, 1);
}

bool csv_rows_next(struct csv_rows *rows)
{
    size_t used;

    while ((used = csv_read(rows->left, true, rows->spare, &rows->record)) > 0) {
        rows->line = rows->next;
        rows->next += rows->record.lines;
        rows->left.data += used;
        rows->left.size -= used;
        rows->spare += used;        /* what was read may stay in use */
        if (!rows->record.empty)
            return true;
    }
    return false;
}

struct text csv_rows_field(const struct csv_rows *rows, size_t at)
{
    return at < rows->record.count && at < CSV_FIELDS_KEPT ? rows->record.field[at]
                                                           : text_of("");
}

struct text csv_looked_up(struct arena *arena, struct text file, struct text code, size_t field)
{
    struct csv_rows rows;

    csv_rows_open(&rows, arena, file);
    while (csv_rows_next(&rows))
        if (text_equal(csv_rows_field(&rows, 0), code))
            return csv_rows_field(&rows, field);
    return text_of("");
}
