#include "base/word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct {
    const char *why, *one, *other;
    size_t      distance;
} distances[] = {
    { "the same",           "close",   "close",   0 },
    { "a letter too many",  "closse",  "close",   1 },
    { "a letter too few",   "clse",    "close",   1 },
    { "a wrong letter",     "clise",   "close",   1 },
    { "two swapped",        "clsoe",   "close",   1 },
    { "swapped at the end", "verfiy",  "verify",  1 },
    { "all of it",          "abc",     "xyz",     3 },
    { "nothing typed",      "",        "close",   5 },
    { "nothing at all",     "",        "",        0 },
    { "swap and a letter",  "elxpain", "explain", 2 },
};

static void distances_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(distances); i++) {
        size_t there = word_distance(distances[i].one, distances[i].other);
        size_t back = word_distance(distances[i].other, distances[i].one);

        if (there != distances[i].distance || back != there)
            fail_msg("%s: %zu and %zu", distances[i].why, there, back);
    }
}

static void a_very_long_word_is_far_away(void **state)
{
    char long_word[WORD_MAX + 8];

    (void)state;
    memset(long_word, 'x', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    assert_int_equal(word_distance(long_word, "close"), WORD_MAX + 7);
    assert_int_equal(word_distance("close", long_word), WORD_MAX + 7);
}

static const struct {
    const char *typed, *nearest;
} searches[] = {
    { "clsoe",    "close" },
    { "close",    "close" },
    { "Close",    "close" },
    { "verfy",    "verify" },
    { "expalin",  "explain" },
    { "comp",     "completion" },     /* a beginning */
    { "whatfi",   "whatif" },
    { "nwe",      "new" },
    { "c",        NULL },             /* too short to guess */
    { "settle",   NULL },
    { "",         NULL },
};

static void the_nearest_word_is_found(void **state)
{
    static const char *const words[] = {
        "new", "map", "close", "explain", "whatif", "bundle", "verify", "completion"
    };

    (void)state;
    for (size_t i = 0; i < COUNT(searches); i++) {
        struct word_search search = { .typed = searches[i].typed };

        for (size_t k = 0; k < COUNT(words); k++)
            word_offer(&search, words[k]);
        if (searches[i].nearest == NULL)
            assert_null(search.nearest);
        else if (search.nearest == NULL || strcmp(search.nearest, searches[i].nearest) != 0)
            fail_msg("'%s' gives '%s'", searches[i].typed,
                     search.nearest == NULL ? "nothing" : search.nearest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_counted),
        cmocka_unit_test(a_very_long_word_is_far_away),
        cmocka_unit_test(the_nearest_word_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
