/* Contents of ODS workbooks as programs write them and as they should not. */
#include "sheets/ods_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "sheets/test_sheet_rows.h"

#define SPACES " xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'" \
    " xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0'" \
    " xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'" \
    " xmlns:calcext='urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0'"
#define BOOK(tables) "<office:document-content" SPACES "><office:body><office:spreadsheet>" \
    tables "</office:spreadsheet></office:body></office:document-content>"
#define SHEET(rows)  BOOK("<table:table table:name='Sheet1'>" rows "</table:table>")
#define ROW(cells)   "<table:table-row>" cells "</table:table-row>"
#define ROWS(n, cells) "<table:table-row table:number-rows-repeated='" n "'>" cells \
    "</table:table-row>"
#define SHOWN(text)  "<table:table-cell>" text "</table:table-cell>"
#define SHORT(text)  SHOWN("<text:p>" text "</text:p>")
#define NUMBER(n)    "<table:table-cell office:value-type='float' office:value='" n "'/>"
#define BLANKS(n)    "<table:table-cell table:number-columns-repeated='" n "'/>"

static struct arena arena;
static struct ods_rows sheet;
static struct test_rows seen;

static int give_back(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const char *read_content(const char *xml, size_t wanted)
{
    const struct memory_file files[] = { { ODS_CONTENT, text_of(xml) } };
    struct xml_memory memory = { .arena = &arena };
    struct memory_source source;
    struct trouble trouble = { .text = "" };

    if (ARENA_GUARD(&arena))
        return "out of memory";
    memory_source_open(&source, files, COUNT(files), NULL);
    memset(&seen, 0, sizeof seen);
    memset(&sheet, 0, sizeof sheet);
    enum err err = ods_rows_open(&sheet, &memory, &source.source, "a.ods", wanted, &trouble);
    assert_int_equal(err, OK);
    test_rows_read(&seen, &sheet.rows.reader);
    sheet.rows.reader.close(&sheet.rows.reader);
    arena_free(&arena);
    return seen.text;
}

static const struct example {
    const char *why, *xml, *rows;
} examples[] = {
    { "no row at all", SHEET(""), "" },
    { "numbers as they are written, of every type",
      SHEET(ROW(NUMBER("12.50") "<table:table-cell office:value-type='currency' "
                "office:currency='GBP' office:value='-3'><text:p>-\xC2\xA3" "3.00</text:p>"
                "</table:table-cell><table:table-cell office:value-type='percentage' "
                "office:value='0.5'><text:p>50%</text:p></table:table-cell>")),
      "1: #12.50 #-3 #0.5\n" },
    { "texts: paragraphs, blanks, tabs, line ends, pieces",
      SHEET(ROW(SHOWN("<text:p>one</text:p><text:p>two</text:p>")
                SHORT("a<text:s/>b<text:s text:c='3'/>c<text:tab/>d<text:line-break/>e")
                SHORT(" HR\n   <text:span>&amp; <text:a>pay</text:a></text:span>roll")
                SHORT("\xC2\xA0x"))),
      "1: 'one\ntwo' 'a b   c\td\ne' 'HR & payroll' '\xC2\xA0x'\n" },
    { "what is no text of the cell",
      SHEET(ROW(SHOWN("<office:annotation><text:p>remark</text:p></office:annotation>"
                      "<text:p>HR<text:note><text:note-body><text:p>n</text:p></text:note-body>"
                      "</text:note><text:ruby><text:ruby-base>b</text:ruby-base>"
                      "<text:ruby-text>r</text:ruby-text></text:ruby></text:p>"))),
      "1: 'HRb'\n" },
    { "a text's attribute counts, unless it is empty",
      SHEET(ROW("<table:table-cell office:value-type='string' office:string-value='exact'>"
                "<text:p>shown</text:p></table:table-cell><table:table-cell "
                "office:value-type='string' office:string-value=''><text:p>shown</text:p>"
                "</table:table-cell>")), "1: 'exact' 'shown'\n" },
    { "days and times",
      SHEET(ROW("<table:table-cell office:value-type='date' office:date-value='2014-06-30'>"
                "<text:p>30/06/14</text:p></table:table-cell><table:table-cell "
                "office:value-type='date' office:date-value='2014-06-30T13:45:00'/>"
                "<table:table-cell office:value-type='time' office:time-value='PT13H45M00S'/>"
                "<table:table-cell office:value-type='date' office:date-value='2014-02-30'/>"
                "<table:table-cell office:value-type='time' office:time-value='-PT1H'/>")),
      "1: @2014-06-30 @2014-06-30 13:45:00 ~13:45:00 !#DATE! 2014-02-30 !#DATE! -PT1H\n" },
    { "true, false, and neither",
      SHEET(ROW("<table:table-cell office:value-type='boolean' office:boolean-value='true'/>"
                "<table:table-cell office:value-type='boolean' office:boolean-value='false'/>"
                "<table:table-cell office:value-type='boolean' office:boolean-value='x'/>")),
      "1: ?TRUE ?FALSE !x\n" },
    { "errors, with and without LibreOffice's own attribute",
      SHEET(ROW("<table:table-cell table:formula='of:=NA()' office:value-type='string' "
                "office:string-value='' calcext:value-type='error'><text:p>#N/A</text:p>"
                "</table:table-cell><table:table-cell table:formula='of:=1/0' "
                "office:value-type='float' office:value='0'><text:p>#DIV/0!</text:p>"
                "</table:table-cell><table:table-cell table:formula='of:=x' "
                "office:value-type='float' office:value='0'><text:p>Err:502</text:p>"
                "</table:table-cell><table:table-cell table:formula='of:=1+1' "
                "office:value-type='float' office:value='2'><text:p>2.00</text:p>"
                "</table:table-cell><table:table-cell table:formula='of:=x' calcext:value-type="
                "'error' office:value-type='float' office:value='0'><text:p>#WERT!</text:p>"
                "</table:table-cell>" SHORT("#N/A"))),
      "1: !#N/A !#DIV/0! !Err:502 #2 !#WERT! '#N/A'\n" },
    { "cells repeated, blank and not",
      SHEET(ROW(BLANKS("2") "<table:table-cell table:number-columns-repeated='3' "
                "office:value-type='float' office:value='7'/>" BLANKS("2") SHORT("x")
                BLANKS("16376"))),
      "1: - - #7 #7 #7 - - 'x'\n" },
    { "rows repeated, blank and not",
      SHEET(ROWS("3", SHORT("x")) ROWS("4", BLANKS("5")) ROW(NUMBER("1"))
            ROWS("1048568", BLANKS("16384"))),
      "1: 'x'\n2: 'x'\n3: 'x'\n8: #1\n" },
    { "more repeats than there are rows, of nothing",
      SHEET(ROW(SHORT("x")) ROWS("99999999999999999999", BLANKS("99999999999999999999"))),
      "1: 'x'\n" },
    { "covered cells are read like others",
      SHEET(ROW("<table:table-cell table:number-columns-spanned='2'><text:p>a</text:p>"
                "</table:table-cell><table:covered-table-cell/><table:covered-table-cell>"
                "<text:p>c</text:p></table:covered-table-cell>")), "1: 'a' - 'c'\n" },
    { "header rows and groups of rows",
      SHEET("<table:table-column/><table:table-header-rows>" ROW(SHORT("h"))
            "</table:table-header-rows><table:table-row-group><table:table-row-group>"
            ROW(SHORT("a")) "</table:table-row-group>" ROW(SHORT("b")) "</table:table-row-group>"
            "<table:table-rows>" ROW(SHORT("c")) "</table:table-rows><table:shapes>"
            ROW(SHORT("no")) "</table:shapes>"),
      "1: 'h'\n2: 'a'\n3: 'b'\n4: 'c'\n" },
    { "a table within a cell is none of its own",
      SHEET(ROW(SHOWN("<table:table table:name='Sub'>" ROW(SHORT("no")) "</table:table>"
                      "<text:p>a</text:p>"))), "1: 'a'\n" },
    { "other prefixes",
      "<o:document-content xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
      "xmlns='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
      "xmlns:t='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:office='urn:x'><o:body>"
      "<o:spreadsheet><table t:name='Sheet1'><table-row><table-cell o:value-type='float' "
      "office:value-type='string' o:value='1'/></table-row></table></o:spreadsheet></o:body>"
      "</o:document-content>", "1: #1\n" },

    { "a column too many, by repeats",
      SHEET(ROW(BLANKS("16384") NUMBER("1"))),
      "** 4 a.ods: content.xml: line 1: row 1: more than 16384 columns\n" },
    { "far too many columns that hold something",
      SHEET(ROW("<table:table-cell table:number-columns-repeated='4294967296' "
                "office:value-type='float' office:value='1'/>")),
      "** 4 a.ods: content.xml: line 1: row 1: more than 16384 columns\n" },
    { "far too many rows that hold something",
      SHEET(ROWS("1048577", NUMBER("1"))),
      "** 4 a.ods: content.xml: line 1: more than 1048576 rows\n" },
    { "a row too many",
      SHEET(ROWS("1048576", BLANKS("1")) ROW(NUMBER("1"))),
      "** 4 a.ods: content.xml: line 1: more than 1048576 rows\n" },
    { "no repeats", SHEET(ROWS("0", "")),
      "** 4 a.ods: content.xml: line 1: '0' is no number of repeats\n" },
    { "repeats below zero", SHEET(ROW(BLANKS("-1"))),
      "** 4 a.ods: content.xml: line 1: '-1' is no number of repeats\n" },
    { "blanks without end",
      SHEET(ROW(SHORT("<text:s text:c='4000000000'/>x")) ROW(SHORT("y"))),
      "1: LONG\n2: 'y'\n" },
    { "another root", "<office:document" SPACES "/>",
      "** 4 a.ods: content.xml: line 1: this is no content of an OpenDocument file\n" },
    { "cut off", "<office:document-content" SPACES ">",
      "** 4 a.ods: content.xml: line 1: the part ends in the middle\n" },
    { "a document type", "<!DOCTYPE x>" SHEET(""),
      "** 4 a.ods: content.xml: line 1: a document type declaration: neither it nor entities are "
      "read\n" },
};

static void contents_as_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const char *rows = read_content(examples[i].xml, 0);

        if (strcmp(rows, examples[i].rows) != 0)
            fail_msg("%s: gives\n%s", examples[i].why, rows);
    }
}

