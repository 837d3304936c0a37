#include "engine/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct {
    const char     *why, *bytes;
    enum fault_code fault;
} rows[] = {
    { "an ordinary record",                     "a,b\n",             FAULT_NONE },
    { "other letters",                          "\xc2\xa3,b\n",      FAULT_NONE },
    { "a byte that is no UTF-8",                "a,\xff\n",          FAULT_ENCODING },
    { "such a byte in quotes",                  "a,\"\xff\"\n",      FAULT_ENCODING },
    { "an overlong form",                       "\xc0\x80\n",        FAULT_ENCODING },
    { "a surrogate",                            "\xed\xa0\x80\n",    FAULT_ENCODING },
    { "a letter cut by the comma",              "\xe2\x82,b\n",      FAULT_ENCODING },
    { "a lone CR",                              "a\rb\n",            FAULT_LINE_END },
    { "text behind a closing quote",            "\"a\"b\n",          FAULT_QUOTE },
    { "a quote never closed",                   "\"a\n",             FAULT_QUOTE },
    { "encoding stands before line end",        "\r\xff\n",          FAULT_ENCODING },
    { "encoding stands before quote",           "\"a\"b\xff\n",      FAULT_ENCODING },
    { "line end stands before quote",           "\"a\"b\r\n,\r,\n",  FAULT_QUOTE },
    { "line end and quote in one record",       "\"a\"b,\rc\n",      FAULT_LINE_END },
    { "a quote never closed stands before all", "\r,\"\xff\n",       FAULT_QUOTE },
};

static void the_first_fault_of_a_record_as_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text bytes = text_of(rows[i].bytes);
        char spare[32];
        struct csv_record record;

        bytes.size = csv_read(bytes, true, spare, &record);
        if (record_fault(bytes, &record) != rows[i].fault)
            fail_msg("%s", rows[i].why);
    }
}

static void a_nul_is_no_text(void **state)
{
    struct csv_record record;
    char spare[8];

    (void)state;
    assert_int_equal(csv_read((struct text){ "a\0b\n", 4 }, true, spare, &record), 4);
    assert_int_equal(record_fault((struct text){ "a\0b\n", 4 }, &record), FAULT_ENCODING);
}

static const struct {
    const char *why, *bytes, *header;
    bool        is;
} headers[] = {
    { "as it should be",             "key,value\n",             "key,value", true },
    { "with CRLF",                   "key,value\r\n",           "key,value", true },
    { "without a line end",          "key,value",               "key,value", true },
    { "quoted",                      "\"key\",\"value\"\n",     "key,value", true },
    { "only one",                    "key\n",                   "key",       true },
    { "one is missing",              "key\n",                   "key,value", false },
    { "one too many",                "key,value,\n",            "key,value", false },
    { "in another order",            "value,key\n",             "key,value", false },
    { "in another case",             "Key,value\n",             "key,value", false },
    { "a blank in front",            "key, value\n",            "key,value", false },
    { "a name that begins alike",    "key,values\n",            "key,value", false },
    { "a name cut short",            "key,valu\n",              "key,value", false },
    { "both in one pair of quotes",  "\"key,value\"\n",         "key,value", false },
    { "17 fields for 16",            "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n",
      "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", false },
    { "a header of 17 names is more than a reader keeps",
      "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n",
      "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", false },
};

static void headers_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++) {
        char spare[80];
        struct csv_record record;

        assert_true(csv_read(text_of(headers[i].bytes), true, spare, &record) > 0);
        if (record_is_header(&record, headers[i].header) != headers[i].is)
            fail_msg("%s", headers[i].why);
    }
}

static void one_byte_order_mark_is_passed_over(void **state)
{
    (void)state;
    assert_true(text_is(after_mark(text_of("\xef\xbb\xbf" "key")), "key"));
    assert_true(text_is(after_mark(text_of("\xef\xbb\xbf")), ""));
    assert_true(text_is(after_mark(text_of("\xef\xbb\xbf\xef\xbb\xbf")), "\xef\xbb\xbf"));
    assert_true(text_is(after_mark(text_of("\xef\xbb")), "\xef\xbb"));
    assert_true(text_is(after_mark(text_of("key")), "key"));
    assert_true(text_is(after_mark(text_of("")), ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_fault_of_a_record_as_text),
        cmocka_unit_test(a_nul_is_no_text),
        cmocka_unit_test(headers_are_exact),
        cmocka_unit_test(one_byte_order_mark_is_passed_over),
    };

    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
