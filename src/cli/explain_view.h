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
/* The same for another program: bytes into a sink. */
MUST_USE enum err figure_json_into(struct sink *, struct arena *, const struct explain_answer *,
                                   struct trouble *);

void story_text(const struct command *, const struct explain_answer *);
MUST_USE enum err story_json(const struct command *, const struct explain_answer *);

#endif
