/*
 * cli/explain_view.h -- an explanation for a reader, and the same for a program.
 *
 * Const answer in, text out. The JSON has every step with its exact fraction, so that whoever
 * adds them up again gets the figure; the text is laid out for 80 columns.
 */
#ifndef OCHIL_CLI_EXPLAIN_VIEW_H
#define OCHIL_CLI_EXPLAIN_VIEW_H

#include "cli/command.h"
#include "engine/explain_io.h"

void figure_text(const struct command *, const struct explain_answer *);
MUST_USE enum err figure_json(const struct command *, const struct explain_answer *);

void story_text(const struct command *, const struct explain_answer *);
MUST_USE enum err story_json(const struct command *, const struct explain_answer *);

/* "2014-15/P06" in the arena. */
const char *period_shown(struct arena *, const struct model *, int32_t period);
/* What values and rows are in force from, or to: a period, or `open` where none is given. */
const char *bound_shown(struct arena *, period_number, const char *open);
const char *money_shown(struct arena *, wide pence);

#endif
