/*
 * register/register_field_view.h -- parts that any register's pages are made of, and forms of a
 * feature's own beside it: the box of a field, what is wrong with a form, cells of pages and files.
 */
#ifndef OCHIL_REGISTER_FIELD_VIEW_H
#define OCHIL_REGISTER_FIELD_VIEW_H

#include "register/register.h"
#include "web/page_frame.h"

/* The words for people: "very high" becomes "Very high". */
struct text word_shown(struct arena *, struct text);

/* What people wrote, as it is; a dash where there is nothing. */
void words_shown(struct html *, struct text);

/* Label, hint, what is wrong (NULL: nothing), and the box that the kind of field has. */
void field_box(struct request *, struct html *, const struct field_form *, struct text value,
               const char *wrong);

/* Above a form that was refused: a link to each field at fault. */
void field_errors(struct request *, struct html *, const struct field_form form[],
                  const char *const wrong[], size_t count);

/* A choice of a list, the first one empty and named `any`. */
void choice_box(struct request *, struct html *, const char *name, const char *label,
                const char *any, const char *const choices[], struct text chosen);

/* A field that is sent along unseen. */
void hidden_field(struct html *, const char *name, struct text value);

void link_to(struct html *, struct url, const char *words);
void link_say(struct request *, struct html *, struct url, enum word);

/* "/risks". */
struct url register_url(const struct register_type *, struct arena *);

/* An entry's number, as a link to its page below the register's address. */
void entry_link(struct request *, struct html *, struct url, struct text reference);

/* A day as "1 April 2026", and the same for machines. `iso` is one. */
void day_shown(struct html *, struct text iso);

/* A cell for people: days and money in words, choices with a capital. */
void cell_shown(struct request *, struct html *, const struct register_type *,
                const struct register_column *, const struct entry *);

/* The same as a cell of a table, on the right where numbers stand. */
void cell_put(struct request *, struct html *, const struct register_type *,
              const struct register_column *, bool right, const struct entry *);

/* A cell as text of CSV. What a spreadsheet would take for a formula (it begins with = + - @, a tab
 * or a CR) gets ' in front; a number stays one. */
struct text cell_csv(struct arena *, struct register_cell);

/* A file of the answer, to be saved under a name. */
void answer_saved_as(struct request *, const char *name);

#endif
