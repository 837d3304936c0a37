#include "governance/governance_field_view.h"

#include <stdio.h>

#include "formats/csv.h"

struct text word_shown(struct arena *arena, struct text word)
{
    char *shown = arena_copy(arena, word.data, word.size);

    if (word.size > 0 && shown[0] >= 'a' && shown[0] <= 'z')
        shown[0] = (char)(shown[0] - 'a' + 'A');
    return (struct text){ shown, word.size };
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
        html_text(h, words);
    }
}

static void choices_of(struct request *request, struct html *h, const char *const choices[],
                       struct text chosen)
{
    for (size_t i = 0; choices[i] != NULL; i++)
        option(h, text_of(choices[i]), word_shown(request->arena, text_of(choices[i])),
               text_is(chosen, choices[i]));
}

static const char *const scale_choices[] = { "1", "2", "3", "4", "5", NULL };

static void select_box(struct request *request, struct html *h, const struct field_form *form,
                       struct text value, bool wrong)
{
    const bool scale = form->kind == FIELD_SCALE;

    El(h, "select") {
        describe(h, form, wrong);
        option(h, text_of(""), text_of("Choose"), value.size == 0);
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
    LitAttr(h, "autocomplete", "off");
    if (value.size > 0)
        Attr(h, "value", value);
}

/* A box to tick stands before its label. */
static void flag_box(struct html *h, const struct field_form *form, struct text value, bool wrong)
{
    El(h, "div") {
        LitAttr(h, "class", "field");
        El(h, "label") {
            Attr(h, "for", text_of(form->name));
            Void(h, "input");
            describe(h, form, wrong);
            LitAttr(h, "type", "checkbox");
            LitAttr(h, "value", "yes");
            if (value.size > 0)
                Flag(h, "checked");
            Lit(h, " ");
            html_text(h, text_of(form->label));
        }
    }
}

static void note(struct request *request, struct html *h, const struct field_form *form,
                 const char *kind, const char *words)
{
    if (words == NULL)
        return;
    El(h, "p") {
        Attr(h, "class", text_of(kind));
        Attr(h, "id", text_of(arena_print(request->arena, "%s-%s", form->name, kind)));
        html_text(h, text_of(words));
    }
}

static const char *error_words(struct request *request, const struct field_form *form,
                               enum field_verdict verdict)
{
    return verdict == FIELD_FIT ? NULL
                                : arena_print(request->arena, "%s: %s", form->label,
                                              field_verdict_sentence(verdict));
}

void field_box(struct request *request, struct html *h, const struct field_form *form,
               struct text value, enum field_verdict verdict)
{
    const bool wrong = verdict != FIELD_FIT;

    if (form->kind == FIELD_FLAG) {
        flag_box(h, form, value, wrong);
        return;
    }
    El(h, "div") {
        Attr(h, "class", text_of(wrong ? "field wrong" : "field"));
        El(h, "label") {
            Attr(h, "for", text_of(form->name));
            html_text(h, text_of(form->label));
        }
        note(request, h, form, "hint", form->hint);
        note(request, h, form, "error", error_words(request, form, verdict));
        if (form->kind == FIELD_CHOICE || form->kind == FIELD_SCALE)
            select_box(request, h, form, value, wrong);
        else if (form->kind == FIELD_TEXT)
            text_box(h, form, value, wrong);
        else
            line_box(h, form, value, wrong);
    }
}

void field_errors(struct request *request, struct html *h, const struct field_form form[],
                  const enum field_verdict verdict[], size_t count)
{
    struct field *field = arena_take(request->arena, count, sizeof *field);

    for (size_t i = 0; i < count; i++) {
        field[i].name = form[i].name;
        field[i].error = error_words(request, &form[i], verdict[i]);
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
            html_text(h, text_of(label));
        }
        El(h, "select") {
            Attr(h, "id", text_of(name));
            Attr(h, "name", text_of(name));
            option(h, text_of(""), text_of(any), chosen.size == 0);
            choices_of(request, h, choices, chosen);
        }
    }
}

void table_begin(struct html *h, const char *label)
{
    (void)html_begin(h, "div");
    LitAttr(h, "class", "scroll");
    LitAttr(h, "tabindex", "0");
    LitAttr(h, "role", "region");
    Attr(h, "aria-label", text_of(label));
    (void)html_begin(h, "table");
    El(h, "caption") html_text(h, text_of(label));
}

void table_end(struct html *h)
{
    (void)html_end(h, "table");
    (void)html_end(h, "div");
}

void day_shown(struct html *h, struct text iso)
{
    static const char *const month[] = { "January", "February", "March", "April", "May", "June",
                                         "July", "August", "September", "October", "November",
                                         "December" };
    struct db_day day;

    if (!db_day_parse(iso, &day)) {
        html_text(h, iso);
        return;
    }
    const char *at = iso.data;
    const int number = (at[5] - '0') * 10 + at[6] - '0';
    El(h, "time") {
        Attr(h, "datetime", iso);
        html_int(h, (at[8] - '0') * 10 + at[9] - '0');
        Lit(h, " ");
        html_text(h, text_of(month[number - 1]));
        Lit(h, " ");
        html_text(h, (struct text){ at, 4 });
    }
}

/* --- files --- */

struct text cell_csv(struct arena *arena, struct cell cell)
{
    if (cell.is_number)
        return text_of(arena_print(arena, "%lld", (long long)cell.number));
    if (csv_is_formula(cell.text))
        return text_of(arena_print(arena, "'%.*s", TEXT(cell.text)));
    return cell.text;
}

void answer_saved_as(struct request *request, const char *name)
{
    http_answer_header(request->answer, "Content-Disposition",
                       text_of(arena_print(request->arena, "attachment; filename=\"%s\"", name)));
}
