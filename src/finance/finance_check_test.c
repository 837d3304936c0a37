/* What must hold before a period is locked, and how a run's files are added up. */
#include "finance/finance_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct period_facts good = { .period = 2, .first_open = 2, .run = FACTS_CLOSED };

static void expect(const struct period_facts *facts, enum period_check check,
                   enum check_state state, const char *words)
{
    struct arena arena = { 0 };

    if (ARENA_GUARD(&arena))
        abort();
    const struct check_result result = period_check(&arena, facts, check);
    assert_int_equal(result.state, state);
    assert_non_null(strstr(result.words, words));
    assert_int_equal(period_check_first(&arena, facts) == check, state != CHECK_PASSED);
    arena_free(&arena);
}

static void all_pass_when_all_is_done(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    if (ARENA_GUARD(&arena))
        abort();
    assert_int_equal(period_check_first(&arena, &good), PERIOD_CHECKS);
    for (enum period_check check = 0; check < PERIOD_CHECKS; check++) {
        assert_true(strlen(period_check_title(check)) > 5);
        assert_true(strlen(period_check_why(check)) > 20);
    }
    arena_free(&arena);
}

static void each_check_finds_its_own_fault(void **state)
{
    struct period_facts facts = good;

    (void)state;
    facts.first_open = 1;
    expect(&facts, CHECK_EARLIER, CHECK_FAILED, "P02 is not locked");
    facts = good, facts.untaken = "Stirling";
    expect(&facts, CHECK_TAKEN, CHECK_FAILED, "Missing from Stirling");
    facts = good, facts.unmapped = "Stirling";
    expect(&facts, CHECK_MAPPED, CHECK_FAILED, "Stirling");
    facts = good, facts.disagreed = "ROLL is not agreed.";
    expect(&facts, CHECK_AGREED, CHECK_FAILED, "ROLL");
    facts = good, facts.run = FACTS_NO_RUN;
    expect(&facts, CHECK_RUN, CHECK_FAILED, "not worked out");
    facts.run = FACTS_RUNNING;
    expect(&facts, CHECK_RUN, CHECK_WAITS, "being worked out");
    facts.run = FACTS_FAILED;
    expect(&facts, CHECK_RUN, CHECK_FAILED, "failed");
    facts = good, facts.run = FACTS_REFUSED, facts.faults = 4;
    expect(&facts, CHECK_REFUSED, CHECK_FAILED, "4 faults");
    facts = good, facts.changed = "The map of Stirling was changed.";
    expect(&facts, CHECK_NEWEST, CHECK_FAILED, "map of Stirling");
    facts = good, facts.proof.conservation = "c";
    expect(&facts, CHECK_CONSERVATION, CHECK_FAILED, "c");
    facts = good, facts.proof.balance = "b";
    expect(&facts, CHECK_BALANCE, CHECK_FAILED, "b");
    facts = good, facts.proof.mirror = "m";
    expect(&facts, CHECK_MIRROR, CHECK_FAILED, "m");
    facts = good, facts.proof.bill = "x";
    expect(&facts, CHECK_BILL, CHECK_FAILED, "x");
    facts = good, facts.proof.unreadable = "torn";
    expect(&facts, CHECK_CONSERVATION, CHECK_FAILED, "torn");
}

static void a_query_holds_nothing_up(void **state)
{
    struct period_facts facts = good;

    (void)state;
    facts.queries = 3, facts.disputed = 12345;
    expect(&facts, CHECK_QUERIES, CHECK_PASSED, "3 open, about \xC2\xA3" "123.45; what is not "
           "disputed stands");
}

static void vat_that_is_not_agreed_is_a_warning(void **state)
{
    struct period_facts facts = good;
    struct arena arena = { 0 };

    (void)state;
    if (ARENA_GUARD(&arena))
        abort();
    assert_false(period_check(&arena, &facts, CHECK_VAT).warns);
    facts.no_vat = "education, social";
    assert_true(period_check(&arena, &facts, CHECK_VAT).warns);
    arena_free(&arena);
    expect(&facts, CHECK_VAT, CHECK_PASSED, "Not agreed for education, social");
}

/* --- a run's files --- */

#define SETTLEMENT "kind,pool,period,group,partner,borne,paid,net\n"
#define BILL "service,from,to,amount\n"
#define JOURNAL "period,service,kind,pool,group,debit,credit\n"

