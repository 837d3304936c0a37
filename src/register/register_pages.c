#include "register/register_pages.h"

#include "cli/action.h"
#include "register/service_list.h"
#include "web/keep_form.h"

static const struct register_type *type_of(const struct request *request)
{
    return request->action->of;
}

struct entry_asker register_asker(const struct request *request)
{
    return (struct entry_asker){ request->actor.acting, &request->actor,
                                 (enum right)request->action->right };
}

struct entry_turn register_turn(const struct request *request)
{
    return (struct entry_turn){ request->actor.acting, &request->councils,
                                day_of(request->happening.now) };
}

/* May who asks write this field? */
static bool is_writable(const struct request *request, const struct entry *entry, size_t field)
{
    const struct entry_asker asker = register_asker(request);
    const struct entry_turn turn = register_turn(request);

    return entry_field_is_writable(type_of(request), &asker, &turn, entry, field);
}

static struct text acting_code(const struct request *request)
{
    for (size_t i = 0; i < request->councils.count; i++)
        if (request->councils.council[i].id == request->actor.acting)
            return request->councils.council[i].code;
    return text_of("");
}

/* --- a list --- */

static enum err read_filter(struct request *request, const struct register_type *type,
                            struct register_filter *filter)
{
    const struct text down = request_field(request, "down");
    const struct text sort = request_field(request, "sort");

    register_filter_any(type, filter);
    filter->words = request_field(request, "q");
    filter->down = down.size > 0;
    for (size_t i = 0; i < filter->count; i++)
        filter->asked[i] = request_field(request, filter->by[i].name);
    if ((sort.size > 0 && !register_column_find(type, sort, &filter->order)) ||
        !register_filter_sane(filter) || (filter->down && !text_is(down, "yes")))
        return fail(request->trouble, ERR_USAGE, "There is no such column, or no such word in it.");
    return OK;
}

static struct url asked_for(struct request *request, struct url url, const char *name)
{
    const struct text value = request_field(request, name);

    return value.size > 0 ? url_argument(request->arena, url, name, value) : url;
}

/* The address without the place; what was not asked for is left out. */
static struct url list_url(struct request *request, const char *path,
                           const struct register_filter *filter)
{
    struct url url = asked_for(request, url_literal(path, strlen(path)), "q");

    for (size_t i = 0; i < filter->count; i++)
        url = asked_for(request, url, filter->by[i].name);
    return asked_for(request, asked_for(request, url, "sort"), "down");
}

enum err register_query_read(struct request *request, const struct register_type *type,
                             struct url *url, struct text *query)
{
    struct register_filter filter;
    const struct url all = register_url(type, request->arena);
    const char *path = arena_copy(request->arena, all.text.data, all.text.size);
    const enum err err = read_filter(request, type, &filter);

    if (err != OK)
        return err;
    *url = list_url(request, path, &filter);
    const size_t past = all.text.size + (url->text.size > all.text.size ? 1 : 0);
    *query = (struct text){ url->text.data + past, url->text.size - past };
    return OK;
}

/* The page begins behind the entry that the last one ended with, wherever that stands by now and
 * whether or not it still matches. */
static enum err find_place(struct request *request, struct register_list *list)
{
    const struct text after = request_field(request, "after");
    const struct entry_asker asker = register_asker(request);
    struct entry last;

    if (after.size > 0) {
        enum err err = entry_load(request->tx, request->arena, list->type, &asker, after, &last,
                                  request->trouble);
        if (err == ERR_MISSING)
            return fail(request->trouble, ERR_USAGE, "after: there is no such entry.");
        if (err != OK)
            return err;
        while (list->begin < list->found.count &&
               entry_compare(list->type, &list->filter, &list->found.entry[list->begin],
                             &last) <= 0)
            list->begin++;
    }
    const size_t left = list->found.count - list->begin;
    list->end = list->begin + (left < REGISTER_PAGE_ROWS ? left : REGISTER_PAGE_ROWS);
    return OK;
}

