/*
 * Fine print 2 of the engine contract, row by row; then the law that a text may be cut wherever
 * csv_whole_records() says, and the law that what is written reads back.
 */
#include "formats/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/test_random.h"

#define SHOWN 4096

/* What was read, as text: "a|b" a record, "; " between records, "(2)" its lines when not 1,
 * "!Q" and so on its faults, "~" a record to be ignored. */
struct shown {
    char   text[SHOWN];
    size_t size;
};

static void show_bytes(struct shown *shown, const char *bytes, size_t size)
{
    assert_true(shown->size + size < SHOWN);
    memcpy(shown->text + shown->size, bytes, size);
    shown->size += size;
    shown->text[shown->size] = '\0';
}

static void show(struct shown *shown, const char *text)
{
    show_bytes(shown, text, strlen(text));
}

static void show_record(struct shown *shown, const struct csv_record *record)
{
    char number[32];

    if (shown->size > 0)
        show(shown, "; ");
    for (size_t i = 0; i < record->count && i < CSV_FIELDS_KEPT; i++) {
        show(shown, i > 0 ? "|" : "");
        show_bytes(shown, record->field[i].data, record->field[i].size);
    }
    if (record->count > CSV_FIELDS_KEPT) {
        (void)snprintf(number, sizeof number, "...%zu", record->count);
        show(shown, number);
    }
    if (record->lines != 1) {
        (void)snprintf(number, sizeof number, "(%zu)", record->lines);
        show(shown, number);
    }
    show(shown, (record->faults & CSV_BAD_LINE_END) != 0 ? "!L" : "");
    show(shown, (record->faults & CSV_BAD_QUOTE) != 0 ? "!Q" : "");
    show(shown, (record->faults & CSV_UNCLOSED) != 0 ? "!U" : "");
    show(shown, record->empty ? "~" : "");
}

/* Reads all of a text that ends there; or what of it makes whole records, when it goes on. */
static void read_all(struct text bytes, bool final, struct shown *shown)
{
    char spare[SHOWN];
    struct csv_record record;
    size_t used;

    while ((used = csv_read(bytes, final, spare, &record)) > 0) {
        assert_true(used <= bytes.size);
        show_record(shown, &record);
        bytes.data += used;
        bytes.size -= used;
    }
    assert_true(bytes.size == 0);
}

