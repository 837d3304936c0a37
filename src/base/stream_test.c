#include "base/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena arena;

static const struct memory_file files[] = {
    { "pools.csv",        { "pool\n", 5 } },
    { "ledger/b.csv",     { "b\n", 2 } },
    { "ledger/a.csv",     { "a\n", 2 } },
    { "ledger/.a.csv",    { "", 0 } },
    { "ledger/notes.txt", { "", 0 } },
    { "ledger/old/c.csv", { "", 0 } },
    { "forecast/x.txt",   { "", 0 } },
};

/* The names as one text: "a.csv b.csv"; or the failure as "4" and so on. */
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

static void lists_what_counts_in_byte_order(void **state)
{
    struct memory_source memory;

    (void)state;
    memory_source_open(&memory, files, COUNT(files), NULL);
    assert_string_equal(listed(&memory.source, "ledger"), "ledger/a.csv ledger/b.csv");
    assert_string_equal(listed(&memory.source, "ledger/old"), "ledger/old/c.csv");
    assert_string_equal(listed(&memory.source, "forecast"), "");
    assert_string_equal(listed(&memory.source, "budget"), "6 budget: no such folder");
    assert_string_equal(listed(&memory.source, "ledge"), "6 ledge: no such folder");
    arena_free(&arena);
}

static void lays_edits_over_what_is_behind(void **state)
{
    static const struct memory_file edited[] = {
        { "ledger/a.csv", { "edited\n", 7 } }, { "ledger/aa.csv", { "new\n", 4 } },
        { "budget/a.csv", { "", 0 } }, { NULL, { NULL, 0 } },
    };
    struct memory_source behind, front;
    struct trouble trouble = { 0 };
    struct text text;

    (void)state;
    memory_source_open(&behind, files, COUNT(files), NULL);
    memory_source_open(&front, edited, COUNT(edited), &behind.source);
    assert_string_equal(listed(&front.source, "ledger"),
                        "ledger/a.csv ledger/aa.csv ledger/b.csv");
    assert_string_equal(listed(&front.source, "budget"), "budget/a.csv");
    assert_string_equal(listed(&front.source, "other"), "6 other: no such folder");
    assert_int_equal(source_read_all(&front.source, &arena, "ledger/a.csv", 99, &text, &trouble),
                     OK);
    assert_true(text_is(text, "edited\n"));
    assert_int_equal(source_read_all(&front.source, &arena, "pools.csv", 99, &text, &trouble),
                     OK);
    assert_true(text_is(text, "pool\n"));
    assert_int_equal(source_read_all(&front.source, &arena, "x.csv", 99, &text, &trouble),
                     ERR_MISSING);
    assert_string_equal(trouble.text, "x.csv: no such file");
    arena_free(&arena);
}

static void reads_up_to_the_limit_and_not_a_byte_more(void **state)
{
    static const size_t sizes[] = { 0, 1, 16383, 16384, 16385, 100000 };
    static char bytes[100000];
    struct memory_file file = { "f", { bytes, 0 } };
    struct memory_source memory;
    struct trouble trouble = { 0 };
    struct text text;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i % 251);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        file.bytes.size = sizes[i];
        memory_source_open(&memory, &file, 1, NULL);
        assert_int_equal(source_read_all(&memory.source, &arena, "f", sizes[i], &text, &trouble),
                         OK);
        assert_true(text_equal(text, file.bytes));
        assert_int_equal(source_read_all(&memory.source, &arena, "f", 1 << 20, &text, &trouble),
                         OK);
        assert_true(text_equal(text, file.bytes));
        if (sizes[i] > 0)
            assert_int_equal(source_read_all(&memory.source, &arena, "f", sizes[i] - 1, &text,
                                             NULL), ERR_USAGE);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_what_counts_in_byte_order),
        cmocka_unit_test(lays_edits_over_what_is_behind),
        cmocka_unit_test(reads_up_to_the_limit_and_not_a_byte_more),
    };

    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
