/*
 * The rule of the pennies: examples that a finance officer would ask for, then the laws that hold
 * for any amount and any weights, each tried on a million cases.
 */
#include "money/apportion_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/test_random.h"

#define PARTIES 8

static struct apportion_work work;
static mpz_t exact[PARTIES];
static mpz_t denominator;
static mpz_t scratch;

/* Shares `total` in proportion to weights. */
static void share_out(int64_t total, const int64_t weight[], size_t count, enum remainder rule,
                      size_t lead, wide due[])
{
    mpz_set_ui(denominator, 0);
    for (size_t i = 0; i < count; i++) {
        mpz_add_ui(denominator, denominator, (unsigned long)weight[i]);
        mpz_set_si(exact[i], total);
        mpz_mul_si(exact[i], exact[i], weight[i]);
    }
    apportion(&work, exact, denominator, total, count, rule, lead, due);
}

static const struct example {
    const char    *why;
    enum remainder rule;
    size_t         lead;
    int64_t        total, weight[PARTIES], due[PARTIES];
} examples[] = {
    /* golden/largest_remainder.csv */
    { "Hare's ten seats (Wikipedia, largest remainder method)", REMAINDER_LARGEST, 0, 10,
      { 47000, 16000, 15900, 12000, 6000, 3100 }, { 5, 2, 1, 1, 1, 0 } },
    { "100.00 between three, alike", REMAINDER_LARGEST, 0, 10000, { 1, 1, 1 },
      { 3334, 3333, 3333 } },
    { "a penny between two, alike", REMAINDER_LARGEST, 0, 1, { 1, 1 }, { 1, 0 } },
    { "a million by pupils (Green Book 2023-24, p. 32)", REMAINDER_LARGEST, 0, 100000000,
      { 7394, 13984 }, { 34586959, 65413041 } },
    { "a million by population (Green Book 2023-24, p. 52)", REMAINDER_LARGEST, 0, 100000000,
      { 51540, 93470 }, { 35542376, 64457624 } },
    { "a million by dwellings (Green Book 2023-24, p. 106)", REMAINDER_LARGEST, 0, 100000000,
      { 25109, 42644 }, { 37059614, 62940386 } },
    { "a penny by pupils", REMAINDER_LARGEST, 0, 1, { 7394, 13984 }, { 0, 1 } },
    { "a credit mirrors the charge", REMAINDER_LARGEST, 0, -100000001, { 7394, 13984 },
      { -34586959, -65413042 } },
    /* golden/instalment_example.csv: a year in equal parts is shares of equal weights */
    { "417,968.09 in four quarters", REMAINDER_LARGEST, 0, 41796809, { 1, 1, 1, 1 },
      { 10449203, 10449202, 10449202, 10449202 } },
    /* half by pupils, half by establishments: 7394:13984 and 38:79 over 2 x 21378 x 117 */
    { "a million, half by pupils, half by schools", REMAINDER_LARGEST, 0, 100000000,
      { 1677462, 3324990 }, { 33532796, 66467204 } },
    /* what other programs have been seen to get wrong */
    { "182.25 at 98/2 is not 182.26", REMAINDER_LARGEST, 0, 18225, { 98, 2 }, { 17861, 364 } },
    { "182.25 back at 98/2", REMAINDER_LARGEST, 0, -18225, { 98, 2 }, { -17861, -364 } },
    { "182.25 at 2/98: the tie goes to the first", REMAINDER_LARGEST, 0, 18225, { 2, 98 },
      { 365, 17860 } },
    { "785.08 at 33.33/33.33/33.34 is not 785.09", REMAINDER_LARGEST, 0, 78508,
      { 3333, 3333, 3334 }, { 26167, 26167, 26174 } },
    { "785.08 by thirds is not 785.09", REMAINDER_LARGEST, 0, 78508, { 1, 1, 1 },
      { 26170, 26169, 26169 } },
    { "a penny at 95/5", REMAINDER_LARGEST, 0, 1, { 95, 5 }, { 1, 0 } },
    { "a penny back at 95/5", REMAINDER_LARGEST, 0, -1, { 95, 5 }, { -1, 0 } },
    { "per cents that floats do not add to 100", REMAINDER_LARGEST, 0, 10000, { 8871, 19, 1110 },
      { 8871, 19, 1110 } },
    /* ties, zeros, edges */
    { "nothing at all", REMAINDER_LARGEST, 0, 0, { 3, 4 }, { 0, 0 } },
    { "a party with no pupils pays nothing", REMAINDER_LARGEST, 0, 999, { 0, 7 }, { 0, 999 } },
    { "two spare pennies, three ties", REMAINDER_LARGEST, 0, 2, { 1, 1, 1 }, { 1, 1, 0 } },
    { "a tie behind a larger fraction", REMAINDER_LARGEST, 0, 10, { 1, 1, 2, 2 },
      { 2, 2, 3, 3 } },
    { "one party has it all", REMAINDER_LARGEST, 0, -7, { 5 }, { -7 } },
    { "the largest amount", REMAINDER_LARGEST, 0, INT64_MAX, { 1, 1 },
      { INT64_MAX / 2 + 1, INT64_MAX / 2 } },
    { "the least amount", REMAINDER_LARGEST, 0, INT64_MIN, { 1, 1 },
      { INT64_MIN / 2, INT64_MIN / 2 } },
    /* the other rules */
    { "the lead takes the odd penny", REMAINDER_LEAD, 1, 101, { 1, 1 }, { 50, 51 } },
    { "the lead takes both", REMAINDER_LEAD, 2, 5, { 1, 1, 1 }, { 1, 1, 3 } },
    { "the first takes both", REMAINDER_FIRST, 2, 5, { 1, 1, 1 }, { 3, 1, 1 } },
    { "the lead takes it though its own fraction is the least", REMAINDER_LEAD, 0, 100,
      { 1, 2 }, { 34, 66 } },
    { "a credit under lead", REMAINDER_LEAD, 1, -101, { 1, 1 }, { -50, -51 } },
    { "a credit under first", REMAINDER_FIRST, 1, -101, { 1, 1 }, { -51, -50 } },
    { "the lead has no share, and still the rest", REMAINDER_LEAD, 0, 5, { 0, 1, 1 },
      { 1, 2, 2 } },
    /* one more penny in the pot, and the third party pays one less: with three or more parties
     * the largest remainder does that (Alabama, 1880); the manual says so */
    { "Alabama: ten", REMAINDER_LARGEST, 0, 10, { 6, 6, 2 }, { 4, 4, 2 } },
    { "Alabama: eleven", REMAINDER_LARGEST, 0, 11, { 6, 6, 2 }, { 5, 5, 1 } },
};

