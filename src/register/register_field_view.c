#include "register/register_field_view.h"

#include <stdio.h>

#include "formats/csv.h"

struct text word_shown(struct arena *arena, struct text word)
{
    char *shown = arena_copy(arena, word.data, word.size);

    if (word.size > 0 && shown[0] >= 'a' && shown[0] <= 'z')
        shown[0] = (char)(shown[0] - 'a' + 'A');
    return (struct text){ shown, word.size };
}

void words_shown(struct html *h, struct text text)
{
    if (text.size == 0)
        html_nothing(h);
    else
        html_text(h, text);
}

#define WORD_ROOM 64

/* As word_shown(), of a word that is short and begins with a small letter. */
static bool word_print(struct text word, char room[WORD_ROOM], struct text *shown)
{
    if (word.size == 0 || word.size > WORD_ROOM || word.data[0] < 'a' || word.data[0] > 'z')
        return false;
    memcpy(room, word.data, word.size);
    room[0] = (char)(room[0] - 'a' + 'A');
    *shown = (struct text){ room, word.size };
    return true;
}

static void word_put(struct html *h, struct text word)
{
    char room[WORD_ROOM];
    struct text shown;

    if (word_print(word, room, &shown))
        html_phrase(h, shown);
    else
        words_shown(h, word);
}

void link_to(struct html *h, struct url url, const char *words)
{
    El(h, "a") {
        Href(h, "href", url);
        html_phrase(h, text_of(words));
    }
}

void link_say(struct request *request, struct html *h, struct url url, enum word word)
{
    El(h, "a") {
        Href(h, "href", url);
        page_say(request, h, word);
    }
}

struct url register_url(const struct register_type *type, struct arena *arena)
{
    return url_segment(arena, (struct url){ { "", 0 } }, text_of(type->many));
}

void entry_link(struct request *request, struct html *h, struct url url, struct text reference)
{
    El(h, "a") {
        Href(h, "href", url_segment(request->arena, url, reference));
        html_text(h, reference);
    }
}

void hidden_field(struct html *h, const char *name, struct text value)
{
    Void(h, "input");
    LitAttr(h, "type", "hidden");
    Attr(h, "name", text_of(name));
    Attr(h, "value", value);
}

/* --- one field --- */

static void describe(struct html *h, const struct field_form *form, bool wrong)
{
    char described[160];

    (void)snprintf(described, sizeof described, "%s%s%s%s",
                   form->hint != NULL ? form->name : "", form->hint != NULL ? "-hint " : "",
                   wrong ? form->name : "", wrong ? "-error" : "");
    Attr(h, "id", text_of(form->name));
    Attr(h, "name", text_of(form->name));
    if (form->hint != NULL || wrong)
        Attr(h, "aria-describedby", text_of(described));
    if (wrong)
        LitAttr(h, "aria-invalid", "true");
}

static void option(struct html *h, struct text value, struct text words, bool chosen)
{
    El(h, "option") {
        Attr(h, "value", value);
        if (chosen)
            Flag(h, "selected");
        html_phrase(h, words);
    }
}

static void choices_of(struct request *request, struct html *h, const char *const choices[],
                       struct text chosen)
{
    for (size_t i = 0; choices[i] != NULL; i++)
        option(h, text_of(choices[i]), word_shown(request->arena, text_of(choices[i])),
               text_is(chosen, choices[i]));
}

/* "CLK: Clackmannanshire" */
static void choices_of_councils(struct request *request, struct html *h, struct text chosen)
{
    for (size_t i = 0; i < request->councils.count; i++) {
        const struct council *council = &request->councils.council[i];
        option(h, council->code,
               text_of(arena_print(request->arena, "%.*s: %.*s", TEXT(council->code),
                                   TEXT(council->name))),
               text_equal(chosen, council->code));
    }
}

static const char *const scale_choices[] = { "1", "2", "3", "4", "5", NULL };

static void select_box(struct request *request, struct html *h, const struct field_form *form,
                       struct text value, bool wrong)
{
    const bool scale = form->kind == FIELD_SCALE;
    const bool optional = form->kind == FIELD_SERVICE || form->kind == FIELD_COUNCIL;
    const char *none = optional && !form->required ? "None" : "Choose";

