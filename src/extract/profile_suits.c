/*
 * extract/profile_suits.c -- whether a profile says all that a form needs, and nothing that
 * contradicts itself.
 */
#include "extract/profile.h"

#include "extract/profile_words.h"

/* What is asked of a profile, in the order of the questions. */
struct question {
    const struct profile    *profile;
    const struct form_table *form;
    const char              *name;       /* the profile's */
    struct trouble          *trouble;
};

/* Where a key stands. */
static struct profile_place place_of(const struct question *question, size_t key)
{
    return (struct profile_place){ question->name, question->profile->line[key], NULL,
                                   question->trouble };
}

static struct profile_place nowhere(const struct question *question)
{
    return (struct profile_place){ question->name, 0, NULL, question->trouble };
}

static enum origin origin_of(const struct question *question, enum target field)
{
    return question->profile->field[field].origin;
}

/* ---- the file as a whole ---- */

static enum err ask_format(const struct question *question)
{
    const struct profile *profile = question->profile;
    struct profile_place columns = place_of(question, KEY_COLUMNS);
    struct profile_place format = place_of(question, KEY_FORMAT);
    struct profile_place sheet = place_of(question, KEY_SHEET);

    if (profile->format == FORMAT_FIXED && columns.line == 0)
        return profile_fault(&format, "`format = fixed` needs `columns`");
    if (profile->format != FORMAT_FIXED && columns.line != 0)
        return profile_fault(&columns, "`columns` needs `format = fixed`");
    if (profile->format != FORMAT_SHEET && sheet.line != 0)
        return profile_fault(&sheet, "`sheet` needs `format = sheet`");
    return OK;
}

static enum err ask_marks(const struct question *question)
{
    const struct amount_style *style = &question->profile->style;
    struct profile_place thousands = place_of(question, KEY_THOUSANDS);

    if ((style->decimal == DECIMAL_POINT && style->thousands == THOUSANDS_POINT) ||
        (style->decimal == DECIMAL_COMMA && style->thousands == THOUSANDS_COMMA))
        return profile_fault(&thousands, "`thousands` and `decimal` are the same mark");
    return OK;
}

/* ---- what a form needs ---- */

/* An amount in one column, or debit and credit in two. */
static enum err ask_amount(const struct question *question)
{
    const struct profile *profile = question->profile;
    const bool amount = origin_of(question, TARGET_AMOUNT) != ORIGIN_NONE;
    const bool debit = profile->debit.origin != ORIGIN_NONE;
    const bool credit = profile->credit.origin != ORIGIN_NONE;
    struct profile_place nothing = nowhere(question);
    struct profile_place here = place_of(question, debit ? KEY_DEBIT : KEY_CREDIT);

    if (amount && (debit || credit))
        return profile_fault(&here, "`%s` stands beside `amount`: it is one or the other",
                             debit ? "debit" : "credit");
    if (debit != credit)
        return profile_fault(&here, "`%s` needs `%s`", debit ? "debit" : "credit",
                             debit ? "credit" : "debit");
    if (!amount && !debit)
        return profile_fault(&nothing, "%s needs `amount`, or `debit` and `credit`",
                             question->form->name);
    return OK;
}

static enum err ask_needed(const struct question *question)
{
    struct profile_place nothing = nowhere(question);
    enum err err;

    for (size_t i = 0; i < question->form->count; i++) {
        const struct form_field *field = &question->form->field[i];
        if (field->field == TARGET_AMOUNT) {
            if ((err = ask_amount(question)) != OK)
                return err;
        } else if (field->needed && origin_of(question, field->field) == ORIGIN_NONE) {
            return profile_fault(&nothing, "%s needs `%s`", question->form->name,
                                 target_name(field->field));
        }
    }
    return OK;
}

static bool form_has(const struct form_table *form, enum target field)
{
    for (size_t i = 0; i < form->count; i++)
        if (form->field[i].field == field)
            return true;
    return false;
}

