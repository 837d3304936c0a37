#include "web/openapi.h"

#include <assert.h>
#include <string.h>

#include "identity/kept_answer.h"
#include "identity/right.h"
#include "web/api_problem.h"
#include "web/request.h"

/* --- what a row says --- */

const char *api_verb(const struct action *action)
{
    static const char before[] = "api ";
    const size_t size = sizeof before - 1;

    return strncmp(action->verb, before, size) == 0 ? action->verb + size : action->verb;
}

const char *api_id(struct arena *arena, const struct action *action)
{
    char *id = arena_copy(arena, api_verb(action), strlen(api_verb(action)));

    for (char *at = id; *at != '\0'; at++)
        if (*at == ' ')
            *at = '-';
    return id;
}

const char *api_path(struct arena *arena, const struct action *action)
{
    char *path = arena_copy(arena, action->route, strlen(action->route));
    char *to = path;
    bool type = false;

    for (const char *from = path; *from != '\0'; from++) {
        type = (type || *from == ':') && *from != '}';
        if (!type)
            *to++ = *from;
    }
    *to = '\0';
    return path;
}

const char *api_route_example(struct text name, enum route_type type)
{
    if (type == ROUTE_NUMBER)
        return "1";
    if (type == ROUTE_YEAR)
        return "2014-15";
    return text_is(name, "period") ? "P03" : "CLK-1";
}

const char *api_who(struct arena *arena, const struct action *action)
{
    const char *who = "";

    if (action->right <= MAY_OWN)
        return "any account";
    for (enum role role = 0; role < ROLES; role++)
        if (role_gives(role, (enum right)action->right))
            who = arena_print(arena, "%s%s%s", who, who[0] == '\0' ? "" : ", ", role_name(role));
    return who;
}

bool api_changes(const struct action *action)
{
    return action->method != ACTION_GET;
}

bool api_takes_query(const struct action *action)
{
    return !api_changes(action) || action->upload_most > 0;
}

bool api_needs_match(const struct action *action, const struct api_call *call)
{
    return call->versioned && (call->matched || action->method == ACTION_PUT ||
                               action->method == ACTION_DELETE);
}

bool api_may_fail(const struct action *action, const struct api_call *call, int status)
{
    switch (status) {
    case 403:
    case 409: return api_changes(action);
    case 405: return false;         /* another method is another row */
    case 412:
    case 428: return api_needs_match(action, call);
    case 422: return api_changes(action) && call->takes != NULL;
    default: return true;
    }
}

/* --- schemas --- */

static void words(struct json *json, const char *const word[])
{
    for (size_t i = 0; word[i] != NULL; i++)
        json_string(json, word[i]);
}

static void write_type(struct json *json, const char *type, bool nullable)
{
    json_key(json, "type");
    if (!nullable) {
        json_string(json, type);
        return;
    }
    json_array(json);
    json_string(json, type);
    json_string(json, "null");
    json_array_end(json);
}

static void write_choices(struct json *json, const struct api_field *field, bool nullable)
{
    json_key(json, "enum");
    json_array(json);
    words(json, field->choices);
    if (nullable)
        json_null(json);
    json_array_end(json);
}

static void write_text(struct json *json, const struct api_field *field, bool nullable)
{
    write_type(json, "string", nullable);
    if (field->type == API_DAY)
        json_word(json, "format", "date");
    else if (field->type == API_MOMENT)
        json_word(json, "format", "date-time");
    else if (field->choices != NULL)
        write_choices(json, field, nullable);
    else if (field->most > 0)
        json_count(json, "maxLength", (uint64_t)field->most);
}

static void write_number(struct json *json, const struct api_field *field, bool nullable)
{
    write_type(json, "integer", nullable);
    json_key(json, "minimum");
    json_integer(json, field->least);
    if (field->most > 0)
        json_count(json, "maximum", (uint64_t)field->most);
}

static void write_words(struct json *json, const struct api_field *field)
{
    write_type(json, "array", false);
    json_key(json, "items");
    json_object(json);
    write_type(json, "string", false);
    if (field->choices != NULL)
        write_choices(json, field, false);
    json_object_end(json);
}

static void write_pairs(struct json *json)
{
    write_type(json, "object", false);
    json_key(json, "additionalProperties");
    json_object(json);
    write_type(json, "string", false);
    json_object_end(json);
}

static void write_object(struct json *, const struct api_field *, bool all);

static void write_parts(struct json *json, const struct api_field *field)
{
    write_type(json, "array", false);
    json_key(json, "items");
    write_object(json, field->parts, true);
}

