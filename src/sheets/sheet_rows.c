#include "sheets/sheet_rows.h"

#include <inttypes.h>

/* The text of a row up to its limit, the cell that goes beyond it, and a text put by copy. */
#define TEXT_ROOM (RECORD_BYTES_MAX + CELL_BYTES_MAX + 1024)

static const struct cell blank_cell = { { "", 0 }, CELL_TEXT };

/* Putting a row together. */

void row_begin(struct sheet_rows *rows, uint64_t number)
{
    rows->number = number;
    rows->repeat = 1;
    rows->count = 0;
    rows->used = 0;
    rows->cell_from = 0;
    rows->bytes = 0;
    rows->is_long = false;
}

void row_add(struct sheet_rows *rows, const char *bytes, size_t size)
{
    if (rows->used + size > RECORD_BYTES_MAX + CELL_BYTES_MAX
        || rows->used + size - rows->cell_from > CELL_BYTES_MAX) {
        rows->is_long = true;
        return;
    }
    memcpy(rows->text + rows->used, bytes, size);
    rows->used += size;
}

struct text row_text(const struct sheet_rows *rows)
{
    return (struct text){ rows->text + rows->cell_from, rows->used - rows->cell_from };
}

/* What was read of the cell is needed only if the text it is put with lies in it. */
static void keep_or_drop(struct sheet_rows *rows, struct text text)
{
    uintptr_t at = (uintptr_t)text.data;
    bool kept = at >= (uintptr_t)(rows->text + rows->cell_from)
        && at <= (uintptr_t)(rows->text + rows->used);

    if (!kept)
        rows->used = rows->cell_from;
    rows->cell_from = rows->used;
}

void row_put(struct sheet_rows *rows, size_t column, uint64_t count, enum cell_kind kind,
             struct text text)
{
    keep_or_drop(rows, text);
    if (cell_is_blank(text))
        return;
    if (column >= SHEET_COLUMNS_MAX || count > SHEET_COLUMNS_MAX - column) {
        xml_fail(&rows->xml, "row %" PRIu64 ": more than %d columns", rows->number,
                 SHEET_COLUMNS_MAX);
        return;
    }
    rows->bytes += text.size * count;
    if (text.size > CELL_BYTES_MAX || rows->bytes > RECORD_BYTES_MAX)
        rows->is_long = true;
    while (rows->count < column)
        rows->cell[rows->count++] = blank_cell;
    for (uint64_t i = 0; i < count; i++)
        rows->cell[rows->count++] = (struct cell){ text, kind };
}

void row_put_copy(struct sheet_rows *rows, size_t column, uint64_t count, enum cell_kind kind,
                  const char *terminated)
{
    rows->used = rows->cell_from;
    row_add(rows, terminated, strlen(terminated));
    row_put(rows, column, count, kind, row_text(rows));
}

void row_end(struct sheet_rows *rows, uint64_t repeat)
{
    if (rows->count == 0 && !rows->is_long)
        return;
    if (rows->number > SHEET_ROWS_MAX || repeat > SHEET_ROWS_MAX - rows->number + 1) {
        xml_fail(&rows->xml, "more than %d rows", SHEET_ROWS_MAX);
        return;
    }
    rows->repeat = repeat;
    rows->ready = repeat > 0;
    if (rows->ready)
        xml_pause(&rows->xml);
}

/* Handing rows out. */

static void give(struct sheet_rows *rows, struct row *row)
{
    bool skipped = ++rows->given < rows->number;

    *row = (struct row){
        .cell = rows->cell,
        .count = skipped || rows->is_long ? 0 : rows->count,
        .number = rows->given,
        .fault = !skipped && rows->is_long ? ROW_LONG : ROW_GOOD,
        .again = rows->given > rows->number,
    };
    rows->ready = rows->given < rows->number + rows->repeat - 1;
}

static enum err rows_next(struct row_reader *reader, struct row *row, bool *end,
                          struct trouble *trouble)
{
    struct sheet_rows *rows = (struct sheet_rows *)reader;
    enum err err = OK;

    *end = false;
    while (!rows->ready && !*end && err == OK)
        err = xml_next(&rows->xml, end, trouble);
    if (err == OK && !*end)
        give(rows, row);
    return err;
}

static void rows_close(struct row_reader *reader)
{
    sheet_rows_close((struct sheet_rows *)reader);
}

enum err sheet_rows_open(struct sheet_rows *rows, struct xml_memory *memory,
                         struct source *source, const char *path, const char *part,
                         const struct xml_grammar *grammar, void *context,
                         struct trouble *trouble)
{
    struct cell *cell = rows->cell;
    char *text = rows->text;

    if (cell == NULL) {
        cell = arena_take(memory->arena, SHEET_COLUMNS_MAX, sizeof *cell);
        text = arena_take(memory->arena, TEXT_ROOM, 1);
    }
    memset(rows, 0, sizeof *rows);
    rows->reader = (struct row_reader){ rows_next, rows_close };
    rows->cell = cell;
    rows->text = text;
    return xml_open(&rows->xml, memory, source, path, part, grammar, context, trouble);
}

void sheet_rows_close(struct sheet_rows *rows)
{
    xml_close(&rows->xml);
}
