#include "trail/trail_strict.h"

#define COUNT_DIGITS_MOST 18

bool strict_count(struct strict *strict, uint64_t *count)
{
    const char *first = strict->at;

    *count = 0;
    while (strict->at < strict->end && *strict->at >= '0' && *strict->at <= '9') {
        if (strict->at - first == COUNT_DIGITS_MOST)
            return false;
        *count = *count * 10 + (uint64_t)(*strict->at++ - '0');
    }
    return strict->at > first && (*first != '0' || strict->at - first == 1);
}

/* What a digit stands for, and one more; 0: it is none. A table, since a trail is full of them. */
static const unsigned char digit_place[256] = {
    ['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* Below 0: not a digit. */
static int hex_value(char digit)
{
    return digit_place[(unsigned char)digit] - 1;
}

/* The character behind \u: four digits, below U+0020, not NUL, none that has a short escape. */
static bool take_control(struct strict *strict, char *byte)
{
    if (!strict_word(strict, "00") || strict->end - strict->at < 2)
        return false;
    int high = hex_value(strict->at[0]);
    int low = hex_value(strict->at[1]);
    if (high < 0 || high > 1 || low < 0)
        return false;
    strict->at += 2;
    *byte = (char)(high * 16 + low);
    return *byte != '\0' && strchr("\b\f\n\r\t", *byte) == NULL;
}

static bool take_escape(struct strict *strict, char *byte)
{
    static const char letter[] = "\"\\bfnrt";
    static const char meaning[] = "\"\\\b\f\n\r\t";

    if (strict->at == strict->end)
        return false;
    char given = *strict->at++;
    if (given == 'u')
        return take_control(strict, byte);
    const char *found = given == '\0' ? NULL : strchr(letter, given);
    if (found == NULL)
        return false;
    *byte = meaning[found - letter];
    return true;
}

/* How many bytes from here stand for themselves. */
static size_t plain_bytes(const struct strict *strict)
{
    const char *at = strict->at;

    while (at < strict->end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    return (size_t)(at - strict->at);
}

/* The rest of a string in which an escape was met, `plain` bytes behind its beginning. */
static bool take_escaped(struct strict *strict, size_t plain, struct text *out)
{
    char *into = strict->spare;

    memcpy(into, strict->at, plain);
    strict->at += plain;
    into += plain;
    while (strict_word(strict, "\\")) {
        if (!take_escape(strict, into++))
            return false;
        plain = plain_bytes(strict);
        memcpy(into, strict->at, plain);
        strict->at += plain;
        into += plain;
    }
    *out = (struct text){ strict->spare, (size_t)(into - strict->spare) };
    strict->spare = into;
    return strict_word(strict, "\"");
}

bool strict_text(struct strict *strict, size_t most, struct text *out)
{
    if (!strict_word(strict, "\""))
        return false;
    size_t plain = plain_bytes(strict);
    *out = (struct text){ strict->at, plain };
    if (strict->at + plain < strict->end && strict->at[plain] == '"')
        strict->at += plain + 1;
    else if (!take_escaped(strict, plain, out))
        return false;
    return out->size <= most;
}

bool strict_bytes(struct text hex, unsigned char *bytes, size_t size)
{
    int all = 0;

    if (hex.size != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int both = hex_value(hex.data[2 * i]) * 16 | hex_value(hex.data[2 * i + 1]);

        all |= both;
        bytes[i] = (unsigned char)both;
    }
    return all >= 0;
}

bool strict_hex(struct strict *strict, unsigned char *bytes, size_t size)
{
    if (!strict_word(strict, "\"") || (size_t)(strict->end - strict->at) < 2 * size ||
        !strict_bytes((struct text){ strict->at, 2 * size }, bytes, size))
        return false;
    strict->at += 2 * size;
    return strict_word(strict, "\"");
}

bool strict_sum(struct strict *strict, struct sha256_sum *sum)
{
    return strict_hex(strict, sum->bytes, sizeof sum->bytes);
}

bool strict_end(const struct strict *strict)
{
    return strict->at == strict->end;
}
