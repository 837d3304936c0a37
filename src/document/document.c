#include "document/document.h"

#include <assert.h>

struct document *document_open(struct arena *arena, const char *title)
{
    struct document *document = arena_take(arena, 1, sizeof *document);

    document->arena = arena;
    document->title = text_of(title);
    return document;
}

void document_fact(struct document *document, const char *label, struct text value)
{
    if (document->facts == document->facts_room) {
        document->facts_room = 2 * document->facts_room + 8;
        document->fact = arena_grow(document->arena, document->fact, document->facts,
                                    document->facts_room, sizeof *document->fact);
    }
    document->fact[document->facts++] = (struct document_fact){ label, value };
}

static void add(struct document *document, struct document_block block)
{
    if (document->blocks == document->blocks_room) {
        document->blocks_room = 2 * document->blocks_room + 16;
        document->block = arena_grow(document->arena, document->block, document->blocks,
                                     document->blocks_room, sizeof *document->block);
    }
    document->block[document->blocks++] = block;
}

void document_section(struct document *document, const char *heading)
{
    document->section++;
    document->paragraph = 0;
    document->item = 0;
    add(document, (struct document_block){
        .kind = DOCUMENT_SECTION, .words = text_of(heading),
        .number = text_of(arena_print(document->arena, "%d", document->section)) });
}

void document_paragraph(struct document *document, struct text words)
{
    document->paragraph++;
    document->item = 0;
    add(document, (struct document_block){
        .kind = DOCUMENT_PARAGRAPH, .words = words,
        .number = text_of(arena_print(document->arena, "%d.%d", document->section,
                                      document->paragraph)) });
}

/* (a) to (z), then (aa): no list of ours comes near. */
void document_item(struct document *document, struct text words)
{
    const int item = document->item++;
    const char *number = item < 26 ? arena_print(document->arena, "(%c)", 'a' + item)
                                   : arena_print(document->arena, "(%c%c)", 'a' + item / 26 - 1,
                                                 'a' + item % 26);

    add(document, (struct document_block){ .kind = DOCUMENT_ITEM, .words = words,
                                           .number = text_of(number) });
}

void document_note(struct document *document, struct text words)
{
    add(document, (struct document_block){ .kind = DOCUMENT_NOTE, .words = words });
}

struct document_table *document_table_open(struct document *document, const char *caption,
                                           const char *sheet,
                                           const struct document_column column[], size_t count)
{
    struct document_table *table = arena_take(document->arena, 1, sizeof *table);

    table->caption = caption;
    table->sheet = sheet;
    table->column = column;
    table->columns = count;
    table->arena = document->arena;
    add(document, (struct document_block){ .kind = DOCUMENT_TABLE, .table = table });
    return table;
}

static void put(struct document_table *table, struct document_cell cell)
{
    if (table->cells == table->room) {
        table->room = 2 * table->room + 4 * table->columns;
        table->cell = arena_grow(table->arena, table->cell, table->cells, table->room,
                                 sizeof *table->cell);
    }
    table->cell[table->cells++] = cell;
}

void document_words(struct document_table *table, struct text words)
{
    put(table, (struct document_cell){ .words = words, .blank = words.size == 0 });
}

void document_number(struct document_table *table, int64_t number)
{
    put(table, (struct document_cell){ .number = number });
}

void document_money(struct document_table *table, wide pence)
{
    put(table, (struct document_cell){ .number = pence });
}

void document_blank(struct document_table *table)
{
    put(table, (struct document_cell){ .blank = true });
}

size_t document_rows(const struct document_table *table)
{
    return table->cells / table->columns;
}

void document_bars(struct document *document, const struct document_table *table, size_t column,
                   struct text words)
{
    assert(column < table->columns && table->column[column].kind == DOCUMENT_MONEY);
    add(document, (struct document_block){ .kind = DOCUMENT_BARS, .table = table,
                                           .column = column, .words = words });
}

bool document_ok(const struct document *document)
{
    for (size_t i = 0; i < document->blocks; i++)
        if (document->block[i].kind == DOCUMENT_TABLE &&
            document->block[i].table->cells % document->block[i].table->columns != 0)
            return false;
    return document->title.size > 0;
}

struct text document_pounds(struct arena *arena, wide pence)
{
    char *words = arena_take(arena, MONEY_POUNDS_MAX, 1);

    return (struct text){ words, money_print_pounds(pence, words) };
}

struct text document_day(struct arena *arena, struct text iso)
{
    static const char *const month[] = {
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    };

    if (iso.size != 10 || text_digits(iso, 0) != 4 || text_digits(iso, 5) != 2 ||
        text_digits(iso, 8) != 2)
        return iso;
    const int number = (iso.data[5] - '0') * 10 + iso.data[6] - '0';
    const int day = (iso.data[8] - '0') * 10 + iso.data[9] - '0';
    if (number < 1 || number > 12)
        return iso;
    return text_of(arena_print(arena, "%d %s %.4s", day, month[number - 1], iso.data));
}

struct text document_shown(struct arena *arena, enum document_kind kind,
                           const struct document_cell *cell)
{
    if (cell->blank)
        return text_of("");
    switch (kind) {
    case DOCUMENT_NUMBER: return text_of(arena_number(arena, (int64_t)cell->number));
    case DOCUMENT_MONEY: return document_pounds(arena, cell->number);
    case DOCUMENT_DAY: return document_day(arena, cell->words);
    case DOCUMENT_WORDS: break;
    }
    return cell->words;
}

wide document_largest(const struct document_block *block)
{
    const struct document_table *table = block->table;
    const size_t rows = document_rows(table) - (table->sum ? 1 : 0);
    wide largest = 0;

    for (size_t row = 0; row < rows; row++) {
        const wide figure = table->cell[row * table->columns + block->column].number;
        const wide size = figure < 0 ? -figure : figure;
        largest = size > largest ? size : largest;
    }
    return largest;
}
