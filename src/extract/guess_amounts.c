/*
 * extract/guess_amounts.c -- what a cell could be as an amount, when nobody has said how amounts
 * are written.
 *
 * Two readings are tried, one for each decimal mark. The figures themselves are read by
 * amount_read(), in the style that the cell shows, so that guess and conversion cannot differ.
 */
#include "extract/guess.h"

const char *const guess_currency[GUESS_CURRENCIES] = {
    "\xc2\xa3", "\xe2\x82\xac", "$", "GBP", "EUR", "USD", "CHF", "kr"
};

/* What stands around the digits, taken off as amount_rules.c would. */
struct bared {
    struct text rest;
    unsigned    negative;
    bool        has_sign;
    size_t      currency;
};

static void cut_front(struct bared *bared, size_t size)
{
    bared->rest = cell_trim((struct text){ bared->rest.data + size, bared->rest.size - size });
}

static void cut_back(struct bared *bared, size_t size)
{
    bared->rest = cell_trim((struct text){ bared->rest.data, bared->rest.size - size });
}

static bool bare_currency(struct bared *bared)
{
    if (bared->currency != GUESS_CURRENCIES)
        return false;
    for (size_t i = 0; i < GUESS_CURRENCIES; i++) {
        size_t size = strlen(guess_currency[i]);
        struct text rest = bared->rest;

        if (rest.size < size)
            continue;
        if (memcmp(rest.data, guess_currency[i], size) == 0)
            cut_front(bared, size);
        else if (memcmp(rest.data + rest.size - size, guess_currency[i], size) == 0)
            cut_back(bared, size);
        else
            continue;
        bared->currency = i;
        return true;
    }
    return false;
}

static bool sign_taken(struct bared *bared, unsigned form)
{
    bared->has_sign = true;
    bared->negative |= form;
    return true;
}

static bool bare_sign(struct bared *bared)
{
    const struct text rest = bared->rest;
    const char front = rest.data[0];
    const char back = rest.data[rest.size - 1];

    if (front == '-' || front == '+') {
        cut_front(bared, 1);
        return sign_taken(bared, front == '-' ? NEGATIVE_MINUS : 0);
    }
    if (front == '(' && back == ')' && rest.size >= 2) {
        cut_front(bared, 1);
        cut_back(bared, 1);
        return sign_taken(bared, NEGATIVE_BRACKETS);
    }
    if (back == '-' || back == '+') {
        cut_back(bared, 1);
        return sign_taken(bared, NEGATIVE_TRAILING);
    }
    if (rest.size > 2 && (back == 'R' || back == 'r')
        && is_one_of(rest.data[rest.size - 2], "CcDd")) {
        cut_back(bared, 2);
        return sign_taken(bared, NEGATIVE_CR);
    }
    return false;
}

static struct bared bare(struct text text)
{
    struct bared bared = { .rest = text, .currency = GUESS_CURRENCIES };

    while (bared.rest.size > 0
           && (bare_currency(&bared) || (!bared.has_sign && bare_sign(&bared))))
        ;
    return bared;
}

/* -- digits and marks ---------------------------------------------------------------------- */

enum { POINT, COMMA, BLANK, APOSTROPHE, MARKS };

static const enum thousands_mark thousands_of[MARKS] = {
    [POINT] = THOUSANDS_POINT, [COMMA] = THOUSANDS_COMMA, [BLANK] = THOUSANDS_BLANK,
    [APOSTROPHE] = THOUSANDS_APOSTROPHE,
};

/* The mark at the front of the text and its size; MARKS: none. */
static int mark_at(struct text text, size_t *size)
{
    static const struct { const char *bytes; int mark; } marks[] = {
        { ".", POINT }, { ",", COMMA }, { " ", BLANK }, { "\xc2\xa0", BLANK },
        { "\xe2\x80\xaf", BLANK }, { "'", APOSTROPHE }, { "\xe2\x80\x99", APOSTROPHE },
    };

    for (size_t i = 0; i < COUNT(marks); i++) {
        *size = strlen(marks[i].bytes);
        if (text.size >= *size && memcmp(text.data, marks[i].bytes, *size) == 0)
            return marks[i].mark;
    }
    return MARKS;
}

