/*
 * server/client_action.c -- a verb on a council's records: a call of the API, made with somebody's
 * token. It has no rights of its own; what is refused there is refused here, with the exit code of
 * the problem.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/client_http.h"
#include "server/client_table.h"
#include "server/client_print.h"
#include "web/openapi.h"
#include "web/request.h"

#define SERVER_USUAL "http://localhost:8080"

static const char *method_word(const struct action *action)
{
    static const char *const word[] = { "", "GET", "POST", "PUT", "DELETE" };

    return word[action->method];
}

/* --- whom to ask --- */

static const char *setting(const struct command *command, const char *option, const char *variable)
{
    const char *given = command_value(command, option);
    const char *value = given != NULL ? given : getenv(variable);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Neither is read from ./ochil.conf: whoever can write in some folder would be sent the token. */
enum err client_begin(struct command *command, struct client *client)
{
    const char *server = setting(command, "server", "OCHIL_SERVER");
    const char *token = setting(command, "token-file", "OCHIL_TOKEN_FILE");

    *client = (struct client){ .arena = command->work, .outside = &real_outside };
    if (token == NULL)
        return fail(command->trouble, ERR_USAGE, "as whom? Name the file of your token with "
                    "--token-file or OCHIL_TOKEN_FILE; the page Tokens makes one");
    return client_open(client, server == NULL ? SERVER_USUAL : server, token, command->trouble);
}

/* --- what is asked for --- */

/* The route with what was typed in its places. */
static struct url path_of(struct command *command)
{
    struct url url = { { "", 0 } };
    const char *at = command->action->route;
    size_t argument = 0;

    while (*at == '/') {
        const size_t size = strcspn(at + 1, "/");
        const struct text segment = { at + 1, size };
        url = url_segment(command->work, url,
                          segment.data[0] != '{' ? segment
                          : text_of(command_argument(command, argument++)));
        at += 1 + size;
    }
    return url;
}

/* What an option says of the field; NULL: it is not given. */
static const char *given_for(const struct command *command, const struct api_field *field)
{
    const char *option = client_option(command->work, field);

    if (client_is_flag(field))
        return command_has(command, option) ? field->choices[0] : NULL;
    return command_value(command, option);
}

static const char *query_of(struct command *command)
{
    struct url url = path_of(command);

    for (const struct api_field *at = command->action->call->takes; at != NULL && at->name != NULL;
         at++) {
        const char *value = client_takes(at) ? given_for(command, at) : NULL;
        if (value != NULL && at->type == API_FLAG)
            value = strcmp(value, "yes") == 0 ? "true" : "false";
        if (value != NULL)
            url = url_argument(command->work, url, at->name, text_of(value));
    }
    return arena_copy(command->work, url.text.data, url.text.size);
}

/* --- what is sent --- */

static bool is_cleared(const struct command *command, const struct api_field *field)
{
    size_t count = 0;

    if (command->action->method != ACTION_PUT)
        return false;
    const char *const *names = command_values(command, "clear", &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], client_option(command->work, field)) == 0)
            return true;
    return false;
}

/* What was said, and else what is there now; "": nothing. */
static const char *becomes(const struct command *command, const struct api_field *field,
                           const struct client_record *now)
{
    const char *given = given_for(command, field);
    const char *value = is_cleared(command, field) ? NULL
                        : given != NULL ? given : client_record_value(now, field->name);

    return value == NULL ? "" : value;
}

static void write_member(struct json *json, const struct api_field *field, const char *value)
{
    json_key(json, field->name);
    if (field->type == API_NUMBER)
        json_integer(json, strtoll(value, NULL, 10));
    else if (field->type == API_FLAG)
        json_bool(json, strcmp(value, "yes") == 0);
    else
        json_string(json, value);
}

static enum err write_body(const struct command *command, const struct client_record *now,
                           struct json *json)
{
    json_object(json);
    for (const struct api_field *at = command->action->call->takes; at->name != NULL; at++) {
        const char *value = becomes(command, at, now);
        if (!text_is_utf8(text_of(value)))
            return fail(command->trouble, ERR_USAGE, "--%s is not UTF-8",
                        client_option(command->work, at));
        if (value[0] != '\0')
            write_member(json, at, value);
    }
    json_object_end(json);
    return json_end(json);
}

static enum err make_body(const struct command *command, const struct client_record *now,
                          struct text *body)
{
    struct answer_json out;

    answer_json_open(command->work, &out);
    const enum err err = write_body(command, now, &out.json);
    *body = (struct text){ out.bytes, out.size };
    return err;
}

/* --- a plan --- */

static void plan_line(const struct command *command, const struct api_field *field,
                      const struct client_record *now)
{
    const char *old = client_record_value(now, field->name);
    const char *before = old == NULL ? "" : old;
    const char *after = becomes(command, field, now);

    if (strcmp(before, after) == 0)
        return;
    (void)fprintf(command->out, "%s: %s", field->name,
                  after[0] == '\0' ? "(nothing)" : client_line(command->work, after));
    if (before[0] != '\0')
        (void)fprintf(command->out, " (now: %s)", client_line(command->work, before));
    (void)fputc('\n', command->out);
}

static void print_plan(const struct command *command, const char *path,
                       const struct client_record *now)
{
    (void)fprintf(command->out, "%s %s\n", method_word(command->action), path);
    for (const struct api_field *at = command->action->call->takes; at != NULL && at->name != NULL;
         at++)
        plan_line(command, at, now);
    command_say(command, "Nothing was sent.");
}

/* --- the calls --- */

static enum err print_page(struct command *command, struct client_printer *printer,
                           struct text text)
{
    struct client_records page;
    const enum err err = client_records_read(command->work, text, &page, command->trouble);

