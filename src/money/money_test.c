#include "money/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>

#include "base/test_random.h"

static const struct {
    const char *why, *text;
    unsigned    digits;
    bool        good;
    wide        pence;
} amounts[] = {
    { "pounds and pence",                 "1234.56",              13, true, 123456 },
    { "whole pounds",                     "1234",                 13, true, 123400 },
    { "one place is tens of pence",       "12.3",                 13, true, 1230 },
    { "a credit",                         "-26.60",               13, true, -2660 },
    { "a penny",                          "0.01",                 13, true, 1 },
    { "a penny back",                     "-0.01",                13, true, -1 },
    { "nothing",                          "0",                    13, true, 0 },
    { "nothing, with a minus",            "-0.00",                13, true, 0 },
    { "zeros in front",                   "0000000000012.00",     13, true, 1200 },
    { "13 digits, the most of a line",    "9999999999999.99",     13, true, 999999999999999 },
    { "13 digits, negative",              "-9999999999999.99",    13, true, -999999999999999 },
    { "14 digits",                        "10000000000000.00",    13, false, 0 },
    { "14 digits, a zero in front",       "00000000000001",       13, false, 0 },
    { "17 digits, the most charged",      "99999999999999999.99", 17, true,
      9999999999999999999U },
    { "17 digits on a line",              "99999999999999999.99", 13, false, 0 },
    { "18 digits charged",                "100000000000000000",   17, false, 0 },
    { "blank",                            "",                     13, false, 0 },
    { "a minus alone",                    "-",                    13, false, 0 },
    { "a point alone",                    ".",                    13, false, 0 },
    { "a minus and a point",              "-.",                   13, false, 0 },
    { "no pounds",                        ".50",                  13, false, 0 },
    { "no pounds, negative",              "-.50",                 13, false, 0 },
    { "nothing behind the point",         "12.",                  13, false, 0 },
    { "three places",                     "1.234",                13, false, 0 },
    { "three places, all zero",           "1.000",                13, false, 0 },
    { "two points",                       "1.2.3",                13, false, 0 },
    { "two points together",              "1..2",                 13, false, 0 },
    { "a decimal comma",                  "12,34",                13, false, 0 },
    { "thousands apart",                  "1,234.56",             13, false, 0 },
    { "a space in front",                 " 1.00",                13, false, 0 },
    { "a space behind",                   "1.00 ",                13, false, 0 },
    { "a space within",                   "1 000",                13, false, 0 },
    { "a plus",                           "+1.00",                13, false, 0 },
    { "two minuses",                      "--1",                  13, false, 0 },
    { "a minus behind",                   "1.00-",                13, false, 0 },
    { "a minus behind the point",         "1.-5",                 13, false, 0 },
    { "brackets for a credit",            "(1.00)",               13, false, 0 },
    { "a pound sign",                     "\xc2\xa3" "1.00",      13, false, 0 },
    { "a power of ten",                   "1e3",                  13, false, 0 },
    { "hexadecimal",                      "0x10",                 13, false, 0 },
    { "a letter",                         "12a",                  13, false, 0 },
    { "a letter behind the point",        "12.a",                 13, false, 0 },
    { "a letter at the end",              "12.3a",                13, false, 0 },
    { "infinity",                         "inf",                  13, false, 0 },
    { "below the digits (a slash)",       "1/",                   13, false, 0 },
    { "above the digits (a colon)",       "1:",                   13, false, 0 },
    { "digits of another script",         "\xd9\xa1",             13, false, 0 },
    { "full-width digits",                "\xef\xbc\x91",         13, false, 0 },
    { "U+2212, a minus but not ASCII's",  "\xe2\x88\x92" "1",     13, false, 0 },
};

static void amounts_read_as_pence(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(amounts); i++) {
        wide pence = 77;
        bool good = amount_parse(text_of(amounts[i].text), amounts[i].digits, &pence);

        if (good != amounts[i].good || pence != (good ? amounts[i].pence : 77))
            fail_msg("%s: %s", amounts[i].why, amounts[i].text);
    }
}

static void a_nul_is_no_end_of_an_amount(void **state)
{
    wide pence;

    (void)state;
    assert_false(amount_parse((struct text){ "1\0", 2 }, AMOUNT_DIGITS, &pence));
    assert_false(amount_parse((struct text){ "1.5\0", 4 }, AMOUNT_DIGITS, &pence));
    assert_true(amount_parse((struct text){ "1.5\0", 3 }, AMOUNT_DIGITS, &pence));
}

