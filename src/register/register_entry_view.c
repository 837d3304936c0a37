/* register/register_entry_view.c -- one entry as a page; its forms. */
#include "register/register_pages.h"
#include "register/register_view.h"
#include "web/keep_form.h"

struct url entry_sub_url(struct request *request, const struct entry_page *page, const char *word)
{
    return url_segment(request->arena, url_segment(request->arena, register_url(page->type,
                       request->arena), page->entry.reference), text_of(word));
}

void entry_version_field(struct request *request, struct html *h, const struct entry *entry)
{
    hidden_field(h, "version", text_of(arena_print(request->arena, "%lld",
                                                   (long long)entry->version)));
}

/* --- what it is --- */

static void fact(struct request *request, struct html *h, const struct entry_page *page,
                 const char *name)
{
    struct register_column column;

    if (!register_column_find(page->type, text_of(name), &column))
        return;
    El(h, "dt") html_phrase(h, text_of(column.label));
    El(h, "dd") {
        if (column.source == SOURCE_FIELD && page->type->fields[column.place].kind == FIELD_TEXT)
            LitAttr(h, "class", "lines");
        cell_shown(request, h, page->type, &column, &page->entry);
    }
}

static void figure_fact(struct request *request, struct html *h, const struct entry_page *page,
                        const struct figure *figure)
{
    if (figure->told == NULL) {
        fact(request, h, page, figure->name);
        return;
    }
    El(h, "dt") html_phrase(h, text_of(figure->label));
    El(h, "dd") html_text(h, text_of(figure->told(request->arena, &page->entry)));
}

/* A field of a score is told with the score; the title is the page's. */
static void facts(struct request *request, struct html *h, const struct entry_page *page)
{
    const struct register_type *type = page->type;

    El(h, "dl") {
        fact(request, h, page, type->one);
        fact(request, h, page, "state");
        for (size_t i = 0; type->figures != NULL && type->figures[i].name != NULL; i++)
            figure_fact(request, h, page, &type->figures[i]);
        for (size_t i = 1; i < type->field_count; i++)
            if (type->fields[i].kind != FIELD_SCALE && !entry_withholds(&page->entry, i))
                fact(request, h, page, type->fields[i].name);
    }
}

/* Who can see this. */
static void seen_by(struct request *request, struct html *h, const struct entry_page *page)
{
    static const enum word words[SHARINGS] = {
        [SHARING_OWN] = WORD_SHARING_OWN, [SHARING_SHARED] = WORD_SHARING_SHARED,
        [SHARING_JOINT] = WORD_SHARING_JOINT,
    };
    const struct entry *entry = &page->entry;

    El(h, "p") {
        page_say(request, h, words[entry->sharing]);
        Lit(h, " ");
        html_text(h, page->council);
        Lit(h, ".");
        if (entry->sharing != SHARING_OWN) {
            Lit(h, " ");
            page_say(request, h, WORD_SHARING_BY);
            Lit(h, " ");
            html_text(h, entry->shared_by);
            Lit(h, ", ");
            page_moment(h, entry->shared_at);
            Lit(h, ".");
        }
    }
}

/* --- its forms --- */

static void text_field(struct request *request, struct html *h, const char *name,
                       const char *label, const char *hint, struct text value)
{
    const struct field_form form = { .name = name, .label = label, .hint = hint,
                                     .kind = FIELD_TEXT };

    field_box(request, h, &form, value, NULL);
}

