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
