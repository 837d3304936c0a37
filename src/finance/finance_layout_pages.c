/*
 * finance/finance_layout_pages.c -- layouts of journals: listed, shown, kept.
 */
#include "finance/finance_layout.h"
#include "finance/finance_pages.h"
#include "register/register_field_view.h"
#include "finance/finance_paper_pages.h"
#include "web/page_frame.h"

enum { SYSTEM, WORDS_OF_IT, FIELDS };

static struct url layout_url(struct arena *arena, int64_t id)
{
    return url_id(arena, Url("/money/layouts"), id);
}

/* The newest is what journals are written in. */
static void state_tag(struct html *h, bool newest)
{
    page_tag(h, newest ? TAG_GOOD : TAG_PLAIN, newest ? "In force" : "Earlier");
}

static void layout_row(struct request *request, struct html *h,
                       const struct journal_layout *layout, bool newest)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", layout_url(request->arena, layout->id));
                html_text(h, layout->system);
            }
        }
        page_number(h, layout->version);
        El(h, "td") state_tag(h, newest);
        El(h, "td") page_moment(h, layout->made_at);
        page_cell(h, layout->made_by);
    }
}

enum err layouts_show(struct request *request)
{
    static const struct column columns[] = {
        { "System", COLUMN_WORDS }, { "Version", COLUMN_NUMBER }, { "State", COLUMN_WORDS },
        { "Kept", COLUMN_WORDS }, { "By", COLUMN_WORDS },
    };
    struct journal_layouts layouts;
    enum err err = journal_layouts_load(request->tx, request->arena, request->actor.acting,
                                        &layouts, request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Layouts of journals");
    if (layouts.count == 0) {
        page_empty(h, "There is no layout yet.",
                   "Journals have the joint codes until you say how your ledger takes them in.");
    } else {
        Table(h, "How your council's ledger takes a journal in, the newest first", columns)
            for (size_t i = 0; i < layouts.count; i++)
                layout_row(request, h, &layouts.layout[i], i == 0);
    }
    if (actor_may(&request->actor, MAY_TAKE_EXTRACT))
        El(h, "p") {
            El(h, "a") {
                Href(h, "href", Url("/money/layouts/new"));
                Lit(h, "Add a layout");
            }
        }
    return page_end(request, h, 200);
}

enum err layout_show(struct request *request)
{
    struct journal_layouts newest;
    struct journal_layout layout;
    enum err err = journal_layout_load(request->tx, request->arena, request->actor.acting,
                                       request_number(request, "layout"), &layout,
                                       request->trouble);

    if (err == OK)
        err = journal_layouts_load(request->tx, request->arena, request->actor.acting, &newest,
                                   request->trouble);
    if (err != OK)
        return err;
    struct html *h = page_begin(request, arena_print(request->arena, "%.*s, version %lld",
                                                     TEXT(layout.system),
                                                     (long long)layout.version));
    El(h, "dl") {
        El(h, "dt") Lit(h, "State");
        El(h, "dd") state_tag(h, newest.layout[0].id == layout.id);
        El(h, "dt") Lit(h, "Kept");
        El(h, "dd") page_moment(h, layout.made_at);
        page_entry(h, "By", layout.made_by);
    }
    El(h, "h2") Lit(h, "The layout");
    El(h, "pre") {
        LitAttr(h, "tabindex", "0");
        html_text(h, layout.words);
    }
    if (actor_may(&request->actor, MAY_TAKE_EXTRACT))
        El(h, "p") link_to(h, Url("/money/layouts/new"), "Make a new version");
    return page_end(request, h, 200);
}

static enum err form(struct request *request, struct text system, struct text words,
                     const char *const wrong[FIELDS], int status)
{
    const struct field field[FIELDS] = {
        [SYSTEM] = { "system", "System", "The name stays the same for all its versions, such as "
                     "General ledger", "text", "off", system, wrong[SYSTEM] },
        [WORDS_OF_IT] = { "words", "The layout", "A line 'column HEADING = FIELD' for each column "
                          "of the file, then the form of days and amounts, and 'account GROUP = "
                          "CODE' for each joint group. Help with this page, below, says which "
                          "fields there are.", "text",
                          "off", words, wrong[WORDS_OF_IT] },
    };
    struct html *h = page_begin(request, "A layout for journals");

    page_errors(request, h, field, FIELDS);
    Form(request, h, Url("/money/layouts")) {
        page_field(h, &field[SYSTEM]);
        page_text_field(h, &field[WORDS_OF_IT]);
        page_button(h, "Keep this version");
    }
    return page_end(request, h, status);
}

/* Begins with the one in force, or the usual one. */
enum err layout_new(struct request *request)
{
    static const char *const nothing[FIELDS] = { NULL };
    struct journal_layouts layouts;
    enum err err = journal_layouts_load(request->tx, request->arena, request->actor.acting,
                                        &layouts, request->trouble);

    if (err != OK)
        return err;
    if (layouts.count == 0)
        return form(request, text_of(""), paper_layout_usual(), nothing, 200);
    return form(request, layouts.layout[0].system, layouts.layout[0].words, nothing, 200);
}

enum err layout_make(struct request *request)
{
    struct journal_layout layout = { .system = request_field(request, "system"),
                                     .words = request_field(request, "words") };
    const char *wrong[FIELDS] = { NULL };
    struct paper_layout read;
    struct trouble said = { .text = "" };

    if (layout.system.size == 0 || layout.system.size > LAYOUT_SYSTEM_BYTES_MOST)
        wrong[SYSTEM] = MONEY_SYSTEM_WORDS;
    if (paper_layout_read(request->arena, layout.words, &read, &said) != OK)
        wrong[WORDS_OF_IT] = money_line_said(request->arena, said.text, "layout:");
    if (wrong[SYSTEM] != NULL || wrong[WORDS_OF_IT] != NULL)
        return form(request, layout.system, layout.words, wrong, 422);
    const enum err err = journal_layout_add(request->tx, &request->happening, &request->actor,
                                            &layout, request->trouble);
    return err != OK ? err : answer_done(request, layout_url(request->arena, layout.id),
                                         WORD_DONE_LAYOUT_KEPT);
}
