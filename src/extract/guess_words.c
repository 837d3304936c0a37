/*
 * extract/guess_words.c -- what finance systems call their columns, in one table.
 *
 * Case and punctuation do not count: "DatePaid", "date_paid" and "Date paid" are the same two
 * words. The words come from the extracts of English and Scottish councils that are published.
 */
#include "extract/guess.h"

struct name_words {
    unsigned    role;
    int         score;
    const char *words;       /* they must stand in the name one behind the other */
};

static const struct name_words table[] = {
    { TARGET_AMOUNT, 98, "net amount" },
    { TARGET_AMOUNT, 97, "amount net" },
    { TARGET_AMOUNT, 97, "nett amount" },
    { TARGET_AMOUNT, 97, "net value" },
    { TARGET_AMOUNT, 96, "amount excl" },
    { TARGET_AMOUNT, 94, "amount" },
    { TARGET_AMOUNT, 90, "invoiced value" },
    { TARGET_AMOUNT, 88, "net" },
    { TARGET_AMOUNT, 85, "value" },
    { TARGET_AMOUNT, 80, "gross amount" },
    { TARGET_AMOUNT, 78, "gross" },
    { TARGET_AMOUNT, 70, "total" },
    { TARGET_AMOUNT, 70, "actual" },
    { TARGET_AMOUNT, 60, "spend" },
    { TARGET_AMOUNT, 60, "payment" },

    { GUESS_DEBIT, 95, "debit" },
    { GUESS_DEBIT, 90, "debits" },
    { GUESS_DEBIT, 90, "dr" },
    { GUESS_CREDIT, 95, "credit" },
    { GUESS_CREDIT, 90, "credits" },
    { GUESS_CREDIT, 90, "cr" },

    { TARGET_DATE, 97, "posting date" },
    { TARGET_DATE, 97, "date posted" },
    { TARGET_DATE, 97, "gl date" },
    { TARGET_DATE, 96, "payment date" },
    { TARGET_DATE, 96, "paid date" },
    { TARGET_DATE, 96, "date paid" },
    { TARGET_DATE, 95, "transaction date" },
    { TARGET_DATE, 90, "date" },
    { TARGET_DATE, 75, "invoice date" },
    { TARGET_DATE, 30, "due date" },

    { TARGET_PERIOD, 98, "accounting period" },
    { TARGET_PERIOD, 98, "financial period" },
    { TARGET_PERIOD, 95, "period" },
    { TARGET_PERIOD, 70, "month" },

    { TARGET_COST_CENTRE, 98, "cost centre" },
    { TARGET_COST_CENTRE, 98, "cost center" },
    { TARGET_COST_CENTRE, 97, "costcentre" },
    { TARGET_COST_CENTRE, 97, "costcenter" },
    { TARGET_COST_CENTRE, 90, "cost code" },
    { TARGET_COST_CENTRE, 84, "service code" },
    { TARGET_COST_CENTRE, 82, "business unit" },
    { TARGET_COST_CENTRE, 78, "service division" },
    { TARGET_COST_CENTRE, 74, "organisational unit" },
    { TARGET_COST_CENTRE, 74, "organisation unit" },
    { TARGET_COST_CENTRE, 72, "expense area" },
    { TARGET_COST_CENTRE, 70, "service area" },
    { TARGET_COST_CENTRE, 68, "service label" },
    { TARGET_COST_CENTRE, 60, "service" },
    { TARGET_COST_CENTRE, 58, "division" },
    { TARGET_COST_CENTRE, 56, "department" },
    { TARGET_COST_CENTRE, 54, "section" },
    { TARGET_COST_CENTRE, 50, "directorate" },
    { TARGET_COST_CENTRE, 40, "portfolio" },

    { TARGET_ACCOUNT, 98, "account code" },
    { TARGET_ACCOUNT, 97, "detailed expenditure code" },
    { TARGET_ACCOUNT, 96, "account" },
    { TARGET_ACCOUNT, 96, "subjective" },
    { TARGET_ACCOUNT, 96, "object code" },
    { TARGET_ACCOUNT, 96, "nominal" },
    { TARGET_ACCOUNT, 95, "gl code" },
    { TARGET_ACCOUNT, 95, "ledger code" },
    { TARGET_ACCOUNT, 95, "expense code" },
    { TARGET_ACCOUNT, 95, "expenditure code" },
    { TARGET_ACCOUNT, 92, "cost element" },
    { TARGET_ACCOUNT, 85, "detailed expenditure type" },
    { TARGET_ACCOUNT, 80, "expense type" },
    { TARGET_ACCOUNT, 80, "expenses type" },
    { TARGET_ACCOUNT, 80, "expenditure type" },
    { TARGET_ACCOUNT, 70, "expenditure category" },
    { TARGET_ACCOUNT, 70, "expense category" },
    { TARGET_ACCOUNT, 45, "group description" },
    { TARGET_ACCOUNT, 40, "category" },

    { TARGET_DESCRIPTION, 95, "supplier name" },
    { TARGET_DESCRIPTION, 92, "supplier" },
    { TARGET_DESCRIPTION, 92, "payee" },
    { TARGET_DESCRIPTION, 92, "vendor" },
    { TARGET_DESCRIPTION, 90, "beneficiary" },
    { TARGET_DESCRIPTION, 88, "creditor" },
    { TARGET_DESCRIPTION, 80, "merchant" },

    { GUESS_NARRATIVE, 97, "narrative" },
    { GUESS_NARRATIVE, 95, "detailed expenditure type" },
    { GUESS_NARRATIVE, 94, "transaction description" },
    { GUESS_NARRATIVE, 92, "description" },
    { GUESS_NARRATIVE, 90, "details" },
    { GUESS_NARRATIVE, 88, "purpose" },
    { GUESS_NARRATIVE, 86, "expense type" },
    { GUESS_NARRATIVE, 86, "expenditure type" },
    { GUESS_NARRATIVE, 84, "expenditure category" },
    { GUESS_NARRATIVE, 82, "expense category" },
    { GUESS_NARRATIVE, 80, "object name" },
    { GUESS_NARRATIVE, 60, "reference" },
    { GUESS_NARRATIVE, 55, "cost centre name" },

    { TARGET_ENTRY_ID, 96, "entry id" },
    { TARGET_ENTRY_ID, 95, "transaction number" },
    { TARGET_ENTRY_ID, 95, "transaction no" },
    { TARGET_ENTRY_ID, 95, "transaction id" },
    { TARGET_ENTRY_ID, 95, "trans no" },
    { TARGET_ENTRY_ID, 95, "trans id" },
    { TARGET_ENTRY_ID, 94, "journal line id" },
    { TARGET_ENTRY_ID, 94, "line id" },
    { TARGET_ENTRY_ID, 92, "entry no" },
    { TARGET_ENTRY_ID, 92, "entry number" },
    { TARGET_ENTRY_ID, 90, "document no" },
    { TARGET_ENTRY_ID, 90, "document number" },
    { TARGET_ENTRY_ID, 90, "doc no" },
    { TARGET_ENTRY_ID, 80, "journal" },

    { TARGET_PARTNER, 98, "partner" },
    { TARGET_PARTNER, 90, "council" },
    { TARGET_PARTNER, 85, "authority" },

    { TARGET_BASIS, 98, "basis" },
    { TARGET_BASIS, 90, "variable" },
    { TARGET_BASIS, 88, "measure" },
    { TARGET_BASIS, 86, "indicator" },
    { TARGET_VALUE, 98, "value" },
    { TARGET_VALUE, 80, "quantity" },
    { TARGET_VALUE, 80, "count" },
    { TARGET_VALUE, 78, "number" },
    { TARGET_VALUE, 70, "amount" },
    { TARGET_FROM, 96, "valid from" },
    { TARGET_FROM, 95, "from" },
    { TARGET_FROM, 85, "period" },
    { TARGET_TO, 96, "valid to" },
    { TARGET_TO, 95, "to" },
    { TARGET_TO, 90, "until" },
    { TARGET_GROUP, 97, "cipfa group" },
    { TARGET_GROUP, 96, "group" },
    { TARGET_GROUP, 80, "subjective group" },
    { TARGET_TREATMENT, 98, "treatment" },
    { TARGET_POOL, 98, "pool" },
    { TARGET_BEARER, 98, "bearer" },
};

