/*
 * Amounts as other programs write them: examples first, then the laws: what is written in a style
 * is read back in it, and each rounding is what a fraction says it is.
 */
#include "extract/value_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"

#define NONE REASON_NONE
#define BAD REASON_AMOUNT
#define MANY REASON_AMOUNT_DECIMALS
#define BIG REASON_AMOUNT_SIZE
#define BLANK REASON_AMOUNT_MISSING
#define ERROR REASON_ERROR_CELL

#define MINUS NEGATIVE_MINUS
#define ALL (NEGATIVE_MINUS | NEGATIVE_BRACKETS | NEGATIVE_TRAILING | NEGATIVE_CR)

/* What the examples are read with. */
static const struct amount_style plain = { .negative = MINUS };
static const struct amount_style pounds = { DECIMAL_POINT, THOUSANDS_COMMA, ALL,
                                            { "\xc2\xa3", 2 }, PENNY_REFUSE };
static const struct amount_style euros = { DECIMAL_COMMA, THOUSANDS_POINT,
                                           MINUS | NEGATIVE_TRAILING, { "EUR", 3 },
                                           PENNY_REFUSE };
static const struct amount_style blanks = { DECIMAL_COMMA, THOUSANDS_BLANK, MINUS, { "", 0 },
                                            PENNY_REFUSE };
static const struct amount_style swiss = { DECIMAL_POINT, THOUSANDS_APOSTROPHE, MINUS, { "", 0 },
                                           PENNY_REFUSE };
static const struct amount_style brackets = { DECIMAL_POINT, THOUSANDS_COMMA, NEGATIVE_BRACKETS,
                                              { "", 0 }, PENNY_REFUSE };
static const struct amount_style residue = { .negative = MINUS, .rounding = PENNY_RESIDUE };
static const struct amount_style half_up = { .negative = MINUS, .rounding = PENNY_HALF_UP };
static const struct amount_style half_even = { .negative = MINUS, .rounding = PENNY_HALF_EVEN };

