/* Control files and receipts: what is one, and what is written is read again. */
#include "server/drop_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

static struct arena arena;

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void a_control_file_is_read(void **state)
{
    static const char words[] = "# of June\r\n year=2014-15 \r\n\r\nlines = 12\r\ntotal = -3.50\r\n"
                                "system = The = ledger";
    const char *value[CONTROLS];
    struct trouble said = { 0 };

    (void)state;
    assert_int_equal(drop_control_read(&arena, text_of(words), value, &said), OK);
    assert_string_equal(value[CONTROL_YEAR], "2014-15");
    assert_string_equal(value[CONTROL_LINES], "12");
    assert_string_equal(value[CONTROL_TOTAL], "-3.50");
    assert_string_equal(value[CONTROL_SYSTEM], "The = ledger");
    assert_null(value[CONTROL_BOOK]);
}

static void what_is_no_control_file_is_told_by_its_line(void **state)
{
    static const struct {
        const char *words, *said;
    } rows[] = {
        { "", "does not say 'year'" },
        { "year = 2014-15\nlines = 1\n", "does not say 'total'" },
        { "year = x\nlines 1\n", "line 2: not 'name = value'" },
        { "year = x\nlines = 1\nyear = y\n", "line 3: 'year' stands there twice" },
        { "sum = 1\n", "line 1: there is no 'sum' here" },
        { "year = \xff\n", "not UTF-8" },
    };
    const char *value[CONTROLS];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trouble said = { 0 };
        assert_int_equal(drop_control_read(&arena, text_of(rows[i].words), value, &said),
                         ERR_USAGE);
        assert_non_null(strstr(said.text, rows[i].said));
    }
}

static void a_receipt_is_read_as_it_was_written(void **state)
{
    const char *receipt[RECEIPTS] = {
        [RECEIPT_FILE] = "June = 1.csv", [RECEIPT_IMPORT] = "17", [RECEIPT_AFTER_JOB] = "",
        [RECEIPT_OUTCOME] = "2 rows\nwere refused = nothing",
    };
    const char *again[RECEIPTS];
    struct trouble said = { 0 };
    const struct text words = drop_words_write(&arena, drop_receipt_name, RECEIPTS, receipt);

    (void)state;
    assert_int_equal(drop_words_read(&arena, words, drop_receipt_name, RECEIPTS, again, &said),
                     OK);
    assert_string_equal(again[RECEIPT_FILE], "June = 1.csv");
    assert_string_equal(again[RECEIPT_AFTER_JOB], "");
    assert_string_equal(again[RECEIPT_OUTCOME], "2 rows were refused = nothing");
    assert_null(again[RECEIPT_STATE]);
}

static void names_of_extracts_are_told_from_others(void **state)
{
    static const struct {
        const char *name;
        bool        is;
    } rows[] = {
        { "june.csv", true }, { "a", true }, { "", false }, { ".watch", false },
        { "june.csv.control", false }, { ".control", false }, { "a\nb", false },
        { "control", true },
    };
    char long_name[300];

    (void)state;
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(drop_is_name(rows[i].name), rows[i].is);
    assert_false(drop_is_name(long_name));
    assert_string_equal(drop_control_of(&arena, "june.csv.control"), "june.csv");
    assert_null(drop_control_of(&arena, "june.csv"));
    assert_null(drop_control_of(&arena, "..control"));
    assert_null(drop_control_of(&arena, "a.control.control"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_control_file_is_read),
        cmocka_unit_test(what_is_no_control_file_is_told_by_its_line),
        cmocka_unit_test(a_receipt_is_read_as_it_was_written),
        cmocka_unit_test(names_of_extracts_are_told_from_others),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