/* Words that turn a name into something else than what it begins as. */
static const struct { unsigned role; const char *word; } against[] = {
    { TARGET_AMOUNT, "vat" }, { TARGET_AMOUNT, "tax" }, { TARGET_AMOUNT, "budget" },
    { TARGET_AMOUNT, "date" }, { TARGET_AMOUNT, "no" }, { TARGET_AMOUNT, "number" },
    { TARGET_AMOUNT, "type" }, { TARGET_AMOUNT, "method" }, { TARGET_AMOUNT, "balance" },
    { TARGET_AMOUNT, "code" }, { TARGET_AMOUNT, "id" }, { TARGET_AMOUNT, "currency" },
    { TARGET_DATE, "file" }, { TARGET_ACCOUNT, "vat" },
    { TARGET_DESCRIPTION, "id" }, { TARGET_DESCRIPTION, "no" }, { TARGET_DESCRIPTION, "number" },
    { TARGET_DESCRIPTION, "code" }, { TARGET_DESCRIPTION, "type" },
    { GUESS_NARRATIVE, "no" }, { GUESS_NARRATIVE, "number" },
    { TARGET_ENTRY_ID, "date" }, { TARGET_ENTRY_ID, "type" }, { TARGET_ENTRY_ID, "description" },
    { TARGET_ENTRY_ID, "amount" }, { GUESS_CREDIT, "note" }, { GUESS_DEBIT, "date" },
    { GUESS_CREDIT, "date" },
};