static const struct example {
    const struct amount_style *style;
    const char                *text;
    enum reason                reason;
    int64_t                    pence;
} examples[] = {
    /* what needs no more than the defaults */
    { &plain, "0", NONE, 0 },               { &plain, "0.00", NONE, 0 },
    { &plain, "-0.00", NONE, 0 },           { &plain, "1", NONE, 100 },
    { &plain, "1.5", NONE, 150 },           { &plain, "1.50", NONE, 150 },
    { &plain, "1234.56", NONE, 123456 },    { &plain, "-1234.56", NONE, -123456 },
    { &plain, "12.", NONE, 1200 },          { &plain, ".5", NONE, 50 },
    { &plain, "-.5", NONE, -50 },           { &plain, ".05", NONE, 5 },
    { &plain, "+12.50", NONE, 1250 },       { &plain, "  12.50\t", NONE, 1250 },
    { &plain, "\xc2\xa0" "12.50\xc2\xa0", NONE, 1250 },
    { &plain, "\xef\xbb\xbf" "12.50", NONE, 1250 },
    { &plain, "12.50\r\n", NONE, 1250 },    { &plain, "- 12.50", NONE, -1250 },
    { &plain, "0000000000000012.50", NONE, 1250 },
    { &plain, "9999999999999.99", NONE, INT64_C(999999999999999) },
    { &plain, "-9999999999999.99", NONE, INT64_C(-999999999999999) },
    { &plain, "9999999999999", NONE, INT64_C(999999999999900) },
    /* nothing there */
    { &plain, "", BLANK, 0 },               { &plain, "   ", BLANK, 0 },
    { &plain, "\xc2\xa0", BLANK, 0 },       { &pounds, " \t", BLANK, 0 },
    { &half_up, "", BLANK, 0 },
    /* no amounts at all */
    { &plain, "-", BAD, 0 },                { &plain, "+", BAD, 0 },
    { &plain, ".", BAD, 0 },                { &plain, "-.", BAD, 0 },
    { &plain, "--1", BAD, 0 },              { &plain, "+-1", BAD, 0 },
    { &plain, "1-", BAD, 0 },               { &plain, "(1)", BAD, 0 },
    { &plain, "1,234", BAD, 0 },            { &plain, "1,23", BAD, 0 },
    { &plain, "1.2.3", BAD, 0 },            { &plain, "1..2", BAD, 0 },
    { &plain, "1 234", BAD, 0 },            { &plain, "1\xc2\xa0" "234", BAD, 0 },
    { &plain, "12.5 0", BAD, 0 },           { &plain, "\xc2\xa3" "5", BAD, 0 },
    { &plain, "5p", BAD, 0 },               { &plain, "n/a", BAD, 0 },
    { &plain, "nil", BAD, 0 },              { &plain, "NaN", BAD, 0 },
    { &plain, "inf", BAD, 0 },              { &plain, "0x10", BAD, 0 },
    { &plain, "1E", BAD, 0 },               { &plain, "1E+", BAD, 0 },
    { &plain, "E5", BAD, 0 },               { &plain, "1E2.5", BAD, 0 },
    { &plain, "1E 2", BAD, 0 },             { &plain, "1e2e3", BAD, 0 },
    { &plain, "\xd9\xa3", BAD, 0 },         { &plain, "\xef\xbc\x95", BAD, 0 },
    { &plain, "\xe2\x88\x92" "5", BAD, 0 }, { &plain, "12:50", BAD, 0 },
    { &plain, "2014-06-30", BAD, 0 },       { &plain, "12.50CR", BAD, 0 },
    { &plain, "=1+1", BAD, 0 },             { &plain, "'12.50", BAD, 0 },
    { &plain, "12.5a", BAD, 0 },            { &plain, "a2.50", BAD, 0 },
    { &plain, "1/2", BAD, 0 },              { &plain, "5%", BAD, 0 },
    { &plain, "\xff" "5.00", BAD, 0 },      { &plain, "1_000", BAD, 0 },
    /* too many decimals, E-notation, too many digits */
    { &plain, "1.234", MANY, 0 },           { &plain, "1.500", MANY, 0 },
    { &plain, "0.001", MANY, 0 },           { &plain, "916.0300000000001", MANY, 0 },
    { &plain, "1E2", MANY, 0 },             { &plain, "1.5e+3", MANY, 0 },
    { &plain, "1E-2", MANY, 0 },            { &plain, "1e400000000", MANY, 0 },
    { &plain, "1e-400000000", MANY, 0 },    { &plain, "10000000000000", BIG, 0 },
    { &plain, "-10000000000000.00", BIG, 0 },
    { &plain, "1234567890123456789012345678901234567890", BIG, 0 },
    { &plain, "12345678901234.567", MANY, 0 },
    /* pounds as a British ledger prints them */
    { &pounds, "1,234.56", NONE, 123456 },  { &pounds, "1234.56", NONE, 123456 },
    { &pounds, "1,234,567.89", NONE, 123456789 },
    { &pounds, "12,345", NONE, 1234500 },   { &pounds, "123,456.7", NONE, 12345670 },
    { &pounds, "1,23", BAD, 0 },            { &pounds, "12,34,567", BAD, 0 },
    { &pounds, "1234,567", BAD, 0 },        { &pounds, "1,234567", BAD, 0 },
    { &pounds, ",234", BAD, 0 },            { &pounds, "1,,234", BAD, 0 },
    { &pounds, "1,234,", BAD, 0 },          { &pounds, "1.234,567", BAD, 0 },
    { &pounds, "0,123", BAD, 0 },           { &pounds, "1, 234", BAD, 0 },
    { &pounds, "-5", NONE, -500 },          { &pounds, "\xc2\xa3" "5", NONE, 500 },
    { &pounds, "-\xc2\xa3" "5", NONE, -500 },
    { &pounds, "\xc2\xa3-5", NONE, -500 },  { &pounds, "\xc2\xa3 5", NONE, 500 },
    { &pounds, "5\xc2\xa3", NONE, 500 },    { &pounds, "5 \xc2\xa3", NONE, 500 },
    { &pounds, "- \xc2\xa3 5.00", NONE, -500 },
    { &pounds, "\xc2\xa3", BAD, 0 },        { &pounds, "\xc2\xa3-", BAD, 0 },
    { &pounds, "\xc2\xa3\xc2\xa3" "5", BAD, 0 },
    { &pounds, "\xc2\xa3" "5\xc2\xa3", BAD, 0 },
    { &pounds, "\xa3" "5", BAD, 0 },        { &pounds, "1\xc2\xa3" "5", BAD, 0 },
    { &pounds, "(5)", NONE, -500 },         { &pounds, "( 5.00 )", NONE, -500 },
    { &pounds, "(\xc2\xa3" "5)", NONE, -500 },
    { &pounds, "\xc2\xa3(5)", NONE, -500 }, { &pounds, "(5)\xc2\xa3", NONE, -500 },
    { &pounds, "(1,234.56)", NONE, -123456 },
    { &pounds, "(12", BAD, 0 },             { &pounds, "12)", BAD, 0 },
    { &pounds, "((5))", BAD, 0 },           { &pounds, "()", BAD, 0 },
    { &pounds, "(", BAD, 0 },               { &pounds, ")", BAD, 0 },
    { &pounds, "(-5)", BAD, 0 },            { &pounds, "-(5)", BAD, 0 },
    { &pounds, "(5)-", BAD, 0 },            { &pounds, ")5(", BAD, 0 },
    { &pounds, "5-", NONE, -500 },          { &pounds, "5.00 -", NONE, -500 },
    { &pounds, "5+", NONE, 500 },           { &pounds, "-5-", BAD, 0 },
    { &pounds, "5--", BAD, 0 },             { &pounds, "5-\xc2\xa3", NONE, -500 },
    { &pounds, "12.50CR", NONE, -1250 },    { &pounds, "12.50DR", NONE, 1250 },
    { &pounds, "12.50 cr", NONE, -1250 },   { &pounds, "12.50 Dr", NONE, 1250 },
    { &pounds, "12.50CRDR", BAD, 0 },       { &pounds, "-12.50CR", BAD, 0 },
    { &pounds, "(12.50)CR", BAD, 0 },       { &pounds, "CR", BAD, 0 },
    { &pounds, "CR12.50", BAD, 0 },         { &pounds, "12.50R", BAD, 0 },
    { &pounds, "1,234E2", MANY, 0 },        { &pounds, "9,999,999,999,999.99", NONE,
                                              INT64_C(999999999999999) },
    { &pounds, "10,000,000,000,000", BIG, 0 },
    /* only what the profile allows */
    { &brackets, "-5", BAD, 0 },            { &brackets, "-5.00", BAD, 0 },
    { &brackets, "(5.00)", NONE, -500 },    { &brackets, "5.00", NONE, 500 },
    { &brackets, "5.00-", BAD, 0 },
    /* the rest of Europe */
    { &euros, "1.234,56", NONE, 123456 },   { &euros, "1.234", NONE, 123400 },
    { &euros, "12,5", NONE, 1250 },         { &euros, ",5", NONE, 50 },
    { &euros, "1,234.56", BAD, 0 },         { &euros, "1234.56", BAD, 0 },
    { &euros, "12.34", BAD, 0 },            { &euros, "12.345,6", NONE, 1234560 },
    { &euros, "-1.234,56 EUR", NONE, -123456 },
    { &euros, "EUR 1.234,56-", NONE, -123456 },
    { &euros, "eur 5", BAD, 0 },            { &euros, "1,234", MANY, 0 },
    { &blanks, "1 234,56", NONE, 123456 },  { &blanks, "1\xc2\xa0" "234,56", NONE, 123456 },
    { &blanks, "1\xe2\x80\xaf" "234,56", NONE, 123456 },
    { &blanks, "12 34", BAD, 0 },           { &blanks, "1  234", BAD, 0 },
    { &blanks, "-12 345 678,90", NONE, -1234567890 },
    { &swiss, "1'234.56", NONE, 123456 },   { &swiss, "1\xe2\x80\x99" "234.56", NONE, 123456 },
    { &swiss, "1'23", BAD, 0 },             { &swiss, "'123", BAD, 0 },
    /* residues of binary fractions, and nothing else */
    { &residue, "916.0300000000001", NONE, 91603 },
    { &residue, "-916.0300000000001", NONE, -91603 },
    { &residue, "916.0299999999999", NONE, 91603 },
    { &residue, "0.010001", NONE, 1 },      { &residue, "0.009999", NONE, 1 },
    { &residue, "0.0100011", MANY, 0 },     { &residue, "0.0099989", MANY, 0 },
    { &residue, "0.005", MANY, 0 },         { &residue, "1.500", NONE, 150 },
    { &residue, "1.5E+3", NONE, 150000 },   { &residue, "1E-9", NONE, 0 },
    { &residue, "-0.0000001", NONE, 0 },    { &residue, "1.234", MANY, 0 },
    { &residue, "1E13", BIG, 0 },           { &residue, "9999999999999.9999999", BIG, 0 },
    /* halves */
    { &half_up, "0.005", NONE, 1 },         { &half_up, "-0.005", NONE, -1 },
    { &half_up, "0.004999999999", NONE, 0 }, { &half_up, "0.015", NONE, 2 },
    { &half_up, "0.025", NONE, 3 },         { &half_up, "2.675", NONE, 268 },
    { &half_up, "1E400000000", BIG, 0 },    { &half_up, "0E400000000", NONE, 0 },
    { &half_up, "1E-400000000", MANY, 0 },  { &half_up, "12.345E1", NONE, 12345 },
    { &half_up, "9999999999999.995", BIG, 0 },
    { &half_up, "9999999999999.994", NONE, INT64_C(999999999999999) },
    { &half_even, "0.005", NONE, 0 },       { &half_even, "-0.005", NONE, 0 },
    { &half_even, "0.015", NONE, 2 },       { &half_even, "-0.015", NONE, -2 },
    { &half_even, "0.025", NONE, 2 },       { &half_even, "0.0250000001", NONE, 3 },
    { &half_even, "2.675", NONE, 268 },     { &half_even, "2.685", NONE, 268 },
    /* more digits than a number here has, though only zeros */
    { &half_up, "1.0000000000000000000000000000000000000000", NONE, 100 },
    { &half_up, "0.0000000000000000000000000000000000000000", NONE, 0 },
    { &half_up, "1.0000000000000000000000000000000000000001", MANY, 0 },
    { &half_up, "0.123456789012345678901234", NONE, 12 },
    { &half_up, "0.1234567890123456789012345", MANY, 0 },
    /* a spreadsheet's errors */
    { &plain, "#N/A", ERROR, 0 },           { &plain, " #REF! ", ERROR, 0 },
    { &plain, "#VALUE!", ERROR, 0 },        { &plain, "#DIV/0!", ERROR, 0 },
    { &plain, "Err:502", ERROR, 0 },        { &plain, "########", ERROR, 0 },
    { &plain, "Err:", BAD, 0 },             { &plain, "#N/A!", BAD, 0 },
};

