#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/listing.h"

static const struct example {
    const char *why;
    const char *bytes;
    size_t      size;
    bool        good;
} examples[] = {
    { "nothing at all",                    "",                         0, true },
    { "ASCII",                             "Respite care",            12, true },
    { "the last ASCII character",          "\x7f",                     1, true },
    { "a NUL",                             "\0",                       1, false },
    { "a NUL within eight plain bytes",    "abc\0efgh",                8, false },
    { "a NUL behind eight plain bytes",    "abcdefgh\0",               9, false },
    { "a pound sign",                      "\xc2\xa3",                 2, true },
    { "a pound sign in Latin-1",           "\xa3",                     1, false },
    { "overlong in two bytes",             "\xc0\x80",                 2, false },
    { "overlong in two bytes, the last",   "\xc1\xbf",                 2, false },
    { "the first of three bytes",          "\xe0\xa0\x80",             3, true },
    { "overlong in three bytes",           "\xe0\x9f\xbf",             3, false },
    { "just below the surrogates",         "\xed\x9f\xbf",             3, true },
    { "the first surrogate",               "\xed\xa0\x80",             3, false },
    { "the last surrogate",                "\xed\xbf\xbf",             3, false },
    { "just above the surrogates",         "\xee\x80\x80",             3, true },
    { "a byte order mark is a character",  "\xef\xbb\xbf",             3, true },
    { "the first of four bytes",           "\xf0\x90\x80\x80",         4, true },
    { "overlong in four bytes",            "\xf0\x8f\xbf\xbf",         4, false },
    { "U+10FFFF, the last",                "\xf4\x8f\xbf\xbf",         4, true },
    { "U+110000, beyond it",               "\xf4\x90\x80\x80",         4, false },
    { "F5 begins nothing",                 "\xf5\x80\x80\x80",         4, false },
    { "FF begins nothing",                 "\xff",                     1, false },
    { "a continuation that begins",        "\x80",                     1, false },
    { "cut after one of two",              "\xc2",                     1, false },
    { "cut after two of three",            "\xe2\x82",                 2, false },
    { "cut after three of four",           "\xf0\x9f\x92",             3, false },
    { "two of three, then ASCII",          "\xe2\x82" "a",             3, false },
    { "third byte wrong",                  "\xe2\x82\xc2",             3, false },
    { "a euro behind seven plain bytes",   "abcdefg\xe2\x82\xac",     10, true },
    { "Latin-1 behind sixteen plain ones", "abcdefghabcdefgh\xe9",    17, false },
};

static void utf8_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *e = &examples[i];

        if (text_is_utf8((struct text){ e->bytes, e->size }) != e->good)
            fail_msg("%s", e->why);
    }
}

/* Read slowly, from the definition: the number a sequence stands for, then its bounds. */
static bool is_utf8_slowly(const unsigned char *at, size_t left)
{
    static const uint32_t least[] = { 0, 1, 0x80, 0x800, 0x10000 };

    while (left > 0) {
        size_t size = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3
            : at[0] >> 3 == 30 ? 4 : 0;
        if (size == 0 || size > left)
            return false;
        uint32_t code = size == 1 ? at[0] : at[0] & (0x7fU >> size);
        for (size_t i = 1; i < size; i++) {
            if (at[i] >> 6 != 2)
                return false;
            code = code << 6 | (at[i] & 0x3fU);
        }
        if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return false;
        at += size;
        left -= size;
    }
    return true;
}

/* Every two bytes, every three of interest and, at every place among plain ones, four. */
static void utf8_agrees_with_the_definition(void **state)
{
    unsigned char bytes[12];

    (void)state;
    for (uint32_t high = 0x7e; high < 0x100; high++)
        for (uint32_t roll = 0; roll < 0x4000; roll++) {
            size_t at = roll % 8;
            memset(bytes, 'a', sizeof bytes);
            bytes[at] = (unsigned char)high;
            bytes[at + 1] = (unsigned char)(roll >> 6);
            bytes[at + 2] = (unsigned char)(0x7e + (roll & 3) * 0x21);
            bytes[at + 3] = (unsigned char)(0x70 + (roll & 0x3f));
            assert_int_equal(text_is_utf8((struct text){ (char *)bytes, sizeof bytes }),
                             is_utf8_slowly(bytes, sizeof bytes));
        }
}

static void letters_of_either_case_are_the_same(void **state)
{
    static const struct { const char *text, *words; bool holds; } rows[] = {
        { "The Payroll run", "payROLL", true },     { "", "", true },  { "x", "", true },
        { "", "x", false },                         { "abc", "abcd", false },
        { "aab", "ab", true },                      { "50% of it", "%", true },
        { "fifty", "%", false },                    { "a_b", "_", true },   { "ab", "_", false },
        { "G\xC3\xA0idhlig", "G\xC3\x80IDH", true },    { "\xC3\x97", "\xC3\xB7", false },
        { "\xC3\x9F", "\xC3\xBF", false },           { "\xC5\xB8", "\xC3\xBF", true },
        { "\xC4\x80\xC5\x81\xC5\xBD", "\xC4\x81\xC5\x82\xC5\xBE", true },
        { "\xC4\xB0", "\xC4\xB1", false },          { "\xC4\xB8", "\xC4\xB9", false },
        { "\xE2\x82\xAC", "\xE2", true },         { "\xC3", "\xC3\xA0", false },
        { "\xC3\xA9", "\xE9", false },             { "\xE9", "\xC3\xA9", false },
        { "G\xC3\xA0", "Ga", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (text_holds(text_of(rows[i].text), text_of(rows[i].words)) != rows[i].holds)
            fail_msg("%s in %s", rows[i].words, rows[i].text);
    assert_true(text_alike(text_of("clk-12"), text_of("CLK-12")));
    assert_false(text_alike(text_of("clk-1"), text_of("CLK-12")));
    assert_false(text_alike(text_of("clk-12"), text_of("CLK-1")));
}

static void texts_sort_by_bytes(void **state)
{
    struct text names[] = {
        text_of("b.csv"), text_of("a.csv"), text_of("B.csv"), text_of("a"), text_of("\xc3\xa9"),
    };
    static const char *const sorted[] = { "B.csv", "a", "a.csv", "b.csv", "\xc3\xa9" };

    (void)state;
    listing_sort(names, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        assert_true(text_is(names[i], sorted[i]));
}

static void ledger_files_by_name(void **state)
{
    static const struct { const char *name; bool taken; } rows[] = {
        { "a.csv", true },     { ".a.csv", false },  { ".csv", false },    { "a.CSV", false },
        { "a.csv~", false },   { "csv", false },     { "a b.csv", true },  { "b/a.csv", false },
        { "~$a.csv", true },   { "", false },        { "a.csv.csv", true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (listing_takes(text_of(rows[i].name)) != rows[i].taken)
            fail_msg("%s", rows[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_examples),
        cmocka_unit_test(utf8_agrees_with_the_definition),
        cmocka_unit_test(letters_of_either_case_are_the_same),
        cmocka_unit_test(texts_sort_by_bytes),
        cmocka_unit_test(ledger_files_by_name),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
