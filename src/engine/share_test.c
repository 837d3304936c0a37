/*
 * Shares: each kind of basis, support by its three methods against worked examples, and the law
 * that shares add up to exactly one.
 */
#include "engine/share.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/test_random.h"
#include "engine/fraction.h"
#include "engine/test_model.h"

#define BASES "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
#define VALUES "basis,from,partner,value\n"
#define BLENDS "basis,component,weight\n"
#define POOLS "pool,name,service,kind,from,to,basis\n"
#define SUPPORT "pool,from,receiver,value\n"

static struct arena arena;

/* Shares of every pool in every period; the model has no faults. */
static void work_out(struct test_partnership *p, struct share_table *table)
{
    struct demand demand = { arena_take(&arena, p->model.pools, sizeof *demand.shared),
                             arena_take(&arena, p->model.pools, sizeof *demand.any) };

    for (size_t pool = 0; pool < p->model.pools; pool++)
        for (int t = 0; t < PERIODS; t++)
            demand.shared[pool][t] = demand.any[pool][t] = true;
    shares_test(&p->model, &demand, PERIODS - 1, &p->faults, &arena);
    assert_string_equal(test_faults_shown(&p->faults, &arena), "");
    shares_work_out(&p->model, &demand, PERIODS - 1, &arena, table);
}

/* "1/3 2/3" */
static const char *shares_shown(const struct pool_shares *shares, size_t partners, int32_t period)
{
    const char *shown = "";

    assert_non_null(shares->numerator[period]);
    for (size_t p = 0; p < partners; p++)
        shown = arena_print(&arena, "%s%s%s", shown, p == 0 ? "" : " ",
                            exact_ratio(&arena, shares->numerator[period][p],
                                        shares->denominator, 4).fraction);
    return shown;
}

/* ---- bases ---- */

