/*
 * register/register_table.h -- what can be asked of kept files, of proposals, of views, and of what
 * is wrong with a file.
 */
#ifndef OCHIL_REGISTER_TABLE_H
#define OCHIL_REGISTER_TABLE_H

#include "cli/action.h"

extern const struct feature evidence_feature;
extern const struct feature proposal_feature;
extern const struct feature saved_view_feature;
extern const struct feature import_help_feature;

#endif
