/*
 * extract/code_rules.c -- codes, treatments, and what a spreadsheet shows for an error.
 */
#include "extract/value_rules.h"

/* A double holds fifteen decimal digits and no more; what was typed behind them is gone. */
#define NUMBER_DIGITS_KEPT 15

/* "Err:502": what LibreOffice shows. */
static bool is_numbered_error(struct text text)
{
    return text.size > 4 && memcmp(text.data, "Err:", 4) == 0 &&
           text_digits(text, 4) == text.size - 4;
}

/* "#####": a number in a column that was too narrow. */
static bool is_filled(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '#')
            return false;
    return text.size > 0;
}

bool cell_is_error(const struct cell *cell)
{
    static const char *const errors[] = { "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?",
                                          "#NULL!", "#NUM!", "#SPILL!", "#CALC!" };
    const struct text text = cell_trim(cell->text);

    if (cell->kind == CELL_ERROR)
        return true;
    if (text.size == 0 || (text.data[0] != '#' && text.data[0] != 'E'))
        return false;
    for (size_t i = 0; i < COUNT(errors); i++)
        if (text_is(text, errors[i]))
            return true;
    return is_filled(text) || is_numbered_error(text);
}

/* -?d+(.d+)?E[+-]dd or ddd, as a spreadsheet shows a number that is too long for it. It always
 * shows the sign and two digits or three, so that 1E2 and 1E212 are still codes. In a country
 * with a decimal comma that stands for the point. */
static bool looks_scientific(struct text text)
{
    const size_t sign = text.size > 0 && text.data[0] == '-';
    size_t at = sign + text_digits(text, sign);

    if (at == sign)
        return false;
    if (at < text.size && (text.data[at] == '.' || text.data[at] == ',')) {
        size_t decimals = text_digits(text, at + 1);
        if (decimals == 0)
            return false;
        at += 1 + decimals;
    }
    if (at + 2 >= text.size || text.data[at] != 'E' ||
        (text.data[at + 1] != '+' && text.data[at + 1] != '-'))
        return false;
    const size_t exponent = text_digits(text, at + 2);
    return at + 2 + exponent == text.size && (exponent == 2 || exponent == 3);
}

/* A number cell that is whole keeps its digits before the point; false: it is lost. */
static bool whole_number(struct text *text)
{
    const size_t sign = text->size > 0 && text->data[0] == '-';
    const size_t digits = text_digits(*text, sign);
    size_t at = sign + digits;

    if (digits == 0 || digits > NUMBER_DIGITS_KEPT)
        return false;
    if (at < text->size && text->data[at] == '.')
        for (at++; at < text->size && text->data[at] == '0'; at++)
            ;
    if (at != text->size)
        return false;
    text->size = sign + digits;
    return true;
}

enum reason code_read(const struct cell *cell, struct text *code)
{
    *code = cell_trim(cell->text);
    if (cell_is_error(cell))
        return REASON_ERROR_CELL;
    if (code->size == 0)
        return REASON_MISSING;
    if (cell->kind == CELL_DATE || cell->kind == CELL_TIME)
        return REASON_CODE_LOST;
    if (cell->kind == CELL_NUMBER)
        return whole_number(code) ? REASON_NONE : REASON_CODE_LOST;
    return looks_scientific(*code) ? REASON_CODE_LOST : REASON_NONE;
}

enum reason treatment_read(const struct cell *cell, struct text *treatment)
{
    static const char *const treatments[] = { "common", "direct", "excluded", "initiative",
                                              "support" };

    *treatment = cell_trim(cell->text);
    if (cell_is_error(cell))
        return REASON_ERROR_CELL;
    if (treatment->size == 0)
        return REASON_MISSING;
    for (size_t i = 0; i < COUNT(treatments); i++)
        if (text_is(*treatment, treatments[i]))
            return REASON_NONE;
    return REASON_TREATMENT;
}

bool partner_code_is_good(struct text code)
{
    for (size_t i = 0; i < code.size; i++) {
        const char c = code.data[i];
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !is_digit(c) && c != '.' && c != '_' && c != '-')
            return false;
    }
    return code.size >= 1 && code.size <= 32;
}
