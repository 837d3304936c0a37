/*
 * governance/governance_table.h -- what can be asked of the registers: pages and calls.
 */
#ifndef OCHIL_GOVERNANCE_TABLE_H
#define OCHIL_GOVERNANCE_TABLE_H

#include "cli/action.h"

extern const struct feature risk_feature, action_feature, obligation_feature,
    policy_feature;

#endif
