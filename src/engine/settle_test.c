/*
 * What is due in each period: pennies by the rules, locked periods left as they were charged,
 * and a year that comes out the same however often it was closed on the way.
 */
#include "engine/settle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/test_random.h"
#include "engine/test_model.h"

#define CHARGED "kind,pool,period,group,partner,borne,paid,net\n"
#define CORRECTED "kind,pool,period,carried_in,group,partner,borne,paid\n"

static struct arena arena;

/* A partnership that was settled. */
struct settled {
    struct test_partnership  p;
    struct sums              sums;
    struct share_table       shares;
    struct settlement_result result;
};

static void settle_all(struct settled *s, int32_t through)
{
    struct trouble trouble = { "" };
    struct demand demand;

    test_model_load(&s->p);
    test_ledger_list(&s->p);
    struct ledger_request request = { .source = &s->p.source.source, .model = &s->p.model,
                                      .files = &s->p.book, .through = through, .threads = 1 };
    assert_int_equal(ledger_sum(&request, &arena, &s->sums, &s->p.faults, &trouble), OK);
    demand_from_sums(&s->sums, through, &arena, &demand);
    shares_test(&s->p.model, &demand, through, &s->p.faults, &arena);
    assert_string_equal(test_faults_shown(&s->p.faults, &arena), "");
    shares_work_out(&s->p.model, &demand, through, &arena, &s->shares);
    assert_int_equal(settle(&s->p.model, &s->sums, &s->shares, through, &arena, NULL, &s->result,
                            &trouble), OK);
}

static void close_settled(struct settled *s)
{
    shares_close(&s->shares);
    model_close(&s->p.model);
}

static void open_settled(struct settled *s, const char *settings, const char *lines)
{
    test_partnership_open(&s->p, &arena);
    test_file_set(&s->p, "partnership.csv",
                  arena_print(&arena, "key,value\nyear,2014-15\n%s", settings));
    test_file_set(&s->p, "cost_centres.csv",
                  "partner,cost_centre,account,from,to,treatment,pool,bearer\n"
                  "CLK,C,,,,common,HQ,\nSTI,C,,,,common,HQ,\nCLK,D,,,,direct,HQ,STI\n"
                  "CLK,I,,,,initiative,HQ,CLK\nCLK,X,,,,excluded,,\n");
    test_file_set(&s->p, "ledger/a.csv", arena_print(&arena, LEDGER_HEADER "\n%s", lines));
}

/* Pence that the first partner bears, period by period: "1 0 1", up to the last settled. */
static const char *borne_shown(const struct settled *s, enum kind kind, size_t partner)
{
    const struct account_line *line = settlement_line(&s->result, kind, 0, 0);
    const char *shown = "";

    for (int32_t t = s->result.first; line != NULL && t <= s->result.through; t++)
        shown = arena_print(&arena, "%s%s%lld", shown, t == s->result.first ? "" : " ",
                            (long long)line->due[(size_t)t * s->result.partners + partner].borne);
    return shown;
}

/* The same amount paid by Stirling in every period. */
static const char *monthly(const char *amount)
{
    const char *lines = "";

    for (int period = 1; period <= PERIODS; period++)
        lines = arena_print(&arena, "%s%d,STI,,2014-15/P%02d,C,10,%s,\n", lines, period, period,
                            amount);
    return lines;
}