static const struct {
    const char *why, *bytes, *records;
} examples[] = {
    { "nothing",                               "",                  "" },
    { "a record",                              "a,b\n",             "a|b" },
    { "two records",                           "a,b\nc,d\n",        "a|b; c|d" },
    { "CRLF ends a record too",                "a,b\r\nc\r\n",      "a|b; c" },
    { "the last line end may be missing",      "a,b\nc,d",          "a|b; c|d(0)" },
    { "an empty field at the end",             "a,\n",              "a|" },
    { "an empty field at the end of all",      "a,",                "a|(0)" },
    { "blanks are kept",                       " a , b \n",         " a | b " },
    { "a blank line is to be ignored",         "a\n\nb\n",          "a; ~; b" },
    { "so is one of CRLF",                     "\r\na\n",           "~; a" },
    { "so is a record of commas",              "a\n,,,\nb\n",       "a; |||~; b" },
    { "so is one of empty quotes",             "\"\",\"\"\n",       "|~" },
    { "blanks are not empty",                  " \n",               " " },
    { "quotes come off",                       "\"a\",\"b\"\n",     "a|b" },
    { "a comma in quotes",                     "\"a,b\",c\n",       "a,b|c" },
    { "a doubled quote is one",                "\"a\"\"b\"\n",      "a\"b" },
    { "nothing but a doubled quote",           "\"\"\"\"\n",        "\"" },
    { "doubled quotes at both ends",           "\"\"\"a\"\"\"\n",   "\"a\"" },
    { "doubled quotes in two fields",          "\"\"\"a\",\"b\"\"\"\n", "\"a|b\"" },
    { "an LF in quotes counts a line",         "\"a\nb\",c\nd\n",   "a\nb|c(2); d" },
    { "CRLF in quotes is kept",                "\"a\r\nb\"\n",      "a\r\nb(2)" },
    { "a lone CR in quotes is no fault",       "\"a\rb\"\n",        "a\rb" },
    { "three LFs in two fields",               "\"\n\n\",\"\n\"\n", "\n\n|\n(4)" },
    { "a quote inside plain text is text",     "a\"b,c\"\n",        "a\"b|c\"" },
    { "quotes behind a blank are text",        " \"a\"\n",          " \"a\"" },
    { "a comma ends plain text with a quote",  "a\",b\"\n",         "a\"|b\"" },
    { "a lone CR",                             "a\rb\n",            "a\rb!L" },
    { "a lone CR before a comma",              "a\r,b\n",           "a\r|b!L" },
    { "two CRs before an LF",                  "a\r\r\n",           "a\r!L" },
    { "a CR at the end of the file",           "a\r",               "a\r(0)!L" },
    { "a CR alone is a file of one record",    "\r",                "\r(0)!L" },
    { "after a lone CR the record goes on",    "a\rb,c\nd\n",       "a\rb|c!L; d" },
    { "text behind a closing quote",           "\"a\"b,c\n",        "a|c!Q" },
    { "a blank behind a closing quote",        "\"a\" ,c\n",        "a|c!Q" },
    { "a quoted part behind a closing quote",  "\"a\"b\"c\",d\n",   "a|d!Q" },
    { "empty quotes and text are not empty",   "\"\"b\n",           "!Q" },
    { "behind it commas part fields again",    "\"a\"b,\"c\"\nd\n", "a|c!Q; d" },
    { "a lone CR behind a closing quote",      "\"a\"\rb\n",        "a!L!Q" },
    { "CRLF behind a closing quote is fine",   "\"a\"\r\nb\n",      "a; b" },
    { "a CR at the end, behind a quote",       "\"a\"\r",           "a(0)!L!Q" },
    { "a quote never closed takes the rest",   "a,\"b\nc\nd\n",     "a|b\nc\nd\n(3)!U" },
    { "a quote at the very end",               "a,\"",              "a|(0)!U" },
    { "only a quote",                          "\"",                "(0)!U~" },
    { "a doubled quote does not close",        "\"a\"\"\n",         "a\"\"\n!U" },
    { "16 fields are kept",                    "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16\n",
      "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16" },
    { "all of 17 are counted",                 "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n",
      "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16...17" },
    { "the 18th may hold the only text",       ",,,,,,,,,,,,,,,,,x\n", "|||||||||||||||...18" },
    { "and the quotes",                        ",,,,,,,,,,,,,,,,,\"\n\"\n",
      "|||||||||||||||...18(2)" },
    { "other letters are bytes",               "\xc2\xa3,\xff\n",   "\xc2\xa3|\xff" },
};

static void records_read_as_the_contract_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct shown shown = { "", 0 };

        read_all(text_of(examples[i].bytes), true, &shown);
        if (strcmp(shown.text, examples[i].records) != 0)
            fail_msg("%s: %s", examples[i].why, shown.text);
    }
}

static void a_nul_is_a_byte_like_others(void **state)
{
    struct csv_record record;
    char spare[8];

    (void)state;
    assert_int_equal(csv_read((struct text){ "a\0b,c\n", 6 }, true, spare, &record), 6);
    assert_int_equal(record.count, 2);
    assert_int_equal(record.field[0].size, 3);
}

