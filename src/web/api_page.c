#include "web/api_page.h"

#include <assert.h>

#include "web/api_problem.h"
#include "web/openapi.h"
#include "web/page_frame.h"

enum err api_document_show(struct request *request)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    openapi_write(&out.json, request->arena, request->site->features);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- examples --- */

static const char *origin_of(const struct request *request)
{
    const struct text host = http_header(request->http, "host");

    return request->site->origin != NULL ? request->site->origin
                                         : arena_print(request->arena, "http://%.*s", TEXT(host));
}

static const char *example_path(struct arena *arena, const struct action *action)
{
    struct text rest = text_of(action->route), name;
    enum route_type type;
    const char *path = api_path(arena, action);

    while (route_next(&rest, &name, &type)) {
        const char *brace = strchr(path, '{');

        assert(brace != NULL);      /* there is one for each name of the route */
        path = arena_print(arena, "%.*s%s%s", (int)(brace - path), path,
                           api_route_example(name, type), strchr(brace, '}') + 1);
    }
    return path;
}

static const char *example_value(struct arena *arena, const struct api_field *field)
{
    if (field->example != NULL)
        return field->example;
    switch (field->type) {
    case API_NUMBER:
        return arena_print(arena, "%lld", (long long)(field->least > 0 ? field->least : 1));
    case API_FLAG: return "true";
    case API_DAY: return "2030-04-01";
    case API_CHOICE: return field->choices[0];
    default: return arena_print(arena, "A %s", field->name);
    }
}

/* What must be sent, and what has an example of its own. */
static const char *example_body(struct arena *arena, const struct api_call *call)
{
    const char *body = "";

    for (const struct api_field *at = call->takes; at != NULL && at->name != NULL; at++) {
        const char *mark = at->type == API_NUMBER || at->type == API_FLAG ? "" : "\"";
        if (at->required || at->example != NULL)
            body = arena_print(arena, "%s%s\"%s\": %s%s%s", body, body[0] == '\0' ? "" : ", ",
                               at->name, mark, example_value(arena, at), mark);
    }
    return arena_print(arena, "{%s}", body);
}

static const char *example_query(struct arena *arena, const struct api_call *call)
{
    struct url url = { { "", 0 } };

    for (const struct api_field *at = call->takes; at != NULL && at->name != NULL; at++)
        if (at->required)
            url = url_argument(arena, url, at->name, text_of(example_value(arena, at)));
    return arena_copy(arena, url.text.data, url.text.size);
}

static const char *example(struct request *request, const struct action *action,
                           const struct api_call *call)
{
    static const char *const method[] = { "", "", "", " -X PUT", " -X DELETE" };
    struct arena *arena = request->arena;
    const char *line = arena_print(arena, "curl -H @token%s%s", method[action->method],
                                   api_needs_match(action, call) ? " -H 'If-Match: \"1\"'" : "");

    if (api_changes(action) && api_takes_query(action))
        line = arena_print(arena, "%s -H 'Content-Type: " FILE_TYPE "' \\\n    "
                           "--data-binary @FILE", line);
    else if (api_changes(action))
        line = arena_print(arena, "%s \\\n    --json '%s'", line, example_body(arena, call));
    return arena_print(arena, "%s \\\n    '%s%s%s'", line, origin_of(request),
                       example_path(arena, action),
                       api_takes_query(action) ? example_query(arena, call) : "");
}

static void shell(struct html *h, const char *lines)
{
    El(h, "pre") {
        LitAttr(h, "class", "shell");
        LitAttr(h, "tabindex", "0");
        El(h, "code") html_text(h, text_of(lines));
    }
}

/* --- one call --- */

static const char *type_shown(struct arena *arena, const struct api_field *field)
{
    const char *list = "";

    for (size_t i = 0; field->choices != NULL && field->choices[i] != NULL; i++)
        list = arena_print(arena, "%s%s%s", list, i == 0 ? "" : ", ", field->choices[i]);
    switch (field->type) {
    case API_CHOICE: return arena_print(arena, "One of: %s", list);
    case API_WORDS: return arena_print(arena, "An array of: %s", list[0] == '\0' ? "texts" : list);
    case API_PAIRS: return "An object of texts";
    case API_PARTS: return "An array of objects";
    case API_NUMBER:
        return field->most == 0 ? "A whole number"
                                : arena_print(arena, "A whole number, %lld to %lld",
                                              (long long)field->least, (long long)field->most);
    case API_DAY: return "A day, 2026-04-01";
    case API_MOMENT: return "A moment, 2026-04-01T09:00:00.000Z";
    case API_FLAG: return "true or false";
    default:
        return field->most == 0 ? "Text" : arena_print(arena, "Text of at most %lld bytes",
                                                       (long long)field->most);
    }
}

static void fields(struct request *request, struct html *h, const char *caption,
                   const struct api_field *field, bool given)
{
    const struct column columns[] = {
        { "Field", COLUMN_WORDS }, { "What it is", COLUMN_WORDS },
        { given ? "May be null" : "Must be there", COLUMN_WORDS }, { "As", COLUMN_WORDS },
    };

    Table(h, caption, columns) for (; field->name != NULL; field++) El(h, "tr") {
        page_row_head(h, text_of(field->name));
        page_cell(h, text_of(field->help));
        page_cell(h, text_of(field->required != given ? "Yes" : "No"));
        page_cell(h, text_of(type_shown(request->arena, field)));
    }
}

static const char *given_shown(const struct api_call *call)
{
    switch (call->answer) {
    case API_LIST: return "An array of objects, each with";
    case API_OBJECT: return "An object with";
    case API_FILE: return "A file.";
    default: return "An object without members.";
    }
}

