/*
 * Single rows and what becomes of them: for each form, what is accepted, left out and refused,
 * the order of the tests, both sides of a ledger, rows that come back, and messages about them.
 */
#include "extract/test_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"

/* A profile of the ledger, and the header that goes with it. */
#define HEADER "Id|Who|Date|Period|Centre|Account|Amount|Text"
#define LEDGER                                                                                    \
    "entry_id = column Id\n"                                                                      \
    "partner = column Who\n"                                                                      \
    "date = column Date\n"                                                                        \
    "period = column Period\n"                                                                    \
    "cost_centre = column Centre\n"                                                               \
    "account = column Account\n"                                                                  \
    "amount = column Amount\n"                                                                    \
    "description = column Text\n"

struct example {
    const char *row, *verdict;
};

static void try_rows(enum form form, const char *profile, const char *header,
                     const struct example rows[], size_t count)
{
    struct judging judging = { .form = form };

    judging_open(&judging, profile, header);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(judging_say(&judging, rows[i].row), rows[i].verdict);
    judging_close(&judging);
}

#define TRY(form, profile, header, rows) try_rows(form, profile, header, rows, COUNT(rows))

/* -- the forms ----------------------------------------------------------------------------- */

static void ledger_rows(void **state)
{
    static const struct example rows[] = {
        { "e1|STI|2014-06-01|2014-15/P03|SW1|4000|12.50|Care",
          "e1,STI,2014-06-01,2014-15/P03,SW1,4000,12.50,Care" },
        { " e1 |STI\xC2\xA0|2014-06-01||SW1|4000|-26.6| Care, etc. ",
          "e1,STI,2014-06-01,,SW1,4000,-26.60,Care, etc." },
        { "e1|STI||2014-15/P13|SW1|n:4000.0|n:1.5E1|", "e1,STI,,2014-15/P13,SW1,4000,15.00," },
        { "e1|STI|d:2014-06-01||SW1|n:4000|n:-0|", "e1,STI,2014-06-01,,SW1,4000,0.00," },
        { "|STI|2014-06-01||SW1|4000|1|", "refused MISSING for entry_id, 1.00" },
        { "e1| |2014-06-01||SW1|4000|1|", "refused MISSING for partner, 1.00" },
        { "e1|STI|||SW1|4000|1|", "refused DATE_MISSING for period, 1.00" },
        { "e1|STI|01/06/2014|2014-15/P03|SW1|4000|1|", "refused DATE for date, 1.00" },
        { "e1|STI|41791||SW1|4000|1|", "refused DATE_LOST for date, 1.00" },
        { "e1|STI|t:00:00:00||SW1|4000|1|", "refused DATE_LOST for date, 1.00" },
        { "e1|STI|2014-06-01|P3|SW1|4000|1|", "refused PERIOD for period, 1.00" },
        { "e1|STI|2014-06-01|||4000|1|", "refused MISSING for cost_centre, 1.00" },
        { "e1|STI|2014-06-01||5.66E+11|4000|1|", "refused CODE_LOST for cost_centre, 1.00" },
        { "e1|STI|2014-06-01||SW1|n:4000.5|1|", "refused CODE_LOST for account, 1.00" },
        { "e1|STI|2014-06-01||SW1|e:#N/A|1|", "refused ERROR_CELL for account, 1.00" },
        { "e1|STI|2014-06-01||SW1|4000|n/a|", "refused AMOUNT for amount, ?" },
        { "e1|STI|2014-06-01||SW1|4000||", "refused AMOUNT_MISSING for amount, blank" },
        { "e1|STI|2014-06-01||SW1|4000|1.005|", "refused AMOUNT_DECIMALS for amount, 1.005" },
        { "e1|STI|2014-06-01||SW1|4000|10000000000000|",
          "refused AMOUNT_SIZE for amount, 10000000000000.00" },
        { "e1|STI|2014-06-01||SW1|4000|12|#REF!", "refused ERROR_CELL for description, 12.00" },
        { "|| ||\t|||", "left out by blank, blank" },
        { HEADER, "left out by header, ?" },
        { " Id |Who|Date|Period|Centre|Account|Amount|Text|", "left out by header, ?" },
    };

    (void)state;
    TRY(FORM_LEDGER, LEDGER, HEADER, rows);
    TRY(FORM_BUDGET, LEDGER, HEADER, rows);
    TRY(FORM_FORECAST, LEDGER, HEADER, rows);
}

