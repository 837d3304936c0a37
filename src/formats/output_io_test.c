#include "formats/output_io.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/fault_io.h"
#include "base/secret_outside.h"
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

#define LARGE_BYTES ((size_t)100000)

static enum err fill_file(struct out_folder *folder, const char *name, const char *text,
                          size_t large, struct trouble *trouble)
{
    static char many[LARGE_BYTES];
    struct out_file *file = arena_take(&arena, 1, sizeof *file);
    enum err err = out_file_open(folder, name, file, trouble);

    if (err != OK)
        return err;
    err = file->sink.write(&file->sink, text, strlen(text), trouble);
    if (err == OK && large > 0)
        err = file->sink.write(&file->sink, many, large, trouble);
    enum err closed = out_file_close(file, trouble);
    return err != OK ? err : closed;
}

/* What a close does: two files into a folder, a small one and a large one. */
static enum err write_out(const struct outside *outside, const char *out, bool force,
                          struct trouble *trouble)
{
    struct out_folder folder;
    enum err err = out_folder_open(&folder, outside, &arena, out, force, trouble);

    if (err != OK)
        return err;
    err = fill_file(&folder, "bill.csv", "new", 0, trouble);
    if (err == OK)
        err = fill_file(&folder, "settlement.csv", "", LARGE_BYTES, trouble);
    if (err == OK)
        err = out_folder_commit(&folder, trouble);
    if (err != OK)
        (void)out_folder_abort(&folder, trouble);
    return err;
}

static bool is_new(const char *out)
{
    char bytes[16];

    return strcmp(test_folder_names(out), "bill.csv settlement.csv") == 0
        && test_file_is(out, "bill.csv", "new")
        && test_bytes_read(test_path(out, "settlement.csv"), bytes, sizeof bytes) > 0;
}

static void make_old(const char *out)
{
    assert_int_equal(mkdir(out, 0777), 0);
    assert_int_equal(mkdir(test_path(out, "folder"), 0777), 0);
    test_file_write(out, "bill.csv", "old");
    test_file_write(out, "folder/deep", "old");
    assert_int_equal(symlink("..", test_path(out, "folder/link")), 0);
}

static bool is_old(const char *out)
{
    return strcmp(test_folder_names(out), "bill.csv folder") == 0
        && test_file_is(out, "bill.csv", "old") && test_file_is(out, "folder/deep", "old");
}

/* Where it may be written. */

static void writes_where_there_is_nothing(void **state)
{
    const char *out = arena_print(&arena, "%s/a/b/out///", home);

    (void)state;
    assert_int_equal(write_out(&real_outside, out, false, NULL), OK);
    assert_true(is_new(out));
    assert_string_equal(test_folder_names(test_path(home, "a/b")), "out");
}

static void writes_into_an_empty_folder(void **state)
{
    const char *out = arena_print(&arena, "%s/out", home);
    const char *link = arena_print(&arena, "%s/link", home);

    (void)state;
    assert_int_equal(mkdir(out, 0777), 0);
    assert_int_equal(symlink("out", link), 0);
    assert_int_equal(write_out(&real_outside, link, false, NULL), OK);
    assert_true(is_new(link));
    assert_string_equal(test_folder_names(out), "");
    assert_int_equal(write_out(&real_outside, out, false, NULL), OK);
    assert_true(is_new(out));
    assert_string_equal(test_folder_names(home), "link out");
}

static void refuses_what_is_not_empty(void **state)
{
    const char *out = arena_print(&arena, "%s/out", home);
    struct trouble trouble = { 0 };

    (void)state;
    make_old(out);
    assert_int_equal(write_out(&real_outside, out, false, &trouble), ERR_IO);
    assert_string_equal(trouble.text, arena_print(&arena, "%s: the folder is not empty (--force "
                                                  "replaces it)", out));
    assert_true(is_old(out));
    assert_int_equal(write_out(&real_outside, out, true, NULL), OK);
    assert_true(is_new(out));
    assert_string_equal(test_folder_names(home), "out");
}