static void examples_come_out_to_the_penny(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *e = &examples[i];
        wide due[PARTIES];
        size_t count = 1;

        for (size_t p = 1; p < PARTIES; p++)
            if (e->weight[p] != 0)
                count = p + 1;
        share_out(e->total, e->weight, count, e->rule, e->lead, due);
        for (size_t p = 0; p < count; p++)
            if (due[p] != e->due[p])
                fail_msg("%s: party %zu has %lld", e->why, p, (long long)due[p]);
    }
}

/* ---- laws ---- */

struct case_of {
    int64_t        total, weight[PARTIES];
    size_t         count, lead;
    enum remainder rule;
};

/* Amounts and weights of every size; small ones often, since ties and zeros live there. */
static struct case_of random_case(struct chance *chance)
{
    static const int64_t amount[] = { 3, 20, 1000, 1000000, 100000000000, INT64_MAX };
    static const int64_t most[] = { 1, 3, 10, 100, 60000, INT64_C(1) << 40 };
    const int64_t largest = amount[chance_below(chance, COUNT(amount))];
    const int64_t heaviest = most[chance_below(chance, COUNT(most))];
    struct case_of c = { .total = chance_between(chance, -largest, largest),
                         .count = 1 + chance_below(chance, PARTIES),
                         .rule = (enum remainder)chance_below(chance, 3) };

    c.lead = chance_below(chance, c.count);
    for (size_t p = 0; p < c.count; p++)
        c.weight[p] = chance_between(chance, 0, heaviest);
    c.weight[chance_below(chance, c.count)] += 1;
    return c;
}

