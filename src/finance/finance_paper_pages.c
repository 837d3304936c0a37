/*
 * finance/finance_paper_pages.c -- the documents of a month: their list, and each in its forms.
 *
 * They are made outside of any transaction; what they are made of is read in one.
 */
#include "finance/finance_paper_pages.h"

#include "finance/finance_pages.h"
#include "finance/finance_paper_desk.h"
#include "register/register_field_view.h"
#include "web/document_view.h"

/* --- what both have --- */

struct making {
    struct request          *request;
    struct paper_desk        desk;
    const struct paper_form *form;      /* NULL: the list */
    struct document         *document;  /* of HTML; */
    struct text              bytes;     /* else these */
};

/* Of a page it stands in the address; a call has it in its query. */
static struct text asked(const struct request *request, const char *name)
{
    return request->api ? request_field(request, name) : request_word(request, name);
}

static enum err load(struct tx *tx, void *context, struct trouble *trouble)
{
    struct making *making = context;
    struct request *request = making->request;
    const struct text year = asked(request, "year");
    const int index = month_index(asked(request, "period"));
    struct councils councils;
    enum err err = councils_read(tx, request->arena, &councils, trouble);

    if (index < 0)
        return ERR_MISSING;
    paper_desk_close(&making->desk);        /* the transaction is tried again */
    for (size_t i = 0; i < councils.count && err == OK; i++)
        if (councils.council[i].id == request->actor.acting)
            return paper_desk_load(tx, request->arena, &councils.council[i], year, index,
                                   &making->desk, trouble);
    return err == OK ? ERR_MISSING : err;
}

static enum err make(struct making *making)
{
    struct request *request = making->request;
    const struct paper_desk *desk = &making->desk;
    const struct paper_form *form = making->form;

    if (!desk->there[form->kind])
        return ERR_MISSING;
    const struct paper_case *paper = paper_desk_case(desk, form->kind);
    if (strcmp(form->ending, "html") == 0 && !request->api)
        return paper_document(paper, desk->partner, form->kind, &making->document,
                              request->trouble);
    return paper_write(paper, desk->partner, form, &making->bytes, request->trouble);
}

static enum err prepare(struct making *making)
{
    struct request *request = making->request;
    const struct db_scope scope = { request->actor.acting, request->arena };
    enum err err;

    ARENA_KEEP(outer, request->arena);
    if (ARENA_GUARD(request->arena))        /* GMP's numbers are not in the arena */
        return fail(request->trouble, ERR_IO, "out of memory");
    err = db_read(request->site->db, scope, load, making, request->trouble);
    return err == OK ? make(making) : err;
}

/* A layout without an account is said as it is: 409 and the line to add. */
enum err paper_prepare(struct request *request)
{
    struct making *making = arena_take(request->arena, 1, sizeof *making);

    making->request = request;
    making->form = paper_form_of(request_word(request, "paper"));
    request->work = making;
    if (making->form == NULL)
        return ERR_MISSING;
    const enum err err = prepare(making);
    paper_desk_close(&making->desk);
    return err == ERR_REFUSED ? ERR_CONFLICT : err;
}

static enum err load_list(struct making *making)
{
    struct request *request = making->request;
    enum err err;

    ARENA_KEEP(outer, request->arena);
    if (ARENA_GUARD(request->arena))
        return fail(request->trouble, ERR_IO, "out of memory");
    err = load(request->tx, making, request->trouble);
    return err;
}

static struct making *list_of(struct request *request, enum err *err)
{
    struct making *making = arena_take(request->arena, 1, sizeof *making);

    making->request = request;
    *err = load_list(making);
    paper_desk_close(&making->desk);
    return making;
}

/* --- the list --- */

static struct url papers_url(struct request *request)
{
    const struct url year = url_segment(request->arena, Url("/money"),
                                        request_word(request, "year"));

