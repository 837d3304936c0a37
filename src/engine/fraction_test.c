/* Exact numbers as text. */
#include "engine/fraction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static const struct {
    const char *number;
    unsigned    places;
    const char *fraction, *decimal;
    bool        rounded;
} rows[] = {
    { "0", 6, "0", "0.000000", false },
    { "1/3", 6, "1/3", "0.333333", true },
    { "2/3", 6, "2/3", "0.666667", true },
    { "-2/3", 2, "-2/3", "-0.67", true },
    { "1/2", 0, "1/2", "1", true },           /* half away from zero */
    { "-1/2", 0, "-1/2", "-1", true },
    { "1/20", 1, "1/20", "0.1", true },
    { "-1/1000", 2, "-1/1000", "0.00", true },
    { "713203/1000000", 6, "713203/1000000", "0.713203", false },
    { "35873/1000", 3, "35873/1000", "35.873", false },
    { "-12345678901234567890/1", 2, "-12345678901234567890", "-12345678901234567890.00", false },
};

static struct arena arena;

static void numbers_are_written(void **state)
{
    mpq_t number;

    (void)state;
    mpq_init(number);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(mpq_set_str(number, rows[i].number, 10), 0);
        mpq_canonicalize(number);
        struct exact exact = exact_of(&arena, number, rows[i].places);
        assert_string_equal(exact.fraction, rows[i].fraction);
        assert_string_equal(exact.decimal, rows[i].decimal);
        assert_int_equal(exact.rounded, rows[i].rounded);
    }
    mpq_clear(number);
}

static void shares_are_per_cents_too(void **state)
{
    mpq_t share;

    (void)state;
    mpq_init(share);
    mpq_set_ui(share, 5119, 14272);
    struct exact exact = exact_share(&arena, share, 6);
    assert_string_equal(exact.fraction, "5119/14272");
    assert_string_equal(exact.decimal, "35.867433");
    mpq_set_ui(share, 125, 1000);
    mpq_canonicalize(share);
    assert_string_equal(decimal_of(&arena, share), "0.125");
    mpq_clear(share);
}

/* Rows of numerators over denominators of one limb and of many, against GMP's own fractions. */
static void fractions_are_in_lowest_terms(void **state)
{
    static const char *const denominators[] = {
        "1", "2", "18224", "18446744073709551615", "18446744073709551616",
        "776120348380837799955984003041738603215482810494550000",
        "510510000000000000000000000000000000000000000000000000000000000000000000000000",
    };
    mpz_t row[8];
    mpz_t denominator;
    mpq_t exact;

    (void)state;
    mpz_init(denominator);
    mpq_init(exact);
    for (size_t i = 0; i < COUNT(row); i++)
        mpz_init(row[i]);
    for (size_t d = 0; d < COUNT(denominators); d++) {
        struct lowest lowest;
        assert_int_equal(mpz_set_str(denominator, denominators[d], 10), 0);
        lowest_open(&lowest, &arena, denominator);
        for (unsigned seed = 1; seed < 200; seed++) {
            for (size_t i = 0; i < COUNT(row); i++) {
                /* Below the denominator or a few times as large, of either sign, some of them 0. */
                mpz_mul_ui(row[i], denominator, (seed * 31UL + i * 17) % 97);
                mpz_tdiv_q_ui(row[i], row[i], 1 + seed % 7 * (unsigned)i * 9);
                mpz_sub_ui(row[i], row[i], seed % 2 == 0 ? 0 : seed * 30);
                if ((seed + i) % 3 == 0)
                    mpz_neg(row[i], row[i]);
            }
            lowest_begin(&lowest, row, COUNT(row));
            for (size_t i = 0; i < COUNT(row); i++) {
                if (mpz_sgn(row[i]) == 0)
                    continue;
                mpz_set(mpq_numref(exact), row[i]);
                mpz_set(mpq_denref(exact), denominator);
                mpq_canonicalize(exact);
                struct text text = lowest_print(&lowest, row[i]);
                assert_string_equal(arena_copy(&arena, text.data, text.size),
                                    exact_of(&arena, exact, 0).fraction);
            }
        }
        lowest_close(&lowest);
    }
    for (size_t i = 0; i < COUNT(row); i++)
        mpz_clear(row[i]);
    mpz_clear(denominator);
    mpq_clear(exact);
}

static int open_arena(void **state)
{
    (void)state;
    return ARENA_GUARD(&arena) == 0 ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written),
        cmocka_unit_test(shares_are_per_cents_too),
        cmocka_unit_test(fractions_are_in_lowest_terms),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
