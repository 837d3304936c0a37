/*
 * The rules for delimited text (docs/convert.md, sections 2 and 3), row by row; then the limits,
 * and the laws: a text may be cut anywhere, all ways read the same, what a plain writer writes
 * is read back.
 */
#include "extract/delimited.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"
#include "extract/test_rows.h"

#define SPARE ((size_t)RECORD_BYTES_MAX)
#define TWICE (2 * (size_t)RECORD_BYTES_MAX)

static struct cell cells[ROW_CELLS_MAX];
static char spare[SPARE];

/* How a row of examples is to be read: LF, comma and quotes unless it says otherwise. */
struct manner {
    char          delimiter;
    bool          no_quotes;
    enum line_end line_end;
};

static struct dialect dialect_of(struct manner manner)
{
    struct dialect dialect;

    if (manner.delimiter == 0)
        manner.delimiter = ',';
    dialect_open(&dialect, manner.delimiter, !manner.no_quotes,
                 manner.line_end == LINE_END_DETECT ? LINE_END_LF : manner.line_end);
    return dialect;
}

/* Gives how many of the bytes were used. */
static size_t show_all(struct text bytes, bool final, const struct dialect *dialect,
                       uint64_t line, struct shown_rows *shown)
{
    struct row row = { .cell = cells };
    size_t at = 0;

    for (;;) {
        struct text left = { bytes.data + at, bytes.size - at };
        row.number = line;
        struct record_extent extent = delimited_read(left, final, dialect, spare, &row);
        if (extent.used == 0)
            return at;
        assert_false(extent.unended);
        show_row(shown, &row);
        at += extent.used;
        line += extent.lines;
    }
}

