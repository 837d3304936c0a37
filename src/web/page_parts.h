/*
 * web/page_parts.h -- what most pages are made of, beside forms: tables, lists, states. They need
 * no request, and can be tested without one.
 *
 *     static const struct column columns[] = {
 *         { "Pool", COLUMN_WORDS }, { "Cost", COLUMN_NUMBER },
 *     };
 *
 *     Table(h, "Cost pools of June 2014", columns) {
 *         El(h, "tr") {
 *             page_row_head(h, pool->name);
 *             page_money(h, pool->pence);
 *         }
 *     }
 */
#ifndef OCHIL_PAGE_PARTS_H
#define OCHIL_PAGE_PARTS_H

#include "base/clock_io.h"
#include "money/money.h"
#include "store/db_day.h"
#include "web/html.h"

enum column_kind { COLUMN_WORDS, COLUMN_NUMBER };

struct column {
    const char      *head;
    enum column_kind kind;
};

/* A table with caption and headings; what follows in braces are its rows. `columns` is an array.
 * Too wide for the screen, it is scrolled by itself, by keyboard, too. */
#define Table(h, caption, columns)                                                               \
    PAGE_TABLE(h, caption, columns, HTML_JOIN(page_once_, __COUNTER__))
#define PAGE_TABLE(h, caption, columns, once)                                                    \
    for (bool once = page_table_begin(h, caption, columns, COUNT(columns)); once;                \
         once = page_table_end(h))
bool page_table_begin(struct html *, const char *caption, const struct column[], size_t count);
bool page_table_end(struct html *);

/* Cells. The first one of a row is its heading. */
void page_row_head(struct html *, struct text);
void page_cell(struct html *, struct text);
/* The same of a sentence, which on a phone gets room for a few words in each line. */
void page_said(struct html *, struct text);
/* Digits that may break anywhere, in few lines also where room is least. */
void page_hash(struct html *, struct text);
void page_number(struct html *, int64_t);
/* Whole pence: "£1,234.56", "-£0.07". */
void page_money(struct html *, wide pence);
/* The same without a cell around it. */
void page_pounds(struct html *, wide pence);

/* A bar of `width` thousandths behind the first `from` of them, for the eye alone: its figure
 * stands beside it, in words. The second kind has a line in it, so that colour tells nothing by
 * itself. */
void page_bar(struct html *, struct arena *, bool second, int64_t from, int64_t width);

/* A heading of a table's column, where a table is made by hand. */
void page_head(struct html *, const char *words);

/* An entry of a list of terms (dl). */
void page_entry(struct html *, const char *label, struct text value);

/* A state: words in a coloured box; the colour says nothing that the words do not. */
enum tag_kind { TAG_PLAIN, TAG_GOOD, TAG_WARNING, TAG_BAD, TAG_NEWS };
void page_tag(struct html *, enum tag_kind, const char *words);

/* There is nothing yet: says so, and what to do. */
void page_empty(struct html *, const char *nothing, const char *what_to_do);

/* Pages that belong together, as links; `current` counts from 0. */
struct tab {
    const char *label;
    struct url  url;
};
void page_tabs(struct html *, const char *label, const struct tab[], size_t count,
               size_t current);

/* "1 April 2026, 09:00 UTC", and the same for machines. */
void page_moment(struct html *, struct moment);
/* "1 April 2026", likewise. */
void page_day(struct html *, struct db_day);
/* Of "2026-04-01", which is one. */
void page_iso_day(struct html *, struct text iso);

#endif
