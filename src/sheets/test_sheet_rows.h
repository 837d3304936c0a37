/*
 * sheets/test_sheet_rows.h -- for tests only: rows as a text that can be read aloud.
 *
 *     1: 'id' #12.5 @2014-06-30
 *     3: !#N/A
 *
 * A row begins with its number; blank rows are left out. A cell begins with what it is: ' for text
 * (and ends so too), # number, @ day, ~ time, ? boolean, ! error, - for a blank one. What went
 * wrong stands in the end, behind "** ".
 */
#ifndef OCHIL_TEST_SHEET_ROWS_H
#define OCHIL_TEST_SHEET_ROWS_H

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/test_folder.h"
#include "formats/row.h"
#include "formats/zip_writer_io.h"

#define TEST_ROWS_ROOM 65536

struct test_rows {
    char   text[TEST_ROWS_ROOM];
    size_t used;
};

__attribute__((format(printf, 2, 3)))
static inline void test_rows_add(struct test_rows *rows, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(rows->text + rows->used, sizeof rows->text - rows->used, format,
                         arguments);
    va_end(arguments);
    assert(size >= 0 && (size_t)size < sizeof rows->text - rows->used);
    rows->used += (size_t)size;
}

static inline void test_rows_add_row(struct test_rows *rows, const struct row *row)
{
    static const char mark[] = "'#@~?!";

    if (row->count == 0 && row->fault == ROW_GOOD)
        return;
    test_rows_add(rows, "%" PRIu64 ":%s", row->number, row->fault == ROW_LONG ? " LONG" : "");
    for (size_t i = 0; i < row->count; i++) {
        struct cell cell = row->cell[i];
        if (cell.text.size == 0)
            test_rows_add(rows, " -");
        else
            test_rows_add(rows, " %c%.*s%s", mark[cell.kind], TEXT(cell.text),
                          cell.kind == CELL_TEXT ? "'" : "");
    }
    test_rows_add(rows, "\n");
}

/* Reads to the end, or to the first trouble, and looks whether the numbers are consecutive. */
static inline void test_rows_read(struct test_rows *rows, struct row_reader *reader)
{
    struct trouble trouble = { .text = "" };
    struct row row;
    bool end = false;
    uint64_t number = 0;
    enum err err = OK;

    while (err == OK && !end) {
        err = reader->next(reader, &row, &end, &trouble);
        if (err == OK && !end) {
            assert(row.number == number + 1);
            number = row.number;
            test_rows_add_row(rows, &row);
        }
    }
    if (err != OK)
        test_rows_add(rows, "** %d %s\n", err, trouble.text);
}

/* A part of an archive to be made; the list ends with a name of NULL. */
struct test_part {
    const char *name, *text;
};

static inline void test_zip_write(struct arena *arena, const char *path,
                                  const struct test_part *part)
{
    struct zip_writer writer = { .arena = NULL };
    struct trouble trouble = { .text = "" };
    struct sink *sink;
    enum err err = zip_writer_open(&writer, &real_outside, arena, path, true, &trouble);

    for (; err == OK && part->name != NULL; part++) {
        err = zip_writer_entry(&writer, part->name, &sink, &trouble);
        if (err == OK)
            err = sink->write(sink, part->text, strlen(part->text), &trouble);
        if (err == OK)
            err = zip_writer_entry_end(&writer, &trouble);
    }
    if (err == OK)
        err = zip_writer_commit(&writer, &trouble);
    zip_writer_abort(&writer, NULL);
    if (err != OK)
        printf("# %s\n", trouble.text);
    assert(err == OK);
}

#endif