static bool is_text(const struct register_type *type, const struct register_column *column)
{
    return column->source == SOURCE_FIELD && type->fields[column->place].kind == FIELD_TEXT;
}

/* What a page or file shows, asks for or is sorted by. */
static enum entry_depth depth_needed(const struct register_list *list)
{
    const struct register_filter *filter = &list->filter;
    bool whole = filter->words.size > 0 || is_text(list->type, &filter->order);

    for (size_t i = 0; i < list->columns; i++)
        whole = whole || is_text(list->type, &list->column[i]);
    for (size_t i = 0; i < filter->count; i++)
        whole = whole || is_text(list->type, &filter->by[i]);
    return whole ? ENTRY_WHOLE : ENTRY_SHORT;
}

/* Those of the entries, to narrow the list down by; no more than a role could be for. */
static void note_services(struct register_list *list)
{
    for (size_t i = 0; i < list->found.count; i++) {
        const struct text service = entry_service(list->type, &list->found.entry[i]);
        size_t at = 0;
        while (at < list->services && !text_equal(list->service[at], service))
            at++;
        if (service.size > 0 && at == list->services && at < SERVICES_MOST)
            list->service[list->services++] = service;
    }
}

enum err register_list_load(struct request *request, const char *path, enum entry_depth least,
                            struct register_list *list)
{
    const struct register_type *type = type_of(request);
    const struct entry_asker asker = register_asker(request);

    *list = (struct register_list){ .type = type,
                                    .may_edit = actor_may(&request->actor, type->may_edit) };
    list->columns = register_columns(type, list->column);
    enum err err = read_filter(request, type, &list->filter);
    list->url = list_url(request, path, &list->filter);
    if (err == OK)
        err = entry_list(request->tx, request->arena, type, &asker,
                         least == ENTRY_WHOLE ? least : depth_needed(list), &list->found,
                         request->trouble);
    if (err != OK)
        return err;
    list->all = list->found.count;
    note_services(list);
    entries_select(type, &list->filter, &list->found);
    return find_place(request, list);
}

enum err register_list_show(struct request *request)
{
    struct register_list *list = arena_take(request->arena, 1, sizeof *list);
    enum err err = register_list_load(request, request->action->route, ENTRY_SHORT, list);

    if (err == OK)
        err = saved_views_load(request->tx, request->arena, &request->actor,
                               text_of(list->type->one), &list->views, request->trouble);
    return err != OK ? err : register_list_page(request, list);
}

enum err register_list_csv_show(struct request *request)
{
    struct register_list *list = arena_take(request->arena, 1, sizeof *list);
    const enum err err = register_list_load(request, request->action->route, ENTRY_SHORT, list);

    return err != OK ? err : register_list_csv(request, list);
}

enum err register_list_json_show(struct request *request)
{
    struct register_list *list = arena_take(request->arena, 1, sizeof *list);
    const enum err err = register_list_load(request, request->action->route, ENTRY_SHORT, list);

    return err != OK ? err : register_list_json(request, list, acting_code(request));
}

static enum err show_book(struct request *request, bool ods)
{
    struct register_list *list = arena_take(request->arena, 1, sizeof *list);
    const enum err err = register_list_load(request, request->action->route, ENTRY_SHORT, list);

    return err != OK ? err : register_list_book(request, list, acting_code(request), ods);
}

enum err register_list_xlsx_show(struct request *request)
{
    return show_book(request, false);
}

enum err register_list_ods_show(struct request *request)
{
    return show_book(request, true);
}

enum err register_list_atom_show(struct request *request)
{
    const char *path = arena_print(request->arena, "/%s", type_of(request)->many);
    struct register_list *list = arena_take(request->arena, 1, sizeof *list);
    struct store_identity identity;
    enum err err = register_list_load(request, path, ENTRY_WHOLE, list);

