#include "admin/admin_box.h"

#include <stdio.h>

static void words(struct html *h, const struct field *field, const char *kind, const char *text)
{
    char id[80];

    if (text == NULL)
        return;
    (void)snprintf(id, sizeof id, "%s-%s", field->name, kind);
    El(h, "p") {
        Attr(h, "class", text_of(kind));
        Attr(h, "id", text_of(id));
        html_text(h, text_of(text));
    }
}

/* The part before the box: html_end() closes what it leaves open. */
static void begin(struct html *h, const struct field *field)
{
    (void)html_begin(h, "div");
    Attr(h, "class", text_of(field->error != NULL ? "field wrong" : "field"));
    El(h, "label") {
        Attr(h, "for", text_of(field->name));
        html_text(h, text_of(field->label));
    }
    words(h, field, "hint", field->hint);
    words(h, field, "error", field->error);
}

/* Of the box itself. */
static void describe(struct html *h, const struct field *field)
{
    const char *name = field->name;
    char by[160];

    (void)snprintf(by, sizeof by, "%s%s%s%s", field->hint != NULL ? name : "",
                   field->hint != NULL ? "-hint " : "", field->error != NULL ? name : "",
                   field->error != NULL ? "-error" : "");
    Attr(h, "id", text_of(name));
    Attr(h, "name", text_of(name));
    if (by[0] != '\0')
        Attr(h, "aria-describedby", text_of(by));
    if (field->error != NULL)
        LitAttr(h, "aria-invalid", "true");
}

void box_lines(struct html *h, const struct field *field)
{
    begin(h, field);
    El(h, "textarea") {
        describe(h, field);
        LitAttr(h, "rows", "3");
        LitAttr(h, "spellcheck", "false");
        html_text(h, field->value);
    }
    (void)html_end(h, "div");
}

void box_choice(struct html *h, const struct field *field, const struct choice choice[],
                size_t count)
{
    begin(h, field);
    El(h, "select") {
        describe(h, field);
        El(h, "option") {
            LitAttr(h, "value", "");
            Lit(h, "Choose one");
        }
        for (size_t i = 0; i < count; i++)
            El(h, "option") {
                Attr(h, "value", text_of(choice[i].value));
                if (text_is(field->value, choice[i].value))
                    Flag(h, "selected");
                html_text(h, text_of(choice[i].label));
            }
    }
    (void)html_end(h, "div");
}

void box_table_begin(struct html *h, const char *caption, const char *const head[], size_t count)
{
    (void)html_begin(h, "div");
    LitAttr(h, "class", "scroll");
    LitAttr(h, "tabindex", "0");
    LitAttr(h, "role", "region");
    LitAttr(h, "aria-label", "Table");
    (void)html_begin(h, "table");
    El(h, "caption") html_text(h, text_of(caption));
    El(h, "thead") El(h, "tr") for (size_t i = 0; i < count; i++)
        page_head(h, head[i]);
    (void)html_begin(h, "tbody");
}

void box_table_end(struct html *h)
{
    (void)html_end(h, "tbody");
    (void)html_end(h, "table");
    (void)html_end(h, "div");
}
