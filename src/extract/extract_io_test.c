/*
 * An extract, opened: what kind of file it is, which sheet, where the header stands, what its
 * columns are called, and an error file known for what it is, whatever the profile says.
 */
#include "extract/extract_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <zlib.h>

#include "base/test_folder.h"
#include "formats/zip_writer_io.h"

#define ACCOUNTS "partner = fixed STI\naccount = column Account\ngroup = column Group\n"
#define BY_PLACE "partner = fixed STI\naccount = column #1\ngroup = column #2\n"

static char home[TEST_PATH];
static struct arena arena;
static struct profile profile;
static struct trouble trouble;
static struct extract extract;

static int begin(void **state)
{
    (void)state;
    test_folder_make(home);
    trouble.text[0] = '\0';
    extract = (struct extract){ .path = NULL };
    return ARENA_GUARD(&arena);
}

static int end(void **state)
{
    (void)state;
    extract_close(&extract);
    arena_free(&arena);
    test_folder_remove(home);
    return 0;
}

/* The path of an extract with these bytes. */
static const char *put_bytes(const char *name, const void *bytes, size_t size)
{
    const char *path = arena_print(&arena, "%s/%s", home, name);

    test_bytes_write(path, bytes, size);
    return path;
}

static const char *put_text(const char *name, const char *text)
{
    return put_bytes(name, text, strlen(text));
}

static enum err open_path(const char *path, const char *words)
{
    trouble.text[0] = '\0';
    extract_close(&extract);
    assert_int_equal(profile_parse(text_of(words), "p", &arena, &profile, &trouble), OK);
    return extract_open(&extract, &arena, &real_outside, path, &profile, FORM_ACCOUNTS, "p",
                        &trouble);
}

static void must_open(const char *path, const char *words)
{
    enum err err = open_path(path, words);

    if (err != OK)
        fail_msg("%s", trouble.text);
}

/* "2 a|b; 3 c": number and cells of all rows that are left. */
static const char *rows_left(void)
{
    const char *said = "";
    struct row row;
    bool at_end;

    while (true) {
        enum err err = extract_next(&extract, &row, &at_end, &trouble);
        if (err != OK)
            fail_msg("%s", trouble.text);
        if (at_end)
            return said;
        said = arena_print(&arena, "%s%s%d ", said, said[0] == '\0' ? "" : "; ", (int)row.number);
        for (size_t i = 0; i < row.count; i++)
            said = arena_print(&arena, "%s%s%.*s", said, i == 0 ? "" : "|",
                               TEXT(row.cell[i].text));
    }
}

static const char *column_names(void)
{
    const char *said = "";

    for (size_t i = 0; i < extract.names.count; i++)
        said = arena_print(&arena, "%s%s%.*s", said, i == 0 ? "" : "|",
                           TEXT(extract.names.cell[i].text));
    return said;
}

static void is_told(const char *words)
{
    if (strstr(trouble.text, words) == NULL)
        fail_msg("'%s' is not told in: %s", words, trouble.text);
}

/* ---- workbooks ---- */

struct part {
    const char *name, *bytes;
};

static const char *put_zip(const char *name, const struct part part[], size_t count)
{
    const char *path = arena_print(&arena, "%s/%s", home, name);
    struct zip_writer *writer = arena_take(&arena, 1, sizeof *writer);

    assert_int_equal(zip_writer_open(writer, &real_outside, &arena, path, true, &trouble), OK);
    for (size_t i = 0; i < count; i++) {
        struct sink *sink;
        assert_int_equal(zip_writer_entry(writer, part[i].name, &sink, &trouble), OK);
        assert_int_equal(sink->write(sink, part[i].bytes, strlen(part[i].bytes), &trouble), OK);
        assert_int_equal(zip_writer_entry_end(writer, &trouble), OK);
    }
    assert_int_equal(zip_writer_commit(writer, &trouble), OK);
    return path;
}

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define TYPES                                                                                     \
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"              \
    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"                          \
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
#define RELS                                                                                      \
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"      \
    "<Relationship Id=\"rId1\" Type=\"" REL "/officeDocument\" Target=\"xl/workbook.xml\"/>"      \
    "</Relationships>"
#define BOOK_RELS                                                                                 \
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"      \
    "<Relationship Id=\"rId1\" Type=\"" REL "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"     \
    "<Relationship Id=\"rId2\" Type=\"" REL "/worksheet\" Target=\"worksheets/sheet2.xml\"/>"     \
    "</Relationships>"
#define BOOK(sheets)                                                                              \
    "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" REL "\"><sheets>" sheets "</sheets></workbook>"
