#include "engine/fraction.h"

#include <assert.h>

/* GMP's allocator need not give anything for nothing. */
static size_t bytes_of(size_t count)
{
    return (count == 0 ? 1 : count) * sizeof(mpq_t);
}

mpq_t *fractions_new(size_t count)
{
    void *(*take)(size_t);
    mpq_t *fractions;

    mp_get_memory_functions(&take, NULL, NULL);
    fractions = take(bytes_of(count));
    for (size_t i = 0; i < count; i++)
        mpq_init(fractions[i]);
    return fractions;
}

void fractions_drop(mpq_t *fractions, size_t count)
{
    void (*give)(void *, size_t);

    mp_get_memory_functions(NULL, NULL, &give);
    for (size_t i = 0; i < count; i++)
        mpq_clear(fractions[i]);
    give(fractions, bytes_of(count));
}

static const char *integer_text(struct arena *arena, const mpz_t integer)
{
    char *text = arena_take(arena, mpz_sizeinbase(integer, 10) + 2, 1);

    return mpz_get_str(text, 10, integer);
}

static const char *fraction_text(struct arena *arena, const mpq_t number)
{
    size_t size = mpz_sizeinbase(mpq_numref(number), 10) + mpz_sizeinbase(mpq_denref(number), 10);
    char *text = arena_take(arena, size + 3, 1);

    return mpq_get_str(text, 10, number);
}

/* Digits of units of 10^-places with the point put in: "-0.28". */
static const char *point_text(struct arena *arena, const mpz_t units, unsigned places)
{
    const char *digits = integer_text(arena, units);
    assert(places <= 12);
    bool negative = digits[0] == '-';

    digits += negative;
    size_t size = strlen(digits);
    if (places == 0)
        return arena_print(arena, "%s%s", negative ? "-" : "", digits);
    if (size <= places)
        return arena_print(arena, "%s0.%.*s%s", negative ? "-" : "", (int)(places - size),
                           "000000000000", digits);
    return arena_print(arena, "%s%.*s.%s", negative ? "-" : "", (int)(size - places), digits,
                       digits + size - places);
}

static const char *decimal_text(struct arena *arena, const mpq_t number, unsigned places,
                                bool *rounded)
{
    mpz_t units;
    mpz_t left;

    mpz_init(units);
    mpz_init(left);
    mpz_ui_pow_ui(units, 10, places);
    mpz_mul(units, units, mpq_numref(number));
    mpz_tdiv_qr(units, left, units, mpq_denref(number));
    *rounded = mpz_sgn(left) != 0;
    mpz_mul_2exp(left, left, 1);
    if (mpz_cmpabs(left, mpq_denref(number)) >= 0 && *rounded) {
        if (mpz_sgn(left) < 0)
            mpz_sub_ui(units, units, 1);
        else
            mpz_add_ui(units, units, 1);
    }
    const char *text = point_text(arena, units, places);
    mpz_clear(units);
    mpz_clear(left);
    return text;
}

struct exact exact_of(struct arena *arena, const mpq_t number, unsigned places)
{
    struct exact exact;

    exact.fraction = fraction_text(arena, number);
    exact.decimal = decimal_text(arena, number, places, &exact.rounded);
    return exact;
}

struct exact exact_ratio(struct arena *arena, const mpz_t numerator, const mpz_t denominator,
                         unsigned places)
{
    mpq_t number;

    mpq_init(number);
    mpz_set(mpq_numref(number), numerator);
    mpz_set(mpq_denref(number), denominator);
    mpq_canonicalize(number);
    struct exact exact = exact_of(arena, number, places);
    mpq_clear(number);
    return exact;
}

struct exact exact_share(struct arena *arena, const mpq_t share, unsigned places)
{
    struct exact exact;
    mpq_t hundred;

    mpq_init(hundred);
    mpq_set_ui(hundred, 100, 1);
    mpq_mul(hundred, hundred, share);
    exact.fraction = fraction_text(arena, share);
    exact.decimal = decimal_text(arena, hundred, places, &exact.rounded);
    mpq_clear(hundred);
    return exact;
}

