/*
 * Profiles: one with every key, each kind of mistake with its message, columns looked up in a
 * header, conditions on rows.
 */
#include "extract/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

static struct arena arena;
static struct profile profile;
static struct trouble trouble;

/* Every test begins with nothing read. */
static int begin(void **state)
{
    (void)state;
    arena_free(&arena);
    memset(&profile, 0, sizeof profile);
    trouble.text[0] = '\0';
    return 0;
}

static enum err parse(const char *text)
{
    ARENA_KEEP(outer, &arena);
    trouble.text[0] = '\0';
    if (ARENA_GUARD(&arena))
        return ERR_IO;
    return profile_parse(text_of(text), "june.profile", &arena, &profile, &trouble);
}

static void must_parse(const char *text)
{
    if (parse(text) != OK)
        fail_msg("%s", trouble.text);
}

/* ---- what is read ---- */

static void an_empty_profile_has_the_defaults(void **state)
{
    (void)state;
    must_parse("# nothing said\n\n");
    assert_int_equal(profile.format, FORMAT_DELIMITED);
    assert_int_equal(profile.encoding, ENCODING_DETECT);
    assert_int_equal(profile.line_end, LINE_END_DETECT);
    assert_int_equal(profile.delimiter, ',');
    assert_true(profile.quotes);
    assert_int_equal(profile.header_row, 1);
    assert_int_equal(profile.field[TARGET_ENTRY_ID].origin, ORIGIN_FILE_AND_ROW);
    assert_int_equal(profile.field[TARGET_PARTNER].origin, ORIGIN_NONE);
    assert_int_equal(profile.date_formats, 1);
    assert_int_equal(profile.date_format[0].part[0].kind, PART_YEAR4);
    assert_int_equal(profile.period_format.count, 6);
    assert_int_equal(profile.style.negative, NEGATIVE_MINUS);
    assert_int_equal(profile.style.rounding, PENNY_REFUSE);
    assert_int_equal(profile.style.currency.size, 0);
    assert_int_equal(profile.year, 0);
    assert_false(profile.credit_positive);
    assert_null(profile.total_row);
    assert_int_equal(profile.leave_outs, 0);
}

static const char whole[] =
    "\xef\xbb\xbf# Stirling's general ledger, as it leaves the system every month\r\n"
    "format = delimited            # not a sheet\r\n"
    "encoding = windows-1252\n"
    "line_end = crlf\n"
    "\tdelimiter = semicolon\n"
    "quote = none\n"
    "header_row = 4\n"
    "entry_id = column \"Doc No\"\n"
    "partner = fixed STI\n"
    "date = column Posted\n"
    "period = column #4\n"
    "cost_centre = column \"CC \"\"old\"\" # 1\"   # quotes and a hash in the name\n"
    "account = column Account\n"
    "debit = column Debit\n"
    "credit = column Credit\n"
    "description = column Text + \"Text 2\" + #9\n"
    "basis = fixed pupils\n"
    "from = fixed 2014-15/P01\n"
    "to = column To\n"
    "value = column Value\n"
    "group = fixed \"Supplies and services\"\n"
    "treatment = fixed common\n"
    "pool = fixed Respite care of adults\n"
    "bearer = column Bearer\n"
    "date_format = dd/mm/yyyy\n"
    "date_format = dd mmm yyyy\n"
    "period_format = Ppp\n"
    "year = 2014-15\n"
    "sign = credit\n"
    "decimal = comma\n"
    "thousands = point\n"
    "negative = minus brackets trailing-minus cr\n"
    "currency = \xc2\xa3\n"
    "rounding = half-even\n"
    "total_row = only #8\n"
    "leave_out = Type is Total and Amount is not blank\n"
    "leave_out = \"Doc No\" starts with \"B/F \"";

static void check_column(const struct column *column, const char *name, uint32_t place,
                         uint32_t line)
{
    assert_true(text_is(column->name, name));
    assert_int_equal(column->place, place);
    assert_int_equal(column->line, line);
}

static void check_fixed(enum target field, const char *value)
{
    assert_int_equal(profile.field[field].origin, ORIGIN_FIXED);
    assert_true(text_is(profile.field[field].fixed, value));
}

