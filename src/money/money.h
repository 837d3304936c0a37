/*
 * money/money.h -- money as whole pence, numbers as exact rationals, and how both are written.
 *
 * No floating point is near either. An amount on a ledger line fits 64 bits by far; sums are
 * kept in 128 bits, so that sums which cancel never overflow on the way, and are checked
 * against 64 bits once, at the end (OVERFLOW in the engine contract, fine print 16).
 *
 * Read next: apportion.h, the rule that hands out the pennies.
 */
#ifndef OCHIL_MONEY_H
#define OCHIL_MONEY_H

#include <gmp.h>

#include "base/text.h"

/* Pence that may be a sum of many lines. 50 million lines of 13 digits need 77 bits. */
__extension__ typedef __int128 wide;

/* Digits before the point: of a ledger line, and of a row of charged.csv. */
#define AMOUNT_DIGITS 13
#define CHARGED_DIGITS 17

/* -?[0-9]{1,digits}(\.[0-9]{1,2})? in ASCII, as pence; false if it is anything else. */
bool amount_parse(struct text text, unsigned digits, wide *pence);

/* "-26.60" with a NUL; returns its length. Zero is "0.00". */
#define MONEY_TEXT_MAX 48
size_t money_print(wide pence, char text[MONEY_TEXT_MAX]);

/* "-£1,234.56" for people, in UTF-8, with a NUL; returns its length. */
#define MONEY_POUNDS_MAX (2 * (size_t)MONEY_TEXT_MAX)
size_t money_print_pounds(wide pence, char text[MONEY_POUNDS_MAX]);

bool money_fits_64(wide pence);

enum number_verdict { NUMBER_GOOD, NUMBER_NEGATIVE, NUMBER_BAD };

/* [0-9]{1,18}(\.[0-9]{1,12})? as an exact rational; a leading minus is NUMBER_NEGATIVE unless
 * the value is zero. `out` must be initialised and is set on NUMBER_GOOD only. */
enum number_verdict number_parse(struct text text, mpq_t out);

/* Between GMP and 128-bit pence. The value must fit (asserted). */
void wide_to_mpz(wide value, mpz_t out);
wide wide_from_mpz(const mpz_t value);

#endif
