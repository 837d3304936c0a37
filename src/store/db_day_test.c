#include "store/db_day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void days_that_are_known(void **state)
{
    static const struct {
        const char *text;
        int32_t     days;
    } examples[] = {
        { "0001-01-01", DB_DAY_FIRST }, { "1600-02-29", -135081 }, { "1969-12-31", -1 },
        { "1970-01-01", 0 }, { "2000-01-01", 10957 }, { "2000-02-29", 11016 },
        { "2014-06-26", 16247 }, { "9999-12-31", DB_DAY_LAST },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        char text[DB_DAY_TEXT];
        struct db_day day = { 0 };

        assert_true(db_day_parse(text_of(examples[i].text), &day));
        assert_int_equal(day.days, examples[i].days);
        db_day_print(day, text);
        assert_string_equal(text, examples[i].text);
    }
}

static void days_that_there_are_not(void **state)
{
    static const char *const examples[] = {
        "", "2014-6-26", "2014-06-31", "2015-02-29", "1900-02-29", "0000-12-31", "2014-00-01",
        "2014-13-01", "2014-01-00", "2014/01/01", "14-01-01", "2014-01-1x", "-014-01-01",
        "2014-01-01 ", "+014-01-01",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct db_day day;
        if (db_day_parse(text_of(examples[i]), &day))
            fail_msg("%s", examples[i]);
    }
}

/* Law: every day there is follows the one before it, in number and in the order of its text. */
static void every_day_there_and_back(void **state)
{
    char before[DB_DAY_TEXT] = "0000-12-31";

    (void)state;
    for (int32_t days = DB_DAY_FIRST; days <= DB_DAY_LAST; days++) {
        char text[DB_DAY_TEXT];
        struct db_day day;

        db_day_print((struct db_day){ days }, text);
        if (strcmp(before, text) >= 0 || !db_day_parse(text_of(text), &day) || day.days != days)
            fail_msg("%d is %s", days, text);
        memcpy(before, text, sizeof before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_that_are_known),
        cmocka_unit_test(days_that_there_are_not),
        cmocka_unit_test(every_day_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
