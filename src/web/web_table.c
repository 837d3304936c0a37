#include "web/web_table.h"

#include "web/api_page.h"
#include "web/help_pages.h"
#include "web/script_js.h"
#include "web/style_css.h"

static const char plain[] = "text/plain; charset=utf-8";

static enum err alive_show(struct request *request)
{
    return answer_bytes(request, 200, plain, text_of("ok\n"));
}

/* --- ready --- */

/* Words for whoever runs it: no secret is in them, but no more than the kind of trouble either. */
static enum err not_ready(struct request *request, const char *words)
{
    return answer_bytes(request, 503, plain, text_of(words));
}

static enum err ready_show(struct request *request)
{
    const struct site *site = request->site;
    struct trouble trouble = { 0 };
    /* The trail was walked before the server began; it takes too long to be done here. */
    const enum err err = schema_check(site->db, site->migrations, &trouble);

    if (err == ERR_CHECK || err == ERR_MISSING)
        return not_ready(request, "the store has another schema\n");
    if (err != OK)
        return not_ready(request, "the store cannot be reached\n");
    return answer_bytes(request, 200, plain, text_of("ready\n"));
}

/* --- metrics --- */

static enum err metrics_show(struct request *request)
{
    struct http_counts counts = { 0 };

    if (request->site->http != NULL)
        http_counts(request->site->http, &counts);
    const char *text = arena_print(
        request->arena,
        "# HELP ochil_requests_total Requests answered, by the first digit of the status.\n"
        "# TYPE ochil_requests_total counter\n"
        "ochil_requests_total{status=\"2xx\"} %llu\n"
        "ochil_requests_total{status=\"3xx\"} %llu\n"
        "ochil_requests_total{status=\"4xx\"} %llu\n"
        "ochil_requests_total{status=\"5xx\"} %llu\n"
        "# HELP ochil_answer_milliseconds_total Time from request line to end, summed up.\n"
        "# TYPE ochil_answer_milliseconds_total counter\n"
        "ochil_answer_milliseconds_total %llu\n"
        "# HELP ochil_queue_full_total Requests turned away because too many waited.\n"
        "# TYPE ochil_queue_full_total counter\n"
        "ochil_queue_full_total %llu\n"
        "# HELP ochil_connections_late_total Connections ended because they took too long.\n"
        "# TYPE ochil_connections_late_total counter\n"
        "ochil_connections_late_total %llu\n"
        "# HELP ochil_connections_shed_total Connections ended to make room for others.\n"
        "# TYPE ochil_connections_shed_total counter\n"
        "ochil_connections_shed_total %llu\n"
        "# HELP ochil_connections Connections open now.\n"
        "# TYPE ochil_connections gauge\n"
        "ochil_connections %zu\n"
        "# HELP ochil_queue Requests waiting for a worker now.\n"
        "# TYPE ochil_queue gauge\n"
        "ochil_queue %zu\n",
        (unsigned long long)counts.requests[2], (unsigned long long)counts.requests[3],
        (unsigned long long)counts.requests[4], (unsigned long long)counts.requests[5],
        (unsigned long long)counts.answer_ms, (unsigned long long)counts.refused_full,
        (unsigned long long)counts.reaped, (unsigned long long)counts.shed, counts.connections,
        counts.waiting);

    return answer_bytes(request, 200, "text/plain; version=0.0.4; charset=utf-8", text_of(text));
}

/* --- the style sheet and the script --- */

/* Sent once: it has not changed while its sum has not. */
static enum err show_kept(struct request *request, struct text etag, const char *type,
                          struct text bytes)
{
    http_answer_header(request->answer, "ETag", etag);
    if (text_equal(http_header(request->http, "if-none-match"), etag)) {
        request->answer->status = 304;
        return OK;
    }
    return answer_bytes(request, 200, type, bytes);
}

static enum err style_show(struct request *request)
{
    return show_kept(request, text_of("\"" STYLE_CSS_SHA256 "\""), "text/css; charset=utf-8",
                     (struct text){ style_css, style_css_size });
}

static enum err script_show(struct request *request)
{
    return show_kept(request, text_of("\"" SCRIPT_JS_SHA256 "\""),
                     "text/javascript; charset=utf-8", (struct text){ script_js, script_js_size });
}

static const struct action actions[] = {
    { .verb = "alive show", .summary = "Is the server alive?",
      .method = ACTION_GET, .route = "/healthz", .right = MAY_FETCH, .respond = alive_show },
    { .verb = "ready show", .summary = "Can it serve: is the store there, with its schema?",
      .method = ACTION_GET, .route = "/readyz", .right = MAY_FETCH, .respond = ready_show },
    { .verb = "metrics show", .summary = "What it has done, for Prometheus; on this machine only",
      .method = ACTION_GET, .route = "/metrics", .right = MAY_LOCAL, .respond = metrics_show },
    { .verb = "style show", .summary = "The style sheet of all pages",
      .method = ACTION_GET, .route = "/style.css", .right = MAY_FETCH, .respond = style_show },
    { .verb = "script show", .summary = "The one script: warns before a session ends",
      .method = ACTION_GET, .route = "/script.js", .right = MAY_FETCH, .respond = script_show },

    { .verb = "help list", .summary = "Help with every page",
      .description = "All help pages, by what they are about.",
      .method = ACTION_GET, .route = "/help", .right = MAY_ANYBODY, .respond = help_list },
    { .verb = "help show", .summary = "Help with one page",
      .description = "What a page is for, what can be done there, and who can see it.",
      .method = ACTION_GET, .route = "/help/{page:word}", .right = MAY_ANYBODY,
      .respond = help_show },
    { .verb = "api list", .summary = "The API: every call that a program can make",
      .description = "What a program sends and gets, with an example of each call, how calls fail, "
                     "and how a program is let in.",
      .method = ACTION_GET, .route = "/api", .right = MAY_ANYBODY, .respond = api_show },
    { .verb = "api document", .summary = "The same as an OpenAPI document",
      .method = ACTION_GET, .route = "/api/openapi.json", .right = MAY_FETCH,
      .respond = api_document_show },
    { .verb = "accessibility show", .summary = "The accessibility statement",
      .description = "For whom these pages are made, how that is tested, what is known to be "
                     "wanting, and whom to tell when something keeps you out.",
      .method = ACTION_GET, .route = "/accessibility", .right = MAY_ANYBODY,
      .respond = accessibility_show },
    { .verb = "language change", .summary = "Show the frame of pages in English or Gaelic",
      .method = ACTION_POST, .route = "/language", .right = MAY_ANYBODY,
      .respond = language_change },
    { 0 },
};

const struct feature web_feature = { "web", "The server itself", actions };
