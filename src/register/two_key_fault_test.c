/* A proposal, both keys and what they make through every fault of the lab: each step is there
 * with its agreement, its history and its trail, or not at all. */
#include "register/two_key_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "register/test_two_key_store.h"
#include "store/test_fault_lab.h"

static struct test_store made;

/* Told the same whether the fault comes in the first step or the last. */
static const struct {
    enum two_key_event event;
    int                who;
} steps[] = {
    { TWO_KEY_CHANGE, CLK_WRITER },
    { TWO_KEY_PROPOSE, CLK_WRITER },
    { TWO_KEY_AGREE, STI_HEAD },
    { TWO_KEY_AGREE, CLK_HEAD },
};

static enum err go(struct db *db, struct arena *arena, long *acknowledged,
                   struct trouble *trouble)
{
    struct two_key_place place = { 0 };
    enum err err = OK;

    for (size_t i = 0; i < COUNT(steps) && err == OK; i++) {
        struct test_deed deed = test_deed_of(arena, steps[i].event, steps[i].who, place);
        err = test_deed_do(db, &deed, trouble);
        *acknowledged += err == OK;
        place = deed.after;
    }
    return err;
}

static long gone(const char *path)
{
    const long revision = lab_ask(path, "SELECT coalesce(max(revision), 0) FROM two_key");

    assert_int_equal(lab_ask(path, "SELECT count(*) FROM two_key_step"), revision);
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM trail_text WHERE text LIKE "
                             "'%\"two_key.%'"), revision);
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM two_key_agreement"),
                     revision > 2 ? revision - 2 : 0);
    assert_int_equal(lab_ask(path, "SELECT count(*) FROM two_key WHERE version = 1"),
                     revision == 4);
    return revision;
}

static const struct lab_work going = { "two keys", COUNT(steps), go, gone };

static void a_key_is_turned_or_not(void **state)
{
    (void)state;
    lab_every_fault(&going, 1);
}

static int make(void **state)
{
    (void)state;
    test_two_key_make(&made);
    db_close(made.db);
    made.db = NULL;
    lab_open(made.url);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&made);
    lab_close();
    return 0;
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_is_turned_or_not, make, drop),
    };

    lab_begin(count > 1 ? argument[1] : NULL, TEST_CASES_DIVISOR > 1 ? 41 : 11);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