static const struct {
    const char *why, *bases, *values, *blends;
    int32_t     period;
    const char *shares;
} rows[] = {
    { "equal", "X,,equal,,,,,,\n", "", "", 0, "1/2 1/2" },
    { "by pupils", "X,,measure,,,,,,\n", "X,2014-15/P01,CLK,7394\nX,2014-15/P01,STI,13984\n", "",
      0, "3697/10689 6992/10689" },
    { "one has none", "X,,measure,,,,,,\n", "X,2014-15/P01,CLK,0\nX,2014-15/P01,STI,3\n", "", 0,
      "0 1" },
    { "measures may have decimals", "X,,measure,,,,,,\n",
      "X,2014-15/P01,CLK,0.000000000001\nX,2014-15/P01,STI,0.000000000002\n", "", 0, "1/3 2/3" },
    { "the largest numbers", "X,,measure,,,,,,\n",
      "X,2014-15/P01,CLK,999999999999999999\nX,2014-15/P01,STI,999999999999999999\n", "", 12,
      "1/2 1/2" },
    { "fixed", "X,,fixed,,,,,,\n", "X,2014-15/P01,CLK,37\nX,2014-15/P01,STI,63\n", "", 0,
      "37/100 63/100" },
    { "fixed, all to one", "X,,fixed,,,,,,\n", "X,2014-15/P01,CLK,100\nX,2014-15/P01,STI,0\n", "",
      0, "1 0" },
    { "fixed with decimals", "X,,fixed,,,,,,\n",
      "X,2014-15/P01,CLK,33.333333333333\nX,2014-15/P01,STI,66.666666666667\n", "", 0,
      "33333333333333/100000000000000 66666666666667/100000000000000" },
    { "a value holds until the next", "X,,measure,,,,,,\n",
      "X,2014-15/P01,CLK,1\nX,2014-15/P01,STI,1\nX,2014-15/P06,CLK,3\n", "", 4, "1/2 1/2" },
    { "and from then on, for that partner alone", "X,,measure,,,,,,\n",
      "X,2014-15/P01,CLK,1\nX,2014-15/P01,STI,1\nX,2014-15/P06,CLK,3\n", "", 5, "3/4 1/4" },
    { "an earlier year's value still holds", "X,,measure,,,,,,\n",
      "X,2009-10/P13,CLK,2\nX,0001-02/P01,STI,3\n", "", 0, "2/5 3/5" },
    { "a later year's does not yet", "X,,measure,,,,,,\n",
      "X,2014-15/P01,CLK,2\nX,2014-15/P01,STI,3\nX,2015-16/P01,STI,9\n", "", 12, "2/5 3/5" },
    { "the order of the file does not matter", "X,,measure,,,,,,\n",
      "X,2014-15/P06,CLK,3\nX,2014-15/P01,STI,1\nX,2014-15/P01,CLK,1\n", "", 12, "3/4 1/4" },
    /* golden/share_precision_example.csv: the share first rounded to a whole per cent */
    { "no places of a per cent", "X,,measure,0,,,,,\n",
      "X,2014-15/P01,CLK,7394\nX,2014-15/P01,STI,13984\n", "", 0, "7/20 13/20" },
    { "two places", "X,,measure,2,,,,,\n",
      "X,2014-15/P01,CLK,7394\nX,2014-15/P01,STI,13984\n", "", 0, "3459/10000 6541/10000" },
    { "twelve places", "X,,measure,12,,,,,\n", "X,2014-15/P01,CLK,1\nX,2014-15/P01,STI,2\n", "",
      0, "33333333333333/100000000000000 66666666666667/100000000000000" },
    { "a tie in the places goes to the first", "X,,measure,0,,,,,\n",
      "X,2014-15/P01,CLK,1\nX,2014-15/P01,STI,7\n", "", 0, "13/100 87/100" },
    { "places of equal shares change nothing", "X,,equal,0,,,,,\n", "", "", 0, "1/2 1/2" },
    { "half by pupils, half by schools", "P,,measure,,,,,,\nS,,measure,,,,,,\nX,,blend,,,,,,\n",
      "P,2014-15/P01,CLK,7394\nP,2014-15/P01,STI,13984\n"
      "S,2014-15/P01,CLK,38\nS,2014-15/P01,STI,79\n", "X,P,50\nX,S,50\n", 0,
      "279577/833742 554165/833742" },
    { "a weight of zero adds nothing", "P,,measure,,,,,,\nE,,equal,,,,,,\nX,,blend,,,,,,\n",
      "P,2014-15/P01,CLK,1\nP,2014-15/P01,STI,3\n", "X,P,0\nX,E,100\n", 0, "1/2 1/2" },
    { "blends of blends", "P,,fixed,,,,,,\nE,,equal,,,,,,\nY,,blend,,,,,,\nX,,blend,,,,,,\n",
      "P,2014-15/P01,CLK,100\nP,2014-15/P01,STI,0\n", "Y,P,50\nY,E,50\nX,Y,20\nX,E,80\n", 0,
      "11/20 9/20" },
    { "a component's places come first", "P,,measure,0,,,,,\nE,,equal,,,,,,\nX,,blend,,,,,,\n",
      "P,2014-15/P01,CLK,1\nP,2014-15/P01,STI,2\n", "X,P,50\nX,E,50\n", 0, "83/200 117/200" },
    { "then the blend's own", "P,,measure,0,,,,,\nE,,equal,,,,,,\nX,,blend,0,,,,,\n",
      "P,2014-15/P01,CLK,1\nP,2014-15/P01,STI,2\n", "X,P,50\nX,E,50\n", 0, "21/50 29/50" },
    /* golden/south_hams_west_devon_appendix_a.csv: estimates, actual counts, three points */
    { "71 estimated, 76.40 found: the actual, in whole per cents",
      "E,,fixed,,,,,,\nA,,measure,0,,,,,\nX,,tolerance,,3,E,A,,\n",
      "E,2014-15/P01,CLK,71\nE,2014-15/P01,STI,29\nA,2014-15/P01,CLK,382\n"
      "A,2014-15/P01,STI,118\n", "", 0, "19/25 6/25" },
    { "60 estimated, 62.9474 found: within three points, the estimate",
      "E,,fixed,,,,,,\nA,,measure,,,,,,\nX,,tolerance,,3,E,A,,\n",
      "E,2014-15/P01,CLK,60\nE,2014-15/P01,STI,40\nA,2014-15/P01,CLK,299\n"
      "A,2014-15/P01,STI,176\n", "", 0, "3/5 2/5" },
    { "66 estimated, 69.7618 found: the actual",
      "E,,fixed,,,,,,\nA,,measure,,,,,,\nX,,tolerance,0,3,E,A,,\n",
      "E,2014-15/P01,CLK,66\nE,2014-15/P01,STI,34\nA,2014-15/P01,CLK,53418\n"
      "A,2014-15/P01,STI,23154\n", "", 0, "7/10 3/10" },
    { "exactly three points keep the estimate",
      "E,,fixed,,,,,,\nA,,fixed,,,,,,\nX,,tolerance,,3,E,A,,\n",
      "E,2014-15/P01,CLK,60\nE,2014-15/P01,STI,40\nA,2014-15/P01,CLK,63\n"
      "A,2014-15/P01,STI,37\n", "", 0, "3/5 2/5" },
    { "a millionth of a millionth more does not",
      "E,,fixed,,,,,,\nA,,fixed,,,,,,\nX,,tolerance,,3,E,A,,\n",
      "E,2014-15/P01,CLK,60\nE,2014-15/P01,STI,40\nA,2014-15/P01,CLK,63.000000000001\n"
      "A,2014-15/P01,STI,36.999999999999\n", "", 0,
      "63000000000001/100000000000000 36999999999999/100000000000000" },
    { "no tolerance at all, and no difference",
      "E,,fixed,,,,,,\nA,,equal,,,,,,\nX,,tolerance,,0,E,A,,\n",
      "E,2014-15/P01,CLK,50\nE,2014-15/P01,STI,50\n", "", 0, "1/2 1/2" },
    { "the actual rounded comes within",
      "E,,fixed,,,,,,\nA,,measure,0,,,,,\nX,,tolerance,,3,E,A,,\n",
      "E,2014-15/P01,CLK,60\nE,2014-15/P01,STI,40\nA,2014-15/P01,CLK,6304\n"
      "A,2014-15/P01,STI,3696\n", "", 0, "3/5 2/5" },
    { "tolerance moves with the dated actual",
      "E,,fixed,,,,,,\nA,,measure,,,,,,\nX,,tolerance,,3,E,A,,\n",
      "E,2014-15/P01,CLK,60\nE,2014-15/P01,STI,40\nA,2014-15/P01,CLK,3\nA,2014-15/P01,STI,2\n"
      "A,2014-15/P07,CLK,2\n", "", 6, "1/2 1/2" },
};

