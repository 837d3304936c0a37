/*
 * bench/workbook.c -- writes an extract as a workbook, with libxlsxwriter.
 *
 *     workbook shared|inline EXTRACT.csv WORKBOOK.xlsx
 *
 * `shared`: every text once, in the table of shared strings, as Excel does. `inline`: the texts in
 * their cells, as programs do that write a row and forget it. A date (dd/mm/yyyy) becomes a date,
 * an amount or a code without a zero in front a number, as if they had been typed.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum { CELL_BYTES = 4096, DIGITS_KEPT = 15 };

struct writing {
    lxw_worksheet *sheet;
    lxw_format    *day;
    lxw_row_t      row;
    lxw_col_t      column;
};

static void stop(const char *what)
{
    fprintf(stderr, "workbook: %s\n", what);
    exit(3);
}

static bool is_date(const char *text)
{
    for (unsigned i = 0; i < 10; i++)
        if (i == 2 || i == 5 ? text[i] != '/' : !isdigit((unsigned char)text[i]))
            return false;
    return text[10] == 0;
}

/* -?digits, with or without decimals, and nothing that a number would lose. */
static bool is_number(const char *text)
{
    size_t sign = text[0] == '-', whole = strspn(text + sign, "0123456789");
    const char *rest = text + sign + whole;
    if (whole == 0 || (whole > 1 && text[sign] == '0'))
        return false;
    size_t decimals = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
    return whole + decimals <= DIGITS_KEPT && (*rest == 0 || (decimals && !rest[1 + decimals]));
}

static void write_cell(struct writing *to, const char *text)
{
    lxw_error error = LXW_NO_ERROR;

    if (is_date(text)) {
        lxw_datetime day = { .year = atoi(text + 6), .month = atoi(text + 3), .day = atoi(text) };
        error = worksheet_write_datetime(to->sheet, to->row, to->column, &day, to->day);
    } else if (is_number(text)) {
        error = worksheet_write_number(to->sheet, to->row, to->column, strtod(text, NULL), NULL);
    } else if (*text) {
        error = worksheet_write_string(to->sheet, to->row, to->column, text, NULL);
    }
    if (error != LXW_NO_ERROR)
        stop(lxw_strerror(error));
    to->column++;
}

/* The next cell; gives the byte behind it, or EOF. */
static int read_cell(FILE *file, char text[CELL_BYTES])
{
    bool quoted = false;
    size_t size = 0;
    int c;

    while ((c = getc(file)) != EOF && (quoted || (c != ',' && c != '\n'))) {
        if (c == '"') {             /* doubled inside quotes it is one, else it opens or closes */
            int next = quoted ? getc(file) : EOF;
            if (next != '"') {
                if (quoted)
                    ungetc(next, file);
                quoted = !quoted;
                continue;
            }
        }
        if (size + 1 == CELL_BYTES)
            stop("a cell is too long");
        text[size++] = (char)c;
    }
    text[size] = 0;
    return c;
}

static void write_rows(FILE *file, struct writing *to)
{
    char text[CELL_BYTES];
    int behind;

    while ((behind = read_cell(file, text)) != EOF) {
        write_cell(to, text);
        if (behind == '\n') {
            to->row++;
            to->column = 0;
        }
    }
}

int main(int count, char **argument)
{
    if (count != 4 || (strcmp(argument[1], "shared") && strcmp(argument[1], "inline"))) {
        fputs("usage: workbook shared|inline EXTRACT.csv WORKBOOK.xlsx\n", stderr);
        return 2;
    }
    lxw_workbook_options options = { .constant_memory = !strcmp(argument[1], "inline") };
    lxw_workbook *book = workbook_new_opt(argument[3], &options);
    FILE *file = fopen(argument[2], "rb");
    if (!book || !file)
        stop(argument[2]);
    struct writing to = { .sheet = workbook_add_worksheet(book, "Extract"),
                          .day = workbook_add_format(book) };
    format_set_num_format(to.day, "dd/mm/yyyy");
    write_rows(file, &to);
    fclose(file);
    lxw_error error = workbook_close(book);
    if (error != LXW_NO_ERROR)
        stop(lxw_strerror(error));
    return 0;
}