static void basis_values(void **state)
{
    static const struct example rows[] = {
        { "pupils|2014-15/P01|STI|1200", "pupils,2014-15/P01,STI,1200" },
        { "pupils||STI|0012.50", "pupils,,STI,12.5" },
        { "pupils||STI|0", "pupils,,STI,0" },
        { "pupils||STI|.000000000001", "pupils,,STI,0.000000000001" },
        { "pupils||STI|999999999999999999.999999999999",
          "pupils,,STI,999999999999999999.999999999999" },
        { "pupils||STI|n:1.25E2", "pupils,,STI,125" },
        { "pupils||STI|1000000000000000000", "refused VALUE for value, ?" },
        { "pupils||STI|-1", "refused VALUE for value, -1.00" },
        { "pupils||STI|", "refused VALUE for value, ?" },
        { "pupils||STI|1E2", "refused VALUE for value, 100.00" },
        { "pupils||STI|#N/A", "refused ERROR_CELL for value, ?" },
        { "|2014-15/P01|STI|5", "refused MISSING for basis, 5.00" },
        { "pupils|April|STI|5", "refused PERIOD for from, 5.00" },
        { "pupils|||5", "refused MISSING for partner, 5.00" },
    };

    (void)state;
    TRY(FORM_BASIS_VALUES, "basis = column B\nfrom = column F\npartner = column P\n"
        "value = column V\nsign = credit\n", "B|F|P|V", rows);
}

static void accounts(void **state)
{
    static const struct example rows[] = {
        { "4000|Pay", "STI,4000,Pay" },
        { "n:4000|n:12.0", "STI,4000,12" },
        { "|Pay", "refused MISSING for account" },
        { "4000|", "refused MISSING for group" },
        { "4000|1.2E+10", "refused CODE_LOST for group" },
        { "|", "left out by blank" },
        { "4000", "refused COLUMNS" },
    };

    (void)state;
    TRY(FORM_ACCOUNTS, "partner = fixed STI\naccount = column A\ngroup = column G\n", "A|G", rows);
}

static void cost_centres(void **state)
{
    static const struct example rows[] = {
        { "SW1|4000|2014-15/P01|2014-15/P12|common|care|CLA",
          "STI,SW1,4000,2014-15/P01,2014-15/P12,common,care,CLA" },
        { "SW1||||direct||", "STI,SW1,,,,direct,," },
        { "SW1||||excluded||", "STI,SW1,,,,excluded,," },
        { "SW1||||initiative||", "STI,SW1,,,,initiative,," },
        { "SW1||||support||", "STI,SW1,,,,support,," },
        { "SW1||||Common||", "refused TREATMENT for treatment" },
        { "SW1||||n:1.5||", "refused TREATMENT for treatment" },
        { "SW1||||||", "refused MISSING for treatment" },
        { "||||common||", "refused MISSING for cost_centre" },
        { "SW1||P1||common||", "refused PERIOD for from" },
        { "SW1|||x|common||", "refused PERIOD for to" },
        { "SW1||||common|n:.5|", "refused CODE_LOST for pool" },
        { "SW1||||common||1E+10", "refused CODE_LOST for bearer" },
        { "SW1|5E+10|||common||", "refused CODE_LOST for account" },
    };

    (void)state;
    TRY(FORM_COST_CENTRES, "partner = fixed STI\ncost_centre = column C\naccount = column A\n"
        "from = column F\nto = column T\ntreatment = column How\npool = column P\n"
        "bearer = column B\n", "C|A|F|T|How|P|B", rows);
}

/* -- order --------------------------------------------------------------------------------- */