static const char sheets[] = BOOK(
    "<table:table table:name='June'>" ROW(SHORT("a")) "</table:table>"
    "<table:table table:name=\"'file:///x.ods'#$Sheet1\">" ROW(SHORT("no")) "</table:table>"
    "<table:table table:name='July &amp; August'>" ROW(SHORT("b")) "</table:table>"
    "<table:named-expressions/>");

static void sheets_one_by_one(void **state)
{
    (void)state;
    assert_string_equal(read_content(sheets, 0), "1: 'a'\n");
    assert_string_equal(read_content(sheets, 1), "1: 'b'\n");
}

static void names_of_sheets(void **state)
{
    const struct memory_file files[] = { { ODS_CONTENT, text_of(sheets) } };
    struct xml_memory memory = { .arena = &arena };
    struct sheet_list list = { .count = 0 };
    struct trouble trouble = { .text = "" };
    struct memory_source source;

    (void)state;
    memory_source_open(&source, files, COUNT(files), NULL);
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    enum err err = ods_sheets_read(&list, &memory, &source.source, "a.ods", &trouble);
    assert_int_equal(err, OK);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.sheet[0].name, "June");
    assert_string_equal(list.sheet[1].name, "July & August");
}

/* A row said once is handed out a million times, at once and without memory. */
static void a_million_repeats(void **state)
{
    static const char xml[] = SHEET(ROWS("1048576", NUMBER("1")));
    const struct memory_file files[] = { { ODS_CONTENT, text_of(xml) } };
    struct xml_memory memory = { .arena = &arena };
    struct trouble trouble = { .text = "" };
    struct memory_source source;
    struct row row;
    bool end = false;
    static uint64_t rows;

    (void)state;
    memory_source_open(&source, files, COUNT(files), NULL);
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    memset(&sheet, 0, sizeof sheet);
    enum err err = ods_rows_open(&sheet, &memory, &source.source, "a.ods", 0, &trouble);
    while (err == OK && !end) {
        err = sheet.rows.reader.next(&sheet.rows.reader, &row, &end, &trouble);
        rows += !end && row.count == 1;
    }
    assert_int_equal(err, OK);
    assert_int_equal(rows, SHEET_ROWS_MAX);
    assert_true(arena.total < (size_t)8 << 20);
    sheet.rows.reader.close(&sheet.rows.reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contents_as_rows),
        cmocka_unit_test(sheets_one_by_one),
        cmocka_unit_test(names_of_sheets),
        cmocka_unit_test(a_million_repeats),
    };

    return cmocka_run_group_tests(tests, NULL, give_back);
}