static void share_case(const struct case_of *c, wide due[])
{
    share_out(c->total, c->weight, c->count, c->rule, c->lead, due);
}

/* Shows the case that breaks a law, so that it can become an example. */
static void broken(const struct case_of *c, const char *law)
{
    printf("# rule %d, lead %zu, total %lld, weights", (int)c->rule, c->lead,
           (long long)c->total);
    for (size_t p = 0; p < c->count; p++)
        printf(" %lld", (long long)c->weight[p]);
    printf("\n");
    fail_msg("%s", law);
}

static void shares_add_up_to_the_whole(void **state)
{
    struct chance chance = chance_of(test_seed);
    wide due[PARTIES];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct case_of c = random_case(&chance);
        wide sum = 0;

        share_case(&c, due);
        for (size_t p = 0; p < c.count; p++)
            sum += due[p];
        if (sum != c.total)
            broken(&c, "the shares do not add up");
    }
}

/* due * denominator less the exact numerator, into `scratch`. */
static void set_difference(wide due, size_t p)
{
    wide_to_mpz(due, scratch);
    mpz_mul(scratch, scratch, denominator);
    mpz_sub(scratch, scratch, exact[p]);
}

static void largest_is_less_than_a_penny_from_exact(void **state)
{
    struct chance chance = chance_of(test_seed + 1);
    wide due[PARTIES];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct case_of c = random_case(&chance);

        c.rule = REMAINDER_LARGEST;
        share_case(&c, due);
        for (size_t p = 0; p < c.count; p++) {
            set_difference(due[p], p);
            if (mpz_cmpabs(scratch, denominator) >= 0)
                broken(&c, "a share is a penny or more from exact");
        }
    }
}

static void all_but_the_one_named_have_their_floors(void **state)
{
    struct chance chance = chance_of(test_seed + 2);
    wide due[PARTIES];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct case_of c = random_case(&chance);

        c.rule = i % 2 == 0 ? REMAINDER_LEAD : REMAINDER_FIRST;
        share_case(&c, due);
        size_t named = c.rule == REMAINDER_LEAD ? c.lead : 0;
        for (size_t p = 0; p < c.count; p++) {
            mpz_tdiv_q(scratch, exact[p], denominator);      /* towards zero: a mirrored floor */
            wide rest = due[p] - wide_from_mpz(scratch);
            if (p != named ? rest != 0 : c.total < 0 ? rest > 0 : rest < 0)
                broken(&c, "not the floors");
        }
    }
}

static void a_reversal_cancels_exactly(void **state)
{
    struct chance chance = chance_of(test_seed + 3);
    wide due[PARTIES];
    wide back[PARTIES];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct case_of c = random_case(&chance);

        if (c.total == INT64_MIN)
            continue;
        share_case(&c, due);
        c.total = -c.total;
        share_case(&c, back);
        for (size_t p = 0; p < c.count; p++)
            if (due[p] != -back[p])
                broken(&c, "a reversal leaves something");
    }
}

static void scaling_the_weights_changes_nothing(void **state)
{
    struct chance chance = chance_of(test_seed + 4);
    wide due[PARTIES];
    wide scaled[PARTIES];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct case_of c = random_case(&chance);
        int64_t factor = chance_between(&chance, 2, 1000000);

        share_case(&c, due);
        for (size_t p = 0; p < c.count; p++)
            c.weight[p] *= factor;
        share_case(&c, scaled);
        if (memcmp(due, scaled, c.count * sizeof *due) != 0)
            broken(&c, "scaled weights give other shares");
    }
}

/* The fraction of a penny that decides, of the amount without its sign. */
static wide deciding(const struct case_of *c, size_t p)
{
    wide size = c->total < 0 ? -(wide)c->total : c->total;

    mpz_set(scratch, denominator);
    wide all = wide_from_mpz(scratch);
    return size % all * c->weight[p] % all;
}

static bool tied(const struct case_of *c, size_t p)
{
    for (size_t other = 0; other < c->count; other++)
        if (other != p && deciding(c, other) == deciding(c, p))
            return true;
    return false;
}