static const struct {
    const char   *why;
    struct manner manner;
    const char   *bytes, *rows;
} examples[] = {
    { "nothing has no row",                 { 0 }, "", "" },
    { "cells",                              { 0 }, "a,b\nc,d\n", "1 a|b; 2 c|d" },
    { "the last line end may be missing",   { 0 }, "a,b\nc,d", "1 a|b; 2 c|d" },
    { "a blank line is a row",              { 0 }, "a\n\nb\n", "1 a; 2 ; 3 b" },
    { "a delimiter at the end",             { 0 }, "a,\n,", "1 a|; 2 |" },
    { "white space stays",                  { 0 }, " a , b\t\n", "1  a | b\\t" },
    { "semicolons",                         { .delimiter = ';' }, "a;b,c\n", "1 a|b,c" },
    { "tabs",                               { .delimiter = '\t' }, "a\t\"b\"\n", "1 a|b" },
    { "pipes",                              { .delimiter = '|' }, "a|b\n", "1 a|b" },
    { "blanks as delimiters",               { .delimiter = ' ' }, "a \"b c\" d\n",
      "1 a|b c|d" },
    { "a delimiter that is a quote",        { .delimiter = '"' }, "a\"b\n", "1 a|b" },

    { "CRLF ends a row with LF",            { 0 }, "a\r\nb\r\n", "1 a; 2 b" },
    { "CRLF ends a row",                    { .line_end = LINE_END_CRLF }, "a\r\nb\r\n",
      "1 a; 2 b" },
    { "a lone LF ends one with CRLF too",   { .line_end = LINE_END_CRLF }, "a\nb\r\n",
      "1 a; 2 b" },
    { "a lone CR is white space",           { 0 }, "a\rb,c\r\n", "1 a\\rb|c" },
    { "a lone CR before a CRLF",            { 0 }, "a\r\r\n", "1 a\\r" },
    { "a lone CR at the end",               { 0 }, "a\r", "1 a\\r" },
    { "a row that is a CRLF",               { 0 }, "\r\n\r\n", "1 ; 2 " },
    { "CR ends a row",                      { .line_end = LINE_END_CR }, "a\rb\r",
      "1 a; 2 b" },
    { "the last CR may be missing",         { .line_end = LINE_END_CR }, "a\r\rb",
      "1 a; 2 ; 3 b" },
    { "with CR a lone LF is white space",   { .line_end = LINE_END_CR }, "a\nb\rc",
      "1 a\\nb; 2 c" },
    { "with CR a CRLF is one line end",     { .line_end = LINE_END_CR }, "a\r\nb\r",
      "1 a; 2 b" },

    { "quotes",                             { 0 }, "\"a\",\"b,c\"\n", "1 a|b,c" },
    { "nothing in quotes",                  { 0 }, "\"\",\"\"\n", "1 |" },
    { "a doubled quote",                    { 0 }, "\"a \"\"b\"\"\",c\n", "1 a \"b\"|c" },
    { "nothing but doubled quotes",         { 0 }, "\"\"\"\",\"\"\"\"\"\"\n", "1 \"|\"\"" },
    { "a quote inside an unquoted field",   { 0 }, "a\"b\",c\"\n", "1 a\"b\"|c\"" },
    { "a line end in quotes",               { 0 }, "\"a\nb\"\nc\n", "1 a\\nb; 3 c" },
    { "a CRLF in quotes",                   { 0 }, "\"a\r\nb\"\r\nc", "1 a\\r\\nb; 3 c" },
    { "a CR in quotes with CR",             { .line_end = LINE_END_CR }, "\"a\rb\"\rc",
      "1 a\\rb; 3 c" },
    { "a CRLF in quotes with CR",           { .line_end = LINE_END_CR }, "\"a\r\nb\"\rc",
      "1 a\\r\\nb; 3 c" },
    { "a CR in quotes is no line",          { 0 }, "\"a\rb\"\nc", "1 a\\rb; 2 c" },
    { "blanks before a quote",              { 0 }, "a,  \"b,c\"\n", "1 a|b,c" },
    { "blanks behind a quote",              { 0 }, "\"a,b\" \t ,\"c\"  \n", "1 a,b|c" },
    { "a lone CR about a quote",            { 0 }, "\r\"a\"\r,b\n", "1 a|b" },
    { "a lone LF about a quote with CR",    { .line_end = LINE_END_CR }, "\n\"a\"\n\r",
      "1 a" },
    { "blanks only",                        { 0 }, "  ,\t\n", "1   |\\t" },

    { "text behind a closing quote",        { 0 }, "\"a\"b,c\nd\n", "1 \"a\"b|c !Q; 2 d" },
    { "it goes on as unquoted text",        { 0 }, "\"a\" \"b,c\"\n", "1 \"a\" \"b|c\" !Q" },
    { "and ends with the line",             { 0 }, "a,\"b\"c\r\nd\n", "1 a|\"b\"c !Q; 2 d" },
    { "a quote that is never closed",       { 0 }, "a\n\"b,1.50\nc\nd", "1 a; 2 \"b|1.50 !Q; "
      "3 c; 4 d" },
    { "never closed, at the very end",      { 0 }, "a,\"", "1 a|\" !Q" },
    { "never closed behind doubled ones",   { 0 }, "\"a\"\"b\n\"\"\nc", "1 \"a\"\"b !Q; 2 ; "
      "3 c" },
    { "never closed behind a quoted cell",  { 0 }, "\"x\ny\",\"b\nc\n", "1 x\\ny|\"b !Q; 3 c" },
    { "closed far below, with text behind", { 0 }, "\"a\nb\n\"c\",d\ne", "1 \"a\\nb\\n\"c\"|d "
      "!Q; 4 e" },
    { "no quotes",                          { .no_quotes = true }, "\"a,b\"\n\"\n",
      "1 \"a|b\"; 2 \"" },

    { "a byte that is not UTF-8",           { 0 }, "a,\xA3" "5\nb\n", "1 a|\\xA35 !E; 2 b" },
    { "UTF-8",                              { 0 }, "\xC2\xA3" "5\n", "1 \\xC2\\xA35" },
    { "half a character at the row's end",  { 0 }, "\xC2\n\xA3\n", "1 \\xC2 !E; 2 \\xA3 !E" },
    { "encoding comes before quotes",       { 0 }, "\"a\"\xFF\n", "1 \"a\"\\xFF !E" },
};

static void the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct text bytes = text_of(examples[i].bytes);
        struct dialect dialect = dialect_of(examples[i].manner);
        for (size_t way = 0; way < delimited_ways_count; way++) {
            struct shown_rows shown = { .size = 0 };
            dialect.way = &delimited_ways[way];
            if (!dialect.way->runs_here())
                continue;
            size_t used = show_all(bytes, true, &dialect, 1, &shown);
            if (strcmp(shown.text, examples[i].rows) != 0 || used != bytes.size)
                print_error("%s (%s): %s\n", examples[i].why, dialect.way->name, shown.text);
            assert_string_equal(shown.text, examples[i].rows);
            assert_int_equal(used, bytes.size);
        }
    }
}

