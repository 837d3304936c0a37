/*
 * extract/decimal.c -- exact sums: whole pence as one number, the rest as a fraction.
 */
#include "extract/decimal.h"

#include <assert.h>

/* What is larger is added to the fraction: a billion of these stay far below 2^127 pence. */
#define PENCE_DIGITS_MAX 20

/* What 64 bits hold; the larger ones are products of two. */
static const uint64_t power_of_ten[] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
    100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000,
    10000000000000000, 100000000000000000
};

wide decimal_power(unsigned power)
{
    const unsigned most = COUNT(power_of_ten) - 1;

    assert(power <= DECIMAL_DIGITS_MAX);
    if (power <= most)
        return power_of_ten[power];
    return (wide)power_of_ten[most] * power_of_ten[power - most];
}

size_t decimal_print(struct decimal number, unsigned least, char text[DECIMAL_TEXT_MAX])
{
    char digits[DECIMAL_DIGITS_MAX];
    wide left = number.digits < 0 ? -number.digits : number.digits;
    unsigned places = number.places;
    unsigned count = 0;
    size_t size = 0;

    assert(places <= DECIMAL_PLACES_MAX && least <= DECIMAL_PLACES_MAX);
    while (places > least && left % 10 == 0) {
        left /= 10;
        places--;
    }
    for (; left > 0; left /= 10)
        digits[count++] = (char)('0' + (int)(left % 10));
    if (number.digits < 0)
        text[size++] = '-';
    for (unsigned at = count > places + 1 ? count : places + 1; at > 0; at--) {
        if (at == places)
            text[size++] = '.';
        text[size] = '0';
        if (at <= count)
            text[size] = digits[at - 1];
        size++;
    }
    for (unsigned at = places; at < least; at++) {
        if (at == 0)
            text[size++] = '.';
        text[size++] = '0';
    }
    text[size] = '\0';
    return size;
}

void decimal_sum_open(struct decimal_sum *sum)
{
    sum->pence = 0;
    sum->finer = false;
}

void decimal_sum_close(struct decimal_sum *sum)
{
    if (sum->finer)
        mpq_clear(sum->rest);
    decimal_sum_open(sum);
}

static void rest_open(struct decimal_sum *sum)
{
    if (!sum->finer)
        mpq_init(sum->rest);
    sum->finer = true;
}

static void rest_add(struct decimal_sum *sum, struct decimal number)
{
    mpq_t one;

    rest_open(sum);
    mpq_init(one);
    wide_to_mpz(number.digits, mpq_numref(one));
    wide_to_mpz(decimal_power(number.places), mpq_denref(one));
    mpq_canonicalize(one);
    mpq_add(sum->rest, sum->rest, one);
    mpq_clear(one);
}

void decimal_sum_add(struct decimal_sum *sum, struct decimal number)
{
    const wide most = decimal_power(PENCE_DIGITS_MAX);

    if (number.places > 2 || number.digits > most || number.digits < -most)
        rest_add(sum, number);
    else
        sum->pence += number.digits * decimal_power(2 - number.places);
}

void decimal_sum_add_sum(struct decimal_sum *sum, const struct decimal_sum *other)
{
    sum->pence += other->pence;
    if (!other->finer)
        return;
    rest_open(sum);
    mpq_add(sum->rest, sum->rest, other->rest);
}

void decimal_sum_difference(const struct decimal_sum *first, const struct decimal_sum *second,
                            struct decimal_sum *out)
{
    decimal_sum_add_sum(out, first);
    out->pence -= second->pence;
    if (!second->finer)
        return;
    rest_open(out);
    mpq_sub(out->rest, out->rest, second->rest);
}

/* The whole of the sum in pounds; `pounds` is initialised. */
static void sum_value(const struct decimal_sum *sum, mpq_t pounds)
{
    wide_to_mpz(sum->pence, mpq_numref(pounds));
    mpz_set_ui(mpq_denref(pounds), 100);
    mpq_canonicalize(pounds);
    if (sum->finer)
        mpq_add(pounds, pounds, sum->rest);
}

bool decimal_sum_is_zero(const struct decimal_sum *sum)
{
    mpq_t pounds;

    if (!sum->finer)
        return sum->pence == 0;
    mpq_init(pounds);
    sum_value(sum, pounds);
    bool zero = mpq_sgn(pounds) == 0;
    mpq_clear(pounds);
    return zero;
}

/* Digits with a point before the last `places` of them. */
static const char *with_point(struct arena *arena, const char *digits, size_t places)
{
    const char *sign = digits[0] == '-' ? "-" : "";
    const char *size = digits + (digits[0] == '-');
    size_t count = strlen(size);
    char zeros[DECIMAL_PLACES_MAX + 1] = "";

    if (count > places)
        return arena_print(arena, "%s%.*s.%s", sign, (int)(count - places), size,
                           size + (count - places));
    memset(zeros, '0', places - count);
    return arena_print(arena, "%s0.%s%s", sign, zeros, size);
}

/* Digits of a sum, sign and NUL included: 2^64 rows of the largest number with all its places. */
#define SUM_TEXT_MAX 96

/* A sum of decimals has a decimal for its value, so multiplying by ten comes to an end. */
static size_t finer_digits(const struct decimal_sum *sum, char digits[SUM_TEXT_MAX])
{
    mpq_t pounds;
    mpq_t ten;
    size_t places = 0;

    mpq_init(pounds);
    mpq_init(ten);
    mpq_set_ui(ten, 10, 1);
    sum_value(sum, pounds);
    while (places < 2 || mpz_cmp_ui(mpq_denref(pounds), 1) != 0) {
        assert(places < DECIMAL_PLACES_MAX);
        mpq_mul(pounds, pounds, ten);
        places++;
    }
    assert(mpz_sizeinbase(mpq_numref(pounds), 10) + 2 <= SUM_TEXT_MAX);
    (void)mpz_get_str(digits, 10, mpq_numref(pounds));
    mpq_clear(pounds);
    mpq_clear(ten);
    return places;
}

const char *decimal_sum_text(const struct decimal_sum *sum, struct arena *arena)
{
    char text[SUM_TEXT_MAX];

    if (sum->finer) {
        size_t places = finer_digits(sum, text);
        return with_point(arena, text, places);
    }
    size_t size = money_print(sum->pence, text);
    return arena_copy(arena, text, size);
}