static void state_form(struct request *request, struct html *h, const struct entry_page *page)
{
    const char *events[REGISTER_COLUMNS_MAX] = { NULL };
    const struct entry_turn turn = register_turn(request);
    size_t count = 0;

    for (const struct register_step *step = page->type->steps; step->from != NULL; step++)
        if (strcmp(step->from, page->type->states[page->entry.state]) == 0 &&
            entry_bar(page->type, &page->entry, step->event, &turn) == NULL &&
            count + 1 < COUNT(events))
            events[count++] = step->event;
    if (count == 0)
        return;
    El(h, "h2") page_say(request, h, WORD_STATE_HEAD);
    Form(request, h, entry_sub_url(request, page, "state")) {
        entry_version_field(request, h, &page->entry);
        choice_box(request, h, "event", "What is done", "Choose", events, page->event);
        text_field(request, h, "why", "Why", "It is kept in the history", page->why);
        page_button_say(request, h, WORD_STATE_CHANGE);
    }
}

static void sharing_form(struct request *request, struct html *h, const struct entry_page *page)
{
    struct register_column sharing;

    if (!register_column_find(page->type, text_of("sharing"), &sharing))
        return;
    El(h, "h2") page_say(request, h, WORD_SHARING_HEAD);
    Form(request, h, entry_sub_url(request, page, "sharing")) {
        entry_version_field(request, h, &page->entry);
        choice_box(request, h, "sharing", "Seen by", "Choose", sharing.choices,
                   text_of(sharing_word(page->entry.sharing)));
        page_button_say(request, h, WORD_SHARING_CHANGE);
    }
}

static void comments(struct request *request, struct html *h, const struct entry_page *page)
{
    El(h, "h2") page_say(request, h, WORD_COMMENTS);
    if (page->file.comments == 0)
        El(h, "p") page_say(request, h, WORD_COMMENTS_NONE);
    for (size_t i = 0; i < page->file.comments; i++) {
        const struct entry_comment *comment = &page->file.comment[i];
        El(h, "p") {
            El(h, "strong") html_text(h, comment->by);
            Lit(h, ", ");
            html_text(h, comment->council);
            Lit(h, ", ");
            page_moment(h, comment->at);
        }
        El(h, "p") {
            LitAttr(h, "class", "lines");
            html_text(h, comment->words);
        }
    }
    if (!page->may_comment)
        return;
    Form(request, h, entry_sub_url(request, page, "comments")) {
        text_field(request, h, "words", "Comment", "Whoever sees the entry sees it", page->words);
        page_button_say(request, h, WORD_COMMENT_ADD);
    }
}

/* --- its files --- */

static void attach_form(struct request *request, struct html *h, const struct entry_page *page)
{
    const char *hint = page->entry.sharing == SHARING_OWN
        ? "Seen by this council alone, also when the entry is shared later; attach a file again to "
          "show it then."
        : "The other council reads them, too, unless they hold personal data.";

    UploadForm(request, h, entry_sub_url(request, page, "files")) {
        evidence_box(h, "file", "Files", hint, NULL, true);
        page_tick(h, "personal", "They hold personal data", false);
        page_button_say(request, h, WORD_FILE_ATTACH);
    }
}

static void files(struct request *request, struct html *h, const struct entry_page *page)
{
    const struct evidence_shown shown = {
        .caption = "What it rests on", .none = "No file is attached.", .links = &page->attached,
        .url = entry_sub_url(request, page, "files"), .may_end = page->may_comment,
    };

    El(h, "h2") page_say(request, h, WORD_FILES);
    evidence_table(request, h, &shown);
    if (page->may_edit)
        attach_form(request, h, page);
}

/* --- what names it --- */

static void link_row(struct request *request, struct html *h, const struct entry_links *link,
                     const struct register_column column[], size_t columns,
                     const struct entry *entry)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            entry_link(request, h, register_url(link->type, request->arena), entry->reference);
        }
        for (size_t i = 0; i < columns; i++)
            El(h, "td") cell_shown(request, h, link->type, &column[i], entry);
    }
}