static struct cell cell_of(const char *text, enum cell_kind kind)
{
    return (struct cell){ text_of(text), kind };
}

static void amounts_are_read_as_the_profile_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *e = &examples[i];
        struct cell cell = cell_of(e->text, CELL_TEXT);
        struct amount_reading reading;
        enum reason reason = amount_read(&cell, e->style, &reading);

        if (reason != e->reason || (reason == NONE && reading.pence != e->pence))
            fail_msg("'%s' is %s %lld, not %s", e->text, reason_name(reason),
                     (long long)reading.pence, reason_name(e->reason));
    }
}

/* Number cells of a sheet are read alike in every style. */
static const struct {
    const char    *text;
    enum cell_kind kind;
    enum penny_rounding  rounding;
    enum reason    reason;
    int64_t        pence;
} cells[] = {
    { "12.5", CELL_NUMBER, PENNY_REFUSE, NONE, 1250 },
    { "-1234", CELL_NUMBER, PENNY_REFUSE, NONE, -123400 },
    { "1.5E3", CELL_NUMBER, PENNY_REFUSE, NONE, 150000 },
    { "1.5E-1", CELL_NUMBER, PENNY_REFUSE, NONE, 15 },
    { "5.0000000000000003E-2", CELL_NUMBER, PENNY_REFUSE, MANY, 0 },
    { "5.0000000000000003E-2", CELL_NUMBER, PENNY_RESIDUE, NONE, 5 },
    { "916.03000000000009", CELL_NUMBER, PENNY_REFUSE, MANY, 0 },
    { "916.03000000000009", CELL_NUMBER, PENNY_RESIDUE, NONE, 91603 },
    { "1.500", CELL_NUMBER, PENNY_REFUSE, NONE, 150 },
    { "1E+15", CELL_NUMBER, PENNY_REFUSE, BIG, 0 },
    { "1,234", CELL_NUMBER, PENNY_REFUSE, BAD, 0 },
    { "(5)", CELL_NUMBER, PENNY_REFUSE, BAD, 0 },
    { "", CELL_NUMBER, PENNY_REFUSE, BLANK, 0 },
    { "2014-06-30", CELL_DATE, PENNY_REFUSE, BAD, 0 },
    { "12:00:00", CELL_TIME, PENNY_REFUSE, BAD, 0 },
    { "TRUE", CELL_BOOLEAN, PENNY_REFUSE, BAD, 0 },
    { "5", CELL_ERROR, PENNY_REFUSE, ERROR, 0 },
};