/* What stands in an object of JSON Schema. */
static void write_schema(struct json *json, const struct api_field *field, bool nullable)
{
    switch (field->type) {
    case API_PAIRS: write_pairs(json); break;
    case API_PARTS: write_parts(json, field); break;
    case API_NUMBER: write_number(json, field, nullable); break;
    case API_FLAG: write_type(json, "boolean", nullable); break;
    case API_WORDS: write_words(json, field); break;
    default: write_text(json, field, nullable); break;
    }
}

static void write_properties(struct json *json, const struct api_field *field)
{
    json_key(json, "properties");
    json_object(json);
    for (; field->name != NULL; field++) {
        json_key(json, field->name);
        json_object(json);
        json_word(json, "description", field->help);
        write_schema(json, field, !field->required);
        json_object_end(json);
    }
    json_object_end(json);
}

static void write_required(struct json *json, const struct api_field *field, bool all)
{
    json_key(json, "required");
    json_array(json);
    for (; field->name != NULL; field++)
        if ((all && !field->withheld) || field->required)
            json_string(json, field->name);
    json_array_end(json);
}

/* `all`: what is given is always there, if only as null, unless it is withheld. */
static void write_object(struct json *json, const struct api_field *fields, bool all)
{
    json_object(json);
    json_word(json, "type", "object");
    if (fields != NULL) {
        write_properties(json, fields);
        write_required(json, fields, all);
    }
    json_object_end(json);
}

/* --- parameters --- */

static void begin_parameter(struct json *json, const char *name, const char *in, bool required,
                            const char *description)
{
    json_object(json);
    json_word(json, "name", name);
    json_word(json, "in", in);
    json_key(json, "required");
    json_bool(json, required);
    json_word(json, "description", description);
    json_key(json, "schema");
    json_object(json);
}

static void end_parameter(struct json *json)
{
    json_object_end(json);
    json_object_end(json);
}

static void write_route(struct json *json, struct arena *arena, const struct action *action)
{
    struct text rest = text_of(action->route), name;
    enum route_type type;

    while (route_next(&rest, &name, &type)) {
        const char *terminated = arena_copy(arena, name.data, name.size);
        begin_parameter(json, terminated, "path", true,
                        type == ROUTE_NUMBER ? "Its number"
                        : type == ROUTE_YEAR ? "The financial year" : "Its number or name");
        if (type == ROUTE_NUMBER) {
            json_word(json, "type", "integer");
            json_count(json, "minimum", 1);
        } else {
            json_word(json, "type", "string");
            json_word(json, "pattern", type == ROUTE_WORD
                      ? "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$"
                      : type == ROUTE_YEAR ? "^[0-9]{4}-[0-9]{2}$" : "^[0-9a-f]{64}$");
        }
        end_parameter(json);
    }
}

static void write_header(struct json *json, const char *name, bool required, uint64_t most,
                         const char *description)
{
    begin_parameter(json, name, "header", required, description);
    json_word(json, "type", "string");
    json_count(json, "maxLength", most);
    end_parameter(json);
}

static void write_parameters(struct json *json, struct arena *arena, const struct action *action,
                             const struct api_call *call)
{
    json_key(json, "parameters");
    json_array(json);
    write_route(json, arena, action);
    if (api_takes_query(action))
        for (const struct api_field *at = call->takes; at != NULL && at->name != NULL; at++) {
            begin_parameter(json, at->name, "query", at->required, at->help);
            write_schema(json, at, false);
            end_parameter(json);
        }
    if (api_needs_match(action, call))
        write_header(json, "If-Match", true, 100, "The ETag that it was read with");
    if (api_changes(action))
        write_header(json, "Idempotency-Key", false, ANSWER_KEY_MOST,
                     "Sent again with the same key within a day, it is done once and answered as "
                     "the first time");
    json_array_end(json);
}

static void begin_content(struct json *json, const char *type)
{
    json_key(json, "content");
    json_object(json);
    json_key(json, type);
    json_object(json);
    json_key(json, "schema");
}

static void end_content(struct json *json)
{
    json_object_end(json);
    json_object_end(json);
}

static void write_body(struct json *json, const struct action *action,
                       const struct api_call *call)
{
    json_key(json, "requestBody");
    json_object(json);
    json_key(json, "required");
    json_bool(json, true);
    begin_content(json, api_takes_query(action) ? FILE_TYPE : JSON_TYPE);
    if (api_takes_query(action)) {
        json_object(json);
        json_object_end(json);
    } else {
        write_object(json, call->takes, false);
    }
    end_content(json);
    json_object_end(json);
}

