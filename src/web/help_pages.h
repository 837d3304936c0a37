/*
 * web/help_pages.h -- help, from the action table: each page's row says what it is for, and the
 * rows below its route what can be done there. Nothing here is written twice.
 *
 * Also the other pages that are everybody's: the accessibility statement and the language.
 */
#ifndef OCHIL_HELP_PAGES_H
#define OCHIL_HELP_PAGES_H

#include "web/request.h"

enum err help_list(struct request *);
enum err help_show(struct request *);
enum err accessibility_show(struct request *);
enum err language_change(struct request *);

/* Where the help for the page that is being written stands. */
struct url help_url(struct request *);

#endif