/* The rows of the first part, then those of the rest: the same as of all. */
static void cut_at(struct text bytes, size_t cut, const struct dialect *dialect,
                   const char *rows)
{
    struct shown_rows shown = { .size = 0 };
    size_t lines;
    size_t whole = delimited_whole_records((struct text){ bytes.data, cut }, dialect, &lines);

    assert_true(whole <= cut);
    (void)show_all((struct text){ bytes.data, whole }, true, dialect, 1, &shown);
    (void)show_all((struct text){ bytes.data + whole, bytes.size - whole }, true, dialect,
                   1 + lines, &shown);
    assert_string_equal(shown.text, rows);

    shown = (struct shown_rows){ .size = 0 };
    size_t used = show_all((struct text){ bytes.data, cut }, false, dialect, 1, &shown);
    lines = line_end_count((struct text){ bytes.data, used }, dialect->line_last);
    (void)show_all((struct text){ bytes.data + used, bytes.size - used }, true, dialect,
                   1 + lines, &shown);
    assert_string_equal(shown.text, rows);
    assert_int_equal(used, whole);
}

static void a_text_may_be_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct text bytes = text_of(examples[i].bytes);
        struct dialect dialect = dialect_of(examples[i].manner);
        for (size_t cut = 0; cut <= bytes.size; cut++)
            cut_at(bytes, cut, &dialect, examples[i].rows);
    }
}

static const struct {
    const char   *why, *bytes;
    enum line_end line_end;
} line_ends[] = {
    { "nothing",                       "",                  LINE_END_LF },
    { "no line end",                   "a,b",               LINE_END_LF },
    { "LF",                            "a\nb\r\n",          LINE_END_LF },
    { "CRLF",                          "a\r\nb\n",          LINE_END_CRLF },
    { "CR",                            "a\rb\n",            LINE_END_CR },
    { "only an LF",                    "a\n",               LINE_END_LF },
    { "only a CRLF",                   "a\r\n",             LINE_END_CRLF },
    { "only a CR",                     "a\r",               LINE_END_CR },
    { "not the one in quotes",         "\"a\rb\",c\nd",     LINE_END_LF },
    { "not the LF in quotes",          "\"a\nb\",c\rd",     LINE_END_CR },
    { "behind quotes: CRLF",           "\"a\nb\rc\"\r\nd",  LINE_END_CRLF },
    { "only those in quotes",          "\"a\r\nb\"",        LINE_END_CRLF },
    { "a quote that is never closed",  "\"a\rb\rc",         LINE_END_CR },
    { "a quote in an unquoted field",  "a\"\rb\"\n",        LINE_END_CR },
};

static void line_ends_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(line_ends); i++) {
        enum line_end told = delimited_line_end(text_of(line_ends[i].bytes), ',', true);
        if (told != line_ends[i].line_end)
            print_error("%s\n", line_ends[i].why);
        assert_int_equal(told, line_ends[i].line_end);
    }
    assert_int_equal(delimited_line_end(text_of("\"a\rb\"\n"), ',', false), LINE_END_CR);
}

/* ---- limits ---- */

static char large[3 * RECORD_BYTES_MAX];

/* What becomes of the row at the start of the first `size` of the large bytes. */
static struct row first_row(size_t size, struct record_extent *extent)
{
    struct dialect dialect = dialect_of((struct manner){ 0 });
    struct row row = { .cell = cells, .number = 1 };

    *extent = delimited_read((struct text){ large, size }, true, &dialect, spare, &row);
    return row;
}

static void cells_have_a_limit(void **state)
{
    struct record_extent extent;
    struct row row;

    (void)state;
    memset(large, 'a', sizeof large);
    large[CELL_BYTES_MAX] = '\n';
    row = first_row(CELL_BYTES_MAX + 2, &extent);
    assert_true(row.fault == ROW_GOOD && row.count == 1);
    assert_int_equal(row.cell[0].text.size, CELL_BYTES_MAX);
    large[CELL_BYTES_MAX] = 'a';
    large[CELL_BYTES_MAX + 1] = '\n';
    row = first_row(CELL_BYTES_MAX + 3, &extent);
    assert_true(row.fault == ROW_LONG && row.count == 0);
    assert_int_equal(extent.used, CELL_BYTES_MAX + 2);
    large[0] = large[CELL_BYTES_MAX + 1] = '"';          /* quotes do not count */
    large[CELL_BYTES_MAX + 2] = '\n';
    row = first_row(CELL_BYTES_MAX + 4, &extent);
    assert_true(row.fault == ROW_GOOD);
    large[0] = '\xFF';                                   /* encoding comes first */
    row = first_row(CELL_BYTES_MAX + 4, &extent);
    assert_true(row.fault == ROW_ENCODING && row.count == 0);
}