/* Whole records, and the rest of a text that goes on. */
static const struct {
    const char *why, *bytes;
    size_t      whole;
} cuts[] = {
    { "nothing",                               "",                    0 },
    { "a begun record",                        "a,b",                 0 },
    { "a whole one",                           "a,b\n",               4 },
    { "behind the last LF",                    "a\nb\nc",             4 },
    { "CRLF",                                  "a\r\nb",              3 },
    { "a CR that may have its LF to come",     "a\nb\r",              2 },
    { "an LF in quotes is no end",             "a\n\"b\nc",           2 },
    { "closed, and ended",                     "a\n\"b\nc\"\nd",      8 },
    { "closed, but it may double",             "a\n\"b\nc\"",         2 },
    { "closed, and more",                      "a\n\"b\nc\",",        2 },
    { "doubled",                               "\"b\"\"\n\"\nc",      7 },
    { "doubled at the end",                    "\"b\"\"",             0 },
    { "a quote in plain text opens nothing",   "a\"\nb\n",            5 },
    { "nor does one behind a blank",           "a, \"\nb\n",          7 },
    { "one behind a comma does",               "a,\"\nb\n",           0 },
    { "the second quoted field is open",       "\"a\",\"\n",          0 },
    { "text behind a closing quote",           "\"a\"b\nc",           5 },
    { "a quote in that text opens nothing",    "\"a\"b\"\nc",         6 },
    { "the simple sort of line",               "a,\"b, c\"\nd,\"e",   9 },
};

static void blocks_are_cut_behind_whole_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cuts); i++) {
        size_t whole = csv_whole_records(text_of(cuts[i].bytes));
        if (whole != cuts[i].whole)
            fail_msg("%s: %zu", cuts[i].why, whole);
    }
}

/* Bytes that matter, in any order. */
static size_t random_soup(struct chance *chance, char *bytes, size_t most)
{
    static const char letters[] = "a,\"\r\n";
    size_t size = chance_below(chance, most + 1);

    for (size_t i = 0; i < size; i++) {
        bytes[i] = letters[chance_below(chance, 5)];
        if (bytes[i] == '\r' && i + 1 < size && chance_one_in(chance, 2))
            bytes[++i] = '\n';
    }
    return size;
}

static void broken(struct text soup, const char *law)
{
    for (size_t i = 0; i < soup.size; i++)
        printf("%s%02x", i == 0 ? "# " : " ", (unsigned)(unsigned char)soup.data[i]);
    printf("\n");
    fail_msg("%s", law);
}

/* The law: a text read whole is the text read in two pieces, wherever it is cut at first, when
 * the second begins where csv_whole_records() says. */
static void pieces_read_as_the_whole(void **state)
{
    struct chance chance = chance_of(test_seed);
    char bytes[40] = { 0 };

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct text soup = { bytes, random_soup(&chance, bytes, i % 4 == 0 ? 40 : 12) };
        struct shown whole = { "", 0 };

        read_all(soup, true, &whole);
        for (size_t cut = 0; cut <= soup.size; cut++) {
            struct shown pieces = { "", 0 };
            size_t first = csv_whole_records((struct text){ bytes, cut });

            if (first > cut)
                broken(soup, "more whole records than bytes");
            read_all((struct text){ bytes, first }, false, &pieces);
            read_all((struct text){ bytes + first, soup.size - first }, true, &pieces);
            if (strcmp(pieces.text, whole.text) != 0)
                broken(soup, "the pieces read otherwise");
        }
    }
}

/* The cut is as late as it can be: what is left begins a record that does not end there. */
static void nothing_whole_is_left_behind_the_cut(void **state)
{
    struct chance chance = chance_of(test_seed + 1);
    char bytes[40] = { 0 };
    struct csv_record record;

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct text soup = { bytes, random_soup(&chance, bytes, 40) };
        size_t first = csv_whole_records(soup);
        struct text left = { bytes + first, soup.size - first };

        if (csv_read(left, false, NULL, &record) != 0)
            broken(soup, "a whole record was left");
    }
}

