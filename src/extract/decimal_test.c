/*
 * Exact numbers and their sums: examples, then sums against GMP's own.
 */
#include "extract/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"

static struct arena arena;

/* The largest number with so many places. */
static struct decimal largest(unsigned places)
{
    return (struct decimal){ decimal_power(DECIMAL_DIGITS_MAX) - 1, places };
}

static void numbers_are_printed_in_full(void **state)
{
    static const struct {
        int64_t     digits;
        unsigned    places, least;
        const char *text;
    } rows[] = {
        { 0, 0, 0, "0" },            { 0, 0, 2, "0.00" },          { 0, 5, 2, "0.00" },
        { 5, 0, 0, "5" },            { 5, 0, 2, "5.00" },          { 5, 1, 2, "0.50" },
        { 5, 2, 2, "0.05" },         { 5, 3, 2, "0.005" },         { -5, 3, 2, "-0.005" },
        { 5000, 3, 2, "5.00" },      { 5010, 3, 2, "5.01" },       { 5010, 3, 0, "5.01" },
        { 5000, 3, 0, "5" },         { -123456, 2, 2, "-1234.56" }, { 120, 1, 0, "12" },
        { 1, 24, 0, "0.000000000000000000000001" },
        { 9160300000000001, 13, 2, "916.0300000000001" },
    };
    char text[DECIMAL_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decimal number = { rows[i].digits, rows[i].places };
        assert_int_equal(decimal_print(number, rows[i].least, text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
    struct decimal whole = largest(0);
    whole.digits = -whole.digits;
    (void)decimal_print(whole, DECIMAL_PLACES_MAX, text);
    assert_string_equal(text, "-9999999999999999999999999999999999.000000000000000000000000");
}

static void sums_are_exact(void **state)
{
    static const struct {
        struct decimal number[4];
        const char    *text;
    } rows[] = {
        { { { 0, 0 } }, "0.00" },
        { { { -2660, 2 } }, "-26.60" },
        { { { 1, 0 }, { 5, 1 }, { 25, 2 } }, "1.75" },
        { { { 9160300000000001, 13 } }, "916.0300000000001" },
        { { { 9160300000000001, 13 }, { -1, 13 } }, "916.03" },
        { { { 1, 3 }, { -1, 3 } }, "0.00" },
        { { { -5, 3 } }, "-0.005" },
        { { { 5, 3 }, { 5, 3 } }, "0.01" },
        { { { 1, 24 }, { 7, 0 } }, "7.000000000000000000000001" },
        { { { 1500, 3 } }, "1.50" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decimal_sum sum;

        decimal_sum_open(&sum);
        for (size_t n = 0; n < COUNT(rows[i].number); n++)
            decimal_sum_add(&sum, rows[i].number[n]);
        assert_string_equal(decimal_sum_text(&sum, &arena), rows[i].text);
        assert_int_equal(decimal_sum_is_zero(&sum), strcmp(rows[i].text, "0.00") == 0);
        decimal_sum_close(&sum);
    }
    arena_free(&arena);
}

/* As many of the largest numbers as would overflow 128 bits of pence. */
static void large_sums_do_not_overflow(void **state)
{
    struct decimal_sum sum;

    (void)state;
    decimal_sum_open(&sum);
    for (int i = 0; i < 1000; i++)
        decimal_sum_add(&sum, largest(0));
    assert_string_equal(decimal_sum_text(&sum, &arena),
                        "9999999999999999999999999999999999000.00");
    for (int i = 0; i < 1000; i++)
        decimal_sum_add(&sum, largest(DECIMAL_PLACES_MAX));
    assert_string_equal(decimal_sum_text(&sum, &arena), "10000000000000000000000009999999998999"
                        ".999999999999999999999");
    decimal_sum_close(&sum);
    arena_free(&arena);
}

/* Any number a decimal can be. */
static struct decimal random_decimal(struct chance *chance)
{
    const unsigned places = (unsigned)(chance_one_in(chance, 2)
                                           ? chance_below(chance, 3)
                                           : chance_below(chance, DECIMAL_PLACES_MAX + 1));
    wide digits = (wide)(chance_next(chance) >> chance_below(chance, 64)) *
                  (chance_one_in(chance, 3) ? (wide)(chance_next(chance) >> 16) : 1);

    digits %= decimal_power(DECIMAL_DIGITS_MAX);
    return (struct decimal){ chance_one_in(chance, 2) ? -digits : digits, places };
}

static void add_plainly(mpq_t sum, struct decimal number)
{
    mpq_t one;

    mpq_init(one);
    wide_to_mpz(number.digits, mpq_numref(one));
    mpz_ui_pow_ui(mpq_denref(one), 10, number.places);
    mpq_canonicalize(one);
    mpq_add(sum, sum, one);
    mpq_clear(one);
}

/* The text of a sum as a fraction, read by GMP. */
static void check_text(const struct decimal_sum *sum, const mpq_t expected)
{
    const char *text = decimal_sum_text(sum, &arena);
    char digits[128];
    size_t used = 0;
    mpq_t read;

    const char *point = strchr(text, '.');
    assert_non_null(point);
    assert_true(strlen(point + 1) >= 2);
    assert_true(strlen(point + 1) == 2 || text[strlen(text) - 1] != '0');
    for (const char *at = text; *at != '\0'; at++)
        if (*at != '.')
            digits[used++] = *at;
    digits[used] = '\0';
    mpq_init(read);
    assert_int_equal(mpz_set_str(mpq_numref(read), digits, 10), 0);
    mpz_ui_pow_ui(mpq_denref(read), 10, strlen(point + 1));
    mpq_canonicalize(read);
    if (!mpq_equal(read, expected))
        fail_msg("%s is not the sum", text);
    mpq_clear(read);
}

static void sums_are_those_of_gmp(void **state)
{
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases / 50; i++) {
        struct decimal_sum first;
        struct decimal_sum second;
        struct decimal_sum both;
        struct decimal_sum difference;
        mpq_t expected[4];

        decimal_sum_open(&first);
        decimal_sum_open(&second);
        decimal_sum_open(&both);
        decimal_sum_open(&difference);
        mpq_inits(expected[0], expected[1], expected[2], expected[3], NULL);
        for (size_t n = chance_below(&chance, 6); n > 0; n--) {
            bool to_first = chance_one_in(&chance, 2);
            struct decimal number = random_decimal(&chance);
            decimal_sum_add(to_first ? &first : &second, number);
            add_plainly(expected[to_first ? 0 : 1], number);
        }
        decimal_sum_add_pence(&first, 123456);
        add_plainly(expected[0], (struct decimal){ 123456, 2 });
        decimal_sum_add_sum(&both, &first);
        decimal_sum_add_sum(&both, &second);
        decimal_sum_difference(&first, &second, &difference);
        mpq_add(expected[2], expected[0], expected[1]);
        mpq_sub(expected[3], expected[0], expected[1]);
        check_text(&first, expected[0]);
        check_text(&second, expected[1]);
        check_text(&both, expected[2]);
        check_text(&difference, expected[3]);
        assert_int_equal(decimal_sum_is_zero(&difference), mpq_sgn(expected[3]) == 0);
        decimal_sum_close(&difference);
        decimal_sum_difference(&first, &first, &difference);
        assert_true(decimal_sum_is_zero(&difference));
        decimal_sum_close(&first);
        decimal_sum_close(&second);
        decimal_sum_close(&both);
        decimal_sum_close(&difference);
        mpq_clears(expected[0], expected[1], expected[2], expected[3], NULL);
        arena_free(&arena);
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_printed_in_full),
        cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(large_sums_do_not_overflow),
        cmocka_unit_test(sums_are_those_of_gmp),
    };

    test_chance_open(count, argument, 1000000);
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
