/*
 * finance/finance_sheet.h -- a table of figures, once: on a page, and as CSV, XLSX, ODS and JSON
 * with the very same cells.
 *
 *     struct money_sheet sheet;
 *     money_sheet_open(&sheet, arena, "settlement", "What it shows", column, COUNT(column));
 *     struct sheet_cell *row = money_sheet_row(&sheet);
 *     row[0] = sheet_words(pool->code);
 *     row[1] = sheet_money(pence);
 *     money_sheet_about(&sheet, "run", "Run", number);
 *     money_sheet_show(h, &sheet);                       or
 *     return money_sheet_answer(request, &sheet, file);
 *
 * A file says about itself what it shows, for whom, when, and of which run: a sheet of its own in a
 * workbook, an object in JSON; CSV has rows alone. The first column is the heading of a row.
 *
 * Read next: finance_settlement.h, finance_working.h (what fills them).
 */
#ifndef OCHIL_FINANCE_SHEET_H
#define OCHIL_FINANCE_SHEET_H

#include "web/page_frame.h"

enum sheet_kind { SHEET_WORDS, SHEET_NUMBER, SHEET_MONEY };

struct sheet_column {
    const char     *name;       /* in CSV and JSON: "borne_clk" */
    const char     *label;      /* for people */
    enum sheet_kind kind;
};

struct sheet_cell {
    enum sheet_kind kind;
    bool            blank;
    struct text     text;       /* words, and numbers as they are written */
    wide            pence;
    struct url      url;        /* on a page it leads there; text empty: nowhere */
};

struct sheet_fact {
    const char *name, *label;   /* in JSON; for people */
    struct text value;
};

#define SHEET_FACTS_MAX 24

struct money_sheet {
    struct arena              *arena;
    const char                *file;        /* its name without its ending */
    const char                *title;       /* the caption */
    const struct sheet_column *column;
    size_t                     columns;
    struct sheet_cell         *cell;        /* rows x columns */
    size_t                     rows, room;
    struct sheet_cell         *foot;        /* the row of totals; NULL: none */
    struct sheet_fact          fact[SHEET_FACTS_MAX];
    size_t                     facts;
};

void money_sheet_open(struct money_sheet *, struct arena *, const char *file, const char *title,
                      const struct sheet_column[], size_t columns);
/* The next row: blank cells, to be filled before the next call. */
struct sheet_cell *money_sheet_row(struct money_sheet *);
/* The row of totals, likewise. */
struct sheet_cell *money_sheet_foot(struct money_sheet *);
void money_sheet_about(struct money_sheet *, const char *name, const char *label,
                       struct text value);

struct sheet_cell sheet_words(struct text);
struct sheet_cell sheet_number(struct arena *, int64_t);
/* A number as it is written: "38.9". */
struct sheet_cell sheet_written(struct text);
struct sheet_cell sheet_money(wide pence);
struct sheet_cell sheet_linked(struct sheet_cell, struct url);

void money_sheet_show(struct html *, const struct money_sheet *);
/* "/...": a list of links to the table as files; `base` stands before "/settlement.csv". */
void money_sheet_links(struct request *, struct html *, const struct money_sheet *, struct url base,
                       struct text query);
/* As the file of this name, "settlement.csv". ERR_MISSING: of no form that there is. */
enum err money_sheet_answer(struct request *, struct money_sheet *, struct text file);
/* The same as an object of JSON: about, rows, total. */
void money_sheet_json(struct json *, const struct money_sheet *);

#endif
