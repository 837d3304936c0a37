/* Whole workbooks: what a file is, which sheets it has, and what is refused before a row is
 * read. Files that programs made stand in tests/sheets. */
#include "sheets/workbook_io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "sheets/book_writer.h"
#include "sheets/test_sheet_rows.h"

#define RELATIONS(inside) "<Relationships xmlns=" \
    "'http://schemas.openxmlformats.org/package/2006/relationships'>" inside "</Relationships>"
#define RELATION(id, kind, target) "<Relationship Id='" id "' Type='" \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/" kind "' Target='" \
    target "'/>"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define BOOK(inside) "<workbook xmlns='" MAIN "' xmlns:r='" \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships'>" inside "</workbook>"
#define SHEET(rows) "<worksheet xmlns='" MAIN "'><sheetData>" rows "</sheetData></worksheet>"
#define TYPES { "[Content_Types].xml", "<Types/>" }
#define ROOT  { "_rels/.rels", RELATIONS(RELATION("a", "officeDocument", "xl/workbook.xml")) }
#define ONE_SHEET { "xl/workbook.xml", BOOK("<sheets><sheet name='June' r:id='s1'/></sheets>") }
#define ONE_RELATION { "xl/_rels/workbook.xml.rels", \
    RELATIONS(RELATION("s1", "worksheet", "worksheets/sheet1.xml")) }
#define ONE_ROW { "xl/worksheets/sheet1.xml", SHEET("<row><c><v>1</v></c></row>") }

#define ODS_MIME { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" }
#define ODS_BOOK(tables) { "content.xml", "<o:document-content xmlns:o=" \
    "'urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:t=" \
    "'urn:oasis:names:tc:opendocument:xmlns:table:1.0'><o:body><o:spreadsheet>" tables \
    "</o:spreadsheet></o:body></o:document-content>" }

static char home[TEST_PATH];
static struct test_rows seen;

static int make_home(void **state)
{
    (void)state;
    test_folder_make(home);
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    test_folder_remove(home);
    return 0;
}

static enum err read_sheets(struct workbook *book, struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; err == OK && i < workbook_sheet_count(book); i++) {
        struct row_reader *reader;

        test_rows_add(&seen, "[%s]\n", workbook_sheet_name(book, i));
        err = workbook_rows(book, i, &reader, trouble);
        if (err == OK)
            test_rows_read(&seen, reader);
    }
    return err;
}

/* Everything that a workbook holds, or what went wrong, as "** 4 message". */
static const char *read_workbook(const char *path)
{
    struct arena arena = { .chunk = NULL };
    struct trouble trouble = { .text = "" };
    struct workbook *book;

    memset(&seen, 0, sizeof seen);
    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return "out of memory";
    }
    enum err err = workbook_open(&book, &arena, &real_outside, path, &trouble);
    if (err == OK) {
        err = read_sheets(book, &trouble);
        workbook_close(book);
    }
    if (err != OK)
        test_rows_add(&seen, "** %d %s\n", err, trouble.text);
    arena_free(&arena);
    return seen.text;
}

/* The same without the folder that the file stands in. */
static const char *read_parts(const struct test_part *part)
{
    struct arena arena = { .chunk = NULL };
    const char *path = test_path(home, "a.zip");

    if (ARENA_GUARD(&arena))
        return "out of memory";
    test_zip_write(&arena, path, part);
    arena_free(&arena);
    return read_workbook(path);
}