static void a_profile_with_every_key_is_read(void **state)
{
    const struct field_origin *description = &profile.field[TARGET_DESCRIPTION];

    (void)state;
    must_parse(whole);
    assert_int_equal(profile.encoding, ENCODING_WINDOWS_1252);
    assert_int_equal(profile.line_end, LINE_END_CRLF);
    assert_int_equal(profile.delimiter, ';');
    assert_false(profile.quotes);
    assert_int_equal(profile.header_row, 4);
    check_column(profile.field[TARGET_ENTRY_ID].column, "Doc No", 0, 8);
    check_fixed(TARGET_PARTNER, "STI");
    check_column(profile.field[TARGET_PERIOD].column, "", 4, 11);
    check_column(profile.field[TARGET_COST_CENTRE].column, "CC \"old\" # 1", 0, 12);
    check_column(profile.debit.column, "Debit", 0, 14);
    check_column(profile.credit.column, "Credit", 0, 15);
    assert_int_equal(description->count, 3);
    check_column(&description->column[0], "Text", 0, 16);
    check_column(&description->column[1], "Text 2", 0, 16);
    check_column(&description->column[2], "", 9, 16);
    check_fixed(TARGET_GROUP, "Supplies and services");
    check_fixed(TARGET_POOL, "Respite care of adults");
    assert_int_equal(profile.date_formats, 2);
    assert_false(pattern_has_year(&profile.period_format));
    assert_int_equal(profile.year, 2014);
    assert_true(profile.credit_positive);
    assert_int_equal(profile.style.decimal, DECIMAL_COMMA);
    assert_int_equal(profile.style.thousands, THOUSANDS_POINT);
    assert_int_equal(profile.style.negative, 15);
    assert_true(text_is(profile.style.currency, "\xc2\xa3"));
    assert_int_equal(profile.style.rounding, PENNY_HALF_EVEN);
    assert_int_equal(profile.total_row->test[0].kind, TEST_ONLY);
    assert_int_equal(profile.leave_outs, 2);
    assert_true(text_is(profile.leave_out[0].words, "Type is Total and Amount is not blank"));
    assert_int_equal(profile.leave_out[0].count, 2);
    assert_true(text_is(profile.leave_out[1].test[0].value, "B/F "));
    for (int form = 0; form < FORMS; form++)
        if (profile_suits(&profile, (enum form)form, "june.profile", &trouble) != OK)
            fail_msg("%s: %s", form_table[form].name, trouble.text);
}

static void columns_of_fixed_width_are_read(void **state)
{
    (void)state;
    must_parse("format = fixed\ncolumns = name 1-10, \"cost, centre\" 11-18,amount 20-32 # ends\n");
    assert_int_equal(profile.fixed_count, 3);
    assert_true(text_is(profile.fixed[1].name, "cost, centre"));
    assert_int_equal(profile.fixed[1].first, 11);
    assert_int_equal(profile.fixed[1].last, 18);
    assert_int_equal(profile.fixed[2].first, 20);
    assert_int_equal(profile.header_row, 0);
    must_parse("format = fixed\ncolumns = a 1-1\nheader_row = 2");
    assert_int_equal(profile.header_row, 2);
}

static void delimiters_have_names_or_are_characters(void **state)
{
    static const struct {
        const char *text;
        char        delimiter;
    } rows[] = {
        { "delimiter = comma", ',' }, { "delimiter = tab", '\t' },  { "delimiter = pipe", '|' },
        { "delimiter = ;", ';' },     { "delimiter = \"#\"", '#' }, { "delimiter = \" \"", ' ' },
        { "delimiter = ~", '~' },     { "delimiter = =", '=' },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        must_parse(rows[i].text);
        assert_int_equal(profile.delimiter, rows[i].delimiter);
    }
}

static void forms_are_those_of_the_contract(void **state)
{
    (void)state;
    for (int form = 0; form < FORMS; form++) {
        const struct form_table *table = &form_table[form];
        char header[128] = "";
        size_t used = 0;

        for (size_t i = 0; i < table->count; i++)
            used += (size_t)snprintf(header + used, sizeof header - used, "%s%s",
                                     i == 0 ? "" : ",", target_name(table->field[i].field));
        (void)snprintf(header + used, sizeof header - used, "\n");
        assert_string_equal(header, table->header);
    }
    assert_string_equal(form_table[FORM_COST_CENTRES].name, "cost_centres");
    assert_int_equal(target_kind(TARGET_TO), KIND_PERIOD);
}

