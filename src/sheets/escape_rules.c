#include "sheets/escape_rules.h"

#define ESCAPE_BYTES 7    /* _xHHHH_ */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The unit that stands at the start of the bytes; 0: none does. */
static uint32_t unit_at(const char *bytes, size_t size)
{
    uint32_t unit = 0;

    if (size < ESCAPE_BYTES || bytes[0] != '_' || bytes[1] != 'x' || bytes[6] != '_')
        return 0;
    for (size_t i = 2; i < 6; i++) {
        int value = hex_value(bytes[i]);
        if (value < 0)
            return 0;
        unit = unit * 16 + (uint32_t)value;
    }
    return unit;
}

static size_t put_character(char *out, uint32_t character)
{
    size_t size = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

    for (size_t i = size; i > 1; i--) {
        out[i - 1] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    out[0] = (char)(first[size] | character);
    return size;
}

/* Decodes what stands at the start of the bytes; gives how many of them it took, 0: no escape.
 * What it writes is shorter, so `out` may be the same place. */
static size_t take_escape(const char *bytes, size_t size, char *out, size_t *put)
{
    uint32_t unit = unit_at(bytes, size);
    bool high = unit >= 0xD800 && unit < 0xDC00;
    uint32_t low = high ? unit_at(bytes + ESCAPE_BYTES, size - ESCAPE_BYTES) : 0;

    if (unit == 0 || (unit >= 0xDC00 && unit < 0xE000))
        return 0;
    if (high && (low < 0xDC00 || low >= 0xE000))
        return 0;
    *put = put_character(out, high ? 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00) : unit);
    return high ? 2 * ESCAPE_BYTES : ESCAPE_BYTES;
}

size_t escapes_decode(char *bytes, size_t size)
{
    const char *first = size == 0 ? NULL : memchr(bytes, '_', size);
    size_t from = first == NULL ? size : (size_t)(first - bytes);
    size_t used = from;

    while (from < size) {
        size_t put = 1;
        size_t taken = bytes[from] == '_'
            ? take_escape(bytes + from, size - from, bytes + used, &put) : 0;

        if (taken == 0) {
            bytes[used] = bytes[from];
            taken = 1;
        }
        from += taken;
        used += put;
    }
    return used;
}
