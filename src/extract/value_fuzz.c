/*
 * Amounts, values, dates, periods and codes from any bytes. The first three bytes choose a style;
 * a line follows that is taken for a pattern, then the cell.
 *
 * What is held against the code: an amount that is accepted prints and reads back the same, is no
 * further from what was written than its rounding says, and is what the ledger's own reading
 * gives; the quick forms decide nothing that the slow ones would not; days and periods are those
 * of the engine.
 */
#include "extract/value_rules.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct amount_style style_from(const uint8_t *bytes)
{
    static const char *const currencies[] = { "", "\xc2\xa3", "GBP", "Kc" };
    struct amount_style style = { .decimal = bytes[0] & 1 ? DECIMAL_COMMA : DECIMAL_POINT };

    style.thousands = (enum thousands_mark)((bytes[0] >> 1 & 7) % 5);
    if (style.thousands == (style.decimal == DECIMAL_POINT ? THOUSANDS_POINT : THOUSANDS_COMMA))
        style.thousands = THOUSANDS_NONE;      /* as profile_suits() has it */
    style.rounding = (enum penny_rounding)(bytes[0] >> 4 & 3);
    style.currency = text_of(currencies[bytes[0] >> 6]);
    style.negative = bytes[1] & 15U;
    return style;
}

static struct cell cell_from(uint8_t byte, struct text text)
{
    return (struct cell){ text, (enum cell_kind)(byte % 6) };
}

/* The number as a fraction. */
static void fraction_of(struct decimal number, mpq_t out)
{
    wide_to_mpz(number.digits, mpq_numref(out));
    mpz_ui_pow_ui(mpq_denref(out), 10, number.places);
    mpq_canonicalize(out);
}

static bool same_number(struct decimal one, struct decimal other)
{
    mpq_t first;
    mpq_t second;

    mpq_init(first);
    mpq_init(second);
    fraction_of(one, first);
    fraction_of(other, second);
    bool same = mpq_equal(first, second) != 0;
    mpq_clear(first);
    mpq_clear(second);
    return same;
}

/* Prints what was read and reads it again, rounding nothing away. */
static void check_exact(struct decimal exact)
{
    static const struct amount_style plain = { .negative = NEGATIVE_MINUS,
                                               .rounding = PENNY_HALF_UP };
    struct amount_reading again;
    char text[DECIMAL_TEXT_MAX];
    size_t used = decimal_print(exact, 2, text);
    struct cell cell = { { text, used }, CELL_TEXT };

    assert(used < sizeof text && text[used] == '\0');
    enum reason reason = amount_read(&cell, &plain, &again);
    assert(reason == REASON_NONE || reason == REASON_AMOUNT_SIZE);
    bool same = again.readable && same_number(again.exact, exact);
    assert(same);
}

/* How far pence may lie from what was written: 1 / this. */
static unsigned long allowed(enum penny_rounding rounding)
{
    return rounding == PENNY_RESIDUE ? 1000000 : 200;
}

static void check_pence(const struct amount_reading *reading, enum penny_rounding rounding)
{
    mpq_t exact;
    mpq_t distance;
    mpq_t most;

    mpq_inits(exact, distance, most, NULL);
    fraction_of(reading->exact, exact);
    fraction_of((struct decimal){ reading->pence, 2 }, distance);
    mpq_sub(distance, distance, exact);
    assert(reading->rounded == (mpq_sgn(distance) != 0));
    assert(rounding != PENNY_REFUSE || !reading->rounded);
    mpq_abs(distance, distance);
    mpq_set_ui(most, 1, allowed(rounding));
    assert(mpq_cmp(distance, most) <= 0);
    mpq_clears(exact, distance, most, NULL);
}