static void force_never_follows_a_link(void **state)
{
    const char *out = arena_print(&arena, "%s/out", home);
    const char *link = arena_print(&arena, "%s/link", home);

    (void)state;
    make_old(out);
    assert_int_equal(symlink("out", link), 0);
    assert_int_equal(write_out(&real_outside, link, true, NULL), OK);
    assert_true(is_new(link));
    assert_true(is_old(out));
    assert_string_equal(test_folder_names(home), "link out");
}

static void refuses_what_is_no_folder_also_with_force(void **state)
{
    static const char *const names[] = { ".", "..", "/", "", "a/.", "a/..", "//" };
    const char *out = arena_print(&arena, "%s/out", home);

    (void)state;
    test_file_write(home, "out", "a file");
    assert_int_equal(write_out(&real_outside, out, true, NULL), ERR_IO);
    assert_int_equal(write_out(&real_outside, test_path(out, "below"), true, NULL), ERR_IO);
    assert_true(test_file_is(home, "out", "a file"));
    for (size_t i = 0; i < COUNT(names); i++)
        assert_int_equal(write_out(&real_outside, names[i], true, NULL), ERR_USAGE);
    assert_string_equal(test_folder_names(home), "out");
}

/* The check before anything is read. */

static const struct check {
    const char *why, *out, *input;
    bool force;
    enum err err;
} checks[] = {
    { "nothing there",                       "out",            "in",            false, OK },
    { "nothing there, nor above",            "x/y/out",        "in",            false, OK },
    { "an empty folder",                     "empty",          "in",            false, OK },
    { "inside what is read",                 "in/out",         "in",            false, OK },
    { "not empty",                           "full",           "in",            false, ERR_IO },
    { "not empty, with force",               "full",           "in",            true,  OK },
    { "a file",                              "full/file",      "in",            true,  ERR_IO },
    { "is what is read",                     "in",             "in",            true,  ERR_IO },
    { "is what is read, spelt otherwise",    "in",             "full/../in/.",  true,  ERR_IO },
    { "leads to what is read",               "link-in",        "in",            true,  ERR_IO },
    { "is what the link read leads to",      "in",             "link-in",       true,  ERR_IO },
    { "holds what is read",                  "above",          "above/b/in",    true,  ERR_IO },
    { "holds it, reached through a link",    "above",          "link-b/in",     true,  ERR_IO },
    { "a link that holds it",                "link-b",         "above/b/in",    true,  ERR_IO },
    { "holds the file that is read",         "full",           "full/file",     true,  ERR_IO },
    { "beside the file that is read",        "empty",          "full/file",     true,  OK },
    { "the ledger within what is read",      "in/ledger",      "in/ledger",     true,  ERR_IO },
    { "what is read is not there",           "full",           "none",          true,  OK },
};

static void checks_before_anything_is_read(void **state)
{
    static const char *const folders[] = {
        "in", "in/ledger", "empty", "full", "above", "above/b", "above/b/in"
    };

    (void)state;
    for (size_t i = 0; i < COUNT(folders); i++)
        assert_int_equal(mkdir(test_path(home, folders[i]), 0777), 0);
    test_file_write(home, "full/file", "x");
    assert_int_equal(symlink("in", test_path(home, "link-in")), 0);
    assert_int_equal(symlink("above/b", test_path(home, "link-b")), 0);
    for (size_t i = 0; i < COUNT(checks); i++) {
        const struct check *c = &checks[i];
        enum err err = out_folder_check(&real_outside, &arena, test_path(home, c->out), c->force,
                                        test_path(home, c->input), NULL);
        if (err != c->err)
            fail_msg("%s: %d", c->why, err);
    }
}

/* Every call of the outside world fails, once and for good. */

enum before { BEFORE_NOTHING, BEFORE_NO_PARENTS, BEFORE_EMPTY, BEFORE_OLD };

static const struct situation {
    const char *why;
    enum before before;
    bool        force, no_exchange;
} situations[] = {
    { "nothing there",                     BEFORE_NOTHING,    false, false },
    { "no parents",                        BEFORE_NO_PARENTS, false, false },
    { "an empty folder",                   BEFORE_EMPTY,      false, false },
    { "an empty folder, with force",       BEFORE_EMPTY,      true,  false },
    { "an earlier one, with force",        BEFORE_OLD,        true,  false },
    { "an earlier one, without exchange",  BEFORE_OLD,        true,  true },
};