/* Of several faults the first is told: the row as a whole, then field by field. A fault that is
 * mended uncovers the next. */
static void the_first_fault_is_told(void **state)
{
    static const struct example rows[] = {
        { "|1E+10|x|y|||z|#N/A|more !E", "refused ENCODING, ?" },
        { " !L", "refused LONG, ?" },
        { "|1E+10|x|y|||z|#N/A|more !Q", "refused QUOTE, ?" },
        { "|1E+10|x|y|||z|#N/A|more", "refused COLUMNS, ?" },
        { "|1E+10|x|y|||z|#N/A !R", "refused RUN_TOGETHER, ?" },
        { "|1E+10|x|y|||z|#N/A", "refused MISSING for entry_id, ?" },
        { "e|1E+10|x|y|||z|#N/A", "refused CODE_LOST for partner, ?" },
        { "e|STI|x|y|||z|#N/A", "refused DATE for date, ?" },
        { "e|STI|2014-06-01|y|||z|#N/A", "refused PERIOD for period, ?" },
        { "e|STI|2014-06-01|2013-14/P01|||z|#N/A", "refused YEAR for period, ?" },
        { "e|STI|2014-06-01|2014-15/P01|||z|#N/A", "refused MISSING for cost_centre, ?" },
        { "e|STI|2014-06-01|2014-15/P01|C||z|#N/A", "refused MISSING for account, ?" },
        { "e|STI|2014-06-01|2014-15/P01|C|4|z|#N/A", "refused AMOUNT for amount, ?" },
        { "e|STI|2014-06-01|2014-15/P01|C|4|1|#N/A", "refused ERROR_CELL for description, 1.00" },
        { "e|STI|2014-06-01|2014-15/P01|C|4|1|ok", "e,STI,2014-06-01,2014-15/P01,C,4,1.00,ok" },
    };

    (void)state;
    TRY(FORM_LEDGER, LEDGER "year = 2014-15\n", HEADER, rows);
}

/* A period wins over a date, as in a ledger. */
static void the_year(void **state)
{
    static const struct example rows[] = {
        { "e|STI|2014-04-01||C|4|1|", "e,STI,2014-04-01,,C,4,1.00," },
        { "e|STI|2015-03-31||C|4|1|", "e,STI,2015-03-31,,C,4,1.00," },
        { "e|STI|2014-03-31||C|4|1|", "refused YEAR for date, 1.00" },
        { "e|STI|2015-04-01||C|4|1|", "refused YEAR for date, 1.00" },
        { "e|STI|2015-04-01|2014-15/P12|C|4|1|", "e,STI,2015-04-01,2014-15/P12,C,4,1.00," },
        { "e|STI|2014-06-01|2015-16/P01|C|4|1|", "refused YEAR for period, 1.00" },
    };

    (void)state;
    TRY(FORM_LEDGER, LEDGER "year = 2014-15\n", HEADER, rows);
}

/* -- rows that are left out ---------------------------------------------------------------- */

static void rules_are_tried_in_order(void **state)
{
    static const struct example rows[] = {
        { "Total||||||99.00|", "left out by total, 99.00" },
        { "Total||||||x|", "left out by total, ?" },
        { "x||||C|4|5.005|out", "left out by leave_out 1, 5.005" },
        { "x||||C|4|5.00|out, too", "left out by leave_out 2, 5.00" },
        { "x||||C|4||out", "left out by leave_out 1, blank" },
        { "x||||C|4|x|out", "left out by leave_out 1, ?" },
        { "x||||C|4|5|out|more cells", "left out by leave_out 1, 5.00" },
        { "Total", "left out by total, blank" },
        { "Total||||||99.00| !E", "refused ENCODING, 99.00" },
        { "Total !Q", "refused QUOTE, ?" },
        { "x||||C|4|5|out !R", "left out by leave_out 1, ?" },
        { "Total||||||99.00| !R", "refused RUN_TOGETHER, ?" },
        { HEADER " !R", "refused RUN_TOGETHER, ?" },
        { "||||||| !R", "refused RUN_TOGETHER, ?" },
    };

    (void)state;
    TRY(FORM_LEDGER, LEDGER "total_row = Id is Total\nleave_out = Text is out\n"
        "leave_out = Text starts with out\n", HEADER, rows);
}

