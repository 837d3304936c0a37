/*
 * tests/write_workbook.c -- writes a workbook with libxlsxwriter, and how it should read.
 *
 *     write_workbook SEED inline|shared WORKBOOK.xlsx ROWS
 *
 * src/sheets/xlsxwriter_test.c runs it. It is a program of its own, since the library's functions
 * have the names of ours.
 */
#include <assert.h>
#include <stdio.h>
#include <xlsxwriter.h>

#include "base/test_random.h"

#define ROWS    400
#define COLUMNS 7

struct writing {
    FILE          *rows;
    lxw_worksheet *sheet;
    lxw_format    *day, *clock;
    struct chance  chance;
};

static const char *const words[] = {
    "HR", "Respite care", " two blanks ", "<b>&amp;", "caf\xC3\xA9 \xC2\xA3 12", "two\nlines",
    "=1+1", "\"quoted\"", "\xF0\x9F\x98\x80", "0012", "tab\there", "bell\x07"
};

/* One cell, and how it reads. */
static void write_cell(struct writing *w, lxw_row_t row, lxw_col_t column)
{
    int64_t number = chance_between(&w->chance, 61, 73050);
    const char *word = words[chance_below(&w->chance, COUNT(words))];
    lxw_error error = LXW_NO_ERROR;

    switch (chance_below(&w->chance, 8)) {
    case 0:
    case 1:
        error = worksheet_write_string(w->sheet, row, column, word, NULL);
        fprintf(w->rows, " '%s'", word);
        break;
    case 2:
        error = worksheet_write_number(w->sheet, row, column, (double)number, NULL);
        fprintf(w->rows, " #%lld", (long long)number);
        break;
    case 3:
        error = worksheet_write_boolean(w->sheet, row, column, number % 2 == 0, NULL);
        fprintf(w->rows, " ?%s", number % 2 == 0 ? "TRUE" : "FALSE");
        break;
    case 4: {
        lxw_datetime day = { (int)(2000 + number % 100), (int)(1 + number % 12),
                             (int)(1 + number % 28), 0, 0, 0 };
        error = worksheet_write_datetime(w->sheet, row, column, &day, w->day);
        fprintf(w->rows, " @%04d-%02d-%02d", day.year, day.month, day.day);
        break;
    }
    case 5: {
        lxw_datetime clock = { 2014, 6, 30, (int)(1 + number % 23), (int)(number % 60),
                               (double)(number % 59) };
        error = worksheet_write_datetime(w->sheet, row, column, &clock, w->clock);
        fprintf(w->rows, " @2014-06-30 %02d:%02d:%02d", clock.hour, clock.min,
                      (int)clock.sec);
        break;
    }
    case 6:
        error = worksheet_write_formula_str(w->sheet, row, column, "=A1", NULL, "result");
        fprintf(w->rows, " 'result'");
        break;
    default:
        error = worksheet_write_formula_num(w->sheet, row, column, "=1+1", NULL,
                                            (double)number);
        fprintf(w->rows, " #%lld", (long long)number);
    }
    assert(error == LXW_NO_ERROR);
}

int main(int count, char *argument[])
{
    if (count != 5)
        return 2;
    bool inlined = strcmp(argument[2], "inline") == 0;
    lxw_workbook_options options = { .constant_memory = inlined };
    lxw_workbook *book = workbook_new_opt(argument[3], &options);
    struct writing w = { .rows = fopen(argument[4], "wb"),
                         .sheet = workbook_add_worksheet(book, "Ledger & more"),
                         .day = workbook_add_format(book), .clock = workbook_add_format(book),
                         .chance = chance_of(strtoull(argument[1], NULL, 10)) };

    assert(w.rows != NULL);
    format_set_num_format(w.day, "dd/mm/yyyy");
    format_set_num_format_index(w.clock, 22);
    fprintf(w.rows, "[Ledger & more]\n");
    for (lxw_row_t row = 0; row < ROWS; row++) {
        if (chance_one_in(&w.chance, 5))
            continue;
        fprintf(w.rows, "%u:", (unsigned)row + 1);
        for (lxw_col_t column = 0; column < COLUMNS; column++) {
            if (column + 1 < COLUMNS && chance_one_in(&w.chance, 4))
                fprintf(w.rows, " -");
            else
                write_cell(&w, row, column);
        }
        fprintf(w.rows, "\n");
    }
    int closed = fclose(w.rows);
    return workbook_close(book) == LXW_NO_ERROR && closed == 0 ? 0 : 1;
}