/* Lists the parties in another order; party[i] comes to stand at place[i]. */
static struct case_of shuffled(struct chance *chance, const struct case_of *c, size_t place[])
{
    struct case_of other = *c;

    for (size_t p = 0; p < c->count; p++)
        place[p] = p;
    for (size_t p = c->count; p > 1; p--) {
        size_t with = chance_below(chance, p);
        size_t swap = place[p - 1];
        place[p - 1] = place[with];
        place[with] = swap;
    }
    for (size_t p = 0; p < c->count; p++)
        other.weight[place[p]] = c->weight[p];
    return other;
}

/* Of two parties with the same fraction, the one listed first never has less of the pennies. */
static void ties_go_to_the_first(const struct case_of *c, const wide due[])
{
    wide sign = c->total < 0 ? -1 : 1;
    wide spare[PARTIES];

    for (size_t p = 0; p < c->count; p++) {
        mpz_tdiv_q(scratch, exact[p], denominator);
        spare[p] = sign * (due[p] - wide_from_mpz(scratch));
        for (size_t earlier = 0; earlier < p; earlier++)
            if (spare[earlier] < spare[p] && deciding(c, earlier) == deciding(c, p))
                broken(c, "a tie went to the party listed later");
    }
}

static void another_listing_moves_only_tied_pennies(void **state)
{
    struct chance chance = chance_of(test_seed + 5);
    size_t place[PARTIES];
    wide due[PARTIES];
    wide moved[PARTIES];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct case_of c = random_case(&chance);

        c.rule = REMAINDER_LARGEST;
        struct case_of other = shuffled(&chance, &c, place);
        share_case(&other, moved);
        ties_go_to_the_first(&other, moved);
        share_case(&c, due);
        for (size_t p = 0; p < c.count; p++)
            if (due[p] != moved[place[p]] && !tied(&c, p))
                broken(&c, "the order of the parties changed more than a tie");
    }
}

static void a_greater_weight_never_has_a_smaller_share(void **state)
{
    struct chance chance = chance_of(test_seed + 6);
    wide before[PARTIES];
    wide after[PARTIES];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct case_of c = random_case(&chance);
        size_t who = chance_below(&chance, c.count);

        c.rule = REMAINDER_LARGEST;
        c.total = c.total < 0 ? -(c.total + 1) : c.total;
        share_case(&c, before);
        c.weight[who] += chance_between(&chance, 1, chance_one_in(&chance, 2) ? 2 : 100000);
        share_case(&c, after);
        if (after[who] < before[who])
            broken(&c, "more weight, smaller share");
    }
}

/* With three it can be otherwise: see Alabama above. */
static void with_two_a_larger_pot_never_lowers_a_share(void **state)
{
    struct chance chance = chance_of(test_seed + 7);
    wide before[PARTIES];
    wide after[PARTIES];

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct case_of c = random_case(&chance);

        c.count = 2;
        c.lead = 0;
        c.rule = REMAINDER_LARGEST;
        c.weight[0] += 1;
        c.total = c.total < 0 ? -(c.total + 1) : c.total;
        c.total -= c.total == INT64_MAX;
        share_case(&c, before);
        c.total++;
        share_case(&c, after);
        if (after[0] < before[0] || after[1] < before[1])
            broken(&c, "one more penny lowered a share of two");
    }
}

/* Adds a period's exact amounts, with weights of its own that add up to `whole`. */
static void accumulate(struct chance *chance, size_t count, int64_t total, int64_t whole)
{
    int64_t left = whole;

    for (size_t p = 0; p < count; p++) {
        int64_t weight = p + 1 == count ? left : chance_between(chance, 0, left);
        left -= weight;
        mpz_set_si(scratch, total);
        mpz_mul_si(scratch, scratch, weight);
        mpz_add(exact[p], exact[p], scratch);
    }
}

/* The thirteen bills of a year, each what is due to date less what was due before: amounts of
 * either sign, and shares that change from period to period. */
