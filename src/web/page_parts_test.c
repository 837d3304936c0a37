/* The parts of pages, the menu and the words. */
#include "web/page_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "web/menu.h"

static struct arena arena;

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void expect(struct html *h, const char *wanted)
{
    const struct text got = html_bytes(h);

    assert_true(html_ok(h));
    assert_string_equal(arena_copy(&arena, got.data, got.size), wanted);
}

static void money_is_shown_with_its_thousands(void **state)
{
    static const struct row {
        wide        pence;
        const char *wanted;
    } rows[] = {
        { 0, "\u00A30.00" },
        { 7, "\u00A30.07" },
        { -7, "-\u00A30.07" },
        { 99999, "\u00A3999.99" },
        { 100000, "\u00A31,000.00" },
        { -100000, "-\u00A31,000.00" },
        { 791679512, "\u00A37,916,795.12" },
        { -99999999, "-\u00A3999,999.99" },
        { (wide)999999999999999999, "\u00A39,999,999,999,999,999.99" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct html *h = html_open(&arena);
        page_money(h, rows[i].pence);
        expect(h, arena_print(&arena, "<td class=\"number\">%s</td>", rows[i].wanted));
    }
}

static void a_table_has_caption_and_scopes(void **state)
{
    static const struct column columns[] = { { "Pool", COLUMN_WORDS }, { "Rows", COLUMN_NUMBER } };
    struct html *h = html_open(&arena);

    (void)state;
    Table(h, "Pools & rows", columns) El(h, "tr") {
        page_row_head(h, text_of("SS-101"));
        page_number(h, -12);
    }
    expect(h, "<section class=\"scroll\" tabindex=\"0\" aria-label=\"Pools &amp; rows\"><table>"
              "<caption>Pools &amp; rows</caption><thead><tr><th scope=\"col\">Pool</th>"
              "<th scope=\"col\" class=\"number\">Rows</th></tr></thead><tbody><tr>"
              "<th scope=\"row\">SS-101</th><td class=\"number\">-12</td></tr></tbody></table>"
              "</section>");
}

static void tabs_say_where_one_is(void **state)
{
    const struct tab tabs[] = { { "All", Url("/jobs") }, { "Mine", Url("/jobs/mine") } };
    struct html *h = html_open(&arena);

    (void)state;
    page_tabs(h, "Jobs", tabs, COUNT(tabs), 1);
    expect(h, "<nav class=\"tabs\" aria-label=\"Jobs\"><ul><li><a href=\"/jobs\">All</a></li><li>"
              "<a href=\"/jobs/mine\" aria-current=\"page\">Mine</a></li></ul></nav>");
}

static void states_are_words_in_a_box(void **state)
{
    struct html *h = html_open(&arena);

    (void)state;
    page_tag(h, TAG_BAD, "failed");
    page_empty(h, "Nothing yet.", "Begin.");
    expect(h, "<span class=\"ds_tag ds_tag--red\">failed</span><div class=\"empty\">"
              "<h2>Nothing yet.</h2><p>Begin.</p></div>");
}

static void a_page_belongs_to_its_row_of_the_menu(void **state)
{
    static const struct row {
        const char *path, *wanted;      /* NULL: none */
    } rows[] = {
        { "/", "/" }, { "/jobs", "/jobs" }, { "/jobs/7", "/jobs" }, { "/jobsworth", NULL },
        { "/login", NULL }, { "/help/job-list", "/help" }, { "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct menu_row *row = menu_at(text_of(rows[i].path));
        if (rows[i].wanted == NULL)
            assert_null(row);
        else
            assert_string_equal(row->path, rows[i].wanted);
    }
}

static void a_section_stands_together(void **state)
{
    (void)state;
    for (size_t i = 0; i < menu_rows; i++)
        for (size_t later = i + 2; later < menu_rows; later++)
            assert_true(menu[later].section != menu[i].section ||
                        menu[later - 1].section == menu[i].section);
}

static void a_word_without_gaelic_is_english(void **state)
{
    enum language is;
    enum word found;

    (void)state;
    assert_string_equal(word_in(WORD_HOME, GAELIC, &is), "Dachaigh");
    assert_int_equal(is, GAELIC);
    assert_string_equal(word_in(WORD_HOME, ENGLISH, &is), "Home");
    assert_int_equal(is, ENGLISH);
    assert_string_equal(word_in(WORD_JOBS, GAELIC, &is), "Jobs");
    assert_int_equal(is, ENGLISH);
    for (enum word word = 0; word < WORDS; word++) {
        assert_true(word_find(text_of(word_name(word)), &found));
        assert_int_equal(found, word);
    }
    assert_false(word_find(text_of("HOM"), &found));
    assert_false(word_find(text_of(""), &found));
}

static void an_address_that_was_sent_is_one_of_ours(void **state)
{
    static const char *const good[] = { "/", "/jobs", "/jobs?below=7&a=%20+b" };
    static const char *const bad[] = { "", "//evil.example", "jobs", "https://evil.example",
                                       "/\\evil", "/jobs\r\nX: y", "/a b", "/@", "/a:b", "/#x" };
    struct url url;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(url_sent(text_of(good[i]), &url));
        assert_true(text_is(url.text, good[i]));
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(url_sent(text_of(bad[i]), &url));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_is_shown_with_its_thousands),
        cmocka_unit_test(a_table_has_caption_and_scopes),
        cmocka_unit_test(tabs_say_where_one_is),
        cmocka_unit_test(states_are_words_in_a_box),
        cmocka_unit_test(a_page_belongs_to_its_row_of_the_menu),
        cmocka_unit_test(a_section_stands_together),
        cmocka_unit_test(a_word_without_gaelic_is_english),
        cmocka_unit_test(an_address_that_was_sent_is_one_of_ours),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
