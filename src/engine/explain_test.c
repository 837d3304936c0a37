/* Why a figure is what it is, and what became of a line: rows that read aloud. */
#include "engine/explain_line.h"
#include "engine/test_partnership.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena arena;
static struct memory_source sources[2];
static struct partnership partnership;
static struct settlement_result result;
static struct explanation explanation;
static struct trouble trouble;

#define LINES(text) "entry_id,partner,date,period,cost_centre,account,amount,description\n" text

static void settle_lines(const char *lines, const char *through)
{
    static struct memory_file file[1];

    trouble.text[0] = '\0';
    file[0] = (struct memory_file){ "ledger/a.csv", text_of(lines) };
    assert_int_equal(partnership_load(&partnership, test_source(sources, file, 1), &arena,
                                      BOOK_LEDGER, through, &trouble), OK);
    assert_int_equal(partnership_read(&partnership, 1, false, NULL, &trouble), OK);
    if (!partnership_is_refused(&partnership))
        assert_int_equal(partnership_settle(&partnership, NULL, &result, &trouble), OK);
}

static enum err find(const char *pool, const char *period, const char *group,
                     const char *partner)
{
    const struct explain_question question = { pool, period, group, partner, 10 };

    trouble.text[0] = '\0';
    return explain_find(&partnership, &question, &explanation, &trouble);
}

static void explain(const char *pool, const char *period)
{
    assert_int_equal(find(pool, period, NULL, NULL), OK);
    explain_work_out(&explanation, &result);
    assert_int_equal(explain_lines(&explanation, 10, NULL, &trouble), OK);
}

/* "1/3 of 0.01: exact 1/3, floor 0.00, fraction 1/3, order 2, pennies 0.00, due 0.00" */
static const char *part_text(const struct explained_figure *figure, size_t partner)
{
    const struct explained_part *part = &figure->part[partner];
    char due[MONEY_TEXT_MAX];
    char pennies[MONEY_TEXT_MAX];

    (void)money_print(part->due.borne, due);
    (void)money_print(part->pennies, pennies);
    return arena_print(&arena, "exact %s, fraction %s, order %d, pennies %s, due %s, carry %s",
                       part->accumulated.fraction, part->fraction.fraction, (int)part->rank,
                       pennies, due, part->carry_after.fraction);
}

static const struct {
    const char *why, *lines, *pool, *period, *clk, *sti;
} pennies[] = {
    { "the spare penny goes to the largest fraction",
      LINES("1,CLK,2014-04-01,,C1,10,0.01,\n"), "ED", "2014-15/P01",
      "exact 1/3, fraction 1/3, order 2, pennies 0.00, due 0.00, carry 1/3",
      "exact 2/3, fraction 2/3, order 1, pennies 0.01, due 0.01, carry -1/3" },
    { "on a tie, to the partner listed first",
      LINES("1,STI,2014-04-01,,S1,A,0.01,\n"), "SW", "2014-15/P01",
      "exact 1/2, fraction 1/2, order 1, pennies 0.01, due 0.01, carry -1/2",
      "exact 1/2, fraction 1/2, order 2, pennies 0.00, due 0.00, carry 1/2" },
    { "the carry comes back in the next period",
      LINES("1,STI,2014-04-01,,S1,A,0.01,\n2,STI,2014-05-01,,S1,A,0.01,\n"), "SW", "2014-15/P02",
      "exact 1, fraction 0, order 1, pennies 0.00, due 0.00, carry 0",
      "exact 1, fraction 0, order 2, pennies 0.00, due 0.01, carry 0" },
    { "a credit is the mirror image",
      LINES("1,CLK,2014-04-01,,C1,10,-0.01,\n"), "ED", "2014-15/P01",
      "exact -1/3, fraction 1/3, order 2, pennies 0.00, due 0.00, carry -1/3",
      "exact -2/3, fraction 2/3, order 1, pennies -0.01, due -0.01, carry 1/3" },
    { "a basis that changes counts from its period on",
      LINES("1,STI,2014-04-01,,S1,A,1.00,\n2,STI,2014-09-01,,S1,A,1.00,\n"), "SW", "2014-15/P06",
      "exact 75, fraction 0, order 1, pennies 0.00, due 0.25, carry 0",
      "exact 125, fraction 0, order 2, pennies 0.00, due 0.75, carry 0" },
    { "support cost ends by its drivers: 1/4 by pupils, 3/4 by people",
      LINES("1,CLK,2014-04-01,,C2,10,0.12,\n"), "HR", "2014-15/P01",
      "exact 11/2, fraction 1/2, order 1, pennies 0.01, due 0.06, carry -1/2",
      "exact 13/2, fraction 1/2, order 2, pennies 0.00, due 0.06, carry 1/2" },
};