static void thirteen_bills_add_up_to_the_year(void **state)
{
    struct chance chance = chance_of(test_seed + 8);

    (void)state;
    for (long i = 0; i < test_cases / 13; i++) {
        struct case_of c = random_case(&chance);
        wide billed[PARTIES] = { 0 };
        wide before[PARTIES] = { 0 };
        wide due[PARTIES];
        wide year = 0;

        mpz_set_ui(denominator, 1000);
        for (size_t p = 0; p < c.count; p++)
            mpz_set_ui(exact[p], 0);
        for (int period = 0; period < 13; period++) {
            int64_t total = chance_between(&chance, -20000, 100000);
            year += total;
            accumulate(&chance, c.count, total, 1000);
            apportion(&work, exact, denominator, year, c.count, REMAINDER_LARGEST, 0, due);
            for (size_t p = 0; p < c.count; p++) {
                billed[p] += due[p] - before[p];
                before[p] = due[p];
            }
        }
        for (size_t p = 0; p < c.count; p++) {
            set_difference(billed[p], p);
            if (mpz_cmpabs(scratch, denominator) >= 0)
                broken(&c, "a year's bills are a penny or more from the year's share");
            year -= billed[p];
        }
        if (year != 0)
            broken(&c, "the bills do not add up to the year");
    }
}

/* ---- places of a per cent ---- */

static void shares_in_places_add_up_to_the_whole(void **state)
{
    struct chance chance = chance_of(test_seed + 9);
    mpq_t share[PARTIES];
    mpz_t units[PARTIES];
    mpz_t whole;
    mpz_t sum;

    (void)state;
    mpz_inits(whole, sum, NULL);
    for (size_t p = 0; p < PARTIES; p++) {
        mpq_init(share[p]);
        mpz_init(units[p]);
    }
    for (long i = 0; i < test_cases / 4; i++) {
        struct case_of c = random_case(&chance);
        int64_t all = 0;

        for (size_t p = 0; p < c.count; p++)
            all += c.weight[p];
        for (size_t p = 0; p < c.count; p++) {
            mpq_set_si(share[p], c.weight[p], (unsigned long)all);
            mpq_canonicalize(share[p]);
        }
        mpz_ui_pow_ui(whole, 10, 2 + chance_below(&chance, 13));
        apportion_units(share, c.count, whole, units);
        mpz_set_ui(sum, 0);
        for (size_t p = 0; p < c.count; p++) {
            mpz_add(sum, sum, units[p]);
            mpz_mul_si(scratch, units[p], all);
            mpz_submul_ui(scratch, whole, (unsigned long)c.weight[p]);
            if (mpz_cmpabs_ui(scratch, (unsigned long)all) >= 0)
                broken(&c, "a unit or more from the share");
        }
        if (mpz_cmp(sum, whole) != 0)
            broken(&c, "the units do not add up");
    }
    for (size_t p = 0; p < PARTIES; p++) {
        mpq_clear(share[p]);
        mpz_clear(units[p]);
    }
    mpz_clears(whole, sum, NULL);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_come_out_to_the_penny),
        cmocka_unit_test(shares_add_up_to_the_whole),
        cmocka_unit_test(largest_is_less_than_a_penny_from_exact),
        cmocka_unit_test(all_but_the_one_named_have_their_floors),
        cmocka_unit_test(a_reversal_cancels_exactly),
        cmocka_unit_test(scaling_the_weights_changes_nothing),
        cmocka_unit_test(another_listing_moves_only_tied_pennies),
        cmocka_unit_test(a_greater_weight_never_has_a_smaller_share),
        cmocka_unit_test(with_two_a_larger_pot_never_lowers_a_share),
        cmocka_unit_test(thirteen_bills_add_up_to_the_year),
        cmocka_unit_test(shares_in_places_add_up_to_the_whole),
    };

    test_chance_open(count, argument, 1000000);
    apportion_open(&work);
    mpz_inits(denominator, scratch, NULL);
    for (size_t p = 0; p < PARTIES; p++)
        mpz_init(exact[p]);
    int failed = cmocka_run_group_tests_name("apportion", tests, NULL, NULL);
    for (size_t p = 0; p < PARTIES; p++)
        mpz_clear(exact[p]);
    mpz_clears(denominator, scratch, NULL);
    apportion_close(&work);
    return failed;
}