    if (err == OK)
        err = store_identity_read(request->tx, request->arena, &identity, request->trouble);
    return err != OK ? err : register_list_atom(request, list, identity.store);
}

/* --- one entry --- */

enum err register_entry_load(struct request *request, bool editable, struct entry *entry)
{
    const struct register_type *type = type_of(request);
    const struct entry_asker asker = register_asker(request);
    const enum err err = entry_load(request->tx, request->arena, type, &asker,
                                    request_word(request, type->one), entry, request->trouble);

    return err == OK && editable && !entry_is_editable(entry, request->actor.acting) ? ERR_MISSING
                                                                                     : err;
}

struct register_deed register_deed_of(struct request *request, const char *event)
{
    return (struct register_deed){
        .happening = &request->happening,
        .arena = request->arena,
        .council = request->actor.acting,
        .login = text_of(request->actor.login),
        .action = arena_print(request->arena, "%s.%s", type_of(request)->one, event),
        .why = request_field(request, "why"),
    };
}

/* The field by which entries of this type name entries of that one; -1: there is none. */
static int naming_field(const struct register_type *type, const struct register_type *named)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].kind == FIELD_ENTRY && type->fields[i].of == named)
            return (int)i;
    return -1;
}

static enum err add_link(struct request *request, struct entry_page *page,
                         const struct register_type *type, int field)
{
    struct entry_links link = {
        .type = type,
        .field = type->fields[field].name,
        .may_add = actor_may(&request->actor, type->may_edit),
    };
    const struct entry_asker asker = { request->actor.acting, &request->actor, type->may_see };
    struct register_filter filter = { .count = 1, .asked = { page->entry.reference } };

    if (!register_column_find(type, text_of(link.field), &filter.by[0]) ||
        !register_column_find(type, text_of(type->one), &filter.order))
        return ERR_BUG;
    const enum err err = entry_list(request->tx, request->arena, type, &asker, ENTRY_SHORT,
                                    &link.found, request->trouble);
    if (err != OK)
        return err;
    entries_select(type, &filter, &link.found);
    page->link = arena_grow(request->arena, page->link, page->links, page->links + 1,
                            sizeof *page->link);
    page->link[page->links++] = link;
    return OK;
}

/* Of every register whose entries may name this one, and that the actor may see. */
static enum err gather_links(struct request *request, struct entry_page *page)
{
    const struct register_type *last = NULL;
    const struct action *action;
    size_t feature = 0, row = 0;
    enum err err = OK;

    while (err == OK &&
           (action = action_next(request->site->features, &feature, &row)) != NULL) {
        const struct register_type *type = action->of;
        if (type == NULL || type == last || !actor_may(&request->actor, type->may_see))
            continue;
        last = type;
        if (naming_field(type, page->type) >= 0)
            err = add_link(request, page, type, naming_field(type, page->type));
    }
    return err;
}

enum err register_entry_answer(struct request *request, struct entry_page *page, int status)
{
    const struct register_type *type = type_of(request);
    const bool edits = actor_may_of(&request->actor, type->may_edit,
                                    entry_service(type, &page->entry));
    enum err err = entry_file_load(request->tx, request->arena, type, request->actor.acting,
                                   &page->entry, &page->file, request->trouble);

    page->type = type;
    const struct evidence_subject subject = entry_subject(type, &page->entry);
    if (err == OK)
        err = evidence_links(request->tx, request->arena, request->actor.acting, &subject,
                             &page->attached, request->trouble);
    if (err == OK)
        err = gather_links(request, page);
    if (err == OK && type->gather != NULL)
        err = type->gather(request, page);
    if (err != OK)
        return err;
    page->council = page_council(request, page->entry.council);
    page->may_edit = edits && entry_is_editable(&page->entry, request->actor.acting);
    for (size_t i = 0; i < type->field_count; i++)
        page->may_write |= page->may_edit && is_writable(request, &page->entry, i);
    page->may_share = edits && page->entry.council == request->actor.acting;
    page->may_comment = edits;
    return register_entry_page(request, page, status);
}

