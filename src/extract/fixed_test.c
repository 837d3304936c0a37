/*
 * Text of fixed width (docs/convert.md, sections 3 to 5), row by row; limits; a text may be cut
 * anywhere.
 */
#include "extract/fixed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "extract/test_rows.h"

#define POUND "\xC2\xA3"
#define E_ACUTE "\xC3\xA9"

static struct cell cells[ROW_CELLS_MAX];

/* Name 1-6, a gap, amount 8-12, a gap of two, code 15-17; or adjacent ones; or none first. */
static const struct fixed_column parted[] = { { { "name", 4 }, 1, 6 }, { { "amount", 6 }, 8, 12 },
                                              { { "code", 4 }, 15, 17 } };
static const struct fixed_column adjacent[] = { { { "a", 1 }, 1, 2 }, { { "b", 1 }, 3, 4 } };
static const struct fixed_column later[] = { { { "a", 1 }, 4, 5 } };

static const struct {
    const char                *why;
    const struct fixed_column *columns;
    size_t                     count;
    enum line_end              line_end;
    const char                *bytes, *rows;
} examples[] = {
    { "nothing has no row", parted, 3, LINE_END_LF, "", "" },
    { "a whole line", parted, 3, LINE_END_LF, "Smith  12.50  ABC\n", "1 Smith |12.50|ABC" },
    { "without its line end", parted, 3, LINE_END_LF, "Smith  12.50  ABC", "1 Smith |12.50|ABC" },
    { "CRLF", parted, 3, LINE_END_LF, "Smith  12.50  ABC\r\nJones   3.00  XYZ\r\n",
      "1 Smith |12.50|ABC; 2 Jones | 3.00|XYZ" },
    { "CR", parted, 3, LINE_END_CR, "Smith  12.50  ABC\rJones   3.00  XYZ\r",
      "1 Smith |12.50|ABC; 2 Jones | 3.00|XYZ" },
    { "CR, and a CRLF among them", parted, 3, LINE_END_CR, "Smith  12.50  ABC\r\nJ\r",
      "1 Smith |12.50|ABC; 2 J||" },
    { "a blank line is a row", parted, 3, LINE_END_LF, "\n\nSmith\n", "1 ||; 2 ||; 3 Smith||" },
    { "a short line", parted, 3, LINE_END_LF, "Smith  12.50\n", "1 Smith |12.50|" },
    { "an end inside a column", parted, 3, LINE_END_LF, "Smith  12\n", "1 Smith |12|" },
    { "an end inside a gap", parted, 3, LINE_END_LF, "Smith  12.50 \n", "1 Smith |12.50|" },
    { "a quote is an ordinary character", parted, 3, LINE_END_LF, "\"Smi\"   1,25  A\"C\n",
      "1 \"Smi\" | 1,25|A\"C" },
    { "a gap that is not blank", parted, 3, LINE_END_LF, "Smithson2.50  ABC\n",
      "1 Smiths|n2.50|ABC !R" },
    { "the second gap", parted, 3, LINE_END_LF, "Smith  12.5012ABC\n",
      "1 Smith |12.50|ABC !R" },
    { "something behind the last", parted, 3, LINE_END_LF, "Smith  12.50  ABCD\n",
      "1 Smith |12.50|ABC !R" },
    { "white space behind the last", parted, 3, LINE_END_LF, "Smith  12.50  ABC \t\xC2\xA0\r\n",
      "1 Smith |12.50|ABC" },
    { "a tab in a gap is blank", parted, 3, LINE_END_LF, "Smith \t12.50\t ABC\n",
      "1 Smith |12.50|ABC" },
    { "a pound sign is one character", parted, 3, LINE_END_LF, "Smith  " POUND "2.50  ABC\n",
      "1 Smith |\\xC2\\xA32.50|ABC" },
    { "e with an acute", parted, 3, LINE_END_LF, "Ren" E_ACUTE E_ACUTE "  12.50  ABC\n",
      "1 Ren\\xC3\\xA9\\xC3\\xA9 |12.50|ABC" },
    { "a sign of three bytes in the gap", parted, 3, LINE_END_LF, "Smith  12.50 \xE2\x82\xAC" "ABC",
      "1 Smith |12.50|ABC !R" },
    { "a short line that ends in one", parted, 3, LINE_END_LF, "Ren" E_ACUTE "\n",
      "1 Ren\\xC3\\xA9||" },
    { "a no-break space in a gap is blank", parted, 3, LINE_END_LF, "Smith \xC2\xA0" "12.50  ABC",
      "1 Smith |12.50|ABC" },
    { "adjacent columns have no gap", adjacent, 2, LINE_END_LF, "abcd\nab\na\n",
      "1 ab|cd; 2 ab|; 3 a|" },
    { "before the first column", later, 1, LINE_END_LF, "   ab\n1  ab\n", "1 ab; 2 ab !R" },
    { "a byte that is not UTF-8", adjacent, 2, LINE_END_LF, "a\xFF" "cd\n",
      "1 a\\xFF|cd !E" },
    { "a stray continuation counts with the one before", adjacent, 2, LINE_END_LF,
      "a\x80" "bcd\n", "1 a\\x80b|cd !E" },
    { "encoding comes before run together", adjacent, 2, LINE_END_LF, "abcde\xFF\n",
      "1 ab|cd !E" },
};

static size_t show_lines(struct text bytes, bool final, size_t example, uint64_t line,
                         struct shown_rows *shown)
{
    struct row row = { .cell = cells };
    size_t at = 0;