static enum err ask_when(const struct question *question)
{
    struct profile_place nothing = nowhere(question);

    if (form_has(question->form, TARGET_DATE) &&
        origin_of(question, TARGET_DATE) == ORIGIN_NONE &&
        origin_of(question, TARGET_PERIOD) == ORIGIN_NONE)
        return profile_fault(&nothing, "%s needs `date` or `period`", question->form->name);
    return OK;
}

/* A period in a column whose pattern has no year has it from the profile. */
static enum err ask_year(const struct question *question)
{
    const struct profile *profile = question->profile;
    struct profile_place pattern = place_of(question, KEY_PERIOD_FORMAT);

    if (pattern_has_year(&profile->period_format) || profile->year != 0)
        return OK;
    for (size_t i = 0; i < question->form->count; i++) {
        const enum target field = question->form->field[i].field;
        if (target_kind(field) == KIND_PERIOD && origin_of(question, field) == ORIGIN_COLUMN)
            return profile_fault(&pattern, "`period_format` has no year, so the profile needs "
                                 "`year`");
    }
    return OK;
}

/* ---- fixed values ---- */

/* What is wrong with a code, or NULL. */
static const char *code_fault(enum target field, struct text value)
{
    if (field == TARGET_PARTNER && !partner_code_is_good(value))
        return "a partner's code has 1 to 32 letters, digits, points, dashes and underlines";
    return NULL;
}

/* What is wrong with a day or a period, or NULL; `year` of the profile, 0 for any. */
static const char *time_fault(enum target field, struct text value, int32_t year)
{
    const bool bounded = field == TARGET_DATE || field == TARGET_PERIOD;
    period_number period;

    if (field == TARGET_DATE && !day_parse(value, &period))
        return "a fixed date is a day such as 2014-06-30";
    if (field != TARGET_DATE && !period_parse(value, &period))
        return "a fixed period is written as 2014-15/P03";
    if (bounded && year != 0 && period / PERIODS != year)
        return "it lies outside the profile's `year`";
    return NULL;
}

/* What is wrong with it, or NULL. */
static const char *fixed_fault(enum target field, struct text value, int32_t year)
{
    const struct cell cell = { value, CELL_TEXT };
    struct text treatment;

    switch (target_kind(field)) {
    case KIND_CODE:
        return code_fault(field, value);
    case KIND_DATE:
    case KIND_PERIOD:
        return time_fault(field, value, year);
    case KIND_TREATMENT:
        return treatment_read(&cell, &treatment) == REASON_NONE ? NULL :
               "a treatment is common, direct, excluded, initiative or support";
    case KIND_TEXT:
    case KIND_AMOUNT:
    case KIND_VALUE:
        break;
    }
    return NULL;
}

static enum err ask_fixed(const struct question *question)
{
    for (size_t i = 0; i < question->form->count; i++) {
        const enum target field = question->form->field[i].field;
        const struct text value = question->profile->field[field].fixed;
        struct profile_place place = place_of(question, KEY_OF_FIELD + field);

        if (origin_of(question, field) != ORIGIN_FIXED)
            continue;
        if (text_is(value, "???"))
            return profile_fault(&place, "`%s` is still to be filled in: write its value in "
                                 "place of ???", target_name(field));
        const char *fault = fixed_fault(field, value, question->profile->year);
        if (fault != NULL)
            return profile_fault(&place, "`%s` cannot be '%.*s': %s", target_name(field),
                                 TEXT(shown_part(value)), fault);
    }
    return OK;
}

enum err profile_suits(const struct profile *profile, enum form form, const char *name,
                       struct trouble *trouble)
{
    static enum err (*const ask[])(const struct question *) = {
        ask_format, ask_marks, ask_needed, ask_when, ask_year, ask_fixed
    };
    const struct question question = { profile, &form_table[form], name, trouble };
    enum err err;

    for (size_t i = 0; i < COUNT(ask); i++)
        if ((err = ask[i](&question)) != OK)
            return err;
    return OK;
}
