/*
 * Guessing, piece by piece: what a cell says of marks and dates, what a name says, how a text is
 * cut, where the header stands. What is made of whole files is in tests/guess_test.py.
 */
#include "extract/guess.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct cell cell_with(const char *text)
{
    return (struct cell){ text_of(text), CELL_TEXT };
}

/* -- amounts ------------------------------------------------------------------------------- */

static const struct amount_row {
    const char         *cell;
    bool                amount;
    enum mark_proof     proof;
    enum thousands_mark thousands;
    const char         *point, *comma;      /* as each decimal mark reads it; NULL: not at all */
} amount_rows[] = {
    { "1234", true, MARK_SILENT, THOUSANDS_NONE, "1234.00", "1234.00" },
    { "12.50", true, MARK_POINT, THOUSANDS_NONE, "12.50", NULL },
    { "12,50", true, MARK_COMMA, THOUSANDS_NONE, NULL, "12.50" },
    { "1.234", true, MARK_EITHER_POINT, THOUSANDS_NONE, "1.234", "1234.00" },
    { "1,234", true, MARK_EITHER_COMMA, THOUSANDS_NONE, "1234.00", "1.234" },
    { "0.123", true, MARK_POINT, THOUSANDS_NONE, "0.123", NULL },
    { "1234.567", true, MARK_POINT, THOUSANDS_NONE, "1234.567", NULL },
    { ".5", true, MARK_POINT, THOUSANDS_NONE, "0.50", NULL },
    { "12.", true, MARK_POINT, THOUSANDS_NONE, "12.00", NULL },
    { "1,234.50", true, MARK_POINT, THOUSANDS_COMMA, "1234.50", NULL },
    { "1.234,50", true, MARK_COMMA, THOUSANDS_POINT, NULL, "1234.50" },
    { "1,234,567", true, MARK_POINT, THOUSANDS_COMMA, "1234567.00", NULL },
    { "1.234.567", true, MARK_COMMA, THOUSANDS_POINT, NULL, "1234567.00" },
    { "1 234,50", true, MARK_COMMA, THOUSANDS_BLANK, NULL, "1234.50" },
    { "1'234.50", true, MARK_POINT, THOUSANDS_APOSTROPHE, "1234.50", NULL },
    { "1 234", true, MARK_SILENT, THOUSANDS_BLANK, "1234.00", "1234.00" },
    { "(\xc2\xa3" "1,234.50)", true, MARK_POINT, THOUSANDS_COMMA, "-1234.50", NULL },
    { "12.50-", true, MARK_POINT, THOUSANDS_NONE, "-12.50", NULL },
    { "12.50CR", true, MARK_POINT, THOUSANDS_NONE, "-12.50", NULL },
    { "12.50DR", true, MARK_POINT, THOUSANDS_NONE, "12.50", NULL },
    { "EUR 12,50", true, MARK_COMMA, THOUSANDS_NONE, NULL, "12.50" },
    { "916.0300000000001", true, MARK_POINT, THOUSANDS_NONE, "916.0300000000001", NULL },
    { "1.5E+3", true, MARK_POINT, THOUSANDS_NONE, "1500.00", NULL },
    { "12,34.50", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
    { "1.234,567.8", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
    { "12..5", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
    { "REDACTED", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
    { "25/06/2014", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
    { "SW117", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
    { "-", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
    { "CR", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
    { "", false, MARK_SILENT, THOUSANDS_NONE, NULL, NULL },
};

static void assert_reading(const struct amount_shape *shape, enum decimal_mark mark,
                           const char *should)
{
    char text[DECIMAL_TEXT_MAX];

    assert_int_equal(shape->reads[mark], should != NULL);
    if (should == NULL)
        return;
    (void)decimal_print(shape->exact[mark], 2, text);
    assert_string_equal(text, should);
}

static void test_amounts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(amount_rows); i++) {
        const struct amount_row *row = &amount_rows[i];
        const struct cell cell = cell_with(row->cell);
        struct amount_shape shape;

        print_message("# %s\n", row->cell);
        assert_int_equal(amount_shape_of(&cell, &shape), row->amount);
        if (!row->amount)
            continue;
        assert_int_equal(shape.proof, row->proof);
        assert_int_equal(shape.thousands, row->thousands);
        assert_reading(&shape, DECIMAL_POINT, row->point);
        assert_reading(&shape, DECIMAL_COMMA, row->comma);
    }
}

/* Only what a spreadsheet's arithmetic has left behind is a residue. */
static void test_residue(void **state)
{
    static const struct { const char *cell; bool finer, residue, scientific; } rows[] = {
        { "12.50", false, false, false },
        { "916.0300000000001", true, true, false },
        { "1234.505", true, false, false },
        { "12.505", false, false, false },      /* twelve thousand, perhaps */
        { "1.5E+3", false, false, true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct cell cell = cell_with(rows[i].cell);
        struct amount_shape shape;

        assert_true(amount_shape_of(&cell, &shape));
        assert_int_equal(shape.finer, rows[i].finer);
        assert_int_equal(shape.residue, rows[i].residue);
        assert_int_equal(shape.scientific, rows[i].scientific);
    }
}

/* -- dates --------------------------------------------------------------------------------- */

static void test_dates(void **state)
{
    static const struct { const char *cell, *pattern; bool day_first, month_first; } rows[] = {
        { "2014-06-30", "yyyy-mm-dd", false, false },
        { "2014/6/3", "yyyy/mm/dd", false, false },
        { "20140630", "yyyymmdd", false, false },
        { "30/06/2014", "dd/mm/yyyy", true, false },
        { "03/04/2014", "dd/mm/yyyy", false, false },
        { "04/25/14", "mm/dd/yy", false, true },
        { "25.4.2014", "dd.mm.yyyy", true, false },
        { "25-Apr-2013", "dd-mmm-yyyy", false, false },
        { "3 April 14", "dd mmm yy", false, false },
        { "2017-11-28 00:00:00", "yyyy-mm-dd hh:mm:ss", false, false },
        { "2017-11-28T10:15", "yyyy-mm-ddThh:mm", false, false },
        { "28/11/2017 9:05", "dd/mm/yyyy hh:mm", true, false },
        { "31/31/2014", NULL, false, false },
        { "2014-13-01", NULL, false, false },
        { "25-Foo-2013", NULL, false, false },
        { "20138048", NULL, false, false },
        { "12345678", NULL, false, false },
        { "00:00:00", NULL, false, false },
        { "12.50", NULL, false, false },
        { "", NULL, false, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char pattern[DATE_PATTERN_TEXT_MAX];
        struct date_seen seen;
        struct pattern parsed;
        struct day day;
        const bool found = date_shape_of(text_of(rows[i].cell), &seen);

        print_message("# %s\n", rows[i].cell);
        assert_int_equal(found, rows[i].pattern != NULL);
        if (!found)
            continue;
        assert_int_equal(seen.day_first, rows[i].day_first);
        assert_int_equal(seen.month_first, rows[i].month_first);
        date_shape_pattern(&seen.shape, seen.month_first, pattern);
        assert_string_equal(pattern, rows[i].pattern);
        assert_true(date_pattern_parse(text_of(pattern), &parsed));
        assert_true(date_pattern_fits(&parsed, text_of(rows[i].cell), &day));
    }
}

/* -- names --------------------------------------------------------------------------------- */

static void test_names(void **state)
{
    static const struct { const char *better, *worse; unsigned role; } rows[] = {
        { "Net Amount", "Gross Amount", TARGET_AMOUNT },
        { "Amount", "Total", TARGET_AMOUNT },
        { "NetAmount", "Amount paid", TARGET_AMOUNT },
        { "Amount", "VAT Amount", TARGET_AMOUNT },
        { "Expense Code", "Expense Type", TARGET_ACCOUNT },
        { "DetailedExpenditureCode", "DetailedExpenditureType", TARGET_ACCOUNT },
        { "cost_centre", "cost_centre_name", TARGET_COST_CENTRE },
        { "Service division label", "Service label", TARGET_COST_CENTRE },
        { "GL Date", "Invoice Date", TARGET_DATE },
        { "DatePaid", "Due date", TARGET_DATE },
        { "Supplier Name", "Supplier ID", TARGET_DESCRIPTION },
        { "Trans. No.", "Amount", TARGET_ENTRY_ID },
        { "DEBIT", "Debit date", GUESS_DEBIT },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        print_message("# %s before %s\n", rows[i].better, rows[i].worse);
        assert_true(guess_name_score(text_of(rows[i].better), rows[i].role)
                    > guess_name_score(text_of(rows[i].worse), rows[i].role));
    }
    assert_int_equal(guess_name_score(text_of(""), TARGET_AMOUNT), 0);
    assert_int_equal(guess_name_score(text_of("Discounted"), TARGET_AMOUNT), 0);
}

/* -- shapes -------------------------------------------------------------------------------- */

static struct shape shape_of(struct arena *arena, const char *text)
{
    struct shape shape;

    guess_shape(text_of(text), true, arena, &shape);
    return shape;
}

static void test_shapes(void **state)
{
    static const struct {
        const char *text;
        char        delimiter;      /* '\0': fixed widths; '?': nothing cuts it */
        bool        quotes;
        size_t      cells;
    } rows[] = {
        { "a,b,c\n1,2,3\n4,5,6\n", ',', true, 3 },
        { "a;b\nx;1,50\ny;2,50\n", ';', true, 2 },
        { "x;y;1,50\nx;y;2,50\n", ';', true, 3 },
        { "a\tb\r1\t2\r", '\t', true, 2 },
        { "a|b|c\n1, 2|2|3\n", '|', true, 3 },
        { "a,b\n\"x\" y,1\n\"z,2\n", ',', false, 2 },
        { "a,b\n\"x, y\",1\n\"z\",2\n", ',', true, 2 },
        { "SW1  4000  Care    12,50\nSW2  4100  Taxi   112,50\n", '\0', false, 4 },
        { "SW1  4000  Care  1 234.50\nSW2  4100  Taxi  2 112.50\n", '\0', false, 5 },
        { "prose\nwithout end\n", '?', true, 1 },
        { "12,50\n3,20\n", '?', true, 1 },
        { "", '?', true, 1 },
    };
    struct arena arena = { 0 };

    (void)state;
    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct shape shape = shape_of(&arena, rows[i].text);

        print_message("# %zu\n", i);
        assert_int_equal(shape.cut, rows[i].delimiter != '?');
        assert_int_equal(shape.cells, rows[i].cells);
        assert_int_equal(shape.unclear, strstr(rows[i].text, "1 234") != NULL);
        assert_int_equal(shape.dialect.format == FORMAT_FIXED, rows[i].delimiter == '\0');
        if (rows[i].delimiter != '\0' && rows[i].delimiter != '?') {
            assert_int_equal(shape.dialect.delimiter, rows[i].delimiter);
            assert_int_equal(shape.dialect.quotes, rows[i].quotes);
        }
    }
    arena_free(&arena);
}

/* "a|b" as a row. */
static struct row row_of(struct arena *arena, const char *text, uint64_t number)
{
    struct row row = { .cell = arena_take(arena, strlen(text) + 1, sizeof *row.cell),
                       .number = number };

    for (const char *at = text;; at++) {
        const size_t size = strcspn(at, "|");
        row.cell[row.count++] = (struct cell){ { at, size }, CELL_TEXT };
        at += size;
        if (*at == '\0')
            return row;
    }
}

static void test_headers(void **state)
{
    static const struct {
        const char       *row[4];
        enum header_found found;
        size_t            at;
    } rows[] = {
        { { "Name|Amount", "x|1.50", "y|2" }, HEADER_FOUND, 0 },
        { { "Payments, June|", "Name|Amount", "x|1.50" }, HEADER_FOUND, 1 },
        { { "Payments, June", "Name|Amount", "x|1.50" }, HEADER_FOUND, 1 },
        { { "|", "Name|Amount", "x|1.50", "y|2" }, HEADER_FOUND, 1 },
        { { "x|1.50", "y|2.50" }, HEADER_NOT_THERE, 0 },
        { { "Name|Date|Amount", "x|2014-06-01|12|50", "y|2014-06-01|2|50" }, HEADER_UNCLEAR, 0 },
        { { NULL }, HEADER_UNCLEAR, 0 },
    };
    struct arena arena = { 0 };

    (void)state;
    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct row row[4];
        size_t count = 0;
        size_t at;

        for (; count < 4 && rows[i].row[count] != NULL; count++)
            row[count] = row_of(&arena, rows[i].row[count], count + 1);
        print_message("# %zu\n", i);
        assert_int_equal(guess_header(row, count, false, &at), rows[i].found);
        if (rows[i].found == HEADER_FOUND)
            assert_int_equal(at, rows[i].at);
    }
    arena_free(&arena);
}

/* -- a guess, and the profile that it is --------------------------------------------------- */

static const char *profile_of(struct arena *arena, const char *const text[], size_t count)
{
    struct guess guess = { .partner = "STI", .arena = arena };
    struct table_facts facts;
    struct last_row last;
    const struct row header = row_of(arena, text[0], 1);

    facts_open(&facts, arena, &header, 0, true);
    for (size_t i = 1; i < count; i++) {
        const struct row row = row_of(arena, text[i], i + 1);
        facts_row(&facts, &row);
    }
    facts_end(&facts, &last);
    guess_choose(&guess, &facts, &last);
    facts_close(&facts);
    return guess_text(&guess);
}

static void test_profile(void **state)
{
    static const char *const text[] = {
        "Cost \"A\" centre|Account|Net|Date", "SW1|4000|10.00|25/06/2014",
        "SW2|4000|5.50|26/06/2014", "Total||15.50|",
    };
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    struct profile profile;

    (void)state;
    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    const char *made = profile_of(&arena, text, COUNT(text));
    print_message("# %s\n", made);
    assert_int_equal(profile_parse(text_of(made), "p", &arena, &profile, &trouble), OK);
    assert_int_equal(profile_suits(&profile, FORM_LEDGER, "p", &trouble), ERR_USAGE);
    assert_non_null(strstr(made, "column Net"));
    assert_non_null(strstr(made, "is \"Total\""));
    assert_non_null(profile.total_row);
    arena_free(&arena);
}

/* Wherever memory runs out, nothing is left open. */
static void test_memory(void **state)
{
    static const char *const extracts[] = {
        "tests/convert/08_bradford/08_bradford_2019-11_bracketed_negatives_with_thousands.csv",
        "tests/convert/18_lambeth/"
        "18_lambeth_2011-02_padded_cells_title_row_grand_total_FULL.csv",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(extracts); i++) {
        const struct guess_request request = { .outside = &real_outside, .extract = extracts[i] };
        enum err err = ERR_IO;

        for (long nth = 1; err != OK; nth += 1 + nth / 8) {
            struct arena arena = { 0 };
            struct trouble trouble = { 0 };
            struct guess guess;

            arena_fail_takes(true);
            arena_fail_after(nth, true);
            err = guess_profile(&request, &arena, &guess, &trouble);
            arena_fail_after(0, false);
            arena_fail_takes(false);
            assert_true(err == OK || (err == ERR_IO && strstr(trouble.text, "memory") != NULL));
            arena_free(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts), cmocka_unit_test(test_residue),
        cmocka_unit_test(test_dates), cmocka_unit_test(test_names),
        cmocka_unit_test(test_shapes), cmocka_unit_test(test_headers),
        cmocka_unit_test(test_profile), cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