/* The expression of fine print 5, step by step. */
static bool matches_slowly(const char *at, unsigned digits)
{
    unsigned whole = 0;
    unsigned places = 0;

    at += *at == '-';
    for (; isdigit((unsigned char)*at); at++)
        whole++;
    if (whole == 0 || whole > digits)
        return false;
    if (*at == '\0')
        return true;
    if (*at++ != '.')
        return false;
    for (; isdigit((unsigned char)*at); at++)
        places++;
    return places >= 1 && places <= 2 && *at == '\0';
}

static void random_text(struct chance *chance, const char *letters, char *text, size_t most)
{
    size_t size = chance_below(chance, most);

    for (size_t i = 0; i < size; i++)
        text[i] = letters[chance_below(chance, strlen(letters))];
    text[size] = '\0';
}

static void an_amount_is_what_the_expression_says(void **state)
{
    struct chance chance = chance_of(test_seed);
    char text[24];
    char written[MONEY_TEXT_MAX];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        wide pence = 0;
        random_text(&chance, i % 2 == 0 ? "0123456789.-" : "01299999999.", text, 20);
        bool good = amount_parse(text_of(text), AMOUNT_DIGITS, &pence);
        if (good != matches_slowly(text, AMOUNT_DIGITS))
            fail_msg("'%s'", text);
        if (!good)
            continue;
        wide again = 0;
        size_t size = money_print(pence, written);
        assert_true(amount_parse((struct text){ written, size }, AMOUNT_DIGITS, &again));
        assert_true(again == pence);
    }
}

/* 128 bits, as C writes no constants of that size. */
static const wide widest = ((((wide)1 << 126) - 1) << 1) + 1;

static void money_is_written_with_two_places(void **state)
{
    const struct {
        wide        pence;
        const char *text;
    } rows[] = {
        { 0, "0.00" }, { 1, "0.01" }, { -1, "-0.01" }, { 9, "0.09" }, { 10, "0.10" },
        { 99, "0.99" }, { 100, "1.00" }, { -100, "-1.00" }, { 123456, "1234.56" },
        { -2660, "-26.60" }, { 99999999999999999, "999999999999999.99" },
        { INT64_MAX, "92233720368547758.07" }, { INT64_MIN, "-92233720368547758.08" },
        { (wide)INT64_MAX + 1, "92233720368547758.08" },
        { (wide)INT64_MIN - 1, "-92233720368547758.09" },
        { (wide)UINT64_MAX, "184467440737095516.15" },
        { (wide)UINT64_MAX + 1, "184467440737095516.16" },
        { widest, "1701411834604692317316873037158841057.27" },
        { -widest - 1, "-1701411834604692317316873037158841057.28" },
    };
    char text[MONEY_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t size = money_print(rows[i].pence, text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(size, strlen(rows[i].text));
    }
}

static void sixty_four_bits_and_not_a_penny_more(void **state)
{
    (void)state;
    assert_true(money_fits_64(0));
    assert_true(money_fits_64(INT64_MAX));
    assert_true(money_fits_64(INT64_MIN));
    assert_false(money_fits_64((wide)INT64_MAX + 1));
    assert_false(money_fits_64((wide)INT64_MIN - 1));
    assert_false(money_fits_64(widest));
    assert_false(money_fits_64(-widest - 1));
}

static const struct {
    const char         *why, *text;
    enum number_verdict verdict;
    const char         *fraction;
} numbers[] = {
    { "a whole number",               "7394",               NUMBER_GOOD,     "7394" },
    { "nothing",                      "0",                  NUMBER_GOOD,     "0" },
    { "a decimal in lowest terms",    "12.50",              NUMBER_GOOD,     "25/2" },
    { "zeros in front and behind",    "007.000",            NUMBER_GOOD,     "7" },
    { "18 digits, the most",          "999999999999999999", NUMBER_GOOD,     "999999999999999999" },
    { "19 digits",                    "1000000000000000000", NUMBER_BAD,     NULL },
    { "12 places, the most",          "0.000000000001",     NUMBER_GOOD,     "1/1000000000000" },
    { "13 places",                    "0.0000000000001",    NUMBER_BAD,      NULL },
    { "both at once",                 "999999999999999999.999999999999", NUMBER_GOOD,
      "999999999999999999999999999999/1000000000000" },
    { "a minus",                      "-1",                 NUMBER_NEGATIVE, NULL },
    { "a minus and a small decimal",  "-0.000000000001",    NUMBER_NEGATIVE, NULL },
    { "zero may have a minus",        "-0",                 NUMBER_GOOD,     "0" },
    { "zero may have a minus, too",   "-0.00",              NUMBER_GOOD,     "0" },
    { "blank",                        "",                   NUMBER_BAD,      NULL },
    { "a minus alone",                "-",                  NUMBER_BAD,      NULL },
    { "two minuses",                  "--1",                NUMBER_BAD,      NULL },
    { "no digit before the point",    ".5",                 NUMBER_BAD,      NULL },
    { "none before it, negative",     "-.5",                NUMBER_BAD,      NULL },
    { "none behind it",               "5.",                 NUMBER_BAD,      NULL },
    { "two points",                   "5.1.2",              NUMBER_BAD,      NULL },
    { "a plus",                       "+5",                 NUMBER_BAD,      NULL },
    { "a space",                      "5 ",                 NUMBER_BAD,      NULL },
    { "a comma",                      "5,0",                NUMBER_BAD,      NULL },
    { "a per cent sign",              "50%",                NUMBER_BAD,      NULL },
    { "a fraction",                   "1/3",                NUMBER_BAD,      NULL },
    { "a power of ten",               "1e6",                NUMBER_BAD,      NULL },
    { "no number after a minus",      "-x",                 NUMBER_BAD,      NULL },
    { "negative and malformed",       "-1.",                NUMBER_BAD,      NULL },
};

static void numbers_read_as_exact_fractions(void **state)
{
    mpq_t number;

    (void)state;
    mpq_init(number);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char text[80] = "";
        enum number_verdict verdict = number_parse(text_of(numbers[i].text), number);

        if (verdict == NUMBER_GOOD)
            (void)mpq_get_str(text, 10, number);
        if (verdict != numbers[i].verdict ||
            (verdict == NUMBER_GOOD && strcmp(text, numbers[i].fraction) != 0))
            fail_msg("%s: %s", numbers[i].why, numbers[i].text);
    }
    mpq_clear(number);
}