/* Number, what a terminal shows of one, too, and its state. */
static void link_table(struct request *request, struct html *h, const struct entry_page *page,
                       const struct entry_links *link)
{
    struct register_column column[REGISTER_COLUMNS_MAX];
    struct column head[REGISTER_COLUMNS_MAX + 1] = { { "Number", COLUMN_WORDS } };
    size_t count = 0;
    const char *const *name = link->type->brief;

    for (; *name != NULL && count + 1 < COUNT(column); name++)
        count += register_column_find(link->type, text_of(*name), &column[count]) ? 1 : 0;
    count += register_column_find(link->type, text_of("state"), &column[count]) ? 1 : 0;
    for (size_t i = 0; i < count; i++)
        head[i + 1] = (struct column){ column[i].label, COLUMN_WORDS };
    (void)page_table_begin(h, arena_print(request->arena, "%.*s that name %.*s",
                                          TEXT(word_shown(request->arena,
                                                          text_of(link->type->many))),
                                          TEXT(page->entry.reference)), head, count + 1);
    for (size_t i = 0; i < link->found.count; i++)
        link_row(request, h, link, column, count, &link->found.entry[i]);
    (void)page_table_end(h);
}

/* "Actions" that name this risk, and the way to record one. */
static void links(struct request *request, struct html *h, const struct entry_page *page,
                  const struct entry_links *link)
{
    const struct text many = word_shown(request->arena, text_of(link->type->many));

    if (link->found.count == 0 && !link->may_add)
        return;
    El(h, "h2") html_text(h, text_of(arena_print(request->arena, "%.*s that name it",
                                                 TEXT(many))));
    if (link->found.count > 0)
        link_table(request, h, page, link);
    if (!link->may_add)
        return;
    const struct url new = { text_of(arena_print(request->arena, "/new-%s", link->type->one)) };
    const struct url url = url_argument(request->arena, new, link->field, page->entry.reference);
    const struct text service = entry_service(page->type, &page->entry);
    El(h, "p") link_to(h, service.size == 0 ? url : UrlArg(request->arena, url, "service", service),
                       arena_print(request->arena, "Record %s", link->type->a));
}

/* --- its history --- */

static struct text change_label(struct request *request, const struct register_type *type,
                                struct text field)
{
    struct register_column column;

    return register_column_find(type, field, &column) ? text_of(column.label)
                                                      : word_shown(request->arena, field);
}

static void lines_cell(struct html *h, struct text words)
{
    El(h, "td") {
        LitAttr(h, "class", "lines");
        words_shown(h, words);
    }
}

static void history(struct request *request, struct html *h, const struct entry_page *page)
{
    static const struct column columns[] = {
        { "Version", COLUMN_NUMBER }, { "Field", COLUMN_WORDS }, { "Before", COLUMN_WORDS },
        { "After", COLUMN_WORDS }, { "By", COLUMN_WORDS }, { "When", COLUMN_WORDS },
        { "Why", COLUMN_WORDS },
    };

    El(h, "h2") page_say(request, h, WORD_HISTORY);
    Table(h, "What became of it, the newest first", columns)
        for (size_t i = 0; i < page->file.changes; i++) {
            const struct entry_change *change = &page->file.change[i];
            El(h, "tr") {
                page_number(h, change->version);
                page_cell(h, change_label(request, page->type, change->field));
                lines_cell(h, change->before);
                lines_cell(h, change->after);
                page_cell(h, change->by);
                El(h, "td") page_moment(h, change->at);
                lines_cell(h, change->why);
            }
        }
}

/* --- the page --- */

static void refusal(struct request *request, struct html *h, const char *words)
{
    if (words == NULL)
        return;
    El(h, "div") {
        LitAttr(h, "class", "errors");
        LitAttr(h, "role", "alert");
        El(h, "h2") page_say(request, h, WORD_WRONG);
        El(h, "p") html_phrase(h, text_of(words));
    }
}

enum err register_entry_page(struct request *request, const struct entry_page *page, int status)
{
    const struct register_type *type = page->type;
    const struct text title = page->entry.field[0];
    struct html *h = page_begin(request, arena_copy(request->arena, title.data, title.size));

