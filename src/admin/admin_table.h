/*
 * admin/admin_table.h -- coming in, and what an account sees of itself: pages and calls over
 * identity/.
 *
 * Handlers stand in admin_*_pages.c and admin_api.c; their rows are all here, in one table.
 */
#ifndef OCHIL_ADMIN_TABLE_H
#define OCHIL_ADMIN_TABLE_H

#include "cli/action.h"

extern const struct feature admin_feature;

#endif
