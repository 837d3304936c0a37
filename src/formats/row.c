/*
 * formats/row.c -- white space around a cell.
 */
#include "formats/row.h"

/* Bytes of the white-space character at the start of the text; 0: none stands there. */
static size_t white_at_start(struct text text)
{
    const unsigned char *byte = (const unsigned char *)text.data;

    if (text.size == 0)
        return 0;
    if (byte[0] == ' ' || byte[0] == '\t' || byte[0] == '\r' || byte[0] == '\n')
        return 1;
    if (text.size >= 2 && byte[0] == 0xC2 && byte[1] == 0xA0)
        return 2;
    if (text.size >= 3 && byte[0] == 0xEF && byte[1] == 0xBB && byte[2] == 0xBF)
        return 3;
    return 0;
}

/* The same at the end. A byte of UTF-8 says of itself whether it begins a character, so what
 * ends in these bytes is that character. */
static size_t white_at_end(struct text text)
{
    for (size_t size = 1; size <= 3 && size <= text.size; size++) {
        if (white_at_start((struct text){ text.data + text.size - size, size }) == size)
            return size;
    }
    return 0;
}

struct text cell_trim_slow(struct text text)
{
    size_t white;

    while ((white = white_at_start(text)) > 0) {
        text.data += white;
        text.size -= white;
    }
    while ((white = white_at_end(text)) > 0)
        text.size -= white;
    return text;
}

struct row row_copy(struct arena *arena, const struct row *row)
{
    struct row copy = *row;

    copy.cell = arena_take(arena, row->count + 1, sizeof *copy.cell);
    for (size_t i = 0; i < row->count; i++) {
        copy.cell[i] = row->cell[i];
        copy.cell[i].text.data = arena_copy(arena, row->cell[i].text.data,
                                            row->cell[i].text.size);
    }
    return copy;
}