    El(h, "select") {
        describe(h, form, wrong);
        option(h, text_of(""), text_of(none), value.size == 0);
        if (form->kind == FIELD_COUNCIL)
            choices_of_councils(request, h, value);
        else
            choices_of(request, h, scale ? scale_choices : form->choices, value);
    }
}

static void text_box(struct html *h, const struct field_form *form, struct text value, bool wrong)
{
    El(h, "textarea") {
        describe(h, form, wrong);
        LitAttr(h, "rows", "4");
        /* The first line end after the tag is the parser's. */
        if (value.size > 0 && value.data[0] == '\n')
            Lit(h, "\n");
        html_text(h, value);
    }
}

static void line_box(struct html *h, const struct field_form *form, struct text value, bool wrong)
{
    Void(h, "input");
    describe(h, form, wrong);
    LitAttr(h, "type", "text");
    if (form->kind == FIELD_NUMBER || form->kind == FIELD_MONEY)
        Attr(h, "inputmode", text_of(form->kind == FIELD_NUMBER ? "numeric" : "decimal"));
    LitAttr(h, "autocomplete", "off");
    if (value.size > 0)
        Attr(h, "value", value);
}

static void note(struct request *request, struct html *h, const struct field_form *form,
                 const char *kind, const char *words)
{
    if (words == NULL)
        return;
    El(h, "p") {
        Attr(h, "class", text_of(kind));
        Attr(h, "id", text_of(arena_print(request->arena, "%s-%s", form->name, kind)));
        html_phrase(h, text_of(words));
    }
}

/* A box to tick stands before its label. */
static void flag_box(struct request *request, struct html *h, const struct field_form *form,
                     struct text value, bool wrong)
{
    El(h, "div") {
        LitAttr(h, "class", "field");
        El(h, "label") {
            LitAttr(h, "class", "tick");
            Void(h, "input");
            describe(h, form, wrong);
            LitAttr(h, "type", "checkbox");
            LitAttr(h, "value", "yes");
            if (value.size > 0)
                Flag(h, "checked");
            html_phrase(h, text_of(form->label));
        }
        note(request, h, form, "hint", form->hint);
    }
}

static const char *error_words(struct request *request, const struct field_form *form,
                               const char *wrong)
{
    return wrong == NULL ? NULL : arena_print(request->arena, "%s: %s", form->label, wrong);
}

void field_box(struct request *request, struct html *h, const struct field_form *form,
               struct text value, const char *wrong)
{
    if (form->kind == FIELD_FLAG) {
        flag_box(request, h, form, value, wrong != NULL);
        return;
    }
    El(h, "div") {
        Attr(h, "class", text_of(wrong != NULL ? "field wrong" : "field"));
        El(h, "label") {
            Attr(h, "for", text_of(form->name));
            html_phrase(h, text_of(form->label));
        }
        note(request, h, form, "hint", form->hint);
        note(request, h, form, "error", error_words(request, form, wrong));
        if (form->kind == FIELD_CHOICE || form->kind == FIELD_SCALE ||
            form->kind == FIELD_SERVICE || form->kind == FIELD_COUNCIL)
            select_box(request, h, form, value, wrong != NULL);
        else if (form->kind == FIELD_TEXT)
            text_box(h, form, value, wrong != NULL);
        else
            line_box(h, form, value, wrong != NULL);
    }
}

void field_errors(struct request *request, struct html *h, const struct field_form form[],
                  const char *const wrong[], size_t count)
{
    struct field *field = arena_take(request->arena, count, sizeof *field);

    for (size_t i = 0; i < count; i++) {
        field[i].name = form[i].name;
        field[i].error = error_words(request, &form[i], wrong[i]);
    }
    page_errors(request, h, field, count);
}

