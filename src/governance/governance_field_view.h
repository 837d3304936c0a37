/*
 * governance/governance_field_view.h -- parts of pages that any register's pages are made of: the
 * box of a field, what is wrong with a form, links that sort a table, cells of files.
 */
#ifndef OCHIL_GOVERNANCE_FIELD_VIEW_H
#define OCHIL_GOVERNANCE_FIELD_VIEW_H

#include "governance/governance_risk.h"
#include "web/page_frame.h"

/* The words for people: "very high" becomes "Very high". */
struct text word_shown(struct arena *, struct text);

/* Label, hint, what is wrong, and the box that the kind of field has. */
void field_box(struct request *, struct html *, const struct field_form *, struct text value,
               enum field_verdict);

/* Above a form that was refused: a link to each field at fault. */
void field_errors(struct request *, struct html *, const struct field_form form[],
                  const enum field_verdict verdict[], size_t count);

/* A choice of a list, the first one empty and named `any`. */
void choice_box(struct request *, struct html *, const char *name, const char *label,
                const char *any, const char *const choices[], struct text chosen);

/* Around a table that may be wider than the screen: for (...) as El. */
void table_begin(struct html *, const char *label);
void table_end(struct html *);

/* A day as "1 April 2026", and the same for machines. `iso` is one. */
void day_shown(struct html *, struct text iso);

/* A cell as text of CSV. What a spreadsheet would take for a formula (it begins with = + - @, a tab
 * or a CR) gets ' in front; a number stays one. */
struct text cell_csv(struct arena *, struct cell);

/* A file of the answer, to be saved under a name. */
void answer_saved_as(struct request *, const char *name);

#endif