enum err register_entry_show(struct request *request)
{
    struct entry_page page = { .refused = NULL };
    const enum err err = register_entry_load(request, false, &page.entry);

    return err != OK ? err : register_entry_answer(request, &page, 200);
}

static enum err refuse(struct request *request, struct entry_page *page, const char *words)
{
    page->refused = words;
    page->event = request_field(request, "event");
    page->why = request_field(request, "why");
    page->words = request_field(request, "words");
    return register_entry_answer(request, page, 422);
}

enum err register_entry_redirect(struct request *request, const struct entry *entry)
{
    return answer_redirect(request, url_segment(request->arena,
                                                register_url(type_of(request), request->arena),
                                                entry->reference));
}

/* --- the form --- */

void register_fields_read(struct request *request, struct entry *entry)
{
    const struct register_type *type = type_of(request);
    const struct entry was = *entry;    /* what may be written is not changed by what is */

    for (size_t i = 0; i < type->field_count; i++) {
        const struct field_form *form = &type->fields[i];
        const struct text typed = request_field(request, form->name);
        if (!is_writable(request, &was, i))
            continue;
        entry->field[i] = field_kept(request->arena, form, typed);
        /* A program says true and false. */
        if (form->kind == FIELD_FLAG && request->api)
            entry->field[i] = text_of(text_is(typed, "true") || text_is(typed, "yes") ? "yes"
                                                                                      : "");
    }
}

bool register_form_read(struct request *request, const struct field_form form[], size_t count,
                        struct text value[], const char *wrong[])
{
    bool fit = true;

    for (size_t i = 0; i < count; i++) {
        value[i] = field_kept(request->arena, &form[i], request_field(request, form[i].name));
        wrong[i] = field_judge(&form[i], value[i]);
        fit = fit && wrong[i] == NULL;
    }
    return fit;
}

/* What is sent for a field that is not this actor's to write is refused, unless it is as it was. */
static void judge_unwritable(struct request *request, const struct entry *now,
                             const char *wrong[])
{
    const struct register_type *type = type_of(request);

    for (size_t i = 0; i < type->field_count; i++) {
        const struct text sent = request_field(request, type->fields[i].name);
        if (sent.size > 0 && !type->fields[i].fixed &&
            !is_writable(request, now, i) &&
            !text_equal(field_kept(request->arena, &type->fields[i], sent), now->field[i]))
            wrong[i] = "this is not yours to write.";
    }
}

/* One that the councils share, and that the role is for; what stands there may stay. */
static enum err judge_service(struct request *request, const struct entry *was,
                              const struct entry *now, const char **wrong)
{
    const struct register_type *type = type_of(request);
    const struct text named = entry_service(type, now);
    struct services services;

    if (*wrong != NULL || (was != NULL && text_equal(entry_service(type, was), named)))
        return OK;
    if (!actor_may_of(&request->actor, type->may_edit, named))
        *wrong = named.size == 0 ? "choose a service that your role is for."
                                 : "your role is not for this service.";
    if (*wrong != NULL || named.size == 0)
        return OK;
    const enum err err = services_read(request->tx, request->arena, request->actor.acting,
                                       day_of(request->happening.now), &services,
                                       request->trouble);
    if (err == OK && !service_is_among(&services, named))
        *wrong = "the councils share no service of that name.";
    return err;
}

enum err register_fields_judge(struct request *request, const struct entry *was,
                               const struct entry *now, const char *wrong[], bool *fit)
{
    const struct register_type *type = type_of(request);
    const struct entry_asker asker = register_asker(request);

    *fit = entry_judge(type, now, wrong);
    judge_unwritable(request, now, wrong);
    enum err err = entry_check(request->tx, request->arena, type, &asker, was, now, wrong,
                               request->trouble);
    for (size_t i = 0; i < type->field_count && err == OK; i++)
        if (type->fields[i].kind == FIELD_SERVICE)
            err = judge_service(request, was, now, &wrong[i]);
    for (size_t i = 0; i < type->field_count; i++)
        *fit = *fit && wrong[i] == NULL;
    return err;
}