/* The number as groups of digits with marks between them. */
#define GROUPS_MAX 16
struct groups {
    size_t size[GROUPS_MAX];       /* digits of each */
    int    mark[GROUPS_MAX];       /* behind each but the last */
    size_t count;
    bool   zero_first;             /* begins with a zero */
    bool   scientific;
};

static size_t digits_at(struct text text, size_t at)
{
    size_t end = at;

    while (end < text.size && text.data[end] >= '0' && text.data[end] <= '9')
        end++;
    return end - at;
}

static bool is_exponent(struct text text, size_t at)
{
    if (at == text.size || (text.data[at] != 'E' && text.data[at] != 'e'))
        return false;
    at++;
    at += at < text.size && (text.data[at] == '+' || text.data[at] == '-');
    return at < text.size && at + digits_at(text, at) == text.size;
}

static bool groups_of(struct text text, struct groups *groups)
{
    size_t at = 0;

    *groups = (struct groups){ .zero_first = text.size > 0 && text.data[0] == '0' };
    while (groups->count < GROUPS_MAX) {
        size_t digits = digits_at(text, at);
        size_t size;

        groups->size[groups->count++] = digits;
        at += digits;
        groups->scientific = digits > 0 && is_exponent(text, at);
        if (at == text.size || groups->scientific)
            return groups->count > 1 || digits > 0;
        int mark = mark_at((struct text){ text.data + at, text.size - at }, &size);
        if (mark == MARKS)
            return false;
        groups->mark[groups->count - 1] = mark;
        at += size;
    }
    return false;
}

/* Whether the first `count` groups are a whole number whose marks part threes, all the same. */
static bool are_threes(const struct groups *groups, size_t count)
{
    if (count == 1)
        return true;
    if (groups->size[0] == 0 || groups->size[0] > 3 || groups->zero_first)
        return false;
    for (size_t i = 1; i < count; i++) {
        if (groups->size[i] != 3 || groups->mark[i - 1] != groups->mark[0])
            return false;
    }
    return true;
}

static bool has_decimal_mark(int mark)
{
    return mark == POINT || mark == COMMA;
}

static void settle(struct amount_shape *shape, int decimal_mark)
{
    shape->proof = decimal_mark == POINT ? MARK_POINT : MARK_COMMA;
}

/* What the marks prove. false: it is no number. */
static bool weigh(const struct groups *groups, struct amount_shape *shape)
{
    const size_t last = groups->count - 1;
    const int mark = groups->mark[0];
    const int last_mark = last > 0 ? groups->mark[last - 1] : MARKS;

    shape->scientific = groups->scientific;
    if (last == 0)
        return true;
    const bool threes = are_threes(groups, groups->count);
    if (last == 1 && has_decimal_mark(mark)) {
        if (threes && !groups->scientific) {
            shape->proof = mark == POINT ? MARK_EITHER_POINT : MARK_EITHER_COMMA;
            return true;
        }
        settle(shape, mark);
        shape->decimals = groups->size[1] > 0 && !groups->scientific;
        return groups->size[0] + groups->size[1] > 0;
    }
    if (threes) {       /* 1,234,567: the mark that parts threes is not the decimal mark */
        shape->thousands = thousands_of[mark];
        if (has_decimal_mark(mark))
            settle(shape, mark == POINT ? COMMA : POINT);
        return true;
    }
    if (!has_decimal_mark(last_mark) || last_mark == mark || !are_threes(groups, last))
        return false;
    shape->thousands = thousands_of[mark];
    shape->decimals = groups->size[last] > 0;
    settle(shape, last_mark);
    return true;
}

/* -- reading ------------------------------------------------------------------------------- */

