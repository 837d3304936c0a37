/* Which heads are let in, routes, forms, cookies and origins: all that is pure. */
#include "web/http_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "web/credential.h"
#include "web/form_fields.h"
#include "web/form_json.h"
#include "web/http_listen.h"
#include "web/origin.h"
#include "web/route.h"

static struct arena arena;

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct text nothing(void)
{
    return (struct text){ 0 };
}

/* --- heads --- */

/* "Name: value" lines, ended by an empty one, into a request. */
static void read_lines(const char *lines, struct http_request *request)
{
    while (*lines != '\0') {
        const char *colon = strchr(lines, ':'), *line_end = strchr(lines, '\n');
        request->header[request->headers++] = (struct http_header){
            { lines, (size_t)(colon - lines) },
            { colon + 2, (size_t)(line_end - colon - 2) } };
        lines = line_end + 1;
    }
}

static void heads_are_judged(void **state)
{
    static const struct http_names names = { { "ochil.example.org", "localhost:8080", NULL } };
    static const struct row {
        const char *why, *target, *lines;
        int         status;
    } rows[] = {
        { "plain", "/", "Host: localhost:8080\n", 0 },
        { "the other name, in capitals", "/a?b", "host: OCHIL.example.org\n", 0 },
        { "a length", "/", "Host: localhost:8080\nContent-Length: 17\n", 0 },
        { "no Host", "/", "Accept: x\n", 400 },
        { "two", "/", "Host: localhost:8080\nHost: localhost:8080\n", 400 },
        { "another port", "/", "Host: localhost:8081\n", 421 },
        { "a name that begins alike", "/", "Host: localhost:8080.evil\n", 421 },
        { "no name", "/", "Host: \n", 421 },
        { "two lengths", "/", "Host: localhost:8080\nContent-Length: 1\ncontent-length: 1\n", 400 },
        { "a signed length", "/", "Host: localhost:8080\nContent-Length: +1\n", 400 },
        { "an empty length", "/", "Host: localhost:8080\nContent-Length: \n", 400 },
        { "a huge length", "/", "Host: localhost:8080\nContent-Length: 9999999999999999\n", 400 },
        { "chunks", "/", "Host: localhost:8080\nTransfer-Encoding: chunked\n", 411 },
        { "identity", "/", "Host: localhost:8080\nTransfer-Encoding: identity\n", 411 },
        { "both", "/", "Host: localhost:8080\nContent-Length: 1\nTransfer-Encoding: x\n", 400 },
        { "a blank in a name", "/", "Host: localhost:8080\nA b: c\n", 400 },
        { "a control character", "/", "Host: localhost:8080\nA: c\x01\n", 400 },
        { "a blank behind a value", "/", "Host: localhost:8080\nA: c \n", 400 },
        { "two Origins", "/", "Host: localhost:8080\nOrigin: a\nOrigin: b\n", 400 },
        { "no path", "*", "Host: localhost:8080\n", 400 },
        { "a whole address", "http://localhost:8080/", "Host: localhost:8080\n", 400 },
        { "a fragment", "/a#b", "Host: localhost:8080\n", 400 },
        { "not ASCII", "/\xC3\xA9", "Host: localhost:8080\n", 400 },
        { "up", "/a/../b", "Host: localhost:8080\n", 400 },
        { "up at the end", "/a/..", "Host: localhost:8080\n", 400 },
        { "here", "/./b?c", "Host: localhost:8080\n", 400 },
        { "up, encoded", "/%2e./b", "Host: localhost:8080\n", 400 },
        { "up, wholly", "/a%2F%2E%2e", "Host: localhost:8080\n", 400 },
        { "a NUL, encoded", "/a%00", "Host: localhost:8080\n", 400 },
        { "dots within", "/a..b/...", "Host: localhost:8080\n", 0 },
        { "dots in the query", "/a?b=/../c%00", "Host: localhost:8080\n", 0 },
        { "no encoding", "/%2/%zz%", "Host: localhost:8080\n", 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_request request = { .method = HTTP_GET, .target = text_of(rows[i].target) };
        read_lines(rows[i].lines, &request);
        const int status = http_head_judge(&request, &names);
        if (status != rows[i].status)
            fail_msg("%s: %d", rows[i].why, status);
    }
    struct http_request brew = { .method = HTTP_OTHER, .target = text_of("/") };
    read_lines("Host: localhost:8080\n", &brew);
    assert_int_equal(http_head_judge(&brew, &names), 501);
}

/* The layout of a head as libmicrohttpd leaves it: slices of one buffer. */
static bool layout_of(const char *head, size_t version_at, const char *const cut[], size_t count)
{
    struct http_header header[4];
    const char *from = head;

    for (size_t i = 0; i < count; i++) {
        const char *line = strstr(from, cut[i]);
        const char *colon = strchr(line, ':');
        const size_t blanks = strspn(colon + 1, " ");
        header[i] = (struct http_header){ { line, (size_t)(colon - line) },
                                          { colon + 1 + blanks,
                                            strlen(cut[i]) - (size_t)(colon + 1 - line) -
                                                blanks } };
        from = line + strlen(cut[i]);
    }
    const struct http_layout layout = { { head, 3 }, { head + 4, version_at - 5 },
                                        { head + version_at, 8 }, header, count, strlen(head) };
    return http_layout_plain(&layout);
}

static void a_head_has_one_layout(void **state)
{
    static const char *const two[] = { "Host: a", "X: y" };
    static const char *const close[] = { "Host:a", "X: y" };

    (void)state;
    assert_true(layout_of("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n", 6, two, 2));
    assert_true(layout_of("GET / HTTP/1.1\r\nHost:a\r\nX: y\r\n\r\n", 6, close, 2));
    assert_false(layout_of("GET / HTTP/1.1\nHost: a\r\nX: y\r\n\r\n", 6, two, 2));
    assert_false(layout_of("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 6, two, 2));
    assert_false(layout_of("GET / HTTP/1.1\r\nHost: a\r\nX: y\n\r\n", 6, two, 2));
    assert_false(layout_of("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\n", 6, two, 2));
    assert_false(layout_of("GET / HTTP/1.1\r\nHost: a\r\n b\r\nX: y\r\n\r\n", 6, two, 2));
}

/* --- routes --- */

static void routes_match(void **state)
{
    static const char hex[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    static const struct row {
        const char *route, *path;
        const char *value;      /* of the first name; NULL: no match; "": no names */
    } rows[] = {
        { "/", "/", "" },
        { "/", "/a", NULL },
        { "/jobs", "/jobs", "" },
        { "/jobs", "/jobs/", NULL },
        { "/jobs", "/job", NULL },
        { "/jobs", "/Jobs", NULL },
        { "/jobs", "/%6Aobs", NULL },
        { "/jobs/{job}", "/jobs/7", "7" },
        { "/jobs/{job}", "/jobs/999999999999999999", "999999999999999999" },
        { "/jobs/{job}", "/jobs/1000000000000000000", NULL },
        { "/jobs/{job}", "/jobs/07", NULL },
        { "/jobs/{job}", "/jobs/0", NULL },
        { "/jobs/{job}", "/jobs/-1", NULL },
        { "/jobs/{job}", "/jobs/", NULL },
        { "/jobs/{job}", "/jobs/7/8", NULL },
        { "/jobs/{job}/end", "/jobs/7/end", "7" },
        { "/jobs/{job}/end", "/jobs/7", NULL },
        { "/first/{token:secret}", "/first/x", NULL },
        { "/api/v1/c/{code:word}", "/api/v1/c/CLK-1", "CLK-1" },
        { "/api/v1/c/{code:word}", "/api/v1/c/..", NULL },
        { "/api/v1/c/{code:word}", "/api/v1/c/a%2Fb", NULL },
    };
    struct route_values values;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const bool matches = route_matches(rows[i].route, text_of(rows[i].path), &values);
        if (matches != (rows[i].value != NULL))
            fail_msg("%s %s", rows[i].route, rows[i].path);
        if (matches && rows[i].value != NULL && rows[i].value[0] != '\0')
            assert_true(text_is(values.value[0], rows[i].value));
        assert_true(route_sane(rows[i].route));
    }
    const char *path = arena_print(&arena, "/first/%s", hex);
    assert_true(route_matches("/first/{token:secret}", text_of(path), &values));
    assert_true(text_is(route_value(&values, "token"), hex));
    assert_null(route_value(&values, "job").data);
    assert_int_equal(route_number(text_of("999999999999999999")), 999999999999999999);
}

static void routes_are_looked_at_first(void **state)
{
    static const char *const wrong[] = { "jobs", "/jobs/", "//", "/{a:b}", "/{}", "/a b",
                                         "/{a}/{b}/{c}/{d}/{e}", "" };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(route_sane(wrong[i]));
    assert_true(route_overlaps("/jobs/{job}", "/jobs/{other}"));
    assert_true(route_overlaps("/c/{code:word}", "/c/new"));
    assert_false(route_overlaps("/jobs/{job}", "/jobs/new"));
    assert_false(route_overlaps("/jobs/{job}", "/jobs"));
    assert_false(route_overlaps("/jobs", "/jobs/{job}"));
}

/* --- forms --- */

static void forms_are_read_in_one_way(void **state)
{
    static const struct row {
        const char *encoded;
        const char *value;      /* of "a"; NULL: refused */
    } rows[] = {
        { "a=b", "b" },
        { "a=", "" },
        { "x=1&a=b+c%20d%2B", "b c d+" },
        { "a=b=c", "b=c" },
        { "a=%C3%A9", "\xC3\xA9" },
        { "%61=b", "b" },
        { "a=1%0D%0A2%0D3%0A", "1\n2\r3\n" },
        { "a", NULL },
        { "a=b&", NULL },
        { "&a=b", NULL },
        { "=b", NULL },
        { "a=b&a=c", NULL },
        { "a=b&%61=c", NULL },
        { "a=%", NULL },
        { "a=%4", NULL },
        { "a=%4g", NULL },
        { "a=%00", NULL },
        { "a=%FF", NULL },
        { "a=%C3", NULL },
    };
    struct form form;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const bool read = form_read(&arena, text_of(rows[i].encoded), &form);
        if (read != (rows[i].value != NULL) ||
            (read && !text_is(form_value(&form, "a"), rows[i].value)))
            fail_msg("%s", rows[i].encoded);
    }
    assert_true(form_read(&arena, text_of(""), &form));
    assert_null(form_value(&form, "a").data);
}

static void json_is_a_flat_form(void **state)
{
    static const char *const refused[] = { "[]", "1", "{", "{\"a\":1}x", "{\"a\":1.0}",
                                           "{\"a\":{}}", "{\"a\":[]}", "{\"a\":1,\"a\":1}",
                                           "{\"a\":\"\\u0000\"}", "{\"a\":\"\xFF\"}" };
    struct form form;

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++)
        if (form_read_json(&arena, text_of(refused[i]), &form))
            fail_msg("%s", refused[i]);
    assert_true(form_read_json(&arena, text_of("{\"a\":\"x\",\"b\":-7,\"c\":true,\"d\":null}"),
                               &form));
    assert_true(text_is(form_value(&form, "a"), "x"));
    assert_true(text_is(form_value(&form, "b"), "-7"));
    assert_true(text_is(form_value(&form, "c"), "true"));
    assert_null(form_value(&form, "d").data);
}

/* --- cookies, tokens, origins --- */

static void cookies_are_found(void **state)
{
    static const struct row {
        const char *header, *value;
    } rows[] = {
        { "__Host-ochil=abc", "abc" },
        { "a=b; __Host-ochil=abc; c=d", "abc" },
        { "a=b;__Host-ochil=abc", "abc" },
        { "__Host-ochil=", "" },
        { "ochil=abc", NULL },
        { "x__Host-ochil=abc", NULL },
        { "__Host-ochil", NULL },
        { "__Host-ochil=abc; __Host-ochil=def", NULL },
        { "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct text value = cookie_value(text_of(rows[i].header), COOKIE_NAME);
        if ((value.data != NULL) != (rows[i].value != NULL) ||
            (value.data != NULL && !text_is(value, rows[i].value)))
            fail_msg("%s", rows[i].header);
    }
    assert_null(cookie_value(nothing(), COOKIE_NAME).data);
    assert_true(text_is(bearer_value(text_of("Bearer x")), "x"));
    assert_true(text_is(bearer_value(text_of("bearer x")), "x"));
    assert_null(bearer_value(text_of("Basic x")).data);
    assert_null(bearer_value(text_of("Bearer ")).data);
    assert_null(bearer_value(nothing()).data);
}

static void origins_are_compared(void **state)
{
    static const struct row {
        const char *lines, *origin;
        bool        ours;
    } rows[] = {
        { "Host: a:1\nOrigin: http://a:1\n", NULL, true },
        { "Host: a:1\nOrigin: http://a:1\nSec-Fetch-Site: same-origin\n", NULL, true },
        { "Host: a:1\nSec-Fetch-Site: same-origin\n", NULL, true },
        { "Host: a:1\n", NULL, false },
        { "Host: a:1\nOrigin: null\n", NULL, false },
        { "Host: a:1\nOrigin: https://a:1\n", NULL, false },
        { "Host: a:1\nOrigin: http://a:12\n", NULL, false },
        { "Host: a:1\nOrigin: http://a\n", NULL, false },
        { "Host: a:1\nOrigin: http://a:1\nSec-Fetch-Site: cross-site\n", NULL, false },
        { "Host: a:1\nSec-Fetch-Site: same-site\n", NULL, false },
        { "Host: a:1\nSec-Fetch-Site: none\n", NULL, false },
        { "Host: b\nOrigin: https://b\n", "https://b", true },
        { "Host: b\nOrigin: http://b\n", "https://b", false },
        { "Host: b\nOrigin: https://b.evil\n", "https://b", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_request request = { .method = HTTP_POST };
        read_lines(rows[i].lines, &request);
        if (origin_is_ours(&request, rows[i].origin) != rows[i].ours)
            fail_msg("%s", rows[i].lines);
    }
    assert_true(http_origin_sane("https://ochil.example.org"));
    assert_true(http_origin_sane("http://localhost:8080"));
    assert_false(http_origin_sane("https://ochil.example.org/"));
    assert_false(http_origin_sane("https://OCHIL"));
    assert_false(http_origin_sane("ftp://a"));
    assert_false(http_origin_sane("https://"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(heads_are_judged, end),
        cmocka_unit_test_teardown(a_head_has_one_layout, end),
        cmocka_unit_test_teardown(routes_match, end),
        cmocka_unit_test_teardown(routes_are_looked_at_first, end),
        cmocka_unit_test_teardown(forms_are_read_in_one_way, end),
        cmocka_unit_test_teardown(json_is_a_flat_form, end),
        cmocka_unit_test_teardown(cookies_are_found, end),
        cmocka_unit_test_teardown(origins_are_compared, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