const char *decimal_of(struct arena *arena, const mpq_t number)
{
    bool rounded = true;
    const char *text = "0";

    for (unsigned places = 0; rounded && places <= 12; places++)
        text = decimal_text(arena, number, places, &rounded);
    return text;
}

/* ---- fractions over one denominator ---- */

void lowest_open(struct lowest *lowest, struct arena *arena, const mpz_t denominator)
{
    size_t digits = mpz_sizeinbase(denominator, 10);

    /* Two numbers, a limb that the numerator may have more, a sign, the stroke, the NUL. */
    lowest->room = arena_take(arena, 2 * (digits + (size_t)2 * NUMBER_DIGITS) + 3, 1);
    lowest->small = mpz_fits_ulong_p(denominator) != 0;
    mpz_init_set(lowest->denominator, denominator);
    mpz_init_set_ui(lowest->common, 1);
    mpz_init(lowest->upper);
    mpz_init(lowest->lower);
}

void lowest_close(struct lowest *lowest)
{
    mpz_clear(lowest->denominator);
    mpz_clear(lowest->common);
    mpz_clear(lowest->upper);
    mpz_clear(lowest->lower);
}

/* What a numerator shares with the denominator, the product of all of them shares, too. One
 * large greatest common divisor finds that, which is nearly always a number so small that the
 * single ones cost little. */
void lowest_begin(struct lowest *lowest, mpz_t numerator[], size_t count)
{
    if (lowest->small)
        return;
    mpz_set_ui(lowest->common, 1);
    for (size_t i = 0; i < count; i++) {
        if (mpz_sgn(numerator[i]) == 0)
            continue;
        mpz_mul(lowest->common, lowest->common, numerator[i]);
        mpz_tdiv_r(lowest->common, lowest->common, lowest->denominator);
    }
    mpz_gcd(lowest->common, lowest->common, lowest->denominator);
}

/* By halving; neither is 0. */
static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    int twos = __builtin_ctzll(a | b);

    a >>= __builtin_ctzll(a);
    do {
        b >>= __builtin_ctzll(b);
        uint64_t less = a < b ? a : b;
        b = a < b ? b - a : a - b;
        a = less;
    } while (b != 0);
    return a << twos;
}

static struct text print_small(const struct lowest *lowest, const mpz_t numerator)
{
    uint64_t upper = mpz_get_ui(numerator);      /* its size, whatever the sign */
    uint64_t lower = mpz_get_ui(lowest->denominator);
    uint64_t common = common_divisor(upper, lower);
    char *to = lowest->room;

    if (mpz_sgn(numerator) < 0)
        *to++ = '-';
    to = digits_print(to, upper / common);
    if (lower != common) {
        *to++ = '/';
        to = digits_print(to, lower / common);
    }
    return (struct text){ lowest->room, (size_t)(to - lowest->room) };
}

static void divide_by_common(struct lowest *lowest, const mpz_t numerator)
{
    if (mpz_fits_ulong_p(lowest->common)) {
        unsigned long common = mpz_gcd_ui(NULL, numerator, mpz_get_ui(lowest->common));
        mpz_divexact_ui(lowest->upper, numerator, common);
        mpz_divexact_ui(lowest->lower, lowest->denominator, common);
        return;
    }
    mpz_gcd(lowest->lower, numerator, lowest->common);
    mpz_divexact(lowest->upper, numerator, lowest->lower);
    mpz_divexact(lowest->lower, lowest->denominator, lowest->lower);
}

struct text lowest_print(struct lowest *lowest, const mpz_t numerator)
{
    assert(mpz_sgn(numerator) != 0 &&
           mpz_size(numerator) <= mpz_size(lowest->denominator) + 1);
    if (lowest->small && mpz_size(numerator) <= 1)
        return print_small(lowest, numerator);
    if (lowest->small)
        mpz_set(lowest->common, lowest->denominator);
    divide_by_common(lowest, numerator);
    char *end = lowest->room + strlen(mpz_get_str(lowest->room, 10, lowest->upper));
    if (mpz_cmp_ui(lowest->lower, 1) != 0) {
        *end++ = '/';
        end += strlen(mpz_get_str(end, 10, lowest->lower));
    }
    return (struct text){ lowest->room, (size_t)(end - lowest->room) };
}
