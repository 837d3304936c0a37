/*
 * finance/finance_table.h -- what can be asked of money: the joint calendar, profiles, imports; and
 * of the registers about it.
 */
#ifndef OCHIL_FINANCE_TABLE_H
#define OCHIL_FINANCE_TABLE_H

#include "cli/action.h"

extern const struct feature money_run_call_feature;     /* finance_run_api.c */
extern const struct feature money_feature;
extern const struct feature query_feature, initiative_feature, memorandum_feature, fund_feature;
/* finance_paper_table.c */
extern const struct feature paper_feature;
/* The same for programs: finance_api_table.c. */
extern const struct feature money_call_feature;

#endif
