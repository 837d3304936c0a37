#include "server/settings.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/word.h"
#include "formats/small_file_io.h"

#define FILE_MOST ((size_t)64 * 1024)
#define HERE "ochil.conf"
#define SYSTEM "/etc/ochil/ochil.conf"

/* The place of a setting in the table; -1: there is none. */
static int place_of(struct text name)
{
    for (int i = 0; setting_table[i].name != NULL; i++) {
        if (text_is(name, setting_table[i].name))
            return i;
    }
    return -1;
}

static struct text trimmed(struct text text)
{
    while (text.size > 0 && isspace((unsigned char)text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && isspace((unsigned char)text.data[text.size - 1]))
        text.size--;
    return text;
}

/* ---- a file ---- */

struct reading {
    const char      *path;
    size_t           line;
    struct arena    *arena;
    struct settings *own;       /* of this file alone, so that a setting told twice is seen */
    struct trouble  *trouble;
};

static enum err unknown(const struct reading *reading, const char *name)
{
    struct word_search search = { .typed = name };

    for (const struct setting *row = setting_table; row->name != NULL; row++)
        word_offer(&search, row->name);
    return fail(reading->trouble, ERR_CHECK, "%s, line %zu: '%s' is no setting%s%s%s",
                reading->path, reading->line, name, search.nearest == NULL ? "" : ": perhaps '",
                search.nearest == NULL ? "" : search.nearest, search.nearest == NULL ? "" : "'");
}

static enum err take_line(const struct reading *reading, struct text line)
{
    const char *equals = line.size == 0 ? NULL : memchr(line.data, '=', line.size);

    line = trimmed(line);
    if (line.size == 0 || line.data[0] == '#')
        return OK;
    if (equals == NULL)
        return fail(reading->trouble, ERR_CHECK, "%s, line %zu: not 'name = value'",
                    reading->path, reading->line);
    const struct text name = trimmed((struct text){ line.data, (size_t)(equals - line.data) });
    const struct text value = trimmed((struct text){ equals + 1, (size_t)(line.data + line.size -
                                                                          (equals + 1)) });
    const int place = place_of(name);
    if (place < 0)
        return unknown(reading, arena_copy(reading->arena, name.data, name.size));
    if (value.size == 0 || reading->own->value[place] != NULL)
        return fail(reading->trouble, ERR_CHECK, "%s, line %zu: %s %s", reading->path,
                    reading->line, setting_table[place].name,
                    value.size == 0 ? "has no value" : "stands there twice");
    reading->own->value[place] = arena_copy(reading->arena, value.data, value.size);
    reading->own->origin[place] = arena_print(reading->arena, "%s, line %zu", reading->path,
                                              reading->line);
    return OK;
}

static enum err take_lines(struct reading *reading, struct text rest)
{
    enum err err = OK;

    while (err == OK && rest.size > 0) {
        const char *end = memchr(rest.data, '\n', rest.size);
        const size_t size = end == NULL ? rest.size : (size_t)(end - rest.data);

        reading->line++;
        err = take_line(reading, (struct text){ rest.data, size });
        rest.data += size + (end != NULL);
        rest.size -= size + (end != NULL);
    }
    return err;
}

/* What an earlier place has said stays. */
static void add(struct settings *out, const struct settings *more)
{
    for (int i = 0; setting_table[i].name != NULL; i++) {
        if (out->value[i] == NULL) {
            out->value[i] = more->value[i];
            out->origin[i] = more->origin[i];
        }
    }
}

static enum err take_file(const struct outside *outside, struct arena *arena, const char *path,
                          bool must, struct settings *out, struct trouble *trouble)
{
    struct settings own = { .value = { NULL } };
    struct reading reading = { .path = path, .arena = arena, .own = &own, .trouble = trouble };
    char *bytes = arena_take(arena, 1, FILE_MOST);
    struct stat status;
    size_t size = 0;

    if (!must && outside->stat(path, &status) != 0 && errno == ENOENT)
        return OK;
    enum err err = small_file_read(outside, path, "settings", bytes, FILE_MOST, &size, trouble);
    if (err == OK)
        err = take_lines(&reading, (struct text){ bytes, size });
    if (err == OK)
        add(out, &own);
    return err;
}

/* ---- all of them ---- */

static void take_options(const struct command *command, struct settings *out)
{
    for (int i = 0; setting_table[i].name != NULL; i++) {
        const char *name = setting_table[i].name;
        const struct option *option = action_option(command->action, name);

        /* `config --origin` is no setting's value. */
        if (option == NULL || option->value == NULL || !command_has(command, name))
            continue;
        out->value[i] = command_value(command, name);
        out->origin[i] = arena_print(command->arena, "--%s", name);
    }
}

static void take_environment(struct arena *arena, struct settings *out)
{
    for (int i = 0; setting_table[i].name != NULL; i++) {
        char *name = arena_print(arena, "OCHIL_%s", setting_table[i].name);

        for (char *at = name; *at != '\0'; at++)
            *at = (char)(*at == '-' ? '_' : toupper((unsigned char)*at));
        const char *value = getenv(name);
        if (out->value[i] == NULL && value != NULL && value[0] != '\0') {
            out->value[i] = value;
            out->origin[i] = name;
        }
    }
}

static void take_usual(struct settings *out)
{
    for (int i = 0; setting_table[i].name != NULL; i++) {
        if (out->value[i] == NULL) {
            out->value[i] = setting_table[i].usual;
            out->origin[i] = setting_table[i].usual == NULL ? "none" : "usual";
        }
    }
}

enum err settings_load(const struct outside *outside, const struct command *command,
                       struct settings *out, struct trouble *trouble)
{
    const char *named = command_value(command, "config");
    enum err err = OK;

    *out = (struct settings){ .value = { NULL } };
    take_options(command, out);
    take_environment(command->arena, out);
    if (named != NULL)
        err = take_file(outside, command->arena, named, true, out, trouble);
    if (err == OK && named == NULL)
        err = take_file(outside, command->arena, HERE, false, out, trouble);
    if (err == OK && named == NULL)
        err = take_file(outside, command->arena, SYSTEM, false, out, trouble);
    if (err == OK)
        take_usual(out);
    return err;
}

const char *settings_value(const struct settings *settings, const char *name)
{
    const int place = place_of(text_of(name));

    assert(place >= 0);
    return settings->value[place];
}

const char *setting_shown(struct arena *arena, const char *value)
{
    static const char word[] = "password=";
    const char *given = strstr(value, word);
    const char *scheme = strstr(value, "://");
    const char *at = scheme == NULL ? NULL : strchr(scheme + 3, '@');
    const char *colon = at == NULL ? NULL : memchr(scheme + 3, ':', (size_t)(at - scheme - 3));

    if (colon != NULL)
        value = arena_print(arena, "%.*s:...%s", (int)(colon - value), value, at);
    if (given == NULL)
        return value;
    given = strstr(value, word) + strlen(word);
    return arena_print(arena, "%.*s...%s", (int)(given - value), value,
                       given + strcspn(given, "&"));
}
