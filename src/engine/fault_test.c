#include "engine/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

static struct arena arena;

/* What faults_write() has written. */
struct page {
    struct sink sink;
    char       *text;
    size_t      size, room;
};

static enum err page_write(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct page *page = (struct page *)sink;

    (void)trouble;
    if (page->room - page->size < size + 1) {
        page->room = page->room * 2 + size + 1;
        page->text = arena_grow(&arena, page->text, page->size, page->room, 1);
    }
    memcpy(page->text + page->size, bytes, size);
    page->size += size;
    page->text[page->size] = '\0';
    return OK;
}

static const char *written(struct faults *faults)
{
    struct page page = { .sink = { page_write } };

    assert_int_equal(faults_write(faults, &page.sink, NULL), OK);
    return page.text;
}

static void open_faults(struct faults *faults)
{
    static const char *book_file[] = { "ledger/a.csv", "ledger/b.csv", NULL };

    faults_open(faults, &arena);
    faults->book_file = book_file;
}

/* The codes of the contract, section 7, in its words. */
static const char codes[] =
    "ENCODING LINE_END QUOTE HEADER FIELDS ENTRY_ID PARTNER DUPLICATE DATE PERIOD AMOUNT ACCOUNT "
    "COST_CENTRE MISSING SETTING SERVICE POOL POOL_MIXED OVERLAP POOL_PERIOD BASIS BASIS_KIND "
    "BASIS_VALUE BASIS_NEGATIVE BASIS_ZERO BASIS_NOT_100 BLEND_NOT_100 BASIS_CYCLE "
    "SUPPORT_NO_OUTLET BEARER TREATMENT DUPLICATE_KEY THROUGH OVERFLOW LIMIT ";

static void every_code_of_the_contract_has_its_name(void **state)
{
    size_t in_contract = 0;

    (void)state;
    for (const char *at = codes; (at = strchr(at, ' ')) != NULL; at++)
        in_contract++;
    assert_int_equal(in_contract, FAULT_CODES - 1);
    for (int code = FAULT_NONE + 1; code < FAULT_CODES; code++) {
        const char *name = fault_name((enum fault_code)code);
        char with_blank[40];

        assert_true(strlen(name) > 0);
        (void)snprintf(with_blank, sizeof with_blank, "%s ", name);
        const char *found = strstr(codes, with_blank);
        while (found != NULL && found != codes && found[-1] != ' ')
            found = strstr(found + 1, with_blank);
        assert_non_null(found);
        for (int other = FAULT_NONE + 1; other < code; other++)
            assert_string_not_equal(name, fault_name((enum fault_code)other));
    }
}

static void every_code_is_helped_with_in_one_line(void **state)
{
    (void)state;
    for (int code = FAULT_NONE + 1; code < FAULT_CODES; code++) {
        const char *help = fault_help((enum fault_code)code);

        if (strlen(help) < 20 || strchr(".?", help[strlen(help) - 1]) == NULL ||
            strchr(help, '\n') != NULL)
            fail_msg("%s: %s", fault_name((enum fault_code)code), help);
    }
}

static void every_file_has_its_place(void **state)
{
    struct faults faults;

    (void)state;
    open_faults(&faults);
    assert_string_equal(fault_file(&faults, FILE_NONE), "");
    assert_string_equal(fault_file(&faults, FILE_PARTNERSHIP), "partnership.csv");
    assert_string_equal(fault_file(&faults, FILE_BILLED), "billed.csv");
    assert_string_equal(fault_file(&faults, FILE_BOOK), "ledger/a.csv");
    assert_string_equal(fault_file(&faults, FILE_BOOK + 1), "ledger/b.csv");
    arena_free(&arena);
}