#define JUNE  "<sheet name=\"June\" sheetId=\"1\" r:id=\"rId1\"/>"
#define NOTES "<sheet name=\"Notes\" sheetId=\"2\" r:id=\"rId2\"/>"
#define SHEET(rows) "<worksheet xmlns=\"" MAIN "\"><sheetData>" rows "</sheetData></worksheet>"
#define ROW(number, cells) "<row r=\"" number "\">" cells "</row>"
#define CELL(text) "<c t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define TABLE SHEET(ROW("1", CELL("Account") CELL("Group")) ROW("3", CELL("4000") CELL("Pay")))

static const char *put_xlsx(const char *name, const char *book, const char *first)
{
    const struct part parts[] = {
        { "[Content_Types].xml", TYPES }, { "_rels/.rels", RELS }, { "xl/workbook.xml", book },
        { "xl/_rels/workbook.xml.rels", BOOK_RELS }, { "xl/worksheets/sheet1.xml", first },
        { "xl/worksheets/sheet2.xml", SHEET(ROW("1", CELL("only a note"))) },
    };

    return put_zip(name, parts, COUNT(parts));
}

static const char *put_ods(const char *name)
{
    static const struct part parts[] = {
        { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" },
        { "content.xml",
          "<office:document-content "
          "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
          "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
          "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body>"
          "<office:spreadsheet><table:table table:name=\"June\"><table:table-row>"
          "<table:table-cell office:value-type=\"string\"><text:p>Account</text:p>"
          "</table:table-cell><table:table-cell office:value-type=\"string\">"
          "<text:p>Group</text:p></table:table-cell></table:table-row></table:table>"
          "</office:spreadsheet></office:body></office:document-content>" },
    };

    return put_zip(name, parts, COUNT(parts));
}

/* ---- kinds ---- */

static void names_of_files(void **state)
{
    (void)state;
    assert_true(text_is(file_name_of("june.csv"), "june.csv"));
    assert_true(text_is(file_name_of("/a/b/june.csv"), "june.csv"));
    assert_true(text_is(file_name_of("a/"), ""));
}

/* By its first bytes, whatever it is called and the profile says. */
static void kinds_are_told_apart(void **state)
{
    (void)state;
    must_open(put_text("june.xlsx", "Account,Group\n4000,Pay\n"), ACCOUNTS);
    assert_int_equal(extract.kind, EXTRACT_TEXT);
    assert_true(text_is(extract.name, "june.xlsx"));
    assert_string_equal(rows_left(), "2 4000|Pay");
    assert_int_equal(extract_bytes(&extract), 23);
    must_open(put_xlsx("june.csv", BOOK(JUNE), TABLE), ACCOUNTS);
    assert_int_equal(extract.kind, EXTRACT_XLSX);
    assert_string_equal(rows_left(), "2 ; 3 4000|Pay");
    must_open(put_ods("june.txt"), ACCOUNTS "format = sheet\n");
    assert_int_equal(extract.kind, EXTRACT_ODS);
    assert_string_equal(rows_left(), "");
}

static void what_is_no_workbook(void **state)
{
    static const struct part other[] = { { "readme.txt", "a zip of something else" } };

    (void)state;
    assert_int_equal(open_path(put_text("a.csv", "Account,Group\n"), ACCOUNTS "format = sheet\n"),
                     ERR_CHECK);
    is_told("is not a workbook (XLSX or ODS), as the profile says (format = sheet)");
    assert_int_equal(open_path(put_text("old.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), ACCOUNTS),
                     ERR_CHECK);
    is_told("old.xls");
    assert_int_equal(open_path(put_zip("a.zip", other, 1), ACCOUNTS), ERR_CHECK);
    is_told("a.zip");
    assert_int_equal(open_path(put_text("cut.xlsx", "PK\003\004 and no more"), ACCOUNTS),
                     ERR_CHECK);
    is_told("cut.xlsx");
}

static void packed_text(void **state)
{
    const char *path = arena_print(&arena, "%s/june.csv.gz", home);
    gzFile file = gzopen(path, "wb");

    (void)state;
    assert_non_null(file);
    assert_int_equal(gzputs(file, "Account,Group\n4000,Pay\n"), 23);
    assert_int_equal(gzclose(file), Z_OK);
    must_open(path, ACCOUNTS);
    assert_string_equal(rows_left(), "2 4000|Pay");
    assert_int_equal(text_rows_seen(extract.text).packing, PACKING_GZIP);
}

static void files_that_cannot_be_opened(void **state)
{
    (void)state;
    assert_int_equal(open_path(test_path(home, "none.csv"), ACCOUNTS), ERR_IO);
    is_told("none.csv");
    assert_int_equal(open_path(home, ACCOUNTS), ERR_IO);
    assert_int_equal(open_path(test_path(home, "a/"), ACCOUNTS), ERR_USAGE);
    assert_int_equal(open_path(put_text("caf\xE9.csv", "Account,Group\n"), ACCOUNTS), ERR_USAGE);
    is_told("must be UTF-8");
}

/* ---- sheets ---- */

static void the_sheet_that_is_meant(void **state)
{
    const char *path = put_xlsx("two.xlsx", BOOK(NOTES JUNE), TABLE);

    (void)state;
    assert_int_equal(open_path(path, ACCOUNTS), ERR_USAGE);
    is_told("has 2 sheets: say in the profile which one (sheet = ...): \"Notes\", \"June\"");
    assert_int_equal(open_path(path, ACCOUNTS "sheet = june\n"), ERR_USAGE);
    is_told("has no sheet \"june\"; it has \"Notes\", \"June\"");
    must_open(path, ACCOUNTS "sheet = June\n");
    assert_string_equal(rows_left(), "2 ; 3 4000|Pay");
    assert_false(extract.rules.fewer_refused);
    assert_int_equal(open_path(path, ACCOUNTS "sheet = Notes\n"), ERR_USAGE);
    is_told("Account");
}

/* A header row without a cell is a header all the same: columns stand by their place. */
static void a_sheet_with_a_blank_header(void **state)
{
    const char *path = put_xlsx("blank.xlsx", BOOK(JUNE),
                                SHEET(ROW("3", CELL("4000") CELL("Pay"))));

    (void)state;
    must_open(path, BY_PLACE "header_row = 2\n");
    assert_true(extract.headed);
    assert_int_equal(extract.preamble, 1);
    assert_null(extract.rules.header);
    assert_string_equal(rows_left(), "3 4000|Pay");
    assert_string_equal(column_names(), "column 1|column 2");
    assert_int_equal(open_path(path, ACCOUNTS), ERR_USAGE);
}

/* ---- the header ---- */

static void the_row_of_the_header(void **state)
{
    static const char text[] = "\"Report of\nJune\",\n\nAccount,Group\n4000,Pay\n";
    const char *path = put_text("june.csv", text);

    (void)state;
    must_open(path, ACCOUNTS "header_row = 4\n");
    assert_int_equal(extract.preamble, 2);
    assert_int_equal(extract.header.number, 4);
    assert_string_equal(column_names(), "Account|Group");
    assert_int_equal(extract.rules.cells, 2);
    assert_true(extract.rules.fewer_refused);
    assert_string_equal(rows_left(), "5 4000|Pay");
    assert_int_equal(open_path(path, ACCOUNTS "header_row = 2\n"), ERR_USAGE);
    is_told("no row starts at line 2");
    assert_int_equal(open_path(path, ACCOUNTS "header_row = 6\n"), ERR_USAGE);
    is_told("no row starts at line 6");
    assert_int_equal(open_path(path, ACCOUNTS), ERR_USAGE);
    assert_int_equal(open_path(put_text("empty.csv", ""), ACCOUNTS), ERR_USAGE);
    is_told("no row starts at line 1");
}

static void headers_that_cannot_be_read(void **state)
{
    char *most = arena_take(&arena, CELL_BYTES_MAX + 16, 1);

    (void)state;
    assert_int_equal(open_path(put_text("a.csv", "Acc\xFFount,Group\n"),
                               ACCOUNTS "encoding = utf-8\n"), ERR_CHECK);
    is_told("the header (line 1) cannot be read");
    assert_int_equal(open_path(put_text("b.csv", "\"Account\"x,Group\n"), ACCOUNTS), ERR_CHECK);
    memset(most, 'a', CELL_BYTES_MAX + 1);
    assert_int_equal(open_path(put_text("c.csv", most), ACCOUNTS), ERR_CHECK);
}

/* The first row that holds something says how many cells a row has. */
static void no_header(void **state)
{
    (void)state;
    must_open(put_text("a.csv", ",,,\n \n4000,Pay,x\n4100\n"), BY_PLACE "header_row = none\n");
    assert_false(extract.headed);
    assert_null(extract.rules.header);
    assert_string_equal(column_names(), "");
    assert_string_equal(rows_left(), "1 |||; 2  ; 3 4000|Pay|x; 4 4100");
    assert_string_equal(column_names(), "column 1|column 2|column 3");
    assert_int_equal(extract.rules.cells, 3);
}

static void columns_of_fixed_width(void **state)
{
    static const char words[] = ACCOUNTS "format = fixed\ncolumns = Account 1-4, Group 5-8\n";

    (void)state;
    must_open(put_text("a.txt", "4000Pay\n4100 Rent\n"), words);
    assert_false(extract.headed);
    assert_false(extract.rules.fewer_refused);
    assert_string_equal(column_names(), "Account|Group");
    assert_string_equal(rows_left(), "1 4000|Pay; 2 4100| Ren");
}

/* ---- an error file that comes back ---- */

#define OWN "ochil_file,ochil_row,ochil_reason,ochil_help"

static void an_error_file_is_recognised(void **state)
{
    static const char *const profiles[] = {
        "", "header_row = 4\n", "delimiter = semicolon\nquote = none\n", "encoding = utf-16le\n",
        "format = sheet\nsheet = June\n", "format = fixed\ncolumns = Account 1-4, Group 5-8\n",
        "format = fixed\nheader_row = 2\ncolumns = Account 1-4, Group 5-8\n", "line_end = cr\n",
    };
    const char *path = put_text("back.csv", "\xEF\xBB\xBF" "Account, Group," OWN "\r\n"
                                "4000,\"Pay, etc.\",june.csv,7,MISSING,help\r\n");

    (void)state;
    for (size_t i = 0; i < COUNT(profiles); i++) {
        must_open(path, arena_print(&arena, "%s%s", ACCOUNTS, profiles[i]));
        assert_true(extract.rules.sent_back && extract.headed && extract.rules.fewer_refused);
        assert_int_equal(extract.preamble, 0);
        assert_int_equal(extract.rules.cells, 2);
        assert_int_equal(extract.kind, EXTRACT_TEXT);
        assert_string_equal(rows_left(), "2 4000|Pay, etc.|june.csv|7|MISSING|help");
    }
    must_open(path, BY_PLACE "header_row = none\n");
    assert_true(extract.rules.sent_back);
}

static void what_is_no_error_file(void **state)
{
    static const char *const headers[] = {
        OWN, "Account,Group," OWN ",more", "Account,Group,ochil_file,ochil_row,ochil_help,x",
        "Account,Group,ochil_row,ochil_file,ochil_reason,ochil_help",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++) {
        must_open(put_text("a.csv", headers[i]), BY_PLACE);
        assert_false(extract.rules.sent_back);
    }
}

/* ---- before there is a profile ---- */

static void rows_from_the_start(void **state)
{
    static const struct text_dialect dialect = { .delimiter = ',', .quotes = true };
    const struct text none = { "", 0 };

    (void)state;
    assert_int_equal(extract_open_rows(&extract, &arena, &real_outside,
                                       put_text("a.csv", "a,b\n\nc\n"), none, &dialect, &trouble),
                     OK);
    extract.measured = true;
    assert_string_equal(rows_left(), "1 a|b; 2 ; 3 c");
    extract_close(&extract);
    assert_int_equal(extract_open_rows(&extract, &arena, &real_outside,
                                       put_xlsx("a.xlsx", BOOK(JUNE NOTES), TABLE),
                                       text_of("Notes"), &dialect, &trouble), OK);
    extract.measured = true;
    assert_string_equal(rows_left(), "1 only a note");
}

/* Closing what was only zeroed, twice, or after a failure, is nothing. */
static void it_is_closed_once(void **state)
{
    (void)state;
    extract_close(&extract);
    must_open(put_text("a.csv", "Account,Group\n"), ACCOUNTS);
    extract_close(&extract);
    extract_close(&extract);
    assert_int_equal(open_path(put_text("b.csv", "Other\n"), ACCOUNTS), ERR_USAGE);
    extract_close(&extract);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_of_files, begin, end),
        cmocka_unit_test_setup_teardown(kinds_are_told_apart, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_workbook, begin, end),
        cmocka_unit_test_setup_teardown(packed_text, begin, end),
        cmocka_unit_test_setup_teardown(files_that_cannot_be_opened, begin, end),
        cmocka_unit_test_setup_teardown(the_sheet_that_is_meant, begin, end),
        cmocka_unit_test_setup_teardown(a_sheet_with_a_blank_header, begin, end),
        cmocka_unit_test_setup_teardown(the_row_of_the_header, begin, end),
        cmocka_unit_test_setup_teardown(headers_that_cannot_be_read, begin, end),
        cmocka_unit_test_setup_teardown(no_header, begin, end),
        cmocka_unit_test_setup_teardown(columns_of_fixed_width, begin, end),
        cmocka_unit_test_setup_teardown(an_error_file_is_recognised, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_error_file, begin, end),
        cmocka_unit_test_setup_teardown(rows_from_the_start, begin, end),
        cmocka_unit_test_setup_teardown(it_is_closed_once, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
