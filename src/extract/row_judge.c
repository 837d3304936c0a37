/*
 * extract/row_judge.c -- the tests of one row, in the order of the document.
 */
#include "extract/row_judge.h"

#include <string.h>

static const struct cell blank_cell = { { "", 0 }, CELL_TEXT };

static const struct cell *cell_at(const struct row *row, size_t index)
{
    return index < row->count ? &row->cell[index] : &blank_cell;
}

bool form_has_amount(enum form form)
{
    for (size_t i = 0; i < form_table[form].count; i++) {
        enum field_kind kind = target_kind(form_table[form].field[i].field);
        if (kind == KIND_AMOUNT || kind == KIND_VALUE)
            return true;
    }
    return false;
}

/* -- amounts ------------------------------------------------------------------------------- */

static bool scale_up(struct decimal *decimal, unsigned places)
{
    for (; decimal->places < places; decimal->places++) {
        if (__builtin_mul_overflow(decimal->digits, (wide)10, &decimal->digits))
            return false;
    }
    return true;
}

/* first - second; false if it does not fit. */
static bool decimal_minus(struct decimal first, struct decimal second, struct decimal *out)
{
    unsigned places = first.places > second.places ? first.places : second.places;

    out->places = places;
    return scale_up(&first, places) && scale_up(&second, places)
           && !__builtin_sub_overflow(first.digits, second.digits, &out->digits);
}

static enum reason side_read(const struct row *row, const struct field_origin *side,
                             const struct amount_style *style, struct amount_reading *reading)
{
    const struct cell *cell;

    *reading = (struct amount_reading){ .readable = true };
    if (side->origin != ORIGIN_COLUMN)
        return REASON_NONE;
    cell = cell_at(row, side->column->index);
    if (cell_is_blank(cell->text))
        return REASON_AMOUNT_MISSING;
    return amount_read(cell, style, reading);
}

/* Debit less credit; one of the two may be blank. */
static enum reason sides_read(const struct profile *profile, const struct row *row,
                              struct amount_reading *out)
{
    struct amount_reading debit, credit;
    enum reason left = side_read(row, &profile->debit, &profile->style, &debit);
    enum reason right = side_read(row, &profile->credit, &profile->style, &credit);

    *out = (struct amount_reading){ 0 };
    if (left == REASON_AMOUNT_MISSING && right == REASON_AMOUNT_MISSING)
        return REASON_AMOUNT_MISSING;
    if (left == REASON_AMOUNT_MISSING)
        left = REASON_NONE;
    if (right == REASON_AMOUNT_MISSING)
        right = REASON_NONE;
    out->readable = debit.readable && credit.readable
                    && decimal_minus(debit.exact, credit.exact, &out->exact);
    out->pence = debit.pence - credit.pence;
    out->rounded = debit.rounded || credit.rounded;
    return left != REASON_NONE ? left : right != REASON_NONE ? right
         : out->readable ? REASON_NONE : REASON_AMOUNT_SIZE;
}

static enum reason row_amount(const struct row_rules *rules, const struct row *row,
                              struct amount_reading *out)
{
    const struct profile *profile = rules->profile;
    enum reason reason;

    if (rules->form == FORM_BASIS_VALUES) {
        const struct field_origin *value = &profile->field[TARGET_VALUE];
        return value_read(cell_at(row, value->column->index), &profile->style, out);
    }
    if (profile->field[TARGET_AMOUNT].origin == ORIGIN_COLUMN)
        reason = amount_read(cell_at(row, profile->field[TARGET_AMOUNT].column->index),
                             &profile->style, out);
    else
        reason = sides_read(profile, row, out);
    if (profile->credit_positive) {
        out->exact.digits = -out->exact.digits;
        out->pence = -out->pence;
    }
    return reason;
}

/* -- rows that are left out ---------------------------------------------------------------- */

static bool row_is_blank(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (!cell_is_blank(row->cell[i].text))
            return false;
    }
    return true;
}

static bool row_repeats_header(const struct row_rules *rules, const struct row *row)
{
    const struct row *header = rules->header;

    if (header == NULL || row->count < header->count)
        return false;
    for (size_t i = 0; i < header->count; i++) {
        if (!text_equal(cell_trim(row->cell[i].text), cell_trim(header->cell[i].text)))
            return false;
    }
    return true;
}

