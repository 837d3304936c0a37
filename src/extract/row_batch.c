#include "extract/row_batch.h"

#include <assert.h>

#include "sheets/sheet_rows.h"

/* Room for the row that goes beyond what a batch holds. */
#define BYTES_ROOM (BATCH_BYTES + RECORD_BYTES_MAX)
#define CELLS_ROOM ((size_t)BATCH_CELLS + SHEET_COLUMNS_MAX)

static_assert(CELLS_ROOM >= ROW_CELLS_MAX, "a row of a text too");

void row_supply_open(struct row_supply *supply, struct extract *extract)
{
    supply->extract = extract;
    supply->ended = supply->waiting = false;
    supply->err = OK;
    supply->trouble.text[0] = '\0';
}

void row_batch_open(struct row_batch *batch, struct arena *arena)
{
    *batch = (struct row_batch){
        .bytes = arena_take(arena, BYTES_ROOM, 1),
        .spare = arena_take(arena, BATCH_BYTES, 1),
        .cell = arena_take(arena, CELLS_ROOM, sizeof *batch->cell),
        .row = arena_take(arena, BATCH_ROWS, sizeof *batch->row),
    };
}

/* -- copies -------------------------------------------------------------------------------- */

static struct text copy_text(struct row_batch *batch, struct text text)
{
    char *bytes = batch->bytes + batch->used;

    assert(text.size <= BYTES_ROOM - batch->used);
    if (text.size > 0)
        memcpy(bytes, text.data, text.size);
    batch->used += text.size;
    return (struct text){ bytes, text.size };
}

/* A sheet may say a cell once and mean thousands. */
static void copy_cells(struct row_batch *batch, const struct row *row, struct cell *to)
{
    const struct cell *from = row->cell;

    assert(row->count <= CELLS_ROOM - batch->cells);
    for (size_t i = 0; i < row->count; i++) {
        const bool same = i > 0 && from[i].text.data == from[i - 1].text.data
                          && from[i].text.size == from[i - 1].text.size;
        to[i].kind = from[i].kind;
        to[i].text = same ? to[i - 1].text : copy_text(batch, from[i].text);
    }
    batch->cells += row->count;
}

/* ... and so a row. */
static bool is_held(const struct row_batch *batch, const struct row *row)
{
    return row->again && batch->rows > 0;
}

static void put_copy(struct row_batch *batch, const struct row *row)
{
    struct row *copy = &batch->row[batch->rows];

    *copy = *row;
    copy->cell = is_held(batch, row) ? copy[-1].cell : batch->cell + batch->cells;
    if (!is_held(batch, row))
        copy_cells(batch, row, copy->cell);
    batch->rows++;
}

static bool has_room(const struct row_batch *batch, const struct row *row)
{
    return batch->rows < BATCH_ROWS
           && (is_held(batch, row)
               || (batch->cells < BATCH_CELLS && batch->used < BATCH_BYTES));
}

/* The row that comes next: the one for which the last batch had no room, or another. */
static bool next_row(struct row_supply *supply)
{
    if (!supply->waiting)
        supply->err = extract_next(supply->extract, &supply->row, &supply->ended,
                                   &supply->trouble);
    supply->waiting = supply->err == OK && !supply->ended;
    return supply->waiting;
}

/* Until the batch is full; what ends the supply is kept for the next one. */
static void take_copies(struct row_batch *batch, struct row_supply *supply)
{
    const bool measured = supply->extract->measured;

    while (next_row(supply) && has_room(batch, &supply->row)) {
        put_copy(batch, &supply->row);
        supply->waiting = false;
        if (!measured)
            return;
    }
}

/* -- */

static enum err take_more(struct row_batch *batch, struct row_supply *supply)
{
    const struct extract *extract = supply->extract;
    enum err err = OK;

    if (extract->text != NULL && extract->measured && !supply->waiting)
        err = text_rows_take(extract->text, batch->bytes, BATCH_BYTES, &batch->block,
                             &supply->trouble);
    if (err != OK)
        return err;
    batch->text = batch->block.bytes.size > 0 ? extract->text : NULL;
    if (batch->text == NULL)
        take_copies(batch, supply);
    return supply->err;
}

/* Done by any thread, so memory that runs out may not jump to the guard that is set already. */
static enum err take(struct row_batch *batch, struct row_supply *supply)
{
    ARENA_KEEP(outer, supply->extract->arena);
    if (ARENA_GUARD(supply->extract->arena))
        return fail(&supply->trouble, ERR_IO, "out of memory");
    return take_more(batch, supply);
}

enum err row_batch_take(struct row_batch *batch, struct row_supply *supply, bool *end,
                        struct trouble *trouble)
{
    batch->used = batch->cells = batch->rows = 0;
    batch->block.bytes.size = 0;
    if (supply->err == OK && !supply->ended)
        supply->err = take(batch, supply);
    batch->read = extract_bytes(supply->extract);
    row_batch_rewind(batch);
    *end = false;
    if (batch->rows > 0 || batch->block.bytes.size > 0)
        return OK;
    *end = supply->err == OK;
    return *end ? OK : fail(trouble, supply->err, "%s", supply->trouble.text);
}

bool row_batch_next(struct row_batch *batch, struct row *row)
{
    if (batch->text != NULL) {
        row->cell = batch->cell;
        return text_block_next(batch->text, &batch->left, batch->spare, row);
    }
    if (batch->given == batch->rows)
        return false;
    *row = batch->row[batch->given++];
    return true;
}

void row_batch_rewind(struct row_batch *batch)
{
    batch->left = batch->block;
    batch->given = 0;
}
