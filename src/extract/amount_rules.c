/*
 * extract/amount_rules.c -- amounts and values, as somebody else's program has written them.
 *
 * An amount is peeled from outside to inside: sign, brackets, currency, CR or DR, in any order
 * but each only once; what is left must be a number to its last byte. Whatever is not plainly an
 * amount in the style that the profile names is refused: there is no second guess.
 *
 * Most cells are `-?digits.dd`. quick_amount() takes those and decides nothing else.
 */
#include "extract/value_rules.h"

#include <assert.h>

/* What is left to be read, and what was taken off. */
struct peeled {
    struct text rest;
    bool        negative;
    bool        has_sign;        /* minus, plus, brackets, CR or DR: one of them */
    bool        has_currency;
};

/* A number as it is written. */
struct number {
    struct decimal exact;        /* meaningful unless `lost` */
    bool           lost;         /* more digits or places than `exact` can hold */
    bool           has_exponent;
    unsigned       decimals;     /* digits behind the point, before the exponent is worked out */
    unsigned       digits;       /* significant ones that `exact` holds */
    int64_t        whole;        /* significant digits before the point, exponent worked out;
                                    below 0: so many zeros behind it */
};

struct cursor {
    const char *at, *end;
};

static bool is_digit_at(const struct cursor *cursor)
{
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

static bool begins_with(const char *at, const char *end, const char *bytes, size_t size)
{
    return (size_t)(end - at) >= size && memcmp(at, bytes, size) == 0;
}

/* ---- what stands around a number ---- */

static void drop_front(struct peeled *peeled, size_t size)
{
    peeled->rest = cell_trim((struct text){ peeled->rest.data + size, peeled->rest.size - size });
}

static void drop_back(struct peeled *peeled, size_t size)
{
    peeled->rest = cell_trim((struct text){ peeled->rest.data, peeled->rest.size - size });
}

static bool take_sign(struct peeled *peeled, bool negative)
{
    peeled->has_sign = true;
    peeled->negative = negative;
    return true;
}

/* A sign in front, or brackets around. */
static bool peel_front_sign(struct peeled *peeled, unsigned allowed)
{
    const struct text rest = peeled->rest;
    const char front = rest.data[0];

    if (front == '+' || (front == '-' && (allowed & NEGATIVE_MINUS) != 0)) {
        drop_front(peeled, 1);
        return take_sign(peeled, front == '-');
    }
    if (front == '(' && rest.data[rest.size - 1] == ')' && rest.size >= 2 &&
        (allowed & NEGATIVE_BRACKETS) != 0) {
        drop_front(peeled, 1);
        drop_back(peeled, 1);
        return take_sign(peeled, true);
    }
    return false;
}

static char upper(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    return c;
}

/* A sign behind, CR or DR. */
static bool peel_back_sign(struct peeled *peeled, unsigned allowed)
{
    const struct text rest = peeled->rest;
    const char back = rest.data[rest.size - 1];

    if ((back == '-' || back == '+') && (allowed & NEGATIVE_TRAILING) != 0) {
        drop_back(peeled, 1);
        return take_sign(peeled, back == '-');
    }
    if (rest.size < 2 || upper(back) != 'R' || (allowed & NEGATIVE_CR) == 0)
        return false;
    const char before = upper(rest.data[rest.size - 2]);
    if (before != 'C' && before != 'D')
        return false;
    drop_back(peeled, 2);
    return take_sign(peeled, before == 'C');
}

static bool peel_currency(struct peeled *peeled, struct text currency)
{
    const struct text rest = peeled->rest;

    if (currency.size == 0 || peeled->has_currency || rest.size < currency.size)
        return false;
    if (memcmp(rest.data, currency.data, currency.size) == 0)
        drop_front(peeled, currency.size);
    else if (memcmp(rest.data + rest.size - currency.size, currency.data, currency.size) == 0)
        drop_back(peeled, currency.size);
    else
        return false;
    peeled->has_currency = true;
    return true;
}

static struct peeled peel(struct text text, const struct amount_style *style)
{
    struct peeled peeled = { .rest = text };

    while (peeled.rest.size > 0 &&
           (peel_currency(&peeled, style->currency) ||
            (!peeled.has_sign && (peel_front_sign(&peeled, style->negative) ||
                                  peel_back_sign(&peeled, style->negative)))))
        ;
    return peeled;
}

/* ---- the number itself ---- */

/* A digit of the number. Zeros in front count for nothing; a zero behind the point that no longer
 * has room changes nothing. */
static void number_take(struct number *number, char c, bool behind_point)
{
    const bool significant = number->digits > 0 || c != '0';
    const bool room = number->digits < DECIMAL_DIGITS_MAX &&
                      (!behind_point || number->exact.places < DECIMAL_PLACES_MAX);

    if (behind_point)
        number->decimals++;
    if (significant && !behind_point)
        number->whole++;
    if (!significant && behind_point)
        number->whole--;
    if (!room) {
        number->lost |= c != '0' || !behind_point;
        return;
    }
    number->digits += significant;
    number->exact.digits = number->exact.digits * 10 + (c - '0');
    number->exact.places += behind_point;
}

/* Bytes of the mark between thousands that stands here, or 0. */
static size_t thousands_at(const struct cursor *cursor, enum thousands_mark mark)
{
    static const char *const marks[][4] = {
        [THOUSANDS_NONE] = { NULL },
        [THOUSANDS_COMMA] = { ",", NULL },
        [THOUSANDS_POINT] = { ".", NULL },
        /* a blank, U+00A0 and U+202F: French and Nordic programs write all three */
        [THOUSANDS_BLANK] = { " ", "\xc2\xa0", "\xe2\x80\xaf", NULL },
        [THOUSANDS_APOSTROPHE] = { "'", "\xe2\x80\x99", NULL },
    };

    for (const char *const *one = marks[mark]; *one != NULL; one++)
        if (begins_with(cursor->at, cursor->end, *one, strlen(*one)))
            return strlen(*one);
    return 0;
}

static unsigned take_digits(struct cursor *cursor, struct number *number, bool behind_point)
{
    unsigned count = 0;

    for (; is_digit_at(cursor); cursor->at++, count++)
        number_take(number, *cursor->at, behind_point);
    return count;
}

/* The digits before the point; *count of them. Marks must part threes, and the first group does
 * not begin with a zero: 0,123 is a decimal comma that the profile knows nothing of. */
static bool take_whole(struct cursor *cursor, enum thousands_mark mark, struct number *number,
                       unsigned *count)
{
    const char *first = cursor->at;
    size_t size;

    *count = take_digits(cursor, number, false);
    if (thousands_at(cursor, mark) > 0 && (*count == 0 || *count > 3 || *first == '0'))
        return false;
    while ((size = thousands_at(cursor, mark)) > 0) {
        cursor->at += size;
        if (take_digits(cursor, number, false) != 3)
            return false;
    }
    return true;
}

/* Beyond this an exponent only says "far too large" or "far too small". */
#define EXPONENT_MAX 100000

/* `E+11`, if it stands here. */
static bool take_exponent(struct cursor *cursor, struct number *number, int *exponent)
{
    bool negative = false;

    *exponent = 0;
    if (cursor->at == cursor->end || upper(*cursor->at) != 'E')
        return true;
    cursor->at++;
    if (cursor->at < cursor->end && (*cursor->at == '+' || *cursor->at == '-'))
        negative = *cursor->at++ == '-';
    if (!is_digit_at(cursor))
        return false;
    for (; is_digit_at(cursor); cursor->at++)
        if (*exponent < EXPONENT_MAX)
            *exponent = *exponent * 10 + (*cursor->at - '0');
    if (negative)
        *exponent = -*exponent;
    number->has_exponent = true;
    return true;
}

/* Works an exponent into the number; the zeros that it brings need room too. */
static void work_out(struct number *number, int exponent)
{
    struct decimal *exact = &number->exact;
    const int places = (int)exact->places - exponent;

    if (exact->digits == 0 && !number->lost) {
        exact->places = 0;
        number->whole = 0;
        return;
    }
    number->whole += exponent;
    if (number->lost)
        return;
    if (places < 0 && (int)number->digits - places > DECIMAL_DIGITS_MAX) {
        number->lost = true;
    } else if (places < 0) {
        exact->digits *= decimal_power((unsigned)-places);
        exact->places = 0;
    } else {
        int left = places;
        for (; left > DECIMAL_PLACES_MAX && exact->digits % 10 == 0; left--)
            exact->digits /= 10;
        number->lost = left > DECIMAL_PLACES_MAX;
        exact->places = number->lost ? 0 : (unsigned)left;
    }
}

/* Zeros behind the second decimal say nothing. Half of all numbers are odd, which is quicker
 * to see. */
static void strip_zeros(struct decimal *exact)
{
    while (exact->places > 2 && exact->digits % 2 == 0 && exact->digits % 10 == 0) {
        exact->digits /= 10;
        exact->places--;
    }
}

static bool number_read(struct text text, const struct amount_style *style, struct number *out)
{
    struct cursor cursor = { text.data, text.data + text.size };
    const char point = style->decimal == DECIMAL_COMMA ? ',' : '.';
    unsigned whole;
    unsigned decimals = 0;
    int exponent;

    memset(out, 0, sizeof *out);
    if (!take_whole(&cursor, style->thousands, out, &whole))
        return false;
    if (cursor.at < cursor.end && *cursor.at == point) {
        cursor.at++;
        decimals = take_digits(&cursor, out, true);
    }
    if (whole + decimals == 0 || !take_exponent(&cursor, out, &exponent) ||
        cursor.at != cursor.end)
        return false;
    work_out(out, exponent);
    strip_zeros(&out->exact);
    return true;
}

/* How a number cell of a sheet is written, whatever the profile says of texts. */
static const struct amount_style sheet_style = { .negative = NEGATIVE_MINUS };

/* The amount in a cell; false: it is none. */
static bool written_read(const struct cell *cell, const struct amount_style *style,
                         struct number *number)
{
    const struct amount_style *its_own = cell->kind == CELL_NUMBER ? &sheet_style : style;

    if (cell->kind != CELL_NUMBER && cell->kind != CELL_TEXT)
        return false;
    struct peeled peeled = peel(cell_trim(cell->text), its_own);
    if (!number_read(peeled.rest, its_own, number))
        return false;
    if (peeled.negative)
        number->exact.digits = -number->exact.digits;
    return true;
}

/* ---- pence ---- */

/* Whether pence that lie between two are rounded away from zero. `rest` of `unit` is beyond
 * `low`, all of the amount without its sign. false in *good: the rounding does not cover it. */
static bool rounds_up(wide low, wide rest, wide unit, unsigned places, enum penny_rounding rounding,
                      bool *good)
{
    const bool half_or_more = rest * 2 >= unit;
    const wide distance = half_or_more ? unit - rest : rest;

    *good = true;
    switch (rounding) {
    case PENNY_HALF_UP:
        return half_or_more;
    case PENNY_HALF_EVEN:
        return rest * 2 > unit || (rest * 2 == unit && low % 2 == 1);
    case PENNY_RESIDUE:
        *good = distance * 1000000 <= decimal_power(places);
        return half_or_more;
    case PENNY_REFUSE:
        break;
    }
    *good = false;
    return false;
}

/* Negative amounts mirror positive ones. false: the rounding does not cover it. */
static bool pence_of(struct decimal exact, enum penny_rounding rounding, wide *pence)
{
    const wide size = exact.digits < 0 ? -exact.digits : exact.digits;
    bool good;

    if (exact.places <= 2) {
        *pence = exact.digits * decimal_power(2 - exact.places);
        return true;
    }
    const wide unit = decimal_power(exact.places - 2);
    const wide low = size / unit;
    const bool up = rounds_up(low, size % unit, unit, exact.places, rounding, &good);
    *pence = exact.digits < 0 ? -(low + up) : low + up;
    return good;
}

static bool is_rounded(struct decimal exact, wide pence)
{
    return exact.places > 2 && pence * decimal_power(exact.places - 2) != exact.digits;
}

/* Whether it is for the rounding to say what happens. */
static bool needs_rounding(const struct cell *cell, const struct number *number)
{
    if (cell->kind == CELL_NUMBER)
        return number->exact.places > 2;
    return number->decimals > 2 || number->has_exponent;
}

static enum reason judge(const struct cell *cell, const struct number *number,
                         enum penny_rounding rounding, struct amount_reading *out)
{
    const wide limit = decimal_power(AMOUNT_DIGITS + 2);
    wide pence;

    out->exact = number->exact;
    out->readable = !number->lost;
    if (rounding == PENNY_REFUSE && needs_rounding(cell, number))
        return REASON_AMOUNT_DECIMALS;
    if (number->lost)
        return number->whole > AMOUNT_DIGITS ? REASON_AMOUNT_SIZE : REASON_AMOUNT_DECIMALS;
    if (!pence_of(number->exact, rounding, &pence))
        return REASON_AMOUNT_DECIMALS;
    if (pence >= limit || pence <= -limit)
        return REASON_AMOUNT_SIZE;
    out->pence = pence;
    out->rounded = is_rounded(number->exact, pence);
    return REASON_NONE;
}

/* -?digits.dd with at most 13 digits before the point. */
static bool quick_amount(struct text text, bool minus_allowed, int64_t *pence)
{
    const bool negative = text.size > 0 && text.data[0] == '-';
    const char *digits = text.data + negative;
    const size_t size = text.size - negative;
    uint64_t value = 0;

    if (size < 4 || size > AMOUNT_DIGITS + 3 || digits[size - 3] != '.' ||
        (negative && !minus_allowed))
        return false;
    for (size_t i = 0; i < size - 3; i++) {
        const unsigned digit = (unsigned)(unsigned char)digits[i] - '0';
        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    const unsigned tens = (unsigned)(unsigned char)digits[size - 2] - '0';
    const unsigned ones = (unsigned)(unsigned char)digits[size - 1] - '0';
    if (tens > 9 || ones > 9)
        return false;
    value = value * 100 + (uint64_t)tens * 10 + ones;
    *pence = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

/* A function of its own, so that the quick way does not set up what only this one needs. */
static __attribute__((noinline)) enum reason
slow_amount(const struct cell *cell, const struct amount_style *style, struct amount_reading *out)
{
    struct number number;

    *out = (struct amount_reading){ .readable = false };
    if (cell_is_error(cell))
        return REASON_ERROR_CELL;
    if (cell_is_blank(cell->text))
        return REASON_AMOUNT_MISSING;
    if (!written_read(cell, style, &number))
        return REASON_AMOUNT;
    return judge(cell, &number, style->rounding, out);
}

enum reason amount_read(const struct cell *cell, const struct amount_style *style,
                        struct amount_reading *out)
{
    int64_t pence;

    if (cell->kind == CELL_TEXT && style->decimal == DECIMAL_POINT &&
        quick_amount(cell->text, (style->negative & NEGATIVE_MINUS) != 0, &pence)) {
        *out = (struct amount_reading){ { pence, 2 }, true, pence, false };
        return REASON_NONE;
    }
    return slow_amount(cell, style, out);
}

#define VALUE_DIGITS 18
#define VALUE_DECIMALS 12

enum reason value_read(const struct cell *cell, const struct amount_style *style,
                       struct amount_reading *out)
{
    struct number number;

    *out = (struct amount_reading){ .readable = false };
    if (cell_is_error(cell))
        return REASON_ERROR_CELL;
    if (!written_read(cell, style, &number))
        return REASON_VALUE;
    out->exact = number.exact;
    out->readable = !number.lost;
    if (number.lost || number.exact.digits < 0 || number.whole > VALUE_DIGITS ||
        number.exact.places > VALUE_DECIMALS)
        return REASON_VALUE;
    if (cell->kind == CELL_TEXT && (number.decimals > VALUE_DECIMALS || number.has_exponent))
        return REASON_VALUE;
    return REASON_NONE;
}