/* --- answers --- */

static void write_answer_header(struct json *json, const char *name, bool required,
                                const char *description)
{
    json_key(json, name);
    json_object(json);
    json_word(json, "description", description);
    json_key(json, "required");
    json_bool(json, required);
    json_key(json, "schema");
    json_object(json);
    json_word(json, "type", "string");
    json_object_end(json);
    json_object_end(json);
}

/* What is kept for an Idempotency-Key is the body alone. */
static void write_answer_headers(struct json *json, const struct action *action,
                                 const struct api_call *call)
{
    json_key(json, "headers");
    json_object(json);
    if (call->versioned)
        write_answer_header(json, "ETag", !api_changes(action),
                            api_changes(action) ? "Its version, for If-Match; not there when the "
                                                  "answer is given again"
                                                : "Its version, for If-Match");
    if (call->answer == API_LIST)
        write_answer_header(json, "Link", false, "Where the list goes on: <address>; rel=\"next\"; "
                                                 "not there on the last page");
    json_object_end(json);
}

static void write_content(struct json *json, const struct api_call *call)
{
    begin_content(json, call->answer == API_FILE ? call->type : JSON_TYPE);
    if (call->answer == API_LIST) {
        json_object(json);
        json_word(json, "type", "array");
        json_key(json, "items");
    }
    if (call->answer == API_FILE) {
        json_object(json);
        json_object_end(json);
    } else {
        write_object(json, call->answer == API_NOTHING ? NULL : call->gives, true);
    }
    if (call->answer == API_LIST)
        json_object_end(json);
    end_content(json);
}

static void write_answers(struct json *json, struct arena *arena, const struct action *action,
                          const struct api_call *call)
{
    json_key(json, "responses");
    json_object(json);
    json_key(json, arena_print(arena, "%d", call->status == 0 ? 200 : call->status));
    json_object(json);
    json_word(json, "description", action->summary);
    write_answer_headers(json, action, call);
    write_content(json, call);
    json_object_end(json);
    for (const struct api_problem *row = api_problems; row->status != 0; row++) {
        if (!api_may_fail(action, call, row->status))
            continue;
        json_key(json, arena_print(arena, "%d", row->status));
        json_object(json);
        json_word(json, "$ref", arena_print(arena, "#/components/responses/%s", row->name));
        json_object_end(json);
    }
    json_object_end(json);
}

/* --- the calls --- */

static const char *method_key(const struct action *action)
{
    static const char *const key[] = { NULL, "get", "post", "put", "delete" };

    assert(action->method != ACTION_NO_ROUTE && action->method < COUNT(key));
    return key[action->method];
}

static void write_call(struct json *json, struct arena *arena, const struct feature *feature,
                       const struct action *action)
{
    const struct api_call call = api_call_of(arena, action);

    json_key(json, method_key(action));
    json_object(json);
    json_key(json, "tags");
    json_array(json);
    json_string(json, feature->title);
    json_array_end(json);
    json_word(json, "operationId", api_id(arena, action));
    json_word(json, "summary", action->summary);
    json_word(json, "description",
              arena_print(arena, "%s%sFor: %s. The command: ochil %s.",
                          action->description == NULL ? "" : action->description,
                          action->description == NULL ? "" : "\n\n", api_who(arena, action),
                          api_verb(action)));
    write_parameters(json, arena, action, &call);
    if (api_changes(action) && call.takes != NULL)
        write_body(json, action, &call);
    write_answers(json, arena, action, &call);
    json_object_end(json);
}

/* Is there a row before this one with its route? */
static bool is_told(const struct feature *const features[], const struct action *action)
{
    const struct action *before;
    size_t feature = 0, row = 0;

    while ((before = action_next(features, &feature, &row)) != action)
        if (action_is_call(before) && strcmp(before->route, action->route) == 0)
            return true;
    return false;
}

/* All methods of a path stand together. */
static void write_path(struct json *json, struct arena *arena,
                       const struct feature *const features[], const struct action *first)
{
    json_key(json, api_path(arena, first));
    json_object(json);
    for (size_t i = 0; features[i] != NULL; i++)
        for (const struct action *row = features[i]->actions; row->verb != NULL; row++)
            if (action_is_call(row) && strcmp(row->route, first->route) == 0)
                write_call(json, arena, features[i], row);
    json_object_end(json);
}

static void write_paths(struct json *json, struct arena *arena,
                        const struct feature *const features[])
{
    const struct action *action;
    size_t feature = 0, row = 0;

    json_key(json, "paths");
    json_object(json);
    while ((action = action_next(features, &feature, &row)) != NULL)
        if (action_is_call(action) && !is_told(features, action))
            write_path(json, arena, features, action);
    json_object_end(json);
}

