/* Sheets as programs write them and as they should not, each row of the table one sheet. */
#include "sheets/xlsx_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/test_random.h"
#include "sheets/test_sheet_rows.h"

#define MAIN   "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define STRICT "http://purl.oclc.org/ooxml/spreadsheetml/main"
#define SHEET(rows) "<worksheet xmlns='" MAIN "'><sheetData>" rows "</sheetData></worksheet>"

/* Style 0 is plain, 1 a date, 2 a time, 3 a duration. */
static unsigned char formats[] = { NUMBER_PLAIN, NUMBER_DATE, NUMBER_TIME, NUMBER_DURATION };

#define STRINGS "<sst xmlns='" MAIN "'>" \
    "<si><t>HR</t></si>" \
    "<si><r><t>Care </t></r><r><rPr><b/></rPr><t>homes</t></r>" \
    "<rPh sb='0' eb='1'><t>left out</t></rPh><phoneticPr fontId='1'/></si>" \
    "<si><t xml:space='preserve'> two_x000D_\nlines </t></si>" \
    "<si/>" \
    "</sst>"

static struct arena arena;
static struct xlsx_rows sheet;
static struct test_rows seen;

static int give_back(void **state)
{
    (void)state;
    memset(&sheet, 0, sizeof sheet);
    arena_free(&arena);
    return 0;
}

