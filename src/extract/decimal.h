/*
 * extract/decimal.h -- numbers as somebody else's file writes them, exact, and their sums.
 *
 * An extract may hold 916.0300000000001 or 1.5E+3; both are read exactly, whether or not they
 * may stand in a ledger. Most amounts are whole pence, and their sums are kept as such.
 */
#ifndef OCHIL_DECIMAL_H
#define OCHIL_DECIMAL_H

#include "base/arena.h"
#include "money/money.h"

#define DECIMAL_DIGITS_MAX 34     /* significant digits that can be read */
#define DECIMAL_PLACES_MAX 24     /* places behind the point, once E-notation is worked out */

/* digits / 10^places; 0 <= places <= DECIMAL_PLACES_MAX; |digits| < 10^DECIMAL_DIGITS_MAX */
struct decimal {
    wide     digits;
    unsigned places;
};

/* A sum of many. */
struct decimal_sum {
    wide pence;      /* of those with at most two places */
    bool finer;      /* `rest` holds something and is initialised */
    mpq_t rest;      /* pounds: of all others */
};

void decimal_sum_open(struct decimal_sum *);
void decimal_sum_add(struct decimal_sum *, struct decimal);
void decimal_sum_add_pence(struct decimal_sum *, wide pence);
void decimal_sum_add_sum(struct decimal_sum *, const struct decimal_sum *);
void decimal_sum_close(struct decimal_sum *);
bool decimal_sum_is_zero(const struct decimal_sum *);
/* As text in the arena: "-26.60", "916.0300000000001"; at least two decimals. */
const char *decimal_sum_text(const struct decimal_sum *, struct arena *);
/* first - second, into a sum that is open and zero. */
void decimal_sum_difference(const struct decimal_sum *first, const struct decimal_sum *second,
                            struct decimal_sum *out);

#endif
