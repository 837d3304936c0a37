/*
 * finance/finance_table.h -- what can be asked of money: the joint calendar, profiles, imports; and
 * of the registers about it.
 */
#ifndef OCHIL_FINANCE_TABLE_H
#define OCHIL_FINANCE_TABLE_H

#include "cli/action.h"
#include "web/home_part.h"

extern const struct feature money_run_call_feature;     /* finance_run_api.c */
extern const struct feature month_call_feature;         /* finance_month_api.c */
extern const struct feature payment_call_feature;       /* finance_on_account_api.c */
extern const struct feature what_if_call_feature;       /* finance_what_if_api.c */
extern const struct feature restatement_call_feature;   /* finance_restate_api.c */
extern const struct feature money_feature;
extern const struct home_part on_account_home;  /* finance_on_account_home.c: payments to answer */
extern const struct home_part money_home;       /* finance_course_pages.c: months to be closed */
extern const struct feature query_feature, initiative_feature, memorandum_feature, fund_feature;
/* finance_paper_table.c */
extern const struct feature paper_feature;
/* The same for programs: finance_api_table.c. */
extern const struct feature money_call_feature;

#endif
