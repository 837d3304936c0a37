#include "engine/unmapped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena arena;

struct input {
    const char *name, *text;
};

/* A partnership in memory whose tables are filled as far as a row says. */
static struct unmapped_list find(const char *accounts, const char *centres, const char *lines)
{
    static struct memory_file file[9];
    static struct memory_source source;
    static struct partnership partnership;
    struct unmapped_list list;
    struct trouble trouble = { { 0 } };
    const struct input inputs[] = {
        { "partnership.csv", "key,value\nyear,2014-15\n" },
        { "partners.csv", "partner,name\nCLK,c\nSTI,s\n" },
        { "services.csv", "service,name,lead\nS,s,CLK\n" },
        { "bases.csv", "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
                       "EQ,e,equal,,,,,,\n" },
        { "basis_values.csv", "basis,from,partner,value\n" },
        { "pools.csv", "pool,name,service,kind,from,to,basis\nHQ,h,S,,,,EQ\n" },
        { "accounts.csv", arena_print(&arena, "partner,account,group\n%s", accounts) },
        { "cost_centres.csv",
          arena_print(&arena, "partner,cost_centre,account,from,to,treatment,pool,bearer\n%s",
                      centres) },
        { "ledger/a.csv", arena_print(&arena, LEDGER_HEADER "\n%s", lines) },
    };

    for (size_t i = 0; i < COUNT(inputs); i++)
        file[i] = (struct memory_file){ inputs[i].name, text_of(inputs[i].text) };
    memory_source_open(&source, file, COUNT(inputs), NULL);
    assert_int_equal(partnership_load(&partnership, &source.source, &arena, BOOK_LEDGER, NULL,
                                      &trouble), OK);
    assert_true(partnership.usable);
    assert_int_equal(unmapped_find(&partnership, NULL, &list, &trouble), OK);
    partnership_close(&partnership);
    return list;
}

/* "account 0 40200 2 lines 30 pence 4-5; ..." */
static const char *shown(const struct unmapped_list *list)
{
    const char *text = "";

    for (size_t i = 0; i < list->count; i++) {
        const struct unmapped *row = &list->unmapped[i];
        char amount[MONEY_TEXT_MAX];

        (void)money_print(row->pence, amount);
        text = arena_print(&arena, "%s%s%s %d %.*s %d %s %d-%d", text, i == 0 ? "" : "; ",
                           row->kind == UNMAPPED_ACCOUNT ? "account" : "centre", row->partner,
                           TEXT(row->code), (int)row->lines, amount, row->first, row->last);
    }
    return text;
}

static const struct {
    const char *why, *accounts, *centres, *lines, *found;
    uint64_t    faulty;
} rows[] = {
    { "everything is mapped", "STI,A,g\n", "STI,C,,,,common,HQ,\n",
      "1,STI,2014-04-01,,C,A,1.00,\n", "", 0 },
    { "a line that lacks both counts for both", "", "",
      "1,STI,2014-04-01,,C,A,1.00,\n", "account 1 A 1 1.00 0-0; centre 1 C 1 1.00 0-0", 0 },
    { "the largest turnover first, though it cancels", "STI,A,g\n", "",
      "1,STI,2014-04-01,,SMALL,A,1.00,\n2,STI,2014-05-01,,BOTH,A,-9.00,\n"
      "3,STI,2014-06-01,,BOTH,A,9.00,\n",
      "centre 1 BOTH 2 0.00 1-2; centre 1 SMALL 1 1.00 0-0", 0 },
    { "the largest sum first, whatever its sign", "STI,A,g\n", "",
      "1,STI,2014-04-01,,SMALL,A,1.00,\n2,STI,2014-05-01,,CREDIT,A,-9.00,\n"
      "3,STI,2014-06-01,,LARGE,A,8.00,\n",
      "centre 1 CREDIT 1 -9.00 1-1; centre 1 LARGE 1 8.00 2-2; centre 1 SMALL 1 1.00 0-0", 0 },
    { "then most lines", "STI,A,g\n", "",
      "1,STI,2014-04-01,,ONE,A,2.00,\n2,STI,2014-04-01,,TWO,A,1.00,\n"
      "3,STI,2014-08-01,,TWO,A,1.00,\n",
      "centre 1 TWO 2 2.00 0-4; centre 1 ONE 1 2.00 0-0", 0 },
    { "partners are apart", "CLK,A,g\nSTI,A,g\n", "CLK,C,,,,common,HQ,\n",
      "1,STI,2014-04-01,,C,A,1.00,\n2,CLK,2014-04-01,,C,A,1.00,\n", "centre 1 C 1 1.00 0-0", 0 },
    { "a treatment that has ended", "STI,A,g\n", "STI,C,,,2014-15/P02,common,HQ,\n",
      "1,STI,2014-04-01,,C,A,1.00,\n2,STI,2014-06-01,,C,A,5.00,\n", "centre 1 C 1 5.00 2-2", 0 },
    { "only one account of it is treated", "STI,A,g\nSTI,B,g\n", "STI,C,A,,,common,HQ,\n",
      "1,STI,2014-04-01,,C,A,1.00,\n2,STI,2014-04-01,,C,B,5.00,\n", "centre 1 C 1 5.00 0-0", 0 },
    { "lines with other faults are left out", "", "",
      "1,STI,2014-04-31,,C,A,1.00,\n2,FIF,2014-04-01,,C,A,1.00,\n", "", 2 },
};

static void unmapped_codes_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct unmapped_list list = find(rows[i].accounts, rows[i].centres, rows[i].lines);

        if (strcmp(shown(&list), rows[i].found) != 0)
            fail_msg("%s: %s", rows[i].why, shown(&list));
        assert_int_equal(list.faulty, rows[i].faulty);
    }
}

static int open_arena(void **state)
{
    (void)state;
    return ARENA_GUARD(&arena) == 0 ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unmapped_codes_are_found),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
