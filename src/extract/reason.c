/*
 * extract/reason.c -- the names of the reasons and what to do about each.
 */
#include "extract/reason.h"

#include <assert.h>

static const struct {
    const char *name, *help;
} reasons[] = {
    [REASON_NONE] = { "", "" },
    [REASON_ENCODING] = {
        "ENCODING", "A character of the row does not exist in the file's encoding: name the "
        "right `encoding` in the profile, or save the file anew as UTF-8." },
    [REASON_LONG] = {
        "LONG", "The row, or a cell of it, is longer than can be taken in: look whether a quote "
        "was never closed above it." },
    [REASON_QUOTE] = {
        "QUOTE", "A quoted cell goes on behind its closing quote, or is never closed: double the "
        "quotes inside it, or set `quote = none` if quotes are ordinary characters." },
    [REASON_COLUMNS] = {
        "COLUMNS", "The row has more or fewer cells than the header: look for a delimiter or a "
        "line end inside a cell that should stand in quotes." },
    [REASON_RUN_TOGETHER] = {
        "RUN_TOGETHER", "Something stands between two columns or behind the last one: correct "
        "the places in `columns`, or the row." },
    [REASON_ERROR_CELL] = {
        "ERROR_CELL", "The cell holds a spreadsheet's error instead of a value: mend the formula, "
        "or widen the column, and save the extract again." },
    [REASON_MISSING] = {
        "MISSING", "The cell is blank and must not be: fill it in." },
    [REASON_CODE_LOST] = {
        "CODE_LOST", "A spreadsheet has turned the code into a number or a date, and digits of it "
        "may be gone: take the code from the ledger itself and format the column as text." },
    [REASON_DUPLICATE] = {
        "DUPLICATE", "An earlier row of the same partner has this entry_id already: take out the "
        "row that was exported twice, or choose another column for `entry_id`." },
    [REASON_DATE] = {
        "DATE", "The date fits none of the profile's patterns, or there is no such day: correct "
        "it, or add a `date_format`." },
    [REASON_DATE_LOST] = {
        "DATE_LOST", "A spreadsheet has left a time or a bare number where the date was: format "
        "the column as a date and save the extract again." },
    [REASON_DATE_MISSING] = {
        "DATE_MISSING", "The row has neither a date nor a period: fill in one of them." },
    [REASON_PERIOD] = {
        "PERIOD", "The period does not fit the profile's pattern: correct it, or the "
        "`period_format`." },
    [REASON_YEAR] = {
        "YEAR", "The row belongs to another financial year than the profile's `year`: take it "
        "out, or correct its date or period." },
    [REASON_AMOUNT] = {
        "AMOUNT", "The cell is not an amount as the profile describes one: correct it, or the "
        "profile's `decimal`, `thousands`, `negative` or `currency`." },
    [REASON_AMOUNT_MISSING] = {
        "AMOUNT_MISSING", "The row has no amount: fill it in, 0.00 if it is nothing." },
    [REASON_AMOUNT_DECIMALS] = {
        "AMOUNT_DECIMALS", "The amount has more than two decimals or stands in E-notation: "
        "correct it, or choose a `rounding` in the profile." },
    [REASON_AMOUNT_SIZE] = {
        "AMOUNT_SIZE", "The amount has more than 13 digits before the point: correct it." },
    [REASON_VALUE] = {
        "VALUE", "The value is not a number from 0 on with at most 18 digits before the point and "
        "12 decimals: correct it." },
    [REASON_TREATMENT] = {
        "TREATMENT", "The treatment is none of common, direct, excluded, initiative and support: "
        "correct it." },
};

static_assert(COUNT(reasons) == REASONS, "every reason has a name and a sentence");

const char *reason_name(enum reason reason)
{
    assert(reason < REASONS);
    return reasons[reason].name;
}

const char *reason_help(enum reason reason)
{
    assert(reason < REASONS);
    return reasons[reason].help;
}