/* ---- what is wrong ---- */

#define P "june.profile:"

static const struct mistake {
    const char *text, *message;
} mistakes[] = {
    { "fromat = sheet", P "1: there is no key 'fromat'. Did you mean 'format'?" },
    { "\n\ncost_center = column CC", P "3: there is no key 'cost_center'. Did you mean "
      "'cost_centre'?" },
    { "colour = red", P "1: there is no key 'colour'" },
    { "= red", P "1: there is no key ''" },
    { "format", P "1: 'format' is no `key = value`" },
    { "format =", P "1: `format` has no value" },
    { "format = # sheet", P "1: `format` has no value" },
    { "format = sheet\n# again\nformat = fixed", P "3: `format` stands in line 1 already" },
    { "account = column A\naccount = column B", P "2: `account` stands in line 1 already" },
    { "format = shet", P "1: `format` is one of delimited, fixed, sheet, not 'shet'. Did you "
      "mean 'sheet'?" },
    { "format = fixed sheet", P "1: `format` is one of delimited, fixed, sheet, not "
      "'fixed sheet'" },
    { "encoding = utf8", P "1: `encoding` is one of detect, utf-8, windows-1252, utf-16le, "
      "utf-16be, not 'utf8'. Did you mean 'utf-8'?" },
    { "line_end = dos", P "1: `line_end` is one of detect, lf, crlf, cr, not 'dos'" },
    { "quote = single", P "1: `quote` is one of double, none, not 'single'" },
    { "sign = Debit", P "1: `sign` is one of debit, credit, not 'Debit'. Did you mean 'debit'?" },
    { "decimal = ,", P "1: `decimal` is one of point, comma, not ','" },
    { "thousands = space", P "1: `thousands` is one of none, comma, point, blank, apostrophe, "
      "not 'space'" },
    { "rounding = halfup", P "1: `rounding` is one of refuse, residue, half-up, half-even, not "
      "'halfup'. Did you mean 'half-up'?" },
    { "negative = minus bracket", P "1: `negative` is one of minus, brackets, trailing-minus, "
      "cr, not 'bracket'. Did you mean 'brackets'?" },
    { "negative = cr cr", P "1: `negative` names 'cr' twice" },
    { "delimiter = ::", P "1: `delimiter` is comma, semicolon, tab, pipe or one ASCII character "
      "other than a quote, not '::'" },
    { "delimiter = \"\"\"\"", P "1: `delimiter` is comma, semicolon, tab, pipe or one ASCII "
      "character other than a quote, not '\"'" },
    { "sheet = \"\"", P "1: `sheet` needs the name of a sheet" },
    { "sheet = \"a\" b", P "1: `sheet` takes one value: something stands beside the quotes" },
    { "header_row = 0", P "1: `header_row` is the number of a row, from 1, or none, not '0'" },
    { "header_row = first", P "1: `header_row` is the number of a row, from 1, or none, not "
      "'first'" },
    { "header_row = 9999999999", P "1: `header_row` is the number of a row, from 1, or none, "
      "not '9999999999'" },
    { "year = 2014", P "1: `year` is a financial year such as 2014-15, not '2014'" },
    { "year = 2014-16", P "1: `year` is a financial year such as 2014-15, not '2014-16'" },
    { "currency = 5", P "1: `currency` is none or a sign such as \xc2\xa3 or GBP, without "
      "blanks, digits and marks, not '5'" },
    { "date_format = DD/MM/YYYY", P "1: 'DD/MM/YYYY' is no pattern of a date: it needs yyyy or "
      "yy, mm or mmm, and dd, each once, in small letters" },
    { "period_format = yyyy", P "1: 'yyyy' is no pattern of a period: it needs pp, mm or mmm "
      "once; yyyy or yy, and zz behind it, may be there" },
    /* columns of fixed width */
    { "columns = a", P "1: 'a' is no column: it is a name, in quotes if it has blanks, and its "
      "first and last character, as `name 11-18`" },
    { "columns = a 1-2, b 0-3", P "1: ' b 0-3' is no column: it is a name, in quotes if it has "
      "blanks, and its first and last character, as `name 11-18`" },
    { "columns = a 5-4", P "1: 'a 5-4' is no column: it is a name, in quotes if it has blanks, "
      "and its first and last character, as `name 11-18`" },
    { "columns = a 1-5, b 5-9", P "1: column 'b' begins at 5, but the one before it ends at 5" },
    { "columns = a 1-5, a 6-9", P "1: two columns are called 'a'" },
    /* where fields come from */
    { "partner = STI", P "1: `partner` is `column NAME` or `fixed VALUE`, not 'STI'" },
    { "partner = colum Council", P "1: `partner` is `column NAME` or `fixed VALUE`, not 'colum "
      "Council'. Did you mean 'column'?" },
    { "partner = file and row", P "1: `partner` is `column NAME` or `fixed VALUE`, not 'file and "
      "row'" },
    { "entry_id = fixed 1", P "1: `entry_id` is `column NAME` or `file and row`, not 'fixed 1'" },
    { "amount = fixed 5.00", P "1: `amount` is `column NAME`, not 'fixed 5.00'" },
    { "debit = #3", P "1: `debit` is `column NAME`, not '#3'" },
    { "account = column", P "1: `account` does not say which column" },
    { "account = fixed", P "1: `account` does not say which fixed value" },
    { "account = fixed \"\"", P "1: `account` does not say which fixed value" },
    { "account = fixed \"a\" b", P "1: `fixed` takes one value: something stands beside the "
      "quotes" },
    { "account = column \"\"", P "1: a column's name is empty: name it by its place, as #3" },
    { "account = column Cost Centre", P "1: 'Centre' stands behind the column: a name with "
      "blanks stands in quotes" },
    { "account = column A + B", P "1: `account` is one column; only the description joins "
      "several" },
    { "description = column A +", P "1: `description` does not say which column" },
    { "account = column #0", P "1: '#0' is no place of a column (#1 is the first); a name that "
      "begins with # stands in quotes" },
    { "account = column #16385", P "1: '#16385' is no place of a column (#1 is the first); a "
      "name that begins with # stands in quotes" },
    { "account = column #3a", P "1: '#3a' is no place of a column (#1 is the first); a name that "
      "begins with # stands in quotes" },
    /* quotes and bytes */
    { "account = column \"A", P "1: a quote is opened and never closed" },
    { "account = column \"A\"B", P "1: something stands behind a closing quote; a quote inside "
      "quotes is written twice" },
    { "account = column \xa3", P "1: a profile is UTF-8, and this line is not" },
    /* conditions */
    { "total_row = Total", P "1: behind a condition's column stands `is`, `is not`, `starts "
      "with`, `ends with`, `contains`, `is blank` or `is not blank`, not ''" },
    { "total_row = A start with B", P "1: behind a condition's column stands `is`, `is not`, "
      "`starts with`, `ends with`, `contains`, `is blank` or `is not blank`, not 'start'. Did "
      "you mean 'starts'?" },
    { "total_row = A is", P "1: the condition stops where a value should stand" },
    { "total_row = A is not", P "1: the condition stops where a value should stand" },
    { "total_row = A is and B is C", P "1: the condition stops where a value should stand" },
    { "total_row = A is \"\"", P "1: a condition's value is empty: write `is blank`" },
    { "total_row = A is B and", P "1: the condition stops where a column should stand" },
    { "total_row = only", P "1: the condition stops where a column should stand" },
    { "total_row = A is Grand Total", P "1: 'Total' stands behind a test: tests are joined by "
      "`and`, and a value or a name with blanks stands in quotes" },
    { "leave_out = A is B or C is D", P "1: 'or' stands behind a test: tests are joined by "
      "`and`, and a value or a name with blanks stands in quotes" },
};

