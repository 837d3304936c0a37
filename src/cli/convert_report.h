/*
 * cli/convert_report.h -- what came of a conversion, as text or as JSON: every rule that left rows
 * out, every reason that refused some, and the proof that all of it adds up (docs/convert.md,
 * section 1).
 */
#ifndef OCHIL_CLI_CONVERT_REPORT_H
#define OCHIL_CLI_CONVERT_REPORT_H

#include "cli/answer.h"
#include "cli/command.h"
#include "extract/convert_io.h"

/* On standard output; the proof is the last line. */
void conversion_text(const struct command *, const struct convert_summary *);
MUST_USE enum err conversion_json(const struct command *, const struct convert_summary *);
/* The same, into an object that is open. */
void conversion_keys(const struct command *, const struct convert_summary *, struct json *);

/* On standard error: which rows were refused, and what became of the files. */
void conversion_refusals(const struct command *, const struct convert_summary *,
                         const char *errors);

#endif