    while (at < bytes.size) {
        struct text left = { bytes.data + at, bytes.size - at };
        row.number = line;
        struct record_extent extent = fixed_read(
            left, final, examples[example].columns, examples[example].count,
            line_end_char(examples[example].line_end), &row);
        if (extent.used == 0)
            break;
        assert_false(extent.unended);
        show_row(shown, &row);
        at += extent.used;
        line += extent.lines;
    }
    return at;
}

static void the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct shown_rows shown = { .size = 0 };
        const struct text bytes = text_of(examples[i].bytes);
        size_t used = show_lines(bytes, true, i, 1, &shown);
        if (strcmp(shown.text, examples[i].rows) != 0)
            print_error("%s\n", examples[i].why);
        assert_string_equal(shown.text, examples[i].rows);
        assert_int_equal(used, bytes.size);
    }
}

static void a_text_may_be_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct text bytes = text_of(examples[i].bytes);
        for (size_t cut = 0; cut <= bytes.size; cut++) {
            struct shown_rows shown = { .size = 0 };
            size_t used = show_lines((struct text){ bytes.data, cut }, false, i, 1, &shown);
            size_t line = 1 + line_end_count((struct text){ bytes.data, used },
                                             line_end_char(examples[i].line_end));
            (void)show_lines((struct text){ bytes.data + used, bytes.size - used }, true, i, line,
                             &shown);
            assert_string_equal(shown.text, examples[i].rows);
        }
    }
}

static void columns_stand_from_left_to_right(void **state)
{
    static const struct {
        struct fixed_column columns[3];
        size_t              right;
    } rows[] = {
        { { { { "a", 1 }, 1, 1 }, { { "b", 1 }, 2, 9 }, { { "c", 1 }, 10, 10 } }, 3 },
        { { { { "a", 1 }, 0, 1 }, { { "b", 1 }, 2, 9 }, { { "c", 1 }, 10, 10 } }, 0 },
        { { { { "a", 1 }, 1, 2 }, { { "b", 1 }, 2, 9 }, { { "c", 1 }, 10, 10 } }, 1 },
        { { { { "a", 1 }, 1, 2 }, { { "b", 1 }, 3, 9 }, { { "c", 1 }, 11, 10 } }, 2 },
        { { { { "a", 1 }, 5, 6 }, { { "b", 1 }, 1, 2 }, { { "c", 1 }, 11, 12 } }, 1 },
        { { { { "a", 1 }, 1, UINT32_MAX }, { { "b", 1 }, 1, 2 }, { { "c", 1 }, 3, 4 } }, 1 },
    };
    static struct fixed_column many[ROW_CELLS_MAX + 1];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(fixed_columns_check(rows[i].columns, 3), rows[i].right);
    for (uint32_t i = 0; i <= ROW_CELLS_MAX; i++)
        many[i] = (struct fixed_column){ { "a", 1 }, i + 1, i + 1 };
    assert_int_equal(fixed_columns_check(many, ROW_CELLS_MAX), ROW_CELLS_MAX);
    assert_int_equal(fixed_columns_check(many, ROW_CELLS_MAX + 1), ROW_CELLS_MAX);
}

static char large[2 * RECORD_BYTES_MAX];

static struct row first_line(size_t size, bool final, const struct fixed_column *column,
                             struct record_extent *extent)
{
    struct row row = { .cell = cells };

    *extent = fixed_read((struct text){ large, size }, final, column, 1, '\n', &row);
    return row;
}

static void lines_and_cells_have_limits(void **state)
{
    const struct fixed_column all = { { "a", 1 }, 1, UINT32_MAX };
    const struct fixed_column first = { { "a", 1 }, 1, 1 };
    struct record_extent extent;
    struct row row;

    (void)state;
    memset(large, ' ', sizeof large);
    row = first_line(CELL_BYTES_MAX, true, &all, &extent);
    assert_true(row.fault == ROW_GOOD && row.cell[0].text.size == CELL_BYTES_MAX);
    row = first_line(CELL_BYTES_MAX + 1, true, &all, &extent);
    assert_true(row.fault == ROW_LONG && row.count == 0 && extent.used == CELL_BYTES_MAX + 1);

    large[RECORD_BYTES_MAX] = '\r';
    large[RECORD_BYTES_MAX + 1] = '\n';
    row = first_line(sizeof large, true, &first, &extent);
    assert_true(row.fault == ROW_GOOD && extent.used == RECORD_BYTES_MAX + 2);
    large[RECORD_BYTES_MAX] = ' ';
    row = first_line(sizeof large, true, &first, &extent);
    assert_true(row.fault == ROW_LONG && extent.used == RECORD_BYTES_MAX + 2);
    (void)first_line(LINE_BYTES_AHEAD - 1, false, &first, &extent);
    assert_true(extent.used == RECORD_BYTES_MAX + 2);
    large[RECORD_BYTES_MAX + 1] = ' ';
    (void)first_line(LINE_BYTES_AHEAD - 1, false, &first, &extent);
    assert_true(extent.used == 0);
    row = first_line(LINE_BYTES_AHEAD, false, &first, &extent);
    assert_true(row.fault == ROW_LONG && extent.unended && extent.used == LINE_BYTES_AHEAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules),
        cmocka_unit_test(a_text_may_be_cut_anywhere),
        cmocka_unit_test(columns_stand_from_left_to_right),
        cmocka_unit_test(lines_and_cells_have_limits),
    };

    return cmocka_run_group_tests_name("fixed", tests, NULL, NULL);
}
