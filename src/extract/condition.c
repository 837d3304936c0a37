/*
 * extract/condition.c -- conditions on rows: `Type is "Total" and Amount is not blank`.
 */
#include "extract/profile.h"
#include "extract/profile_words.h"

#include <assert.h>

/* The tests by their words, a longer one before one that it begins with. */
static const struct {
    const char    *word[3];
    enum test_kind kind;
    bool           takes_value;
} tests[] = {
    { { "is", "not", "blank" }, TEST_NOT_BLANK, false },
    { { "is", "blank", NULL }, TEST_BLANK, false },
    { { "is", "not", NULL }, TEST_IS_NOT, true },
    { { "is", NULL, NULL }, TEST_IS, true },
    { { "starts", "with", NULL }, TEST_STARTS, true },
    { { "ends", "with", NULL }, TEST_ENDS, true },
    { { "contains", NULL, NULL }, TEST_CONTAINS, true },
};

/* ---- words to tests ---- */

/* Words of a condition, and how far they have been read. */
struct reading {
    const struct profile_word *word;
    size_t                     left;
};

static void skip(struct reading *reading, size_t words)
{
    reading->word += words;
    reading->left -= words;
}

/* How many words the test's own are, if they stand here; else 0. */
static size_t own_words(const struct reading *reading, const char *const word[3])
{
    size_t count = 0;

    for (; count < 3 && word[count] != NULL; count++)
        if (count == reading->left || !word_is(&reading->word[count], word[count]))
            return 0;
    return count;
}

/* A cell is never compared with the white space at its ends, so for the whole of a cell that of
 * the value does not count either. */
static enum err read_value(const struct profile_place *place, struct reading *reading,
                           struct test *test)
{
    const bool whole = test->kind == TEST_IS || test->kind == TEST_IS_NOT;

    if (reading->left == 0 || word_is(reading->word, "and"))
        return profile_fault(place, "the condition stops where a value should stand");
    test->value = whole ? cell_trim(reading->word->text) : reading->word->text;
    if (test->value.size == 0)
        return profile_fault(place, "a condition's value is empty: write `is blank`");
    skip(reading, 1);
    return OK;
}

static enum err read_kind(const struct profile_place *place, struct reading *reading,
                          struct test *test)
{
    static const char *const own[] = { "is", "starts", "ends", "contains" };

    for (size_t i = 0; i < COUNT(tests); i++) {
        size_t words = own_words(reading, tests[i].word);
        if (words == 0)
            continue;
        skip(reading, words);
        test->kind = tests[i].kind;
        return tests[i].takes_value ? read_value(place, reading, test) : OK;
    }
    struct text typed = reading->left > 0 ? reading->word->text : (struct text){ "", 0 };
    return profile_fault(place, "behind a condition's column stands `is`, `is not`, `starts "
                         "with`, `ends with`, `contains`, `is blank` or `is not blank`, not "
                         "'%.*s'%s", TEXT(shown_part(typed)),
                         nearest_of(place, typed, own, COUNT(own)));
}

static enum err read_test(const struct profile_place *place, struct reading *reading,
                          struct test *test)
{
    const bool only = reading->left > 0 && word_is(reading->word, "only");
    enum err err;

    if (only)
        skip(reading, 1);
    if (reading->left == 0)
        return profile_fault(place, "the condition stops where a column should stand");
    if ((err = column_read(place, reading->word, &test->column)) != OK)
        return err;
    skip(reading, 1);
    test->kind = TEST_ONLY;
    return only ? OK : read_kind(place, reading, test);
}

enum err condition_read(const struct profile_place *place, const struct profile_words *words,
                        struct condition *out)
{
    struct reading reading = { words->word, words->count };
    enum err err;

    *out = (struct condition){ .words = words->raw };
    out->test = arena_take(place->arena, words->count / 2 + 1, sizeof *out->test);
    for (;;) {
        if ((err = read_test(place, &reading, &out->test[out->count++])) != OK)
            return err;
        if (reading.left == 0)
            return OK;
        if (!word_is(reading.word, "and"))
            return profile_fault(place, "'%.*s' stands behind a test: tests are joined by `and`, "
                                 "and a value or a name with blanks stands in quotes",
                                 TEXT(shown_part(reading.word->text)));
        skip(&reading, 1);
    }
}

/* ---- tests on rows ---- */

static struct text cell_at(const struct row *row, uint32_t index)
{
    return index < row->count ? cell_trim(row->cell[index].text) : (struct text){ "", 0 };
}

static bool starts_with(struct text text, struct text value)
{
    return text.size >= value.size && memcmp(text.data, value.data, value.size) == 0;
}

static bool ends_with(struct text text, struct text value)
{
    return text.size >= value.size &&
           memcmp(text.data + text.size - value.size, value.data, value.size) == 0;
}

static bool contains(struct text text, struct text value)
{
    return text.size > 0 && memmem(text.data, text.size, value.data, value.size) != NULL;
}

/* Every cell but this one is blank. */
static bool others_are_blank(const struct row *row, uint32_t index)
{
    for (size_t i = 0; i < row->count; i++)
        if (i != index && !cell_is_blank(row->cell[i].text))
            return false;
    return true;
}

static bool test_holds(const struct test *test, const struct row *row)
{
    const struct text text = cell_at(row, test->column.index);

    switch (test->kind) {
    case TEST_IS:
        return text_equal(text, test->value);
    case TEST_IS_NOT:
        return !text_equal(text, test->value);
    case TEST_STARTS:
        return starts_with(text, test->value);
    case TEST_ENDS:
        return ends_with(text, test->value);
    case TEST_CONTAINS:
        return contains(text, test->value);
    case TEST_BLANK:
        return text.size == 0;
    case TEST_NOT_BLANK:
        return text.size > 0;
    case TEST_ONLY:
        break;
    }
    return text.size > 0 && others_are_blank(row, test->column.index);
}

bool condition_holds(const struct condition *condition, const struct row *row)
{
    for (size_t i = 0; i < condition->count; i++)
        if (!test_holds(&condition->test[i], row))
            return false;
    return true;
}
