#include "sheets/escape_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct escape {
    const char *why, *written, *meant;
} escapes[] = {
    { "nothing to do",            "Respite care", "Respite care" },
    { "nothing at all",           "", "" },
    { "a carriage return",        "one_x000D_\ntwo", "one\r\ntwo" },
    { "small letters",            "_x000d_", "\r" },
    { "an underscore of its own", "_x005F_x000D_", "_x000D_" },
    { "two of them",              "_x0041__x0042_", "AB" },
    { "two bytes",                "_x00A3_12", "\xC2\xA3" "12" },
    { "three bytes",              "_x20AC_", "\xE2\x82\xAC" },
    { "a surrogate pair",         "_xD83D__xDE00_", "\xF0\x9F\x98\x80" },
    { "half a pair",              "_xD83D_", "_xD83D_" },
    { "half a pair and a letter", "_xD83D__x0041_", "_xD83D_A" },
    { "the other half",           "_xDE00_", "_xDE00_" },
    { "a NUL",                    "a_x0000_b", "a_x0000_b" },
    { "no hexadecimal",           "_x00G0_", "_x00G0_" },
    { "a capital X",              "_X000D_", "_X000D_" },
    { "cut off",                  "_x000D", "_x000D" },
    { "a name with underscores",  "cost_centre_x", "cost_centre_x" },
    { "an underscore before",     "__x0041_", "_A" },
};

static void escapes_as_they_are_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(escapes); i++) {
        const struct escape *e = &escapes[i];
        char bytes[64];
        size_t size = strlen(e->written);

        memcpy(bytes, e->written, size);
        struct text out = { bytes, escapes_decode(bytes, size) };
        if (!text_is(out, e->meant))
            fail_msg("%s: '%.*s'", e->why, TEXT(out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_as_they_are_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
