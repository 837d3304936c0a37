/* register/register_list_view.c -- the list of a register as a page. */
#include "register/import_view.h"
#include "register/register_view.h"

/* --- the filter --- */

static void search_box(struct html *h, const char *name, const char *label, struct text value)
{
    const struct field field = { name, label, NULL, "search", "off", value, NULL };

    page_field(h, &field);
}

static bool is_service(const struct register_list *list, const struct register_column *by)
{
    return by->source == SOURCE_FIELD && list->type->fields[by->place].kind == FIELD_SERVICE;
}

/* The services of what there is; what was asked for stands there in any case. */
static void service_box(struct request *request, struct html *h, const struct register_list *list,
                        const struct register_column *by, struct text asked)
{
    const char *choices[SERVICES_MOST + 2] = { NULL };
    size_t count = 0;
    bool there = asked.size == 0;

    for (size_t i = 0; i < list->services; i++) {
        choices[count++] = arena_copy(request->arena, list->service[i].data,
                                      list->service[i].size);
        there |= text_equal(list->service[i], asked);
    }
    if (!there)
        choices[count++] = arena_copy(request->arena, asked.data, asked.size);
    if (count > 0)
        choice_box(request, h, by->name, by->label, "Any", choices, asked);
}

/* A link to what it makes is a view that can be kept and sent. */
static void filter_form(struct request *request, struct html *h, const struct register_list *list)
{
    const struct register_filter *filter = &list->filter;

    Filter(request, h, register_url(list->type, request->arena)) {
        search_box(h, "q", "Words", filter->words);
        for (size_t i = 0; i < filter->count; i++) {
            const struct register_column *by = &filter->by[i];
            if (is_service(list, by))
                service_box(request, h, list, by, filter->asked[i]);
            else if (by->choices != NULL)
                choice_box(request, h, by->name, by->label, "Any", by->choices,
                           filter->asked[i]);
            else
                search_box(h, by->name, by->label, filter->asked[i]);
        }
        hidden_field(h, "sort", text_of(filter->order.name));
        hidden_field(h, "down", text_of(filter->down ? "yes" : ""));
    }
}

static struct url with_asked(struct request *request, struct url url, const char *name,
                             struct text asked)
{
    return asked.size == 0 ? url : url_argument(request->arena, url, name, asked);
}

/* The list as it is narrowed down, in no order yet. */
static struct url narrowed(struct request *request, const struct register_list *list)
{
    const struct register_filter *filter = &list->filter;
    struct url url = register_url(list->type, request->arena);

    url = with_asked(request, url, "q", filter->words);
    for (size_t i = 0; i < filter->count; i++)
        url = with_asked(request, url, filter->by[i].name, filter->asked[i]);
    return url;
}

/* By this column; by the one it has already, the other way round. */
static struct url sorted_by(struct request *request, const struct register_filter *filter,
                            struct url narrowed, const struct register_column *column)
{
    const bool same = strcmp(column->name, filter->order.name) == 0;
    const struct url url = UrlArg(request->arena, narrowed, "sort", text_of(column->name));

    return with_asked(request, url, "down", text_of(same && !filter->down ? "yes" : ""));
}

/* --- views that are kept --- */

void saved_view_link(struct request *request, struct html *h, const struct register_type *type,
                     const struct saved_view *view)
{
    const struct url url = { text_of(arena_print(request->arena, "/%s?%.*s", type->many,
                                                 TEXT(view->query))) };

    El(h, "a") {
        Href(h, "href", url);
        html_text(h, view->name);
    }
    if (!view->own) {
        Lit(h, ", shared by ");
        html_text(h, view->made_by);
    } else if (view->shared) {
        Lit(h, ", shared");
    }
}

static void list_views(struct request *request, struct html *h, const struct register_list *list)
{
    if (list->views.count == 0)
        return;
    El(h, "h2") page_say(request, h, WORD_VIEWS);
    El(h, "ul") for (size_t i = 0; i < list->views.count; i++)
        El(h, "li") saved_view_link(request, h, list->type, &list->views.view[i]);
}