static void rows_without_a_header(void **state)
{
    struct judging judging = { .form = FORM_ACCOUNTS };

    (void)state;
    judging_open(&judging, "partner = fixed STI\nheader_row = none\naccount = column #1\n"
                 "group = column #2\n", NULL);
    judging.rules.cells = 2;
    assert_string_equal(judging_say(&judging, "A|G"), "STI,A,G");
    assert_string_equal(judging_say(&judging, "A"), "refused COLUMNS");
    assert_string_equal(judging_say(&judging, "A|G| "), "STI,A,G");
    assert_string_equal(judging_say(&judging, "A|G| |x"), "refused COLUMNS");
    judging_close(&judging);
}

/* In a sheet and in fixed width a row may end early. */
static void short_rows_of_a_sheet(void **state)
{
    struct judging judging = { .form = FORM_LEDGER, .fewer_passes = true };

    (void)state;
    judging_open(&judging, LEDGER "leave_out = Text is not blank\n", HEADER);
    assert_string_equal(judging_say(&judging, "e|STI|2014-06-01||C|4|1"),
                        "e,STI,2014-06-01,,C,4,1.00,");
    assert_string_equal(judging_say(&judging, "e|STI|2014-06-01||C|4"),
                        "refused AMOUNT_MISSING for amount, blank");
    assert_string_equal(judging_say(&judging, "e|STI"),
                        "refused DATE_MISSING for period, blank");
    assert_string_equal(judging_say(&judging, "e|STI|2014-06-01||C|4|1|x"),
                        "left out by leave_out 1, 1.00");
    judging_close(&judging);
}

/* -- amounts ------------------------------------------------------------------------------- */

#define SIDES                                                                                     \
    "entry_id = file and row\npartner = fixed STI\ndate = fixed 2014-06-01\n"                     \
    "cost_centre = fixed C\naccount = fixed 4\ndebit = column Dr\ncredit = column Cr\n"
#define SIDE_LINE(amount) "june.csv:7,STI,2014-06-01,,C,4," amount ","

static void debit_and_credit(void **state)
{
    static const struct example rows[] = {
        { "10||x", SIDE_LINE("10.00") },
        { "|2.50|x", SIDE_LINE("-2.50") },
        { "-1||x", SIDE_LINE("-1.00") },
        { "|-1|x", SIDE_LINE("1.00") },
        { "10|10|x", SIDE_LINE("0.00") },
        { "||x", "refused AMOUNT_MISSING for amount, blank" },
        { "x||x", "refused AMOUNT for amount, ?" },
        { "1|x|x", "refused AMOUNT for amount, ?" },
        { "1.005|1|x", "refused AMOUNT_DECIMALS for amount, 0.005" },
        { "1|#N/A|x", "refused ERROR_CELL for amount, ?" },
        { "9999999999999.99||x", SIDE_LINE("9999999999999.99") },
        { "9999999999999.99|-0.01|x", "refused AMOUNT_SIZE for amount, 10000000000000.00" },
        { "-0.01|9999999999999.99|x", "refused AMOUNT_SIZE for amount, -10000000000000.00" },
    };

    (void)state;
    TRY(FORM_LEDGER, SIDES, "Dr|Cr|Other", rows);
}

/* Each side is rounded; only what that changes counts as rounded. */
static void both_sides_rounded(void **state)
{
    struct judging judging = { .form = FORM_LEDGER };

    (void)state;
    judging_open(&judging, SIDES "rounding = half-up\n", "Dr|Cr|Other");
    assert_string_equal(judging_say(&judging, "1.005||x"), SIDE_LINE("1.01"));
    assert_true(judging.verdict.amount.rounded);
    assert_string_equal(judging_say(&judging, "1.005|0.005|x"), SIDE_LINE("1.00"));
    assert_false(judging.verdict.amount.rounded);
    assert_string_equal(judging_say(&judging, "1.00|0.50|x"), SIDE_LINE("0.50"));
    assert_false(judging.verdict.amount.rounded);
    judging_close(&judging);
}