static int no_exchange(const char *one, const char *other)
{
    (void)one;
    (void)other;
    errno = EINVAL;
    return -1;
}

static bool is_before(enum before before, const char *room, const char *out)
{
    switch (before) {
    case BEFORE_NOTHING:
    case BEFORE_NO_PARENTS:
        return strcmp(test_folder_names(room), "") == 0;
    case BEFORE_EMPTY:
        return strcmp(test_folder_names(out), "") == 0;
    case BEFORE_OLD:
        return is_old(out);
    }
    return false;
}

/* One run in a fresh room; true while the planned call was reached. */
static bool run_with_fault(const struct situation *s, long nth, bool sticky, int why)
{
    struct outside outside = real_outside;
    struct trouble trouble = { 0 };
    const char *room = arena_print(&arena, "%s/room", home);
    const char *below = s->before == BEFORE_NO_PARENTS ? "a/b/out" : "out";
    const char *out = arena_print(&arena, "%s/%s", room, below);

    assert_int_equal(mkdir(room, 0777), 0);
    if (s->before == BEFORE_EMPTY)
        assert_int_equal(mkdir(out, 0777), 0);
    if (s->before == BEFORE_OLD)
        make_old(out);
    if (s->no_exchange)
        outside.exchange = no_exchange;

    fault_io_plan(&outside, nth, sticky, why);
    enum err err = write_out(&fault_outside, out, s->force, &trouble);
    long calls = fault_io_calls();
    assert_int_equal(fault_io_open_files(), 0);

    const char *label = arena_print(&arena, "%s, call %ld %s, %s: '%s'", s->why, nth,
                                    sticky ? "for good" : "once", strerror(why), trouble.text);
    bool now_new = is_new(out);
    bool left = strstr(trouble.text, ".ochil-") != NULL;
    if (err == OK && !now_new)
        fail_msg("%s: OK, but not written", label);
    if (err != OK && (err != ERR_IO || trouble.text[0] == '\0'))
        fail_msg("%s: no reason given", label);
    if (!now_new && !is_before(s->before, room, out) && !left
        && strstr(trouble.text, "left behind") == NULL)
        fail_msg("%s: neither old nor new", label);
    const char *parent = s->before == BEFORE_NO_PARENTS ? test_path(room, "a/b") : room;
    if (strstr(test_folder_names(parent), ".ochil-") != NULL && (!sticky || !left))
        fail_msg("%s: left %s", label, test_folder_names(parent));
    if (!sticky && !now_new && !is_before(s->before, room, out))
        fail_msg("%s: something is left of a failure that passed", label);
    test_folder_remove(room);
    return nth <= calls;
}

static void output_is_the_old_or_the_new_whatever_fails(void **state)
{
    static const int reasons[] = { EIO, ENOSPC, EINVAL, EACCES, EPERM, ENOSYS };

    (void)state;
    for (size_t i = 0; i < COUNT(situations); i++)
        for (size_t r = 0; r < COUNT(reasons); r++)
            for (int sticky = 0; sticky < 2; sticky++)
                for (long nth = 1; run_with_fault(&situations[i], nth, sticky, reasons[r]); nth++)
                    arena_free(&arena);
}

/* Only a power cut would show what was not forced to the disk: so the order of calls is looked
 * at. When the rename is made, both files and their folder have been synced. */
static int synced;

static int counted_sync(int file)
{
    synced++;
    return real_outside.sync(file);
}

static int rename_after_syncs(const char *from, const char *to)
{
    assert_int_equal(synced, 3);
    return real_outside.rename(from, to);
}

static void everything_is_on_the_disk_before_the_rename(void **state)
{
    struct outside outside = real_outside;
    const char *out = arena_print(&arena, "%s/out", home);

    (void)state;
    outside.sync = counted_sync;
    outside.rename = rename_after_syncs;
    synced = 0;
    assert_int_equal(write_out(&outside, out, false, NULL), OK);
    assert_int_equal(synced, 4);
}

