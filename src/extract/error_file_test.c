/*
 * The error file: cells as they were read, bytes that are no characters, cells without a column,
 * where a row came from; and sentences about a refusal, whatever a cell holds.
 */
#include "extract/error_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"
#include "extract/test_judge.h"

#define HEADER  "Id|Date|Amount"
#define PROFILE                                                                                   \
    "partner = fixed STI\nentry_id = column Id\ndate = column Date\ncost_centre = fixed C\n"      \
    "account = fixed 4\namount = column Amount\n"

/* ---- what is written ---- */

struct kept {
    struct sink sink;
    size_t      size;
    char        bytes[1 << 18];
};

static enum err keep(struct sink *sink, const void *bytes, size_t size, struct trouble *trouble)
{
    struct kept *kept = (struct kept *)sink;

    (void)trouble;
    assert_true(kept->size + size < sizeof kept->bytes);
    memcpy(kept->bytes + kept->size, bytes, size);
    kept->size += size;
    kept->bytes[kept->size] = '\0';
    return OK;
}

static struct error_file file;
static struct kept kept;

static void file_open(void)
{
    kept = (struct kept){ .sink = { keep } };
    error_file_open(&file, &kept.sink, NULL);
}

/* The rows that one row becomes: without its help, which stands in reason.c. */
static const char *written(struct judging *judging, const char *row)
{
    const struct row_verdict *verdict = &judging->verdict;
    char help[REFUSAL_TEXT_MAX];

    file_open();
    (void)judging_say(judging, row);
    assert_int_equal(verdict->outcome, OUTCOME_REFUSED);
    error_file_row(&file, &judging->rules, &judging->row, verdict);
    assert_int_equal(error_file_close(&file), OK);
    refusal_text(&judging->rules, &judging->row, verdict, help);
    /* A sentence with a quoted name in it is quoted as a whole; commas alone do that too. */
    char *from = strstr(kept.bytes, reason_name(verdict->reason));
    assert_non_null(from);
    from += strlen(reason_name(verdict->reason));
    assert_int_equal(*from, ',');
    char *behind = strstr(from, reason_help(verdict->reason));
    assert_non_null(behind);
    behind += strlen(reason_help(verdict->reason));
    behind += *behind == '"';
    memmove(from + 1, behind, strlen(behind) + 1);
    return kept.bytes;
}

static void cells_stand_as_they_were_read(void **state)
{
    static const struct {
        const char *row, *written;
    } rows[] = {
        { "e1|x|1.50", "e1,x,1.50,june.csv,7,DATE,\r\n" },
        { " e1 |\tx |1.50", " e1 ,\tx ,1.50,june.csv,7,DATE,\r\n" },
        { "a,b|x|say \"so\"", "\"a,b\",x,\"say \"\"so\"\"\",june.csv,7,DATE,\r\n" },
        { "a\nb|x|c\rd", "\"a\nb\",x,\"c\rd\",june.csv,7,DATE,\r\n" },
        { "=1+1|x|-2+3", "=1+1,x,-2+3,june.csv,7,DATE,\r\n" },
        { "+a|x|@b", "+a,x,@b,june.csv,7,DATE,\r\n" },
        { "caf\xC3\xA9|x|\xC2\xA3" "1", "caf\xC3\xA9,x,\xC2\xA3" "1,june.csv,7,DATE,\r\n" },
        { "e1|x", "e1,x,,june.csv,7,COLUMNS,\r\n" },
        { "e1|x|1|more||again| |", "e1,x,1,june.csv,7,COLUMNS,,more,,again\r\n" },
        { "e1|x|1| |more", "e1,x,1,june.csv,7,COLUMNS,, ,more\r\n" },
        { "a\xFF" "b|2014-06-01|\xC3 !E",
          "a\xEF\xBF\xBD" "b,2014-06-01,\xEF\xBF\xBD,june.csv,7,ENCODING,\r\n" },
        { "\xE2\x82|x|\xED\xA0\x80 !E",
          "\xEF\xBF\xBD\xEF\xBF\xBD,x,\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD,june.csv,7,ENCODING,"
          "\r\n" },
        { "\xF0\x9F\x98\x80\xF0|x|1 !E",
          "\xF0\x9F\x98\x80\xEF\xBF\xBD,x,1,june.csv,7,ENCODING,\r\n" },
        { " !L", ",,,june.csv,7,LONG,\r\n" },
        { "\"e\"1|x|1 !Q", "\"\"\"e\"\"1\",x,1,june.csv,7,QUOTE,\r\n" },
    };
    struct judging judging = { .form = FORM_LEDGER };

    (void)state;
    judging_open(&judging, PROFILE, HEADER);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(written(&judging, rows[i].row), rows[i].written);
    judging_close(&judging);
}

