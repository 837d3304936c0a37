#include "cli/command.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/word.h"

#define NUMBER_DIGITS_MAX 9

struct parser {
    struct command    *command;
    const char *const *word;
    size_t             count;
    size_t             next;
};

/* ": the nearest is 'x'", or nothing. */
static const char *nearest_hint(struct arena *arena, const struct word_search *search,
                                const char *dashes)
{
    if (search->nearest == NULL)
        return "";
    return arena_print(arena, ". Did you mean '%s%s'?", dashes, search->nearest);
}

/* -- the verb ------------------------------------------------------------------------------ */

static enum err unknown_verb(struct parser *parser, const char *one, const char *two)
{
    struct command *command = parser->command;
    struct word_search single = { .typed = one };
    struct word_search pair = { .typed = two == NULL ? one : arena_print(command->arena,
                                                                         "%s %s", one, two) };
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    while ((action = action_next(command->features, &feature, &row)) != NULL) {
        if (strchr(action->verb, ' ') != NULL)
            word_offer(&pair, action->verb);
        else
            word_offer(&single, action->verb);
    }
    const struct word_search *best = pair.nearest != NULL ? &pair : &single;
    return fail(command->trouble, ERR_USAGE, "'%s' is not something ochil can do%s",
                best->typed, nearest_hint(command->arena, best, ""));
}

/* A verb of two words is tried before one of a single word. */
static enum err take_verb(struct parser *parser)
{
    struct command *command = parser->command;
    const char *one = parser->word[parser->next];
    const char *two = parser->next + 1 < parser->count ? parser->word[parser->next + 1] : NULL;

    if (two != NULL && two[0] != '-') {
        command->action = action_find(command->features,
                                      arena_print(command->arena, "%s %s", one, two));
        if (command->action != NULL) {
            parser->next += 2;
            return OK;
        }
    }
    command->action = action_find(command->features, one);
    if (command->action == NULL)
        return unknown_verb(parser, one, two);
    parser->next++;
    return OK;
}

/* -- options ------------------------------------------------------------------------------- */

static bool is_listed(const char *const *choices, const char *value)
{
    for (; *choices != NULL; choices++) {
        if (strcmp(*choices, value) == 0)
            return true;
    }
    return false;
}

static enum err check_choice(struct command *command, const char *what,
                             const char *const *choices, const char *value)
{
    struct word_search search = { .typed = value };

    if (choices == NULL || is_listed(choices, value))
        return OK;
    const char *list = "";
    for (size_t i = 0; choices[i] != NULL; i++) {
        word_offer(&search, choices[i]);
        list = arena_print(command->arena, "%s%s%s", list, i == 0 ? "" : ", ", choices[i]);
    }
    return fail(command->trouble, ERR_USAGE, "%s is one of %s, not '%s'%s", what, list, value,
                nearest_hint(command->arena, &search, ""));
}

static bool is_number(const char *value)
{
    size_t digits = strspn(value, "0123456789");

    return digits > 0 && digits <= NUMBER_DIGITS_MAX && value[digits] == '\0';
}

static enum err check_value(struct command *command, const char *what, enum value_kind kind,
                            const char *const *choices, const char *value)
{
    assert(value != NULL);
    if (value[0] == '\0')
        return fail(command->trouble, ERR_USAGE, "%s is empty", what);
    if (kind == VALUE_NUMBER && !is_number(value))
        return fail(command->trouble, ERR_USAGE, "%s is a whole number, not '%s'", what, value);
    return check_choice(command, what, choices, value);
}

static bool was_given(const struct command *command, const struct option *option)
{
    for (size_t i = 0; i < command->given_count; i++) {
        if (command->given[i].option == option)
            return true;
    }
    return false;
}

