/*
 * What the model files say once they are read, and what is refused beyond the examples of
 * tests/refusals: each row changes a file or two of a small partnership in which nothing is wrong.
 */
#include "engine/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "engine/test_model.h"

#define SETTINGS "key,value\nyear,2014-15\n"
#define PARTNERS "partner,name\nCLK,\nSTI,\n"
#define SERVICES "service,name,lead\nSW,,STI\n"
#define POOLS "pool,name,service,kind,from,to,basis\n"
#define BASES "basis,name,kind,places,tolerance,estimate,actual,unit,source\n"
#define VALUES "basis,from,partner,value\n"
#define BLENDS "basis,component,weight\n"
#define ACCOUNTS "partner,account,group\n"
#define CENTRES "partner,cost_centre,account,from,to,treatment,pool,bearer\n"
#define SUPPORT "pool,from,receiver,value\n"
#define CHARGED "kind,pool,period,group,partner,borne,paid,net\n"
#define CORRECTED "kind,pool,period,carried_in,group,partner,borne,paid\n"
#define BILLED "service,partner,amount\n"

static struct arena arena;

struct change {
    const char *file, *text;
};

static const struct {
    const char   *why;
    struct change change[3];
    const char   *faults;                /* "": the model is good */
} rows[] = {
    { "nothing is changed", { { NULL, NULL } }, "" },

    /* text */
    { "a byte order mark, CRLF, quotes, blank records and no last line end",
      { { "partners.csv",
          "\xef\xbb\xbf\r\n\"partner\",\"name\"\r\n\r\nCLK,\"a\nb\"\r\n,\r\nSTI," } },
      "" },
    { "lines are counted through all of those",
      { { "partners.csv",
          "\xef\xbb\xbf\r\n\"partner\",name\r\nCLK,\"a\nb\"\r\n\r\nSTI,\r\nCLK,\r\n" } },
      "partners.csv 7 DUPLICATE_KEY CLK" },
    { "codes are compared byte for byte",
      { { "services.csv", "service,name,lead\nSW,, STI\nED,,sti\n" } },
      "services.csv 2 PARTNER  STI; services.csv 3 PARTNER sti" },
    { "a name may be anything",
      { { "services.csv", "service,name,lead\nSW,\"\xc2\xa3, \"\"x\"\"\n\",STI\n" } }, "" },
    { "a quote never closed ends the file",
      { { "services.csv", "service,name,lead\nSW,,STI\nED,\"x,STI\nXX,,nobody\n" } },
      "services.csv 3 QUOTE" },
    { "one fault a row: the first column's",
      { { "cost_centres.csv", CENTRES "FIF,,,x,y,z,w,v\n" } }, "cost_centres.csv 2 PARTNER FIF" },

    /* partnership.csv */
    { "all settings",
      { { "partnership.csv", SETTINGS "name,A and B\nrounding,period\nremainder,lead\n"
                             "settlement,gross\nsupport_method,step-down\n" } }, "" },
    { "settings in another order",
      { { "partnership.csv", "key,value\nrounding,period\nyear,2014-15\n" } }, "" },
    { "values are compared byte for byte",
      { { "partnership.csv", SETTINGS "rounding,Period\nremainder, lead\n" } },
      "partnership.csv 3 SETTING Period; partnership.csv 4 SETTING  lead" },
    { "two years that do not follow", { { "partnership.csv", "key,value\nyear,2014-16\n" } },
      "partnership.csv 2 SETTING 2014-16" },
    { "without a usable year nothing else is tested",
      { { "partnership.csv", "key,value\nyear,2014\n" }, { "partners.csv", NULL } },
      "partnership.csv 2 SETTING 2014" },

    /* partners.csv and services.csv */
    { "a code of 32 bytes", { { "partners.csv", PARTNERS "abcdefghijklmnopqrstuvwxyz012345,\n" } },
      "" },
    { "a code of 33 bytes", { { "partners.csv", PARTNERS "abcdefghijklmnopqrstuvwxyz0123456,\n" } },
      "partners.csv 4 PARTNER abcdefghijklmnopqrstuvwxyz0123456" },
    { "all that a partner's code may hold", { { "partners.csv", PARTNERS "A-z_0.9,\n" } }, "" },
    { "a slash in a code that names files", { { "partners.csv", PARTNERS "../x,\n" } },
      "partners.csv 4 PARTNER ../x" },
    { "a letter beyond ASCII", { { "partners.csv", PARTNERS "\xc3\xa9,\n" } },
      "partners.csv 4 PARTNER \xc3\xa9" },
    { "a faulty partner makes its code known",
      { { "partners.csv", "partner,name\nCLK,\nSTI,\nF F,\n" },
        { "accounts.csv", ACCOUNTS "F F,10,Pay\n" } }, "partners.csv 4 PARTNER F F" },
    { "no service is called all", { { "services.csv", SERVICES "all,,CLK\n" } },
      "services.csv 3 SERVICE all" },
    { "All is another code", { { "services.csv", SERVICES "All,,CLK\n" } }, "" },
    { "a faulty service makes its code known",
      { { "services.csv", "service,name,lead\nSW,,FIF\n" } }, "services.csv 2 PARTNER FIF" },

    /* pools.csv */
    { "periods that follow", { { "pools.csv", POOLS "HQ,,SW,,,2014-15/P06,EQ\n"
                                                    "HQ,,SW,common,2014-15/P07,,EQ\n" } }, "" },
    { "both ends are included", { { "pools.csv", POOLS "HQ,,SW,,,2014-15/P06,EQ\n"
                                                       "HQ,,SW,,2014-15/P06,,EQ\n" } },
      "pools.csv 3 OVERLAP HQ" },
    { "one period long", { { "pools.csv", POOLS "HQ,,SW,,2014-15/P06,2014-15/P06,EQ\n" } }, "" },
    { "it ends before it begins", { { "pools.csv", POOLS "HQ,,SW,,2014-15/P06,2014-15/P05,EQ\n" } },
      "pools.csv 2 PERIOD 2014-15/P05" },
    { "from another year", { { "pools.csv", POOLS "HQ,,SW,,2009-10/P01,2020-21/P13,EQ\n" } }, "" },
    { "blank kind and common are the same kind",
      { { "pools.csv", POOLS "HQ,,SW,,,2014-15/P06,EQ\nHQ,,SW,common,2014-15/P07,,EQ\n" } }, "" },
    { "a faulty pool makes its code known", { { "pools.csv", POOLS "HQ,,SW,,,,XX\n" } },
      "pools.csv 2 BASIS XX" },

    /* bases.csv and its values */
    { "what other kinds ignore",
      { { "bases.csv", BASES "EQ,,equal,,x,y,z,,\nM,,measure,,-1,,,,\n" } }, "" },
    { "places 0 to 12", { { "bases.csv", BASES "EQ,,equal,0,,,,,\nM,,equal,12,,,,,\n" } }, "" },
    { "places 13", { { "bases.csv", BASES "EQ,,equal,13,,,,,\n" } }, "bases.csv 2 BASIS_KIND 13" },
    { "places that are no number", { { "bases.csv", BASES "EQ,,equal,two,,,,,\n" } },
      "bases.csv 2 BASIS_KIND two" },
    { "places below zero", { { "bases.csv", BASES "EQ,,equal,-1,,,,,\n" } },
      "bases.csv 2 BASIS_KIND -1" },
    { "a tolerance that is a number",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nT,,tolerance,,2.5,EQ,EQ,,\n" } }, "" },
    { "a tolerance below zero",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nT,,tolerance,,-1,EQ,EQ,,\n" } },
      "bases.csv 3 BASIS_KIND -1" },
    { "a basis that stands further down",
      { { "bases.csv", BASES "T,,tolerance,,1,EQ,EQ,,\nEQ,,equal,,,,,,\n" } }, "" },
    { "a basis of another kind has no values",
      { { "basis_values.csv", VALUES "EQ,2014-15/P01,CLK,1\n" } },
      "basis_values.csv 2 BASIS_KIND EQ" },
    { "zero may have a minus",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nM,,measure,,,,,,\n" },
        { "basis_values.csv", VALUES "M,2014-15/P01,CLK,-0.0\n" } }, "" },
    { "a value before the point of 18 digits, and of 19",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nM,,measure,,,,,,\n" },
        { "basis_values.csv", VALUES "M,2014-15/P01,CLK,999999999999999999\n"
                                     "M,2014-15/P01,STI,1000000000000000000\n" } },
      "basis_values.csv 3 BASIS_VALUE 1000000000000000000" },
    { "the same key at another period is another key",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nM,,measure,,,,,,\n" },
        { "basis_values.csv", VALUES "M,2014-15/P01,CLK,1\nM,2014-15/P02,CLK,1\n"
                                     "M,2014-15/P01,CLK,1\n" } },
      "basis_values.csv 4 DUPLICATE_KEY CLK" },
    { "weights that add up only with decimals",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nF,,equal,,,,,,\nB,,blend,,,,,,\n" },
        { "blends.csv", BLENDS "B,EQ,33.333333333333\nB,F,66.666666666667\n" } }, "" },
    { "weights a millionth of a millionth short",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nF,,equal,,,,,,\nB,,blend,,,,,,\n" },
        { "blends.csv", BLENDS "B,EQ,33.333333333333\nB,F,66.666666666666\n" } },
      "bases.csv 4 BLEND_NOT_100 B" },
    { "a circle through a tolerance and a blend of weight zero: both are told",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nB,,blend,,,,,,\nT,,tolerance,,1,EQ,B,,\n" },
        { "blends.csv", BLENDS "B,EQ,100\nB,T,0\n" } },
      "bases.csv 3 BASIS_CYCLE B; bases.csv 4 BASIS_CYCLE T" },
    { "a basis that leads into a circle is not on it",
      { { "bases.csv", BASES "EQ,,equal,,,,,,\nB,,blend,,,,,,\nC,,blend,,,,,,\n" },
        { "blends.csv", BLENDS "B,B,100\nC,B,50\nC,EQ,50\n" } },
      "bases.csv 3 BASIS_CYCLE B" },

    /* accounts.csv and cost_centres.csv */
    { "an account of each partner", { { "accounts.csv", ACCOUNTS "CLK,10,Pay\nSTI,10,Other\n" } },
      "" },
    { "a blank group", { { "accounts.csv", ACCOUNTS "CLK,10,\n" } }, "accounts.csv 2 ACCOUNT" },
    { "rows for an account and for any do not overlap",
      { { "cost_centres.csv", CENTRES "CLK,C,,,,common,HQ,\nCLK,C,10,,,common,HQ,\n" } }, "" },
    { "rows for the same account do",
      { { "cost_centres.csv",
          CENTRES "CLK,C,10,,,common,HQ,\nCLK,C,10,2014-15/P13,,common,HQ,\n" } },
      "cost_centres.csv 3 OVERLAP C" },
    { "the same code of two partners does not",
      { { "cost_centres.csv", CENTRES "CLK,C,,,,common,HQ,\nSTI,C,,,,common,HQ,\n" } }, "" },
    { "what common ignores",
      { { "cost_centres.csv", CENTRES "CLK,C,,,,common,HQ,nobody\n" } }, "" },
    { "what excluded ignores", { { "cost_centres.csv", CENTRES "CLK,C,,,,excluded,XX,nobody\n" } },
      "" },
    { "direct cost needs a bearer", { { "cost_centres.csv", CENTRES "CLK,C,,,,direct,HQ,\n" } },
      "cost_centres.csv 2 BEARER" },
    { "treatments are compared byte for byte",
      { { "cost_centres.csv", CENTRES "CLK,C,,,,Common,HQ,\n" } },
      "cost_centres.csv 2 TREATMENT Common" },
    { "common cost in a support pool",
      { { "pools.csv", POOLS "HQ,,SW,support,,,\n" },
        { "cost_centres.csv", CENTRES "CLK,C,,,,common,HQ,\nCLK,D,,,,support,HQ,\n"
                              "CLK,E,,,,direct,HQ,STI\n" } },
      "cost_centres.csv 2 TREATMENT HQ" },

    /* support.csv */
    { "a pool's driver towards itself is no fault",
      { { "pools.csv", POOLS "HQ,,SW,,,,EQ\nHR,,SW,support,,,\n" },
        { "support.csv", SUPPORT "HR,2014-15/P01,HR,5\nHR,2014-15/P01,HQ,1\n" } }, "" },
    { "the receiver must be known",
      { { "pools.csv", POOLS "HQ,,SW,,,,EQ\nHR,,SW,support,,,\n" },
        { "support.csv", SUPPORT "HR,2014-15/P01,XX,5\n" } }, "support.csv 2 POOL XX" },

    /* locked rows */
    { "locked rows as they should be",
      { { "charged.csv", CHARGED "common,HQ,2014-15/P01,Pay,CLK,1.00,0.00,1.00\n"
                         "common,HQ,2014-15/P01,Pay,STI,0.00,1.00,-1.00\n" },
        { "corrected.csv", CORRECTED "common,HQ,2014-15/P01,2014-15/P02,Pay,CLK,1.00,0\n" },
        { "billed.csv", BILLED "SW,CLK,-9999999999999.99\n" } }, "" },
    { "net is borne less paid",
      { { "charged.csv", CHARGED "common,HQ,2014-15/P01,Pay,CLK,1.00,0.25,0.76\n" } },
      "charged.csv 2 AMOUNT 0.76" },
    { "17 digits before the point, and 18",
      { { "charged.csv", CHARGED
          "common,HQ,2014-15/P01,Pay,CLK,99999999999999999.99,0,99999999999999999.99\n"
          "common,HQ,2014-15/P02,Pay,CLK,100000000000000000,0,100000000000000000\n" } },
      "charged.csv 3 AMOUNT 100000000000000000" },
    { "what is billed is an amount like any other: 13 digits",
      { { "billed.csv", BILLED "SW,CLK,10000000000000\n" } },
      "billed.csv 2 AMOUNT 10000000000000" },
    { "a charged group that no account has any more",
      { { "charged.csv", CHARGED "common,HQ,2014-15/P01,Gone,CLK,1,0,1\n" } }, "" },
    { "a charged period of another year",
      { { "charged.csv", CHARGED "common,HQ,2013-14/P01,Pay,CLK,1,0,1\n" } },
      "charged.csv 2 PERIOD 2013-14/P01" },
    { "a charged pool of another kind than it has",
      { { "charged.csv", CHARGED "support,HQ,2014-15/P01,Pay,CLK,1,0,1\n" } }, "" },
    { "nothing was ever charged as excluded",
      { { "charged.csv", CHARGED "excluded,HQ,2014-15/P01,Pay,CLK,1,0,1\n" } },
      "charged.csv 2 TREATMENT excluded" },
    { "the lead pays nothing on account to itself",
      { { "billed.csv", BILLED "SW,STI,1.00\n" } }, "billed.csv 2 PARTNER STI" },
};

