/*
 * engine/fraction.h -- exact numbers: rows of them, and how they are written for people.
 *
 * A number is shown twice: as a fraction in lowest terms, which is exact, and as a decimal, which
 * says whether it had to be rounded. Both are worked out with integers.
 */
#ifndef OCHIL_FRACTION_H
#define OCHIL_FRACTION_H

#include "base/arena.h"
#include "money/money.h"

/* `count` numbers of zero. They are GMP's memory, not an arena's: drop them. */
mpq_t *fractions_new(size_t count);
void fractions_drop(mpq_t *, size_t count);

/* A number as text in an arena. */
struct exact {
    const char *fraction;    /* "-2017/7136", "5" */
    const char *decimal;     /* "-0.282651", always with the places asked for */
    bool        rounded;     /* the decimal is the nearest one; half a unit away from zero */
};

struct exact exact_of(struct arena *, const mpq_t, unsigned places);
/* numerator / denominator; the denominator is above zero. */
struct exact exact_ratio(struct arena *, const mpz_t numerator, const mpz_t denominator,
                         unsigned places);
/* A share: the fraction as it is, the decimal as a per cent. */
struct exact exact_share(struct arena *, const mpq_t, unsigned places);

/* A number that has at most 12 decimals, as in a file: "12.5". */
const char *decimal_of(struct arena *, const mpq_t);

#endif
