#include "extract/fixed.h"

#include <assert.h>

/* A line, and how far it has been read. */
struct place {
    const char *at, *end;
    uint32_t    character;    /* the number of the one that begins at `at`, from 1 */
    bool        ascii;
};

size_t fixed_columns_check(const struct fixed_column columns[], size_t count)
{
    uint32_t behind = 0;

    for (size_t i = 0; i < count; i++) {
        if (i == ROW_CELLS_MAX || columns[i].first <= behind ||
            columns[i].last < columns[i].first)
            return i;
        behind = columns[i].last;
    }
    return count;
}

/* Whether all bytes are ASCII, by eights. A NUL counts as such. */
static bool is_ascii(struct text text)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t at = 0;
    unsigned char all = 0;
    uint64_t word;

    for (; text.size - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((word & high) != 0)
            return false;
    }
    for (; at < text.size; at++)
        all |= (unsigned char)text.data[at];
    return all < 0x80;
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* What stands from here to the character `to`, exclusive, or to the end of the line. */
static struct text take_until(struct place *place, uint32_t to)
{
    const char *from = place->at;
    const size_t left = (size_t)(place->end - from);
    const size_t wanted = to - place->character;

    if (place->ascii) {
        place->at += wanted < left ? wanted : left;
    } else {
        for (size_t i = 0; i < wanted && place->at < place->end; i++) {
            place->at++;
            while (place->at < place->end && continues(*place->at))
                place->at++;
        }
    }
    place->character = to;
    return (struct text){ from, (size_t)(place->at - from) };
}

/* The cells of a line; its fault, but for its encoding. */
static enum row_fault cut(struct place place, const struct fixed_column columns[], size_t count,
                          struct cell cell[])
{
    bool run_together = false;
    bool too_long = false;

    for (size_t i = 0; i < count; i++) {
        if (columns[i].first > place.character) {
            struct text gap = take_until(&place, columns[i].first);
            run_together = run_together || !cell_is_blank(gap);
        }
        struct text text = take_until(&place, columns[i].last + 1);
        too_long = too_long || text.size > CELL_BYTES_MAX;
        cell[i] = (struct cell){ text, CELL_TEXT };
    }
    struct text behind = { place.at, (size_t)(place.end - place.at) };
    run_together = run_together || !cell_is_blank(behind);
    return too_long ? ROW_LONG : run_together ? ROW_RUN_TOGETHER : ROW_GOOD;
}

static void read_line(struct text line, const struct fixed_column columns[], size_t count,
                      struct row *row)
{
    const bool ascii = is_ascii(line);
    struct place place = { line.data, line.data + line.size, 1, ascii };

    row->fault = cut(place, columns, count, row->cell);
    row->count = row->fault == ROW_LONG ? 0 : count;
    if (!text_is_utf8(line))
        row->fault = ROW_ENCODING;
}

struct record_extent fixed_read(struct text bytes, bool final, const struct fixed_column columns[],
                                size_t count, char line_last, struct row *row)
{
    const size_t most = RECORD_BYTES_MAX;
    struct record_extent extent = line_skip(bytes, final, line_last);
    size_t size = extent.used;

    if (extent.unended && bytes.size < LINE_BYTES_AHEAD)
        return (struct record_extent){ 0, 0, false };
    size -= extent.lines > 0 && bytes.data[size - 1] != line_last;      /* the LF of CR mode */
    size -= extent.lines;
    size -= line_last == '\n' && extent.lines > 0 && size > 0 && bytes.data[size - 1] == '\r';
    if (extent.unended || size > most) {
        row->count = 0;
        row->fault = ROW_LONG;
        return extent;
    }
    read_line((struct text){ bytes.data, size }, columns, count, row);
    return extent;
}