static const struct {
    const char *why, *settings, *basis, *amount;
    const char *borne[2];                /* by Clackmannanshire, by Stirling */
} rows[] = {
    { "a penny a month, to date: each in turn", "", "EQ", "0.01",
      { "1 0 1 0 1 0 1 0 1 0 1 0 1", "0 1 0 1 0 1 0 1 0 1 0 1 0" } },
    { "a penny a month, each period alone: always the first", "rounding,period\n", "EQ", "0.01",
      { "1 1 1 1 1 1 1 1 1 1 1 1 1", "0 0 0 0 0 0 0 0 0 0 0 0 0" } },
    { "a penny back a month mirrors it", "", "EQ", "-0.01",
      { "-1 0 -1 0 -1 0 -1 0 -1 0 -1 0 -1", "0 -1 0 -1 0 -1 0 -1 0 -1 0 -1 0" } },
    { "the lead takes what is left, to date", "remainder,lead\n", "EQ", "0.01",
      { "0 1 0 1 0 1 0 1 0 1 0 1 0", "1 0 1 0 1 0 1 0 1 0 1 0 1" } },
    { "the lead takes what is left, each period alone", "remainder,lead\nrounding,period\n", "EQ",
      "0.01", { "0 0 0 0 0 0 0 0 0 0 0 0 0", "1 1 1 1 1 1 1 1 1 1 1 1 1" } },
    { "the first takes what is left", "remainder,first\nrounding,period\n", "EQ", "0.03",
      { "2 2 2 2 2 2 2 2 2 2 2 2 2", "1 1 1 1 1 1 1 1 1 1 1 1 1" } },
    /* other programs bill 178.60 or 178.61 in every month, and the year is wrong */
    { "182.25 a month at 98/2: a year of 2,321.87 and 47.38", "", "F", "182.25",
      { "17861 17860 17861 17860 17861 17860 17861 17860 17861 17860 17861 17860 17861",
        "364 365 364 365 364 365 364 365 364 365 364 365 364" } },
};

static void pennies_over_a_year(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settled s;

        open_settled(&s, rows[i].settings, monthly(rows[i].amount));
        test_file_set(&s.p, "bases.csv",
                      "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
                      "EQ,,equal,,,,,,\nF,,fixed,,,,,,\n");
        test_file_set(&s.p, "basis_values.csv", "basis,from,partner,value\nF,2014-15/P01,CLK,98\n"
                                                "F,2014-15/P01,STI,2\n");
        test_file_set(&s.p, "pools.csv",
                      arena_print(&arena, "pool,name,service,kind,from,to,basis\nHQ,,SW,,,,%s\n",
                                  rows[i].basis));
        settle_all(&s, PERIODS - 1);
        for (size_t partner = 0; partner < 2; partner++)
            if (strcmp(borne_shown(&s, KIND_COMMON, partner), rows[i].borne[partner]) != 0)
                fail_msg("%s: %s", rows[i].why, borne_shown(&s, KIND_COMMON, partner));
        close_settled(&s);
        arena_free(&arena);
    }
}

static void a_reversal_in_a_later_period_cancels(void **state)
{
    struct settled s;

    (void)state;
    open_settled(&s, "", "1,STI,,2014-15/P01,C,10,0.01,\n2,STI,,2014-15/P03,C,10,-0.01,\n");
    settle_all(&s, 3);
    assert_string_equal(borne_shown(&s, KIND_COMMON, 0), "1 0 -1 0");
    assert_string_equal(borne_shown(&s, KIND_COMMON, 1), "0 0 0 0");
    assert_true(bill_between(&s.result, 0, 1) == 0);
    close_settled(&s);
    arena_free(&arena);
}

static void direct_cost_is_borne_by_its_bearer_alone(void **state)
{
    struct settled s;

    (void)state;
    open_settled(&s, "", "1,CLK,,2014-15/P01,D,10,5.01,\n2,CLK,,2014-15/P02,I,10,7,\n"
                         "3,CLK,,2014-15/P02,X,10,9,\n");
    settle_all(&s, 1);
    assert_string_equal(borne_shown(&s, KIND_DIRECT, 0), "0 0");
    assert_string_equal(borne_shown(&s, KIND_DIRECT, 1), "501 0");
    assert_string_equal(borne_shown(&s, KIND_INITIATIVE, 0), "0 700");
    assert_string_equal(borne_shown(&s, KIND_COMMON, 0), "");
    /* Stirling leads: its share of what Clackmannanshire paid comes back as a credit. */
    assert_true(bill_between(&s.result, 0, 1) == -501);
    assert_true(bill_between(&s.result, 1, 0) == 501);
    assert_true(sums_treatment(&s.sums, KIND_EXCLUDED).pence == 900);
    close_settled(&s);
    arena_free(&arena);
}

/* ---- locked periods ---- */

/* April was charged as it then stood: 10.00, paid by Stirling. */
#define APRIL "common,HQ,2014-15/P01,Pay,CLK,5.00,0.00,5.00\n" \
              "common,HQ,2014-15/P01,Pay,STI,5.00,10.00,-5.00\n"
#define MAY "common,HQ,2014-15/P02,Pay,CLK,6.00,0.00,6.00\n" \
            "common,HQ,2014-15/P02,Pay,STI,6.00,12.00,-6.00\n"

