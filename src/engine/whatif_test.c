/* What would change: questions as rows. */
#include "engine/test_partnership.h"
#include "engine/whatif.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena arena;
static struct memory_source sources[2];
static struct whatif whatif;

static const char ledger[] =
    LEDGER_HEADER "\n"
    "1,CLK,2014-04-01,,C1,10,300.00,by pupils\n"
    "2,STI,2014-04-01,,S1,A,100.00,by people\n"
    "3,STI,2014-10-01,,S1,A,100.00,by people later\n"
    "4,CLK,2014-04-01,,C3,10,50.00,excluded\n";

static int open_whatif(void **state)
{
    static struct memory_file file[1];
    struct trouble trouble = { { 0 } };

    (void)state;
    if (ARENA_GUARD(&arena))
        return -1;
    file[0] = (struct memory_file){ "ledger/a.csv", text_of(ledger) };
    return whatif_open(&whatif, test_source(sources, file, 1), &arena, BOOK_LEDGER, NULL, 1, NULL,
                       &trouble) == OK ? 0 : -1;
}

static int close_whatif(void **state)
{
    (void)state;
    whatif_close(&whatif);
    arena_free(&arena);
    return 0;
}

/* Before: CLK bears 100 of 300 by pupils, 50 of 100 and 25 of 100 by people: 175.00. */
static const struct {
    const char *why, *set[3];
    const char *clk;                 /* what CLK bears then */
    bool read_again;
} questions[] = {
    { "the same value changes nothing", { "basis.ROLL.CLK=1" }, "175.00", false },
    { "a value for the whole year", { "basis.POP.STI=1" }, "200.00", false },
    { "a value from a period on replaces a row there", { "basis.POP.STI@2014-15/P06=1" },
      "200.00", false },
    { "or stands beside the others", { "basis.POP.STI@2014-15/P08=9" }, "175.00", false },
    { "another basis for a pool", { "pool.ED.basis=PLAN" }, "150.00", false },
    { "two at once", { "pool.ED.basis=POP", "basis.POP.CLK=3" }, "350.00", false },
    { "a cost centre that is shared", { "cost_centre.CLK.C3.treatment=common",
                                        "cost_centre.CLK.C3.pool=SW" }, "200.00", true },
    { "a cost centre that is not", { "cost_centre.CLK.C1.treatment=excluded" }, "75.00", true },
    { "a driver of a pool without cost", { "support.HR.ED=7" }, "175.00", false },
    { "a setting", { "setting.rounding=period" }, "175.00", false },
};

static size_t count_of(const char *const *set, size_t most)
{
    size_t count = 0;

    while (count < most && set[count] != NULL)
        count++;
    return count;
}

static void questions_are_answered(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(questions); i++) {
        struct arena memory = { 0 };
        struct whatif_answer answer;
        struct trouble trouble = { { 0 } };
        char borne[MONEY_TEXT_MAX];

        if (ARENA_GUARD(&memory))
            fail_msg("out of memory");
        assert_int_equal(whatif_ask(&whatif, &memory, questions[i].set,
                                    count_of(questions[i].set, 3), NULL, &answer, &trouble), OK);
        (void)money_print(answer.partner[0].before.borne, borne);
        assert_string_equal(borne, "175.00");
        (void)money_print(answer.partner[0].after.borne, borne);
        if (strcmp(borne, questions[i].clk) != 0 || answer.read_again != questions[i].read_again)
            fail_msg("%s: %s", questions[i].why, borne);
        whatif_answer_close(&answer);
        arena_free(&memory);
    }
}

static const struct {
    const char *set, *said;
    enum err err;
} refused[] = {
    { "basis.ROL.CLK=1", "there is no basis 'ROL'. Did you mean 'ROLL'?", ERR_MISSING },
    { "basis.ROLL.CKL=1", "there is no partner 'CKL'. Did you mean 'CLK'?", ERR_MISSING },
    { "pool.EDD.basis=POP", "there is no pool 'EDD'. Did you mean 'ED'?", ERR_MISSING },
    { "pool.ED.basis=PPO", "there is no basis 'PPO'. Did you mean 'POP'?", ERR_MISSING },
    { "setting.remander=lead", "there is no setting 'remander'. Did you mean 'remainder'?",
      ERR_MISSING },
    { "cost_centre.CLK.C11.pool=ED", "there is no cost centre 'C11'. Did you mean 'C1'?",
      ERR_MISSING },
    { "cost_centre.CLK.C1.treatment=commun",
      "there is no treatment 'commun'. Did you mean 'common'?", ERR_MISSING },
    { "setting.year=2015-16", "the year cannot be assumed", ERR_USAGE },
    { "pool.ED=POP", "is not of the form", ERR_USAGE },
    { "basis.ROLL.CLK@=1", "is not of the form", ERR_USAGE },
    { "rate=5", "is not an assignment", ERR_USAGE },
    { "basis.ROLL.CLK=-1", "", ERR_REFUSED },
    { "basis.PLAN.CLK=x", "", ERR_REFUSED },
    { "basis.POP.CLK@2014-15/P14=1", "", ERR_REFUSED },
    { "support.HR.HR=1", "", OK },
};

