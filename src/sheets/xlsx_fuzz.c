/*
 * A worksheet from any bytes: it is refused with a message, or its rows are what sheet_rows.h
 * promises; and they are the same whether the bytes come at once or one by one. The bytes are the
 * shared strings as well, and each of these is a text of UTF-8.
 */
#include "sheets/test_sheet_fuzz.h"
#include "sheets/xlsx_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static unsigned char formats[] = { NUMBER_PLAIN, NUMBER_DATE, NUMBER_TIME, NUMBER_DURATION };
static const char texts[] =
    "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    "<si><t>HR</t></si><si><t>two</t></si></sst>";

static uint64_t read_as(const uint8_t *bytes, size_t size, size_t block)
{
    struct arena arena = { .chunk = NULL };
    struct xml_memory memory = { .arena = &arena };
    struct trouble trouble = { .text = "" };
    struct test_source sheet = test_source_of(bytes, size, block);
    struct test_source list = test_source_of((const uint8_t *)texts, sizeof texts - 1, block);
    struct shared_strings strings = { .count = 0 };
    struct xlsx_styles styles = { formats, COUNT(formats) };
    static struct xlsx_rows rows;

    if (ARENA_GUARD(&arena))
        abort();
    memset(&rows, 0, sizeof rows);
    enum err err = shared_strings_read(&strings, &memory, &list.source, "a", "b", &trouble);
    assert(err == OK);
    rows.styles = &styles;
    rows.strings = &strings;
    rows.epoch_1904 = size % 2 == 0;
    err = xlsx_rows_open(&rows, &memory, &sheet.source, "a", "b", &trouble);
    assert(err == OK);
    uint64_t sum = test_check_rows(&rows.rows.reader);
    arena_free(&arena);
    return sum;
}

static void read_strings(const uint8_t *bytes, size_t size)
{
    struct arena arena = { .chunk = NULL };
    struct xml_memory memory = { .arena = &arena };
    struct trouble trouble = { .text = "" };
    struct test_source list = test_source_of(bytes, size, 4096);
    static struct shared_strings strings;

    if (ARENA_GUARD(&arena))
        abort();
    memset(&strings, 0, sizeof strings);
    enum err err = shared_strings_read(&strings, &memory, &list.source, "a", "b", &trouble);
    assert((err == OK) == (trouble.text[0] == '\0'));
    for (size_t i = 0; i < strings.count; i++)
        assert(text_is_utf8(shared_string(&strings, i)));
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint64_t whole = read_as(bytes, size, size + 1);
    uint64_t single = read_as(bytes, size, 1);

    assert(whole == single);
    read_strings(bytes, size);
    return 0;
}