static void what_is_refused_and_what_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct test_partnership p;

        test_partnership_open(&p, &arena);
        for (size_t c = 0; c < 3 && rows[i].change[c].file != NULL; c++)
            test_file_set(&p, rows[i].change[c].file, rows[i].change[c].text);
        test_model_load(&p);
        const char *shown = test_faults_shown(&p.faults, &arena);
        if (strcmp(shown, rows[i].faults) != 0)
            fail_msg("%s: %s", rows[i].why, shown);
        model_close(&p.model);
        arena_free(&arena);
    }
}

/* ---- what a good model says ---- */

static struct test_partnership good;

static void load_good(void)
{
    test_partnership_open(&good, &arena);
    test_file_set(&good, "partnership.csv", SETTINGS "name,Forth\nremainder,first\n"
                                            "settlement,gross\nrounding,period\n");
    test_file_set(&good, "bases.csv", BASES "EQ,,equal,2,,,,,\nM,Roll,measure,,,,,pupils,census\n");
    test_file_set(&good, "basis_values.csv",
                  VALUES "M,2014-15/P06,CLK,3\nM,2013-14/P01,CLK,1\nM,2014-15/P01,CLK,2.50\n"
                  "M,2014-15/P01,STI,7\n");
    test_file_set(&good, "pools.csv", POOLS "HQ,Head office,SW,,,2014-15/P06,EQ\n"
                                      "HR,,ED,support,2014-15/P02,,\n"
                                      "HQ,Head office,SW,,2014-15/P07,,M\n");
    test_file_set(&good, "accounts.csv", ACCOUNTS "CLK,10,Pay\nSTI,99,Other\nSTI,10,Pay\n");
    test_file_set(&good, "cost_centres.csv",
                  CENTRES "CLK,C,,,,common,HQ,\nSTI,C,,,2014-15/P06,common,HQ,\n"
                  "STI,C,10,2014-15/P03,2014-15/P04,direct,HR,CLK\n"
                  "STI,C,,2014-15/P07,,excluded,,\n");
    test_file_set(&good, "charged.csv", CHARGED "common,HQ,2014-15/P03,Pay,CLK,0,0,0\n");
    test_model_load(&good);
    assert_string_equal(test_faults_shown(&good.faults, &arena), "");
}