static enum err keep_option(struct command *command, const struct option *option,
                            const char *value)
{
    const char *what = arena_print(command->arena, "--%s", option->name);
    enum err err = OK;

    if (option->value != NULL)
        err = check_value(command, what, option->kind, option->choices, value);
    if (err != OK)
        return err;
    if (option->value != NULL && !option->repeatable && was_given(command, option))
        return fail(command->trouble, ERR_USAGE, "%s is given twice", what);
    command->given[command->given_count++] = (struct given){ option, value };
    if (option == &common_options[0])
        command->help = true;
    return OK;
}

static enum err take_next_as_value(struct parser *parser, const struct option *option,
                                   const char **value)
{
    if (parser->next == parser->count)
        return fail(parser->command->trouble, ERR_USAGE, "--%s needs a value: --%s %s",
                    option->name, option->name, option->value);
    *value = parser->word[parser->next++];
    return OK;
}

static enum err unknown_option(struct command *command, const char *name)
{
    struct word_search search = { .typed = name };
    const struct option *option = NULL;

    while ((option = option_next(command->action, option)) != NULL)
        word_offer(&search, option->name);
    return fail(command->trouble, ERR_USAGE, "'%s' has no option '--%s'%s",
                command->action->verb, name, nearest_hint(command->arena, &search, "--"));
}

/* --name, --name=value, --name value. */
static enum err take_long(struct parser *parser, const char *word)
{
    struct command *command = parser->command;
    const char *equals = strchr(word, '=');
    size_t size = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const char *name = arena_copy(command->arena, word, size);
    const struct option *option = action_option(command->action, name);
    const char *value = equals == NULL ? NULL : equals + 1;
    enum err err = OK;

    if (option == NULL)
        return unknown_option(command, name);
    if (option->value == NULL && value != NULL)
        return fail(command->trouble, ERR_USAGE, "--%s takes no value", name);
    if (option->value != NULL && value == NULL)
        err = take_next_as_value(parser, option, &value);
    return err != OK ? err : keep_option(command, option, value);
}

static const struct option *find_letter(const struct action *action, char letter)
{
    const struct option *option = option_next(action, NULL);

    while (option != NULL && option->letter != letter)
        option = option_next(action, option);
    return option;
}

/* -q, -qv, -oDIR, -o DIR. */
static enum err take_short(struct parser *parser, const char *letters)
{
    struct command *command = parser->command;

    for (; *letters != '\0'; letters++) {
        const struct option *option = find_letter(command->action, *letters);
        const char *value = NULL;
        enum err err = OK;

        if (option == NULL)
            return fail(command->trouble, ERR_USAGE, "'%s' has no option '-%c'",
                        command->action->verb, *letters);
        if (option->value == NULL)
            err = keep_option(command, option, NULL);
        else if (letters[1] != '\0')
            value = letters + 1;
        else
            err = take_next_as_value(parser, option, &value);
        if (err != OK || command->help)
            return err;
        if (option->value != NULL)
            return keep_option(command, option, value);
    }
    return OK;
}

/* -- arguments ----------------------------------------------------------------------------- */

/* The row of the argument that comes next; without a name when there is none. */
static const struct argument *next_argument(const struct command *command)
{
    const struct argument *argument = command->action->argument;

    for (size_t i = 0; i < command->argument_count; i++) {
        if (argument->name == NULL || argument->repeatable)
            break;
        argument++;
    }
    return argument;
}

static enum err keep_argument(struct command *command, const char *word)
{
    const struct argument *argument = next_argument(command);

    if (argument->name == NULL)
        return fail(command->trouble, ERR_USAGE, "'%s' does not know what to do with '%s'",
                    command->action->verb, word);
    enum err err = check_value(command, argument->name, argument->kind, argument->choices, word);
    if (err == OK)
        command->argument[command->argument_count++] = word;
    return err;
}

static enum err check_complete(const struct command *command)
{
    const struct argument *argument = command->action->argument;