static void show_call(struct request *request, struct html *h, const struct action *action)
{
    static const char *const method[] = { "", "GET", "POST", "PUT", "DELETE" };
    const struct api_call call = api_call_of(request->arena, action);
    const char *what = action->summary;

    El(h, "h3") {
        Attr(h, "id", text_of(api_id(request->arena, action)));
        html_text(h, text_of(what));
    }
    El(h, "p") El(h, "code") html_text(h, text_of(arena_print(
        request->arena, "%s %s", method[action->method], api_path(request->arena, action))));
    El(h, "p") html_text(h, text_of(arena_print(
        request->arena, "For: %s. The command: ochil %s.", api_who(request->arena, action),
        api_verb(action))));
    if (call.takes != NULL)
        fields(request, h, arena_print(request->arena, "%s: what it takes, %s", what,
                                       api_takes_query(action) ? "in the query"
                                                               : "as a JSON object"),
               call.takes, false);
    if (call.gives != NULL)
        fields(request, h, arena_print(request->arena, "%s: what it gives. %s", what,
                                       given_shown(&call)), call.gives, true);
    else
        El(h, "p") html_text(h, text_of(arena_print(request->arena, "It gives: %s",
                                                    given_shown(&call))));
    shell(h, example(request, action, &call));
}

/* --- the page --- */

static void about(struct request *request, struct html *h)
{
    El(h, "p") {
        Lit(h, "Programs can do by calls over HTTP what people do on these pages, with the same "
               "rights. This page is made from the table that the server answers by, and so is ");
        El(h, "a") {
            Href(h, "href", Url("/api/openapi.json"));
            Lit(h, "the same as an OpenAPI 3.1 document");
        }
        Lit(h, ". The commands of ochil go through these calls, too.");
    }
    El(h, "h2") Lit(h, "Tokens");
    El(h, "p") {
        Lit(h, "A program comes with a token of yours, made on the page ");
        El(h, "a") {
            Href(h, "href", Url("/tokens"));
            Lit(h, "Tokens");
        }
        Lit(h, ". It acts as you, for one council, with the roles that you have there on the day, "
               "until its last day; it may be for reading alone. Keep it in a file that only you "
               "can read, as the line of a header, never on a command line:");
    }
    shell(h, arena_print(request->arena, "(umask 077; cat >token)\n"
                         "Authorization: Bearer ochil_...\n\ncurl -H @token %s/api/v1/session",
                         origin_of(request)));
}

static void manner(struct html *h)
{
    El(h, "h2") Lit(h, "What all calls have in common");
    El(h, "ul") {
        El(h, "li") Lit(h, "Bodies and answers are JSON in UTF-8. Days are 2026-04-01, money is "
                           "a string. A member that is null is as if left out.");
        El(h, "li") Lit(h, "A list is given a page at a time; the header Link says where it goes "
                           "on, as <address>; rel=\"next\". Its filters are those of the page.");
        El(h, "li") Lit(h, "A record comes with an ETag. Who changes it sends that as If-Match, "
                           "so that nobody overwrites what somebody else has written meanwhile.");
        El(h, "li") Lit(h, "A POST or PUT may carry an Idempotency-Key of up to 200 bytes: sent "
                           "again within a day it is done once, and answered as the first time.");
        El(h, "li") Lit(h, "What is not there and what is not yours to see are both 404, byte for "
                           "byte.");
        El(h, "li") Lit(h, "Pages of other sites cannot call: no CORS header is ever sent.");
    }
}

static void problems(struct html *h)
{
    static const struct column columns[] = {
        { "Status", COLUMN_NUMBER }, { "Title", COLUMN_WORDS }, { "What it means", COLUMN_WORDS },
        { "A command's exit code", COLUMN_NUMBER },
    };

    El(h, "h2") Lit(h, "Problems");
    El(h, "p") Lit(h, "What is no success is answered with application/problem+json (RFC 9457): "
                      "type, title, status, and in detail what is wrong this time. Not fit has "
                      "errors, too: for each a JSON Pointer into the body that was sent "
                      "(#/title), a code and a sentence; of a file its row, column and value.");
    Table(h, "Problems of calls", columns)
        for (const struct api_problem *row = api_problems; row->status != 0; row++) El(h, "tr") {
            El(h, "th") {
                LitAttr(h, "scope", "row");
                LitAttr(h, "class", "number");
                Attr(h, "id", text_of(row->name));
                html_int(h, row->status);
            }
            page_cell(h, text_of(row->title));
            page_cell(h, text_of(row->meaning));
            page_number(h, row->exit);
        }
}

static void calls(struct request *request, struct html *h)
{
    for (size_t i = 0; request->site->features[i] != NULL; i++) {
        const struct feature *feature = request->site->features[i];
        bool begun = false;

        for (const struct action *row = feature->actions; row->verb != NULL; row++) {
            if (!action_is_call(row))
                continue;
            if (!begun)
                El(h, "h2") html_text(h, text_of(feature->title));
            begun = true;
            show_call(request, h, row);
        }
    }
}

static void contents(struct request *request, struct html *h)
{
    const struct action *action;
    size_t feature = 0, row = 0;

    El(h, "h2") Lit(h, "The calls");
    El(h, "ul") while ((action = action_next(request->site->features, &feature, &row)) != NULL)
        if (action_is_call(action))
            El(h, "li") El(h, "a") {
                Href(h, "href", url_anchor(request->arena, api_id(request->arena, action)));
                html_text(h, text_of(action->summary));
            }
}

enum err api_show(struct request *request)
{
    struct html *h = page_begin(request, "The API");

    about(request, h);
    manner(h);
    contents(request, h);
    calls(request, h);
    problems(h);
    return page_end(request, h, 200);
}