static void cells_of_sheets_have_their_own_rules(void **state)
{
    const struct amount_style *const styles[] = { &plain, &pounds, &euros, &blanks, &brackets };

    (void)state;
    for (size_t i = 0; i < COUNT(cells); i++)
        for (size_t s = 0; s < COUNT(styles); s++) {
            struct amount_style style = *styles[s];
            struct cell cell = cell_of(cells[i].text, cells[i].kind);
            struct amount_reading reading;

            style.rounding = cells[i].rounding;
            enum reason reason = amount_read(&cell, &style, &reading);
            if (reason != cells[i].reason || (reason == NONE && reading.pence != cells[i].pence))
                fail_msg("'%s' is %s", cells[i].text, reason_name(reason));
        }
}

/* What a refused amount adds to the totals, and what is told of a rounding. */
static void refused_amounts_count_as_written(void **state)
{
    static const struct {
        const char *text, *exact;      /* NULL: cannot be read */
        bool        rounded;
    } rows[] = {
        { "1.234", "1.234", true },          { "916.0300000000001", "916.0300000000001", true },
        { "-1E-3", "-0.001", true },         { "12.345E2", "1234.50", false },
        { "10000000000000", "10000000000000.00", false },
        { "1E33", "1000000000000000000000000000000000.00", false },
        { "1E34", NULL, false },             { "1E-24", "0.000000000000000000000001", true },
        { "10E-25", "0.000000000000000000000001", true },
        { "1E-25", NULL, false },            { "12a", NULL, false },
        { "", NULL, false },                 { "5.00", "5.00", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cell cell = cell_of(rows[i].text, CELL_TEXT);
        struct amount_reading reading;
        char text[DECIMAL_TEXT_MAX];

        (void)amount_read(&cell, &plain, &reading);
        if (reading.readable != (rows[i].exact != NULL))
            fail_msg("'%s' is %sreadable", rows[i].text, reading.readable ? "" : "not ");
        if (!reading.readable)
            continue;
        size_t size = decimal_print(reading.exact, 2, text);
        assert_int_equal(size, strlen(text));
        assert_string_equal(text, rows[i].exact);
        enum reason reason = amount_read(&cell, &half_up, &reading);
        if (reason == NONE && reading.rounded != rows[i].rounded)
            fail_msg("'%s' is %srounded", rows[i].text, reading.rounded ? "" : "not ");
    }
}

static void values_have_their_own_limits(void **state)
{
    static const struct {
        const char    *text;
        enum cell_kind kind;
        enum reason    reason;
        const char    *exact;
    } rows[] = {
        { "7394", CELL_TEXT, NONE, "7394" },     { "0", CELL_TEXT, NONE, "0" },
        { "-0", CELL_TEXT, NONE, "0" },          { "12.5", CELL_TEXT, NONE, "12.5" },
        { "0.123456789012", CELL_TEXT, NONE, "0.123456789012" },
        { "0.1234567890123", CELL_TEXT, REASON_VALUE, NULL },
        { "1.0000000000000", CELL_TEXT, REASON_VALUE, NULL },
        { "999999999999999999", CELL_TEXT, NONE, "999999999999999999" },
        { "1000000000000000000", CELL_TEXT, REASON_VALUE, NULL },
        { "-1", CELL_TEXT, REASON_VALUE, NULL }, { "", CELL_TEXT, REASON_VALUE, NULL },
        { "1E3", CELL_TEXT, REASON_VALUE, NULL }, { "1E3", CELL_NUMBER, NONE, "1000" },
        { "1E18", CELL_NUMBER, REASON_VALUE, NULL },
        { "0.30000000000000004", CELL_NUMBER, REASON_VALUE, NULL },
        { "1,234", CELL_TEXT, NONE, "1234" },    { "many", CELL_TEXT, REASON_VALUE, NULL },
        { "#N/A", CELL_TEXT, ERROR, NULL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cell cell = cell_of(rows[i].text, rows[i].kind);
        struct amount_reading reading;
        char text[DECIMAL_TEXT_MAX];
        enum reason reason = value_read(&cell, &pounds, &reading);

        if (reason != rows[i].reason)
            fail_msg("'%s' is %s", rows[i].text, reason_name(reason));
        if (reason != NONE)
            continue;
        (void)decimal_print(reading.exact, 0, text);
        assert_string_equal(text, rows[i].exact);
    }
}

/* ---- laws ---- */

/* A text that is being written. */
struct writing {
    char   text[128];
    size_t size;
};

static void put(struct writing *writing, const char *bytes)
{
    size_t size = strlen(bytes);

    memcpy(writing->text + writing->size, bytes, size);
    writing->size += size;
}

static void put_char(struct writing *writing, char c)
{
    writing->text[writing->size++] = c;
}

static const char *const marks_of[] = { "", ",", ".", " ", "'" };

/* A style that no profile can contradict itself with. */
static struct amount_style random_style(struct chance *chance)
{
    static const char *const currencies[] = { "", "\xc2\xa3", "GBP", "\xe2\x82\xac", "Kc" };
    struct amount_style style = { .negative = (unsigned)chance_below(chance, 16) };

    style.decimal = chance_one_in(chance, 2) ? DECIMAL_POINT : DECIMAL_COMMA;
    style.currency = text_of(currencies[chance_below(chance, COUNT(currencies))]);
    do
        style.thousands = (enum thousands_mark)chance_below(chance, COUNT(marks_of));
    while (style.thousands == (style.decimal == DECIMAL_POINT ? THOUSANDS_POINT
                                                              : THOUSANDS_COMMA));
    return style;
}

/* Pence with few digits as often as with many. */
static int64_t random_pence(struct chance *chance)
{
    uint64_t limit = 1;

    for (size_t digits = chance_below(chance, 16); digits > 0; digits--)
        limit *= 10;
    return (int64_t)(chance_next(chance) % limit);
}

static void put_number(struct writing *writing, const struct amount_style *style, int64_t pence,
                       bool marks)
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%03lld", (long long)pence);

    for (int i = 0; i < count; i++) {
        if (i == count - 2)
            put_char(writing, style->decimal == DECIMAL_POINT ? '.' : ',');
        else if (marks && i > 0 && i < count - 2 && (count - 2 - i) % 3 == 0)
            put(writing, marks_of[style->thousands]);
        put_char(writing, digits[i]);
    }
}

/* The number with its sign in one of the forms that the style allows; false: it allows none. */
static bool put_signed(struct writing *writing, struct chance *chance,
                       const struct amount_style *style, int64_t pence, bool negative)
{
    static const char *const before[] = { "-", "(", "", "" };
    static const char *const behind[] = { "", ")", "-", "CR" };
    const size_t form = chance_below(chance, 4);
    const bool inside = chance_one_in(chance, 2);
    char currency[8] = "";

    if (negative && (style->negative & 1U << form) == 0)
        return false;
    if (chance_one_in(chance, 2))
        memcpy(currency, style->currency.data, style->currency.size);
    const bool in_front = chance_one_in(chance, 2);
    if (in_front && !inside)
        put(writing, currency);
    put(writing, negative ? before[form] : "");
    if (in_front && inside)
        put(writing, currency);
    put_number(writing, style, pence, chance_one_in(chance, 2));
    if (!in_front && inside)
        put(writing, currency);
    put(writing, negative ? behind[form] : "");
    if (!in_front && !inside)
        put(writing, currency);
    return true;
}

static void what_is_written_in_a_style_is_read_back(void **state)
{
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        const struct amount_style style = random_style(&chance);
        const int64_t pence = random_pence(&chance);
        const bool negative = chance_one_in(&chance, 2);
        struct writing writing = { .size = 0 };
        struct amount_reading reading;

        if (!put_signed(&writing, &chance, &style, pence, negative))
            continue;
        struct cell cell = { { writing.text, writing.size }, CELL_TEXT };
        enum reason reason = amount_read(&cell, &style, &reading);
        if (reason != NONE || reading.rounded || reading.pence != (negative ? -pence : pence))
            fail_msg("%.*s is %s %lld", (int)writing.size, writing.text, reason_name(reason),
                     (long long)reading.pence);
    }
}