/* A row that comes back keeps the place it came from, if that can be read. */
static void rows_that_come_back(void **state)
{
    struct judging judging = { .form = FORM_LEDGER, .sent_back = true };

    (void)state;
    judging_open(&judging, PROFILE, HEADER);
    assert_string_equal(written(&judging, "e1|x|1|may.csv|12|AMOUNT|old help"),
                        "e1,x,1,may.csv,12,DATE,\r\n");
    assert_string_equal(written(&judging, "e1|x|1|may.csv|twelve|AMOUNT|old help"),
                        "e1,x,1,june.csv,7,DATE,\r\n");
    assert_string_equal(written(&judging, "e1|x|1|may.csv|12|AMOUNT|old help||more"),
                        "e1,x,1,may.csv,12,COLUMNS,,,more\r\n");
    judging_close(&judging);
}

static void the_header(void **state)
{
    struct cell cell[] = {
        { text_of(" Id "), CELL_TEXT }, { text_of("Net, \xC2\xA3"), CELL_TEXT },
        { text_of("caf\xE9"), CELL_TEXT }, { text_of(""), CELL_TEXT },
    };
    const struct row names = { .cell = cell, .count = COUNT(cell) };

    (void)state;
    file_open();
    error_file_header(&file, &names);
    assert_int_equal(error_file_close(&file), OK);
    assert_string_equal(kept.bytes, "Id,\"Net, \xC2\xA3\",caf\xEF\xBF\xBD,,"
                        "ochil_file,ochil_row,ochil_reason,ochil_help\r\n");
}

/* The largest cell of bytes that are no characters takes three times its room. */
static void the_largest_cell(void **state)
{
    static char bytes[CELL_BYTES_MAX];
    struct judging judging = { .form = FORM_LEDGER };
    struct cell cell[3] = { { { bytes, sizeof bytes }, CELL_TEXT }, { { "", 0 }, CELL_TEXT },
                            { { "", 0 }, CELL_TEXT } };
    struct row row = { .cell = cell, .count = 3, .number = 1, .fault = ROW_ENCODING };

    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    judging_open(&judging, PROFILE, HEADER);
    row_judge(&judging.rules, &row, &judging.verdict);
    file_open();
    error_file_row(&file, &judging.rules, &row, &judging.verdict);
    assert_int_equal(error_file_close(&file), OK);
    assert_true(kept.size > sizeof bytes * 3);
    assert_int_equal(memcmp(kept.bytes + sizeof bytes * 3 - 3, "\xEF\xBF\xBD,,,june.csv", 14), 0);
    judging_close(&judging);
}

/* ---- what is said ---- */

static void sentences(void **state)
{
    static const struct {
        const char *row, *begins;
    } rows[] = {
        { "e1|31/02/2014|1", "Column \"Date\" holds \"31/02/2014\". The date fits" },
        { "e1|2014-06-01|", "Column \"Amount\" holds \"\". The row has no amount" },
        { "1E+10|2014-06-01|1", "Column \"Id\" holds \"1E+10\". A spreadsheet" },
        { "e1|2014-06-01|1|x", "The row has more or fewer cells" },
        { "e1||1", "The row has neither" },
        { "e1|a\tb\nc\x7F" "d|1", "Column \"Date\" holds \"a b c d\". " },
        { "e1|\xC2\x9B" "2J|1", "Column \"Date\" holds \"  2J\". " },
        { "e1|\xC2\xA3 5|1", "Column \"Date\" holds \"\xC2\xA3 5\". " },
    };
    struct judging judging = { .form = FORM_LEDGER };
    char text[REFUSAL_TEXT_MAX];

    (void)state;
    judging_open(&judging, PROFILE, HEADER);
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)judging_say(&judging, rows[i].row);
        refusal_text(&judging.rules, &judging.row, &judging.verdict, text);
        assert_memory_equal(text, rows[i].begins, strlen(rows[i].begins));
    }
    judging_close(&judging);
}