    return url_segment(request->arena, url_segment(request->arena, year,
                                                   request_word(request, "period")),
                       text_of("documents"));
}

static void forms_of(struct request *request, struct html *h, enum paper_kind kind)
{
    bool first = true;

    for (const struct paper_form *form = paper_forms; form->ending != NULL; form++) {
        if (form->kind != kind)
            continue;
        if (!first)
            Lit(h, ", ");
        first = false;
        El(h, "a") {
            Href(h, "href", url_segment(request->arena, papers_url(request),
                                        text_of(paper_form_name(request->arena, form))));
            Attr(h, "aria-label", text_of(arena_print(request->arena, "%s: %s",
                                                      paper_title[kind].title, form->title)));
            html_text(h, text_of(form->title));
        }
    }
}

static const char *why_not(enum paper_kind kind)
{
    return kind == PAPER_TRUE_UP
               ? "When something was paid on account, or the budget was worked out up to here"
               : "When the budget of the whole year was worked out";
}

static void papers_table(struct request *request, struct html *h, const struct paper_desk *desk)
{
    static const struct column columns[] = {
        { "Document", COLUMN_WORDS }, { "What it says", COLUMN_WORDS }, { "As", COLUMN_WORDS },
    };

    Table(h, arena_print(request->arena, "Documents of %s for %.*s",
                         period_title(request->arena, desk->year, desk->index),
                         TEXT(page_council(request, request->actor.acting))), columns)
        for (int kind = 0; kind < PAPERS; kind++)
            El(h, "tr") {
                page_row_head(h, text_of(paper_title[kind].title));
                page_cell(h, text_of(paper_title[kind].purpose));
                El(h, "td") {
                    if (desk->there[kind])
                        forms_of(request, h, (enum paper_kind)kind);
                    else
                        html_text(h, text_of(why_not((enum paper_kind)kind)));
                }
            }
}

static void standing(struct request *request, struct html *h, const struct paper_desk *desk)
{
    El(h, "p") {
        page_tag(h, desk->state == PERIOD_LOCKED ? TAG_GOOD : TAG_WARNING,
                 desk->state == PERIOD_LOCKED ? "Locked" : "Drafts: not locked yet");
    }
    El(h, "p") {
        Lit(h, "They are made of ");
        El(h, "a") {
            Href(h, "href", url_id(request->arena, Url("/money/runs"), desk->run.id));
            html_text(h, text_of(arena_print(request->arena, "run %lld",
                                             (long long)desk->run.id)));
        }
        Lit(h, ", the last that closed up to this period. Journals have the layout that your "
            "council keeps under ");
        El(h, "a") {
            Href(h, "href", Url("/money/layouts"));
            Lit(h, "Layouts of journals");
        }
        Lit(h, ".");
    }
}

/* Not in the documents, which stay as they are while queries come and go. */
static void in_dispute(struct request *request, struct html *h, const struct paper_desk *desk)
{
    if (desk->queries.open == 0)
        return;
    El(h, "p") {
        html_text(h, text_of(arena_print(
            request->arena, "%lld quer%s about this month %s not settled. In dispute: ",
            (long long)desk->queries.open, desk->queries.open == 1 ? "y" : "ies",
            desk->queries.open == 1 ? "is" : "are")));
        page_pounds(h, desk->queries.disputed);
        Lit(h, ". The rest is payable when it falls due.");
    }
}

static void tabs_of(struct request *request, struct html *h, const struct paper_desk *desk)
{
    const struct period_place place = { desk->year, desk->index };

    month_tabs(request, h, &place, TAB_PAPERS);
}

enum err papers_show(struct request *request)
{
    enum err err;
    const struct making *making = list_of(request, &err);
    const struct paper_desk *desk = &making->desk;