static const struct book {
    const char      *why;
    struct test_part part[9];
    const char      *seen;     /* a whole text; or, where it begins "** ", what it holds */
} books[] = {
    { "one sheet", { TYPES, ROOT, ONE_SHEET, ONE_RELATION, ONE_ROW }, "[June]\n1: #1\n" },
    { "targets: absolute, roundabout, in other letters, into another folder",
      { TYPES, { "_rels/.rels", RELATIONS(RELATION("a", "officeDocument", "/book/Book.xml")) },
        { "book/book.xml", BOOK("<workbookPr date1904='true'/><sheets><sheet name='B' r:id='x2'/>"
                                "<sheet name='A_x0026_B' r:id='x1'/>"
                                "<sheet name='Chart' r:id='x3'/></sheets>") },
        { "book/_rels/book.xml.rels",
          RELATIONS(RELATION("x1", "worksheet", "/data/one.xml")
                    RELATION("x2", "worksheet", "./../book//./x/../Two.XML")
                    RELATION("x3", "chartsheet", "chart.xml")
                    RELATION("x4", "styles", "../styles.xml")
                    RELATION("x5", "sharedStrings", "../strings.xml")) },
        { "data/one.xml", SHEET("<row><c t='s'><v>0</v></c></row>") },
        { "book/two.xml", SHEET("<row><c s='1'><v>0</v></c><c><v>0</v></c><c s='2'><v>1</v></c>"
                                "<c s='3'><v>1</v></c></row>") },
        { "styles.xml", "<styleSheet xmlns='" MAIN "'><numFmts><numFmt numFmtId='170' "
          "formatCode='dd/mm/yyyy'/><numFmt numFmtId='164' formatCode='0.00'/></numFmts>"
          "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
          "<xf numFmtId='170'/><xf numFmtId='14'/><xf numFmtId='164'/></cellXfs></styleSheet>" },
        { "strings.xml", "<sst xmlns='" MAIN "'><si><t>HR</t></si></sst>" } },
      "[B]\n1: @1904-01-01 #0 @1904-01-02 #1\n[A&B]\n1: 'HR'\n" },
    { "strict",
      { { "_rels/.rels", RELATIONS("<Relationship Id='a' Target='w.xml' Type="
          "'http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument'/>") },
        { "w.xml", "<w:workbook xmlns:w='http://purl.oclc.org/ooxml/spreadsheetml/main' xmlns:q="
          "'http://purl.oclc.org/ooxml/officeDocument/relationships'><w:sheets>"
          "<w:sheet name='June' q:id='s1'/></w:sheets></w:workbook>" },
        { "_rels/w.xml.rels", RELATIONS("<Relationship Id='s1' Target='s.xml' Type="
          "'http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet'/>") },
        { "s.xml", "<worksheet xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main'><sheetData>"
          "<row><c><v>1</v></c></row></sheetData></worksheet>" } }, "[June]\n1: #1\n" },
    { "ODS", { ODS_MIME, ODS_BOOK("<t:table t:name='June'/><t:table t:name='July'/>") },
      "[June]\n[July]\n" },
    { "ODS with a manifest", { ODS_MIME, ODS_BOOK("<t:table t:name='June'/>"),
        { "META-INF/manifest.xml", "<m:manifest xmlns:m="
          "'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'><m:file-entry/></m:manifest>" } },
      "[June]\n" },

    { "a zip of something else", { { "a.csv", "x" } }, "** 4 neither XLSX nor ODS" },
    { "an archive of parts without a workbook",
      { TYPES, { "_rels/.rels", RELATIONS(RELATION("a", "image", "a.png")) } },
      "** 4 none is a workbook" },
    { "no relationships", { TYPES, ONE_SHEET }, "** 4 it has no part _rels/.rels" },
    { "no workbook", { TYPES, ROOT }, "** 4 names the part 'xl/workbook.xml', which is not there" },
    { "no relationships of the workbook", { TYPES, ROOT, ONE_SHEET },
      "** 4 it has no part xl/_rels/workbook.xml.rels" },
    { "no sheet part", { TYPES, ROOT, ONE_SHEET, ONE_RELATION },
      "** 4 names the part 'worksheets/sheet1.xml', which is not there" },
    { "a sheet that leads nowhere", { TYPES, ROOT, ONE_SHEET,
        { "xl/_rels/workbook.xml.rels", RELATIONS("") } }, "** 4 the sheet 'June' leads nowhere" },
    { "a target that climbs out", { TYPES, ROOT, ONE_SHEET,
        { "xl/_rels/workbook.xml.rels",
          RELATIONS(RELATION("s1", "worksheet", "../../../etc/passwd")) } },
      "** 4 names the part '../../../etc/passwd', which is not there" },
    { "only a chart", { TYPES, ROOT, ONE_SHEET,
        { "xl/_rels/workbook.xml.rels", RELATIONS(RELATION("s1", "chartsheet", "c.xml")) } },
      "** 4 it has no sheet" },
    { "no strings part", { TYPES, ROOT, ONE_SHEET, { "xl/_rels/workbook.xml.rels",
          RELATIONS(RELATION("s1", "worksheet", "worksheets/sheet1.xml")
                    RELATION("s2", "sharedStrings", "no.xml")) }, ONE_ROW },
      "** 4 names the part 'no.xml', which is not there" },
    { "a sheet without a name", { TYPES, ROOT,
        { "xl/workbook.xml", BOOK("<sheets><sheet name='' r:id='s1'/></sheets>") }, ONE_RELATION,
        ONE_ROW }, "** 4 a sheet without a name" },
    { "a workbook that is none", { TYPES, ROOT, { "xl/workbook.xml", "<workbook/>" },
        ONE_RELATION }, "** 4 xl/workbook.xml: line 1: this is no workbook" },
    { "styles that are none", { TYPES, ROOT, ONE_SHEET, { "xl/_rels/workbook.xml.rels",
          RELATIONS(RELATION("s1", "worksheet", "worksheets/sheet1.xml")
                    RELATION("s2", "styles", "s.xml")) }, ONE_ROW, { "xl/s.xml", "<x/>" } },
      "** 4 xl/s.xml: line 1: these are no styles" },
    { "a binary workbook", { TYPES, { "_rels/.rels",
          RELATIONS(RELATION("a", "officeDocument", "xl/workbook.bin")) },
        { "xl/workbook.bin", "x" } }, "** 4 save it as .xlsx" },
    { "a document type in the workbook", { TYPES, ROOT,
        { "xl/workbook.xml", "<!DOCTYPE w [<!ENTITY a 'b'>]><w/>" }, ONE_RELATION },
      "** 4 xl/workbook.xml: line 1: a document type declaration" },
    { "an ODS text", { { "mimetype", "application/vnd.oasis.opendocument.text" },
        ODS_BOOK("") }, "** 4 no workbook: application/vnd.oasis.opendocument.text" },
    { "an ODS without a sheet", { ODS_MIME, ODS_BOOK("") }, "** 4 it has no sheet" },
    { "an ODS with a password", { ODS_MIME, { "content.xml", "\x01\x02" },
        { "META-INF/manifest.xml", "<m:manifest xmlns:m="
          "'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'><m:file-entry>"
          "<m:encryption-data/></m:file-entry></m:manifest>" } },
      "** 4 protected by a password" },
};

