#include "server/client_table.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "web/openapi.h"
#include "web/request.h"

/* --- what all of them take --- */

#define WHERE                                                                                    \
    { .name = "server", .value = "URL",                                                          \
      .help = "The server: https://NAME, http:// on this machine, or unix:PATH. Without it, "    \
              "OCHIL_SERVER, or http://localhost:8080." },                                       \
    { .name = "token-file", .value = "FILE", .kind = VALUE_FILE,                                 \
      .help = "The file that holds your token, which nobody else can read; /dev/fd/3 for one "   \
              "that is open already. Without it, OCHIL_TOKEN_FILE." },                           \
    { .name = "json", .help = "Print JSON as the API gives it, a line for each record." }

static const struct option reading[] = {
    WHERE,
    { .name = "csv", .help = "Print CSV, every field a column." },
    { 0 },
};

static const struct option taking[] = {
    WHERE,
    { .name = "out", .letter = 'o', .value = "FILE", .kind = VALUE_FILE,
      .help = "Write it into this file, which is not there yet." },
    { 0 },
};

static const struct option writing[] = {
    WHERE,
    { .name = "dry-run", .help = "Say what would be sent, and send nothing that changes it." },
    { 0 },
};

/* --- options --- */

const char *client_option(struct arena *arena, const struct api_field *field)
{
    char *name = arena_copy(arena, field->name, strlen(field->name));

    for (char *at = name; *at != '\0'; at++)
        if (*at == '_')
            *at = '-';
    return name;
}

bool client_takes(const struct api_field *field)
{
    return !field->cursor;
}

bool client_is_flag(const struct api_field *field)
{
    return field->type == API_CHOICE && field->choices[0] != NULL && field->choices[1] == NULL;
}

static struct option option_of(struct arena *arena, const struct api_field *field, bool whole)
{
    static const char *const value[API_TYPES] = {
        [API_LINE] = "TEXT", [API_TEXT] = "TEXT", [API_CHOICE] = "WORD", [API_NUMBER] = "N",
        [API_DAY] = "DAY", [API_MOMENT] = "MOMENT", [API_FLAG] = "yes|no", [API_WORDS] = "WORD",
    };
    static const char *const yes_no[] = { "yes", "no", NULL };

    return (struct option){
        .name = client_option(arena, field),
        .value = client_is_flag(field) ? NULL : value[field->type],
        .kind = field->type == API_NUMBER ? VALUE_NUMBER : VALUE_WORD,
        .choices = client_is_flag(field) ? NULL
                   : field->type == API_FLAG ? yes_no : field->choices,
        .required = whole && field->required,
        .help = arena_print(arena, "%s.", field->help),
    };
}

static size_t count_fields(const struct api_field *field)
{
    size_t count = 0;

    while (field != NULL && field[count].name != NULL)
        count++;
    return count;
}

/* What may be emptied. */
static struct option clear_option(struct arena *arena, const struct api_call *call)
{
    const char **names = arena_take(arena, count_fields(call->takes) + 1, sizeof *names);
    size_t count = 0;

    for (const struct api_field *at = call->takes; at != NULL && at->name != NULL; at++)
        if (!at->required)
            names[count++] = client_option(arena, at);
    return (struct option){ .name = "clear", .value = "FIELD", .choices = names,
                            .repeatable = true, .help = "Empty this field." };
}

static const struct option *options_of(struct arena *arena, const struct action *row,
                                       const struct api_call *call)
{
    const size_t most = count_fields(call->takes) + 2;
    struct option *options = arena_take(arena, most, sizeof *options);
    /* Who changes a record says what becomes different. */
    const bool change = row->method == ACTION_PUT;
    size_t count = 0;

    for (const struct api_field *at = call->takes; at != NULL && at->name != NULL; at++)
        if (client_takes(at))
            options[count++] = option_of(arena, at, !change);
    if (change)
        options[count++] = clear_option(arena, call);
    assert(count < most);
    return options;
}

/* --- arguments --- */

static void take_arguments(struct arena *arena, const struct action *row, struct action *verb)
{
    struct text rest = text_of(row->route), name;
    enum route_type type;
    size_t count = 0;

    while (route_next(&rest, &name, &type)) {
        char *shown = arena_copy(arena, name.data, name.size);
        for (char *at = shown; *at != '\0'; at++)
            *at = (char)toupper((unsigned char)*at);
        assert(count < ACTION_ARGUMENTS_MAX);
        verb->argument[count++] = (struct argument){
            .name = shown, .kind = type == ROUTE_NUMBER ? VALUE_NUMBER : VALUE_WORD,
            .help = type == ROUTE_NUMBER ? "Its number."
                    : type == ROUTE_YEAR ? "The financial year, as 2014-15."
                    : "Its number, as a list shows it.",
        };
    }
    assert(row->upload_most == 0 || count < ACTION_ARGUMENTS_MAX);
    if (row->upload_most > 0)
        verb->argument[count] = (struct argument){ .name = "FILE", .kind = VALUE_FILE,
                                                   .help = "What is sent." };
}

/* --- examples --- */

static const char *example_value(struct arena *arena, const struct api_field *field)
{
    switch (field->type) {
    case API_CHOICE: return field->choices[0];
    case API_FLAG: return "yes";
    case API_NUMBER:
        return arena_print(arena, "%lld", (long long)(field->least > 0 ? field->least : 1));
    case API_DAY: return "2030-04-01";
    default: return arena_print(arena, "'A %s'", field->name);
    }
}