static void every_mistake_is_told_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        if (parse(mistakes[i].text) != ERR_USAGE)
            fail_msg("'%s' is taken", mistakes[i].text);
        assert_string_equal(trouble.text, mistakes[i].message);
    }
}

static void at_most_eight_patterns_of_dates(void **state)
{
    char text[9 * 32] = "";
    size_t used = 0;

    (void)state;
    for (int i = 0; i < 9; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "date_format = dd/mm/yyyy\n");
    assert_int_equal(parse(text), ERR_USAGE);
    assert_string_equal(trouble.text, P "9: more than 8 patterns of dates");
}

#define LEDGER "partner = fixed STI\ndate = column D\ncost_centre = column C\n"                  \
               "account = column A\n"
#define AMOUNT "amount = column M\n"

static const struct {
    enum form   form;
    const char *text, *message;      /* NULL: it suits */
} suits[] = {
    { FORM_LEDGER, LEDGER AMOUNT, NULL },
    { FORM_BUDGET, LEDGER "debit = column X\ncredit = column Y\n", NULL },
    { FORM_LEDGER, LEDGER, "june.profile: ledger needs `amount`, or `debit` and `credit`" },
    { FORM_LEDGER, LEDGER "debit = column X\n", P "5: `debit` needs `credit`" },
    { FORM_LEDGER, LEDGER "credit = column X\n", P "5: `credit` needs `debit`" },
    { FORM_LEDGER, LEDGER AMOUNT "credit = column X\n",
      P "6: `credit` stands beside `amount`: it is one or the other" },
    { FORM_FORECAST, AMOUNT, "june.profile: forecast needs `partner`" },
    { FORM_LEDGER, "partner = fixed STI\ncost_centre = column C\naccount = column A\n" AMOUNT,
      "june.profile: ledger needs `date` or `period`" },
    { FORM_LEDGER, "partner = fixed ???\ndate = column D\ncost_centre = column C\n"
      "account = column A\n" AMOUNT,
      P "1: `partner` is still to be filled in: write its value in place of ???" },
    { FORM_ACCOUNTS, "partner = fixed S/I\naccount = column A\ngroup = fixed staff\n",
      P "1: `partner` cannot be 'S/I': a partner's code has 1 to 32 letters, digits, points, "
      "dashes and underlines" },
    { FORM_ACCOUNTS, "partner = fixed STI\naccount = column A\n",
      "june.profile: accounts needs `group`" },
    { FORM_BASIS_VALUES, "partner = column P\nbasis = fixed pupils\n",
      "june.profile: basis_values needs `value`" },
    { FORM_BASIS_VALUES, "partner = column P\nbasis = fixed pupils\nvalue = column V\n", NULL },
    { FORM_BASIS_VALUES, "partner = column P\nbasis = fixed pupils\nvalue = column V\n"
      "from = fixed June\n",
      P "4: `from` cannot be 'June': a fixed period is written as 2014-15/P03" },
    { FORM_COST_CENTRES, "partner = column P\ncost_centre = column C\n"
      "treatment = fixed shared\n",
      P "3: `treatment` cannot be 'shared': a treatment is common, direct, excluded, initiative "
      "or support" },
    { FORM_COST_CENTRES, "partner = column P\ncost_centre = column C\n"
      "treatment = fixed direct\nfrom = fixed 2013-14/P01\nyear = 2014-15\n", NULL },
    { FORM_LEDGER, LEDGER AMOUNT "period_format = pp\nperiod = column P\n",
      P "6: `period_format` has no year, so the profile needs `year`" },
    { FORM_LEDGER, LEDGER AMOUNT "period_format = pp\n", NULL },
    { FORM_LEDGER, LEDGER AMOUNT "period = fixed 2013-14/P01\nyear = 2014-15\n",
      P "6: `period` cannot be '2013-14/P01': it lies outside the profile's `year`" },
    { FORM_LEDGER, "partner = fixed STI\ndate = fixed 30/06/2014\ncost_centre = column C\n"
      "account = column A\n" AMOUNT,
      P "2: `date` cannot be '30/06/2014': a fixed date is a day such as 2014-06-30" },
    { FORM_LEDGER, LEDGER AMOUNT "decimal = comma\nthousands = comma\n",
      P "7: `thousands` and `decimal` are the same mark" },
    { FORM_LEDGER, LEDGER AMOUNT "thousands = point\n",
      P "6: `thousands` and `decimal` are the same mark" },
    { FORM_LEDGER, LEDGER AMOUNT "format = fixed\n", P "6: `format = fixed` needs `columns`" },
    { FORM_LEDGER, LEDGER AMOUNT "columns = a 1-2\n", P "6: `columns` needs `format = fixed`" },
    { FORM_LEDGER, LEDGER AMOUNT "sheet = Data\n", P "6: `sheet` needs `format = sheet`" },
};

