/*
 * document/document.h -- a report for people: what is said in it, and in which order.
 *
 *     struct document *d = document_open(arena, "Bill and statement");
 *     document_fact(d, "For", council->name);
 *     document_section(d, "What is owed");                            "1"
 *     document_paragraph(d, text_of("Clackmannanshire owes ..."));    "1.1"
 *     document_item(d, text_of("..."));                               "(a)"
 *     struct document_table *table = document_table(d, "Charges", columns);
 *     document_row(table);
 *     document_words(table, service->name);
 *     document_money(table, pence);
 *
 * One model, several writers, and nothing of its own in any of them: HTML (web/document_view.h),
 * which is the master; PDF (pdf_writer.h), tagged for screen readers; XLSX and ODS
 * (document_book.h). Numbers and letters of paragraphs are text of the model, so that they are the
 * same in every form and a paragraph can be cited.
 *
 * The first column of a table heads its rows. Money is whole pence. Text is UTF-8, and lives as
 * long as the arena; a document is written by one who never gives it too few or too many cells
 * (asserted by document_ok()).
 *
 * Pure: no clock; who makes it says when (`made`).
 *
 * Read next: finance/finance_paper.h, which makes them of a close.
 */
#ifndef OCHIL_DOCUMENT_H
#define OCHIL_DOCUMENT_H

#include "base/clock_io.h"
#include "money/money.h"

enum document_kind { DOCUMENT_WORDS, DOCUMENT_NUMBER, DOCUMENT_MONEY, DOCUMENT_DAY };

struct document_column {
    const char        *head;
    enum document_kind kind;
};

/* Blank: nothing stands there. */
struct document_cell {
    bool        blank;
    struct text words;      /* of a day: "2014-06-30" */
    wide        number;     /* pence, or a number */
};

struct document_table {
    const char                   *caption;
    const char                   *sheet;        /* its name in a workbook; at most 31 bytes */
    const struct document_column *column;
    size_t                        columns;
    struct document_cell         *cell;         /* row by row */
    size_t                        cells, room;
    bool                          sum;          /* the last row adds up what stands above */
    struct arena                 *arena;
};

enum document_block_kind {
    DOCUMENT_SECTION,       /* a heading */
    DOCUMENT_PARAGRAPH,
    DOCUMENT_ITEM,          /* of a list: those that follow each other are one */
    DOCUMENT_TABLE,
    DOCUMENT_BARS,          /* the money of one column of the table before, drawn */
    DOCUMENT_NOTE
};

struct document_block {
    enum document_block_kind     kind;
    struct text                  number;        /* "2", "2.1", "(a)" */
    struct text                  words;         /* of bars: what they show, in a sentence */
    const struct document_table *table;         /* of bars: the one that holds the figures */
    size_t                       column;        /* of bars */
};

struct document_fact {
    const char *label;
    struct text value;
};

struct document {
    struct arena          *arena;
    struct text            title;
    struct text            footer;              /* on every page; may be empty */
    struct moment          made;
    struct document_fact  *fact;                /* the title block */
    size_t                 facts, facts_room;
    struct document_block *block;
    size_t                 blocks, blocks_room;
    int                    section, paragraph, item;    /* the numbers given last */
};

struct document *document_open(struct arena *, const char *title);
void document_fact(struct document *, const char *label, struct text value);
void document_section(struct document *, const char *heading);
void document_paragraph(struct document *, struct text);
void document_item(struct document *, struct text);
void document_note(struct document *, struct text);

/* `columns` is an array. */
#define document_table(d, caption, sheet, columns)                                               \
    document_table_open(d, caption, sheet, columns, COUNT(columns))
struct document_table *document_table_open(struct document *, const char *caption,
                                           const char *sheet, const struct document_column[],
                                           size_t count);
void document_words(struct document_table *, struct text);
void document_number(struct document_table *, int64_t);
void document_money(struct document_table *, wide pence);
void document_blank(struct document_table *);
size_t document_rows(const struct document_table *);

/* Bars for the money in a column of this table, which is the document's last. */
void document_bars(struct document *, const struct document_table *, size_t column,
                   struct text words);

/* Every row of every table is whole, and no bar has another width than its figure. */
bool document_ok(const struct document *);

/* How a cell is shown to people: "£1,234.56", "30 June 2014". In the arena. */
struct text document_shown(struct arena *, enum document_kind, const struct document_cell *);
/* "-£1,234.56" */
struct text document_pounds(struct arena *, wide pence);
/* "30 June 2014" of "2014-06-30"; what is no such day as it is. */
struct text document_day(struct arena *, struct text iso);

/* The bars of a block: the largest figure, signs left out, and the label of a row. */
wide document_largest(const struct document_block *);

#endif
