#include "formats/folder_io.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/fault_io.h"
#include "base/test_folder.h"

static char home[TEST_PATH];
static struct arena arena;

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

static const char *listed(struct source *source, const char *folder)
{
    struct trouble trouble = { 0 };
    struct text *names;
    size_t count;
    char *all = arena_print(&arena, "%s", "");
    enum err err = source->list(source, &arena, folder, &names, &count, &trouble);

    if (err != OK)
        return arena_print(&arena, "%d %s", err, trouble.text);
    for (size_t i = 0; i < count; i++)
        all = arena_print(&arena, "%s%s%.*s", all, i == 0 ? "" : " ", TEXT(names[i]));
    return all;
}

static void lists_regular_csv_files_only(void **state)
{
    struct folder_source folder;
    char linked[TEST_PATH * 2];

    (void)state;
    assert_int_equal(mkdir(test_path(home, "ledger"), 0777), 0);
    assert_int_equal(mkdir(test_path(home, "ledger/folder.csv"), 0777), 0);
    assert_int_equal(mkdir(test_path(home, "budget"), 0777), 0);
    test_file_write(home, "elsewhere", "b");
    test_file_write(home, "ledger/b.csv", "b");
    test_file_write(home, "ledger/B.csv", "B");
    test_file_write(home, "ledger/.hidden.csv", "");
    test_file_write(home, "ledger/notes.txt", "");
    assert_int_equal(symlink("../elsewhere", test_path(home, "ledger/a-link.csv")), 0);

    assert_int_equal(folder_source_open(&folder, &real_outside, home, NULL), OK);
    assert_string_equal(listed(&folder.source, "ledger"),
                        "ledger/B.csv ledger/a-link.csv ledger/b.csv");
    assert_string_equal(listed(&folder.source, "budget"), "");
    assert_memory_equal(listed(&folder.source, "forecast"), "6 ", 2);
    assert_memory_equal(listed(&folder.source, "elsewhere"), "6 ", 2);

    (void)snprintf(linked, sizeof linked, "%s", test_path(home, "ledger/lost.csv"));
    assert_int_equal(symlink("nowhere", linked), 0);
    assert_string_equal(listed(&folder.source, "ledger"),
                        arena_print(&arena, "3 %s: No such file or directory", linked));
    folder_source_close(&folder);
}

static void reads_and_names_what_it_cannot(void **state)
{
    struct folder_source folder;
    struct trouble trouble = { 0 };
    struct text text;

    (void)state;
    test_file_write(home, "pools.csv", "pool\n");
    assert_int_equal(mkdir(test_path(home, "bases.csv"), 0777), 0);
    assert_int_equal(mkfifo(test_path(home, "pipe.csv"), 0666), 0);
    assert_int_equal(folder_source_open(&folder, &real_outside, home, NULL), OK);
    struct source *source = &folder.source;
    assert_int_equal(source_read_all(source, &arena, "pools.csv", 99, &text, &trouble), OK);
    assert_true(text_is(text, "pool\n"));
    assert_int_equal(source_read_all(source, &arena, "pools.csv", 4, &text, NULL), ERR_USAGE);
    assert_int_equal(source_read_all(source, &arena, "none.csv", 99, &text, NULL), ERR_MISSING);
    assert_int_equal(source_read_all(source, &arena, "pools.csv/x", 9, &text, NULL),
                     ERR_MISSING);
    assert_int_equal(source_read_all(source, &arena, "bases.csv", 99, &text, NULL), ERR_IO);
    assert_int_equal(source_read_all(source, &arena, "pipe.csv", 99, &text, &trouble), ERR_IO);
    assert_string_equal(trouble.text, arena_print(&arena, "%s/pipe.csv: not a regular file",
                                                  home));
    folder_source_close(&folder);

    assert_int_equal(folder_source_open(&folder, &real_outside, test_path(home, "none"), NULL),
                     ERR_IO);
    assert_int_equal(folder_source_open(&folder, &real_outside, test_path(home, "pools.csv"),
                                        NULL), ERR_IO);
}