static void pennies_are_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pennies); i++) {
        settle_lines(pennies[i].lines, NULL);
        explain(pennies[i].pool, pennies[i].period);
        assert_int_equal(explanation.figures, 1);
        const char *clk = part_text(&explanation.figure[0], 0);
        const char *sti = part_text(&explanation.figure[0], 1);
        if (strcmp(clk, pennies[i].clk) != 0 || strcmp(sti, pennies[i].sti) != 0)
            fail_msg("%s: CLK %s; STI %s", pennies[i].why, clk, sti);
        partnership_close(&partnership);
    }
}

static void the_basis_is_shown_with_its_values(void **state)
{
    (void)state;
    settle_lines(LINES("1,STI,2014-09-01,,S1,A,1.00,\n"), NULL);
    explain("SW", "2014-15/P06");
    assert_int_equal(explanation.bases, 1);
    const struct explained_basis *basis = &explanation.basis[0];
    assert_true(text_is(basis->value[1]->written, "3"));
    assert_int_equal(basis->value[1]->from, period_of_year(2014, 5));
    assert_int_equal(basis->value[1]->line, 6);
    assert_string_equal(basis->share[0].fraction, "1/4");
    assert_string_equal(basis->share[0].decimal, "25.000000");
    assert_false(basis->share[0].rounded);
    assert_int_equal(explanation.row->line, 3);
    partnership_close(&partnership);
}

static void the_chain_leads_to_where_the_cost_ends(void **state)
{
    (void)state;
    settle_lines(LINES("1,CLK,2014-04-01,,C2,10,1.00,\n"), NULL);
    explain("HR", "2014-15/P01");
    assert_int_equal(explanation.chained, 3);
    const struct explained_pool *pool = &explanation.chain[0];
    assert_int_equal(pool->outlets, 2);
    assert_string_equal(pool->driver[1].part.fraction, "3/4");
    assert_string_equal(pool->outlet[1].part.fraction, "3/4");
    assert_string_equal(pool->share[0].fraction, "11/24");
    partnership_close(&partnership);
}

static void lines_are_counted_beyond_those_shown(void **state)
{
    (void)state;
    settle_lines(LINES("1,CLK,2014-04-01,,C1,10,1.00,first\n2,CLK,2014-04-02,,C1,10,2.00,\n"
                       "3,CLK,2014-05-01,,C1,10,4.00,later\n"), NULL);
    assert_int_equal(find("ED", "2014-15/P01", "pay", "STI"), OK);
    explain_work_out(&explanation, &result);
    assert_int_equal(explain_lines(&explanation, 1, NULL, &trouble), OK);
    assert_int_equal(explanation.shown, 1);
    assert_int_equal(explanation.lines.lines, 2);
    assert_true(explanation.lines.pence == 300);
    assert_true(text_is(explanation.line[0].field[FIELD_DESCRIPTION], "first"));
    assert_int_equal(explanation.centres, 1);
    assert_int_equal(explanation.centre[0].row->line, 2);
    partnership_close(&partnership);
}

static const struct {
    const char *pool, *period, *group, *partner, *said;
} missing[] = {
    { "EDD", "2014-15/P01", NULL, NULL, "there is no pool 'EDD'. Did you mean 'ED'?" },
    { "ED", "2014-15/P14", NULL, NULL, "'2014-15/P14' is not a period" },
    { "ED", "2013-14/P01", NULL, NULL, "2013-14/P01 is not in this year" },
    { "ED", "2014-15/P07", NULL, NULL, "2014-15/P07 is later than 2014-15/P06" },
    { "ED", "2014-15/P01", "pey", NULL, "there is no group 'pey'. Did you mean 'pay'?" },
    { "ED", "2014-15/P01", NULL, "STR", "there is no partner 'STR'. Did you mean 'STI'?" },
};

static void what_is_missing_is_named_with_the_nearest(void **state)
{
    (void)state;
    settle_lines(LINES("1,CLK,2014-04-01,,C1,10,1.00,\n"), "2014-15/P06");
    for (size_t i = 0; i < COUNT(missing); i++) {
        assert_int_equal(find(missing[i].pool, missing[i].period, missing[i].group,
                              missing[i].partner), ERR_MISSING);
        if (strncmp(trouble.text, missing[i].said, strlen(missing[i].said)) != 0)
            fail_msg("%s", trouble.text);
    }
    partnership_close(&partnership);
}

/* ---- lines ---- */

static const char ledger[] =
    LINES("1,CLK,2014-04-01,,C1,10,1.00,shared\n"
          "\n"
          "2,STI,2014-04-01,,S2,A,1.00,direct\n"
          "3,CLK,2014-04-01,,C3,10,1.00,excluded\n"
          "4,CLK,2014-09-01,,C1,10,1.00,later\n"
          "5,CLK,2014-04-01,,C1,10,1.00,\"two\n"
          "lines\"\n");

static const char faulty[] =
    LINES("1,CLK,2014-04-01,,C1,10,1.00,good\n"
          "1,CLK,2014-04-01,,C1,10,2.00,the same id\n"
          "2,CLK,2014-04-31,,C1,10,1.00,no such day\n"
          "3,CLK,2014-04-01,,C9,10,1.00,not mapped\n"
          "4,CLK,2014-04-01\n");