static void a_row_has_so_many_cells(void **state)
{
    struct record_extent extent;
    struct row row;

    (void)state;
    for (int quoted = 0; quoted < 2; quoted++) {
        memset(large, ',', sizeof large);
        large[ROW_CELLS_MAX - 2] = quoted ? '"' : ',';
        large[ROW_CELLS_MAX - 1] = quoted ? '"' : '\n';
        large[ROW_CELLS_MAX] = '\n';
        row = first_row(ROW_CELLS_MAX + 100, &extent);
        assert_true(row.fault == ROW_GOOD);
        assert_int_equal(row.count, ROW_CELLS_MAX - (size_t)quoted);
        large[ROW_CELLS_MAX - 2] = large[ROW_CELLS_MAX - 1] = ',';
        row = first_row(ROW_CELLS_MAX + 100, &extent);
        assert_true(row.fault == ROW_LONG && row.count == 0);
        assert_int_equal(extent.used, ROW_CELLS_MAX + 1);
    }
}

/* Cells of 1000 bytes, then a line end. */
static void fill_record(size_t size)
{
    memset(large, 'a', sizeof large);
    for (size_t at = 2000; at < sizeof large; at += 2000)
        large[at] = ',';
    large[size] = '\n';
}

static void a_record_has_a_limit(void **state)
{
    struct record_extent extent;
    struct row row;

    (void)state;
    fill_record(RECORD_BYTES_MAX);
    row = first_row(RECORD_BYTES_MAX + 10, &extent);
    assert_true(row.fault == ROW_GOOD && row.count == RECORD_BYTES_MAX / 2000 + 1);
    row = first_row(RECORD_BYTES_MAX, &extent);          /* without its line end */
    assert_true(row.fault == ROW_GOOD && extent.used == RECORD_BYTES_MAX);
    for (size_t past = 1; past <= 1000; past = past < 4 ? past + 1 : past * 10) {
        fill_record(RECORD_BYTES_MAX + past);
        row = first_row(RECORD_BYTES_MAX + 1100, &extent);
        assert_true(row.fault == ROW_LONG && row.count == 0 && !extent.unended);
        assert_int_equal(extent.used, RECORD_BYTES_MAX + past + 1);
        row = first_row(RECORD_BYTES_MAX + past, &extent);
        assert_true(row.fault == ROW_LONG && row.count == 0 && !extent.unended);
        assert_int_equal(extent.used, RECORD_BYTES_MAX + past);
    }
}

/* What is unended is skipped until its line end comes. */
static void a_long_record_goes_on(void **state)
{
    struct dialect dialect = dialect_of((struct manner){ 0 });
    struct row row = { .cell = cells };
    size_t lines;

    (void)state;
    fill_record(TWICE);
    struct text known = { large, RECORD_BYTES_MAX + 2 };
    assert_int_equal(delimited_read(known, false, &dialect, spare, &row).used, 0);
    known.size = LINE_BYTES_AHEAD;
    struct record_extent extent = delimited_read(known, false, &dialect, spare, &row);
    assert_true(extent.unended && extent.lines == 0 && extent.used == known.size);
    assert_true(row.fault == ROW_LONG);
    extent = line_skip((struct text){ large + known.size, 1000 }, false, '\n');
    assert_true(extent.unended && extent.used == 1000);
    known = (struct text){ large + TWICE - 5, 100 };
    extent = line_skip(known, false, '\n');
    assert_true(!extent.unended && extent.used == 6 && extent.lines == 1);
    assert_int_equal(delimited_whole_records((struct text){ large, LINE_BYTES_AHEAD }, &dialect,
                                             &lines), 0);
}

/* A quote that is closed behind the limit is never closed. */
static void a_quote_is_closed_within_the_limit(void **state)
{
    struct record_extent extent;
    struct row row;

    (void)state;
    memset(large, 'a', sizeof large);
    large[0] = '"';
    large[10] = '\n';
    large[TWICE] = '"';
    row = first_row(sizeof large, &extent);
    assert_true(row.fault == ROW_QUOTE && row.count == 1 && extent.used == 11);
    assert_int_equal(extent.lines, 1);
    large[2000] = '"';
    large[2001] = '\n';
    row = first_row(sizeof large, &extent);
    assert_true(row.fault == ROW_GOOD && row.count == 1 && extent.used == 2002);
    assert_int_equal(extent.lines, 2);
}

/* ---- laws ---- */

/* A table of random cells, and the text a plain writer makes of it. */
struct table {
    char   bytes[65536];
    size_t size;
    char   rows[SHOWN_MAX];
};