/* The first rule that leaves the row out; SIZE_MAX: none does. */
static size_t left_out_by(const struct row_rules *rules, const struct row *row)
{
    const struct profile *profile = rules->profile;

    if (row_is_blank(row))
        return LEFT_BLANK;
    if (row_repeats_header(rules, row))
        return LEFT_HEADER;
    if (profile->total_row != NULL && condition_holds(profile->total_row, row))
        return LEFT_TOTAL;
    for (size_t i = 0; i < profile->leave_outs; i++) {
        if (condition_holds(&profile->leave_out[i], row))
            return LEFT_BY_PROFILE + i;
    }
    return SIZE_MAX;
}

/* -- the row as a whole -------------------------------------------------------------------- */

/* Whether a byte that was no character has come back as it was sent, as U+FFFD. */
static bool row_holds_replacement(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (memmem(row->cell[i].text.data, row->cell[i].text.size, "\xEF\xBF\xBD", 3) != NULL)
            return true;
    }
    return false;
}

static enum reason row_reason(const struct row_rules *rules, const struct row *row)
{
    static const enum reason of_fault[] = {
        [ROW_GOOD] = REASON_NONE,
        [ROW_ENCODING] = REASON_ENCODING,
        [ROW_LONG] = REASON_LONG,
        [ROW_QUOTE] = REASON_QUOTE,
        [ROW_RUN_TOGETHER] = REASON_RUN_TOGETHER,
    };

    if (row->fault != ROW_GOOD)
        return of_fault[row->fault];
    if (rules->sent_back && row_holds_replacement(row))
        return REASON_ENCODING;
    if (rules->fewer_refused && row->count < rules->cells)
        return REASON_COLUMNS;
    for (size_t i = rules->cells + (rules->sent_back ? SENT_BACK_COLUMNS : 0);
         i < row->count; i++) {
        if (!cell_is_blank(row->cell[i].text))
            return REASON_COLUMNS;
    }
    return REASON_NONE;
}

/* -- fields -------------------------------------------------------------------------------- */

bool row_came_from(const struct row_rules *rules, const struct row *row, struct text *file,
                   struct text *number)
{
    bool digits;

    *file = cell_trim(cell_at(row, rules->cells)->text);
    *number = cell_trim(cell_at(row, rules->cells + 1)->text);
    digits = number->size > 0 && number->size < ENTRY_ID_MAX - FILE_NAME_MAX;
    for (size_t i = 0; i < number->size && digits; i++)
        digits = number->data[i] >= '0' && number->data[i] <= '9';
    return digits && file->size > 0 && file->size <= FILE_NAME_MAX;
}

static struct text number_text(uint64_t number, char digits[24])
{
    size_t at = 24;

    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return (struct text){ digits + at, 24 - at };
}

/* "june.csv:123" */
static enum reason entry_id_of_place(const struct row_rules *rules, const struct row *row,
                                     struct row_verdict *verdict, struct text *word)
{
    struct text file = rules->file;
    struct text number;
    char digits[24];

    if (!rules->sent_back)
        number = number_text(row->number, digits);
    else if (!row_came_from(rules, row, &file, &number))
        return REASON_MISSING;
    memcpy(verdict->entry_id, file.data, file.size);
    verdict->entry_id[file.size] = ':';
    memcpy(verdict->entry_id + file.size + 1, number.data, number.size);
    *word = (struct text){ verdict->entry_id, file.size + 1 + number.size };
    return REASON_NONE;
}

static bool in_year(const struct profile *profile, period_number period)
{
    return profile->year == 0
           || (period >= period_of_year(profile->year, 0)
               && period < period_of_year(profile->year + 1, 0));
}

static enum reason date_field(const struct row_rules *rules, const struct cell *cell,
                              char text[PERIOD_TEXT_MAX], struct text *word)
{
    const struct profile *profile = rules->profile;
    struct day day;
    enum reason reason;

    if (cell_is_blank(cell->text))
        return REASON_NONE;
    reason = date_read(cell, profile->date_format, profile->date_formats, &day);
    if (reason == REASON_DATE && rules->sent_back) {
        reason = date_read(cell, &rules->iso, 1, &day);
    }
    if (reason != REASON_NONE)
        return reason;
    day_print(day, text);
    *word = (struct text){ text, DAY_TEXT_MAX - 1 };
    return REASON_NONE;
}