static void a_form_needs_what_it_needs(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(suits); i++) {
        must_parse(suits[i].text);
        enum err err = profile_suits(&profile, suits[i].form, "june.profile", &trouble);
        assert_int_equal(err, suits[i].message == NULL ? OK : ERR_USAGE);
        if (suits[i].message != NULL)
            assert_string_equal(trouble.text, suits[i].message);
    }
}

/* ---- columns in a header ---- */

#define CELLS_MAX 8

struct test_row {
    struct cell cell[CELLS_MAX];
    struct row  row;
};

/* A row of cells as text, parted by bars. */
static struct row *row_of(struct test_row *row, const char *text)
{
    row->row = (struct row){ .cell = row->cell, .number = 1 };
    for (;;) {
        const char *bar = strchr(text, '|');
        const size_t size = bar != NULL ? (size_t)(bar - text) : strlen(text);
        assert_true(row->row.count < CELLS_MAX);
        row->cell[row->row.count++] = (struct cell){ { text, size }, CELL_TEXT };
        if (bar == NULL)
            return &row->row;
        text = bar + 1;
    }
}

static void columns_are_found_in_the_header(void **state)
{
    struct test_row header;

    (void)state;
    must_parse("account = column Account\namount = column \"Net Amount\"\npartner = column #1\n"
               "leave_out = Type is Total and #5 is blank\ntotal_row = only Type\n");
    const struct row *first = row_of(&header, "Type| Account\xc2\xa0|x|Net Amount|x");
    assert_int_equal(profile_bind(&profile, first, "june.profile", &trouble), OK);
    assert_int_equal(profile.field[TARGET_ACCOUNT].column->index, 1);
    assert_int_equal(profile.field[TARGET_AMOUNT].column->index, 3);
    assert_int_equal(profile.field[TARGET_PARTNER].column->index, 0);
    assert_int_equal(profile.leave_out[0].test[0].column.index, 0);
    assert_int_equal(profile.leave_out[0].test[1].column.index, 4);
    assert_int_equal(profile.total_row->test[0].column.index, 0);
    /* again, for a file with its columns elsewhere */
    assert_int_equal(profile_bind(&profile, row_of(&header, "Net Amount|Account|Type|y|z"),
                                  "june.profile", &trouble), OK);
    assert_int_equal(profile.field[TARGET_AMOUNT].column->index, 0);
}

