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

/* A row's bar is as long as its figure, signs left out; the figure stands beside it. */
static void bars(struct html *h, const struct document *document,
                 const struct document_block *block)
{
    const struct document_table *table = block->table;
    const size_t rows = document_rows(table) - (table->sum ? 1 : 0);
    const wide largest = document_largest(block);

    El(h, "figure") {
        El(h, "figcaption") html_text(h, block->words);
        for (size_t row = 0; row < rows; row++) {
            const wide figure = table->cell[row * table->columns + block->column].number;
            const wide part = largest == 0 ? 0 : (figure < 0 ? -figure : figure) * 1000 / largest;
            const struct text label = document_shown(document->arena, table->column[0].kind,
                                                     &table->cell[row * table->columns]);
            El(h, "p") {
                El(h, "meter") {
                    LitAttr(h, "min", "0");
                    LitAttr(h, "max", "1000");
                    Attr(h, "value", text_of(arena_number(document->arena, (int64_t)part)));
                    Attr(h, "aria-label", label);
                }
                Lit(h, " ");
                html_text(h, label);
                Lit(h, ": ");
                page_pounds(h, figure);
            }
        }
    }
}

static void block_of(struct html *h, const struct document *document,
                     const struct document_block *block)
{
    switch (block->kind) {
    case DOCUMENT_SECTION: El(h, "h2") numbered(h, block); break;
    case DOCUMENT_PARAGRAPH: El(h, "p") numbered(h, block); break;
    case DOCUMENT_ITEM: El(h, "li") numbered(h, block); break;
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
        El(h, "ul") {
            LitAttr(h, "class", "lettered");
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
