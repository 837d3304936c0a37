/*
 * register/register_table.h -- what can be asked of kept files and of proposals.
 */
#ifndef OCHIL_REGISTER_TABLE_H
#define OCHIL_REGISTER_TABLE_H

#include "cli/action.h"

extern const struct feature evidence_feature;

#endif
