#include "document/document_book.h"

#include <assert.h>

#include "sheets/book_writer.h"

static struct book_cell words(struct text text)
{
    return (struct book_cell){ BOOK_WORDS, text };
}

static struct book_cell cell_of(struct arena *arena, enum document_kind kind,
                                const struct document_cell *cell)
{
    char *amount;

    if (cell->blank)
        return words(text_of(""));
    switch (kind) {
    case DOCUMENT_MONEY:
        amount = arena_take(arena, MONEY_TEXT_MAX, 1);
        return (struct book_cell){ BOOK_AMOUNT, { amount, money_print(cell->number, amount) } };
    case DOCUMENT_NUMBER:
        return (struct book_cell){ BOOK_NUMBER,
                                   text_of(arena_number(arena, (int64_t)cell->number)) };
    case DOCUMENT_DAY: return (struct book_cell){ BOOK_DAY, cell->words };
    case DOCUMENT_WORDS: break;
    }
    return words(cell->words);
}

static struct book_sheet table_sheet(struct arena *arena, const struct document_table *table)
{
    const size_t rows = document_rows(table) + 1;
    struct book_cell *cell = arena_take(arena, rows * table->columns, sizeof *cell);

    assert(table->columns > 0);
    for (size_t i = 0; i < table->columns; i++)
        cell[i] = words(text_of(table->column[i].head));
    for (size_t i = 0; i < table->cells; i++)
        cell[table->columns + i] = cell_of(arena, table->column[i % table->columns].kind,
                                           &table->cell[i]);
    return (struct book_sheet){ table->sheet, cell, rows, table->columns };
}

static struct book_sheet about_sheet(struct arena *arena, const struct document *document)
{
    struct book_cell *cell = arena_take(arena, 2 * (document->facts + 2), sizeof *cell);
    size_t at = 0;

    cell[at++] = words(text_of("About this file"));
    cell[at++] = words(text_of("Value"));
    cell[at++] = words(text_of("What"));
    cell[at++] = words(document->title);
    for (size_t i = 0; i < document->facts; i++) {
        cell[at++] = words(text_of(document->fact[i].label));
        cell[at++] = words(document->fact[i].value);
    }
    return (struct book_sheet){ "About this file", cell, at / 2, 2 };
}

static struct book_sheet text_sheet(struct arena *arena, const struct document *document)
{
    struct book_cell *cell = arena_take(arena, 2 * (document->blocks + 1), sizeof *cell);
    size_t at = 0;

    cell[at++] = words(text_of("Number"));
    cell[at++] = words(text_of("Text"));
    for (size_t i = 0; i < document->blocks; i++) {
        const struct document_block *block = &document->block[i];
        if (block->kind == DOCUMENT_TABLE || block->kind == DOCUMENT_BARS)
            continue;
        cell[at++] = words(block->number);
        cell[at++] = words(block->words);
    }
    return (struct book_sheet){ "Text", cell, at / 2, 2 };
}

enum err document_book_write(const struct document *document, struct arena *arena,
                             enum document_book kind, struct text *bytes, struct trouble *trouble)
{
    struct book_sheet *sheet = arena_take(arena, document->blocks + 2, sizeof *sheet);
    size_t count = 0;

    sheet[count++] = about_sheet(arena, document);
    for (size_t i = 0; i < document->blocks; i++)
        if (document->block[i].kind == DOCUMENT_TABLE)
            sheet[count++] = table_sheet(arena, document->block[i].table);
    sheet[count++] = text_sheet(arena, document);
    return (kind == DOCUMENT_ODS ? book_write_ods : book_write_xlsx)(arena, sheet, count, bytes,
                                                                     trouble);
}