/* Whether GMP's fraction lies within `limit` of these pence. */
static int distance_against(const mpq_t exact, wide pence, const mpq_t limit)
{
    mpq_t distance;

    mpq_init(distance);
    wide_to_mpz(pence, mpq_numref(distance));
    mpz_set_ui(mpq_denref(distance), 100);
    mpq_canonicalize(distance);
    mpq_sub(distance, exact, distance);
    mpq_abs(distance, distance);
    int against = mpq_cmp(distance, limit);
    mpq_clear(distance);
    return against;
}

struct rounding_case {
    char  text[64];
    mpq_t exact, half_penny, millionth;
};

static void make_rounding_case(struct rounding_case *c, struct chance *chance)
{
    const int places = (int)chance_between(chance, 3, 9);
    int64_t unit = 1;
    int64_t digits;

    for (int i = 0; i < places; i++)
        unit *= 10;
    digits = chance_between(chance, -10, 10) * (unit / 100);
    digits += chance_one_in(chance, 2) ? unit / 200 : 0;
    digits += chance_between(chance, -2, 2) * (chance_one_in(chance, 2) ? 1 : unit / 1000);
    int64_t size = digits < 0 ? -digits : digits;
    (void)snprintf(c->text, sizeof c->text, "%s%lld.%0*lld", digits < 0 ? "-" : "",
                   (long long)(size / unit), places, (long long)(size % unit));
    mpq_set_si(c->exact, digits, (unsigned long)unit);
    mpq_canonicalize(c->exact);
}