static struct run_output output[] = {
    { { "bill.csv", 8 }, { NULL, 0 } }, { { "journal-A.csv", 13 }, { NULL, 0 } },
    { { "journal-B.csv", 13 }, { NULL, 0 } }, { { "settlement.csv", 14 }, { NULL, 0 } },
    { { "totals.csv", 10 }, { "anything", 8 } },
};

static struct run_proof prove(struct arena *arena, const char *settlement, const char *bill,
                              const char *a, const char *b)
{
    struct run_proof proof;

    if (ARENA_GUARD(arena))
        abort();
    output[0].bytes = text_of(bill);
    output[1].bytes = text_of(a);
    output[2].bytes = text_of(b);
    output[3].bytes = text_of(settlement);
    run_proof_make(arena, output, sizeof output / sizeof output[0], &proof);
    return proof;
}

#define GOOD_SETTLEMENT SETTLEMENT "common,P,2014-15/P01,pay,A,6.00,10.00,-4.00\n" \
    "common,P,2014-15/P01,pay,B,4.00,0.00,4.00\n"
#define GOOD_BILL BILL "all,B,A,4.00\n"
#define GOOD_A JOURNAL "2014-15/P01,s,common,P,pay,,4.00\n2014-15/P01,s,clearing,,,4.00,\n"
#define GOOD_B JOURNAL "2014-15/P01,s,common,P,pay,4.00,\n2014-15/P01,s,clearing,,,,4.00\n"

static void files_that_agree_are_proved(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    const struct run_proof proof = prove(&arena, GOOD_SETTLEMENT, GOOD_BILL, GOOD_A, GOOD_B);
    assert_null(proof.unreadable);
    assert_null(proof.conservation);
    assert_null(proof.balance);
    assert_null(proof.mirror);
    assert_null(proof.bill);
    arena_free(&arena);
}

static void a_penny_is_missed(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    struct run_proof proof = prove(&arena, SETTLEMENT
        "common,P,2014-15/P01,pay,A,6.00,10.00,-4.00\ncommon,P,2014-15/P01,pay,B,4.01,0.00,4.01\n",
        GOOD_BILL, GOOD_A, GOOD_B);
    assert_string_equal(proof.conservation,
                        "Borne and paid differ: common P 2014-15/P01 pay is out by 0.01.");
    assert_string_equal(proof.bill, "Bill and settlement differ: B is out by 0.01.");
    proof = prove(&arena, GOOD_SETTLEMENT, GOOD_BILL, JOURNAL
                  "2014-15/P01,s,common,P,pay,,4.00\n2014-15/P01,s,clearing,,,3.99,\n", GOOD_B);
    assert_non_null(strstr(proof.balance, "journal-A.csv 2014-15/P01 s is out by -0.01"));
    assert_null(proof.mirror);
    proof = prove(&arena, GOOD_SETTLEMENT, GOOD_BILL, GOOD_A, JOURNAL
                  "2014-15/P01,s,common,P,pay,4.01,\n2014-15/P01,s,clearing,,,,4.01\n");
    assert_null(proof.balance);
    assert_non_null(strstr(proof.mirror, "2014-15/P01 s is out by 0.01"));
    arena_free(&arena);
}

static void what_cannot_be_read_proves_nothing(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_non_null(prove(&arena, "nothing\n", GOOD_BILL, GOOD_A, GOOD_B).unreadable);
    assert_non_null(prove(&arena, SETTLEMENT "common,P,2014-15/P01,pay,A,6.00,10.00,4.00\n",
                          GOOD_BILL, GOOD_A, GOOD_B).unreadable);
    struct run_proof proof;
    run_proof_make(&arena, output, 2, &proof);
    assert_non_null(strstr(proof.unreadable, "missing"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pass_when_all_is_done),
        cmocka_unit_test(each_check_finds_its_own_fault),
        cmocka_unit_test(a_query_holds_nothing_up),
        cmocka_unit_test(vat_that_is_not_agreed_is_a_warning),
        cmocka_unit_test(files_that_agree_are_proved),
        cmocka_unit_test(a_penny_is_missed),
        cmocka_unit_test(what_cannot_be_read_proves_nothing),
    };

    return cmocka_run_group_tests_name("period checks", tests, NULL, NULL);
}
