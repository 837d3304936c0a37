/*
 * base/text.h -- slices of bytes: text that somebody else holds, with its length.
 *
 * Codes are compared byte for byte (engine contract, fine print 1): no folding, no trimming,
 * no locale. A text is not NUL-terminated unless it says so.
 */
#ifndef OCHIL_TEXT_H
#define OCHIL_TEXT_H

#include <string.h>

#include "base/arena.h"

struct text {
    const char *data;
    size_t      size;
};

/* For printf("%.*s", TEXT(t)). */
#define TEXT(t) (int)(t).size, (t).data

static inline struct text text_of(const char *terminated)
{
    return (struct text){ terminated, strlen(terminated) };
}

static inline bool text_equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Most words of a list differ in their first letter from the one that is looked for: then nothing
 * is measured. */
static inline bool text_is(struct text a, const char *terminated)
{
    if (a.size == 0)
        return *terminated == '\0';
    return *a.data == *terminated && text_equal(a, text_of(terminated));
}

/* A copy that stays as long as the arena. */
static inline struct text text_keep(struct arena *arena, struct text text)
{
    return (struct text){ arena_copy(arena, text.data, text.size), text.size };
}

/* Below 0, 0, above 0: by bytes, a shorter text before a longer one that it begins. */
static inline int text_compare(struct text a, struct text b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_one_of(char c, const char *characters)
{
    return c != '\0' && strchr(characters, c) != NULL;
}

/* How many of the bytes from `at` on are ASCII digits. */
static inline size_t text_digits(struct text text, size_t at)
{
    size_t behind = at;

    while (behind < text.size && is_digit(text.data[behind]))
        behind++;
    return behind - at;
}

/* What "%lld" prints, in a tenth of the time: the digits stand at the end of `room`, from what is
 * given back on. */
#define NUMBER_DIGITS 20
const char *number_print(int64_t number, char room[NUMBER_DIGITS]);

/* Valid UTF-8 as the engine contract means it: no overlong form, no surrogate, nothing above
 * U+10FFFF, no NUL (fine print 2). */
bool text_is_utf8(struct text text);

/* Does it hold the words, or is it them, whichever case their letters have? A to Z, and letters
 * with accents of U+00C0 to U+017F, in which English, Gaelic and most languages of Latin letters
 * are written; all else is as it is. The same on every machine: no locale is asked. */
bool text_holds(struct text text, struct text words);
bool text_alike(struct text one, struct text other);

#endif