/* Memory that runs out between opening and committing: abort still clears up. */
static void abort_after_memory_ran_out(void **state)
{
    static struct out_folder folder;
    struct arena small = { 0 };
    const char *out = arena_print(&arena, "%s/out", home);

    (void)state;
    if (ARENA_GUARD(&small)) {
        assert_true(out_folder_abort(&folder, NULL));
        arena_free(&small);
        arena_fail_after(0, false);
        assert_string_equal(test_folder_names(home), "");
        return;
    }
    assert_int_equal(out_folder_open(&folder, &real_outside, &small, out, false, NULL), OK);
    struct out_file *file = arena_take(&small, 1, sizeof *file);
    assert_int_equal(out_file_open(&folder, "bill.csv", file, NULL), OK);
    arena_fail_after(1, true);
    (void)arena_take(&small, 1 << 20, 1);
    fail_msg("memory did not run out");
}

/* Single files. */

static void a_file_whole(void **state)
{
    const char *path = arena_print(&arena, "%s/new/key.pub", home);
    struct trouble trouble = { 0 };

    (void)state;
    assert_int_equal(write_file_whole(&real_outside, &arena, path, "one", 3, false, NULL), OK);
    assert_true(test_file_is(home, "new/key.pub", "one"));
    assert_int_equal(write_file_whole(&real_outside, &arena, path, "two", 3, false, &trouble),
                     ERR_IO);
    assert_non_null(strstr(trouble.text, "it is there already"));
    assert_true(test_file_is(home, "new/key.pub", "one"));
    assert_int_equal(write_file_whole(&real_outside, &arena, path, "two", 3, true, NULL), OK);
    assert_true(test_file_is(home, "new/key.pub", "two"));
    assert_int_equal(write_file_whole(&real_outside, &arena, test_path(home, "new"), "", 0, true,
                                      NULL), ERR_IO);
    assert_string_equal(test_folder_names(test_path(home, "new")), "key.pub");
}

static void a_secret_file_is_its_owners(void **state)
{
    const char *path = arena_print(&arena, "%s/key.sec", home);
    struct stat status;

    (void)state;
    mode_t before = umask(0);
    assert_int_equal(write_file_whole(&secret_outside, &arena, path, "s", 1, false, NULL), OK);
    (void)umask(before);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
}

static void a_file_is_the_old_or_the_new_whatever_fails(void **state)
{
    const char *path = arena_print(&arena, "%s/key", home);

    (void)state;
    for (int with_old = 0; with_old < 2; with_old++)
        for (int sticky = 0; sticky < 2; sticky++)
            for (long nth = 1, calls = 1; nth <= calls; nth++) {
                struct trouble trouble = { 0 };
                (void)unlink(path);
                if (with_old)
                    test_file_write(home, "key", "old");
                fault_io_plan(&real_outside, nth, sticky, EIO);
                enum err err = write_file_whole(&fault_outside, &arena, path, "new", 3,
                                                with_old, &trouble);
                calls = fault_io_calls();
                assert_int_equal(fault_io_open_files(), 0);
                bool now_new = test_file_is(home, "key", "new");
                assert_true(now_new || (err != OK && (with_old ? test_file_is(home, "key", "old")
                    : access(path, F_OK) != 0)));
                if (strstr(test_folder_names(home), ".ochil-") != NULL) {
                    assert_true(sticky && strstr(trouble.text, ".ochil-") != NULL);
                    test_folder_remove(home);
                    assert_int_equal(mkdir(home, 0777), 0);
                }
            }
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(writes_where_there_is_nothing),
        IN_A_FOLDER(writes_into_an_empty_folder),
        IN_A_FOLDER(refuses_what_is_not_empty),
        IN_A_FOLDER(force_never_follows_a_link),
        IN_A_FOLDER(refuses_what_is_no_folder_also_with_force),
        IN_A_FOLDER(checks_before_anything_is_read),
        IN_A_FOLDER(output_is_the_old_or_the_new_whatever_fails),
        IN_A_FOLDER(everything_is_on_the_disk_before_the_rename),
        IN_A_FOLDER(abort_after_memory_ran_out),
        IN_A_FOLDER(a_file_whole),
        IN_A_FOLDER(a_secret_file_is_its_owners),
        IN_A_FOLDER(a_file_is_the_old_or_the_new_whatever_fails),
    };

    return cmocka_run_group_tests_name("output_io", tests, NULL, NULL);
}