static const char *read_sheet(struct text xml, bool epoch_1904)
{
    const struct memory_file files[] = { { "sheet.xml", xml }, { "sst.xml", text_of(STRINGS) } };
    struct xml_memory memory = { .arena = &arena };
    struct xlsx_styles styles = { formats, COUNT(formats) };
    static struct shared_strings strings;
    struct memory_source source;
    struct trouble trouble = { .text = "" };

    if (ARENA_GUARD(&arena))
        return "out of memory";
    memory_source_open(&source, files, COUNT(files), NULL);
    memset(&strings, 0, sizeof strings);
    memset(&seen, 0, sizeof seen);
    memset(&sheet, 0, sizeof sheet);
    enum err err = shared_strings_read(&strings, &memory, &source.source, "a.xlsx", "sst.xml",
                                       &trouble);
    assert_int_equal(err, OK);
    sheet.styles = &styles;
    sheet.strings = &strings;
    sheet.epoch_1904 = epoch_1904;
    err = xlsx_rows_open(&sheet, &memory, &source.source, "a.xlsx", "sheet.xml", &trouble);
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
    { "numbers as they are written",
      SHEET("<row r='1'><c r='A1'><v>12.50</v></c><c r='B1' t='n'><v>-1.5E-3</v></c></row>"),
      "1: #12.50 #-1.5E-3\n" },
    { "shared strings: plain, of runs, escaped, empty",
      SHEET("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c>"
            "<c r='C1' t='s'><v>2</v></c><c r='D1' t='s'><v>3</v></c>"
            "<c r='E1' t='s'><v>0</v></c></row>"),
      "1: 'HR' 'Care homes' ' two\r\nlines ' - 'HR'\n" },
    { "inline strings",
      SHEET("<row r='1'><c r='A1' t='inlineStr'><is><t>HR &amp; payroll</t></is></c>"
            "<c r='B1' t='inlineStr'><is><r><t>a_x0041_</t></r><r><t>b</t></r>"
            "<rPh><t>no</t></rPh></is></c></row>"),
      "1: 'HR & payroll' 'aAb'\n" },
    { "a formula's results, also none",
      SHEET("<row r='1'><c r='A1' t='str'><f>A2</f><v>HR</v></c><c r='B1'><f>1+1</f><v>2</v></c>"
            "<c r='C1'><f>X()</f></c><c r='D1' t='str'><f>X()</f><v></v></c>"
            "<c r='E1' t='e'><f>1/0</f><v>#DIV/0!</v></c></row>"),
      "1: 'HR' #2 - - !#DIV/0!\n" },
    { "true, false, and neither",
      SHEET("<row r='1'><c r='A1' t='b'><v>1</v></c><c r='B1' t='b'><v>0</v></c>"
            "<c r='C1' t='b'><v>true</v></c><c r='D1' t='b'><v>2</v></c></row>"),
      "1: ?TRUE ?FALSE ?TRUE !2\n" },
    { "days and times by their format",
      SHEET("<row r='1'><c r='A1' s='1'><v>41820</v></c><c r='B1' s='1'><v>41820.5</v></c>"
            "<c r='C1' s='2'><v>0.75</v></c><c r='D1' s='3'><v>1.5</v></c>"
            "<c r='E1' s='0'><v>41820</v></c><c r='F1' s='99'><v>41820</v></c></row>"),
      "1: @2014-06-30 @2014-06-30 12:00:00 ~18:00:00 ~36:00:00 #41820 #41820\n" },
    { "no such days",
      SHEET("<row r='1'><c r='A1' s='1'><v>60</v></c><c r='B1' s='1'><v>-1</v></c>"
            "<c r='C1' s='1'><v>1E9</v></c><c r='D1' s='1'><v>0</v></c></row>"),
      "1: !#DATE! 60 !#DATE! -1 !#DATE! 1E9 ~00:00:00\n" },
    { "ISO dates",
      SHEET("<row r='1'><c r='A1' t='d'><v>2014-06-30</v></c>"
            "<c r='B1' t='d'><v>2014-06-30T13:45:00</v></c><c r='C1' t='d'><v>2014-02-30</v></c>"
            "<c r='D1' t='d'/></row>"),
      "1: @2014-06-30 @2014-06-30 13:45:00 !#DATE! 2014-02-30\n" },
    { "cells and rows that are skipped",
      SHEET("<row r='2'><c r='C2'><v>1</v></c><c r='E2'><v>2</v></c></row>"
            "<row r='5'><c r='A5'><v>3</v></c></row>"),
      "2: - - #1 - #2\n5: #3\n" },
    { "neither row nor cell says where it stands",
      SHEET("<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"),
      "1: #1 #2\n3: #3\n" },
    { "some of them do",
      SHEET("<row r='4'><c r='B4'><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"),
      "4: - #1 #2\n5: #3\n" },
    { "blank rows and cells behind the last are dropped",
      SHEET("<row r='1'><c r='A1'><v>1</v></c><c r='B1' s='1'/></row><row r='2'><c r='A2' s='1'/>"
            "</row><row r='9' t='x'/><row r='2000000'/>"),
      "1: #1\n" },
    { "strict, under another prefix",
      "<x:worksheet xmlns:x='" STRICT "'><x:sheetData><x:row r='1'><x:c r='A1'><x:v>7</x:v></x:c>"
      "</x:row></x:sheetData></x:worksheet>", "1: #7\n" },
    { "elements of other namespaces are left out",
      "<worksheet xmlns='" MAIN "' xmlns:y='urn:y'><y:sheetData/><sheetData><row r='1' y:r='8'>"
      "<c r='A1' y:t='e'><y:v>1</y:v><v>2</v><extLst><v>3</v></extLst></c></row></sheetData>"
      "<row><c><v>9</v></c></row></worksheet>", "1: #2\n" },
    { "comments, CDATA, references",
      SHEET("<!-- <row/> --><row r='1'><c r='A1' t='str'><v>a<!-- b -->c<![CDATA[<d>]]>&#101;"
            "</v></c></row>"), "1: 'ac<d>e'\n" },
    { "a byte order mark and a declaration",
      "\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
      SHEET("<row><c><v>1</v></c></row>"),
      "1: #1\n" },
    { "the last column", SHEET("<row r='1'><c r='XFD1'><v/></c></row>"), "" },

    { "a column too many", SHEET("<row r='1'><c r='XFE1'><v>1</v></c></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: cell XFE1: more than 16384 columns\n" },
    { "far too many", SHEET("<row r='1'><c r='ZZZZZZZZZZZZZZZZZZZZ1'><v>1</v></c></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: cell ZZZZZZZZZZZZZZZZZZZZ: more than 16384 columns\n" },
    { "a row too many", SHEET("<row r='1048577'><c><v>1</v></c></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: more than 1048576 rows\n" },
    { "rows out of order", SHEET("<row r='2'><c><v>1</v></c></row>\n<row r='1'/>"),
      "2: #1\n** 4 a.xlsx: sheet.xml: line 2: row 1 stands behind row 2\n" },
    { "a row twice", SHEET("<row r='2'/><row r='2'/>"),
      "** 4 a.xlsx: sheet.xml: line 1: row 2 stands behind row 2\n" },
    { "row 0", SHEET("<row r='0'/>"),
      "** 4 a.xlsx: sheet.xml: line 1: row 0 stands behind row 0\n" },
    { "no number", SHEET("<row r='x'/>"),
      "** 4 a.xlsx: sheet.xml: line 1: 'x' is no number of a row\n" },
    { "cells out of order", SHEET("<row r='1'><c r='B1'/><c r='A1'/></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: cell A1 is out of order\n" },
    { "a cell of another row", SHEET("<row r='1'><c r='A2'/></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: cell A2 is out of order\n" },
    { "no place", SHEET("<row r='1'><c r='1A'/></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: '1A' is no place of a cell\n" },
    { "no type", SHEET("<row r='1'><c t='z'/></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: 'z' is no type of a cell\n" },
    { "no style", SHEET("<row r='1'><c s='-1'/></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: '-1' is no number of a style\n" },
    { "a shared string that is not there", SHEET("<row r='3'><c t='s'><v>4</v></c></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: row 3, column 1: there is no shared string 4\n" },
    { "a shared string that is no number", SHEET("<row><c t='s'><v>-1</v></c></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: row 1, column 1: there is no shared string -1\n" },
    { "another root", "<workbook xmlns='" MAIN "'/>",
      "** 4 a.xlsx: sheet.xml: line 1: this is no worksheet\n" },
    { "no namespace", "<worksheet><sheetData/></worksheet>",
      "** 4 a.xlsx: sheet.xml: line 1: this is no worksheet\n" },
    { "cut off", "<worksheet xmlns='" MAIN "'><sheetData><row><c><v>1</v></c></row>",
      "1: #1\n** 4 a.xlsx: sheet.xml: line 1: the part ends in the middle\n" },
    { "an empty part", "",
      "** 4 a.xlsx: sheet.xml: line 1: there is no element\n" },
    { "not XML", "entry_id,partner",
      "** 4 a.xlsx: sheet.xml: line 1: text outside the root element\n" },
    { "bytes that are no UTF-8", SHEET("<row><c t='str'><v>caf\xE9</v></c></row>"),
      "** 4 a.xlsx: sheet.xml: line 1: a byte or character that XML does not allow\n" },
};

static void sheets_as_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const char *rows = read_sheet(text_of(examples[i].xml), false);

        if (strcmp(rows, examples[i].rows) != 0)
            fail_msg("%s: gives\n%s", examples[i].why, rows);
    }
}

static void days_from_1904(void **state)
{
    (void)state;
    assert_string_equal(
        read_sheet(text_of(SHEET("<row><c s='1'><v>40358</v></c><c s='1'><v>0</v></c>"
                                 "<c s='1'><v>60</v></c><c s='2'><v>0.5</v></c>"
                                 "<c s='1'><v>-1</v></c></row>")), true),
        "1: @2014-06-30 @1904-01-01 @1904-03-01 ~12:00:00 !#DATE! -1\n");
}

/* A text of one letter, so often, between two others. */
static struct text long_text(const char *before, char letter, size_t times, const char *after)
{
    static char bytes[3 << 20];
    size_t front = strlen(before), back = strlen(after) + 1;

    assert_true(front + times + back <= sizeof bytes);
    memset(bytes, letter, front + times);
    for (size_t i = 0; i < front; i++)
        bytes[i] = before[i];
    memcpy(bytes + front + times, after, back);
    return (struct text){ bytes, front + times + back - 1 };
}

#define IN_ROW(inside) "<worksheet xmlns='" MAIN "'><sheetData><row><c><v>7</v></c>" inside

static void long_cells_make_long_rows(void **state)
{
    static const char before[] = IN_ROW("<c t='inlineStr'><is><t>");
    static const char after[] = "</t></is></c></row><row><c><v>8</v></c></row></sheetData>"
        "</worksheet>";

    (void)state;
    const char *rows = read_sheet(long_text(before, 'x', CELL_BYTES_MAX, after), false);
    assert_int_equal(strncmp(rows, "1: #7 'xxxx", 11), 0);
    rows = read_sheet(long_text(before, 'x', CELL_BYTES_MAX + 1, after), false);
    assert_string_equal(rows, "1: LONG\n2: #8\n");
    rows = read_sheet(long_text(before, 'x', (size_t)2 << 20, after), false);
    assert_string_equal(rows, "1: LONG\n2: #8\n");
}

static const struct hostile {
    const char *why, *before;
    char        letter;
    const char *after, *message;
} hostiles[] = {
    { "an attribute that does not end", IN_ROW("<c x='"), 'x', "'/>",
      "a tag or comment of more than 1 MiB" },
    { "a comment that does not end", IN_ROW("<!--"), 'x', "-->",
      "a tag or comment of more than 1 MiB" },
    { "an instruction that does not end", IN_ROW("<?x "), 'x', "?>",
      "a tag or comment of more than 1 MiB" },
    { "a name that does not end", IN_ROW("<"), 'x', "/>",
      "a tag or comment of more than 1 MiB" },
    { "a reference that does not end", IN_ROW("&"), 'x', ";", "an entity" },
    { "a tag of nothing but blanks", IN_ROW("<c "), ' ', "/>",
      "a tag or comment of more than 1 MiB" },
};

static void tags_that_do_not_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hostiles); i++) {
        const struct hostile *h = &hostiles[i];
        const char *rows = read_sheet(long_text(h->before, h->letter, 2 << 20, h->after), false);

        if (strstr(rows, h->message) == NULL)
            fail_msg("%s: gives\n%s", h->why, rows);
    }
}

static void an_attribute_of_the_largest_size(void **state)
{
    static const char after[] = "'><v>1</v></c></row></sheetData></worksheet>";

    (void)state;
    const char *rows = read_sheet(long_text(IN_ROW("<c x='"), 'x', XML_ATTRIBUTE_MAX, after),
                                  false);
    assert_string_equal(rows, "1: #7 #1\n");
    rows = read_sheet(long_text(IN_ROW("<c x='"), 'x', XML_ATTRIBUTE_MAX + 1, after), false);
    assert_string_equal(rows, "** 4 a.xlsx: sheet.xml: line 1: an attribute of more than 1 "
                        "MiB\n");
}

static void a_document_type(void **state)
{
    static const char laughs[] = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;'>]>\n" SHEET("<row><c t='str'><v>&c;</v></c></row>");

    (void)state;
    assert_string_equal(read_sheet(text_of(laughs), false),
                        "** 4 a.xlsx: sheet.xml: line 1: a document type declaration: neither it "
                        "nor entities are read\n");
    assert_string_equal(read_sheet(text_of("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>"),
                                   false),
                        "** 4 a.xlsx: sheet.xml: line 1: a document type declaration: neither it "
                        "nor entities are read\n");
    assert_string_equal(read_sheet(text_of(SHEET("<row><c t='str'><v>&c;</v></c></row>")), false),
                        "** 4 a.xlsx: sheet.xml: line 1: an entity, or a character that "
                        "XML does not allow\n");
}

static struct text nested(unsigned depth)
{
    static char bytes[4096];
    int used = snprintf(bytes, sizeof bytes, "<worksheet xmlns='" MAIN "'>");

    for (unsigned i = 1; i < depth; i++)
        used += snprintf(bytes + used, sizeof bytes - (size_t)used, "<a>");
    for (unsigned i = 1; i < depth; i++)
        used += snprintf(bytes + used, sizeof bytes - (size_t)used, "</a>");
    used += snprintf(bytes + used, sizeof bytes - (size_t)used, "</worksheet>");
    return (struct text){ bytes, (size_t)used };
}

static void deep_nesting(void **state)
{
    (void)state;
    assert_string_equal(read_sheet(nested(XML_DEPTH_MAX), false), "");
    assert_string_equal(read_sheet(nested(XML_DEPTH_MAX + 1), false),
                        "** 4 a.xlsx: sheet.xml: line 1: elements nested deeper than 64\n");
}

/* No name is kept behind its element: a file of nothing but names takes no memory. */
static void names_without_end(void **state)
{
    static char bytes[6 << 20];
    size_t used = (size_t)snprintf(bytes, sizeof bytes, "<worksheet xmlns='" MAIN "'>");

    (void)state;
    for (unsigned i = 0; used + 64 < sizeof bytes; i++)
        used += (size_t)snprintf(bytes + used, sizeof bytes - used, "<n%u/>", i);
    used += (size_t)snprintf(bytes + used, sizeof bytes - used, "</worksheet>");
    assert_string_equal(read_sheet((struct text){ bytes, used }, false), "");
}

/* The same with double quotes, as programs write them and as cells are read in one go. */
static struct text double_quoted(const char *xml)
{
    const size_t size = strlen(xml);
    char *copy = malloc(size + 1);

    assert_non_null(copy);
    for (size_t i = 0; i <= size; i++)
        copy[i] = xml[i];
    for (char *at = copy; (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    return (struct text){ copy, size };
}

/* What a sheet means does not depend on which quotes it is written with. */
static void expect_the_same(const char *xml)
{
    static char single[TEST_ROWS_ROOM];
    const struct text other = double_quoted(xml);

    (void)snprintf(single, sizeof single, "%s", read_sheet(text_of(xml), false));
    /* Where a message tells of them. */
    if (strstr(single, "**") == NULL || strcmp(single, read_sheet(other, false)) == 0)
        assert_string_equal(single, read_sheet(other, false));
    else
        assert_non_null(strstr(read_sheet(other, false), "**"));
    free((char *)(uintptr_t)other.data);
}

static void either_quotes_mean_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++)
        if (strchr(examples[i].xml, '"') == NULL)
            expect_the_same(examples[i].xml);
}

/* A cell of a random kind, sound or not. */
static size_t random_cell(struct chance *chance, char *out, size_t room, int column)
{
    static const char *const types[] = {
        "", "", " t='s'", " t='n'", " t='str'", " t='inlineStr'", " t='b'", " t='e'", " t='d'",
        " t='x'", " t='inlineStr' x='1'",
    };
    static const char *const texts[] = { "0", "1", "12.50", "41791", "2014-06-30", "a_x0041_ b",
                                         "", " 7 ", "x]y", "\xC2\xA3 5", "&amp;", "<b/>" };
    const char *type = types[chance_below(chance, COUNT(types))];
    const char *text = texts[chance_below(chance, COUNT(texts))];
    const bool inside = strncmp(type, " t='inlineStr'", 14) == 0 || chance_one_in(chance, 30);
    char place[32] = "", style[16] = "";
    int size;

    if (!chance_one_in(chance, 5))
        (void)snprintf(place, sizeof place, " r='%c%d'", 'A' + column,
                       chance_one_in(chance, 40) ? 2 : 1);
    if (chance_one_in(chance, 3))
        (void)snprintf(style, sizeof style, " s='%zu'", chance_below(chance, 4));
    if (chance_one_in(chance, 8))
        size = snprintf(out, room, "<c%s%s%s/>", place, style, type);
    else if (inside)
        size = snprintf(out, room, "<c%s%s%s><is><t%s>%s</t></is></c>", place, style, type,
                        chance_one_in(chance, 3) ? " xml:space='preserve'" : "", text);
    else
        size = snprintf(out, room, "<c%s%s%s><v>%s</v>%s</c>", place, style, type, text,
                        chance_one_in(chance, 20) ? "<f>1</f>" : "");
    return (size_t)size;
}

static void random_cells_mean_the_same_in_either_quotes(void **state)
{
    static char xml[8192];
    struct chance chance = chance_of(2014);

    (void)state;
    for (int sheets = 0; sheets < 3000 / TEST_CASES_DIVISOR; sheets++) {
        size_t used = (size_t)snprintf(xml, sizeof xml, "<worksheet xmlns='" MAIN "'><sheetData>"
                                       "<row r='1'>");
        int column = 0;

        for (size_t cells = chance_below(&chance, 8); cells > 0; cells--) {
            used += random_cell(&chance, xml + used, sizeof xml - used, column);
            column += chance_one_in(&chance, 30) ? 0 : 1 + (int)chance_below(&chance, 2);
        }
        (void)snprintf(xml + used, sizeof xml - used, "</row></sheetData></worksheet>");
        expect_the_same(xml);
    }
}

/* An empty row's element has ended, although its end is told later. */
static void cells_behind_an_empty_row_are_in_none(void **state)
{
    (void)state;
    assert_string_equal(read_sheet(text_of(
        "<worksheet xmlns=\"" MAIN "\"><sheetData><row r=\"1\"/><c r=\"A1\"><v>7</v></c>"
        "</sheetData></worksheet>"), false), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sheets_as_rows),
        cmocka_unit_test(days_from_1904),
        cmocka_unit_test(long_cells_make_long_rows),
        cmocka_unit_test(tags_that_do_not_end),
        cmocka_unit_test(an_attribute_of_the_largest_size),
        cmocka_unit_test(a_document_type),
        cmocka_unit_test(deep_nesting),
        cmocka_unit_test(names_without_end),
        cmocka_unit_test(either_quotes_mean_the_same),
        cmocka_unit_test(random_cells_mean_the_same_in_either_quotes),
        cmocka_unit_test(cells_behind_an_empty_row_are_in_none),
    };

    return cmocka_run_group_tests(tests, NULL, give_back);
}
