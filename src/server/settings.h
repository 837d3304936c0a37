/*
 * server/settings.h -- the values of the settings (cli/setting.h) and where each comes from.
 *
 * The first that has one: an option of the command, the environment (OCHIL_DB), ./ochil.conf,
 * /etc/ochil/ochil.conf, what is usual; `--config FILE` stands for both files.
 *
 * Errors: ERR_IO: a file that is there, or was named, cannot be read. ERR_CHECK, with file and
 * line: not a line of settings, no such setting, twice, or no value.
 */
#ifndef OCHIL_SERVER_SETTINGS_H
#define OCHIL_SERVER_SETTINGS_H

#include "base/outside.h"
#include "cli/command.h"
#include "cli/setting.h"

#define SETTINGS_MAX 16

struct settings {
    const char *value[SETTINGS_MAX];     /* as setting_table; NULL: none */
    const char *origin[SETTINGS_MAX];    /* "--db", "OCHIL_DB", "ochil.conf, line 3", "usual" */
};

MUST_USE enum err settings_load(const struct outside *, const struct command *, struct settings *,
                                struct trouble *);

/* By name, which must be in the table. */
const char *settings_value(const struct settings *, const char *name);

/* The value as it may be shown: a password in a URL is left out. */
const char *setting_shown(struct arena *, const char *value);

#endif
