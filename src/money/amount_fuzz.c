/* Amounts and numbers from any bytes: what is read is what a slow reading of the contract (fine
 * print 5) gives, and what is printed can be read again. */
#include "money/money.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* How many of the bytes from `at` on are digits. */
static size_t digits_from(struct text text, size_t at)
{
    size_t end = at;

    while (end < text.size && strchr("0123456789", text.data[end]) != NULL &&
           text.data[end] != '\0')
        end++;
    return end - at;
}

/* Sign, whole digits and decimals of [-]digits[.digits], all of it; false if it is not that. */
static bool split(struct text text, bool *negative, size_t *whole, size_t *decimals)
{
    size_t at;

    *negative = text.size > 0 && text.data[0] == '-';
    *decimals = 0;
    at = *negative ? 1 : 0;
    *whole = digits_from(text, at);
    at += *whole;
    if (at < text.size && text.data[at] == '.') {
        *decimals = digits_from(text, at + 1);
        at += 1 + *decimals;
        if (*decimals == 0)
            return false;
    }
    return *whole > 0 && at == text.size;
}

/* The digits as a fraction, with GMP's own reading. */
static void slow_value(struct text text, bool negative, size_t whole, size_t decimals, mpq_t out)
{
    char digits[256];
    size_t used = 0;

    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '-' && text.data[i] != '.')
            digits[used++] = text.data[i];
    assert(used == whole + decimals && used < sizeof digits);
    digits[used] = '\0';
    int wrong = mpz_set_str(mpq_numref(out), digits, 10);
    assert(wrong == 0);
    mpz_ui_pow_ui(mpq_denref(out), 10, decimals);
    mpq_canonicalize(out);
    if (negative)
        mpq_neg(out, out);
}

static void try_amount(struct text text, unsigned most)
{
    bool negative;
    size_t whole, decimals;
    bool good = split(text, &negative, &whole, &decimals) && whole <= most && decimals <= 2;
    wide pence = 0;
    mpq_t slow, fast;
    char printed[MONEY_TEXT_MAX];

    bool parsed = amount_parse(text, most, &pence);
    assert(parsed == good);
    if (!good)
        return;
    mpq_init(slow);
    mpq_init(fast);
    slow_value(text, negative, whole, decimals, slow);
    wide_to_mpz(pence, mpq_numref(fast));
    assert(wide_from_mpz(mpq_numref(fast)) == pence);
    mpz_set_ui(mpq_denref(fast), 100);
    mpq_canonicalize(fast);
    assert(mpq_equal(slow, fast) != 0);
    mpq_clear(slow);
    mpq_clear(fast);

    wide again = 0;
    size_t used = money_print(pence, printed);
    parsed = amount_parse((struct text){ printed, used }, most, &again);
    assert(parsed && again == pence && printed[used] == '\0');
}

static void try_number(struct text text)
{
    bool negative;
    size_t whole, decimals;
    bool good = split(text, &negative, &whole, &decimals) && whole <= 18 && decimals <= 12;
    enum number_verdict expected = NUMBER_BAD;
    mpq_t slow, fast;

    mpq_init(slow);
    mpq_init(fast);
    if (good) {
        slow_value(text, negative, whole, decimals, slow);
        expected = mpq_sgn(slow) < 0 ? NUMBER_NEGATIVE : NUMBER_GOOD;
    }
    enum number_verdict verdict = number_parse(text, fast);
    assert(verdict == expected);
    assert(verdict != NUMBER_GOOD || mpq_equal(slow, fast) != 0);
    mpq_clear(slow);
    mpq_clear(fast);
}

/* Any 128 bits as pence: printed, and read back digit by digit. */
static void try_print(const uint8_t *bytes, size_t size)
{
    char printed[MONEY_TEXT_MAX];
    wide pence = 0;
    wide back = 0;

    memcpy(&pence, bytes, size < sizeof pence ? size : sizeof pence);
    size_t used = money_print(pence, printed);
    assert(used >= 4 && used < sizeof printed && printed[used - 3] == '.');
    bool negative = printed[0] == '-';
    assert(negative == (pence < 0));
    for (size_t i = negative; i < used; i++)
        if (i != used - 3)               /* downwards, so that the smallest number fits too */
            back = back * 10 - (printed[i] - '0');
    assert(negative ? back == pence : back == -pence);
    assert(money_fits_64(pence) == (pence >= INT64_MIN && pence <= INT64_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct text text = { (const char *)bytes, size };

    if (size > 200)
        return 0;
    try_amount(text, AMOUNT_DIGITS);
    try_amount(text, CHARGED_DIGITS);
    try_number(text);
    try_print(bytes, size);
    return 0;
}
