/*
 * finance/finance_beside.h -- registers of money that stands beside the bill: a council's own
 * initiatives, memoranda (opportunity and set-up costs, liabilities that go with a transfer), and
 * funds from outside that are ring-fenced. None of it is ever read by a settlement; all of it is in
 * sight.
 *
 * Read next: finance_memorandum.c, finance_fund.c, finance_initiative.c; finance_fund_check.h (is a
 * fund shared by accident?).
 */
#ifndef OCHIL_FINANCE_BESIDE_H
#define OCHIL_FINANCE_BESIDE_H

#include "register/register.h"
#include "register/two_key_kind.h"

struct fund_leaks;
struct html;
struct request;

#define BESIDE_PENCE_MOST INT64_C(99999999999999)

enum initiative_field {
    INITIATIVE_TITLE, INITIATIVE_PURPOSE, INITIATIVE_DECISION, INITIATIVE_OWNER_POST,
    INITIATIVE_STARTS, INITIATIVE_ENDS, INITIATIVE_CENTRES, INITIATIVE_POOL, INITIATIVE_BUDGET,
    INITIATIVE_SERVICE, INITIATIVE_FIELDS
};
enum memorandum_field {
    MEMORANDUM_TITLE, MEMORANDUM_KIND, MEMORANDUM_AMOUNT, MEMORANDUM_VALUED_AT, MEMORANDUM_METHOD,
    MEMORANDUM_SOURCE, MEMORANDUM_BEARER, MEMORANDUM_SPLIT, MEMORANDUM_DETAIL,
    MEMORANDUM_OWNER_POST, MEMORANDUM_AGREED_FROM, MEMORANDUM_SERVICE, MEMORANDUM_FIELDS
};
enum fund_field {
    FUND_TITLE, FUND_FUNDER, FUND_CONDITIONS, FUND_AMOUNT, FUND_STARTS, FUND_ENDS, FUND_CENTRES,
    FUND_ACCOUNTS, FUND_MAY_SHARE, FUND_OWNER_POST, FUND_REPORT_DUE, FUND_SERVICE, FUND_FIELDS
};

extern const struct register_type initiative_register, memorandum_register, fund_register;

/* That both agree on a joint memorandum, by two keys. */
extern const struct two_key_kind memorandum_kind;

/* By which rows of a year's map funds are shared; of none nothing is shown. */
void fund_leaks_shown(struct request *, struct html *, struct text year,
                      const struct fund_leaks *);

/* An end before the beginning is not fit. */
void beside_judge_days(const struct register_type *, const struct entry *, size_t starts,
                       size_t ends, const char *wrong[]);

/* The code at `*at` of a list with blanks or commas between them, and on behind it; false: there is
 * none left. */
MUST_USE bool beside_code_next(struct text list, size_t *at, struct text *code);

#endif