static void each_kind_of_basis(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_partnership p;
        struct share_table table;

        test_partnership_open(&p, &arena);
        test_file_set(&p, "bases.csv", arena_print(&arena, BASES "%s", rows[i].bases));
        test_file_set(&p, "basis_values.csv", arena_print(&arena, VALUES "%s", rows[i].values));
        test_file_set(&p, "blends.csv", arena_print(&arena, BLENDS "%s", rows[i].blends));
        test_file_set(&p, "pools.csv", POOLS "HQ,,SW,,,,X\n");
        test_model_load(&p);
        work_out(&p, &table);
        const char *shown = shares_shown(&table.pool[0], 2, rows[i].period);
        if (strcmp(shown, rows[i].shares) != 0)
            fail_msg("%s: %s", rows[i].why, shown);
        shares_close(&table);
        model_close(&p.model);
        arena_free(&arena);
    }
}

/* Of three partners only the last is off by more; and three alike cannot be rounded alike. */
static void any_partner_may_be_the_one_that_is_off(void **state)
{
    struct test_partnership p;
    struct share_table table;

    (void)state;
    test_partnership_open(&p, &arena);
    test_file_set(&p, "partners.csv", "partner,name\nCLK,\nSTI,\nFIF,\n");
    test_file_set(&p, "bases.csv", BASES "E,,fixed,,,,,,\nA,,fixed,,,,,,\nQ,,equal,0,,,,,\n"
                                         "X,,tolerance,,3,E,A,,\n");
    test_file_set(&p, "basis_values.csv",
                  VALUES "E,2014-15/P01,CLK,30\nE,2014-15/P01,STI,30\nE,2014-15/P01,FIF,40\n"
                  "A,2014-15/P01,CLK,28\nA,2014-15/P01,STI,28.5\nA,2014-15/P01,FIF,43.5\n");
    test_file_set(&p, "pools.csv", POOLS "HQ,,SW,,,,X\nQ,,SW,,,,Q\n");
    test_model_load(&p);
    work_out(&p, &table);
    assert_string_equal(shares_shown(&table.pool[0], 3, 0), "7/25 57/200 87/200");
    assert_string_equal(shares_shown(&table.pool[1], 3, 0), "17/50 33/100 33/100");
    shares_close(&table);
    model_close(&p.model);
    arena_free(&arena);
}

/* ---- support: golden/support_cost_allocation.csv ---- */

/* Each receiving department is a partner that bears all of a pool of its own, so that the support
 * pools' shares are the parts of their cost that end there. */
