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

/* digits / 10^places; 0 <= places <= DECIMAL_PLACES_MAX; |digits| < 10^DECIMAL_DIGITS_MAX.
 * The same number may be written in several ways: 5 with no places is 500 with two. */
struct decimal {
    wide     digits;
    unsigned places;
};

/* 10^power, for powers up to DECIMAL_DIGITS_MAX. */
wide decimal_power(unsigned power);

/* As text with a NUL: "-26.60", "916.0300000000001"; at least `least` decimals and, beyond
 * those, none that is a zero at the end. Returns the length. */
#define DECIMAL_TEXT_MAX 64
size_t decimal_print(struct decimal, unsigned least, char text[DECIMAL_TEXT_MAX]);

/* A sum of many; all bytes zero: open, and nothing added. */
struct decimal_sum {
    wide pence;      /* of those that are whole pence, and not so large as to overflow */
    bool finer;      /* `rest` holds something and is initialised */
    mpq_t rest;      /* pounds: of all others */
};

void decimal_sum_open(struct decimal_sum *);
void decimal_sum_add(struct decimal_sum *, struct decimal);
void decimal_sum_add_sum(struct decimal_sum *, const struct decimal_sum *);
void decimal_sum_close(struct decimal_sum *);
bool decimal_sum_is_zero(const struct decimal_sum *);
/* As text in the arena: "-26.60", "916.0300000000001"; at least two decimals. */
const char *decimal_sum_text(const struct decimal_sum *, struct arena *);
/* first - second, into a sum that is open and zero. */
void decimal_sum_difference(const struct decimal_sum *first, const struct decimal_sum *second,
                            struct decimal_sum *out);

/* Pence of an amount that was accepted: at most 15 digits, so that more rows than any file can
 * have do not overflow. */
static inline void decimal_sum_add_pence(struct decimal_sum *sum, wide pence)
{
    sum->pence += pence;
}

#endif
