#include "formats/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"

#define NO_BREAK   "\xC2\xA0"
#define ZERO_WIDTH "\xEF\xBB\xBF"

static const struct trim {
    const char *why, *cell, *trimmed;
} trims[] = {
    { "nothing to do",                  "40200", "40200" },
    { "nothing at all",                 "", "" },
    { "blanks",                         "  40200 ", "40200" },
    { "tab and line ends",              "\t40200\r\n", "40200" },
    { "inside nothing changes",         " Respite  care\t1 ", "Respite  care\t1" },
    { "no-break spaces",                NO_BREAK "40200" NO_BREAK NO_BREAK, "40200" },
    { "zero-width no-break spaces",     ZERO_WIDTH "40200" ZERO_WIDTH, "40200" },
    { "all kinds, mixed",               " " NO_BREAK "\t" ZERO_WIDTH "x" ZERO_WIDTH NO_BREAK "\n",
      "x" },
    { "only blanks",                    "   ", "" },
    { "only a no-break space",          NO_BREAK, "" },
    { "a no-break space within",        "a" NO_BREAK "b", "a" NO_BREAK "b" },
    { "the pound sign begins alike",    "\xC2\xA3" "5", "\xC2\xA3" "5" },
    { "a letter that ends alike",       "voil\xC3\xA0", "voil\xC3\xA0" },
    { "a character that begins alike",  "\xEF\xBB\xBA" "x", "\xEF\xBB\xBA" "x" },
    { "half a no-break space in front", "\xA0x", "\xA0x" },
    { "half of one behind",             "x\xC2", "x\xC2" },
    { "vertical tab is no white space", "\vx\v", "\vx\v" },
};

static void cells_trimmed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(trims); i++) {
        const struct trim *t = &trims[i];
        struct text trimmed = cell_trim(text_of(t->cell));

        if (!text_is(trimmed, t->trimmed))
            fail_msg("%s: '%.*s'", t->why, TEXT(trimmed));
        if (cell_is_blank(text_of(t->cell)) != (t->trimmed[0] == '\0'))
            fail_msg("%s: blank or not", t->why);
    }
}

/* Of pieces of white space and of others that look like it: what is left begins and ends with no
 * white space, is part of what was there, and stays as it is when trimmed again. */
static void trimming_twice_is_trimming_once(void **state)
{
    static const char *const piece[] = {
        " ", "\t", "\r", "\n", NO_BREAK, ZERO_WIDTH, "x", "\xC2\xA3", "\xC3\xA0", "\xA0", "\xC2",
        "\xEF", "\xBB", "\xBF"
    };

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct chance chance = chance_of(test_seed + (uint64_t)i);
        char bytes[64] = "";
        size_t pieces = chance_below(&chance, 8);
        size_t used = 0;

        for (size_t p = 0; p < pieces; p++)
            used += (size_t)snprintf(bytes + used, sizeof bytes - used, "%s",
                                     piece[chance_below(&chance, COUNT(piece))]);
        struct text whole = text_of(bytes);
        struct text once = cell_trim(whole);
        struct text twice = cell_trim(once);
        assert_true(once.data >= whole.data
                    && once.data + once.size <= whole.data + whole.size);
        assert_true(once.data == twice.data && once.size == twice.size);
        for (size_t p = 0; once.size > 0 && p < 6; p++) {
            size_t size = strlen(piece[p]);
            assert_false(once.size >= size && memcmp(once.data, piece[p], size) == 0);
        }
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_trimmed),
        cmocka_unit_test(trimming_twice_is_trimming_once),
    };

    test_chance_open(count, argument, 100000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
