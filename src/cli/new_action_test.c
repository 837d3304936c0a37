#include "cli/new_action.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/fault_io.h"
#include "base/test_folder.h"
#include "cli/folder.h"
#include "engine/ledger.h"
#include "engine/model.h"

static char home[TEST_PATH];
static struct arena arena;
static struct arena work;

static int make_home(void **state)
{
    (void)state;
    test_folder_make(home);
    return ARENA_GUARD(&arena) == 0 ? 0 : -1;
}

static int remove_home(void **state)
{
    (void)state;
    test_folder_remove(home);
    arena_free(&arena);
    arena_free(&work);
    return 0;
}

static bool is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

static void every_file_has_its_header(void **state)
{
    struct trouble trouble = { { 0 } };
    const char *path = arena_print(&arena, "%s/year", home);

    (void)state;
    assert_int_equal(folder_make(&real_outside, &arena, &work, path, "2014-15", &trouble), OK);
    assert_true(test_file_is(path, "partners.csv", "partner,name\n"));
    assert_true(test_file_is(path, "ledger/lines.csv", LEDGER_HEADER "\n"));
    assert_true(test_file_is(path, "partnership.csv",
        "key,value\nname,Shared services\nyear,2014-15\nrounding,year-to-date\n"
        "remainder,largest\nsettlement,net\nsupport_method,reciprocal\n"));
    assert_true(is_there(test_path(path, "README.md")));
    assert_false(is_there(test_path(path, "charged.csv")));
}

static void a_folder_that_is_not_empty_is_refused(void **state)
{
    struct trouble trouble = { { 0 } };

    (void)state;
    test_file_write(home, "mine.txt", "mine");
    assert_int_equal(folder_make(&real_outside, &arena, &work, home, "", &trouble), ERR_IO);
    assert_non_null(strstr(trouble.text, "not empty"));
    assert_true(test_file_is(home, "mine.txt", "mine"));
    assert_false(is_there(test_path(home, "partners.csv")));
}

static void a_file_of_that_name_is_refused(void **state)
{
    struct trouble trouble = { { 0 } };

    (void)state;
    test_file_write(home, "mine.txt", "mine");
    assert_int_equal(folder_make(&real_outside, &arena, &work, test_path(home, "mine.txt"), "",
                                 &trouble),
                     ERR_IO);
    assert_true(test_file_is(home, "mine.txt", "mine"));
}

/* Whatever call fails: an error, and nothing left behind. */
static void a_failure_leaves_nothing_behind(void **state)
{
    struct trouble trouble = { { 0 } };
    const char *path = arena_print(&arena, "%s/year", home);

    (void)state;
    fault_io_plan(&real_outside, 0, false, 0);
    assert_int_equal(folder_make(&fault_outside, &arena, &work, path, "", &trouble), OK);
    long calls = fault_io_calls();
    test_folder_remove(path);
    for (long nth = 1; nth <= calls; nth++) {
        trouble = (struct trouble){ { 0 } };
        fault_io_plan(&real_outside, nth, false, ENOSPC);
        enum err err = folder_make(&fault_outside, &arena, &work, path, "", &trouble);

        if (err != OK && is_there(path))
            fail_msg("call %ld of %ld: something is left", nth, calls);
        if (err == OK && !is_there(test_path(path, "partners.csv")))
            fail_msg("call %ld of %ld: said to be made", nth, calls);
        if (err != OK && trouble.text[0] == '\0')
            fail_msg("call %ld of %ld: without a message", nth, calls);
        assert_int_equal(fault_io_open_files(), 0);
        if (err == OK)
            test_folder_remove(path);
    }
}

/* The plain words name the files that the engine reads, all of them, in its order, each with
 * its columns. */
static void the_table_names_the_engines_files(void **state)
{
    size_t rank = FILE_PARTNERSHIP;

    (void)state;
    for (const struct folder_file *file = folder_files; file->name != NULL; file++) {
        if (strchr(file->name, '/') != NULL) {
            assert_string_equal(folder_header(&arena, file), LEDGER_HEADER "\n");
            continue;
        }
        assert_string_equal(file->name, model_file_name[rank]);
        const char *header = model_file_header((enum file_rank)rank);
        assert_string_equal(folder_header(&arena, file), arena_print(&arena, "%s\n", header));
        rank++;
    }
    assert_int_equal(rank, FILE_BOOK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_file_has_its_header, make_home, remove_home),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_empty_is_refused, make_home,
                                        remove_home),
        cmocka_unit_test_setup_teardown(a_file_of_that_name_is_refused, make_home, remove_home),
        cmocka_unit_test_setup_teardown(a_failure_leaves_nothing_behind, make_home, remove_home),
        cmocka_unit_test_setup_teardown(the_table_names_the_engines_files, make_home,
                                        remove_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