/* How it is called with what it must have. */
static const char *example_line(struct arena *arena, const struct action *verb)
{
    const char *line = arena_print(arena, "ochil %s", verb->verb);
    struct text rest = text_of(verb->route), name;
    enum route_type type;

    while (route_next(&rest, &name, &type))
        line = arena_print(arena, "%s %s", line, api_route_example(name, type));
    if (verb->upload_most > 0)
        line = arena_print(arena, "%s minutes.pdf", line);
    for (const struct api_field *at = verb->call->takes; at != NULL && at->name != NULL; at++)
        if (at->required && verb->method != ACTION_PUT)
            line = arena_print(arena, "%s --%s %s", line, client_option(arena, at),
                               example_value(arena, at));
    return line;
}

/* One thing that may be asked for or changed, so that an example shows how. */
static const struct api_field *any_field(const struct action *verb)
{
    for (const struct api_field *at = verb->call->takes; at != NULL && at->name != NULL; at++)
        if (at->type == API_CHOICE && client_takes(at))
            return at;
    return NULL;
}

static void make_examples(struct arena *arena, struct action *verb)
{
    const struct api_field *field = any_field(verb);
    const bool change = verb->method == ACTION_PUT;
    const char *line = example_line(arena, verb);
    const char *more = field == NULL || (api_changes(verb) && !change) ? ""
                       : arena_print(arena, " --%s %s", client_option(arena, field),
                                     example_value(arena, field));

    if (change)
        line = arena_print(arena, "%s%s", line, more);
    verb->example[0] = (struct example){ line, arena_print(arena, "%s.", verb->summary) };
    if (verb->call->answer == API_FILE)
        verb->example[1] = (struct example){ arena_print(arena, "%s --out file", line),
                                             "Into a file." };
    else if (api_changes(verb))
        verb->example[1] = (struct example){ arena_print(arena, "%s --dry-run", line),
                                             "What would be sent?" };
    else
        verb->example[1] = (struct example){ arena_print(arena, "%s%s --json", line, more),
                                             "The same for a program." };
}

/* --- rows --- */

static const char *describe(struct arena *arena, const struct action *row)
{
    return arena_print(
        arena, "%s%sGoes through the API of a server (%s %s), with the rights of your token and "
        "no others. For: %s.%s", row->description == NULL ? "" : row->description,
        row->description == NULL ? "" : "\n\n",
        row->method == ACTION_GET ? "GET" : row->method == ACTION_POST ? "POST"
        : row->method == ACTION_PUT ? "PUT" : "DELETE", api_path(arena, row),
        api_who(arena, row), row->method == ACTION_PUT
        ? " What no option names stays as it is; if somebody changes the record meanwhile, nothing "
          "of yours is written, and the exit code is 7." : "");
}

static struct action verb_of(struct arena *arena, const struct action *row)
{
    struct api_call *call = arena_take(arena, 1, sizeof *call);
    struct action verb = *row;

    *call = api_call_of(arena, row);
    call->fill = NULL;
    verb.verb = api_verb(row);
    verb.run = client_run;
    verb.call = call;
    verb.description = describe(arena, row);
    verb.options = options_of(arena, row, call);
    verb.shared = api_changes(row) ? writing : call->answer == API_FILE ? taking : reading;
    take_arguments(arena, row, &verb);
    make_examples(arena, &verb);
    const enum err exits[] = { ERR_REFUSED, ERR_IO, ERR_CHECK, ERR_RIGHTS, ERR_MISSING,
                               ERR_CONFLICT, ERR_BUSY };
    memcpy(verb.exits, exits, sizeof exits);
    return verb;
}

static const struct feature *feature_of(struct arena *arena, const struct feature *const engine[],
                                        const struct feature *from)
{
    size_t count = 0;

    for (const struct action *row = from->actions; row->verb != NULL; row++)
        count += action_is_call(row);
    struct action *verbs = arena_take(arena, count + 1, sizeof *verbs);
    struct feature *feature = arena_take(arena, 1, sizeof *feature);
    count = 0;
    for (const struct action *row = from->actions; row->verb != NULL; row++)
        if (action_is_call(row) && action_find(engine, api_verb(row)) == NULL)
            verbs[count++] = verb_of(arena, row);
    *feature = (struct feature){ from->name,
                                 arena_print(arena, "%s, on a server", from->title), verbs };
    return count == 0 ? NULL : feature;
}

const struct feature *const *client_features(struct arena *arena,
                                             const struct feature *const engine[],
                                             const struct feature *const site[])
{
    size_t most = 1, count = 0;

    for (size_t i = 0; engine[i] != NULL; i++)
        most++;
    for (size_t i = 0; site[i] != NULL; i++)
        most++;
    const struct feature **all = arena_take(arena, most, sizeof(struct feature *));
    for (size_t i = 0; engine[i] != NULL; i++)
        all[count++] = engine[i];
    for (size_t i = 0; site[i] != NULL; i++) {
        const struct feature *feature = feature_of(arena, engine, site[i]);
        if (feature != NULL)
            all[count++] = feature;
    }
    return all;
}