static void read_as(const struct cell *cell, enum decimal_mark decimal, const struct bared *bared,
                    struct amount_shape *shape)
{
    const bool either = shape->proof == MARK_EITHER_POINT || shape->proof == MARK_EITHER_COMMA;
    const enum mark_proof own = decimal == DECIMAL_POINT ? MARK_EITHER_POINT : MARK_EITHER_COMMA;
    struct amount_style style = {
        .decimal = decimal,
        .thousands = shape->thousands,
        .negative = NEGATIVE_MINUS | NEGATIVE_BRACKETS | NEGATIVE_TRAILING | NEGATIVE_CR,
        .rounding = PENNY_RESIDUE,
    };
    struct amount_reading reading;

    if (bared->currency < GUESS_CURRENCIES)
        style.currency = text_of(guess_currency[bared->currency]);
    if (either && shape->proof != own)
        style.thousands = decimal == DECIMAL_POINT ? THOUSANDS_COMMA : THOUSANDS_POINT;
    const enum reason reason = amount_read(cell, &style, &reading);
    shape->reads[decimal] = reading.readable;
    shape->exact[decimal] = reading.exact;
    if (!either && reading.readable && reading.exact.places > 2) {
        shape->finer = true;
        shape->residue = reason == REASON_NONE;
    }
}

/* -?digits.dd, which most amounts are. */
static bool plain_amount(const struct cell *cell, struct amount_shape *shape)
{
    static const struct amount_style plain = { .negative = NEGATIVE_MINUS };
    const struct text text = cell->text;
    struct amount_reading reading;

    if (cell->kind != CELL_TEXT || text.size < 4 || text.data[text.size - 3] != '.'
        || text.data[0] == '+' || amount_read(cell, &plain, &reading) != REASON_NONE)
        return false;
    shape->proof = MARK_POINT;
    shape->decimals = true;
    shape->negative = text.data[0] == '-' ? NEGATIVE_MINUS : 0;
    shape->reads[DECIMAL_POINT] = true;
    shape->exact[DECIMAL_POINT] = reading.exact;
    return true;
}

/* A number cell of a sheet has its own rules: the same amount whatever the marks. */
static bool number_amount(const struct cell *cell, struct amount_shape *shape)
{
    static const struct amount_style plain = { .negative = NEGATIVE_MINUS,
                                               .rounding = PENNY_RESIDUE };
    struct amount_reading reading;
    const enum reason reason = amount_read(cell, &plain, &reading);

    if (!reading.readable)
        return false;
    shape->finer = reading.exact.places > 2;
    shape->residue = shape->finer && reason == REASON_NONE;
    shape->decimals = reading.exact.places > 0;
    for (int i = 0; i < 2; i++) {
        shape->reads[i] = true;
        shape->exact[i] = reading.exact;
    }
    return true;
}

/* Nothing but digits, marks, signs and a few letters can be an amount: a quick no. */
static bool may_be_amount(struct text text)
{
    size_t digits = 0;

    if (text.size == 0 || text.size > 48
        || (((text.data[0] >= 'A' && text.data[0] <= 'Z')
             || (text.data[0] >= 'a' && text.data[0] <= 'z'))
            && !is_one_of(text.data[0], "GEUCk")))
        return false;
    for (size_t i = 0; i < text.size; i++)
        digits += text.data[i] >= '0' && text.data[i] <= '9';
    return digits > 0;
}

bool amount_shape_of(const struct cell *cell, struct amount_shape *shape)
{
    struct groups groups;

    *shape = (struct amount_shape){ .currency = GUESS_CURRENCIES };
    if (cell->kind == CELL_NUMBER)
        return number_amount(cell, shape);
    if (plain_amount(cell, shape))
        return true;
    const struct text text = cell_trim(cell->text);
    if (cell->kind != CELL_TEXT || !may_be_amount(text))
        return false;
    const struct bared bared = bare(text);
    if (!groups_of(bared.rest, &groups) || !weigh(&groups, shape))
        return false;
    shape->negative = bared.negative;
    shape->currency = bared.currency;
    if (shape->proof != MARK_COMMA)
        read_as(cell, DECIMAL_POINT, &bared, shape);
    if (shape->proof != MARK_POINT)
        read_as(cell, DECIMAL_COMMA, &bared, shape);
    return shape->reads[DECIMAL_POINT] || shape->reads[DECIMAL_COMMA];
}
