#include "money/money.h"

#include <assert.h>
#include <limits.h>

/* The size of a number of pence, whatever its sign. */
__extension__ typedef unsigned __int128 wide_size;

static size_t digits_at(const char *at, const char *end)
{
    size_t count = 0;

    while (at + count < end && is_digit(at[count]))
        count++;
    return count;
}

bool amount_parse(struct text text, unsigned digits, wide *pence)
{
    const char *at = text.data;
    const char *end = text.data + text.size;
    bool negative = at < end && *at == '-';
    wide value = 0;

    at += negative;
    size_t whole = digits_at(at, end);
    if (whole == 0 || whole > digits)
        return false;
    for (size_t i = 0; i < whole; i++)
        value = value * 10 + (at[i] - '0');
    at += whole;
    value *= 100;
    if (at < end) {
        size_t decimals = digits_at(at + 1, end);
        if (*at != '.' || decimals == 0 || decimals > 2 || at + 1 + decimals != end)
            return false;
        value += (at[1] - '0') * 10 + (decimals == 2 ? at[2] - '0' : 0);
    }
    *pence = negative ? -value : value;
    return true;
}

/* Pounds of any size. Those past 64 bits, which no council has, in two parts. */
static char *print_pounds(char *to, wide_size pounds)
{
    const uint64_t part = UINT64_C(10000000000000000000);
    char low[NUMBER_DIGITS];

    if (pounds <= UINT64_MAX)
        return digits_print(to, (uint64_t)pounds);
    to = digits_print(to, (uint64_t)(pounds / part));
    size_t size = (size_t)(digits_print(low, (uint64_t)(pounds % part)) - low);
    memset(to, '0', 19 - size);
    memcpy(to + 19 - size, low, size);
    return to + 19;
}

size_t money_print(wide pence, char text[MONEY_TEXT_MAX])
{
    wide_size left = pence < 0 ? -(wide_size)pence : (wide_size)pence;
    char *to = text;
    unsigned hundredths;

    if (pence < 0)
        *to++ = '-';
    if (left <= UINT64_MAX) {            /* the usual case, without 128-bit divisions */
        to = digits_print(to, (uint64_t)left / 100);
        hundredths = (unsigned)((uint64_t)left % 100);
    } else {
        to = print_pounds(to, left / 100);
        hundredths = (unsigned)(left % 100);
    }
    *to++ = '.';
    two_digits_print(to, hundredths);
    to[2] = '\0';
    return (size_t)(to + 2 - text);
}

size_t money_print_pounds(wide pence, char text[MONEY_POUNDS_MAX])
{
    char plain[MONEY_TEXT_MAX];
    const size_t size = money_print(pence, plain);
    const size_t first = plain[0] == '-' ? 1 : 0;
    char *to = text;

    if (first == 1)
        *to++ = '-';
    *to++ = '\xC2';     /* the pound sign in UTF-8 */
    *to++ = '\xA3';
    /* A comma where a multiple of three digits is left before the point. */
    for (size_t i = first; i < size; i++) {
        *to++ = plain[i];
        if (i + 4 < size && (size - 4 - i) % 3 == 0)
            *to++ = ',';
    }
    *to = '\0';
    return (size_t)(to - text);
}

bool money_fits_64(wide pence)
{
    return pence >= INT64_MIN && pence <= INT64_MAX;
}

enum number_verdict number_parse(struct text text, mpq_t out)
{
    char digits[18 + 12 + 1];
    const char *at = text.data;
    const char *end = text.data + text.size;
    bool negative = at < end && *at == '-';
    size_t decimals = 0;

    at += negative;
    size_t whole = digits_at(at, end);
    if (whole == 0 || whole > 18)
        return NUMBER_BAD;
    memcpy(digits, at, whole);
    at += whole;
    if (at < end) {
        decimals = digits_at(at + 1, end);
        if (*at != '.' || decimals == 0 || decimals > 12 || at + 1 + decimals != end)
            return NUMBER_BAD;
        memcpy(digits + whole, at + 1, decimals);
    }
    digits[whole + decimals] = '\0';
    int failed = mpz_set_str(mpq_numref(out), digits, 10);
    assert(failed == 0);
    if (negative && mpz_sgn(mpq_numref(out)) != 0) {
        mpq_set_ui(out, 0, 1);
        return NUMBER_NEGATIVE;
    }
    mpz_ui_pow_ui(mpq_denref(out), 10, decimals);
    mpq_canonicalize(out);
    return NUMBER_GOOD;
}

void wide_to_mpz(wide value, mpz_t out)
{
    wide_size size = value < 0 ? -(wide_size)value : (wide_size)value;

    if (size <= (unsigned long)LONG_MAX) {
        mpz_set_si(out, (long)value);
        return;
    }
    mpz_import(out, 1, -1, sizeof size, 0, 0, &size);
    if (value < 0)
        mpz_neg(out, out);
}

wide wide_from_mpz(const mpz_t value)
{
    wide_size size = 0;

    if (mpz_fits_slong_p(value))
        return mpz_get_si(value);
    assert(mpz_sizeinbase(value, 2) <= 126);
    mpz_export(&size, NULL, -1, sizeof size, 0, 0, value);
    return mpz_sgn(value) < 0 ? -(wide)size : (wide)size;
}
