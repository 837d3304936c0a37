#define _GNU_SOURCE
#include "register/register_rules.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money/money.h"

/* --- words --- */

int word_place(const char *const list[], struct text word)
{
    for (int i = 0; list[i] != NULL; i++)
        if (text_is(word, list[i]))
            return i;
    return -1;
}

const char *const sharing_words[] = { "own", "shared", "joint", NULL };

const char *sharing_word(enum sharing sharing)
{
    assert(sharing < SHARINGS);
    return sharing_words[sharing];
}

bool sharing_parse(struct text word, enum sharing *out)
{
    const int found = word_place(sharing_words, word);

    *out = found < 0 ? SHARING_OWN : (enum sharing)found;
    return found >= 0;
}

int field_place(const struct register_type *type, struct text name)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (text_is(name, type->fields[i].name))
            return (int)i;
    return -1;
}

bool reference_parse(struct text reference, struct text *code, int64_t *number)
{
    size_t mark = reference.size;

    while (mark > 0 && reference.data[mark - 1] != '-')
        mark--;
    const size_t digits = reference.size - mark;
    if (mark < 2 || digits < 1 || digits > 9 || text_digits(reference, mark) != digits ||
        reference.data[mark] == '0')
        return false;
    *code = (struct text){ reference.data, mark - 1 };
    *number = 0;
    for (size_t i = mark; i < reference.size; i++)
        *number = *number * 10 + (reference.data[i] - '0');
    return true;
}

/* --- a field --- */

/* What is wrong with a field: a word for programs, a sentence for people. */
static const struct field_fault {
    const char *code, *words;
} faults[] = {
    [UNFIT_NEEDED] = { "needed", "this is needed." },
    [UNFIT_LONG] = { "long", "this is too long." },
    [UNFIT_LINES] = { "lines", "this must stand on one line." },
    [UNFIT_CHOICE] = { "choice", "choose one of the list." },
    [UNFIT_SCALE] = { "scale", "choose a number from 1 to 5." },
    [UNFIT_AMOUNT] = { "amount", "enter an amount of pounds, as 1234.56." },
    [UNFIT_NUMBER] = { "number", "enter a whole number." },
    [UNFIT_SMALL] = { "small", "this is too small." },
    [UNFIT_LARGE] = { "large", "this is too large." },
    [UNFIT_DAY] = { "day", "enter a day that there is, as 2026-04-01." },
    [UNFIT_FLAG] = { "flag", "this is yes or nothing." },
    [UNFIT_REFERENCE] = { "reference", "enter a number as CLK-12." },
    [UNFIT_NOT_THERE] = { "not_there", "there is none of that name." },
};

const char *field_fault(enum field_unfit kind)
{
    return faults[kind].words;
}

const char *field_code(const char *wrong)
{
    for (size_t i = 0; i < COUNT(faults); i++)
        if (strcmp(wrong, faults[i].words) == 0)
            return faults[i].code;
    return "rule";
}

static bool is_blank(struct text value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!is_one_of(value.data[i], " \n\t"))
            return false;
    return true;
}

/* Up to 15 digits, with a sign before them or not. */
static bool whole_parse(struct text text, int64_t *out)
{
    const size_t sign = text.size > 0 && text.data[0] == '-' ? 1 : 0;
    const size_t digits = text_digits(text, sign);
    int64_t number = 0;

    if (digits < 1 || digits > 15 || sign + digits != text.size)
        return false;
    for (size_t i = sign; i < text.size; i++)
        number = number * 10 + (text.data[i] - '0');
    *out = sign == 1 ? -number : number;
    return true;
}

static bool pence_parse(struct text text, int64_t *out)
{
    wide pence;

    if (!amount_parse(text, AMOUNT_DIGITS, &pence))
        return false;
    *out = (int64_t)pence;
    return true;
}

bool field_number_parse(const struct field_form *form, struct text text, int64_t *out)
{
    return form->kind == FIELD_MONEY ? pence_parse(text, out) : whole_parse(text, out);
}

