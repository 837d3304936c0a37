/*
 * Codes that a spreadsheet may have spoilt, its errors, and treatments.
 */
#include "extract/value_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define NONE REASON_NONE
#define LOST REASON_CODE_LOST
#define ERROR REASON_ERROR_CELL

static const struct {
    const char    *text;
    enum cell_kind kind;
    enum reason    reason;
    const char    *code;
} codes[] = {
    { "40200", CELL_TEXT, NONE, "40200" },
    { "  SW117\xc2\xa0", CELL_TEXT, NONE, "SW117" },
    { "00042", CELL_TEXT, NONE, "00042" },           { "A B", CELL_TEXT, NONE, "A B" },
    { "-", CELL_TEXT, NONE, "-" },
    { "\xc3\x89" "cole", CELL_TEXT, NONE, "\xc3\x89" "cole" },
    { "", CELL_TEXT, REASON_MISSING, NULL },         { " \t", CELL_NUMBER, REASON_MISSING, NULL },
    /* what a spreadsheet shows for a long number; Excel never leaves out the sign */
    { "5.66E+11", CELL_TEXT, LOST, NULL },           { "-5.66E+11", CELL_TEXT, LOST, NULL },
    { "5E+11", CELL_TEXT, LOST, NULL },              { "1.2E-05", CELL_TEXT, LOST, NULL },
    { "5,66E+11", CELL_TEXT, LOST, NULL },           { "5.66E11", CELL_TEXT, NONE, "5.66E11" },
    { "1E2", CELL_TEXT, NONE, "1E2" },               { "12E+3", CELL_TEXT, NONE, "12E+3" },
    { "5.E+11", CELL_TEXT, NONE, "5.E+11" },         { "5.66E+", CELL_TEXT, NONE, "5.66E+" },
    { "5.66e+11", CELL_TEXT, NONE, "5.66e+11" },     { "5.66E+1a", CELL_TEXT, NONE, "5.66E+1a" },
    { ".6E+1", CELL_TEXT, NONE, ".6E+1" },           { "E+11", CELL_TEXT, NONE, "E+11" },
    { "--5E+11", CELL_TEXT, NONE, "--5E+11" },       { "12E+03", CELL_TEXT, LOST, NULL },
    { "1E+123", CELL_TEXT, LOST, NULL },             { "1E+1234", CELL_TEXT, NONE, "1E+1234" },
    { "1E212", CELL_TEXT, NONE, "1E212" },           { "-E+11", CELL_TEXT, NONE, "-E+11" },
    /* number cells */
    { "5021", CELL_NUMBER, NONE, "5021" },           { "5021.0", CELL_NUMBER, NONE, "5021" },
    { "5021.000", CELL_NUMBER, NONE, "5021" },       { "-7", CELL_NUMBER, NONE, "-7" },
    { "0", CELL_NUMBER, NONE, "0" },                 { "5021.5", CELL_NUMBER, LOST, NULL },
    { "5021.05", CELL_NUMBER, LOST, NULL },          { "5E+11", CELL_NUMBER, LOST, NULL },
    { "5e3", CELL_NUMBER, LOST, NULL },              { "123456789012345", CELL_NUMBER, NONE,
                                                       "123456789012345" },
    { "1234567890123456", CELL_NUMBER, LOST, NULL }, { ".5", CELL_NUMBER, LOST, NULL },
    { "-", CELL_NUMBER, LOST, NULL },                { "0x5", CELL_NUMBER, LOST, NULL },
    /* other cells */
    { "2014-06-30", CELL_DATE, LOST, NULL },         { "00:00:00", CELL_TIME, LOST, NULL },
    { "2014-06-30", CELL_TEXT, NONE, "2014-06-30" }, { "TRUE", CELL_BOOLEAN, NONE, "TRUE" },
    { "anything", CELL_ERROR, ERROR, NULL },
    /* errors */
    { "#N/A", CELL_TEXT, ERROR, NULL },              { "#REF!", CELL_TEXT, ERROR, NULL },
    { "#VALUE!", CELL_TEXT, ERROR, NULL },           { "#DIV/0!", CELL_TEXT, ERROR, NULL },
    { "#NAME?", CELL_TEXT, ERROR, NULL },            { "#NULL!", CELL_TEXT, ERROR, NULL },
    { "#NUM!", CELL_TEXT, ERROR, NULL },             { "#SPILL!", CELL_TEXT, ERROR, NULL },
    { "#CALC!", CELL_TEXT, ERROR, NULL },            { "Err:502", CELL_TEXT, ERROR, NULL },
    { "Err:5", CELL_TEXT, ERROR, NULL },             { " #### ", CELL_TEXT, ERROR, NULL },
    { "#", CELL_TEXT, ERROR, NULL },                 { "#1", CELL_TEXT, NONE, "#1" },
    { "Err:", CELL_TEXT, NONE, "Err:" },             { "Err:5x", CELL_TEXT, NONE, "Err:5x" },
    { "#n/a", CELL_TEXT, NONE, "#n/a" },             { "Error", CELL_TEXT, NONE, "Error" },
};

static void codes_are_taken_as_they_are_or_lost(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct cell cell = { text_of(codes[i].text), codes[i].kind };
        struct text code;
        enum reason reason = code_read(&cell, &code);

        if (reason != codes[i].reason || (reason == NONE && !text_is(code, codes[i].code)))
            fail_msg("'%s' is %s '%.*s'", codes[i].text, reason_name(reason), TEXT(code));
        assert_int_equal(cell_is_error(&cell), reason == ERROR);
    }
}

static void treatments_are_five(void **state)
{
    static const struct {
        const char *text;
        enum reason reason;
    } rows[] = {
        { "common", NONE },                { "direct", NONE },
        { " excluded ", NONE },            { "initiative", NONE },
        { "support", NONE },               { "Common", REASON_TREATMENT },
        { "commons", REASON_TREATMENT },   { "shared", REASON_TREATMENT },
        { "", REASON_MISSING },            { "#REF!", ERROR },
    };
    struct text treatment;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cell cell = { text_of(rows[i].text), CELL_TEXT };
        assert_int_equal(treatment_read(&cell, &treatment), rows[i].reason);
    }
}

static void a_partners_code_can_name_a_file(void **state)
{
    static const char *const good[] = { "STI", "a", "West_Lothian-2.1",
                                        "12345678901234567890123456789012" };
    static const char *const bad[] = { "", "S I", "S/I", "\xc3\x89", "a,b", "???",
                                       "123456789012345678901234567890123" };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(partner_code_is_good(text_of(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(partner_code_is_good(text_of(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_taken_as_they_are_or_lost),
        cmocka_unit_test(treatments_are_five),
        cmocka_unit_test(a_partners_code_can_name_a_file),
    };

    return cmocka_run_group_tests_name("code_rules", tests, NULL, NULL);
}
