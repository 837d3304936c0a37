/*
 * extract/form.c -- what can be made of an extract: the columns of each form (docs/engine.md,
 * section 2) and the kind of value each field is.
 */
#include "extract/profile.h"

#include <assert.h>

#define LEDGER_HEADER "entry_id,partner,date,period,cost_centre,account,amount,description\n"
#define LEDGER_COLUMNS {                                                                         \
        { TARGET_ENTRY_ID, true }, { TARGET_PARTNER, true }, { TARGET_DATE, false },             \
        { TARGET_PERIOD, false }, { TARGET_COST_CENTRE, true }, { TARGET_ACCOUNT, true },        \
        { TARGET_AMOUNT, true }, { TARGET_DESCRIPTION, false } }

const struct form_table form_table[FORMS] = {
    [FORM_LEDGER] = { "ledger", LEDGER_HEADER, LEDGER_COLUMNS, 8 },
    [FORM_BUDGET] = { "budget", LEDGER_HEADER, LEDGER_COLUMNS, 8 },
    [FORM_FORECAST] = { "forecast", LEDGER_HEADER, LEDGER_COLUMNS, 8 },
    [FORM_BASIS_VALUES] = { "basis_values", "basis,from,partner,value\n",
        { { TARGET_BASIS, true }, { TARGET_FROM, false }, { TARGET_PARTNER, true },
          { TARGET_VALUE, true } }, 4 },
    [FORM_ACCOUNTS] = { "accounts", "partner,account,group\n",
        { { TARGET_PARTNER, true }, { TARGET_ACCOUNT, true }, { TARGET_GROUP, true } }, 3 },
    /* a row without an account is for all accounts of the cost centre */
    [FORM_COST_CENTRES] = { "cost_centres",
        "partner,cost_centre,account,from,to,treatment,pool,bearer\n",
        { { TARGET_PARTNER, true }, { TARGET_COST_CENTRE, true }, { TARGET_ACCOUNT, false },
          { TARGET_FROM, false }, { TARGET_TO, false }, { TARGET_TREATMENT, true },
          { TARGET_POOL, false }, { TARGET_BEARER, false } }, 8 },
};

static const char *const target_names[] = {
    [TARGET_ENTRY_ID] = "entry_id",
    [TARGET_PARTNER] = "partner",
    [TARGET_DATE] = "date",
    [TARGET_PERIOD] = "period",
    [TARGET_COST_CENTRE] = "cost_centre",
    [TARGET_ACCOUNT] = "account",
    [TARGET_AMOUNT] = "amount",
    [TARGET_DESCRIPTION] = "description",
    [TARGET_BASIS] = "basis",
    [TARGET_FROM] = "from",
    [TARGET_TO] = "to",
    [TARGET_VALUE] = "value",
    [TARGET_GROUP] = "group",
    [TARGET_TREATMENT] = "treatment",
    [TARGET_POOL] = "pool",
    [TARGET_BEARER] = "bearer",
};

const enum field_kind target_kinds[] = {
    [TARGET_ENTRY_ID] = KIND_CODE,
    [TARGET_PARTNER] = KIND_CODE,
    [TARGET_DATE] = KIND_DATE,
    [TARGET_PERIOD] = KIND_PERIOD,
    [TARGET_COST_CENTRE] = KIND_CODE,
    [TARGET_ACCOUNT] = KIND_CODE,
    [TARGET_AMOUNT] = KIND_AMOUNT,
    [TARGET_DESCRIPTION] = KIND_TEXT,
    [TARGET_BASIS] = KIND_CODE,
    [TARGET_FROM] = KIND_PERIOD,
    [TARGET_TO] = KIND_PERIOD,
    [TARGET_VALUE] = KIND_VALUE,
    [TARGET_GROUP] = KIND_CODE,
    [TARGET_TREATMENT] = KIND_TREATMENT,
    [TARGET_POOL] = KIND_CODE,
    [TARGET_BEARER] = KIND_CODE,
};

static_assert(COUNT(target_names) == TARGETS && COUNT(target_kinds) == TARGETS,
              "every field has a name and a kind");

const char *target_name(enum target field)
{
    assert(field < TARGETS);
    return target_names[field];
}