static const char *judge_number(const struct field_form *form, struct text value)
{
    const bool money = form->kind == FIELD_MONEY;
    int64_t number = 0;

    if (!field_number_parse(form, value, &number))
        return money ? field_fault(UNFIT_AMOUNT) : field_fault(UNFIT_NUMBER);
    if (number < form->least)
        return field_fault(UNFIT_SMALL);
    return number > form->most ? field_fault(UNFIT_LARGE) : NULL;
}

static const char *judge_kind(const struct field_form *form, struct text value)
{
    struct text code;
    struct db_day day;
    int64_t number;

    switch (form->kind) {
    case FIELD_LINE:
        return memchr(value.data, '\n', value.size) == NULL ? NULL : field_fault(UNFIT_LINES);
    case FIELD_CHOICE:
        return word_place(form->choices, value) >= 0 ? NULL : field_fault(UNFIT_CHOICE);
    case FIELD_SCALE:
        return value.size == 1 && value.data[0] >= '1' && value.data[0] <= '5'
                   ? NULL : field_fault(UNFIT_SCALE);
    case FIELD_NUMBER:
    case FIELD_MONEY: return judge_number(form, value);
    case FIELD_DAY:
        return db_day_parse(value, &day) ? NULL : field_fault(UNFIT_DAY);
    case FIELD_FLAG: return text_is(value, "yes") ? NULL : field_fault(UNFIT_FLAG);
    case FIELD_ENTRY:
        return reference_parse(value, &code, &number) ? NULL : field_fault(UNFIT_REFERENCE);
    case FIELD_TEXT:
    case FIELD_LOGIN:
    case FIELD_COUNCIL:
    case FIELD_SERVICE: break;
    }
    return NULL;
}

const char *field_judge(const struct field_form *form, struct text value)
{
    const bool text = form->kind == FIELD_LINE || form->kind == FIELD_TEXT ||
                      form->kind == FIELD_SERVICE || form->kind == FIELD_COUNCIL;

    if (is_blank(value))
        return form->required || value.size > 0 ? field_fault(UNFIT_NEEDED) : NULL;
    if (text && value.size > (size_t)form->most)
        return field_fault(UNFIT_LONG);
    return judge_kind(form, value);
}

int64_t field_number(const struct field_form *form, struct text value)
{
    struct db_day day = { 0 };
    int64_t number = 0;
    bool good = true;

    if (value.size == 0)
        return 0;
    if (form->kind == FIELD_DAY) {
        good = db_day_parse(value, &day);
        number = day.days;
    } else {
        good = field_number_parse(form, value, &number);
    }
    assert(good);
    return number;
}

/* --- an entry --- */

bool entry_judge(const struct register_type *type, const struct entry *entry,
                 const char *wrong[REGISTER_FIELDS_MAX])
{
    bool fit = true;

    for (size_t i = 0; i < type->field_count; i++)
        wrong[i] = field_judge(&type->fields[i], entry->field[i]);
    if (type->judge != NULL)
        type->judge(entry, wrong);
    for (size_t i = 0; i < type->field_count; i++)
        fit = fit && wrong[i] == NULL;
    return fit;
}

const char *entry_step(const struct register_type *type, const struct entry *entry,
                       struct text event, struct text why, int *to)
{
    const struct register_step *step = type->steps;

    while (step->from != NULL && !(strcmp(step->from, type->states[entry->state]) == 0 &&
                                   text_is(event, step->event)))
        step++;
    if (step->from == NULL)
        return "From its present state it cannot be taken there.";
    if (is_blank(why))
        return "Say why: a reason is needed.";
    if (why.size > REGISTER_WHY_MOST)
        return "The reason is too long: at most 1,000 bytes.";
    *to = word_place(type->states, text_of(step->to));
    assert(*to >= 0);
    return type->refuses == NULL ? NULL : type->refuses(entry, step->event);
}