static const struct {
    const char *why, *lines, *charged, *corrected;
    int32_t     first;
    const char *borne;                   /* by Clackmannanshire in the open periods, to P04 */
    int64_t     correction;              /* what it bears of it, from April */
} locks[] = {
    { "nothing has changed",
      "1,STI,,2014-15/P01,C,10,10,\n2,STI,,2014-15/P02,C,10,8,\n", CHARGED APRIL, NULL, 1,
      "400 0 0", 0 },
    { "a late line for April is carried into May",
      "1,STI,,2014-15/P01,C,10,10,\n2,STI,,2014-15/P02,C,10,8,\n3,STI,,2014-15/P01,C,10,4,\n",
      CHARGED APRIL, NULL, 1, "600 0 0", 200 },
    { "a line of April that has gone",
      "2,STI,,2014-15/P02,C,10,8,\n", CHARGED APRIL, NULL, 1, "-100 0 0", -500 },
    { "a month without a line, charged all the same",
      "", CHARGED APRIL, NULL, 1, "-500 0 0", -500 },
    { "May carried the late line, and is locked too: it is not carried again",
      "1,STI,,2014-15/P01,C,10,10,\n2,STI,,2014-15/P02,C,10,8,\n3,STI,,2014-15/P01,C,10,4,\n",
      CHARGED APRIL MAY,
      CORRECTED "common,HQ,2014-15/P01,2014-15/P02,Pay,CLK,2.00,0.00\n"
                "common,HQ,2014-15/P01,2014-15/P02,Pay,STI,2.00,4.00\n", 2, "0 0", 0 },
    { "without its corrections May takes the blame, and the sum is the same",
      "1,STI,,2014-15/P01,C,10,10,\n2,STI,,2014-15/P02,C,10,8,\n3,STI,,2014-15/P01,C,10,4,\n",
      CHARGED APRIL MAY, NULL, 2, "0 0", 200 },
    { "one more late line after that: only the new one is carried",
      "1,STI,,2014-15/P01,C,10,10,\n2,STI,,2014-15/P02,C,10,8,\n3,STI,,2014-15/P01,C,10,4,\n"
      "4,STI,,2014-15/P01,C,10,2,\n", CHARGED APRIL MAY,
      CORRECTED "common,HQ,2014-15/P01,2014-15/P02,Pay,CLK,2.00,0.00\n"
                "common,HQ,2014-15/P01,2014-15/P02,Pay,STI,2.00,4.00\n", 2, "100 0", 100 },
    { "a correction of a close that was never locked counts for nothing",
      "1,STI,,2014-15/P01,C,10,10,\n2,STI,,2014-15/P02,C,10,8,\n3,STI,,2014-15/P01,C,10,4,\n",
      CHARGED APRIL,
      CORRECTED "common,HQ,2014-15/P01,2014-15/P02,Pay,CLK,2.00,0.00\n"
                "common,HQ,2014-15/P01,2014-15/P02,Pay,STI,2.00,4.00\n", 1, "600 0 0", 200 },
};

static void what_was_charged_stands_and_the_rest_is_carried(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(locks); i++) {
        struct settled s;

        open_settled(&s, "", locks[i].lines);
        test_file_set(&s.p, "charged.csv", locks[i].charged);
        test_file_set(&s.p, "corrected.csv", locks[i].corrected);
        settle_all(&s, 3);
        assert_int_equal(s.result.first, locks[i].first);
        if (strcmp(borne_shown(&s, KIND_COMMON, 0), locks[i].borne) != 0)
            fail_msg("%s: %s", locks[i].why, borne_shown(&s, KIND_COMMON, 0));
        const struct account_line *line = settlement_line(&s.result, KIND_COMMON, 0, 0);
        if (line->correction[0].borne != locks[i].correction)
            fail_msg("%s: correction %lld", locks[i].why, (long long)line->correction[0].borne);
        close_settled(&s);
        arena_free(&arena);
    }
}

static void a_locked_period_shows_what_was_charged(void **state)
{
    struct settled s;

    (void)state;
    open_settled(&s, "", "1,STI,,2014-15/P01,C,10,14,\n");
    test_file_set(&s.p, "charged.csv", CHARGED APRIL);
    settle_all(&s, 2);
    const struct account_line *line = settlement_line(&s.result, KIND_COMMON, 0, 0);
    struct due april = settlement_standing(&s.result, line, 0, 1);
    struct due may = settlement_standing(&s.result, line, 1, 1);
    assert_true(april.borne == 500 && april.paid == 1000);
    assert_true(may.borne == 200 && may.paid == 400);
    close_settled(&s);
    arena_free(&arena);
}