static enum reason period_field(const struct row_rules *rules, const struct cell *cell,
                                char text[PERIOD_TEXT_MAX], struct text *word)
{
    period_number period;
    enum reason reason;

    if (cell_is_blank(cell->text))
        return REASON_NONE;
    reason = period_read(cell, &rules->profile->period_format, rules->profile->year, &period);
    if (reason != REASON_NONE)
        return reason;
    if (!in_year(rules->profile, period))
        return REASON_YEAR;
    *word = (struct text){ text, period_print(period, text) };
    return REASON_NONE;
}

/* A value of basis_values as it is, without zeros that say nothing. */
static struct text value_text(struct decimal value, char text[MONEY_TEXT_MAX])
{
    size_t at = MONEY_TEXT_MAX;

    while (value.places > 0 && value.digits % 10 == 0) {
        value.digits /= 10;
        value.places--;
    }
    for (unsigned place = 0; place <= value.places || value.digits > 0; place++) {
        if (place > 0 && place == value.places)
            text[--at] = '.';
        text[--at] = (char)('0' + (int)(value.digits % 10));
        value.digits /= 10;
    }
    return (struct text){ text + at, MONEY_TEXT_MAX - at };
}

static enum reason amount_field(const struct row_rules *rules, const struct row *row,
                                struct row_verdict *verdict, struct text *word)
{
    enum reason reason = row_amount(rules, row, &verdict->amount);

    if (reason != REASON_NONE)
        return reason;
    if (rules->form == FORM_BASIS_VALUES)
        *word = value_text(verdict->amount.exact, verdict->figure);
    else
        *word = (struct text){ verdict->figure,
                               money_print(verdict->amount.pence, verdict->figure) };
    return REASON_NONE;
}

/* A text is left to row_description(), but an error is no text. */
static enum reason text_field(const struct row *row, const struct field_origin *origin)
{
    for (size_t i = 0; i < origin->count; i++) {
        if (cell_is_error(cell_at(row, origin->column[i].index)))
            return REASON_ERROR_CELL;
    }
    return REASON_NONE;
}

/* A field that stands in a column, by its kind. */
static enum reason column_field(const struct row_rules *rules, const struct row *row,
                                enum target field, size_t place, struct row_verdict *verdict)
{
    const struct cell *cell = cell_at(row, rules->profile->field[field].column->index);
    struct text *word = &verdict->word[place];

    switch (target_kind(field)) {
    case KIND_CODE:
        return code_read(cell, word);
    case KIND_TREATMENT:
        return treatment_read(cell, word);
    case KIND_DATE:
        return date_field(rules, cell, verdict->day[place], word);
    case KIND_PERIOD:
        return period_field(rules, cell, verdict->day[place], word);
    case KIND_TEXT:
        return text_field(row, &rules->profile->field[field]);
    case KIND_AMOUNT:
    case KIND_VALUE:
        break;
    }
    return amount_field(rules, row, verdict, word);
}

static enum reason field_judge(const struct row_rules *rules, const struct row *row, size_t place,
                               struct row_verdict *verdict)
{
    const struct form_field *wanted = &form_table[rules->form].field[place];
    const struct field_origin *origin = &rules->profile->field[wanted->field];
    enum reason reason = REASON_NONE;

    verdict->word[place] = (struct text){ "", 0 };
    switch (origin->origin) {
    case ORIGIN_FIXED:
        verdict->word[place] = origin->fixed;
        break;
    case ORIGIN_FILE_AND_ROW:
        reason = entry_id_of_place(rules, row, verdict, &verdict->word[place]);
        break;
    case ORIGIN_COLUMN:
        reason = column_field(rules, row, wanted->field, place, verdict);
        break;
    case ORIGIN_NONE:
        if (wanted->field == TARGET_AMOUNT)
            reason = amount_field(rules, row, verdict, &verdict->word[place]);
        break;
    }
    /* A code that need not be there may be blank. */
    if (reason == REASON_MISSING && !wanted->needed)
        reason = REASON_NONE;
    if (reason == REASON_NONE && wanted->needed && verdict->word[place].size == 0)
        reason = REASON_MISSING;
    return reason;
}