/* Nearest penny; on a half the one away from zero, or the even one. */
static void check_halves(const struct rounding_case *c, wide up, wide even)
{
    const int against = distance_against(c->exact, up, c->half_penny);

    if (against > 0 || distance_against(c->exact, even, c->half_penny) > 0)
        fail_msg("%s is not rounded to the nearest penny", c->text);
    if (against < 0 && up != even)
        fail_msg("%s lies at no half and is rounded in two ways", c->text);
    if (against == 0 && (even % 2 != 0 || mpq_sgn(c->exact) * (up > 0 ? 1 : -1) <= 0))
        fail_msg("%s lies at a half and is rounded wrongly", c->text);
    if (against == 0 && distance_against(c->exact, up - (up > 0 ? 1 : -1), c->half_penny) != 0)
        fail_msg("%s is not rounded away from zero", c->text);
}

static void roundings_are_what_they_are_called(void **state)
{
    struct chance chance = chance_of(test_seed + 1);
    struct rounding_case c;

    (void)state;
    mpq_inits(c.exact, c.half_penny, c.millionth, NULL);
    mpq_set_ui(c.half_penny, 1, 200);
    mpq_set_ui(c.millionth, 1, 1000000);
    for (long i = 0; i < test_cases / 4; i++) {
        struct amount_reading up = { .pence = 0 };
        struct amount_reading even = { .pence = 0 };
        struct amount_reading rest;

        make_rounding_case(&c, &chance);
        struct cell cell = cell_of(c.text, CELL_TEXT);
        if (amount_read(&cell, &half_up, &up) != NONE ||
            amount_read(&cell, &half_even, &even) != NONE)
            fail_msg("%s is refused", c.text);
        check_halves(&c, up.pence, even.pence);
        bool near = distance_against(c.exact, up.pence, c.millionth) <= 0;
        enum reason reason = amount_read(&cell, &residue, &rest);
        if (reason != (near ? NONE : MANY) || (near && rest.pence != up.pence))
            fail_msg("%s is %s as a residue", c.text, reason_name(reason));
        if (amount_read(&cell, &plain, &rest) != MANY || !rest.readable)
            fail_msg("%s is not refused, or cannot be read", c.text);
    }
    mpq_clears(c.exact, c.half_penny, c.millionth, NULL);
}