static void own_view(struct request *request, struct html *h, const struct register_list *list,
                     const struct saved_view *view)
{
    const struct url url = url_id(request->arena, Url("/views"), view->id);

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            saved_view_link(request, h, list->type, view);
        }
        El(h, "td") Form(request, h, url_segment(request->arena, url, text_of("end"))) {
            hidden_field(h, "view_of", view->of);
            page_button_say(request, h, WORD_VIEW_END);
        }
    }
}

static void own_views(struct request *request, struct html *h, const struct register_list *list)
{
    static const struct column columns[] = { { "View", COLUMN_WORDS },
                                             { "Take away", COLUMN_WORDS } };
    const struct saved_views *views = &list->views;
    size_t own = 0;

    for (size_t i = 0; i < views->count; i++)
        own += views->view[i].own ? 1 : 0;
    if (own == 0)
        return;
    Table(h, "Views that you keep here", columns)
        for (size_t i = 0; i < views->count; i++)
            if (views->view[i].own)
                own_view(request, h, list, &views->view[i]);
}

static void view_form(struct request *request, struct html *h, const struct register_list *list)
{
    const struct register_filter *filter = &list->filter;
    const struct field name = { .name = "view_name", .label = "Name", .type = "text",
                                .autocomplete = "off",
                                .hint = "A view of yours with the same name is replaced." };

    El(h, "h2") page_say(request, h, WORD_VIEW_KEEP);
    Form(request, h, Url("/views")) {
        hidden_field(h, "view_of", text_of(list->type->one));
        hidden_field(h, "q", filter->words);
        for (size_t i = 0; i < filter->count; i++)
            hidden_field(h, filter->by[i].name, filter->asked[i]);
        hidden_field(h, "sort", text_of(filter->order.name));
        hidden_field(h, "down", text_of(filter->down ? "yes" : ""));
        page_field(h, &name);
        page_tick(h, "view_shared", "Everybody of my council who sees this list finds it", false);
        page_button_say(request, h, WORD_VIEW_KEEP_IT);
    }
}

/* --- the table --- */

/* What is the same in every row. */
struct rows {
    const struct register_list *list;
    struct url                  url;                            /* of the register */
    bool                        number[REGISTER_COLUMNS_MAX];   /* as the first entry has them */
};

static struct rows rows_of(struct request *request, const struct register_list *list)
{
    struct rows rows = { .list = list, .url = register_url(list->type, request->arena) };

    for (size_t i = 0; i < list->columns; i++) {
        const enum register_cell_kind kind = entry_cell(list->type, &list->found.entry[0],
                                                        &list->column[i]).kind;
        rows.number[i] = kind == CELL_IS_NUMBER || kind == CELL_IS_MONEY;
    }
    return rows;
}

static void list_head(struct request *request, struct html *h, const struct rows *rows)
{
    const struct register_list *list = rows->list;
    const struct url url = narrowed(request, list);

    El(h, "thead") El(h, "tr") for (size_t i = 0; i < list->columns; i++)
        El(h, "th") {
            LitAttr(h, "scope", "col");
            if (rows->number[i])
                LitAttr(h, "class", "number");
            if (strcmp(list->column[i].name, list->filter.order.name) == 0)
                Attr(h, "aria-sort", text_of(list->filter.down ? "descending" : "ascending"));
            link_to(h, sorted_by(request, &list->filter, url, &list->column[i]),
                    list->column[i].label);
        }
}

static void list_row(struct request *request, struct html *h, const struct rows *rows,
                     const struct entry *entry)
{
    const struct register_list *list = rows->list;

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            entry_link(request, h, rows->url, entry->reference);
        }
        for (size_t i = 1; i < list->columns; i++)
            cell_put(request, h, list->type, &list->column[i], rows->number[i], entry);
    }
}

static void list_table(struct request *request, struct html *h, const struct register_list *list)
{
    const struct text caption = word_shown(request->arena, text_of(list->type->many));
    const struct rows rows = rows_of(request, list);

    El(h, "section") {
        LitAttr(h, "class", "scroll");
        LitAttr(h, "tabindex", "0");
        Attr(h, "aria-label", caption);
        El(h, "table") {
            El(h, "caption") html_text(h, caption);
            list_head(request, h, &rows);
            El(h, "tbody") for (size_t i = list->begin; i < list->end; i++)
                list_row(request, h, &rows, &list->found.entry[i]);
        }
    }
}