struct worked {
    const char *why, *method;
    const char *partners, *values, *pools, *support;
    size_t      support_pools;           /* the first in pools.csv */
    int64_t     cost[3];                 /* of each */
    const char *total[4];                /* what ends at each partner */
};

#define LAB_PARTNERS "TwoDay,\nNextDay,\n"
#define LAB_VALUES "T,2014-15/P01,TwoDay,100\nT,2014-15/P01,NextDay,0\n" \
                   "N,2014-15/P01,TwoDay,0\nN,2014-15/P01,NextDay,100\n"
#define LAB_POOLS "Maint,,SW,support,,,\nAdmin,,SW,support,,,\nTwo,,SW,,,,T\nNext,,SW,,,,N\n"
#define LAB_SUPPORT "Maint,2014-15/P01,Admin,20\nMaint,2014-15/P01,Two,20\n" \
                    "Maint,2014-15/P01,Next,60\nAdmin,2014-15/P01,Maint,1\n" \
                    "Admin,2014-15/P01,Two,1\nAdmin,2014-15/P01,Next,4\n"

#define ED_PARTNERS "EdC,\nEdS,\nSwC,\nSwS,\n"
#define ED_ALL_TO(basis, a, b, c, d) \
    basis ",2014-15/P01,EdC," a "\n" basis ",2014-15/P01,EdS," b "\n" \
    basis ",2014-15/P01,SwC," c "\n" basis ",2014-15/P01,SwS," d "\n"
#define ED_VALUES ED_ALL_TO("T", "100", "0", "0", "0") ED_ALL_TO("N", "0", "100", "0", "0") \
                  ED_ALL_TO("U", "0", "0", "100", "0") ED_ALL_TO("V", "0", "0", "0", "100")
#define ED_POOLS "IT,,SW,support,,,\nFinance,,SW,support,,,\nHR,,SW,support,,,\n" \
                 "1,,SW,,,,T\n2,,SW,,,,N\n3,,SW,,,,U\n4,,SW,,,,V\n"
#define ED_DRIVER(pool, one, a, other, b, e, f, g, h) \
    pool ",2014-15/P01," one "," a "\n" pool ",2014-15/P01," other "," b "\n" \
    pool ",2014-15/P01,1," e "\n" pool ",2014-15/P01,2," f "\n" \
    pool ",2014-15/P01,3," g "\n" pool ",2014-15/P01,4," h "\n"
#define ED_SUPPORT ED_DRIVER("IT", "HR", "10", "Finance", "15", "20", "30", "10", "15") \
                   ED_DRIVER("Finance", "HR", "5", "IT", "10", "25", "35", "10", "15") \
                   ED_DRIVER("HR", "Finance", "10", "IT", "15", "20", "30", "10", "15")

/* The lab's totals without the departments' own 1,500 and 4,000. */
static const struct worked worked[] = {
    { "photo lab, direct", "direct", LAB_PARTNERS, LAB_VALUES, LAB_POOLS, LAB_SUPPORT, 2,
      { 2400, 1200 }, { "840.0000", "2760.0000" } },
    { "photo lab, step-down", "step-down", LAB_PARTNERS, LAB_VALUES, LAB_POOLS, LAB_SUPPORT, 2,
      { 2400, 1200 }, { "816.0000", "2784.0000" } },
    { "photo lab, reciprocal", "reciprocal", LAB_PARTNERS, LAB_VALUES, LAB_POOLS, LAB_SUPPORT, 2,
      { 2400, 1200 }, { "827.5862", "2772.4138" } },
    { "three departments, direct", "direct", ED_PARTNERS, ED_VALUES, ED_POOLS, ED_SUPPORT, 3,
      { 600000, 450000, 300000 },
      { "372352.9412", "545294.1176", "172941.1765", "259411.7647" } },
    { "three departments, step-down", "step-down", ED_PARTNERS, ED_VALUES, ED_POOLS, ED_SUPPORT,
      3, { 600000, 450000, 300000 },
      { "374000.0000", "546000.0000", "172000.0000", "258000.0000" } },
    { "three departments, reciprocal", "reciprocal", ED_PARTNERS, ED_VALUES, ED_POOLS,
      ED_SUPPORT, 3, { 600000, 450000, 300000 },
      { "373958.1981", "545982.0849", "172023.8868", "258035.8302" } },
};

