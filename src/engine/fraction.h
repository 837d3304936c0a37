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

/*
 * Fractions over one denominator, many of them, each written in lowest terms: "-2017/7136", "5".
 *
 *     lowest_open()         a numerator may be a limb longer than the denominator
 *       lowest_begin()      a row of numerators that will be asked for
 *         lowest_print()    one of the row, none of them 0; the text stands until the next call
 *     lowest_close()        GMP's memory; in between nothing is taken from the arena
 */
struct lowest {
    mpz_t  denominator;
    mpz_t  common;           /* every divisor that a numerator of the row shares with it */
    mpz_t  upper, lower;     /* scratch */
    bool   small;            /* the denominator fits 64 bits */
    char  *room;
};

void lowest_open(struct lowest *, struct arena *, const mpz_t denominator);
void lowest_begin(struct lowest *, mpz_t numerator[], size_t count);
struct text lowest_print(struct lowest *, const mpz_t numerator);
void lowest_close(struct lowest *);

/* A number that has at most 12 decimals, as in a file: "12.5". */
const char *decimal_of(struct arena *, const mpq_t);

#endif