static void sorted_by_file_and_line(void **state)
{
    struct faults faults;

    (void)state;
    open_faults(&faults);
    fault_add(&faults, FILE_BOOK + 1, 2, FAULT_DATE, text_of("2014-02-30"));
    fault_add(&faults, FILE_BOOK, 10, FAULT_AMOUNT, text_of("a,\"b\""));
    fault_add(&faults, FILE_BOOK, 9, FAULT_QUOTE, text_of(""));
    fault_add(&faults, FILE_BILLED, 3, FAULT_SERVICE, text_of("SW"));
    fault_add(&faults, FILE_CHARGED, 0, FAULT_THROUGH, text_of("2014-15/P02"));
    fault_add(&faults, FILE_PARTNERS, 0, FAULT_PARTNER, text_of(""));
    fault_add(&faults, FILE_PARTNERSHIP, 7, FAULT_SETTING, text_of("x"));
    fault_add(&faults, FILE_BASES, 4, FAULT_BASIS_ZERO, text_of("POP 2014-15/P01"));
    fault_add(&faults, FILE_BASES, 4, FAULT_BASIS_CYCLE, text_of("POP"));
    fault_add(&faults, FILE_NONE, 0, FAULT_OVERFLOW, text_of(""));
    assert_true(fault_stands_at(&faults, FILE_BASES, 4));
    assert_false(fault_stands_at(&faults, FILE_BASES, 5));
    assert_false(fault_stands_at(&faults, FILE_POOLS, 4));
    assert_string_equal(written(&faults),
                        "file,line,code,value\n"
                        ",0,OVERFLOW,\n"
                        "partnership.csv,7,SETTING,x\n"
                        "partners.csv,0,PARTNER,\n"
                        "bases.csv,4,BASIS_CYCLE,POP\n"
                        "bases.csv,4,BASIS_ZERO,POP 2014-15/P01\n"
                        "charged.csv,0,THROUGH,2014-15/P02\n"
                        "billed.csv,3,SERVICE,SW\n"
                        "ledger/a.csv,9,QUOTE,\n"
                        "ledger/a.csv,10,AMOUNT,\"a,\"\"b\"\"\"\n"
                        "ledger/b.csv,2,DATE,2014-02-30\n");
    arena_free(&arena);
}

static void the_value_is_a_copy(void **state)
{
    struct faults faults;
    char value[] = "STI";

    (void)state;
    open_faults(&faults);
    fault_add(&faults, FILE_PARTNERS, 2, FAULT_PARTNER, text_of(value));
    memset(value, 'x', 3);
    assert_string_equal(written(&faults), "file,line,code,value\npartners.csv,2,PARTNER,STI\n");
    arena_free(&arena);
}

static size_t lines_of(const char *text)
{
    size_t lines = 0;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* Adds lines of a ledger in descending order, some of them only counted. */
static const char *write_many(struct faults *faults, uint64_t kept, uint64_t counted)
{
    open_faults(faults);
    for (uint64_t line = kept; line > 0; line--)
        fault_add(faults, FILE_BOOK, line, FAULT_AMOUNT, text_of("bad"));
    fault_count(faults, counted);
    return written(faults);
}

static void ten_thousand_rows_and_then_a_cut(void **state)
{
    struct faults faults;

    (void)state;
    const char *text = write_many(&faults, FAULTS_SHOWN, 0);
    assert_int_equal(lines_of(text), 1 + FAULTS_SHOWN);
    assert_null(strstr(text, "CUT"));

    text = write_many(&faults, FAULTS_SHOWN + 1, 0);
    assert_int_equal(lines_of(text), 1 + FAULTS_SHOWN + 1);
    assert_non_null(strstr(text, "\nledger/a.csv,10000,AMOUNT,bad\n,0,CUT,10001\n"));
    assert_null(strstr(text, "ledger/a.csv,10001"));

    text = write_many(&faults, FAULTS_SHOWN, 7);
    assert_non_null(strstr(text, "\nledger/a.csv,10000,AMOUNT,bad\n,0,CUT,10007\n"));
    assert_int_equal(faults.total, 10007);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_of_the_contract_has_its_name),
        cmocka_unit_test(every_code_is_helped_with_in_one_line),
        cmocka_unit_test(every_file_has_its_place),
        cmocka_unit_test(sorted_by_file_and_line),
        cmocka_unit_test(the_value_is_a_copy),
        cmocka_unit_test(ten_thousand_rows_and_then_a_cut),
    };

    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
