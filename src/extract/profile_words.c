#include "extract/profile_words.h"

#include <stdarg.h>
#include <stdio.h>

#include "extract/profile.h"

enum err profile_fault(const struct profile_place *place, const char *format, ...)
{
    char what[sizeof place->trouble->text];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (place->line == 0)
        return fail(place->trouble, ERR_USAGE, "%s: %s", place->name, what);
    return fail(place->trouble, ERR_USAGE, "%s:%u: %s", place->name, place->line, what);
}

struct text shown_part(struct text text)
{
    enum { SHOWN_MAX = 80 };

    if (text.size <= SHOWN_MAX)
        return text;
    text.size = SHOWN_MAX;
    while (text.size > 0 && ((unsigned char)text.data[text.size] & 0xC0) == 0x80)
        text.size--;
    return text;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* What is still to be read of the line. */
struct scan {
    const char *at, *end;
};

static bool at_comment(const struct scan *scan)
{
    return *scan->at == '#' && (scan->at + 1 == scan->end || !is_digit(scan->at[1]));
}

/* A quoted word, from its opening quote on. */
static enum err take_quoted(const struct profile_place *place, struct scan *scan,
                            struct text *word)
{
    char *kept = arena_take(place->arena, (size_t)(scan->end - scan->at), 1);
    size_t size = 0;
    bool closed = false;

    for (scan->at++; scan->at < scan->end && !closed; scan->at++) {
        const bool quote = *scan->at == '"';
        const bool doubled = quote && scan->at + 1 < scan->end && scan->at[1] == '"';
        closed = quote && !doubled;
        scan->at += doubled;
        if (!closed)
            kept[size++] = *scan->at;
    }
    *word = (struct text){ kept, size };
    if (!closed)
        return profile_fault(place, "a quote is opened and never closed");
    if (scan->at < scan->end && !is_blank(*scan->at))
        return profile_fault(place, "something stands behind a closing quote; a quote inside "
                             "quotes is written twice");
    return OK;
}

static enum err take_word(const struct profile_place *place, struct scan *scan,
                          struct profile_word *word)
{
    const char *start = scan->at;

    word->quoted = *start == '"';
    if (word->quoted)
        return take_quoted(place, scan, &word->text);
    while (scan->at < scan->end && !is_blank(*scan->at))
        scan->at++;
    word->text = (struct text){ start, (size_t)(scan->at - start) };
    return OK;
}

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->end && is_blank(*scan->at))
        scan->at++;
}

enum err profile_words_read(const struct profile_place *place, struct text text,
                            struct profile_words *out)
{
    struct scan scan = { text.data, text.data + text.size };
    const char *end = text.data;
    enum err err;

    skip_blanks(&scan);
    const char *start = scan.at;
    *out = (struct profile_words){ .word = arena_take(place->arena, text.size / 2 + 1,
                                                      sizeof *out->word) };
    while (scan.at < scan.end && !at_comment(&scan)) {
        if ((err = take_word(place, &scan, &out->word[out->count++])) != OK)
            return err;
        end = scan.at;
        skip_blanks(&scan);
    }
    out->raw = (struct text){ start, out->count > 0 ? (size_t)(end - start) : 0 };
    return OK;
}

bool word_is(const struct profile_word *word, const char *own)
{
    return !word->quoted && text_is(word->text, own);
}

const char *nearest_of(const struct profile_place *place, struct text typed,
                       const char *const words[], size_t count)
{
    struct word_search search = { .typed = arena_copy(place->arena, typed.data, typed.size) };

    for (size_t i = 0; i < count; i++)
        word_offer(&search, words[i]);
    if (search.nearest == NULL)
        return "";
    return arena_print(place->arena, ". Did you mean '%s'?", search.nearest);
}

/* The digits behind `#`. false: no place that a column can have. */
static bool place_read(struct text digits, uint32_t *place)
{
    enum { PLACE_MAX = 16384 };     /* columns of a sheet */

    *place = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (!is_digit(digits.data[i]) || *place > PLACE_MAX)
            return false;
        *place = *place * 10 + (uint32_t)(digits.data[i] - '0');
    }
    return *place >= 1 && *place <= PLACE_MAX;
}

enum err column_read(const struct profile_place *place, const struct profile_word *word,
                     struct column *out)
{
    const struct text text = cell_trim(word->text);

    *out = (struct column){ .line = place->line };
    if (text.size == 0)
        return profile_fault(place, "a column's name is empty: name it by its place, as #3");
    if (word->quoted || text.data[0] != '#') {
        out->name = text;
        return OK;
    }
    if (!place_read((struct text){ text.data + 1, text.size - 1 }, &out->place))
        return profile_fault(place, "'%.*s' is no place of a column (#1 is the first); a name "
                             "that begins with # stands in quotes", TEXT(shown_part(text)));
    return OK;
}
