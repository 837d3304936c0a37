/*
 * The amount of a line is read eight digits at a time; it must be the amount that is read digit by
 * digit. (What a line must be is tested with whole ledgers: ledger_test.c.)
 */
#include "engine/ledger_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/test_random.h"

#define PLACE 40

/* Reads an amount both ways from within a line: other fields stand before and behind it. */
static void check_amount(const char *text, size_t size, char around)
{
    char line[2 * PLACE];
    int64_t fast = 77;
    wide slow = 77;

    memset(line, around, sizeof line);
    memcpy(line + 16, text, size);
    struct text amount = { line + 16, size };
    bool good = amount_parse(amount, AMOUNT_DIGITS, &slow);
    if (line_amount(amount, &fast) != good || fast != (int64_t)slow)
        fail_msg("'%.*s' between '%c'", (int)size, text, around);
}

static void rows(void **state)
{
    static const char *const texts[] = {
        "", "-", ".", "-.", "0", "-0", "1", "9.99", "-9.99", "0.00", "-0.00", ".00", "-.00",
        "1.00", "12.00", "123.45", "1234.56", "12345.67", "123456.78", "1234567.89",
        "12345678.90", "99999999.99", "-99999999.99", "100000000.00", "123456789.01",
        "9999999999999.99", "-9999999999999.99", "10000000000000.00", "1.2", "1.234", "12.3a",
        "12.a3", "a2.33", "1a.33", "1234567a.00", "a2345678.00", "1/.00", "1:.00", "1 .00", " 1.00",
        "+1.00", "--1.00", "1-1.00", "1.-0", "1.0-", "1..00", "1,00", "\3771.00", "\200.00",
        "\261.00", "1\261.00", "1.\2611", "1.1\261", "00000000.00", "000000000.00"
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t a = 0; a < 5; a++)
            check_amount(texts[i], strlen(texts[i]), ",9.-\n"[a]);
}

/* Every byte at every place of amounts of each length. */
static void every_byte_at_every_place(void **state)
{
    (void)state;
    for (size_t whole = 1; whole <= 13; whole++)
        for (size_t at = 0; at < whole + 3; at++)
            for (int byte = 0; byte < 256; byte++) {
                char text[32];
                (void)snprintf(text, sizeof text, "%.*s.47", (int)whole, "9182736450918");
                text[at] = (char)byte;
                check_amount(text, whole + 3, ',');
            }
}

static void amounts_read_alike_both_ways(void **state)
{
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        char text[24];
        int size = snprintf(text, sizeof text, "%lld.%02d",
                            (long long)chance_between(&chance, -99999999, 99999999) >>
                                chance_below(&chance, 27),
                            (int)chance_below(&chance, 100));
        if (chance_one_in(&chance, 3))
            text[chance_below(&chance, (size_t)size)] =
                "0123456789.-,/: a\x80\xff"[chance_below(&chance, 19)];
        check_amount(text, (size_t)size, "9,.-\n0"[chance_below(&chance, 6)]);
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(every_byte_at_every_place),
        cmocka_unit_test(amounts_read_alike_both_ways),
    };

    test_chance_open(count, argument, 1000000);
    return cmocka_run_group_tests_name("ledger_line", tests, NULL, NULL);
}