static void load_worked(struct test_partnership *p, const struct worked *w)
{
    test_partnership_open(p, &arena);
    test_file_set(p, "partnership.csv",
                  arena_print(&arena, "key,value\nyear,2014-15\nsupport_method,%s\n", w->method));
    test_file_set(p, "partners.csv", arena_print(&arena, "partner,name\n%s", w->partners));
    test_file_set(p, "services.csv", arena_print(&arena, "service,name,lead\nSW,,%.*s\n",
                                                 (int)strcspn(w->partners, ","), w->partners));
    test_file_set(p, "accounts.csv", "partner,account,group\n");
    test_file_set(p, "cost_centres.csv",
                  "partner,cost_centre,account,from,to,treatment,pool,bearer\n");
    test_file_set(p, "bases.csv", strstr(w->values, "U,") == NULL
                                      ? BASES "T,,fixed,,,,,,\nN,,fixed,,,,,,\n"
                                      : BASES "T,,fixed,,,,,,\nN,,fixed,,,,,,\nU,,fixed,,,,,,\n"
                                              "V,,fixed,,,,,,\n");
    test_file_set(p, "basis_values.csv", arena_print(&arena, VALUES "%s", w->values));
    test_file_set(p, "pools.csv", arena_print(&arena, POOLS "%s", w->pools));
    test_file_set(p, "support.csv", arena_print(&arena, SUPPORT "%s", w->support));
    test_model_load(p);
}

static void add_part(mpq_t total, int64_t cost, const struct pool_shares *shares, size_t partner)
{
    mpq_t part;

    mpq_init(part);
    mpz_mul_si(mpq_numref(part), shares->numerator[0][partner], cost);
    mpz_set(mpq_denref(part), shares->denominator);
    mpq_canonicalize(part);
    mpq_add(total, total, part);
    mpq_clear(part);
}

static void support_ends_where_the_books_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(worked); i++) {
        const struct worked *w = &worked[i];
        struct test_partnership p;
        struct share_table table;
        mpq_t total;

        load_worked(&p, w);
        work_out(&p, &table);
        mpq_init(total);
        for (size_t partner = 0; partner < p.model.partners; partner++) {
            mpq_set_ui(total, 0, 1);
            for (size_t pool = 0; pool < w->support_pools; pool++)
                add_part(total, w->cost[pool], &table.pool[pool], partner);
            const char *shown = exact_of(&arena, total, 4).decimal;
            if (strcmp(shown, w->total[partner]) != 0)
                fail_msg("%s: %s, should be %s", w->why, shown, w->total[partner]);
        }
        mpq_clear(total);
        shares_close(&table);
        model_close(&p.model);
        arena_free(&arena);
    }
}

static void a_driver_ends_and_comes_back(void **state)
{
    struct worked w = worked[0];
    struct test_partnership p;
    struct share_table table;

    (void)state;
    w.support = LAB_SUPPORT "Maint,2014-15/P04,Two,0\nMaint,2014-15/P08,Two,60\n"
                            "Maint,2014-15/P01,Maint,500\n";       /* towards itself: ignored */
    load_worked(&p, &w);
    work_out(&p, &table);
    assert_string_equal(shares_shown(&table.pool[0], 2, 2), "1/4 3/4");
    assert_string_equal(shares_shown(&table.pool[0], 2, 3), "0 1");
    assert_string_equal(shares_shown(&table.pool[0], 2, 6), "0 1");
    assert_string_equal(shares_shown(&table.pool[0], 2, 7), "1/2 1/2");
    shares_close(&table);
    model_close(&p.model);
    arena_free(&arena);
}

/* ---- the law ---- */

/* A basis that may be any kind over those before it. */
static const char *random_basis(struct chance *chance, int number, const char **values,
                                const char **blends)
{
    int places = (int)chance_between(chance, -6, 12);
    const char *digits = places < 0 ? "" : arena_print(&arena, "%d", places);
    size_t kind = number < 2 ? 0 : chance_below(chance, 4);

    if (kind == 0)
        for (int from = 1; from <= 13; from += 6)
            *values = arena_print(&arena, "%sB%d,2014-15/P%02d,CLK,%d\n"
                                  "B%d,2014-15/P%02d,STI,%d.%d\nB%d,2014-15/P%02d,FIF,%d\n",
                                  *values,
                                  number, from, (int)chance_between(chance, 0, 9999),
                                  number, from, (int)chance_between(chance, 1, 9999),
                                  (int)chance_between(chance, 0, 9),
                                  number, from, (int)chance_between(chance, 0, 20));
    if (kind == 1) {
        int first = (int)chance_between(chance, 0, 100);
        *blends = arena_print(&arena, "%sB%d,B%d,%d\nB%d,B%d,%d\n", *blends, number, number - 1,
                              first, number, number - 2, 100 - first);
    }
    if (kind == 2)
        return arena_print(&arena, "B%d,,tolerance,%s,%d.5,B%d,B%d,,\n", number, digits,
                           (int)chance_between(chance, 0, 20), number - 1, number - 2);
    return arena_print(&arena, "B%d,,%s,%s,,,,,\n", number,
                       kind == 0 ? "measure" : kind == 1 ? "blend" : "equal", digits);
}

