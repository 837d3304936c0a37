/*
 * cli/summary.h -- how a close went, as one line or as JSON: for close, bundle and verify.
 */
#ifndef OCHIL_CLI_SUMMARY_H
#define OCHIL_CLI_SUMMARY_H

#include "cli/answer.h"
#include "engine/close.h"

/* "8123 lines, 2 partners, 2014-15/P01 to 2014-15/P13: Stirling Council owes ..." and a line
 * end. */
void summary_print(const struct command *, const struct close_summary *);

/* The same, into an object that is open. */
void summary_json(struct json *, const struct close_summary *);

#endif