/* The version that the form was made of; -1: it is none. */
static int64_t form_version(const struct request *request)
{
    const struct text version = request_field(request, "version");

    return version.size >= 1 && version.size <= 18 && text_digits(version, 0) == version.size
               ? route_number(version) : -1;
}

static void add_choice(struct entry_form *form, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(form->service[i], name) == 0)
            return;
    if (name[0] != '\0' && *count + 1 < COUNT(form->service))
        form->service[(*count)++] = name;
}

/* The form for who asks: which fields are in it, and which services can be chosen: those that the
 * role is for, and the one that stands there. */
static enum err answer_form(struct request *request, struct entry_form *form,
                            enum err (*show)(struct request *, const struct entry_form *, int),
                            int status)
{
    const struct register_type *type = form->type;
    const struct entry *entry = form->was != NULL ? form->was : &form->now;
    struct services services;
    size_t count = 0;
    const enum err err = services_read(request->tx, request->arena, request->actor.acting,
                                       day_of(request->happening.now), &services,
                                       request->trouble);

    if (err != OK)
        return err;
    for (size_t i = 0; i < type->field_count; i++)
        form->writable[i] = is_writable(request, entry, i);
    for (size_t i = 0; i < services.count; i++) {
        const struct text name = services.service[i].name;
        if (actor_may_of(&request->actor, type->may_edit, name))
            add_choice(form, &count, arena_copy(request->arena, name.data, name.size));
    }
    const struct text now = entry_service(type, entry);
    add_choice(form, &count, arena_copy(request->arena, now.data, now.size));
    form->all_services = actor_may_of(&request->actor, type->may_edit, text_of(""));
    if (!form->all_services && form->was == NULL && now.size == 0 && count == 1)
        entry_set_service(type, &form->now, text_of(form->service[0]));
    return show(request, form, status);
}

/* What may be known before the form is filled in: "/new-action?about=CLK-3". */
enum err register_new_show(struct request *request)
{
    struct entry_form form = { .type = type_of(request) };

    register_fields_read(request, &form.now);
    return answer_form(request, &form, register_form_page, 200);
}

enum err register_make(struct request *request)
{
    struct entry_form form = { .type = type_of(request) };
    const struct register_deed deed = register_deed_of(request, "make");
    bool fit;

    register_fields_read(request, &form.now);
    enum err err = register_fields_judge(request, NULL, &form.now, form.wrong, &fit);
    if (err != OK)
        return err;
    if (!fit)
        return answer_form(request, &form, register_form_page, 422);
    err = entry_add(request->tx, form.type, &deed, &form.now, request->trouble);
    return err != OK ? err : register_entry_redirect(request, &form.now);
}

enum err register_edit_show(struct request *request)
{
    struct entry was = { 0 };
    const enum err err = register_entry_load(request, true, &was);
    struct entry_form form = { .type = type_of(request), .was = &was, .now = was };

    if (err != OK)
        return err;
    if (form_goes_on(request)) {
        register_fields_read(request, &form.now);
        if (form_version(request) != was.version)
            return answer_form(request, &form, register_conflict_page, 200);
    }
    return answer_form(request, &form, register_form_page, 200);
}

enum err register_change_make(struct request *request)
{
    struct entry was = { 0 };
    const struct register_deed deed = register_deed_of(request, "edit");
    enum err err = register_entry_load(request, true, &was);
    struct entry_form form = { .type = type_of(request), .was = &was, .now = was };
    bool fit = false;