/* A ledger line has a date or a period; the period wins (engine contract, section 2). */
static enum reason when_judge(const struct row_rules *rules, size_t place,
                              const struct row_verdict *verdict)
{
    const struct form_field *field = form_table[rules->form].field;
    struct text date;
    period_number period;

    if (field[place].field != TARGET_PERIOD || verdict->word[place].size > 0)
        return REASON_NONE;
    date = verdict->word[place - 1];
    if (date.size == 0)
        return REASON_DATE_MISSING;
    return rules->profile->year == 0
           || (day_parse(date, &period) && in_year(rules->profile, period))
           ? REASON_NONE : REASON_YEAR;
}

static void refuse(struct row_verdict *verdict, enum reason reason)
{
    verdict->outcome = OUTCOME_REFUSED;
    verdict->reason = reason;
}

static void fields_judge(const struct row_rules *rules, const struct row *row,
                         struct row_verdict *verdict)
{
    const struct form_table *form = &form_table[rules->form];

    for (size_t i = 0; i < form->count; i++) {
        enum reason reason = field_judge(rules, row, i, verdict);

        if (reason == REASON_NONE)
            reason = when_judge(rules, i, verdict);
        if (reason != REASON_NONE) {
            refuse(verdict, reason);
            verdict->at_field = true;
            verdict->field = form->field[i].field;
            return;
        }
        if (form->field[i].field == TARGET_PARTNER)
            verdict->identified = true;
    }
}

void row_judge(const struct row_rules *rules, const struct row *row, struct row_verdict *verdict)
{
    enum reason reason = REASON_NONE;

    verdict->outcome = OUTCOME_ACCEPTED;
    verdict->at_field = false;
    verdict->identified = false;
    verdict->amount = (struct amount_reading){ 0 };
    verdict->amount_blank = false;
    if (row->fault == ROW_GOOD) {
        verdict->left_out = left_out_by(rules, row);
        if (verdict->left_out != SIZE_MAX)
            verdict->outcome = OUTCOME_LEFT_OUT;
    }
    if (verdict->outcome == OUTCOME_ACCEPTED) {
        reason = row_reason(rules, row);
        if (reason != REASON_NONE)
            refuse(verdict, reason);
        else
            fields_judge(rules, row, verdict);
    }
    /* What is not taken in counts in the totals all the same, if its amount can be read; where
     * the row is not cut into cells as it should be, nobody knows which one that is. */
    if (verdict->outcome != OUTCOME_ACCEPTED && form_has_amount(rules->form)
        && (reason == REASON_NONE || reason == REASON_ENCODING))
        verdict->amount_blank = row_amount(rules, row, &verdict->amount) == REASON_AMOUNT_MISSING;
}

/* -- what a line and a message need -------------------------------------------------------- */

size_t row_description(const struct row_rules *rules, const struct row *row, struct text part[],
                       size_t room)
{
    const struct field_origin *origin = &rules->profile->field[TARGET_DESCRIPTION];
    size_t count = 0;

    for (size_t i = 0; i < origin->count; i++) {
        struct text text = cell_trim(cell_at(row, origin->column[i].index)->text);
        if (text.size == 0)
            continue;
        if (count > 0 && count < room)
            part[count++] = (struct text){ " ", 1 };
        if (count < room)
            part[count++] = text;
    }
    return count;
}

static const struct column *column_of(const struct profile *profile, enum target field)
{
    if (field == TARGET_AMOUNT && profile->field[field].origin == ORIGIN_NONE)
        return profile->debit.origin == ORIGIN_COLUMN ? profile->debit.column
                                                      : profile->credit.column;
    return profile->field[field].origin == ORIGIN_COLUMN ? profile->field[field].column : NULL;
}

struct text row_culprit(const struct row_rules *rules, const struct row *row,
                        const struct row_verdict *verdict, const struct column **column)
{
    *column = verdict->at_field ? column_of(rules->profile, verdict->field) : NULL;
    return *column == NULL ? blank_cell.text : cell_trim(cell_at(row, (*column)->index)->text);
}