static const struct {
    const char *why, *lines, *place;
    enum line_outcome outcome;
    enum fault_code fault;
    uint64_t start;
} lines[] = {
    { "the header", ledger, "ledger/a.csv:1", LINE_HEADER, FAULT_NONE, 1 },
    { "a shared line", ledger, "ledger/a.csv:2", LINE_CHARGED, FAULT_NONE, 2 },
    { "a blank line", ledger, "a.csv:3", LINE_EMPTY, FAULT_NONE, 3 },
    { "a direct line", ledger, "a.csv:4", LINE_BORNE, FAULT_NONE, 4 },
    { "an excluded line", ledger, "a.csv:5", LINE_EXCLUDED, FAULT_NONE, 5 },
    { "a line after --through", ledger, "a.csv:6", LINE_LATER, FAULT_NONE, 6 },
    { "a record of two lines", ledger, "a.csv:8", LINE_CHARGED, FAULT_NONE, 7 },
    { "a good line in a refused folder", faulty, "a.csv:2", LINE_CHARGED, FAULT_NONE, 2 },
    { "an id that stands twice", faulty, "a.csv:3", LINE_FAULTY, FAULT_DUPLICATE, 3 },
    { "a day that is none", faulty, "a.csv:4", LINE_FAULTY, FAULT_DATE, 4 },
    { "a cost centre not mapped", faulty, "a.csv:5", LINE_FAULTY, FAULT_COST_CENTRE, 5 },
    { "too few fields", faulty, "a.csv:6", LINE_FAULTY, FAULT_FIELDS, 6 },
    { "a header that is wrong", "a,b\n1,2\n", "a.csv:1", LINE_FAULTY, FAULT_HEADER, 1 },
    { "what stands behind it", "a,b\n1,2\n", "a.csv:2", LINE_NOT_READ, FAULT_NONE, 2 },
};

static void every_line_has_its_outcome(void **state)
{
    struct line_story story;

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        settle_lines(lines[i].lines, "2014-15/P05");
        assert_int_equal(story_find(&partnership, lines[i].place, &story, &trouble), OK);
        assert_int_equal(story_judge(&story, NULL, &trouble), OK);
        if (!partnership_is_refused(&partnership))
            story_settle(&story, &result);
        bool good = story.outcome == lines[i].outcome && story.start == lines[i].start &&
                    (story.outcome != LINE_FAULTY || story.line.fault == lines[i].fault);
        if (!good)
            fail_msg("%s: %s, %s, starts on %d", lines[i].why, line_outcome_name[story.outcome],
                     fault_name(story.line.fault), (int)story.start);
        assert_int_equal(story.twin.line, lines[i].fault == FAULT_DUPLICATE ? 2 : 0);
        partnership_close(&partnership);
    }
}

static void a_line_is_followed_to_each_partner(void **state)
{
    struct line_story story;

    (void)state;
    settle_lines(ledger, NULL);
    assert_int_equal(story_find(&partnership, "a.csv:2", &story, &trouble), OK);
    assert_int_equal(story_judge(&story, NULL, &trouble), OK);
    story_settle(&story, &result);
    assert_string_equal(story.part[0].pence.fraction, "100/3");
    assert_string_equal(story.part[1].share.fraction, "2/3");
    assert_true(story.of->total == 200);
    assert_int_equal(story.row->line, 2);
    partnership_close(&partnership);
}

static const struct {
    const char *place, *said;
    enum err err;
} places[] = {
    { "a.csv:10", "ledger/a.csv has 8 lines: there is no line 10", ERR_MISSING },
    { "b.csv:1", "there is no ledger file 'b.csv'", ERR_MISSING },
    { "a.csv", "--line is a file and a line number", ERR_USAGE },
    { "a.csv:0", "--line is a file and a line number", ERR_USAGE },
    { "a.csv:2x", "--line is a file and a line number", ERR_USAGE },
};

static void places_that_are_none_are_named(void **state)
{
    struct line_story story;

    (void)state;
    settle_lines(ledger, NULL);
    for (size_t i = 0; i < COUNT(places); i++) {
        trouble.text[0] = '\0';
        assert_int_equal(story_find(&partnership, places[i].place, &story, &trouble),
                         places[i].err);
        if (strncmp(trouble.text, places[i].said, strlen(places[i].said)) != 0)
            fail_msg("%s: %s", places[i].place, trouble.text);
    }
    partnership_close(&partnership);
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
        cmocka_unit_test(pennies_are_explained),
        cmocka_unit_test(the_basis_is_shown_with_its_values),
        cmocka_unit_test(the_chain_leads_to_where_the_cost_ends),
        cmocka_unit_test(lines_are_counted_beyond_those_shown),
        cmocka_unit_test(what_is_missing_is_named_with_the_nearest),
        cmocka_unit_test(every_line_has_its_outcome),
        cmocka_unit_test(a_line_is_followed_to_each_partner),
        cmocka_unit_test(places_that_are_none_are_named),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