    if (err != OK)
        return err;
    if (deed.why.size > REGISTER_WHY_MOST)
        return fail(request->trouble, ERR_USAGE, "why: this is too long.");
    register_fields_read(request, &form.now);
    if ((err = register_fields_judge(request, &was, &form.now, form.wrong, &fit)) != OK)
        return err;
    if (form_version(request) != was.version)
        return answer_form(request, &form, register_conflict_page, 409);
    if (!fit)
        return answer_form(request, &form, register_form_page, 422);
    err = entry_save(request->tx, form.type, &deed, &was, &form.now, request->trouble);
    return err != OK ? err : register_entry_redirect(request, &was);
}

/* --- its life --- */

enum err register_change_begin(struct request *request, struct entry_page *page, bool *done)
{
    enum err err = register_entry_load(request, true, &page->entry);

    *done = err == OK && form_version(request) != page->entry.version;
    if (*done) {
        page->refused = "It was changed meanwhile; here is what it is now. Nothing of yours was "
                        "saved.";
        page->why = request_field(request, "why");
        err = register_entry_answer(request, page, 409);
    }
    return err;
}

enum err register_state_keep(struct request *request, const struct entry *was, struct entry *now,
                             const char **refused)
{
    const struct register_type *type = type_of(request);
    const struct text event = request_field(request, "event");
    const struct entry_turn turn = register_turn(request);
    const char *what = arena_copy(request->arena, event.data, event.size);
    struct register_deed deed = register_deed_of(request, what);

    *now = *was;
    *refused = entry_bar(type, was, what, &turn);
    if (*refused == NULL)
        *refused = entry_step(type, was, event, deed.why, &now->state);
    if (*refused != NULL)
        return OK;
    if (type->moves != NULL)
        type->moves(request->arena, now, what, &turn);
    return entry_save(request->tx, type, &deed, was, now, request->trouble);
}

enum err register_state_make(struct request *request)
{
    struct entry_page page = { .refused = NULL };
    const char *refused;
    struct entry now;
    bool done;
    enum err err = register_change_begin(request, &page, &done);

    if (err != OK || done)
        return err;
    err = register_state_keep(request, &page.entry, &now, &refused);
    if (err != OK)
        return err;
    return refused != NULL ? refuse(request, &page, refused)
                           : register_entry_redirect(request, &now);
}

enum err register_sharing_keep(struct request *request, const struct entry *was,
                               struct entry *now, const char **refused)
{
    const struct register_type *type = type_of(request);
    const struct register_deed deed = register_deed_of(request, "share");

    *now = *was;
    *refused = sharing_parse(request_field(request, "sharing"), &now->sharing)
                   ? NULL : "Choose who sees it.";
    if (*refused == NULL && type->refuses != NULL)
        *refused = type->refuses(now, "share");
    return *refused != NULL ? OK
                            : entry_save(request->tx, type, &deed, was, now, request->trouble);
}

enum err register_sharing_make(struct request *request)
{
    struct entry_page page = { .refused = NULL };
    const char *refused;
    struct entry now;
    bool done;
    enum err err = register_change_begin(request, &page, &done);

    if (err != OK || done)
        return err;
    err = register_sharing_keep(request, &page.entry, &now, &refused);
    if (err != OK)
        return err;
    return refused != NULL ? refuse(request, &page, refused)
                           : register_entry_redirect(request, &now);
}

enum err register_comment_make(struct request *request)
{
    static const struct field_form form = { .name = "words", .kind = FIELD_TEXT, .required = true,
                                            .most = REGISTER_COMMENT_MOST };
    struct entry_page page = { .refused = NULL };
    const struct register_deed deed = register_deed_of(request, "comment");
    struct text words;
    const char *wrong;
    enum err err = register_entry_load(request, false, &page.entry);

    if (err != OK)
        return err;
    if (!register_form_read(request, &form, 1, &words, &wrong))
        return refuse(request, &page, "A comment has 1 to 4,000 bytes.");
    err = entry_comment_add(request->tx, type_of(request), &deed, &page.entry, words,
                            request->trouble);
    return err != OK ? err : register_entry_redirect(request, &page.entry);
}