static void the_sign_is_turned(void **state)
{
    static const struct example rows[] = {
        { "10|", SIDE_LINE("-10.00") },
        { "|10", SIDE_LINE("10.00") },
        { "0|0", SIDE_LINE("0.00") },
        { "1.005|", "refused AMOUNT_DECIMALS for amount, -1.005" },
    };

    (void)state;
    TRY(FORM_LEDGER, SIDES "sign = credit\n", "Dr|Cr", rows);
}

/* Outside what is accepted an amount counts up to 18 digits before the point and behind it. */
static void amounts_that_only_count(void **state)
{
    static const struct example rows[] = {
        { "e|STI|||C|4|999999999999999999|",
          "refused DATE_MISSING for period, 999999999999999999.00" },
        { "e|STI|||C|4|-1000000000000000000|", "refused DATE_MISSING for period, ?" },
        { "e|STI|||C|4|0.000000000000000001|",
          "refused DATE_MISSING for period, 0.000000000000000001" },
        { "e|STI|||C|4|0.0000000000000000001|", "refused DATE_MISSING for period, ?" },
        { "e|STI|||C|4|1.5E3|", "refused DATE_MISSING for period, 1500.00" },
    };

    (void)state;
    TRY(FORM_LEDGER, LEDGER, HEADER, rows);
}

/* -- ids and descriptions ------------------------------------------------------------------ */

static void ids_of_file_and_row(void **state)
{
    struct judging judging = { .form = FORM_LEDGER };

    (void)state;
    judging_open(&judging, SIDES, "Dr|Cr");
    judging.number = UINT64_MAX;
    (void)judging_say(&judging, "1|");
    assert_true(text_is(judging.verdict.word[0], "june.csv:18446744073709551615"));
    char name[FILE_NAME_MAX];
    memset(name, 'n', sizeof name);
    judging.rules.file = (struct text){ name, sizeof name };
    (void)judging_say(&judging, "1|");
    assert_int_equal(judging.verdict.word[0].size, FILE_NAME_MAX + 21);
    judging_close(&judging);
}

static void descriptions_are_joined(void **state)
{
    static const struct example rows[] = {
        { "a|b|c", "june.csv:7,STI,2014-06-01,,C,4,1.00,a c b" },
        { " a ||c", "june.csv:7,STI,2014-06-01,,C,4,1.00,a c" },
        { "| b|", "june.csv:7,STI,2014-06-01,,C,4,1.00,b" },
        { "|\t|n:1", "june.csv:7,STI,2014-06-01,,C,4,1.00,1" },
        { "a|b|#N/A", "refused ERROR_CELL for description, 1.00" },
    };
    struct judging judging = { .form = FORM_LEDGER };
    struct text part[3];

    (void)state;
    judging_open(&judging, "partner = fixed STI\ndate = fixed 2014-06-01\ncost_centre = fixed C\n"
                 "account = fixed 4\namount = column Amount\ndescription = column A + C + B\n",
                 "A|B|C|Amount");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char row[64];
        (void)snprintf(row, sizeof row, "%s|1", rows[i].row);
        assert_string_equal(judging_say(&judging, row), rows[i].verdict);
    }
    (void)judging_say(&judging, "a|b|c|1");
    assert_int_equal(row_description(&judging.rules, &judging.row, part, 3), 3);
    assert_true(text_is(part[0], "a") && text_is(part[1], " ") && text_is(part[2], "c"));
    judging_close(&judging);
}

/* -- rows that come back ------------------------------------------------------------------- */