static void workbooks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(books); i++) {
        const struct book *b = &books[i];
        const char *text = read_parts(b->part);
        bool good = strncmp(b->seen, "** ", 3) != 0 ? strcmp(text, b->seen) == 0
            : strncmp(text, b->seen, 5) == 0 && strstr(text, b->seen + 5) != NULL;

        if (!good)
            fail_msg("%s: gives\n%s", b->why, text);
    }
}

static void files_that_are_no_zip(void **state)
{
    const char *path = test_path(home, "a.xls");

    (void)state;
    test_bytes_write(path, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more", 17);
    assert_non_null(strstr(read_workbook(path), "old Excel workbook (.xls), or like one that is "
                           "protected by a password: save it as .xlsx"));
    test_bytes_write(path, "entry_id,partner\n", 17);
    assert_non_null(strstr(read_workbook(path), "** 4 "));
    test_bytes_write(path, "", 0);
    assert_non_null(strstr(read_workbook(path), "neither XLSX nor ODS"));
    test_bytes_write(path, "PK\3\4 and no more", 16);
    assert_int_equal(strncmp(read_workbook(path), "** 4 ", 5), 0);
    assert_int_equal(strncmp(read_workbook(test_path(home, "none.xlsx")), "** 3 ", 5), 0);
    assert_int_equal(strncmp(read_workbook(home), "** 3 ", 5), 0);
}

/* Cut anywhere, changed anywhere: refused, or read with the same rows. */
static void damaged_archives(void **state)
{
    static const struct test_part parts[] = { TYPES, ROOT, ONE_SHEET, ONE_RELATION, ONE_ROW,
                                              { NULL, NULL } };
    static char bytes[8192];
    struct arena arena = { .chunk = NULL };
    const char *path = test_path(home, "damaged.xlsx");

    (void)state;
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    test_zip_write(&arena, path, parts);
    arena_free(&arena);
    size_t size = test_bytes_read(path, bytes, sizeof bytes);
    assert_true(size > 1000 && size < sizeof bytes);
    for (size_t cut = 0; cut < size; cut += 13) {
        test_bytes_write(path, bytes, cut);
        assert_int_equal(strncmp(read_workbook(path), "** 4 ", 5), 0);
    }
    for (size_t i = 0; i < size; i += 3) {
        bytes[i] ^= 0x15;
        test_bytes_write(path, bytes, size);
        const char *text = read_workbook(path);
        if (strcmp(text, "[June]\n1: #1\n") != 0 && strstr(text, "** 4 ") == NULL)
            fail_msg("byte %zu: %s", i, text);
        bytes[i] ^= 0x15;
    }
}

/* A part of blanks between two texts: deflate makes a thousandth of it. */
static void write_bomb(const char *path, size_t mebibytes)
{
    static char blanks[1 << 20];
    struct zip_writer writer = { .arena = NULL };
    struct arena arena = { .chunk = NULL };
    struct trouble trouble = { .text = "" };
    static const struct test_part parts[] = { TYPES, ROOT, ONE_SHEET, ONE_RELATION };
    struct sink *sink = NULL;

    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    memset(blanks, ' ', sizeof blanks);
    enum err err = zip_writer_open(&writer, &real_outside, &arena, path, true, &trouble);
    for (size_t i = 0; err == OK && i <= COUNT(parts); i++) {
        bool bomb = i == COUNT(parts);
        err = zip_writer_entry(&writer, bomb ? "xl/worksheets/sheet1.xml" : parts[i].name, &sink,
                               &trouble);
        if (err == OK && !bomb)
            err = sink->write(sink, parts[i].text, strlen(parts[i].text), &trouble);
        for (size_t m = 0; bomb && err == OK && m < mebibytes; m++)
            err = sink->write(sink, blanks, sizeof blanks, &trouble);
        if (err == OK)
            err = zip_writer_entry_end(&writer, &trouble);
    }
    if (err == OK)
        err = zip_writer_commit(&writer, &trouble);
    zip_writer_abort(&writer, NULL);
    arena_free(&arena);
    assert_int_equal(err, OK);
}

static long milliseconds(const struct rusage *usage)
{
    return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000
        + (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000;
}

static void a_bomb(void **state)
{
    const char *path = test_path(home, "bomb.xlsx");
    struct rusage before, after;

    (void)state;
    write_bomb(path, 300);
    (void)getrusage(RUSAGE_SELF, &before);
    const char *text = read_workbook(path);
    (void)getrusage(RUSAGE_SELF, &after);
    assert_non_null(strstr(text, "** 4 "));
    assert_non_null(strstr(text, "xl/worksheets/sheet1.xml: 314572800 bytes that take only"));
    assert_true(milliseconds(&after) - milliseconds(&before) < 1000);
    assert_true(after.ru_maxrss - before.ru_maxrss < 65536);
}

/* A part of blanks below the limit is read, and is no worksheet. */
static void a_small_part_of_blanks(void **state)
{
    const char *path = test_path(home, "blanks.xlsx");

    (void)state;
    write_bomb(path, 16);
    assert_non_null(strstr(read_workbook(path), "there is no element"));
}

static void sheets_that_are_not_there(void **state)
{
    static const struct test_part parts[] = { TYPES, ROOT, ONE_SHEET, ONE_RELATION, ONE_ROW,
                                              { NULL, NULL } };
    struct arena arena = { .chunk = NULL };
    struct trouble trouble = { .text = "" };
    struct row_reader *reader;
    struct workbook *book;
    struct row row;
    bool last;
    const char *path = test_path(home, "a.xlsx");

    (void)state;
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    test_zip_write(&arena, path, parts);
    assert_int_equal(workbook_open(&book, &arena, &real_outside, path, &trouble), OK);
    assert_int_equal(workbook_kind(book), WORKBOOK_XLSX);
    assert_int_equal(workbook_rows(book, 1, &reader, &trouble), ERR_MISSING);
    /* The same sheet twice, the first time not to its end; and past the end. */
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(workbook_rows(book, 0, &reader, &trouble), OK);
        assert_int_equal(reader->next(reader, &row, &last, &trouble), OK);
        assert_false(last);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(reader->next(reader, &row, &last, &trouble), OK);
        assert_true(last);
    }
    workbook_close(book);
    arena_free(&arena);
}

/* Whatever piece of memory is refused: ERR_IO with a message, and every file is given back. */
static void memory_runs_out(void **state)
{
    static const struct test_part parts[] = { TYPES, ROOT, ONE_SHEET, ONE_RELATION, ONE_ROW,
                                              { NULL, NULL } };
    struct arena arena = { .chunk = NULL };
    const char *path = test_path(home, "memory.xlsx");
    bool ran_out = true;

    (void)state;
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    test_zip_write(&arena, path, parts);
    arena_free(&arena);
    for (long nth = 1; ran_out; nth++) {
        arena_fail_takes(true);
        arena_fail_after(nth, nth % 2 == 0);
        const char *text = read_workbook(path);
        arena_fail_takes(false);
        arena_fail_after(0, false);
        ran_out = strcmp(text, "[June]\n1: #1\n") != 0;
        if (ran_out && strstr(text, "out of memory") == NULL)
            fail_msg("allocation %ld: %s", nth, text);
        assert_true(nth < 1000);
    }
}

/* What stands in tests/sheets: a workbook, and what it should read as. */
static const struct { const char *path, *rows; } kept[] = {
    { "tests/sheets/ledger.xlsx",      "tests/sheets/xlsx.rows" },
    { "tests/sheets/ledger-1904.xlsx", "tests/sheets/xlsx.rows" },
    { "tests/sheets/ledger.ods",       "tests/sheets/ods.rows" },
    { "tests/sheets/ledger-1904.ods",  "tests/sheets/ods.rows" },
};

static void kept_workbooks(void **state)
{
    static char wanted[TEST_ROWS_ROOM];

    (void)state;
    for (size_t i = 0; i < COUNT(kept); i++) {
        size_t size = test_bytes_read(kept[i].rows, wanted, sizeof wanted - 1);

        assert_true(size < sizeof wanted);
        wanted[size] = '\0';
        const char *text = read_workbook(kept[i].path);
        if (strcmp(text, wanted) != 0)
            fail_msg("%s: gives\n%s", kept[i].path, text);
    }
}

/* The way back: what another program's library writes is read as it was meant, with its strings
 * shared and inline. The writer stands beside this program, if the library is installed. */
static void written_and_read_back(void **state)
{
    static const char *const how[] = { "shared", "inline" };
    static char wanted[TEST_ROWS_ROOM];
    char folder[TEST_PATH], command[TEST_PATH * 4];
    ssize_t size = readlink("/proc/self/exe", folder, sizeof folder - 1);

    (void)state;
    assert_true(size > 0);
    folder[size] = '\0';
    *strrchr(folder, '/') = '\0';
    if (access(test_path(folder, "write_workbook"), X_OK) != 0)
        skip();
    for (size_t i = 0; i < COUNT(how); i++) {
        const char *path = test_path(home, "written.xlsx"), *rows = test_path(home, "rows");

        (void)snprintf(command, sizeof command, "'%s/write_workbook' 2014 %s '%s' '%s'", folder,
                       how[i], path, rows);
        assert_int_equal(system(command), 0);
        size_t got = test_bytes_read(rows, wanted, sizeof wanted - 1);
        assert_true(got > 1000 && got < sizeof wanted);
        wanted[got] = '\0';
        assert_string_equal(read_workbook(path), wanted);
    }
}

/* --- what we write ourselves (book_writer.h) --- */

static const struct book_cell cells_of_ours[] = {
    { BOOK_WORDS, { "Name", 4 } }, { BOOK_WORDS, { "Count", 5 } }, { BOOK_WORDS, { "Paid", 4 } },
    { BOOK_WORDS, { "Day", 3 } },
    { BOOK_WORDS, { "=1+1", 4 } }, { BOOK_NUMBER, { "-12", 3 } },
    { BOOK_AMOUNT, { "1234567890123.07", 16 } }, { BOOK_DAY, { "2016-02-29", 10 } },
    { BOOK_WORDS, { "<a  \"b\" & c>\n\td\x01", 16 } }, { BOOK_NUMBER, { "", 0 } },
    { BOOK_AMOUNT, { "-0.05", 5 } }, { BOOK_DAY, { "1900-03-01", 10 } },
};
static const struct book_cell about_ours[] = { { BOOK_WORDS, { "What", 4 } } };
static const struct book_sheet sheets_of_ours[] = {
    { "Risks & more", cells_of_ours, 3, 4 }, { "About", about_ours, 1, 1 },
};

static void what_is_written_is_read(void **state)
{
    static const char expected[] = "[Risks & more]\n1: 'Name' 'Count' 'Paid' 'Day'\n"
        "2: '=1+1' #-12 #1234567890123.07 @2016-02-29\n"
        "3: '<a  \"b\" & c>\n\td\xEF\xBF\xBD' - #-0.05 @1900-03-01\n[About]\n1: 'What'\n";
    struct arena arena = { 0 };
    char path[2 * TEST_PATH];

    (void)state;
    for (int ods = 0; ods < 2; ods++) {
        struct text bytes[2] = { { NULL, 0 }, { NULL, 0 } };
        if (ARENA_GUARD(&arena))
            fail_msg("out of memory");
        for (int twice = 0; twice < 2; twice++)
            assert_int_equal((ods ? book_write_ods : book_write_xlsx)(
                &arena, sheets_of_ours, COUNT(sheets_of_ours), &bytes[twice], NULL), OK);
        assert_true(text_equal(bytes[0], bytes[1]));
        (void)snprintf(path, sizeof path, "%s/ours.%s", home, ods ? "ods" : "xlsx");
        test_bytes_write(path, bytes[0].data, bytes[0].size);
        assert_string_equal(read_workbook(path), expected);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, make_home, remove_home),
        cmocka_unit_test(workbooks),
        cmocka_unit_test(files_that_are_no_zip),
        cmocka_unit_test(damaged_archives),
        cmocka_unit_test(a_bomb),
        cmocka_unit_test(a_small_part_of_blanks),
        cmocka_unit_test(sheets_that_are_not_there),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(kept_workbooks),
        cmocka_unit_test(written_and_read_back),
    };

    return cmocka_run_group_tests(tests, make_home, remove_home);
}