const char *entry_bar(const struct register_type *type, const struct entry *entry,
                      const char *event, const struct entry_turn *turn)
{
    return type->bars == NULL ? NULL : type->bars(entry, event, turn);
}

struct text entry_service(const struct register_type *type, const struct entry *entry)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].kind == FIELD_SERVICE)
            return entry->field[i];
    return text_of("");
}

void entry_set_service(const struct register_type *type, struct entry *entry,
                       struct text service)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].kind == FIELD_SERVICE)
            entry->field[i] = service;
}

bool entry_withholds(const struct entry *entry, size_t field)
{
    assert(field < REGISTER_FIELDS_MAX);
    return (entry->withheld >> field & 1) != 0;
}

bool entry_is_editable(const struct entry *entry, int64_t council)
{
    return entry->council == council || entry->sharing == SHARING_JOINT;
}

/* --- columns --- */

struct register_cell cell_words(struct text words)
{
    return (struct register_cell){ CELL_IS_WORDS, 0, words };
}

struct register_cell cell_number(int64_t number)
{
    return (struct register_cell){ number == 0 ? CELL_IS_WORDS : CELL_IS_NUMBER, number,
                                   { "", 0 } };
}

static bool figure_find(const struct register_type *type, struct text name,
                        struct register_column *out)
{
    for (size_t i = 0; type->figures != NULL && type->figures[i].name != NULL; i++) {
        const struct figure *figure = &type->figures[i];
        if (text_is(name, figure->name)) {
            *out = (struct register_column){ figure->name, figure->label, SOURCE_FIGURE, i,
                                             figure->choices };
            return true;
        }
    }
    return false;
}

bool register_column_find(const struct register_type *type, struct text name,
                          struct register_column *out)
{
    const int place = field_place(type, name);

    if (place >= 0) {
        const struct field_form *form = &type->fields[place];
        *out = (struct register_column){ form->name, form->label, SOURCE_FIELD, (size_t)place,
                                         form->choices };
        return true;
    }
    *out = (struct register_column){ type->one, "Number", SOURCE_REFERENCE, 0, NULL };
    if (text_is(name, type->one))
        return true;
    *out = (struct register_column){ "state", "State", SOURCE_STATE, 0, type->states };
    if (text_is(name, "state"))
        return true;
    *out = (struct register_column){ "sharing", "Seen by", SOURCE_SHARING, 0, sharing_words };
    return text_is(name, "sharing") || figure_find(type, name, out);
}

size_t register_columns(const struct register_type *type,
                        struct register_column out[REGISTER_COLUMNS_MAX])
{
    size_t count = 0;
    bool there = register_column_find(type, text_of(type->one), &out[count++]);

    for (size_t i = 0; there && type->columns[i] != NULL && count < REGISTER_COLUMNS_MAX; i++)
        there = register_column_find(type, text_of(type->columns[i]), &out[count++]);
    assert(there);
    return count;
}

static struct register_cell field_cell(const struct field_form *form, struct text value)
{
    static const enum register_cell_kind kind[] = {
        [FIELD_SCALE] = CELL_IS_NUMBER, [FIELD_NUMBER] = CELL_IS_NUMBER,
        [FIELD_MONEY] = CELL_IS_MONEY, [FIELD_DAY] = CELL_IS_DAY, [FIELD_ENTRY] = CELL_IS_WORDS,
    };
    const enum register_cell_kind is = value.size == 0 ? CELL_IS_WORDS : kind[form->kind];

    return (struct register_cell){ is, is == CELL_IS_WORDS ? 0 : field_number(form, value), value };
}

struct register_cell entry_cell(const struct register_type *type, const struct entry *entry,
                       const struct register_column *column)
{
    switch (column->source) {
    case SOURCE_REFERENCE: break;
    case SOURCE_STATE:
        return (struct register_cell){ CELL_IS_WORDS, entry->state,
                                       text_of(type->states[entry->state]) };
    case SOURCE_SHARING: return cell_words(text_of(sharing_word(entry->sharing)));
    case SOURCE_FIELD:
        return field_cell(&type->fields[column->place], entry->field[column->place]);
    case SOURCE_FIGURE: return type->figures[column->place].cell(entry);
    }
    return cell_words(entry->reference);
}

