#include "store/keyring_io.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "base/fault_io.h"
#include "base/secret_outside.h"
#include "base/test_folder.h"

static char home[TEST_PATH];
static struct arena arena;
static const struct text councils[] = { { "CLK", 3 }, { "STI", 3 } };

static int make_home(void **state)
{
    (void)state;
    test_folder_make(home);
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    test_folder_remove(home);
    arena_free(&arena);
    return 0;
}

static const char *in_home(const char *name)
{
    return arena_print(&arena, "%s/%s", home, name);
}

static struct keyring make_keys(void)
{
    struct keyring keyring;

    assert_int_equal(keyring_make(&secret_outside, &arena, in_home("keys"), councils,
                                  COUNT(councils), &keyring, NULL), OK);
    return keyring;
}

static void the_same_keys_come_back(void **state)
{
    const struct keyring made = make_keys();
    struct keyring opened;

    (void)state;
    assert_int_equal(keyring_open(&real_outside, &arena, in_home("keys"), &opened, NULL), OK);
    assert_memory_equal(&opened.public, &made.public, sizeof made.public);
    assert_memory_equal(&opened.secret, &made.secret, sizeof made.secret);
    assert_int_equal(opened.masters, COUNT(councils));
    for (size_t i = 0; i < COUNT(councils); i++)
        assert_memory_equal(keyring_master(&opened, councils[i]),
                            keyring_master(&made, councils[i]), sizeof(struct master_key));
    assert_memory_not_equal(keyring_master(&made, councils[0]), keyring_master(&made, councils[1]),
                            sizeof(struct master_key));
    assert_null(keyring_master(&opened, text_of("FAL")));
}

static void keys_that_are_there_are_never_replaced(void **state)
{
    struct keyring keyring;
    struct trouble trouble = { 0 };

    (void)state;
    (void)make_keys();
    assert_int_equal(keyring_make(&secret_outside, &arena, in_home("keys"), councils,
                                  COUNT(councils), &keyring, &trouble), ERR_IO);
    assert_non_null(strstr(trouble.text, "keys"));
}

/* What stands in the folder, how it is spoilt, and what is said of it. */
static const struct {
    const char *name;
    const char *text;       /* NULL: removed */
    mode_t      mode;
    enum err    err;
    const char *said;
} rows[] = {
    { "server.key", NULL,                  0600, ERR_MISSING, "server.key" },
    { "server.key", "not a key\n",         0600, ERR_CHECK,   "server.key" },
    { "server.pub", NULL,                  0600, ERR_IO,      "server.pub" },
    { "CLK.master", "0123\n",              0600, ERR_CHECK,   "64 hex digits" },
    { "STI.master", "zz23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0600,
                                                 ERR_CHECK,   "STI.master" },
    { "STI.master", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0640,
                                                 ERR_RIGHTS,  "chmod go=" },
    { "STI.master", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0600,
                                                 OK,          "" },
};

static void a_spoilt_key_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct keyring keyring;
        struct trouble trouble = { 0 };
        const char *folder = in_home("keys");
        const char *path = arena_print(&arena, "%s/%s", folder, rows[i].name);

        (void)make_keys();
        assert_int_equal(unlink(path), 0);
        if (rows[i].text != NULL) {
            test_bytes_write(path, rows[i].text, strlen(rows[i].text));
            assert_int_equal(chmod(path, rows[i].mode), 0);
        }
        assert_int_equal(keyring_open(&real_outside, &arena, folder, &keyring, &trouble),
                         rows[i].err);
        if (strstr(trouble.text, rows[i].said) == NULL)
            fail_msg("row %zu: %s", i, trouble.text);
        test_folder_remove(folder);
    }
}

static void a_folder_that_others_may_enter_is_refused(void **state)
{
    struct keyring keyring;

    (void)state;
    (void)make_keys();
    assert_int_equal(chmod(in_home("keys"), 0755), 0);
    assert_int_equal(keyring_open(&real_outside, &arena, in_home("keys"), &keyring, NULL),
                     ERR_RIGHTS);
}

/* Each call of the system fails in turn: the folder is there whole or not at all. */
static void half_a_keyring_is_never_left(void **state)
{
    struct keyring keyring;
    long calls = 1;

    (void)state;
    for (long nth = 0; nth <= calls; nth++) {
        fault_io_plan(&secret_outside, nth, true, ENOSPC);
        enum err err = keyring_make(&fault_outside, &arena, in_home("keys"), councils,
                                    COUNT(councils), &keyring, NULL);
        if (nth == 0)
            calls = fault_io_calls();
        assert_int_equal(fault_io_open_files(), 0);
        assert_int_equal(err == OK, nth == 0);
        fault_io_plan(&real_outside, 0, false, 0);
        if (keyring_open(&real_outside, &arena, in_home("keys"), &keyring, NULL) == OK)
            test_folder_remove(in_home("keys"));
        else
            assert_int_equal(access(in_home("keys"), F_OK), -1);
    }
    assert_true(calls > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_keys_come_back, make_home, remove_home),
        cmocka_unit_test_setup_teardown(keys_that_are_there_are_never_replaced, make_home,
                                        remove_home),
        cmocka_unit_test_setup_teardown(a_spoilt_key_is_named, make_home, remove_home),
        cmocka_unit_test_setup_teardown(a_folder_that_others_may_enter_is_refused, make_home,
                                        remove_home),
        cmocka_unit_test_setup_teardown(half_a_keyring_is_never_left, make_home, remove_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