/* ---- laws ---- */

#define LINES 60

/* Lines in the order in which they became known, for any period up to then. */
static const char *random_lines(struct chance *chance, int from, int count, int32_t last_period)
{
    static const char *const centres[] = { "C", "C", "C", "D", "I" };
    const char *lines = "";

    for (int i = 0; i < count; i++) {
        bool stirling = chance_one_in(chance, 2);
        lines = arena_print(&arena, "%s%d,%s,,2014-15/P%02d,%s,10,%d.%02d,\n", lines, from + i,
                            stirling ? "STI" : "CLK",
                            (int)chance_between(chance, 0, last_period) + 1,
                            stirling ? "C" : centres[chance_below(chance, COUNT(centres))],
                            (int)chance_between(chance, -999, 9999),
                            (int)chance_between(chance, 0, 99));
    }
    return lines;
}

static const char *random_settings(struct chance *chance)
{
    static const char *const remainders[] = { "largest", "lead", "first" };

    return arena_print(&arena, "remainder,%s\nrounding,%s\n",
                       remainders[chance_below(chance, 3)],
                       chance_one_in(chance, 2) ? "period" : "year-to-date");
}

static void open_random(struct settled *s, const char *settings, const char *lines)
{
    open_settled(s, settings, lines);
    test_file_set(&s->p, "bases.csv",
                  "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
                  "M,,measure,,,,,,\n");
    test_file_set(&s->p, "basis_values.csv",
                  "basis,from,partner,value\nM,2014-15/P01,CLK,7394\nM,2014-15/P01,STI,13984\n"
                  "M,2014-15/P08,CLK,8001\n");
    test_file_set(&s->p, "pools.csv", "pool,name,service,kind,from,to,basis\nHQ,,SW,,,,M\n");
}

static void what_is_borne_is_what_was_paid(void **state)
{
    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct chance chance = chance_of(test_seed + (uint64_t)i);
        struct settled s;

        open_random(&s, random_settings(&chance), random_lines(&chance, 1, LINES, 12));
        settle_all(&s, (int32_t)chance_below(&chance, PERIODS));
        for (int kind = 0; kind < KIND_EXCLUDED; kind++) {
            const struct account_line *line = settlement_line(&s.result, (enum kind)kind, 0, 0);
            for (int32_t t = 0; line != NULL && t <= s.result.through; t++)
                if (settlement_standing(&s.result, line, t, 0).borne +
                        settlement_standing(&s.result, line, t, 1).borne !=
                    settlement_total(&s.result, line, t))
                    fail_msg("ledger %ld: %s in period %d", i, kind_name[kind], t);
        }
        close_settled(&s);
        arena_free(&arena);
    }
}

/* The open periods of a settlement as rows of charged.csv. */
static const char *charged_rows(const struct settled *s)
{
    const char *rows_written = "";

    for (int kind = 0; kind < KIND_EXCLUDED; kind++) {
        const struct account_line *line = settlement_line(&s->result, (enum kind)kind, 0, 0);
        for (int32_t t = s->result.first; line != NULL && t <= s->result.through; t++)
            for (size_t partner = 0; partner < 2; partner++) {
                const struct due *due = &line->due[(size_t)t * 2 + partner];
                char text[3][MONEY_TEXT_MAX];
                (void)money_print(due->borne, text[0]);
                (void)money_print(due->paid, text[1]);
                (void)money_print(due->borne - due->paid, text[2]);
                rows_written = arena_print(&arena, "%s%s,HQ,2014-15/P%02d,Pay,%s,%s,%s,%s\n",
                                           rows_written, kind_name[kind], t + 1,
                                           partner == 0 ? "CLK" : "STI", text[0], text[1],
                                           text[2]);
            }
    }
    return rows_written;
}