/* Without spare bytes the extent, the lines and the faults are the same. */
static void the_extent_needs_no_spare_bytes(void **state)
{
    struct chance chance = chance_of(test_seed + 2);
    char bytes[40] = { 0 };
    char spare[40];
    struct csv_record with;
    struct csv_record without;

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct text soup = { bytes, random_soup(&chance, bytes, 40) };
        size_t used = csv_read(soup, true, spare, &with);

        if (used != csv_read(soup, true, NULL, &without) || with.lines != without.lines ||
            with.faults != without.faults || with.count != without.count ||
            with.empty != without.empty)
            broken(soup, "another extent without spare bytes");
    }
}

/* ---- writing ---- */

struct memory_sink {
    struct sink sink;
    char       *bytes;
    size_t      size, room;
    enum err    err;
};

static enum err memory_write(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    struct memory_sink *memory = (struct memory_sink *)sink;

    if (memory->err != OK)
        return (fail)(trouble, memory->err, "disk full");
    assert_true(memory->size + size <= memory->room);
    memcpy(memory->bytes + memory->size, bytes, size);
    memory->size += size;
    return OK;
}

static char written[200000];

static void open_sink(struct memory_sink *memory)
{
    *memory = (struct memory_sink){ { memory_write }, written, 0, sizeof written, OK };
}

static void fields_are_quoted_only_where_they_must_be(void **state)
{
    static struct csv_writer writer;
    struct memory_sink memory;

    (void)state;
    open_sink(&memory);
    csv_open(&writer, &memory.sink, NULL);
    csv_literal(&writer, "pool,amount\n");
    csv_word(&writer, "plain");
    csv_word(&writer, "");
    csv_word(&writer, " blanks ");
    csv_word(&writer, "a,b");
    csv_word(&writer, "say \"aye\"");
    csv_word(&writer, "two\nlines");
    csv_word(&writer, "\r");
    csv_text(&writer, (struct text){ "cut", 1 });
    csv_money(&writer, -2660);
    csv_count(&writer, 0);
    csv_count(&writer, UINT64_MAX);
    csv_shown(&writer, text_of("=1+1"));
    csv_shown(&writer, text_of("@a,b"));
    csv_shown(&writer, text_of("a=b"));
    csv_end(&writer);
    csv_word(&writer, "");
    csv_end(&writer);
    assert_int_equal(csv_close(&writer), OK);
    written[memory.size] = '\0';
    assert_string_equal(written, "pool,amount\n"
                                 "plain,, blanks ,\"a,b\",\"say \"\"aye\"\"\",\"two\nlines\","
                                 "\"\r\",c,-26.60,0,18446744073709551615,'=1+1,\"'@a,b\",a=b\n\n");
}

/* Fields that are ready, among others, long ones too: many, so that they lie across blocks. */
static void a_ready_field_is_written_as_any(void **state)
{
    static struct csv_writer writer;
    static char one_by_one[sizeof written];
    static const char long_text[] = "a pool whose code is longer than the room behind a block, so "
                                    "that it cannot be put there, whatever is before it: \"x\"";
    const char *const words[] = { "", "P01", "a,b", "say \"aye\"", "sixteen bytes, so", long_text };
    struct arena arena = { 0 };
    struct csv_ready ready[COUNT(words)];
    struct memory_sink memory;
    size_t size = 0;

    (void)state;
    assert_int_equal(ARENA_GUARD(&arena), 0);
    for (size_t i = 0; i < COUNT(words); i++)
        ready[i] = csv_ready(&arena, text_of(words[i]));
    for (int made_ready = 0; made_ready < 2; made_ready++) {
        open_sink(&memory);
        csv_open(&writer, &memory.sink, NULL);
        for (size_t row = 0; row < 600; row++) {
            csv_count(&writer, row);
            for (size_t i = 0; i < COUNT(words); i++) {
                if (made_ready)
                    csv_put(&writer, ready[i]);
                else
                    csv_word(&writer, words[i]);
            }
            csv_money(&writer, (wide)row - 300);
            csv_end(&writer);
        }
        assert_int_equal(csv_close(&writer), OK);
        if (made_ready)
            assert_memory_equal(written, one_by_one, size);
        assert_true(!made_ready || memory.size == size);
        size = memory.size;
        memcpy(one_by_one, written, size);
    }
    arena_free(&arena);
}

