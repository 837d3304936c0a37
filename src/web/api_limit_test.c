/* How often a token may call. */
#include "web/api_limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct api_limit limit;

static struct limit_left take(int64_t token, int64_t ms)
{
    return api_limit_take(&limit, token, (struct moment){ ms }, true);
}

static void a_token_calls_so_often_a_minute(void **state)
{
    (void)state;
    api_limit_begin(&limit, 3);
    for (unsigned left = 3; left-- > 0;) {
        const struct limit_left got = take(7, 1000);
        assert_true(got.counted && !got.over && got.most == 3);
        assert_int_equal(got.calls, left);
        assert_int_equal(got.reset_s, 60);
    }
    assert_true(take(7, 30000).over);
    assert_int_equal(take(7, 30002).reset_s, 31);
    assert_false(take(8, 30000).over);
    assert_true(take(7, 60999).over);
    assert_false(take(7, 61000).over);
    assert_int_equal(take(7, 61003).calls, 1);
}

static void to_look_is_not_to_call(void **state)
{
    (void)state;
    api_limit_begin(&limit, 1);
    for (int i = 0; i < 3; i++)
        assert_false(api_limit_take(&limit, 7, (struct moment){ 1 }, false).over);
    assert_false(take(7, 2).over);
    assert_true(api_limit_take(&limit, 7, (struct moment){ 3 }, false).over);
}

static void nobody_is_limited_without_a_limit_or_a_token(void **state)
{
    (void)state;
    api_limit_begin(&limit, 0);
    assert_false(take(7, 1).counted);
    api_limit_begin(&limit, 1);
    assert_false(take(0, 1).counted);
    assert_false(api_limit_take(NULL, 7, (struct moment){ 1 }, true).counted);
}

/* Eight places for those of one remainder: a ninth is let through, until a minute is over. */
static void who_finds_no_place_is_let_through(void **state)
{
    (void)state;
    api_limit_begin(&limit, 1);
    for (int64_t i = 1; i <= 8; i++)
        assert_true(take(i * LIMIT_TOKENS + 5, 1000).counted);
    assert_false(take(9 * LIMIT_TOKENS + 5, 1000).counted);
    assert_true(take(8 * LIMIT_TOKENS + 5, 1001).over);
    assert_true(take(9 * LIMIT_TOKENS + 5, 61000).counted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_calls_so_often_a_minute),
        cmocka_unit_test(to_look_is_not_to_call),
        cmocka_unit_test(nobody_is_limited_without_a_limit_or_a_token),
        cmocka_unit_test(who_finds_no_place_is_let_through),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
