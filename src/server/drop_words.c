#include "server/drop_words.h"

#include <string.h>

#include "cli/answer.h"

#define CONTROL_END ".control"
#define NAME_MOST 230           /* a file system lets 255 through; a moment stands before it */

const char *const drop_control_name[CONTROLS] = {
    [CONTROL_YEAR] = "year", [CONTROL_BOOK] = "book", [CONTROL_SYSTEM] = "system",
    [CONTROL_LINES] = "lines", [CONTROL_TOTAL] = "total", [CONTROL_SHA256] = "sha256",
    [CONTROL_PERSONAL] = "personal", [CONTROL_WHY] = "why",
};

const char *const drop_receipt_name[RECEIPTS] = {
    [RECEIPT_FILE] = "file", [RECEIPT_SHA256] = "sha256", [RECEIPT_BYTES] = "bytes",
    [RECEIPT_PICKED_UP] = "picked_up", [RECEIPT_IMPORT] = "import",
    [RECEIPT_ALREADY] = "already", [RECEIPT_AFTER_JOB] = "after_job", [RECEIPT_JOB] = "job",
    [RECEIPT_STATE] = "state", [RECEIPT_LINES] = "lines", [RECEIPT_LEFT_OUT] = "left_out",
    [RECEIPT_REFUSED] = "refused", [RECEIPT_AMOUNT] = "amount", [RECEIPT_OUTCOME] = "outcome",
    [RECEIPT_ERRORS] = "errors", [RECEIPT_ENDED] = "ended_at",
};

static bool is_blank(char c)
{
    return is_one_of(c, " \t\r");
}

static struct text trimmed(struct text text)
{
    while (text.size > 0 && is_blank(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* The next line, without its end. */
static struct text next_line(struct text *rest)
{
    const char *end = memchr(rest->data, '\n', rest->size);
    const struct text line = { rest->data, end == NULL ? rest->size
                                                       : (size_t)(end - rest->data) };

    rest->data += line.size + (end != NULL);
    rest->size -= line.size + (end != NULL);
    return trimmed(line);
}

static enum err take_line(struct arena *arena, struct text line, int number,
                          const char *const name[], size_t count, const char *value[],
                          struct trouble *trouble)
{
    const char *equals = memchr(line.data, '=', line.size);
    size_t at = 0;

    if (equals == NULL)
        return fail(trouble, ERR_USAGE, "line %d: not 'name = value'", number);
    const size_t before = (size_t)(equals - line.data);
    const struct text key = trimmed((struct text){ line.data, before });
    const struct text said = trimmed((struct text){ equals + 1, line.size - before - 1 });
    while (at < count && !text_is(key, name[at]))
        at++;
    if (at == count)
        return fail(trouble, ERR_USAGE, "line %d: there is no '%s' here", number,
                    text_shown(arena, key));
    if (value[at] != NULL)
        return fail(trouble, ERR_USAGE, "line %d: '%s' stands there twice", number, name[at]);
    value[at] = arena_copy(arena, said.data, said.size);
    return OK;
}

enum err drop_words_read(struct arena *arena, struct text text, const char *const name[],
                         size_t count, const char *value[], struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < count; i++)
        value[i] = NULL;
    if (!text_is_utf8(text) || (text.size > 0 && memchr(text.data, '\0', text.size) != NULL))
        return fail(trouble, ERR_USAGE, "it is not UTF-8");
    for (int number = 1; text.size > 0 && err == OK; number++) {
        const struct text line = next_line(&text);
        if (line.size > 0 && line.data[0] != '#')
            err = take_line(arena, line, number, name, count, value, trouble);
    }
    return err;
}

enum err drop_control_read(struct arena *arena, struct text text, const char *value[CONTROLS],
                           struct trouble *trouble)
{
    static const enum drop_control needed[] = { CONTROL_YEAR, CONTROL_LINES, CONTROL_TOTAL };
    enum err err = drop_words_read(arena, text, drop_control_name, CONTROLS, value, trouble);

    for (size_t i = 0; i < COUNT(needed) && err == OK; i++)
        if (value[needed[i]] == NULL)
            err = fail(trouble, ERR_USAGE, "it does not say '%s'", drop_control_name[needed[i]]);
    return err;
}

struct text drop_words_write(struct arena *arena, const char *const name[], size_t count,
                             const char *const value[])
{
    const char *text = "";

    for (size_t i = 0; i < count; i++) {
        if (value[i] == NULL)
            continue;
        char *plain = arena_copy(arena, value[i], strlen(value[i]));
        for (char *at = plain; *at != '\0'; at++)
            if (is_one_of(*at, "\r\n"))
                *at = ' ';
        text = arena_print(arena, "%s%s = %s\n", text, name[i], plain);
    }
    return text_of(text);
}

/* Bytes of the name before ".control"; 0: it does not end so. */
static size_t stem_of(const char *name)
{
    const size_t size = strlen(name), end = sizeof CONTROL_END - 1;

    return size > end && strcmp(name + size - end, CONTROL_END) == 0 ? size - end : 0;
}

bool drop_is_name(const char *name)
{
    const size_t size = strlen(name);

    if (size == 0 || size > NAME_MOST || name[0] == '.' || stem_of(name) > 0)
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7F)
            return false;
    return true;
}

const char *drop_control_of(struct arena *arena, const char *name)
{
    const size_t size = stem_of(name);
    const char *stem = size == 0 ? NULL : arena_copy(arena, name, size);

    return stem != NULL && drop_is_name(stem) ? stem : NULL;
}
