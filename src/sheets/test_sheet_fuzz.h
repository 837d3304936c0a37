/*
 * sheets/test_sheet_fuzz.h -- for fuzz targets only: a part of a workbook from any bytes, given in
 * blocks of any size, and its rows held against what sheet_rows.h promises.
 */
#ifndef OCHIL_TEST_SHEET_FUZZ_H
#define OCHIL_TEST_SHEET_FUZZ_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "sheets/sheet_rows.h"

#define TEST_ROWS_READ 2000    /* a few bytes can say a million */

/* One file, whatever it is called. */
struct test_source {
    struct source source;
    struct stream stream;
    struct text   bytes;
    size_t        block, at;
};

static inline enum err test_stream_read(struct stream *stream, void *bytes, size_t size,
                                        size_t *got, struct trouble *trouble)
{
    struct test_source *source =
        (struct test_source *)(void *)((char *)stream - offsetof(struct test_source, stream));
    size_t left = source->bytes.size - source->at;

    (void)trouble;
    *got = left < size ? left : size;
    if (*got > source->block)
        *got = source->block;
    if (*got > 0)
        memcpy(bytes, source->bytes.data + source->at, *got);
    source->at += *got;
    return OK;
}

static inline void test_stream_close(struct stream *stream)
{
    (void)stream;
}

static inline enum err test_source_open(struct source *from, struct arena *arena,
                                        const char *name, struct stream **out,
                                        struct trouble *trouble)
{
    struct test_source *source = (struct test_source *)from;

    (void)arena;
    (void)name;
    (void)trouble;
    source->stream = (struct stream){ test_stream_read, test_stream_close };
    source->at = 0;
    *out = &source->stream;
    return OK;
}

static inline struct test_source test_source_of(const uint8_t *bytes, size_t size, size_t block)
{
    return (struct test_source){
        .source = { NULL, test_source_open },
        .bytes = { (const char *)bytes, size },
        .block = block,
    };
}

/* A number for what was read, the same for the same rows. */
static inline uint64_t test_mix(uint64_t sum, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;

    for (size_t i = 0; i < size; i++)
        sum = (sum ^ byte[i]) * UINT64_C(0x100000001b3);
    return sum;
}

static inline uint64_t test_check_row(uint64_t sum, const struct row *row)
{
    assert(row->count <= SHEET_COLUMNS_MAX && row->number <= SHEET_ROWS_MAX);
    assert(row->fault == ROW_GOOD || (row->fault == ROW_LONG && row->count == 0));
    assert(row->count == 0 || !cell_is_blank(row->cell[row->count - 1].text));
    for (size_t i = 0; i < row->count; i++) {
        struct cell cell = row->cell[i];

        assert(cell.text.size <= CELL_BYTES_MAX && text_is_utf8(cell.text));
        assert(cell.kind <= CELL_ERROR);
        sum = test_mix(sum, &cell.kind, sizeof cell.kind);
        sum = test_mix(sum, cell.text.data, cell.text.size);
        sum = test_mix(sum, "", 1);
    }
    return sum;
}

static inline uint64_t test_check_rows(struct row_reader *reader)
{
    struct trouble trouble = { .text = "" };
    struct row row = { .number = 0 };
    uint64_t sum = UINT64_C(0xcbf29ce484222325), before = 0;
    bool end = false;
    enum err err = OK;

    while (err == OK && !end && before < TEST_ROWS_READ) {
        err = reader->next(reader, &row, &end, &trouble);
        if (err != OK || end)
            break;
        assert(row.number == before + 1);
        before = row.number;
        sum = test_check_row(test_mix(sum, &row.number, sizeof row.number), &row);
    }
    assert((err == OK) == (trouble.text[0] == '\0'));
    assert(err == OK || err == ERR_CHECK);
    reader->close(reader);
    return test_mix(sum, &err, sizeof err);
}

#endif