    for (size_t i = 0; err == OK && i < page.count; i++)
        client_print(printer, &page.record[i]);
    return err;
}

/* Every page of it. */
static enum err run_list(struct command *command, struct client *client)
{
    struct client_request request = { .method = ACTION_GET, .path = query_of(command) };
    struct client_printer printer;
    struct client_answer answer;
    enum err err;

    client_print_begin(&printer, command, command->action->call);
    do {
        err = client_call(client, &request, &answer, command->trouble);
        if (err == OK)
            err = print_page(command, &printer, answer.body);
        request.path = answer.next;
    } while (err == OK && answer.next[0] != '\0');
    return err != OK ? err : client_print_end(&printer);
}

static enum err run_show(struct command *command, struct client *client)
{
    const struct client_request request = { .method = ACTION_GET, .path = query_of(command) };
    struct client_printer printer;
    struct client_answer answer;
    struct client_record record;
    enum err err = client_call(client, &request, &answer, command->trouble);

    if (err == OK)
        err = client_record_read(command->work, answer.body, &record, command->trouble);
    if (err != OK)
        return err;
    if (!command_has(command, "json") && !command_has(command, "csv")) {
        client_print_whole(command, command->action->call, &record);
        return OK;
    }
    client_print_begin(&printer, command, command->action->call);
    client_print(&printer, &record);
    return client_print_end(&printer);
}

static enum err run_file(struct command *command, struct client *client)
{
    const char *name = command_value(command, "out");
    FILE *file = name == NULL ? command->out : fopen(name, "wxe");
    struct client_request request = { .method = ACTION_GET, .path = query_of(command),
                                      .file = file };
    struct client_answer answer;

    if (file == NULL)
        return fail(command->trouble, ERR_IO, "%s: %s", name, strerror(errno));
    enum err err = client_call(client, &request, &answer, command->trouble);
    if (name == NULL)
        return err;
    if (fclose(file) != 0 && err == OK)
        err = fail(command->trouble, ERR_IO, "%s: %s", name, strerror(errno));
    if (err != OK)
        (void)unlink(name);
    return err;
}

/* The record as it is, and its version. */
static enum err fetch(struct command *command, struct client *client, const char *path,
                      struct client_record *now, const char **etag)
{
    const struct client_request request = { .method = ACTION_GET, .path = path };
    struct client_answer answer;
    const enum err err = client_call(client, &request, &answer, command->trouble);

    if (err != OK)
        return err;
    *etag = answer.etag;
    return client_record_read(command->work, answer.body, now, command->trouble);
}

/* The number of what was made or changed, for people and for scripts. */
static enum err print_done(struct command *command, struct text text)
{
    const struct api_call *call = command->action->call;
    struct client_record record;
    const enum err err = client_record_read(command->work, text, &record, command->trouble);

    if (err != OK)
        return err;
    const char *name = call->gives == NULL ? NULL
                                           : client_record_value(&record, call->gives[0].name);
    if (command_has(command, "json"))
        (void)fprintf(command->out, "%s\n", record.json);
    else if (name != NULL)
        (void)fprintf(command->out, "%s\n", text_shown(command->work, text_of(name)));
    return OK;
}

/* A file is the body; all else stands in the query. */
static enum err run_upload(struct command *command, struct client *client)
{
    const char *name = command_argument(command, command->argument_count - 1);
    struct client_request request = { .method = command->action->method,
                                      .path = query_of(command), .upload = fopen(name, "re") };
    struct client_answer answer = { .etag = "" };

    if (request.upload == NULL)
        return fail(command->trouble, ERR_IO, "%s: %s", name, strerror(errno));
    enum err err = OK;
    if (command_has(command, "dry-run"))
        (void)fprintf(command->out, "%s %s\n%s\n", method_word(command->action), request.path,
                      client_line(command->work, name));
    else
        err = client_call(client, &request, &answer, command->trouble);
    (void)fclose(request.upload);
    if (err == OK && command_has(command, "dry-run"))
        command_say(command, "Nothing was sent.");
    else if (err == OK)
        err = print_done(command, answer.body);
    return err;
}

/* Where the record itself is read: a step of its life is a path below it. */
static const char *record_path(struct command *command, const char *path)
{
    return command->action->method == ACTION_PUT || command->action->method == ACTION_DELETE
               ? path
               : arena_print(command->work, "%.*s", (int)(strrchr(path, '/') - path), path);
}

static enum err run_change(struct command *command, struct client *client)
{
    const struct url url = path_of(command);
    const char *path = arena_copy(command->work, url.text.data, url.text.size);
    struct client_request request = { .method = command->action->method, .path = path };
    struct client_record now = { .count = 0 };
    struct client_answer answer;
    enum err err = OK;

    if (api_needs_match(command->action, command->action->call))
        err = fetch(command, client, record_path(command, path), &now, &request.match);
    if (err == OK && command->action->call->takes != NULL)
        err = make_body(command, &now, &request.body);
    if (err != OK)
        return err;
    if (command_has(command, "dry-run")) {
        print_plan(command, path, &now);
        return OK;
    }
    err = client_call(client, &request, &answer, command->trouble);
    return err != OK ? err : print_done(command, answer.body);
}

enum err client_run(struct command *command)
{
    struct client client;
    enum err err = client_begin(command, &client);

    if (err != OK)
        return err;
    if (command->action->upload_most > 0)
        err = run_upload(command, &client);
    else if (api_changes(command->action))
        err = run_change(command, &client);
    else if (command->action->call->answer == API_LIST)
        err = run_list(command, &client);
    else if (command->action->call->answer == API_FILE)
        err = run_file(command, &client);
    else
        err = run_show(command, &client);
    client_close(&client);
    return err;
}
