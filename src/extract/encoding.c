#include "extract/encoding.h"

#include <assert.h>

#define NOT_A_CHARACTER ((char)0xFF)

/* ---- telling ---- */

static bool starts_with(struct text text, const char *bytes, size_t size)
{
    return text.size >= size && memcmp(text.data, bytes, size) == 0;
}

size_t encoding_mark(struct text text, bool *twice)
{
    *twice = starts_with(text, "\xC3\xAF\xC2\xBB\xC2\xBF", 6);
    if (*twice)
        return 6;
    return starts_with(text, "\xEF\xBB\xBF", 3) ? 3 : 0;
}

/* UTF-16 of mostly Western text has a NUL in every second place; so does nothing else, but for
 * a file of NULs only. */
static enum encoding detect_utf16(struct text sample)
{
    const size_t size = sample.size < ENCODING_NUL_BYTES ? sample.size : ENCODING_NUL_BYTES;
    size_t first_nuls = 0;
    size_t second_nuls = 0;
    size_t pairs = size / 2;

    for (size_t i = 0; i < pairs; i++) {
        first_nuls += sample.data[2 * i] == 0;
        second_nuls += sample.data[2 * i + 1] == 0;
    }
    if (pairs == 0 || first_nuls == second_nuls)
        return ENCODING_DETECT;
    return second_nuls == pairs ? ENCODING_UTF16LE
         : first_nuls == pairs ? ENCODING_UTF16BE : ENCODING_DETECT;
}

/* Bytes at the end that may be the beginning of a character. */
static size_t begun_character(struct text text)
{
    for (size_t size = 1; size <= 3 && size <= text.size; size++) {
        unsigned char c = (unsigned char)text.data[text.size - size];
        if (c >= 0xC0)
            return size < (c >= 0xF0 ? 4U : c >= 0xE0 ? 3U : 2U) ? size : 0;
        if (c < 0x80)
            return 0;
    }
    return 0;
}

/* A NUL says nothing of the encoding: it is a character of each. */
static bool is_utf8_with_nuls(struct text text)
{
    while (text.size > 0) {
        const char *nul = memchr(text.data, 0, text.size);
        size_t size = nul == NULL ? text.size : (size_t)(nul - text.data);

        if (!text_is_utf8((struct text){ text.data, size }))
            return false;
        size += nul != NULL;
        text.data += size;
        text.size -= size;
    }
    return true;
}

enum encoding encoding_detect(struct text sample, bool whole)
{
    bool twice;

    if (encoding_mark(sample, &twice) > 0)
        return ENCODING_UTF8;
    if (starts_with(sample, "\xFF\xFE", 2))
        return ENCODING_UTF16LE;
    if (starts_with(sample, "\xFE\xFF", 2))
        return ENCODING_UTF16BE;
    enum encoding wide_units = detect_utf16(sample);
    if (wide_units != ENCODING_DETECT)
        return wide_units;
    if (!whole)
        sample.size -= begun_character(sample);
    return is_utf8_with_nuls(sample) ? ENCODING_UTF8 : ENCODING_WINDOWS_1252;
}

/* ---- decoding ---- */

void decoding_open(struct decoding *decoding, enum encoding encoding)
{
    assert(encoding != ENCODING_DETECT);
    *decoding = (struct decoding){ .encoding = encoding };
}

static char *put_character(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    } else {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (c & 0x3F));
    return out;
}

/* 0x80 to 0x9F; from 0xA0 on Windows-1252 is Unicode. 0: not defined. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178
};

static char *take_windows_1252(const unsigned char *at, size_t left, char *out)
{
    while (left > 0) {
        uint64_t word = UINT64_MAX;
        if (left >= sizeof word)
            memcpy(&word, at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) == 0) {
            memcpy(out, &word, sizeof word);
            at += sizeof word;
            out += sizeof word;
            left -= sizeof word;
            continue;
        }
        uint32_t c = *at >= 0x80 && *at < 0xA0 ? windows_1252[*at - 0x80] : *at;
        if (c == 0 && *at != 0)
            *out++ = NOT_A_CHARACTER;
        else
            out = put_character(out, c);
        at++;
        left--;
    }
    return out;
}

static char *put_unit(struct decoding *decoding, uint32_t unit, char *out)
{
    const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
    const uint32_t high = decoding->high;

    decoding->high = 0;
    if (high != 0 && low)
        return put_character(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
    if (high != 0)
        *out++ = NOT_A_CHARACTER;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        decoding->high = unit;
        return out;
    }
    if (low) {
        *out++ = NOT_A_CHARACTER;
        return out;
    }
    return put_character(out, unit);
}

static uint32_t unit_of(const struct decoding *decoding, unsigned char first,
                        unsigned char second)
{
    return decoding->encoding == ENCODING_UTF16LE ? (uint32_t)(second << 8 | first)
                                                  : (uint32_t)(first << 8 | second);
}

/* Units of ASCII characters, which is nearly all there are; gives how many. */
static size_t take_ascii_units(const struct decoding *decoding, const unsigned char *at,
                               size_t left, char *out)
{
    const size_t place = decoding->encoding == ENCODING_UTF16LE ? 0 : 1;
    size_t units = 0;

    while (left - units * 2 >= 2 && at[units * 2 + place] < 0x80 &&
           at[units * 2 + 1 - place] == 0) {
        out[units] = (char)at[units * 2 + place];
        units++;
    }
    return units;
}

static char *take_utf16(struct decoding *decoding, const unsigned char *at, size_t left, char *out)
{
    if (decoding->half && left > 0) {
        decoding->half = false;
        out = put_unit(decoding, unit_of(decoding, decoding->first, *at), out);
        at++;
        left--;
    }
    while (left >= 2) {
        size_t units = decoding->high != 0 ? 0 : take_ascii_units(decoding, at, left, out);
        out += units;
        at += units * 2;
        left -= units * 2;
        if (left >= 2) {
            out = put_unit(decoding, unit_of(decoding, at[0], at[1]), out);
            at += 2;
            left -= 2;
        }
    }
    if (left > 0) {
        decoding->half = true;
        decoding->first = *at;
    }
    return out;
}

size_t decoding_take(struct decoding *decoding, struct text block, bool final, char *out)
{
    const unsigned char *at = (const unsigned char *)block.data;
    char *end = out;

    if (decoding->encoding == ENCODING_UTF8) {
        if (block.size > 0)
            memcpy(out, block.data, block.size);
        return block.size;
    }
    if (decoding->encoding == ENCODING_WINDOWS_1252)
        return (size_t)(take_windows_1252(at, block.size, out) - out);
    end = take_utf16(decoding, at, block.size, end);
    if (final && decoding->high != 0)
        *end++ = NOT_A_CHARACTER;
    if (final && decoding->half)
        *end++ = NOT_A_CHARACTER;
    return (size_t)(end - out);
}