    for (size_t i = 0; argument[i].name != NULL; i++) {
        if (!argument[i].optional && command->argument_count <= i)
            return fail(command->trouble, ERR_USAGE, "'%s' needs %s", command->action->verb,
                        argument[i].name);
    }
    const struct option *option = NULL;
    while ((option = option_next(command->action, option)) != NULL) {
        if (option->required && !was_given(command, option))
            return fail(command->trouble, ERR_USAGE, "'%s' needs --%s %s",
                        command->action->verb, option->name, option->value);
    }
    return OK;
}

/* -- all of it ----------------------------------------------------------------------------- */

/* Before the verb only the words that are about ochil as a whole. */
static enum err take_front(struct parser *parser)
{
    struct command *command = parser->command;
    const char *word = parser->word[parser->next];

    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        command->help = true;
    else if (strcmp(word, "--version") == 0)
        command->version = true;
    else
        return fail(command->trouble, ERR_USAGE,
                    "'%s' before the verb: options are written behind it", word);
    parser->next++;
    return OK;
}

static enum err take_word(struct parser *parser, bool *only_arguments)
{
    const char *word = parser->word[parser->next++];

    if (*only_arguments || word[0] != '-' || word[1] == '\0')
        return keep_argument(parser->command, word);
    if (word[1] != '-')
        return take_short(parser, word + 1);
    if (word[2] != '\0')
        return take_long(parser, word + 2);
    *only_arguments = true;
    return OK;
}

enum err command_parse(struct command *command, size_t count, const char *const word[])
{
    struct parser parser = { command, word, count, 0 };
    bool only_arguments = false;
    size_t letters = 0;
    enum err err = OK;

    for (size_t i = 0; i < count; i++)
        letters += strlen(word[i]);
    command->argument = arena_take(command->arena, count + 1, sizeof *command->argument);
    command->given = arena_take(command->arena, letters + 1, sizeof *command->given);
    while (err == OK && parser.next < count && word[parser.next][0] == '-')
        err = take_front(&parser);
    if (err != OK || command->version || parser.next == count)
        return err;
    err = take_verb(&parser);
    if (err != OK)
        return err;
    assert(command->action != NULL);
    while (err == OK && !command->help && parser.next < count)
        err = take_word(&parser, &only_arguments);
    if (err != OK || command->help)
        return err;
    command->quiet = command_has(command, "quiet");
    command->verbose = command_has(command, "verbose");
    return check_complete(command);
}

/* -- what a handler asks ------------------------------------------------------------------- */

bool command_has(const struct command *command, const char *option)
{
    const struct option *row = action_option(command->action, option);

    assert(row != NULL);
    return was_given(command, row);
}

const char *command_value(const struct command *command, const char *option)
{
    const struct option *row = action_option(command->action, option);
    const char *value = NULL;

    assert(row != NULL && row->value != NULL);
    for (size_t i = 0; i < command->given_count; i++) {
        if (command->given[i].option == row)
            value = command->given[i].value;
    }
    return value;
}

long command_number(const struct command *command, const char *option, long otherwise)
{
    const char *value = command_value(command, option);

    return value == NULL ? otherwise : strtol(value, NULL, 10);
}

const char *const *command_values(const struct command *command, const char *option,
                                  size_t *count)
{
    const struct option *row = action_option(command->action, option);
    const char **values = arena_take(command->arena, command->given_count + 1, sizeof *values);

    assert(row != NULL && row->repeatable);
    *count = 0;
    for (size_t i = 0; i < command->given_count; i++) {
        if (command->given[i].option == row)
            values[(*count)++] = command->given[i].value;
    }
    return values;
}

const char *command_argument(const struct command *command, size_t index)
{
    return index < command->argument_count ? command->argument[index] : NULL;
}

void command_say(const struct command *command, const char *format, ...)
{
    va_list arguments;

    if (command->quiet)
        return;
    va_start(arguments, format);
    (void)vfprintf(command->err, format, arguments);
    va_end(arguments);
    (void)fputc('\n', command->err);
}
