/*
 * extract/form.c -- what can be made of an extract: the columns of each form (docs/engine.md,
 * section 2) and the kind of value each field is.
 */
#include "extract/profile.h"

#include <assert.h>

#define LEDGER_HEADER "entry_id,partner,date,period,cost_centre,account,amount,description\n"
#define LEDGER_COLUMNS {                                                                         \
        { FIELD_ENTRY_ID, true }, { FIELD_PARTNER, true }, { FIELD_DATE, false },                \
        { FIELD_PERIOD, false }, { FIELD_COST_CENTRE, true }, { FIELD_ACCOUNT, true },           \
        { FIELD_AMOUNT, true }, { FIELD_DESCRIPTION, false } }

const struct form_table form_table[FORMS] = {
    [FORM_LEDGER] = { "ledger", LEDGER_HEADER, LEDGER_COLUMNS, 8 },
    [FORM_BUDGET] = { "budget", LEDGER_HEADER, LEDGER_COLUMNS, 8 },
    [FORM_FORECAST] = { "forecast", LEDGER_HEADER, LEDGER_COLUMNS, 8 },
    [FORM_BASIS_VALUES] = { "basis_values", "basis,from,partner,value\n",
        { { FIELD_BASIS, true }, { FIELD_FROM, false }, { FIELD_PARTNER, true },
          { FIELD_VALUE, true } }, 4 },
    [FORM_ACCOUNTS] = { "accounts", "partner,account,group\n",
        { { FIELD_PARTNER, true }, { FIELD_ACCOUNT, true }, { FIELD_GROUP, true } }, 3 },
    /* a row without an account is for all accounts of the cost centre */
    [FORM_COST_CENTRES] = { "cost_centres",
        "partner,cost_centre,account,from,to,treatment,pool,bearer\n",
        { { FIELD_PARTNER, true }, { FIELD_COST_CENTRE, true }, { FIELD_ACCOUNT, false },
          { FIELD_FROM, false }, { FIELD_TO, false }, { FIELD_TREATMENT, true },
          { FIELD_POOL, false }, { FIELD_BEARER, false } }, 8 },
};

static const struct {
    const char     *name;
    enum field_kind kind;
} fields[] = {
    [FIELD_ENTRY_ID] = { "entry_id", KIND_CODE },
    [FIELD_PARTNER] = { "partner", KIND_CODE },
    [FIELD_DATE] = { "date", KIND_DATE },
    [FIELD_PERIOD] = { "period", KIND_PERIOD },
    [FIELD_COST_CENTRE] = { "cost_centre", KIND_CODE },
    [FIELD_ACCOUNT] = { "account", KIND_CODE },
    [FIELD_AMOUNT] = { "amount", KIND_AMOUNT },
    [FIELD_DESCRIPTION] = { "description", KIND_TEXT },
    [FIELD_BASIS] = { "basis", KIND_CODE },
    [FIELD_FROM] = { "from", KIND_PERIOD },
    [FIELD_TO] = { "to", KIND_PERIOD },
    [FIELD_VALUE] = { "value", KIND_VALUE },
    [FIELD_GROUP] = { "group", KIND_CODE },
    [FIELD_TREATMENT] = { "treatment", KIND_TREATMENT },
    [FIELD_POOL] = { "pool", KIND_CODE },
    [FIELD_BEARER] = { "bearer", KIND_CODE },
};

static_assert(COUNT(fields) == FIELDS, "every field has a name and a kind");

const char *field_name(enum field field)
{
    assert(field < FIELDS);
    return fields[field].name;
}

enum field_kind field_kind(enum field field)
{
    assert(field < FIELDS);
    return fields[field].kind;
}
