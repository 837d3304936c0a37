/*
 * web/web_table.h -- what the server says of itself: whether it is alive and ready, what it has
 * done, and its style sheet.
 */
#ifndef OCHIL_WEB_TABLE_H
#define OCHIL_WEB_TABLE_H

#include "cli/action.h"

extern const struct feature web_feature;

#endif