    refusal(request, h, page->refused);
    field_errors(request, h, page->form, page->wrong, page->form_fields);
    seen_by(request, h, page);
    if (page->may_write)
        El(h, "p") link_to(h, entry_sub_url(request, page, "edit"),
                           arena_print(request->arena, "Change this %s", type->one));
    facts(request, h, page);
    if (type->more != NULL)
        type->more(request, h, page);
    for (size_t i = 0; i < page->links; i++)
        links(request, h, page, &page->link[i]);
    files(request, h, page);
    if (page->may_edit)
        state_form(request, h, page);
    if (page->may_share)
        sharing_form(request, h, page);
    comments(request, h, page);
    history(request, h, page);
    return page_end(request, h, status);
}

/* --- the form of all fields --- */

static struct url form_url(struct request *request, const struct entry_form *form)
{
    const struct url url = register_url(form->type, request->arena);

    return form->was == NULL ? url : url_segment(request->arena, url, form->was->reference);
}

/* One that is none of the choices still stands there: a form that was refused loses nothing. */
static void service_box(struct request *request, struct html *h, const struct entry_form *form,
                        size_t at)
{
    struct field_form box = form->type->fields[at];

    box.choices = form->service;
    box.required = !form->all_services;
    if (box.required)
        box.hint = "One that your role is for";
    field_box(request, h, &box, form->now.field[at], form->wrong[at]);
}

static void fields(struct request *request, struct html *h, const struct entry_form *form)
{
    Form(request, h, form_url(request, form)) {
        if (form->was != NULL)
            entry_version_field(request, h, form->was);
        for (size_t i = 0; i < form->type->field_count; i++)
            if (form->writable[i] && form->type->fields[i].kind == FIELD_SERVICE)
                service_box(request, h, form, i);
            else if (form->writable[i])
                field_box(request, h, &form->type->fields[i], form->now.field[i],
                          form->wrong[i]);
        if (form->was != NULL)
            text_field(request, h, "why", "Why it is changed", "It is kept in the history",
                       request_field(request, "why"));
        page_button_say(request, h, form->was == NULL ? WORD_RECORD_IT : WORD_SAVE);
        page_keep_later(request, h);
    }
}

enum err register_form_page(struct request *request, const struct entry_form *form, int status)
{
    const char *title = form->was == NULL
        ? arena_print(request->arena, "Record %s", form->type->a)
        : arena_print(request->arena, "Change %.*s", TEXT(form->was->reference));
    struct html *h = page_begin(request, title);

    field_errors(request, h, form->type->fields, form->wrong, form->type->field_count);
    fields(request, h, form);
    return page_end(request, h, status);
}

static void conflict_row(struct html *h, const struct field_form *form, struct text was,
                         struct text now)
{
    if (text_equal(was, now))
        return;
    El(h, "tr") {
        page_row_head(h, text_of(form->label));
        lines_cell(h, was);
        lines_cell(h, now);
    }
}

enum err register_conflict_page(struct request *request, const struct entry_form *form,
                                int status)
{
    static const struct column columns[] = {
        { "Field", COLUMN_WORDS }, { "Stands there now", COLUMN_WORDS },
        { "You entered", COLUMN_WORDS },
    };
    struct html *h = page_begin(request, "Changed meanwhile");

    El(h, "p") {
        Lit(h, "While you were at it ");
        html_text(h, form->was->changed_by);
        Lit(h, " saved version ");
        html_int(h, form->was->version);
        Lit(h, ", ");
        page_moment(h, form->was->changed_at);
        Lit(h, ". ");
        page_say(request, h, WORD_NOT_SAVED);
    }
    Table(h, "What stands there now, and what you entered", columns)
        for (size_t i = 0; i < form->type->field_count; i++)
            conflict_row(h, &form->type->fields[i], form->was->field[i], form->now.field[i]);
    El(h, "h2") page_say(request, h, WORD_ENTERED);
    fields(request, h, form);
    return page_end(request, h, status);
}
