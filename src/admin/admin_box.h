/*
 * admin/admin_box.h -- tables whose headings are not known beforehand.
 */
#ifndef OCHIL_ADMIN_BOX_H
#define OCHIL_ADMIN_BOX_H

#include "web/page_frame.h"

/* What a table that may be wider than the page stands in: begun, then ended by html_end(). */
void box_table_begin(struct html *, const char *caption, const char *const head[], size_t count);
void box_table_end(struct html *);

#endif