/* Turning the sign of a text turns the sign of what is read. */
static void negative_amounts_mirror_positive_ones(void **state)
{
    static const struct amount_style *const styles[] = { &plain, &residue, &half_up, &half_even };
    struct chance chance = chance_of(test_seed + 2);

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        const struct amount_style *style = styles[chance_below(&chance, COUNT(styles))];
        char text[64];
        struct amount_reading one;
        struct amount_reading other;

        (void)snprintf(text, sizeof text, "-%llu.%0*llu",
                       (unsigned long long)random_pence(&chance) % 100000,
                       (int)chance_between(&chance, 1, 9),
                       (unsigned long long)random_pence(&chance) % 1000);
        struct cell negative = cell_of(text, CELL_TEXT);
        struct cell positive = cell_of(text + 1, CELL_TEXT);
        enum reason reason = amount_read(&negative, style, &one);
        if (reason != amount_read(&positive, style, &other) || one.pence != -other.pence ||
            one.exact.digits != -other.exact.digits || one.rounded != other.rounded)
            fail_msg("%s is no mirror image", text);
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_read_as_the_profile_says),
        cmocka_unit_test(cells_of_sheets_have_their_own_rules),
        cmocka_unit_test(refused_amounts_count_as_written),
        cmocka_unit_test(values_have_their_own_limits),
        cmocka_unit_test(what_is_written_in_a_style_is_read_back),
        cmocka_unit_test(roundings_are_what_they_are_called),
        cmocka_unit_test(negative_amounts_mirror_positive_ones),
    };

    test_chance_open(count, argument, 1000000);
    return cmocka_run_group_tests_name("amount_rules", tests, NULL, NULL);
}