/* -- a name as plain words: " date paid " ---------------------------------------------------- */

#define NAME_MAX_WORDS 128

static bool is_small(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static void plain_words(struct text name, char out[NAME_MAX_WORDS])
{
    size_t size = 0;

    out[size++] = ' ';
    for (size_t i = 0; i < name.size && size + 3 < NAME_MAX_WORDS; i++) {
        const char c = name.data[i];
        const bool new_word = is_capital(c) && i > 0 && is_small(name.data[i - 1]);

        if (new_word && out[size - 1] != ' ')
            out[size++] = ' ';
        if (is_small(c))
            out[size++] = c;
        else if (is_capital(c))
            out[size++] = (char)(c - 'A' + 'a');
        else if (out[size - 1] != ' ')
            out[size++] = ' ';
    }
    if (out[size - 1] != ' ')
        out[size++] = ' ';
    out[size] = '\0';
}

static bool has_words(const char *plain, const char *words)
{
    const size_t size = strlen(words);

    for (const char *at = strstr(plain, words); at != NULL; at = strstr(at + 1, words)) {
        if (at[-1] == ' ' && at[size] == ' ')
            return true;
    }
    return false;
}

/* Codes stand before names: a code does not change its spelling. */
static int manner_of(const char *plain, unsigned role)
{
    const bool coded = role == TARGET_COST_CENTRE || role == TARGET_ACCOUNT;

    if (!coded)
        return 0;
    if (has_words(plain, "name") || has_words(plain, "description") || has_words(plain, "label"))
        return -3;
    return has_words(plain, "code") || has_words(plain, "number") ? 2 : 0;
}

int guess_name_score(struct text name, unsigned role)
{
    char plain[NAME_MAX_WORDS];
    int best = 0;

    plain_words(name, plain);
    for (size_t i = 0; i < COUNT(table); i++) {
        if (table[i].role != role || table[i].score <= best || !has_words(plain, table[i].words))
            continue;
        best = table[i].score;
        if (strlen(plain) == strlen(table[i].words) + 2)
            best += 1;
    }
    if (best == 0)
        return 0;
    for (size_t i = 0; i < COUNT(against); i++) {
        if (against[i].role == role && has_words(plain, against[i].word))
            return 0;
    }
    return best + manner_of(plain, role);
}