static void unload_good(void)
{
    model_close(&good.model);
    arena_free(&arena);
}

static void settings_and_codes_stand_in_their_order(void **state)
{
    const struct model *model = &good.model;

    (void)state;
    load_good();
    assert_true(text_is(model->name, "Forth"));
    assert_int_equal(model->year, 2014);
    assert_int_equal(model->remainder, REMAINDER_FIRST);
    assert_int_equal(model->settlement, SETTLEMENT_GROSS);
    assert_int_equal(model->rounding, ROUNDING_PERIOD);
    assert_int_equal(model->support_method, SUPPORT_RECIPROCAL);
    assert_int_equal(model->partners, 2);
    assert_true(text_is(model->partner[1].code, "STI"));
    assert_int_equal(model->service[0].lead, 1);
    assert_int_equal(model->service[1].lead, 0);
    assert_int_equal(model->pools, 2);
    assert_int_equal(model->pool[1].kind, KIND_SUPPORT);
    assert_int_equal(model->groups, 2);
    assert_true(text_is(model->group[0], "Pay"));
    assert_int_equal(model->locked, 3);     /* one row of zeros locks what is before it too */
    unload_good();
}

static void dated_rows_are_found_by_their_period(void **state)
{
    const struct model *model = &good.model;
    const int32_t year = 2014 * PERIODS;

    (void)state;
    load_good();
    assert_int_equal(pool_at(&model->pool[0], year + 5)->basis, 0);
    assert_int_equal(pool_at(&model->pool[0], year + 6)->basis, 1);
    assert_null(pool_at(&model->pool[1], year));
    assert_int_equal(pool_at(&model->pool[1], year + 1)->basis, -1);

    const struct series *clk = &model->basis[1].value[0];
    assert_int_equal(clk->count, 3);
    for (size_t i = 1; i < clk->count; i++)
        assert_true(clk->dated[i - 1].from < clk->dated[i].from);
    assert_null(series_at(clk, 2013 * PERIODS - 1));
    assert_true(text_is(series_at(clk, year - 1)->written, "1"));
    assert_true(text_is(series_at(clk, year + 4)->written, "2.50"));
    assert_int_equal(series_at(clk, year + 4)->line, 4);
    assert_true(text_is(series_at(clk, year + 100)->written, "3"));
    assert_null(series_at(&model->basis[1].value[1], year - 1));
    unload_good();
}