static void columns_that_are_not_there_are_told(void **state)
{
    static const struct {
        const char *text, *header, *message;
    } rows[] = {
        { "amount = column Amuont", "Type|Amount|Account",
          P "1: the extract has no column 'Amuont'. Did you mean 'Amount'?" },
        { "amount = column amount", "Type|Amount",
          P "1: the extract has no column 'amount'. Did you mean 'Amount'?" },
        { "\ndebit = column Soll", "Type|Amount", P "2: the extract has no column 'Soll'" },
        { "amount = column Amount", "Amount|Type| Amount",
          P "1: the extract has two columns 'Amount': name the one by its place, #1 or #3" },
        { "amount = column #4", "Amount|Type|Account",
          P "1: there is no column #4: the header has 3" },
        { "amount = column Amount", NULL,
          P "1: without a header row a column is named by its place, as #3, not 'Amount'" },
        { "amount = column #4", NULL, NULL },
        { "total_row = only Typ", "Type|x",
          P "1: the extract has no column 'Typ'. Did you mean 'Type'?" },
        { "leave_out = Type is a\nleave_out = X is b", "Type",
          P "2: the extract has no column 'X'" },
        { "credit = column Y", "", P "1: the extract has no column 'Y'" },
    };
    struct test_row header;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = rows[i].header == NULL ? NULL : row_of(&header, rows[i].header);
        must_parse(rows[i].text);
        enum err err = profile_bind(&profile, row, "june.profile", &trouble);
        assert_int_equal(err, rows[i].message == NULL ? OK : ERR_USAGE);
        if (rows[i].message != NULL)
            assert_string_equal(trouble.text, rows[i].message);
    }
}