/* --- around them --- */

static void write_info(struct json *json)
{
    json_key(json, "info");
    json_object(json);
    json_word(json, "title", "Ochil");
    json_word(json, "version", OCHIL_VERSION);
    json_word(json, "description",
              "Shared services of councils. A token acts as its owner, for one council, with the "
              "roles of the day; what is not there and what is not yours are both 404.");
    json_key(json, "license");
    json_object(json);
    json_word(json, "name", "MIT");
    json_word(json, "identifier", "MIT");
    json_object_end(json);
    json_object_end(json);
    json_key(json, "servers");
    json_array(json);
    json_object(json);
    json_word(json, "url", "/");
    json_object_end(json);
    json_array_end(json);
}

static void write_security(struct json *json)
{
    json_key(json, "securitySchemes");
    json_object(json);
    json_key(json, "token");
    json_object(json);
    json_word(json, "type", "http");
    json_word(json, "scheme", "bearer");
    json_word(json, "description", "A token from the page Tokens: ochil_ and 64 digits. It reads, "
                                   "or reads and writes, until its last day.");
    json_object_end(json);
    json_object_end(json);
}

/* RFC 9457, as answer_error() writes it. */
static const struct api_field problem_fields[] = {
    { .name = "type", .type = API_LINE, .required = true,
      .help = "Which kind of problem: its place on the page /api" },
    { .name = "title", .type = API_LINE, .required = true, .help = "The kind in words" },
    { .name = "status", .type = API_NUMBER, .required = true, .least = 400, .most = 599,
      .help = "The status of the answer" },
    { .name = "detail", .type = API_TEXT, .required = true, .help = "What is wrong this time" },
    { 0 },
};

const struct api_field api_fault_fields[] = {
    { .name = "pointer", .type = API_LINE,
      .help = "Where in the body that was sent, as a JSON Pointer: #/title" },
    { .name = "code", .type = API_LINE, .required = true, .help = "What is wrong, as one word" },
    { .name = "detail", .type = API_TEXT, .required = true, .help = "The same as a sentence" },
    { .name = "row", .type = API_NUMBER, .least = 1,
      .help = "Of a file: the row, as the file counts" },
    { .name = "column", .type = API_LINE, .help = "Of a file: the heading of the column" },
    { .name = "value", .type = API_TEXT, .help = "Of a file: what stands there" },
    { 0 },
};

/* 422: what is not fit, each by itself. */
static const struct api_field unfit_fields[] = {
    { .name = "type", .type = API_LINE, .required = true,
      .help = "Which kind of problem: its place on the page /api" },
    { .name = "title", .type = API_LINE, .required = true, .help = "The kind in words" },
    { .name = "status", .type = API_NUMBER, .required = true, .least = 422, .most = 422,
      .help = "The status of the answer" },
    { .name = "detail", .type = API_TEXT, .required = true, .help = "What is wrong, all of it" },
    { .name = "errors", .type = API_PARTS, .required = true, .parts = api_fault_fields,
      .help = "What is wrong, each by itself" },
    { 0 },
};

static void write_problems(struct json *json)
{
    json_key(json, "schemas");
    json_object(json);
    json_key(json, "problem");
    write_object(json, problem_fields, true);
    json_key(json, "unfit");
    write_object(json, unfit_fields, true);
    json_object_end(json);
    json_key(json, "responses");
    json_object(json);
    for (const struct api_problem *row = api_problems; row->status != 0; row++) {
        json_key(json, row->name);
        json_object(json);
        json_word(json, "description", row->meaning);
        begin_content(json, API_PROBLEM_TYPE);
        json_object(json);
        json_word(json, "$ref", row->status == 422 ? "#/components/schemas/unfit"
                                                   : "#/components/schemas/problem");
        json_object_end(json);
        end_content(json);
        json_object_end(json);
    }
    json_object_end(json);
}

void openapi_write(struct json *json, struct arena *arena, const struct feature *const features[])
{
    json_object(json);
    json_word(json, "openapi", "3.1.0");
    write_info(json);
    json_key(json, "security");
    json_array(json);
    json_object(json);
    json_key(json, "token");
    json_array(json);
    json_array_end(json);
    json_object_end(json);
    json_array_end(json);
    write_paths(json, arena, features);
    json_key(json, "components");
    json_object(json);
    write_security(json);
    write_problems(json);
    json_object_end(json);
    json_object_end(json);
}
