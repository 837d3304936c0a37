/*
 * cli/help.h -- the action table as text: the short help, the pages of `ochil help`, and the
 * sources of the manual pages.
 */
#ifndef OCHIL_CLI_HELP_H
#define OCHIL_CLI_HELP_H

#include "base/arena.h"
#include "cli/action.h"
#include "cli/page.h"

/* A page that is not about a verb: "exit-codes", "csv". */
struct topic {
    const char *name;
    const char *summary;
    int         section;     /* of the manual: 5 file formats, 7 other matters */
    void      (*write)(struct page *, struct arena *);   /* everything behind the NAME */
};

/* Ends at a row without a name. */
extern const struct topic topics[];

const struct topic *topic_find(const char *name);

/* --help of a verb: how to call it, two examples, the options. */
void help_short(FILE *out, struct arena *, const struct action *);
/* --help of the program. */
void help_program(FILE *out, const struct feature *const features[]);

/* The whole pages. */
void help_page_action(struct page *, struct arena *, const struct action *);
void help_page_program(struct page *, struct arena *, const struct feature *const features[]);
void help_page_topic(struct page *, struct arena *, const struct topic *);

/* The name of a verb's manual page: "ochil-close", "ochil-period-lock". */
const char *help_manual_name(struct arena *, const char *verb);

/* "FOLDER --out DIR [--book ledger|budget|forecast]": how a verb is called. */
const char *help_synopsis(struct arena *, const struct action *);
/* "-o, --out DIR" */
const char *help_option_term(struct arena *, const struct option *);

#endif
