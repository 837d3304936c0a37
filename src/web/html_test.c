/* What the writer writes, and what it does not let through. tests/html_test.py shows what does not
 * even compile. */
#include "web/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

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

/* "Sign in" and "Help" have a Gaelic; "Sign in to this" has none. */
static void a_phrase_is_said_in_the_readers_language(void **state)
{
    struct html *h = html_open(&arena);

    (void)state;
    El(h, "p") Lit(h, "Help");
    html_speak(h, GAELIC);
    El(h, "p") Lit(h, "Help");
    El(h, "p") Lit(h, "Help with it");
    El(h, "p") html_text(h, text_of("Help"));
    El(h, "option") {
        LitAttr(h, "value", "x");
        html_phrase(h, text_of("Help"));
    }
    expect(h, "<p>Help</p><p><span lang=\"gd\">Cuideachadh</span></p><p>Help with it</p><p>Help</p>"
              "<option value=\"x\" lang=\"gd\">Cuideachadh</option>");
}

static void text_is_escaped(void **state)
{
    static const struct row {
        struct text  given;
        const char  *wanted;
    } rows[] = {
        { { "plain", 5 }, "plain" },
        { { "<script>alert('x')</script>", 27 },
          "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" },
        { { "a & \"b\"", 7 }, "a &amp; &quot;b&quot;" },
        { { "&amp;", 5 }, "&amp;amp;" },
        { { "\xC3\xA9", 2 }, "\xC3\xA9" },
        { { "\xF0\x9F\x98\x80", 4 }, "\xF0\x9F\x98\x80" },
        { { "a\xC3", 2 }, "a\xEF\xBF\xBD" },
        { { "\xC0\xAF", 2 }, "\xEF\xBF\xBD\xEF\xBF\xBD" },
        { { "a\0b", 3 }, "a\xEF\xBF\xBD" "b" },
        { { "a\x1B[1m", 5 }, "a\xEF\xBF\xBD[1m" },
        { { "a\nb\tc", 5 }, "a\nb\tc" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct html *h = html_open(&arena);
        html_text(h, rows[i].given);
        expect(h, rows[i].wanted);
        h = html_open(&arena);
        El(h, "p") Attr(h, "title", rows[i].given);
        expect(h, arena_print(&arena, "<p title=\"%s\"></p>", rows[i].wanted));
    }
}

/* A second, plain reading of the law: byte for byte, of ASCII. */
static const char *escaped_slowly(const char *given)
{
    char *out = arena_take(&arena, 6 * strlen(given) + 1, 1);
    size_t size = 0;

    for (; *given != '\0'; given++) {
        const char c = *given;
        const char one[2] = { c, '\0' };
        const char *word = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;"
                           : c == '"' ? "&quot;" : c == '\'' ? "&#39;"
                           : (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F ? "\xEF\xBF\xBD"
                           : one;
        for (; *word != '\0'; word++)
            out[size++] = *word;
    }
    return out;
}

/* Every byte of ASCII at every place of a text, and texts longer than the writer has room for. */
static void any_text_is_escaped(void **state)
{
    char given[20], *longer = arena_take(&arena, 100001, 1);

    (void)state;
    for (int c = 1; c < 0x80; c++)
        for (size_t at = 0; at + 1 < sizeof given; at++) {
            memset(given, 'a', sizeof given - 1);
            given[sizeof given - 1] = '\0';
            given[at] = (char)c;
            struct html *h = html_open(&arena);
            html_text(h, text_of(given));
            expect(h, escaped_slowly(given));
        }
    for (int i = 0; i < 100000; i++)
        longer[i] = (char)(1 + i * 31 % 127);
    struct html *h = html_open(&arena);
    El(h, "p") {
        Attr(h, "title", text_of(longer));
        html_text(h, text_of(longer));
    }
    const char *wanted = escaped_slowly(longer);
    expect(h, arena_print(&arena, "<p title=\"%s\">%s</p>", wanted, wanted));
}

static void elements_close_themselves(void **state)
{
    struct html *h = html_document(&arena);

    (void)state;
    El(h, "ul") for (int i = 1; i <= 2; i++)
        El(h, "li") {
            LitAttr(h, "class", "one");
            html_int(h, -i);
            Void(h, "br");
            Lit(h, "a < b");
        }
    expect(h, "<!DOCTYPE html>\n<ul><li class=\"one\">-1<br>a &lt; b</li>"
              "<li class=\"one\">-2<br>a &lt; b</li></ul>");
}

/* What is written in one go is what El and what stands in it write. */
static void an_element_at_once_is_the_same(void **state)
{
    static const char *const texts[] = { "", "a", "abcdefgh", "abcdefghi<", "a<b & \"c\"",
                                         "1234567890123456789012345678901234", "\xC3\xA9t\xC3\xA9",
                                         "\x01", "Help" };
    struct html *h = html_open(&arena), *other = html_open(&arena);

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(texts); i++) {
        const struct text text = text_of(texts[i / 2]);
        html_speak(h, i % 2 == 0 ? ENGLISH : GAELIC);
        html_speak(other, i % 2 == 0 ? ENGLISH : GAELIC);
        El(h, "tr") {
            TextEl(h, "td", text);
            TextElWith(h, "td", "class", "number", text);
            PhraseEl(h, "td", text);
            NothingEl(h, "td");
        }
        El(other, "tr") {
            El(other, "td") html_text(other, text);
            El(other, "td") {
                LitAttr(other, "class", "number");
                html_text(other, text);
            }
            El(other, "td") html_phrase(other, text);
            El(other, "td") html_nothing(other);
        }
    }
    expect(h, arena_print(&arena, "%.*s", TEXT(html_bytes(other))));
}

static void literals_are_escaped(void **state)
{
    struct html *h = html_open(&arena);

    (void)state;
    El(h, "p") {
        LitAttr(h, "title", "one");
        LitAttr(h, "lang", "a \"b\" & 'c' <d>");
    }
    expect(h, "<p title=\"one\" lang=\"a &quot;b&quot; &amp; &#39;c&#39; &lt;d&gt;\"></p>");
}

static void returns_from_inside(struct html *h)
{
    El(h, "p") {
        Lit(h, "x");
        return;
    }
}

static void what_is_left_open_is_not_well(void **state)
{
    struct html *h = html_open(&arena);

    (void)state;
    returns_from_inside(h);
    assert_false(html_ok(h));
    h = html_open(&arena);
    El(h, "div") El(h, "p") break;
    assert_false(html_ok(h));
}

static void some_things_are_never_written(void **state)
{
    static const char *const never[] = { "style", "onclick", "onload", "srcdoc", "href", "src",
                                         "action", "formaction" };

    (void)state;
    for (size_t i = 0; i < COUNT(never); i++) {
        struct html *h = html_open(&arena);
        El(h, "p") html_attribute(h, never[i], text_of("x"));
        assert_false(html_ok(h));
    }
    struct html *h = html_open(&arena);
    El(h, "script") Lit(h, "x");
    assert_false(html_ok(h));
    h = html_open(&arena);
    El(h, "p") {
        Lit(h, "x");
        LitAttr(h, "class", "late");
    }
    assert_false(html_ok(h));
    h = html_open(&arena);
    El(h, "p") LitAttr(h, "onclick", "x");
    assert_false(html_ok(h));
    h = html_open(&arena);
    El(h, "p") Href(h, "title", Url("/"));
    assert_false(html_ok(h));
    h = html_open(&arena);
    TextEl(h, "style", text_of("x"));
    assert_false(html_ok(h));
    h = html_open(&arena);
    TextElWith(h, "p", "onclick", "x", text_of("x"));
    assert_false(html_ok(h));
    h = html_open(&arena);
    TextElWith(h, "p", "title", "a & b", text_of("x"));
    assert_false(html_ok(h));
}

static void nothing_and_numbers_are_written(void **state)
{
    struct html *h = html_open(&arena);

    (void)state;
    El(h, "p") html_nothing(h);
    El(h, "p") html_int(h, INT64_MIN);
    El(h, "td") html_int(h, 0);
    expect(h, "<p>\xE2\x80\x93</p><p>-9223372036854775808</p><td>0</td>");
}

static void addresses_are_encoded(void **state)
{
    struct url url = url_segment(&arena, url_id(&arena, Url("/jobs"), 17),
                                 (struct text){ "a/b?\"<\xC3\xA9", 8 });

    (void)state;
    assert_true(text_is(url.text, "/jobs/17/a%2Fb%3F%22%3C%C3%A9"));
    url = UrlArg(&arena, Url("/x"), "q", text_of("a&b=c d"));
    url = UrlArg(&arena, url, "r", text_of("-._~"));
    assert_true(text_is(url.text, "/x?q=a%26b%3Dc%20d&r=-._~"));
    assert_true(text_is(url_anchor(&arena, "login").text, "#login"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_phrase_is_said_in_the_readers_language, end),
        cmocka_unit_test_teardown(text_is_escaped, end),
        cmocka_unit_test_teardown(any_text_is_escaped, end),
        cmocka_unit_test_teardown(elements_close_themselves, end),
        cmocka_unit_test_teardown(an_element_at_once_is_the_same, end),
        cmocka_unit_test_teardown(literals_are_escaped, end),
        cmocka_unit_test_teardown(what_is_left_open_is_not_well, end),
        cmocka_unit_test_teardown(some_things_are_never_written, end),
        cmocka_unit_test_teardown(nothing_and_numbers_are_written, end),
        cmocka_unit_test_teardown(addresses_are_encoded, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