static void what_is_written_reads_back(void **state)
{
    static struct csv_writer writer;
    static char spare[sizeof written];
    struct chance chance = chance_of(test_seed + 3);

    (void)state;
    for (long i = 0; i < test_cases / 10; i++) {
        char bytes[5][24] = { { 0 } };
        struct text field[5];
        struct memory_sink memory;
        struct csv_record record;

        open_sink(&memory);
        csv_open(&writer, &memory.sink, NULL);
        for (size_t f = 0; f < 5; f++) {
            field[f] = (struct text){ bytes[f], random_soup(&chance, bytes[f], 24) };
            csv_text(&writer, field[f]);
        }
        csv_end(&writer);
        assert_int_equal(csv_close(&writer), OK);
        assert_int_equal(csv_read((struct text){ written, memory.size }, true, spare, &record),
                         memory.size);
        assert_int_equal(record.faults, 0);
        assert_int_equal(record.count, 5);
        for (size_t f = 0; f < 5; f++)
            if (!text_equal(record.field[f], field[f]))
                broken(field[f], "reads back otherwise");
    }
}

/* Fields longer than the writer's buffer, and records that end on its edge. */
static void long_fields_pass_the_buffer(void **state)
{
    static struct csv_writer writer;
    static char longer[90000];
    static char spare[sizeof written];
    const size_t edge = sizeof writer.buffer;
    const size_t sizes[] = { edge - 2, edge - 1, edge, edge + 1, 2 * edge, sizeof longer };

    (void)state;
    memset(longer, '"', sizeof longer);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct memory_sink memory;
        struct csv_record record;

        open_sink(&memory);
        csv_open(&writer, &memory.sink, NULL);
        csv_text(&writer, (struct text){ longer, sizes[i] });
        csv_end(&writer);
        assert_int_equal(csv_close(&writer), OK);
        assert_int_equal(memory.size, 2 * sizes[i] + 3);
        assert_int_equal(csv_read((struct text){ written, memory.size }, true, spare, &record),
                         memory.size);
        assert_int_equal(record.field[0].size, sizes[i]);
    }
}

static void the_first_failure_of_the_sink_is_kept(void **state)
{
    static struct csv_writer writer;
    struct trouble trouble = { "" };
    struct memory_sink memory;

    (void)state;
    open_sink(&memory);
    memory.err = ERR_IO;
    csv_open(&writer, &memory.sink, &trouble);
    for (int i = 0; i < 20000; i++) {
        csv_word(&writer, "many bytes");
        csv_end(&writer);
        if (i == 10000)
            memory.err = OK;             /* too late */
    }
    assert_int_equal(csv_close(&writer), ERR_IO);
    assert_string_equal(trouble.text, "disk full");
    assert_int_equal(memory.size, 0);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_read_as_the_contract_says),
        cmocka_unit_test(a_nul_is_a_byte_like_others),
        cmocka_unit_test(blocks_are_cut_behind_whole_records),
        cmocka_unit_test(fields_are_quoted_only_where_they_must_be),
        cmocka_unit_test(long_fields_pass_the_buffer),
        cmocka_unit_test(the_first_failure_of_the_sink_is_kept),
        cmocka_unit_test(pieces_read_as_the_whole),
        cmocka_unit_test(nothing_whole_is_left_behind_the_cut),
        cmocka_unit_test(the_extent_needs_no_spare_bytes),
        cmocka_unit_test(a_ready_field_is_written_as_any),
        cmocka_unit_test(what_is_written_reads_back),
    };

    test_chance_open(count, argument, 200000);
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