static void load_random(struct test_partnership *p, uint64_t seed)
{
    static const char *const methods[] = { "reciprocal", "step-down", "direct" };
    struct chance chance = chance_of(seed);
    const char *bases = "";
    const char *values = "";
    const char *blends = "";
    const char *pools = "";
    const char *support = "";

    for (int b = 0; b < 6; b++)
        bases = arena_print(&arena, "%s%s", bases, random_basis(&chance, b, &values, &blends));
    for (int s = 0; s < 3; s++) {
        pools = arena_print(&arena, "%sS%d,,SW,support,,,\n", pools, s);
        for (int to = 0; to < 3; to++) {
            if (to != s && chance_one_in(&chance, 2))
                support = arena_print(&arena, "%sS%d,2014-15/P%02d,S%d,%d\n", support, s,
                                      (int)chance_between(&chance, 1, 13), to,
                                      (int)chance_between(&chance, 0, 5));
            if (to == s || chance_one_in(&chance, 2))
                support = arena_print(&arena, "%sS%d,2014-15/P01,C%d,%d\n", support, s, to,
                                      (int)chance_between(&chance, 1, 99));
        }
    }
    for (int c = 0; c < 3; c++)
        pools = arena_print(&arena, "%sC%d,,SW,,,,B%d\n", pools, c, 5 - c);
    test_partnership_open(p, &arena);
    test_file_set(p, "partners.csv", "partner,name\nCLK,\nSTI,\nFIF,\n");
    test_file_set(p, "partnership.csv",
                  arena_print(&arena, "key,value\nyear,2014-15\nsupport_method,%s\n",
                              methods[seed % 3]));
    test_file_set(p, "bases.csv", arena_print(&arena, BASES "%s", bases));
    test_file_set(p, "basis_values.csv", arena_print(&arena, VALUES "%s", values));
    test_file_set(p, "blends.csv", arena_print(&arena, BLENDS "%s", blends));
    test_file_set(p, "pools.csv", arena_print(&arena, POOLS "%s", pools));
    test_file_set(p, "support.csv", arena_print(&arena, SUPPORT "%s", support));
    test_file_set(p, "cost_centres.csv",
                  "partner,cost_centre,account,from,to,treatment,pool,bearer\n");
    test_model_load(p);
}

static void shares_add_up_to_exactly_one(void **state)
{
    mpz_t sum;

    (void)state;
    mpz_init(sum);
    for (long i = 0; i < test_cases; i++) {
        struct test_partnership p;
        struct share_table table;

        load_random(&p, test_seed + (uint64_t)i);
        work_out(&p, &table);
        for (size_t pool = 0; pool < p.model.pools; pool++)
            for (int t = 0; t < PERIODS; t++) {
                mpz_set_ui(sum, 0);
                for (size_t partner = 0; partner < p.model.partners; partner++) {
                    mpz_t *share = &table.pool[pool].numerator[t][partner];
                    if (mpz_sgn(*share) < 0)
                        fail_msg("model %ld: below zero", i);
                    mpz_add(sum, sum, *share);
                }
                if (mpz_cmp(sum, table.pool[pool].denominator) != 0)
                    fail_msg("model %ld: pool %zu, period %d", i, pool, t);
            }
        shares_close(&table);
        model_close(&p.model);
        arena_free(&arena);
    }
    mpz_clear(sum);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_basis),
        cmocka_unit_test(any_partner_may_be_the_one_that_is_off),
        cmocka_unit_test(support_ends_where_the_books_say),
        cmocka_unit_test(a_driver_ends_and_comes_back),
        cmocka_unit_test(shares_add_up_to_exactly_one),
    };

    test_chance_open(count, argument, 1000);
    return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