static void closes_what_was_left_open(void **state)
{
    struct folder_source folder;
    struct stream *stream;

    (void)state;
    test_file_write(home, "pools.csv", "pool\n");
    fault_io_plan(&real_outside, 0, false, 0);
    assert_int_equal(folder_source_open(&folder, &fault_outside, home, NULL), OK);
    struct source *source = &folder.source;
    for (int i = 0; i < FOLDER_STREAMS_MAX; i++)
        assert_int_equal(source->open(source, &arena, "pools.csv", &stream, NULL), OK);
    struct stream *last = stream;
    assert_int_equal(source->open(source, &arena, "pools.csv", &stream, NULL), ERR_IO);
    last->close(last);
    assert_int_equal(source->open(source, &arena, "pools.csv", &stream, NULL), OK);
    assert_int_equal(fault_io_open_files(), FOLDER_STREAMS_MAX);
    folder_source_close(&folder);
    assert_int_equal(fault_io_open_files(), 0);
}

static enum err read_everything(struct trouble *trouble)
{
    struct folder_source folder;
    struct text *names, text;
    size_t count;
    enum err err = folder_source_open(&folder, &fault_outside, home, trouble);

    if (err != OK)
        return err;
    struct source *source = &folder.source;
    err = source->list(source, &arena, "ledger", &names, &count, trouble);
    for (size_t i = 0; err == OK && i < count; i++)
        err = source_read_all(source, &arena, names[i].data, 1 << 20, &text, trouble);
    folder_source_close(&folder);
    return err;
}

/* A close that fails loses nothing: only then may it go unnoticed. */
static void every_failing_call_is_told(void **state)
{
    struct trouble trouble = { 0 };

    (void)state;
    assert_int_equal(mkdir(test_path(home, "ledger"), 0777), 0);
    test_file_write(home, "ledger/a.csv", "a");
    test_file_write(home, "ledger/b.csv", "b");
    fault_io_plan(&real_outside, 0, false, 0);
    assert_int_equal(read_everything(&trouble), OK);
    long calls = fault_io_calls(), unnoticed = 0;
    for (long nth = 1; nth <= calls; nth++) {
        trouble.text[0] = '\0';
        fault_io_plan(&real_outside, nth, nth % 2 == 0, EIO);
        enum err err = read_everything(&trouble);
        assert_true(err == ERR_IO || err == OK);
        assert_true(err == OK || strstr(trouble.text, "Input/output error") != NULL);
        assert_int_equal(fault_io_open_files(), 0);
        unnoticed += err == OK;
    }
    assert_int_equal(unnoticed, 2);
}

static bool read_often(struct source *source, struct arena *own)
{
    struct text text;

    for (int i = 0; i < 200; i++)
        if (source_read_all(source, own, "pools.csv", 99, &text, NULL) != OK
            || !text_is(text, "pool\n"))
            return false;
    return true;
}

static void *read_in_a_thread(void *context)
{
    struct arena own = { 0 };

    if (ARENA_GUARD(&own))
        return NULL;
    bool good = read_often(context, &own);
    arena_free(&own);
    return good ? home : NULL;
}

static void threads_share_a_source(void **state)
{
    struct folder_source folder;
    pthread_t thread[4];
    void *good;

    (void)state;
    test_file_write(home, "pools.csv", "pool\n");
    assert_int_equal(folder_source_open(&folder, &real_outside, home, NULL), OK);
    for (size_t i = 0; i < COUNT(thread); i++)
        assert_int_equal(pthread_create(&thread[i], NULL, read_in_a_thread, &folder.source), 0);
    for (size_t i = 0; i < COUNT(thread); i++) {
        assert_int_equal(pthread_join(thread[i], &good), 0);
        assert_non_null(good);
    }
    folder_source_close(&folder);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(lists_regular_csv_files_only),
        IN_A_FOLDER(reads_and_names_what_it_cannot),
        IN_A_FOLDER(closes_what_was_left_open),
        IN_A_FOLDER(every_failing_call_is_told),
        IN_A_FOLDER(threads_share_a_source),
    };

    return cmocka_run_group_tests_name("folder_io", tests, NULL, NULL);
}