static wide random_wide(struct chance *chance)
{
    __extension__ unsigned __int128 bits =
        (unsigned __int128)chance_next(chance) << 64 | chance_next(chance);
    wide value = (wide)(bits >> (2 + chance_below(chance, 126)));

    return chance_one_in(chance, 2) ? -value : value;
}

static void pence_come_back_from_gmp_unchanged(void **state)
{
    const wide largest = ((wide)1 << 126) - 1;
    const wide edges[] = { 0, 1, -1, INT64_MAX, INT64_MIN, (wide)INT64_MAX + 1,
                           (wide)INT64_MIN - 1, (wide)UINT64_MAX, (wide)UINT64_MAX + 1,
                           -(wide)UINT64_MAX, largest, -largest };
    struct chance chance = chance_of(test_seed);
    mpz_t integer;

    (void)state;
    mpz_init(integer);
    for (size_t i = 0; i < COUNT(edges); i++) {
        wide_to_mpz(edges[i], integer);
        assert_true(wide_from_mpz(integer) == edges[i]);
    }
    for (long i = 0; i < test_cases; i++) {
        wide value = random_wide(&chance);
        wide_to_mpz(value, integer);
        assert_true(wide_from_mpz(integer) == value);
    }
    mpz_clear(integer);
}

static void gmp_has_the_number_that_is_written(void **state)
{
    const wide edges[] = { 0, 1, -1, INT64_MIN, (wide)UINT64_MAX + 1, widest, -widest - 1 };
    mpz_t integer;

    (void)state;
    mpz_init(integer);
    for (size_t i = 0; i < COUNT(edges); i++) {
        char written[MONEY_TEXT_MAX];
        char digits[MONEY_TEXT_MAX];

        size_t size = money_print(edges[i], written);
        memmove(written + size - 3, written + size - 2, 3);      /* without the point */
        wide_to_mpz(edges[i], integer);
        if (mpz_cmpabs_ui(integer, 100) < 0)
            assert_int_equal(mpz_get_si(integer), (long)edges[i]);
        else
            assert_string_equal(mpz_get_str(digits, 10, integer), written);
    }
    mpz_clear(integer);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_read_as_pence),
        cmocka_unit_test(a_nul_is_no_end_of_an_amount),
        cmocka_unit_test(money_is_written_with_two_places),
        cmocka_unit_test(sixty_four_bits_and_not_a_penny_more),
        cmocka_unit_test(numbers_read_as_exact_fractions),
        cmocka_unit_test(gmp_has_the_number_that_is_written),
        cmocka_unit_test(an_amount_is_what_the_expression_says),
        cmocka_unit_test(pence_come_back_from_gmp_unchanged),
    };

    test_chance_open(count, argument, 1000000);
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