/* Its corrections as rows of corrected.csv. */
static const char *corrected_rows(const struct settled *s)
{
    const char *rows_written = "";

    for (int kind = 0; kind < KIND_EXCLUDED; kind++) {
        const struct account_line *line = settlement_line(&s->result, (enum kind)kind, 0, 0);
        for (int32_t t = 0; line != NULL && t < s->result.first; t++)
            for (size_t partner = 0; partner < 2; partner++) {
                const struct due *due = &line->correction[(size_t)t * 2 + partner];
                char text[2][MONEY_TEXT_MAX];
                (void)money_print(due->borne, text[0]);
                (void)money_print(due->paid, text[1]);
                if (due->borne != 0 || due->paid != 0)
                    rows_written = arena_print(&arena,
                                               "%s%s,HQ,2014-15/P%02d,2014-15/P%02d,Pay,%s,%s,%s\n",
                                               rows_written, kind_name[kind], t + 1,
                                               s->result.first + 1,
                                               partner == 0 ? "CLK" : "STI", text[0], text[1]);
            }
    }
    return rows_written;
}

/* What a partner has borne of a kind over the year, locked periods included. */
static wide year_of(const struct settled *s, enum kind kind, size_t partner)
{
    const struct account_line *line = settlement_line(&s->result, kind, 0, 0);
    wide year = 0;

    for (int32_t t = 0; line != NULL && t <= s->result.through; t++)
        year += settlement_standing(&s->result, line, t, partner).borne;
    return year;
}

/* Corrections that a close would carry though nothing has become known since. */
static bool carries_nothing(const struct settled *s)
{
    for (int kind = 0; kind < KIND_EXCLUDED; kind++) {
        const struct account_line *line = settlement_line(&s->result, (enum kind)kind, 0, 0);
        for (size_t i = 0; line != NULL && i < (size_t)s->result.first * 2; i++)
            if (line->correction[i].borne != 0 || line->correction[i].paid != 0)
                return false;
    }
    return true;
}

/* Closes three times, each time with more lines and what was charged so far; then once with
 * nothing new; and compares with one close of all lines. */
static void try_year(uint64_t seed)
{
    struct chance chance = chance_of(seed);
    const char *settings = random_settings(&chance);
    const char *lines = "";
    const char *charged = CHARGED;
    const char *corrected = CORRECTED;
    struct settled s;
    struct settled whole;

    for (int step = 0, known = 1; step < 4; step++) {
        int32_t through = step == 3 ? 12 : step * 4 + (int32_t)chance_below(&chance, 3);
        int more = step == 3 ? 0 : (int)chance_between(&chance, 0, LINES / 3);
        lines = arena_print(&arena, "%s%s", lines, random_lines(&chance, known, more, through));
        known += more;
        open_random(&s, settings, lines);
        if (step > 0) {
            test_file_set(&s.p, "charged.csv", charged);
            test_file_set(&s.p, "corrected.csv", corrected);
        }
        settle_all(&s, through);
        if (step == 3)
            break;
        charged = arena_print(&arena, "%s%s", charged, charged_rows(&s));
        corrected = arena_print(&arena, "%s%s", corrected, corrected_rows(&s));
        close_settled(&s);
    }
    open_random(&whole, settings, lines);
    settle_all(&whole, PERIODS - 1);
    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (size_t partner = 0; partner < 2; partner++)
            if (year_of(&s, (enum kind)kind, partner) != year_of(&whole, (enum kind)kind, partner))
                fail_msg("seed %llu: the year comes out otherwise", (unsigned long long)seed);
    if (s.result.first > 0 && !carries_nothing(&s))
        fail_msg("seed %llu: a correction is carried twice", (unsigned long long)seed);
    close_settled(&whole);
    close_settled(&s);
    arena_free(&arena);
}

static void a_year_closed_in_steps_comes_out_the_same(void **state)
{
    (void)state;
    for (long i = 0; i < test_cases; i++)
        try_year(test_seed + (uint64_t)i);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pennies_over_a_year),
        cmocka_unit_test(a_reversal_in_a_later_period_cancels),
        cmocka_unit_test(direct_cost_is_borne_by_its_bearer_alone),
        cmocka_unit_test(what_was_charged_stands_and_the_rest_is_carried),
        cmocka_unit_test(a_locked_period_shows_what_was_charged),
        cmocka_unit_test(what_is_borne_is_what_was_paid),
        cmocka_unit_test(a_year_closed_in_steps_comes_out_the_same),
    };

    test_chance_open(count, argument, 1000);
    return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
