/*
 * cli/answer.h -- how a verb answers: JSON and CSV on standard output, refusals on standard
 * error.
 */
#ifndef OCHIL_CLI_ANSWER_H
#define OCHIL_CLI_ANSWER_H

#include "base/stream.h"
#include "cli/command.h"
#include "engine/fault.h"
#include "formats/json.h"
#include "money/money.h"

/* A FILE as a sink. Failures stay in the FILE, where cli_run() finds them. */
struct file_sink {
    struct sink sink;
    FILE       *file;
};

void file_sink_open(struct file_sink *, FILE *);

/* Money as JSON has it: a string, "-26.60". */
void json_money(struct json *, wide pence);
/* json_word() for a path or another word from the command line, which need not be UTF-8: bytes that
 * are not become question marks. */
void json_path(struct json *, struct arena *, const char *key, const char *path);

/* Somebody else's text as it may be shown on a terminal: without control characters. */
char *text_clean(struct arena *, struct text);
/* The same, cut after SHOWN_MAX bytes. */
#define SHOWN_MAX 200
const char *text_shown(struct arena *, struct text);

/* The faults of a refused folder, sorted, as a message: how many, where the list is (`path` of
 * errors.csv, or NULL if none was written), the first few with what to do. Returns ERR_REFUSED. */
enum err refusal_tell(const struct command *, const struct faults *, const char *path);

/* The same as JSON, into an object that is open. */
void refusal_json(struct json *, const struct faults *, struct arena *, const char *path);

#endif