static void sent_back_rows(void **state)
{
    static const struct example rows[] = {
        { "01/06/2014|C|1|may.csv|12|DATE|help", "may.csv:12,STI,2014-06-01,,C,4,1.00," },
        { "2014-06-01|C|1| may.csv |12 |DATE|help", "may.csv:12,STI,2014-06-01,,C,4,1.00," },
        { "2014-06-01|C|1|may.csv|12", "may.csv:12,STI,2014-06-01,,C,4,1.00," },
        { "2014-06-01|C|1|may.csv|twelve|DATE|help", "refused MISSING for entry_id, 1.00" },
        { "2014-06-01|C|1||12|DATE|help", "refused MISSING for entry_id, 1.00" },
        { "2014-06-01|C|1|may.csv||DATE|help", "refused MISSING for entry_id, 1.00" },
        { "2014-06-01|C|1", "refused MISSING for entry_id, 1.00" },
        { "2014-06-01|C", "refused COLUMNS, ?" },
        { "2014-06-01|C|1|may.csv|12|DATE|help| ", "may.csv:12,STI,2014-06-01,,C,4,1.00," },
        { "2014-06-01|C|1|may.csv|12|DATE|help|x", "refused COLUMNS, ?" },
        { "2014-06-01|C\xEF\xBF\xBD|1|may.csv|12|DATE|help", "refused ENCODING, 1.00" },
        { "Date|Centre|\xEF\xBF\xBD|may.csv|12|DATE|help", "refused ENCODING, ?" },
        { "41791|C|1|may.csv|12|DATE|help", "refused DATE_LOST for date, 1.00" },
    };
    struct judging judging = { .form = FORM_LEDGER, .sent_back = true };

    (void)state;
    judging_open(&judging, "partner = fixed STI\ndate = column Date\ndate_format = dd/mm/yyyy\n"
                 "cost_centre = column Centre\naccount = fixed 4\namount = column Amount\n"
                 "leave_out = Date is Date\n", "Date|Centre|Amount");
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(judging_say(&judging, rows[i].row), rows[i].verdict);
    judging_close(&judging);
}

/* U+FFFD in an extract itself is a character like any other. */
static void a_replacement_in_an_extract(void **state)
{
    static const struct example rows[] = {
        { "4\xEF\xBF\xBD|Pay", "STI,4\xEF\xBF\xBD,Pay" },
    };

    (void)state;
    TRY(FORM_ACCOUNTS, "partner = fixed STI\naccount = column A\ngroup = column G\n", "A|G", rows);
}

/* -- who is at fault ----------------------------------------------------------------------- */

static void try_culprit(struct judging *judging, const char *row, const char *name,
                        const char *value)
{
    const struct column *column;

    (void)judging_say(judging, row);
    assert_int_equal(judging->verdict.outcome, OUTCOME_REFUSED);
    struct text found = row_culprit(&judging->rules, &judging->row, &judging->verdict, &column);
    assert_true(name == NULL ? column == NULL : column != NULL && text_is(column->name, name));
    assert_true(text_is(found, value));
}

static void the_cell_at_fault_is_named(void **state)
{
    struct judging judging = { .form = FORM_LEDGER };

    (void)state;
    judging_open(&judging, LEDGER "year = 2014-15\n", HEADER);
    try_culprit(&judging, "e|STI| 2014/06/01 ||C|4|1|", "Date", "2014/06/01");
    try_culprit(&judging, "e|STI|||C|4|1|", "Period", "");
    try_culprit(&judging, "e|STI|2013-06-01||C|4|1|", "Date", "2013-06-01");
    try_culprit(&judging, "e|STI|2014-06-01||C|4|x|", "Amount", "x");
    try_culprit(&judging, "e|STI|2014-06-01||C|4|1||more", NULL, "");
    judging_close(&judging);

    judging = (struct judging){ .form = FORM_LEDGER };
    judging_open(&judging, SIDES "description = column A + B\n", "Dr|Cr|A|B");
    try_culprit(&judging, "x|1||", "Dr", "x");
    try_culprit(&judging, "1|y||", "Cr", "y");
    try_culprit(&judging, "|y||", "Cr", "y");
    try_culprit(&judging, "x|y||", "Dr", "x");
    try_culprit(&judging, "||a|", "Dr", "");
    try_culprit(&judging, "1||a|#N/A", "B", "#N/A");
    judging_close(&judging);
}

