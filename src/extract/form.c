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

static const struct {
    const char     *name;
    enum field_kind kind;
} fields[] = {
    [TARGET_ENTRY_ID] = { "entry_id", KIND_CODE },
    [TARGET_PARTNER] = { "partner", KIND_CODE },
    [TARGET_DATE] = { "date", KIND_DATE },
    [TARGET_PERIOD] = { "period", KIND_PERIOD },
    [TARGET_COST_CENTRE] = { "cost_centre", KIND_CODE },
    [TARGET_ACCOUNT] = { "account", KIND_CODE },
    [TARGET_AMOUNT] = { "amount", KIND_AMOUNT },
    [TARGET_DESCRIPTION] = { "description", KIND_TEXT },
    [TARGET_BASIS] = { "basis", KIND_CODE },
    [TARGET_FROM] = { "from", KIND_PERIOD },
    [TARGET_TO] = { "to", KIND_PERIOD },
    [TARGET_VALUE] = { "value", KIND_VALUE },
    [TARGET_GROUP] = { "group", KIND_CODE },
    [TARGET_TREATMENT] = { "treatment", KIND_TREATMENT },
    [TARGET_POOL] = { "pool", KIND_CODE },
    [TARGET_BEARER] = { "bearer", KIND_CODE },
};

static_assert(COUNT(fields) == TARGETS, "every field has a name and a kind");

const char *target_name(enum target field)
{
    assert(field < TARGETS);
    return fields[field].name;
}

enum field_kind target_kind(enum target field)
{
    assert(field < TARGETS);
    return fields[field].kind;
}
