/*
 * extract/guess_text.c -- a guess as the text of a profile.
 */
#include "extract/guess.h"

const char *const sureness_name[SURENESS_OPEN + 1] = {
    "sure", "likely", "guess", "to be filled in", "open"
};

/* A long one would hide the rest of a comment. */
#define SHOWN_BYTES_MAX 60

const char *guess_shown(struct arena *arena, struct text text)
{
    const bool good = text_is_utf8(text);
    size_t size = text.size;
    char *shown;

    if (size > SHOWN_BYTES_MAX) {
        size = SHOWN_BYTES_MAX;
        while (good && size > 0 && ((unsigned char)text.data[size] & 0xC0) == 0x80)
            size--;
    }
    shown = arena_copy(arena, text.data, size);
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)shown[i];
        if (c < 0x20 || c == 0x7F)
            shown[i] = ' ';
        else if (c >= 0x80 && !good)
            shown[i] = '?';
    }
    return shown;
}

static bool is_plain(struct text text)
{
    static const char *const own[] = { "and", "is", "not", "only", "starts", "ends", "contains",
                                       "blank", "with", "column", "fixed" };

    for (size_t i = 0; i < text.size; i++) {
        const char c = text.data[i];
        if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')))
            return false;
    }
    for (size_t i = 0; i < COUNT(own); i++) {
        if (text_is(text, own[i]))
            return false;
    }
    return text.size > 0;
}

const char *guess_quoted(struct arena *arena, struct text text, bool always)
{
    char *quoted;
    size_t at = 0;

    if (!always && is_plain(text))
        return arena_copy(arena, text.data, text.size);
    quoted = arena_take(arena, 2 * text.size + 3, 1);
    quoted[at++] = '"';
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            quoted[at++] = '"';
        quoted[at++] = text.data[i];
    }
    quoted[at] = '"';
    return quoted;
}

bool guess_fits_line(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        if ((unsigned char)name.data[i] < 0x20)
            return false;
    }
    return name.size > 0 && name.size <= 200 && text_is_utf8(name);
}

const char *guess_column_name(const struct guess *guess, const struct table_facts *facts,
                              size_t column)
{
    const struct row *header = &facts->header;
    size_t alike = 0;

    for (size_t i = 0; i < header->count && column < header->count; i++)
        alike += text_equal(cell_trim(header->cell[i].text),
                            cell_trim(header->cell[column].text));
    if (alike != 1 || !guess_fits_line(cell_trim(header->cell[column].text)))
        return arena_print(guess->arena, "#%zu", column + 1);
    return guess_quoted(guess->arena, cell_trim(header->cell[column].text), false);
}

static void add_line(struct guess *guess, const struct guess_line *line)
{
    if (guess->lines < GUESS_LINES_MAX)
        guess->line[guess->lines++] = *line;
}

void guess_say(struct guess *guess, const char *key, const char *value, enum sureness sure,
               const char *why)
{
    add_line(guess, &(struct guess_line){ key, value, sure, why, false });
}

void guess_need(struct guess *guess, const char *key, const char *value, const char *why)
{
    add_line(guess, &(struct guess_line){ key, value, SURENESS_OPEN, why, true });
}

size_t guess_open(const struct guess *guess)
{
    size_t open = 0;

    for (size_t i = 0; i < guess->lines; i++)
        open += guess->line[i].needed && guess->line[i].sure == SURENESS_OPEN;
    return open;
}

/* Keys of one width, so that values stand below each other. */
#define KEY_WIDTH 13

const char *guess_text(const struct guess *guess)
{
    struct arena *arena = guess->arena;
    size_t room = 256;
    size_t at = 0;
    char **line = arena_take(arena, guess->lines + 1, sizeof *line);
    char *text;

    for (size_t i = 0; i < guess->lines; i++) {
        const struct guess_line *one = &guess->line[i];
        line[i] = arena_print(arena, "%s%-*s = %s   # %s: %s\n",
                              one->sure == SURENESS_OPEN ? "# " : "", KEY_WIDTH, one->key,
                              one->value, sureness_name[one->sure], one->why);
        room += strlen(line[i]);
    }
    text = arena_take(arena, room, 1);
    for (size_t i = 0; i < guess->lines; i++) {
        const size_t size = strlen(line[i]);
        memcpy(text + at, line[i], size);
        at += size;
    }
    return text;
}
