/*
 * The content of an ODS workbook from any bytes: it is refused with a message, or its sheets have
 * names, and their rows are what sheet_rows.h promises; and they are the same whether the bytes
 * come at once or one by one.
 */
#include "sheets/ods_rows.h"
#include "sheets/test_sheet_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define SHEETS_READ 3

static uint64_t read_as(const uint8_t *bytes, size_t size, size_t block, size_t wanted)
{
    struct arena arena = { .chunk = NULL };
    struct xml_memory memory = { .arena = &arena };
    struct trouble trouble = { .text = "" };
    struct test_source content = test_source_of(bytes, size, block);
    static struct ods_rows rows;

    if (ARENA_GUARD(&arena))
        abort();
    memset(&rows, 0, sizeof rows);
    enum err err = ods_rows_open(&rows, &memory, &content.source, "a", wanted, &trouble);
    assert(err == OK);
    uint64_t sum = test_check_rows(&rows.rows.reader);
    arena_free(&arena);
    return sum;
}

static size_t count_sheets(const uint8_t *bytes, size_t size)
{
    struct arena arena = { .chunk = NULL };
    struct xml_memory memory = { .arena = &arena };
    struct trouble trouble = { .text = "" };
    struct test_source content = test_source_of(bytes, size, size + 1);
    struct sheet_list list = { .count = 0 };

    if (ARENA_GUARD(&arena))
        abort();
    enum err err = ods_sheets_read(&list, &memory, &content.source, "a", &trouble);
    assert((err == OK) == (trouble.text[0] == '\0'));
    for (size_t i = 0; i < list.count; i++)
        assert(list.sheet[i].name[0] != '\0' && text_is_utf8(text_of(list.sheet[i].name)));
    arena_free(&arena);
    return list.count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t count = count_sheets(bytes, size);

    for (size_t i = 0; i < count && i < SHEETS_READ; i++) {
        uint64_t whole = read_as(bytes, size, size + 1, i);
        uint64_t single = read_as(bytes, size, 1, i);
        assert(whole == single);
    }
    return 0;
}