static enum kind kind_at(const char *account, int32_t period)
{
    const struct model *model = &good.model;
    int32_t number = index_find(&model->centre_index, 1, text_of("C"));
    const struct centre_row *row = centre_at(model, &model->centre[number], text_of(account),
                                             2014 * PERIODS + period);

    assert_non_null(row);
    return model->slot[row->slot].kind;
}

static void a_row_that_names_the_account_wins_while_it_is_in_force(void **state)
{
    (void)state;
    load_good();
    assert_int_equal(kind_at("10", 1), KIND_COMMON);
    assert_int_equal(kind_at("10", 2), KIND_DIRECT);
    assert_int_equal(kind_at("10", 3), KIND_DIRECT);
    assert_int_equal(kind_at("10", 4), KIND_COMMON);
    assert_int_equal(kind_at("99", 2), KIND_COMMON);
    assert_int_equal(kind_at("10", 6), KIND_EXCLUDED);
    assert_int_equal(good.model.centre[0].plain_slot >= 0, true);
    assert_int_equal(good.model.centre[1].plain_slot, -1);
    unload_good();
}

/* Locks belong to the book "ledger"; for another book the files are not even read. */
static void another_book_has_no_locks(void **state)
{
    struct trouble trouble = { "" };
    struct faults faults;
    struct model model;
    bool usable;

    (void)state;
    test_partnership_open(&good, &arena);
    test_file_set(&good, "charged.csv", "nonsense\n");
    memory_source_open(&good.source, good.file, good.files, NULL);
    faults_open(&faults, &arena);
    assert_int_equal(model_load(&good.source.source, &arena, false, &faults, &model, &usable,
                                &trouble), OK);
    assert_true(usable);
    assert_int_equal(faults.total, 0);
    assert_int_equal(model.locked, 0);
    model_close(&model);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused_and_what_is_not),
        cmocka_unit_test(settings_and_codes_stand_in_their_order),
        cmocka_unit_test(dated_rows_are_found_by_their_period),
        cmocka_unit_test(a_row_that_names_the_account_wins_while_it_is_in_force),
        cmocka_unit_test(another_book_has_no_locks),
    };

    return cmocka_run_group_tests_name("model_import", tests, NULL, NULL);
}
