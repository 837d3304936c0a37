/*
 * Rows of fixed width from any bytes; the first bytes choose the columns. Every character of a
 * line that is UTF-8 is in a cell, in a gap or behind the last column, in its place; rows are the
 * same in blocks as in one go.
 */
#include "extract/fixed.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define BYTES_MAX 4096
#define COLUMNS 4

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* Where the character `number` begins, from 1; the end where there are fewer. A byte that begins
 * none belongs to the one before. */
static size_t place_of(struct text line, uint32_t number)
{
    uint32_t seen = 1;
    size_t at = 0;

    while (at < line.size && seen < number) {
        at++;
        while (at < line.size && !begins_character(line.data[at]))
            at++;
        seen++;
    }
    return at;
}

static void check_row(struct text line, const struct fixed_column *columns, size_t count,
                      const struct row *row)
{
    bool run_together = false;
    size_t behind = 0;

    assert(row->count == count && row->fault != ROW_LONG);
    for (size_t i = 0; i < count; i++) {
        size_t from = place_of(line, columns[i].first);
        size_t to = place_of(line, columns[i].last + 1);
        assert(text_equal(row->cell[i].text, (struct text){ line.data + from, to - from }));
        run_together = run_together ||
                       !cell_is_blank((struct text){ line.data + behind, from - behind });
        behind = to;
    }
    run_together = run_together ||
                   !cell_is_blank((struct text){ line.data + behind, line.size - behind });
    assert(row->fault == (!text_is_utf8(line) ? ROW_ENCODING
                          : run_together ? ROW_RUN_TOGETHER : ROW_GOOD));
}

/* The line at the start of the bytes, by the rules of line ends. */
static struct text line_of(struct text bytes, char last, size_t *used)
{
    size_t size = 0;

    while (size < bytes.size && bytes.data[size] != last)
        size++;
    *used = size + (size < bytes.size);
    if (size < bytes.size && last == '\r' && *used < bytes.size && bytes.data[*used] == '\n')
        (*used)++;
    if (size < bytes.size && last == '\n' && size > 0 && bytes.data[size - 1] == '\r')
        size--;
    return (struct text){ bytes.data, size };
}

static void read_lines(struct text bytes, const struct fixed_column *columns, size_t count,
                       char last, size_t step)
{
    struct cell cells[COLUMNS];
    size_t known = 0;

    for (size_t at = 0; at < bytes.size;) {
        struct row row = { .cell = cells };
        size_t used;
        struct text left = { bytes.data + at, known - at };
        const struct text line = line_of((struct text){ left.data, bytes.size - at }, last, &used);
        struct record_extent extent = fixed_read(left, known == bytes.size, columns, count, last,
                                                 &row);
        assert(!extent.unended);
        if (extent.used == 0) {
            assert(known < bytes.size);
            known = known + step < bytes.size ? known + step : bytes.size;
            continue;
        }
        assert(extent.used == used);
        check_row(line, columns, count, &row);
        at += extent.used;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fixed_column columns[COLUMNS];
    uint32_t behind = 0;

    if (size < COLUMNS + 2 || size > BYTES_MAX)
        return 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i].name = (struct text){ "a", 1 };
        columns[i].first = behind + 1 + bytes[i] % 4;
        columns[i].last = columns[i].first + bytes[i] / 16;
        behind = columns[i].last;
    }
    const size_t count = 1 + bytes[COLUMNS] % COLUMNS;
    size_t right = fixed_columns_check(columns, count);
    assert(right == count);
    size -= COLUMNS + 2;
    char *text = malloc(size + (size == 0));
    memcpy(text, bytes + COLUMNS + 2, size);
    read_lines((struct text){ text, size }, columns, count,
               (bytes[COLUMNS] & 64) != 0 ? '\r' : '\n', bytes[COLUMNS + 1] + 1U);
    free(text);
    return 0;
}