static void put(struct table *table, const char *bytes, size_t size)
{
    assert_true(table->size + size < sizeof table->bytes);
    memcpy(table->bytes + table->size, bytes, size);
    table->size += size;
}

static void write_cell(struct table *table, struct text cell, struct manner manner, bool quoted,
                       bool blanks)
{
    put(table, "  ", quoted && blanks && manner.delimiter != ' ' ? 2 : 0);
    put(table, "\"", quoted);
    for (size_t i = 0; i < cell.size; i++)
        put(table, cell.data[i] == '"' && quoted ? "\"\"" : &cell.data[i],
            cell.data[i] == '"' && quoted ? 2 : 1);
    put(table, "\"", quoted);
    put(table, "\t", quoted && blanks && manner.delimiter != '\t');
}

/* Letters that need quotes only where there are quotes. */
static size_t random_cell(struct chance *chance, bool quoted, char cell[100])
{
    static const char *const letters[] = { "a", "b", "\xC2\xA3", "1", ".", " ", "-", "e" };
    static const char *const hard[] = { ",", ";", "\"", "\n", "\r", "\t", "\r\n", "|" };
    size_t parts = chance_below(chance, chance_one_in(chance, 10) ? 30 : 8);
    size_t size = 0;

    for (size_t i = 0; i < parts; i++) {
        const char *part = quoted && chance_one_in(chance, 3) ? hard[chance_below(chance, 8)]
                                                             : letters[chance_below(chance, 8)];
        while (*part != '\0')
            cell[size++] = *part++;
    }
    return size;
}

static void random_table(struct chance *chance, struct manner manner, struct table *table)
{
    static const char *const ends[] = { [LINE_END_LF] = "\n", [LINE_END_CRLF] = "\r\n",
                                        [LINE_END_CR] = "\r" };
    const char *end = ends[manner.line_end];
    struct shown_rows shown = { .size = 0 };
    size_t rows = 1 + chance_below(chance, 12);
    size_t columns = 1 + chance_below(chance, 12);
    static char cell[16][100];

    table->size = 0;
    for (uint64_t line = 1, next; rows-- > 0; line = next) {
        struct row row = { .cell = cells, .count = columns, .number = line };
        const size_t begun = table->size;
        for (size_t i = 0; i < columns; i++) {
            bool quoted = !manner.no_quotes && chance_one_in(chance, 3);
            size_t size = random_cell(chance, quoted, cell[i]);
            if (!quoted && manner.delimiter == ' ')
                size = 0;
            cells[i] = (struct cell){ { cell[i], size }, CELL_TEXT };
            put(table, &manner.delimiter, i > 0);
            write_cell(table, cells[i].text, manner, quoted, chance_one_in(chance, 2));
        }
        put(table, end, strlen(end));
        struct text written = { table->bytes + begun, table->size - begun };
        next = line + line_end_count(written, end[0] == '\r' && end[1] == 0 ? '\r' : '\n');
        show_row(&shown, &row);
    }
    memcpy(table->rows, shown.text, sizeof table->rows);
}

static void what_is_written_is_read_back(void **state)
{
    static const char delimiters[] = ",;\t|~ ";
    static struct table table;
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        struct manner manner = { delimiters[chance_below(&chance, 6)],
                                 chance_one_in(&chance, 5),
                                 LINE_END_LF + (enum line_end)chance_below(&chance, 3) };
        struct dialect dialect = dialect_of(manner);
        random_table(&chance, manner, &table);
        const struct text bytes = { table.bytes, table.size };
        for (size_t way = 0; way < delimited_ways_count; way++) {
            struct shown_rows shown = { .size = 0 };
            dialect.way = &delimited_ways[way];
            if (!dialect.way->runs_here())
                continue;
            (void)show_all(bytes, true, &dialect, 1, &shown);
            assert_string_equal(shown.text, table.rows);
        }
        cut_at(bytes, chance_below(&chance, table.size + 1), &dialect, table.rows);
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules),
        cmocka_unit_test(a_text_may_be_cut_anywhere),
        cmocka_unit_test(line_ends_are_told),
        cmocka_unit_test(cells_have_a_limit),
        cmocka_unit_test(a_row_has_so_many_cells),
        cmocka_unit_test(a_record_has_a_limit),
        cmocka_unit_test(a_long_record_goes_on),
        cmocka_unit_test(a_quote_is_closed_within_the_limit),
        cmocka_unit_test(what_is_written_is_read_back),
    };

    test_chance_open(count, argument, 6000);
    return cmocka_run_group_tests_name("delimited", tests, NULL, NULL);
}
