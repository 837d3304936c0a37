/* The parts of finance that need no store: titles, books, maps as files, sets of ids, profiles. */
#include "base/secret_outside.h"
#include "base/test_folder.h"
#include "finance/finance_entries.h"
#include "finance/finance_joint_model.h"
#include "finance/finance_map.h"
#include "finance/finance_pages.h"
#include "finance/finance_profile.h"
#include "store/work_folder.h"

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

static void expect_text(struct text got, const char *wanted)
{
    assert_string_equal(arena_copy(&arena, got.data, got.size), wanted);
}

static void a_period_has_a_title_and_a_name(void **state)
{
    (void)state;
    assert_string_equal(period_title(&arena, text_of("2014-15"), 0), "2014-15/P01");
    assert_string_equal(period_title(&arena, text_of("2014-15"), 12), "2014-15/P13");
    assert_string_equal(month_name(0), "April");
    assert_string_equal(month_name(9), "January");
    assert_string_equal(month_name(12), "Final accounts");
}

static void a_period_is_found_by_its_word(void **state)
{
    static const struct {
        const char *word;
        int         index;
    } rows[] = { { "P01", 0 }, { "P13", 12 }, { "P00", -1 }, { "P14", -1 }, { "P3", -1 },
                 { "p03", -1 }, { "P003", -1 }, { "", -1 }, { "PAB", -1 } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(month_index(text_of(rows[i].word)), rows[i].index);
}

static void books_are_told_by_their_names(void **state)
{
    (void)state;
    for (enum book book = 0; book < BOOKS; book++)
        assert_int_equal(book_of(text_of(book_name[book])), book);
    assert_int_equal(book_of(text_of("Budget")), BOOKS);
    assert_int_equal(book_of(text_of("")), BOOKS);
    assert_string_equal(book_title(BOOK_FORECAST), "Forecast");
    assert_string_equal(import_state_word(IMPORT_TAKEN), "taken");
    assert_string_equal(import_state_title(IMPORT_TAKEN), "taken in");
}

static void rows_are_added_to_a_map(void **state)
{
    const struct text code[] = { text_of("4,1"), text_of("402") };
    const struct centre_choice choice = { text_of("direct"), text_of("ED"), text_of("CLK"),
                                          text_of("2014-15/P04"), text_of("") };

    (void)state;
    expect_text(money_map_add_accounts(&arena, text_of(ACCOUNTS_HEADER), text_of("CLK"), code, 2,
                                       text_of("staff")),
                "partner,account,group\nCLK,\"4,1\",staff\nCLK,402,staff\n");
    expect_text(money_map_add_accounts(&arena, text_of(ACCOUNTS_HEADER "CLK,1,x"), text_of("CLK"),
                                       code + 1, 1, text_of("")),
                "partner,account,group\nCLK,1,x\nCLK,402,\n");
    expect_text(money_map_add_centres(&arena, text_of(COST_CENTRES_HEADER), text_of("CLK"),
                                      code + 1, 1, &choice),
                COST_CENTRES_HEADER "CLK,402,,2014-15/P04,,direct,ED,CLK\n");
}

static void a_file_is_added_behind_without_its_header(void **state)
{
    (void)state;
    expect_text(money_map_append(&arena, text_of("a,b\n1,2\n"),
                                 text_of("\xEF\xBB\xBF" "a,b\n3,4\n")), "a,b\n1,2\n3,4\n");
    expect_text(money_map_append(&arena, text_of("a,b\n1,2"), text_of("a,b\n3,4")),
                "a,b\n1,2\n3,4");
    expect_text(money_map_append(&arena, text_of("a,b\n"), text_of("a,b")), "a,b\n");
}

static void a_map_is_counted_and_measured(void **state)
{
    struct money_map map = { .accounts = text_of(ACCOUNTS_HEADER),
                             .cost_centres = text_of(COST_CENTRES_HEADER),
                             .moves = text_of("") };

    (void)state;
    assert_int_equal(map_records(text_of(ACCOUNTS_HEADER)), 0);
    assert_int_equal(map_records(text_of("a\n1\n2")), 2);
    assert_string_equal(map_periods_shown(&arena, 1U | 1U << 12), "P01 P13");
    assert_string_equal(map_periods_shown(&arena, 0), "");
    assert_null(money_map_unfit(&arena, &map));
    map.accounts = text_of("\xff");
    assert_non_null(money_map_unfit(&arena, &map));
    map.accounts = (struct text){ arena_take(&arena, MONEY_MAP_BYTES_MOST + 1, 1),
                                  MONEY_MAP_BYTES_MOST + 1 };
    assert_non_null(money_map_unfit(&arena, &map));
}

static void the_engine_judges_a_map(void **state)
{
    struct council both[] = { { 1, text_of("CLK"), text_of("Clackmannanshire") },
                              { 2, text_of("STI"), text_of("Stirling") } };
    const struct councils councils = { both, 2 };
    static const struct {
        const char *accounts, *centres, *code;
    } rows[] = {
        { "CLK,1,staff\n", "CLK,7,,,,common,ED,\n", NULL },
        { "CLK,1,staff\nCLK,1,other\n", "", "DUPLICATE_KEY" },
        { "STI,1,staff\n", "", "PARTNER" },
        { "", "STI,7,,,,common,ED,\n", "PARTNER" },
        { "", "CLK,7,,,,shared,ED,\n", "TREATMENT" },
        { "XYZ,1,staff\n", "", "PARTNER" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct money_map map = {
            .accounts = text_of(arena_print(&arena, ACCOUNTS_HEADER "%s", rows[i].accounts)),
            .cost_centres = text_of(arena_print(&arena, COST_CENTRES_HEADER "%s",
                                                rows[i].centres)) };
        const struct map_question question = { &councils, &both[0], text_of("2014-15"), &map };
        struct map_faults faults;
        struct trouble said = { 0 };
        assert_int_equal(money_map_judge(&arena, &question, &faults, &said), OK);
        assert_int_equal(faults.count, rows[i].code != NULL);
        if (rows[i].code != NULL)
            assert_string_equal(faults.fault[0].code, rows[i].code);
    }
}

static void ids_have_the_hashes_that_are_kept(void **state)
{
    (void)state;
    /* FNV-1a's own examples. */
    assert_true(entry_hash(text_of("")) == UINT64_C(0xcbf29ce484222325));
    assert_true(entry_hash(text_of("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(entry_hash(text_of("foobar")) == UINT64_C(0x85944171f73967e8));
}

static void sets_of_ids_are_held_against_each_other(void **state)
{
    const uint64_t one[] = { 1, 5, 5, 9, UINT64_MAX }, other[] = { 0, 5, 6, UINT64_MAX };
    char bytes[sizeof other];
    uint64_t shared[COUNT(other)];

    (void)state;
    entry_piece_write(other, COUNT(other), bytes);
    assert_int_equal(bytes[15], 5);
    assert_int_equal(entry_piece_shared(one, COUNT(one), (struct text){ bytes, sizeof bytes },
                                        shared), 2);
    assert_true(shared[0] == 5 && shared[1] == UINT64_MAX);
    assert_int_equal(entry_piece_shared(one, 0, (struct text){ bytes, sizeof bytes }, shared), 0);
    assert_int_equal(entry_piece_shared(one, COUNT(one), text_of(""), shared), 0);
}

static void a_profile_speaks_for_its_council(void **state)
{
    static const char columns[] = "entry_id = column a\ndate = column b\ncost_centre = column c\n"
                                  "account = column d\namount = column e\n";
    static const struct {
        const char *partner;
        enum err    err;
    } rows[] = { { "fixed CLK", OK }, { "fixed STI", ERR_USAGE }, { "column p", ERR_USAGE } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trouble said = { 0 };
        const char *words = arena_print(&arena, "%spartner = %s\n", columns, rows[i].partner);
        assert_int_equal(extract_profile_judge(&arena, text_of(words), text_of("CLK"), &said),
                         rows[i].err);
    }
}

/* A map's fault is told by the lines of the file that its council keeps, or that it sends. */
static void a_fault_of_a_map_stands_at_its_own_line(void **state)
{
    struct council both[] = { { 1, text_of("CLK"), text_of("Clackmannanshire") },
                              { 2, text_of("STI"), text_of("Stirling") } };
    struct joint_map map[] = { { .council = 1, .before = { 1, 1 } },
                               { .council = 2, .before = { 4, 18 } } };
    const struct joint_model model = { .councils = { both, 2 }, .map = map, .maps = 2 };
    struct text errors = text_of("file,line,code,value\n"
                                 "accounts.csv,2,ACCOUNT,1\naccounts.csv,5,ACCOUNT,2\n"
                                 "cost_centres.csv,18,POOL,3\ncost_centres.csv,20,POOL,4\n"
                                 "pools.csv,5,KEY,5\n");
    struct trouble said = { 0 };

    (void)state;
    assert_int_equal(joint_model_own_faults(&arena, &model, &errors, &said), OK);
    expect_text(errors, "file,line,code,value\n"
                        "CLK/accounts.csv,2,ACCOUNT,1\nSTI/accounts.csv,2,ACCOUNT,2\n"
                        "CLK/cost_centres.csv,18,POOL,3\nSTI/cost_centres.csv,3,POOL,4\n"
                        "pools.csv,5,KEY,5\n");
    const struct councils councils = { both, 2 };
    const struct money_map sent = { .accounts = text_of(ACCOUNTS_HEADER "CLK,1,x\nCLK,2\n"),
                                    .cost_centres = text_of(COST_CENTRES_HEADER),
                                    .before = { 2, 0 } };
    const struct map_question question = { &councils, &both[0], text_of("2014-15"), &sent };
    struct map_faults faults;
    assert_int_equal(money_map_lines(text_of(ACCOUNTS_HEADER "CLK,1,x")), 2);
    assert_int_equal(money_map_judge(&arena, &question, &faults, &said), OK);
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.fault[0].file, "accounts.csv, as sent");
    assert_int_equal(faults.fault[0].line, 2);
}

/* What is read of an extract has no name that another could open, and is gone when it was read. */
static void an_extract_that_is_read_has_no_name_on_the_disk(void **state)
{
    char spool[TEST_PATH];
    struct work_folder folder, other;
    struct trouble said = { 0 };
    struct stat found;
    struct sink *to;

    (void)state;
    test_folder_make(spool);
    assert_int_equal(work_folder_open(&folder, &arena, &real_outside, spool, &said), OK);
    const char *path = arena_print(&arena, "%s/extract", folder.path);
    assert_int_equal(work_folder_file(&folder, &arena, path, &to, &said), OK);
    assert_int_equal(to->write(to, "secret", 6, &said), OK);
    assert_int_equal(lstat(path, &found), 0);
    assert_true(S_ISLNK(found.st_mode));
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_nlink, 0);
    assert_int_equal(found.st_size, 6);
    /* Somebody else begins meanwhile, and sweeps what nobody holds. */
    const char *left = arena_print(&arena, "%s/ochil-work-000000", spool);
    assert_int_equal(mkdir(left, 0700), 0);
    assert_int_equal(work_folder_open(&other, &arena, &real_outside, spool, &said), OK);
    assert_int_equal(stat(left, &found), -1);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(work_folder_close(&other, &said), OK);
    const char *gone = folder.path;
    assert_int_equal(work_folder_close(&folder, &said), OK);
    assert_int_equal(stat(gone, &found), -1);
    test_folder_remove(spool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_has_a_title_and_a_name),
        cmocka_unit_test(a_period_is_found_by_its_word),
        cmocka_unit_test(books_are_told_by_their_names),
        cmocka_unit_test(rows_are_added_to_a_map),
        cmocka_unit_test(a_file_is_added_behind_without_its_header),
        cmocka_unit_test(a_map_is_counted_and_measured),
        cmocka_unit_test(the_engine_judges_a_map),
        cmocka_unit_test(ids_have_the_hashes_that_are_kept),
        cmocka_unit_test(sets_of_ids_are_held_against_each_other),
        cmocka_unit_test(a_profile_speaks_for_its_council),
        cmocka_unit_test(a_fault_of_a_map_stands_at_its_own_line),
        cmocka_unit_test(an_extract_that_is_read_has_no_name_on_the_disk),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
