#include "web/document_view.h"

#include "web/page_parts.h"

static void numbered(struct html *h, const struct document_block *block)
{
    html_text(h, block->number);
    Lit(h, " ");
    html_text(h, block->words);
}

static bool is_figure(const struct document_column *column)
{
    return column->kind == DOCUMENT_MONEY || column->kind == DOCUMENT_NUMBER;
}

static void cell(struct html *h, const struct document *document,
                 const struct document_table *table, size_t at)
{
    const struct document_column *column = &table->column[at % table->columns];
    const struct text words = document_shown(document->arena, column->kind, &table->cell[at]);

    if (at % table->columns == 0) {
        page_row_head(h, words);
        return;
    }
    El(h, "td") {
        if (is_figure(column))
            LitAttr(h, "class", "number");
        html_text(h, words);
    }
}

static void table_of(struct html *h, const struct document *document,
                     const struct document_table *table)
{
    struct column *columns = arena_take(document->arena, table->columns, sizeof *columns);

    for (size_t i = 0; i < table->columns; i++)
        columns[i] = (struct column){ table->column[i].head, is_figure(&table->column[i])
                                                                 ? COLUMN_NUMBER
                                                                 : COLUMN_WORDS };
    (void)page_table_begin(h, table->caption, columns, table->columns);
    for (size_t row = 0; row < document_rows(table); row++)
        El(h, "tr") for (size_t i = 0; i < table->columns; i++)
            cell(h, document, table, row * table->columns + i);
    (void)page_table_end(h);
}

/* A row's bar is as long as its figure, signs left out; those below zero have the second kind. */
static void bar(struct html *h, const struct document *document,
                const struct document_block *block, size_t row, wide largest)
{
    const struct document_table *table = block->table;
    const wide figure = table->cell[row * table->columns + block->column].number;
    const wide size = figure < 0 ? -figure : figure;

    El(h, "li") {
        El(h, "div") html_text(h, document_shown(document->arena, table->column[0].kind,
                                                 &table->cell[row * table->columns]));
        El(h, "div") {
            LitAttr(h, "class", "bar");
            page_bar(h, document->arena, figure < 0, 0,
                     largest == 0 ? 0 : (int64_t)(size * 1000 / largest));
            El(h, "span") page_pounds(h, figure);
        }
    }
}

static void bars(struct html *h, const struct document *document,
                 const struct document_block *block)
{
    const size_t rows = document_rows(block->table) - (block->table->sum ? 1 : 0);

    El(h, "p") html_text(h, block->words);
    El(h, "ul") {
        LitAttr(h, "class", "bars");
        for (size_t row = 0; row < rows; row++)
            bar(h, document, block, row, document_largest(block));
    }
}

static void block_of(struct html *h, const struct document *document,
                     const struct document_block *block)
{
    switch (block->kind) {
    case DOCUMENT_SECTION: El(h, "h2") numbered(h, block); break;
    case DOCUMENT_PARAGRAPH: El(h, "p") numbered(h, block); break;
    case DOCUMENT_ITEM:
        El(h, "p") {
            LitAttr(h, "role", "listitem");
            numbered(h, block);
        }
        break;
    case DOCUMENT_TABLE: table_of(h, document, block->table); break;
    case DOCUMENT_BARS: bars(h, document, block); break;
    case DOCUMENT_NOTE: El(h, "p") html_text(h, block->words); break;
    }
}

void document_show(struct html *h, const struct document *document)
{
    El(h, "dl") for (size_t i = 0; i < document->facts; i++)
        page_entry(h, document->fact[i].label, document->fact[i].value);
    for (size_t i = 0; i < document->blocks;) {
        if (document->block[i].kind != DOCUMENT_ITEM) {
            block_of(h, document, &document->block[i++]);
            continue;
        }
        /* Its letters are the document's: no list that puts marks of its own before them. */
        El(h, "div") {
            LitAttr(h, "role", "list");
            while (i < document->blocks && document->block[i].kind == DOCUMENT_ITEM)
                block_of(h, document, &document->block[i++]);
        }
    }
}

enum err document_html(const struct document *document, struct arena *arena, struct text *bytes,
                       struct trouble *trouble)
{
    struct html *h = html_document(arena);

    El(h, "html") {
        LitAttr(h, "lang", "en-GB");
        El(h, "head") {
            Void(h, "meta");
            LitAttr(h, "charset", "utf-8");
            El(h, "title") html_text(h, document->title);
        }
        El(h, "body") {
            El(h, "main") {
                El(h, "h1") html_text(h, document->title);
                document_show(h, document);
            }
            El(h, "footer") El(h, "p") html_text(h, document->footer);
        }
    }
    if (!html_ok(h))
        return fail(trouble, ERR_BUG, "a document's HTML is not whole");
    *bytes = html_bytes(h);
    return OK;
}
