#include "extract/reason.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* In the order of docs/convert.md, section 5. */
static const char *const names[] = {
    "", "ENCODING", "LONG", "QUOTE", "COLUMNS", "RUN_TOGETHER", "ERROR_CELL", "MISSING",
    "CODE_LOST", "DUPLICATE", "DATE", "DATE_LOST", "DATE_MISSING", "PERIOD", "YEAR", "AMOUNT",
    "AMOUNT_MISSING", "AMOUNT_DECIMALS", "AMOUNT_SIZE", "VALUE", "TREATMENT"
};

static void reasons_have_the_names_of_the_contract(void **state)
{
    (void)state;
    assert_int_equal(COUNT(names), REASONS);
    for (int reason = 0; reason < REASONS; reason++)
        assert_string_equal(reason_name((enum reason)reason), names[reason]);
}

/* One sentence: it begins with a capital letter, and its only full stop is its end. */
static void reasons_say_what_to_do_in_one_sentence(void **state)
{
    (void)state;
    for (int reason = 1; reason < REASONS; reason++) {
        const char *help = reason_help((enum reason)reason);
        const char *stop = strstr(help, ". ");

        assert_true(help[0] >= 'A' && help[0] <= 'Z');
        assert_null(stop);
        assert_int_equal(help[strlen(help) - 1], '.');
        assert_true(strlen(help) < 250);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_have_the_names_of_the_contract),
        cmocka_unit_test(reasons_say_what_to_do_in_one_sentence),
    };

    return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
