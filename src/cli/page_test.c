#include "cli/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* What `write` prints, compared and freed. */
static void check_page(enum page_form form, void (*write)(struct page *), const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct page page = { out, form };

    write(&page);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void write_words(struct page *page)
{
    page_wrap(page->out, 2, 4,
              "one two three four five six seven eight nine ten eleven twelve thirteen fourteen");
}

static void text_is_wrapped_at_79_columns(void **state)
{
    (void)state;
    check_page(PAGE_TEXT, write_words,
               "  one two three four five six seven eight nine ten eleven twelve thirteen\n"
               "    fourteen\n");
}

static void write_hard_blank(struct page *page)
{
    page_wrap(page->out, 0, 0,
              "12345678901234567890123456789012345678901234567890123456789012345678901 "
              "[--out" HARD_BLANK "DIR]");
}

static void a_hard_blank_breaks_no_line(void **state)
{
    (void)state;
    check_page(PAGE_TEXT, write_hard_blank,
               "12345678901234567890123456789012345678901234567890123456789012345678901\n"
               "[--out DIR]\n");
}

static void write_long_word(struct page *page)
{
    page_wrap(page->out, 0, 2,
              "a 1234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0 b");
}

static void a_word_longer_than_the_line_stands_alone(void **state)
{
    (void)state;
    check_page(PAGE_TEXT, write_long_word,
               "a\n"
               "  12345678901234567890123456789012345678901234567890123456789012345678901234567890"
               "\n  b\n");
}

static void write_small_page(struct page *page)
{
    page_open(page, "ochil-x", 1, "does_a thing");
    page_section(page, "options");
    page_term(page, "-o, --out DIR", "Where.");
    page_paragraphs(page, "One.\n\n    as it * is\n    two\n\nEnd.");
}

static void one_page_as_text_and_as_scdoc(void **state)
{
    (void)state;
    check_page(PAGE_TEXT, write_small_page,
               "NAME\n    ochil-x - does_a thing\n\n"
               "OPTIONS\n    -o, --out DIR\n        Where.\n\n"
               "    One.\n\n        as it * is\n        two\n\n    End.\n\n");
    check_page(PAGE_SCDOC, write_small_page,
               "ochil-x(1)\n\n# NAME\n\nochil\\-x \\- does\\_a thing\n\n"
               "# OPTIONS\n\n*\\-o, \\-\\-out DIR*\n\tWhere\\.\n\n"
               "One\\.\n\n```\nas it * is\ntwo\n```\n\nEnd\\.\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_wrapped_at_79_columns),
        cmocka_unit_test(a_hard_blank_breaks_no_line),
        cmocka_unit_test(a_word_longer_than_the_line_stands_alone),
        cmocka_unit_test(one_page_as_text_and_as_scdoc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