static void errors_name_the_assignment(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct arena memory = { 0 };
        struct whatif_answer answer;
        struct trouble trouble = { { 0 } };
        const char *set[] = { "basis.POP.STI=2", refused[i].set };

        if (ARENA_GUARD(&memory))
            fail_msg("out of memory");
        enum err err = whatif_ask(&whatif, &memory, set, 2, NULL, &answer, &trouble);
        if (err != refused[i].err || strstr(trouble.text, refused[i].said) == NULL ||
            (trouble.text[0] != '\0' && strstr(trouble.text, refused[i].set) == NULL))
            fail_msg("%s: %d, %s", refused[i].set, err, trouble.text);
        if (err == ERR_REFUSED)
            assert_int_equal(whatif_culprit(&answer, &answer.after.faults.fault[0]), 1);
        whatif_answer_close(&answer);
        arena_free(&memory);
    }
}

/* What is told of CLK's total. */
static const struct {
    const char *why, *set[2], *even;
} evens[] = {
    { "the value that is there", { "basis.ROLL.CLK=7" }, "range 1 to 1; 1 at 0.00, 2 at 50.00" },
    { "with the decimals that are assumed", { "basis.ROLL.CLK=7.50" },
      "range 1.00 to 1.00; 1.00 at 0.00, 1.01 at 0.66" },
    { "one value for a year that had two, 75 of 200", { "basis.POP.STI=2" },
      "between; 2 at -8.33, 1 at 25.00" },
    { "a value of a period is looked for by itself", { "basis.POP.STI@2014-15/P06=2" },
      "range 3 to 3; 3 at 0.00, 2 at 8.33" },
    { "another assignment that changes nothing", { "basis.POP.CLK=5", "support.HR.ED=2" },
      "range 1 to 1; 1 at 0.00, 2 at 31.67" },
    { "another assignment to make up for", { "basis.ROLL.CLK=5", "pool.SW.basis=ROLL" },
      "between; 1 at -8.33, 2 at 75.00" },
    { "per cents cannot change alone", { "basis.PLAN.CLK=25" }, "per cents must add to 100" },
    { "nothing to look for", { "setting.rounding=period" }, "" },
};

static const char *even_text(struct arena *memory, const struct whatif_answer *answer)
{
    static const char *const kinds[] = { "none", "always", "range", "between" };
    const struct break_even *even = answer->even;
    char below[MONEY_TEXT_MAX];
    char above[MONEY_TEXT_MAX];

    if (answer->evens == 0)
        return answer->no_even == NULL ? "" : answer->no_even;
    (void)money_print(even->change_below, below);
    (void)money_print(even->change_above, above);
    return arena_print(memory, "%s%s%s%s%s; %s at %s, %s at %s", kinds[even->kind],
                       even->from == NULL ? "" : " ", even->from == NULL ? "" : even->from,
                       even->from == NULL ? "" : " to ", even->from == NULL ? "" : even->to,
                       even->below, below, even->above, above);
}

static void the_break_even_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(evens); i++) {
        struct arena memory = { 0 };
        struct whatif_answer answer;
        struct trouble trouble = { { 0 } };

        if (ARENA_GUARD(&memory))
            fail_msg("out of memory");
        assert_int_equal(whatif_ask(&whatif, &memory, evens[i].set,
                                    count_of(evens[i].set, 2), NULL, &answer, &trouble), OK);
        const char *text = even_text(&memory, &answer);
        if (strncmp(text, evens[i].even, strlen(evens[i].even)) != 0 ||
            (evens[i].even[0] == '\0') != (text[0] == '\0'))
            fail_msg("%s: %s", evens[i].why, text);
        whatif_answer_close(&answer);
        arena_free(&memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_answered),
        cmocka_unit_test(errors_name_the_assignment),
        cmocka_unit_test(the_break_even_is_found),
    };
    return cmocka_run_group_tests(tests, open_whatif, close_whatif);
}