/* --- around it --- */

static void list_counts(struct request *request, struct html *h, const struct register_list *list)
{
    El(h, "p") {
        LitAttr(h, "role", "status");
        html_int(h, (int64_t)list->found.count);
        Lit(h, " of ");
        html_int(h, (int64_t)list->all);
        Lit(h, " ");
        html_text(h, text_of(list->type->many));
        if (list->end - list->begin < list->found.count) {
            Lit(h, ", here ");
            html_int(h, (int64_t)list->begin + 1);
            Lit(h, " to ");
            html_int(h, (int64_t)list->end);
        }
        Lit(h, ". ");
        if (list->found.count < list->all)
            link_say(request, h, register_url(list->type, request->arena), WORD_SEARCH_MORE);
    }
}

/* The same question to another address. */
static struct url file_url(struct request *request, const struct register_type *type,
                           const char *ending)
{
    const struct text query = request->http->query;
    const struct text part[] = { text_of("/"), text_of(type->many), text_of("."), text_of(ending),
                                 text_of(query.size > 0 ? "?" : ""), query };
    size_t size = 0;

    for (size_t i = 0; i < COUNT(part); i++)
        size += part[i].size;
    char *bytes = arena_take_bytes(request->arena, size), *at = bytes;
    for (size_t i = 0; i < COUNT(part); i++) {
        memcpy(at, part[i].data, part[i].size);
        at += part[i].size;
    }
    return (struct url){ { bytes, size } };
}

static void file_link(struct request *request, struct html *h, const struct register_list *list,
                      const char *ending, const char *words)
{
    El(h, "li") link_to(h, file_url(request, list->type, ending), words);
}

static void list_ways(struct request *request, struct html *h, const struct register_list *list)
{
    El(h, "div") {
        LitAttr(h, "class", "pages");
        if (list->begin > 0)
            El(h, "p") link_say(request, h, list->url, WORD_FIRST_OF_LIST);
        if (list->end < list->found.count)
            El(h, "p") link_say(request, h,
                                UrlArg(request->arena, list->url, "after",
                                       list->found.entry[list->end - 1].reference),
                                WORD_NEXT_OF_LIST);
    }
    El(h, "h2") page_say(request, h, WORD_AS_FILE);
    El(h, "p") page_say(request, h, WORD_AS_FILE_ALL);
    El(h, "ul") {
        file_link(request, h, list, "csv", "CSV");
        file_link(request, h, list, "xlsx", "Excel (XLSX)");
        file_link(request, h, list, "ods", "OpenDocument (ODS)");
        file_link(request, h, list, "json", "JSON");
        file_link(request, h, list, "atom", "Feed (Atom): the last hundred that were changed");
    }
}

static void ways_in(struct request *request, struct html *h, const struct register_type *type)
{
    El(h, "p") link_to(h, (struct url){ text_of(arena_print(request->arena, "/new-%s",
                                                            type->one)) },
                       arena_print(request->arena, "Record %s", type->a));
    if (actor_may_of(&request->actor, type->may_edit, text_of("")))
        El(h, "p") link_say(request, h, import_url(request, type, 0, "new"), WORD_IMPORT_WAY_IN);
}

enum err register_list_page(struct request *request, const struct register_list *list)
{
    const struct register_type *type = list->type;
    const struct text title = word_shown(request->arena, text_of(type->many));

    request->feed = file_url(request, type, "atom");
    struct html *h = page_begin(request, title.data);
    if (list->may_edit)
        ways_in(request, h, type);
    if (list->all == 0) {
        page_empty(h, arena_print(request->arena, "No %s is recorded yet, and none is shared "
                                  "with you", type->one), type->about);
        return page_end(request, h, 200);
    }
    list_views(request, h, list);
    filter_form(request, h, list);
    list_counts(request, h, list);
    if (list->found.count > 0) {
        list_table(request, h, list);
        list_ways(request, h, list);
        if (type->below_list != NULL)
            type->below_list(request, h, &list->found);
    }
    view_form(request, h, list);
    own_views(request, h, list);
    return page_end(request, h, 200);
}