/* --- a list --- */

void register_filter_any(const struct register_type *type, struct register_filter *out)
{
    bool there = true;

    *out = (struct register_filter){ .count = 0 };
    there = register_column_find(type, text_of(type->one), &out->order);
    for (size_t i = 0; type->filters[i] != NULL && out->count < REGISTER_FILTERS_MAX; i++)
        there = there && register_column_find(type, text_of(type->filters[i]),
                                              &out->by[out->count++]);
    assert(there);
}

bool register_filter_sane(const struct register_filter *filter)
{
    for (size_t i = 0; i < filter->count; i++)
        if (filter->asked[i].size > 0 && filter->by[i].choices != NULL &&
            word_place(filter->by[i].choices, filter->asked[i]) < 0)
            return false;
    return true;
}

static bool has_words(const struct register_type *type, const struct entry *entry,
                      struct text words)
{
    for (size_t i = 0; i < type->field_count; i++)
        if ((type->fields[i].kind == FIELD_LINE || type->fields[i].kind == FIELD_TEXT) &&
            text_holds(entry->field[i], words))
            return true;
    return text_holds(entry->reference, words);
}

bool entry_matches(const struct register_type *type, const struct register_filter *filter,
                   const struct entry *entry)
{
    for (size_t i = 0; i < filter->count; i++)
        if (filter->asked[i].size > 0 &&
            !text_equal(filter->asked[i], entry_cell(type, entry, &filter->by[i]).text))
            return false;
    return filter->words.size == 0 || has_words(type, entry, filter->words);
}

/* Registers in the order of their councils. */
static int compare_references(const struct entry *one, const struct entry *other)
{
    const int64_t council = one->council - other->council;
    const int64_t number = one->number - other->number;

    return council != 0 ? (council > 0) - (council < 0) : (number > 0) - (number < 0);
}

/* By number or rank; what has neither, by its words. */
static int compare_cells(struct register_cell one, struct register_cell other)
{
    if (one.number != other.number)
        return one.number > other.number ? 1 : -1;
    const bool words = one.kind == CELL_IS_WORDS && other.kind == CELL_IS_WORDS;

    return words ? text_compare(one.text, other.text) : 0;
}

int entry_compare(const struct register_type *type, const struct register_filter *filter,
                  const struct entry *one, const struct entry *other)
{
    int order = filter->order.source == SOURCE_REFERENCE
                    ? 0 : compare_cells(entry_cell(type, one, &filter->order),
                                        entry_cell(type, other, &filter->order));

    if (order == 0)
        order = compare_references(one, other);
    return filter->down ? -order : order;
}

struct ordering {
    const struct register_type   *type;
    const struct register_filter *filter;
};

static int compare_by(const void *one, const void *other, void *context)
{
    const struct ordering *by = context;

    return entry_compare(by->type, by->filter, one, other);
}

/* As they are read most often: by number. */
static bool are_in_order(const struct entries *entries, struct ordering *by)
{
    for (size_t i = 1; i < entries->count; i++)
        if (compare_by(&entries->entry[i - 1], &entries->entry[i], by) > 0)
            return false;
    return true;
}

void entries_select(const struct register_type *type, const struct register_filter *filter,
                    struct entries *entries)
{
    struct ordering by = { type, filter };
    size_t kept = 0;

    for (size_t i = 0; i < entries->count; i++)
        if (entry_matches(type, filter, &entries->entry[i])) {
            if (kept < i)
                entries->entry[kept] = entries->entry[i];
            kept++;
        }
    entries->count = kept;
    if (!are_in_order(entries, &by))
        qsort_r(entries->entry, kept, sizeof *entries->entry, compare_by, &by);
}