    if (err != OK)
        return err;
    struct html *h = page_begin(request, arena_print(
        request->arena, "Documents of %s, %s",
        period_title(request->arena, desk->year, desk->index), month_name(desk->index)));
    tabs_of(request, h, desk);
    if (desk->run.id == 0) {
        page_empty(h, "There are no documents yet.",
                   "They are made of a run: have it worked out what each council pays.");
        El(h, "p") link_to(h, month_part_url(request->arena, &(struct period_place){
            desk->year, desk->index }, "settlement"),
                           "What each council pays");
    } else {
        standing(request, h, desk);
        in_dispute(request, h, desk);
        papers_table(request, h, desk);
    }
    return page_end(request, h, 200);
}

/* --- one of them --- */

enum err paper_show(struct request *request)
{
    const struct making *making = request->work;
    const struct paper_form *form = making->form;

    if (making->document == NULL) {
        answer_saved_as(request, arena_print(
            request->arena, "%s-%.*s-%.*s.%s", paper_title[form->kind].name,
            TEXT(request_word(request, "year")), TEXT(request_word(request, "period")),
            form->ending));
        return answer_bytes(request, 200, form->type, making->bytes);
    }
    struct html *h = page_begin(request, arena_print(request->arena, "%.*s",
                                                     TEXT(making->document->title)));
    tabs_of(request, h, &making->desk);
    El(h, "p") {
        Lit(h, "This document as: ");
        forms_of(request, h, form->kind);
    }
    document_show(h, making->document);
    return page_end(request, h, 200);
}

/* --- for programs --- */

static const struct api_field paper_given[] = {
    { .name = "name", .type = API_LINE, .required = true, .brief = true,
      .help = "As the file's address has it" },
    { .name = "title", .type = API_LINE, .required = true, .brief = true,
      .help = "What document it is" },
    { .name = "form", .type = API_LINE, .required = true, .brief = true,
      .help = "The form of the file" },
    { .name = "type", .type = API_LINE, .required = true, .help = "Its media type" },
    { .name = "purpose", .type = API_LINE, .required = true, .help = "What it says" },
    { .name = "run", .type = API_NUMBER, .required = true,
      .help = "The run that it is made of" },
    { .name = "draft", .type = API_FLAG, .required = true, .brief = true,
      .help = "The period is not locked yet" },
    { 0 },
};

static const struct api_field paper_taken[] = {
    { .name = "year", .type = API_LINE, .required = true, .most = 7,
      .help = "The financial year, such as 2014-15" },
    { .name = "period", .type = API_LINE, .required = true, .most = 3,
      .help = "The period of it, P01 to P13" },
    { 0 },
};

const struct api_call paper_list_call = { .answer = API_LIST, .takes = paper_taken,
                                          .gives = paper_given };
const struct api_call paper_file_call = { .answer = API_FILE, .takes = paper_taken,
                                          .type = FILE_TYPE };

static void put_word(struct json *json, const char *key, const char *word)
{
    json_word(json, key, word);
}

static void put_paper(struct request *request, struct json *json, const struct paper_desk *desk,
                      const struct paper_form *form)
{
    json_object(json);
    put_word(json, "name", paper_form_name(request->arena, form));
    put_word(json, "title", paper_title[form->kind].title);
    put_word(json, "form", form->title);
    put_word(json, "type", form->type);
    put_word(json, "purpose", paper_title[form->kind].purpose);
    json_key(json, "run");
    json_integer(json, form->kind == PAPER_INSTALMENTS ? desk->plan.id : desk->run.id);
    json_key(json, "draft");
    json_bool(json, desk->state != PERIOD_LOCKED);
    json_object_end(json);
}

enum err api_papers_show(struct request *request)
{
    struct answer_json out;
    enum err err;
    const struct making *making = list_of(request, &err);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (const struct paper_form *form = paper_forms; form->ending != NULL; form++)
        if (making->desk.there[form->kind])
            put_paper(request, &out.json, &making->desk, form);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

enum err api_paper_show(struct request *request)
{
    const struct making *making = request->work;

    return answer_bytes(request, 200, making->form->type, making->bytes);
}
