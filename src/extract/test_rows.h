/*
 * extract/test_rows.h -- for tests only: rows as text that reads aloud.
 *
 *     "1 a|b; 2 c|d !Q"    a row's number, its cells, its fault; "; " between rows
 *
 * Faults: !E encoding, !L long, !Q quote, !R run together. In cells \n, \r, \t and bytes that are
 * not ASCII print as they would be written in C.
 */
#ifndef OCHIL_TEST_ROWS_H
#define OCHIL_TEST_ROWS_H

#include <assert.h>
#include <stdio.h>

#include "formats/row.h"

#define SHOWN_MAX 16384

struct shown_rows {
    char   text[SHOWN_MAX];
    size_t size;
    size_t rows;
};

static inline void show_word(struct shown_rows *shown, const char *word)
{
    size_t size = strlen(word);

    assert(shown->size + size < SHOWN_MAX);
    memcpy(shown->text + shown->size, word, size + 1);
    shown->size += size;
}

static inline void show_cell(struct shown_rows *shown, struct text cell)
{
    for (size_t i = 0; i < cell.size; i++) {
        unsigned char c = (unsigned char)cell.data[i];
        char word[8];

        if (c == '\n' || c == '\r' || c == '\t')
            (void)snprintf(word, sizeof word, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else
            (void)snprintf(word, sizeof word, c < 0x20 || c > 0x7E ? "\\x%02X" : "%c", c);
        show_word(shown, word);
    }
}

static inline void show_row(struct shown_rows *shown, const struct row *row)
{
    static const char *const fault[] = { "", " !E", " !L", " !Q", " !R" };
    char number[32];

    (void)snprintf(number, sizeof number, "%s%llu ", shown->rows == 0 ? "" : "; ",
                   (unsigned long long)row->number);
    show_word(shown, number);
    for (size_t i = 0; i < row->count; i++) {
        show_word(shown, i == 0 ? "" : "|");
        show_cell(shown, row->cell[i].text);
        assert(row->cell[i].kind == CELL_TEXT);
    }
    show_word(shown, fault[row->fault]);
    shown->rows++;
}

#endif
