#include "trail/trail_strict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* A string as it stands, and what it says; NULL: it is not in the one spelling. */
static const struct {
    const char *written, *says;
} texts[] = {
    { "\"\"", "" },
    { "\"abc\"", "abc" },
    { "\"a\\\"b\"", "a\"b" },
    { "\"\\\\\\b\\f\\n\\r\\t\"", "\\\b\f\n\r\t" },
    { "\"\\u0001x\\u001f\"", "\x01x\x1f" },
    { "\"\x7f \xc3\xbc\"", "\x7f \xc3\xbc" },
    { "\"abc", NULL },                /* no end */
    { "abc\"", NULL },                /* no beginning */
    { "\"abc\\", NULL },
    { "\"a\tb\"", NULL },             /* has an escape */
    { "\"\\/\"", NULL },              /* needs none */
    { "\"\\u0041\"", NULL },
    { "\"\\u000a\"", NULL },          /* has a short one */
    { "\"\\u001F\"", NULL },          /* a capital */
    { "\"\\u0000\"", NULL },
    { "\"\\u00\"", NULL },
    { "\"0123456789a\"", NULL },      /* longer than ten bytes */
    { "\"0123456789\"", "0123456789" },
};

static void texts_have_one_spelling(void **state)
{
    char spare[64];
    struct text said;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct strict strict = strict_of(text_of(texts[i].written), spare);
        bool good = strict_text(&strict, 10, &said);

        assert_true(good == (texts[i].says != NULL));
        if (good) {
            assert_true(strict_end(&strict));
            assert_true(text_is(said, texts[i].says));
        }
    }
}

static const struct {
    const char *written;
    bool        good;
    uint64_t    count;
} counts[] = {
    { "0", true, 0 }, { "7", true, 7 }, { "999999999999999999", true, 999999999999999999 },
    { "1000000000000000000", false, 0 }, { "01", false, 0 }, { "00", false, 0 },
    { "", false, 0 }, { "-1", false, 0 }, { "+1", false, 0 }, { "x", false, 0 },
};

static void counts_have_one_spelling(void **state)
{
    uint64_t count;

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct strict strict = strict_of(text_of(counts[i].written), NULL);

        assert_true(strict_count(&strict, &count) == counts[i].good);
        if (counts[i].good)
            assert_int_equal(count, counts[i].count);
    }
}

static void hex_is_lower_case_and_whole(void **state)
{
    unsigned char bytes[2];

    (void)state;
    assert_true(strict_bytes(text_of("0fa9"), bytes, 2));
    assert_int_equal(bytes[0], 0x0f);
    assert_int_equal(bytes[1], 0xa9);
    assert_false(strict_bytes(text_of("0fA9"), bytes, 2));
    assert_false(strict_bytes(text_of("0fa"), bytes, 2));
    assert_false(strict_bytes(text_of("g0a9"), bytes, 2));
    assert_false(strict_bytes(text_of("0f/9"), bytes, 2));
    struct strict strict = strict_of(text_of("\"0fa"), NULL);
    assert_false(strict_hex(&strict, bytes, 2));
    strict = strict_of(text_of("\"0fa9x"), NULL);
    assert_false(strict_hex(&strict, bytes, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_have_one_spelling),
        cmocka_unit_test(counts_have_one_spelling),
        cmocka_unit_test(hex_is_lower_case_and_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