static void columns_without_a_name(void **state)
{
    struct judging judging = { .form = FORM_ACCOUNTS };
    char text[REFUSAL_TEXT_MAX];

    (void)state;
    judging_open(&judging, "header_row = none\npartner = fixed STI\naccount = column #1\n"
                 "group = column #2\n", NULL);
    judging.rules.cells = 2;
    (void)judging_say(&judging, "4000|1E+10");
    refusal_text(&judging.rules, &judging.row, &judging.verdict, text);
    assert_memory_equal(text, "Column 2 holds \"1E+10\". ", 24);
    judging_close(&judging);
}

/* Cut at a whole character. */
static void long_cells_are_cut(void **state)
{
    struct judging judging = { .form = FORM_LEDGER };
    char row[1024], text[REFUSAL_TEXT_MAX];

    (void)state;
    judging_open(&judging, PROFILE, HEADER);
    for (int lead = 0; lead < 5; lead++) {
        size_t used = (size_t)snprintf(row, sizeof row, "e1|%.*s", lead, "abcde");
        for (int i = 0; i < 60; i++)
            used += (size_t)snprintf(row + used, sizeof row - used, "\xF0\x9F\x98\x80");
        (void)snprintf(row + used, sizeof row - used, "|1");
        (void)judging_say(&judging, row);
        refusal_text(&judging.rules, &judging.row, &judging.verdict, text);
        assert_non_null(strstr(text, "\xF0\x9F\x98\x80...\". The date"));
        assert_null(strstr(text, "\xEF\xBF\xBD"));
    }
    judging_close(&judging);
}

static bool is_control(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;

    return byte[0] < ' ' || byte[0] == 0x7F || (byte[0] == 0xC2 && byte[1] < 0xA0);
}

/* Any bytes as a cell: a sentence of whole characters that ends as it should. */
static void a_sentence_whatever_the_cell(void **state)
{
    static const char *const pieces[] = {
        "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xC2\x85", "\x01", "\xFF", "\xE2", "a",
        "\"", "\xEF\xBB\xBF",
    };
    struct judging judging = { .form = FORM_LEDGER };
    struct chance chance = chance_of(test_seed);
    char text[REFUSAL_TEXT_MAX];

    (void)state;
    judging_open(&judging, PROFILE, HEADER);
    for (long i = 0; i < test_cases; i++) {
        char row[1024] = "e1|x";
        size_t count = chance_below(&chance, 200);
        size_t used = strlen(row);

        for (size_t j = 0; j < count; j++)
            used += (size_t)snprintf(row + used, sizeof row - used, "%s",
                                     pieces[chance_below(&chance, COUNT(pieces))]);
        (void)snprintf(row + used, sizeof row - used, "|1");
        (void)judging_say(&judging, row);
        assert_int_equal(judging.verdict.reason, REASON_DATE);
        refusal_text(&judging.rules, &judging.row, &judging.verdict, text);
        assert_true(text_is_utf8(text_of(text)));
        for (const char *at = text; *at != '\0'; at++)
            assert_false(is_control(at));
        const char *help = strstr(text, reason_help(REASON_DATE));
        assert_true(help != NULL && strlen(help) == strlen(reason_help(REASON_DATE)));
    }
    judging_close(&judging);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_stand_as_they_were_read),
        cmocka_unit_test(rows_that_come_back),
        cmocka_unit_test(the_header),
        cmocka_unit_test(the_largest_cell),
        cmocka_unit_test(sentences),
        cmocka_unit_test(columns_without_a_name),
        cmocka_unit_test(long_cells_are_cut),
        cmocka_unit_test(a_sentence_whatever_the_cell),
    };

    test_chance_open(count, argument, 3000);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
