/*
 * register/import_help.h -- what is wrong with a row of a file, at length: a page for each code of
 * import_plan.h and field_code(), to which the errors of an import lead.
 */
#ifndef OCHIL_IMPORT_HELP_H
#define OCHIL_IMPORT_HELP_H

#include "web/html.h"

/* The page of this code; that there is none is a bug. */
struct url import_help_url(struct arena *, const char *code);

#endif