static void identity_is_known_from_the_partner_on(void **state)
{
    static const struct {
        const char *row;
        bool        identified;
    } rows[] = {
        { "e|STI|2014-06-01||C|4|1|", true },
        { "e|STI|x||C|4|1|", true },
        { "e|STI|2014-06-01||C|4|1|#N/A", true },
        { "e||2014-06-01||C|4|1|", false },
        { "|STI|2014-06-01||C|4|1|", false },
        { "e|STI|2014-06-01||C|4|1||more", false },
        { "e|STI|2014-06-01||C|4|1| !E", false },
        { "|||||||", false },
    };
    struct judging judging = { .form = FORM_LEDGER };

    (void)state;
    judging_open(&judging, LEDGER, HEADER);
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)judging_say(&judging, rows[i].row);
        assert_int_equal(judging.verdict.identified, rows[i].identified);
    }
    judging_close(&judging);
}

/* -- laws ---------------------------------------------------------------------------------- */

/* Random rows of cells that are good or bad: what is accepted has no bad cell in use, and its
 * words are those of a ledger; what is refused has one. */
static void a_row_is_as_good_as_its_cells(void **state)
{
    static const struct {
        const char *good, *bad;
    } cells[] = {
        { "e1", "1E+10" }, { "STI", "#N/A" }, { "2014-06-01", "31/02/2014" },
        { "2014-15/P03", "March" }, { "C", "" }, { "4000", "e:#N/A" }, { "-1.50", "1.005" },
        { "text", "########" },
    };
    struct judging judging = { .form = FORM_LEDGER };
    struct chance chance = chance_of(test_seed);

    (void)state;
    judging_open(&judging, LEDGER, HEADER);
    for (long i = 0; i < test_cases; i++) {
        unsigned bad = 0;
        char row[256] = "";
        size_t used = 0, first = 0;

        for (size_t j = 0; j < COUNT(cells); j++)
            bad |= (unsigned)chance_one_in(&chance, 4) << j;
        for (size_t j = 0; j < COUNT(cells); j++)
            used += (size_t)snprintf(row + used, sizeof row - used, "%s%s", j == 0 ? "" : "|",
                                     bad >> j & 1 ? cells[j].bad : cells[j].good);
        while (bad != 0 && (bad >> first & 1) == 0)
            first++;
        (void)judging_say(&judging, row);
        assert_int_equal(judging.verdict.outcome, bad == 0 ? OUTCOME_ACCEPTED : OUTCOME_REFUSED);
        if (bad != 0)
            assert_int_equal(judging.verdict.field, form_table[FORM_LEDGER].field[first].field);
        assert_int_equal(judging.verdict.amount.exact.digits,
                         judging.verdict.amount.exact.places == 3 ? 1005 : -150);
    }
    judging_close(&judging);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ledger_rows),
        cmocka_unit_test(basis_values),
        cmocka_unit_test(accounts),
        cmocka_unit_test(cost_centres),
        cmocka_unit_test(the_first_fault_is_told),
        cmocka_unit_test(the_year),
        cmocka_unit_test(rules_are_tried_in_order),
        cmocka_unit_test(rows_without_a_header),
        cmocka_unit_test(short_rows_of_a_sheet),
        cmocka_unit_test(debit_and_credit),
        cmocka_unit_test(both_sides_rounded),
        cmocka_unit_test(the_sign_is_turned),
        cmocka_unit_test(amounts_that_only_count),
        cmocka_unit_test(ids_of_file_and_row),
        cmocka_unit_test(descriptions_are_joined),
        cmocka_unit_test(sent_back_rows),
        cmocka_unit_test(a_replacement_in_an_extract),
        cmocka_unit_test(the_cell_at_fault_is_named),
        cmocka_unit_test(identity_is_known_from_the_partner_on),
        cmocka_unit_test(a_row_is_as_good_as_its_cells),
    };

    test_chance_open(count, argument, 20000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
