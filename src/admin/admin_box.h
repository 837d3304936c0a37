/*
 * admin/admin_box.h -- boxes of a form that are not one line of text: a choice, several lines.
 * Label, hint and error stand as page_field() (web/page_frame.h) puts them.
 */
#ifndef OCHIL_ADMIN_BOX_H
#define OCHIL_ADMIN_BOX_H

#include "web/page_frame.h"

/* Three lines of text. */
void box_lines(struct html *, const struct field *);

struct choice {
    const char *value;
    const char *label;
};

/* One of these; at first, none. */
void box_choice(struct html *, const struct field *, const struct choice[], size_t count);

/* What a table that may be wider than the page stands in: begun, then ended by html_end(). */
void box_table_begin(struct html *, const char *caption, const char *const head[], size_t count);
void box_table_end(struct html *);

#endif