/* ---- conditions on rows of Type|Name|Amount ---- */

static const struct {
    const char *condition, *row;
    bool        holds;
} conditions[] = {
    { "Type is Total", "Total|x|5", true },
    { "Type is Total", " Total\xc2\xa0|x|5", true },
    { "Type is Total", "total|x|5", false },         { "Type is Total", "Total:|x|5", false },
    { "Type is \" Total \"", "Total|x|5", true },    { "Type is not Total", "Total|x|5", false },
    { "Type is not Total", "|x|5", true },           { "Type is \"blank\"", "blank|x|5", true },
    { "Type is blank", "blank|x|5", false },         { "Type is blank", " \t|x|5", true },
    { "Type is not blank", "a", true },              { "Type is not blank", "", false },
    { "Name starts with \"B/F \"", "|B/F June|5", true },
    { "Name starts with \"B/F \"", "|B/Fx|5", false },
    { "Name starts with B/F", "|B|5", false },
    { "Name ends with June", "|B/F June |5", true },
    { "Name ends with June", "|June 5|5", false },   { "Name contains F", "|B/F June|5", true },
    { "Name contains f", "|B/F June|5", false },     { "Name contains F", "||5", false },
    { "only Name", "|Total|", true },                { "only Name", "|Total", true },
    { "only Name", "|Total|5", false },              { "only Name", "||", false },
    { "only Name", " |x|\xc2\xa0|", true },          { "only Amount", "a", false },
    { "Type is a and Name is b", "a|b|5", true },    { "Type is a and Name is b", "a|c|5", false },
    { "Type is a and Name is b and Amount is 5", "a|b|6", false },
    { "Amount is blank", "a|b", true },              { "Amount is not 5", "a|b", true },
    { "#3 is 5", "a|b|5", true },                    { "Type is is", "is|b|5", true },
    { "Type is \"and\"", "and|b|5", true },
};

static void conditions_hold_as_they_say(void **state)
{
    struct test_row header;
    struct test_row row;
    char text[128];

    (void)state;
    for (size_t i = 0; i < COUNT(conditions); i++) {
        (void)snprintf(text, sizeof text, "total_row = %s", conditions[i].condition);
        must_parse(text);
        if (profile_bind(&profile, row_of(&header, "Type|Name|Amount"), "p", &trouble) != OK)
            fail_msg("%s", trouble.text);
        if (condition_holds(profile.total_row, row_of(&row, conditions[i].row)) !=
            conditions[i].holds)
            fail_msg("%s: %s", conditions[i].condition, conditions[i].row);
    }
}

/* Memory may run out anywhere; nothing is lost, and the message is the caller's. */
static void memory_may_run_out(void **state)
{
    (void)state;
    arena_fail_takes(true);
    for (long nth = 1;; nth++) {
        arena_free(&arena);
        arena_fail_after(nth, false);
        enum err err = parse(whole);
        bool failed = arena_allocations() >= nth;
        arena_fail_after(0, false);
        if (!failed) {
            assert_int_equal(err, OK);
            break;
        }
        assert_int_equal(err, ERR_IO);
    }
    arena_fail_takes(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_profile_has_the_defaults, begin),
        cmocka_unit_test_setup(a_profile_with_every_key_is_read, begin),
        cmocka_unit_test_setup(columns_of_fixed_width_are_read, begin),
        cmocka_unit_test_setup(delimiters_have_names_or_are_characters, begin),
        cmocka_unit_test_setup(forms_are_those_of_the_contract, begin),
        cmocka_unit_test_setup(every_mistake_is_told_with_its_line, begin),
        cmocka_unit_test_setup(at_most_eight_patterns_of_dates, begin),
        cmocka_unit_test_setup(a_form_needs_what_it_needs, begin),
        cmocka_unit_test_setup(columns_are_found_in_the_header, begin),
        cmocka_unit_test_setup(columns_that_are_not_there_are_told, begin),
        cmocka_unit_test_setup(conditions_hold_as_they_say, begin),
        cmocka_unit_test_setup(memory_may_run_out, begin),
    };
    int failed = cmocka_run_group_tests_name("profile", tests, NULL, NULL);

    arena_free(&arena);
    return failed;
}
