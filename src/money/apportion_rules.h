/*
 * money/apportion_rules.h -- handing out whole pennies of an exact division. Pure.
 *
 * source   engine contract, section 4; domain reference, section 3 (largest remainder, and why
 *          a negative total is turned round first: a reversal must cancel exactly). The papers
 *          ask for "an appropriate basis" and say nothing of rounding: the rule is the
 *          partnership's own setting.
 */
#ifndef OCHIL_APPORTION_RULES_H
#define OCHIL_APPORTION_RULES_H

#include "money/money.h"

#define APPORTION_PARTIES_MAX 64

enum remainder { REMAINDER_LARGEST, REMAINDER_LEAD, REMAINDER_FIRST };

/* Numbers that a run of apportionments needs again and again; open once, close once. */
struct apportion_work {
    mpz_t quotient;
    mpz_t numerator;
    mpz_t remainder[APPORTION_PARTIES_MAX];
};

void apportion_open(struct apportion_work *);
void apportion_close(struct apportion_work *);

/*
 * Whole pennies of the exact amounts exact[i] / denominator.
 *
 * units    pence; the denominator is above zero; the exact amounts add up to `total`.
 * gives    due[0..count) adding up to `total` exactly.
 *          REMAINDER_LARGEST: every exact amount is floored, then one penny each goes to the
 *          largest fractional parts, on a tie to the party listed first; so each is less than a
 *          penny from its exact amount. REMAINDER_LEAD, REMAINDER_FIRST: the floors, and party
 *          `lead`, or the first, takes the rest.
 *          With a total below zero the signs are changed, the rule applied, and changed back.
 */
void apportion(struct apportion_work *, mpz_t exact[], const mpz_t denominator, wide total,
               size_t count, enum remainder, size_t lead, wide due[]);

/* The same for shares: units out of `whole` that are nearest to share[i] by largest remainder
 * (the shares add up to 1). For rounding shares to places of a per cent. */
void apportion_units(mpq_t share[], size_t count, const mpz_t whole, mpz_t units[]);

#endif