void choice_box(struct request *request, struct html *h, const char *name, const char *label,
                const char *any, const char *const choices[], struct text chosen)
{
    El(h, "div") {
        LitAttr(h, "class", "field");
        El(h, "label") {
            Attr(h, "for", text_of(name));
            html_phrase(h, text_of(label));
        }
        El(h, "select") {
            Attr(h, "id", text_of(name));
            Attr(h, "name", text_of(name));
            option(h, text_of(""), text_of(any), chosen.size == 0);
            choices_of(request, h, choices, chosen);
        }
    }
}

void day_shown(struct html *h, struct text iso)
{
    struct db_day day;

    if (db_day_parse(iso, &day))
        page_iso_day(h, iso);
    else
        html_text(h, iso);
}

/* Is it as somebody wrote it? Else it is a word of the register's own. */
static bool is_written(const struct register_type *type, const struct register_column *column)
{
    return column->source == SOURCE_REFERENCE ||
           (column->source == SOURCE_FIELD &&
            type->fields[column->place].kind != FIELD_CHOICE &&
            type->fields[column->place].kind != FIELD_FLAG);
}

static bool is_link(const struct register_type *type, const struct register_column *column)
{
    return column->source == SOURCE_FIELD && type->fields[column->place].kind == FIELD_ENTRY;
}

/* A long text keeps its lines; a figure of pounds is written as people write it. */
void cell_shown(struct request *request, struct html *h, const struct register_type *type,
                const struct register_column *column, const struct entry *entry)
{
    const struct register_cell cell = entry_cell(type, entry, column);

    switch (cell.kind) {
    case CELL_IS_NUMBER: html_int(h, cell.number); return;
    case CELL_IS_MONEY: page_pounds(h, cell.number); return;
    case CELL_IS_DAY: page_iso_day(h, cell.text); return;
    case CELL_IS_WORDS: break;
    }
    if (is_link(type, column) && cell.text.size > 0)
        entry_link(request, h, register_url(type->fields[column->place].of, request->arena),
                   cell.text);
    else if (is_written(type, column))
        words_shown(h, cell.text);
    else
        word_put(h, cell.text);
}

static void number_cell(struct html *h, int64_t number, bool right)
{
    char room[NUMBER_DIGITS];
    const char *first = number_print(number, room);
    const struct text digits = { first, (size_t)(room + sizeof room - first) };

    if (right)
        TextElWith(h, "td", "class", "number", digits);
    else
        TextEl(h, "td", digits);
}

static void word_cell(struct html *h, struct text word)
{
    char room[WORD_ROOM];
    struct text shown;

    if (word_print(word, room, &shown))
        PhraseEl(h, "td", shown);
    else
        TextEl(h, "td", word);
}

/* Nearly all of a list's cells are words, a number or nothing: those are written in one go. */
void cell_put(struct request *request, struct html *h, const struct register_type *type,
              const struct register_column *column, bool right, const struct entry *entry)
{
    const struct register_cell cell = entry_cell(type, entry, column);
    const bool plain = cell.kind == CELL_IS_WORDS && !right;

    if (cell.kind == CELL_IS_NUMBER) {
        number_cell(h, cell.number, right);
    } else if (plain && cell.text.size == 0) {
        NothingEl(h, "td");
    } else if (plain && !is_written(type, column)) {
        word_cell(h, cell.text);
    } else if (plain && !is_link(type, column)) {
        TextEl(h, "td", cell.text);
    } else if (cell.kind == CELL_IS_DAY && !right) {
        El(h, "td") page_iso_day(h, cell.text);
    } else {
        El(h, "td") {
            if (right)
                LitAttr(h, "class", "number");
            cell_shown(request, h, type, column, entry);
        }
    }
}

/* --- files --- */

struct text cell_csv(struct arena *arena, struct register_cell cell)
{
    if (cell.kind == CELL_IS_NUMBER)
        return text_of(arena_print(arena, "%lld", (long long)cell.number));
    if (cell.kind != CELL_IS_WORDS)
        return cell.text;
    if (csv_is_formula(cell.text))
        return text_of(arena_print(arena, "'%.*s", TEXT(cell.text)));
    return cell.text;
}

void answer_saved_as(struct request *request, const char *name)
{
    http_answer_header(request->answer, "Content-Disposition",
                       text_of(arena_print(request->arena, "attachment; filename=\"%s\"", name)));
}
