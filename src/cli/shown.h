/*
 * cli/shown.h -- amounts and periods as text in an arena, for tables and sentences.
 */
#ifndef OCHIL_CLI_SHOWN_H
#define OCHIL_CLI_SHOWN_H

#include "engine/model.h"

/* "-26.60" */
const char *money_shown(struct arena *, wide pence);
/* A period of the model's year, 0 to 12: "2014-15/P06". */
const char *period_shown(struct arena *, const struct model *, int32_t period);
/* From when, or until when, something is in force: a period, or `open` where none is given. */
const char *bound_shown(struct arena *, period_number, const char *open);

#endif