static void try_amount(const struct cell *cell, const struct amount_style *style)
{
    struct amount_reading reading;
    char text[MONEY_TEXT_MAX];
    wide pence = 0;
    enum reason reason = amount_read(cell, style, &reading);

    assert(reading.readable || reason != REASON_NONE);
    if (reading.readable)
        check_exact(reading.exact);
    if (reason == REASON_NONE) {
        check_pence(&reading, style->rounding);
        size_t used = money_print(reading.pence, text);
        bool good = amount_parse((struct text){ text, used }, AMOUNT_DIGITS, &pence);
        assert(good && pence == reading.pence);
    }
    if (cell->kind == CELL_TEXT && style->decimal == DECIMAL_POINT &&
        (style->negative & NEGATIVE_MINUS) != 0 &&
        amount_parse(cell->text, AMOUNT_DIGITS, &pence))
        assert(reason == REASON_NONE && reading.pence == pence);
    assert(style->rounding != PENNY_HALF_UP || reason != REASON_AMOUNT_DECIMALS ||
           !reading.readable);
}

static void try_value(const struct cell *cell, const struct amount_style *style)
{
    struct amount_reading reading;
    char text[DECIMAL_TEXT_MAX];
    mpq_t number;

    if (value_read(cell, style, &reading) != REASON_NONE)
        return;
    size_t used = decimal_print(reading.exact, 0, text);
    mpq_init(number);
    enum number_verdict verdict = number_parse((struct text){ text, used }, number);
    assert(verdict == NUMBER_GOOD);
    mpq_clear(number);
}

static void try_date(const struct cell *cell, const struct pattern *pattern)
{
    struct pattern slow = *pattern;
    struct day day;
    struct day by_parts;
    char text[DAY_TEXT_MAX];
    period_number period = 0;

    slow.full.size = 0;
    enum reason reason = date_read(cell, pattern, 1, &day);
    enum reason reason_by_parts = date_read(cell, &slow, 1, &by_parts);
    assert(reason == reason_by_parts);
    if (reason != REASON_NONE)
        return;
    assert(day.year == by_parts.year && day.month == by_parts.month && day.day == by_parts.day);
    day_print(day, text);
    bool good = day_parse(text_of(text), &period);
    assert(good && period == day_period(day));
}

static void try_period(const struct cell *cell, const struct pattern *pattern)
{
    char text[PERIOD_TEXT_MAX];
    period_number period;
    period_number again = 0;

    if (period_read(cell, pattern, 2014, &period) != REASON_NONE)
        return;
    size_t used = period_print(period, text);
    bool good = period_parse((struct text){ text, used }, &again);
    assert(good && again == period);
    assert(pattern_has_year(pattern) || period / PERIODS == 2014);
}

static void try_code(const struct cell *cell)
{
    struct text code;
    struct text treatment;
    const struct text trimmed = cell_trim(cell->text);

    enum reason reason = code_read(cell, &code);
    assert((reason == REASON_MISSING) == (trimmed.size == 0 && cell->kind != CELL_ERROR));
    assert((reason == REASON_ERROR_CELL) == cell_is_error(cell));
    if (reason == REASON_NONE)
        assert(code.data == trimmed.data && code.size >= 1 && code.size <= trimmed.size);
    if (treatment_read(cell, &treatment) == REASON_NONE)
        assert(partner_code_is_good(treatment));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pattern pattern;

    if (size < 3 || size > 300)
        return 0;
    const struct amount_style style = style_from(bytes);
    const char *line = (const char *)bytes + 3;
    const char *end = memchr(line, '\n', size - 3);
    if (end == NULL)
        return 0;
    const struct text words = { line, (size_t)(end - line) };
    const struct cell cell = cell_from(bytes[2], (struct text){ end + 1,
                                                                size - 4 - words.size });
    try_amount(&cell, &style);
    try_value(&cell, &style);
    try_code(&cell);
    if (date_pattern_parse(words, &pattern))
        try_date(&cell, &pattern);
    if (period_pattern_parse(words, &pattern))
        try_period(&cell, &pattern);
    return 0;
}
