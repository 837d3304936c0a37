/*
 * cli/setting.h -- the settings of a server, declared once: their option, their variable, their
 * line in ochil.conf, what is usual and what they mean.
 *
 * server/settings.h finds their values; the help page `conf` is this table.
 */
#ifndef OCHIL_CLI_SETTING_H
#define OCHIL_CLI_SETTING_H

#include "cli/page.h"

struct arena;

struct setting {
    const char *name;        /* "db": the option --db, the variable OCHIL_DB, the line db = ... */
    const char *value;       /* as help names it */
    const char *usual;       /* NULL: none */
    const char *help;
};

/* Ends at a row without a name. */
extern const struct setting setting_table[];

/* The topic `conf`. */
void setting_page(struct page *, struct arena *);

#endif
