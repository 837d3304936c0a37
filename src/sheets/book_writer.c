#include "sheets/book_writer.h"

#include <assert.h>
#include <stdio.h>
#include <zip.h>

#define FIRST_DAY ((1 << 5) | 1)    /* 1980-01-01 as DOS writes it; midnight is 0 */
#define PARTS_MOST 16

/* --- XML, into memory --- */

struct xml {
    struct arena *arena;
    char         *bytes;
    size_t        size, room;
};

static void put_bytes(struct xml *xml, const char *bytes, size_t size)
{
    if (size == 0)
        return;
    if (size > xml->room - xml->size) {
        const size_t room = 2 * xml->room + size + 4096;
        xml->bytes = arena_grow(xml->arena, xml->bytes, xml->size, room, 1);
        xml->room = room;
    }
    memcpy(xml->bytes + xml->size, bytes, size);
    xml->size += size;
}

/* Markup of ours. */
static void put(struct xml *xml, const char *markup)
{
    put_bytes(xml, markup, strlen(markup));
}

static void put_character(struct xml *xml, char c)
{
    switch (c) {
    case '&': put(xml, "&amp;"); return;
    case '<': put(xml, "&lt;"); return;
    case '>': put(xml, "&gt;"); return;
    case '"': put(xml, "&quot;"); return;
    case '\r': put(xml, "&#13;"); return;
    default: break;
    }
    if ((unsigned char)c < ' ' && c != '\n' && c != '\t')
        put(xml, "\xEF\xBF\xBD");
    else
        put_bytes(xml, &c, 1);
}

static void put_text(struct xml *xml, struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        put_character(xml, text.data[i]);
}

static void put_number(struct xml *xml, size_t number)
{
    char digits[24];

    put_bytes(xml, digits, (size_t)snprintf(digits, sizeof digits, "%zu", number));
}

/* --- the archive, in memory --- */

struct part {
    const char *name;
    struct text bytes;
    bool        stored;         /* not compressed */
};

struct parts {
    struct part part[PARTS_MOST];
    size_t      count;
};

static void part_add(struct parts *parts, const char *name, struct text bytes)
{
    assert(parts->count < PARTS_MOST);
    parts->part[parts->count++] = (struct part){ name, bytes, false };
}

static void part_xml(struct parts *parts, const char *name, const struct xml *xml)
{
    part_add(parts, name, (struct text){ xml->bytes, xml->size });
}

static bool zip_part_add(zip_t *zip, const struct part *part)
{
    zip_source_t *source = zip_source_buffer(zip, part->bytes.data, part->bytes.size, 0);
    const zip_int64_t at = source == NULL ? -1 : zip_file_add(zip, part->name, source, 0);

    if (at < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_file_set_dostime(zip, (zip_uint64_t)at, 0, FIRST_DAY, 0) == 0 &&
           zip_set_file_compression(zip, (zip_uint64_t)at,
                                    part->stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 6) == 0;
}

static bool zip_fill(zip_t *zip, const struct parts *parts)
{
    bool good = true;

    for (size_t i = 0; i < parts->count && good; i++)
        good = zip_part_add(zip, &parts->part[i]);
    if (good && zip_close(zip) == 0)
        return true;
    zip_discard(zip);
    return false;
}

static bool take_bytes(zip_source_t *source, struct arena *arena, struct text *out)
{
    zip_stat_t stat;

    if (zip_source_stat(source, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 ||
        zip_source_open(source) != 0)
        return false;
    char *bytes = arena_take(arena, stat.size, 1);
    const zip_int64_t got = zip_source_read(source, bytes, stat.size);
    (void)zip_source_close(source);
    *out = (struct text){ bytes, stat.size };
    return got >= 0 && (zip_uint64_t)got == stat.size;
}

/* An arena that runs out jumps past the source, which is then freed on the way. */
static enum err read_back(zip_source_t *source, struct arena *arena, struct text *out,
                          struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);

    if (ARENA_GUARD(arena)) {
        zip_source_free(source);
        arena_pass_on(&outer);
    }
    const bool good = take_bytes(source, arena, out);
    zip_source_free(source);
    return good ? OK : fail(trouble, ERR_IO, "a workbook cannot be made");
}

static enum err archive(const struct parts *parts, struct arena *arena, struct text *out,
                        struct trouble *trouble)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_TRUNCATE, &error);

    zip_error_fini(&error);
    if (zip == NULL) {
        zip_source_free(source);
        return fail(trouble, ERR_IO, "a workbook cannot be begun");
    }
    zip_source_keep(source);
    if (!zip_fill(zip, parts)) {
        zip_source_free(source);
        return fail(trouble, ERR_IO, "a workbook cannot be written");
    }
    return read_back(source, arena, out, trouble);
}

/* --- XLSX --- */

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define MAIN_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."

/* The styles by number: 0 plain, 1 a day, 2 an amount, 3 a heading. */
static const char xlsx_styles[] = XML_HEAD
    "<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" "
    "formatCode=\"yyyy\\-mm\\-dd\"/></numFmts><fonts count=\"2\"><font><sz val=\"11\"/>"
    "<name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill "
    "patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/>"
    "<bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" "
    "fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"4\">"
    "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"4\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>"
    "</cellXfs></styleSheet>\n";

/* "A", "AA": the column from 0. */
static void put_column(struct xml *xml, size_t column)
{
    if (column >= 26)
        put_column(xml, column / 26 - 1);
    const char letter = (char)('A' + column % 26);
    put_bytes(xml, &letter, 1);
}

static void xlsx_words(struct xml *xml, struct text words, bool heading)
{
    put(xml, heading ? " s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
                     : " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    put_text(xml, words);
    put(xml, "</t></is></c>");
}

/* Days since 1899-12-30, by proleptic Gregorian arithmetic; below 61 the format counts a day that
 * there was not. */
static bool xlsx_serial(struct text day, int64_t *out)
{
    const char *at = day.data;

    if (day.size != 10)
        return false;
    const int64_t m = (at[5] - '0') * 10 + at[6] - '0', d = (at[8] - '0') * 10 + at[9] - '0';
    const int64_t y = (at[0] - '0') * 1000 + (at[1] - '0') * 100 + (at[2] - '0') * 10 +
                      (at[3] - '0') - (m <= 2 ? 1 : 0);
    const int64_t in_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    *out = y * 365 + y / 4 - y / 100 + y / 400 + in_year - 693899;
    return *out >= 61;
}

static void xlsx_cell(struct xml *xml, const struct book_cell *cell, size_t row, size_t column)
{
    int64_t serial = 0;
    char digits[24];

    if (cell->text.size == 0)
        return;
    put(xml, "<c r=\"");
    put_column(xml, column);
    put_number(xml, row + 1);
    put(xml, "\"");
    if (cell->kind == BOOK_WORDS || (cell->kind == BOOK_DAY && !xlsx_serial(cell->text, &serial))) {
        xlsx_words(xml, cell->text, row == 0);
        return;
    }
    put(xml, cell->kind == BOOK_DAY ? " s=\"1\"><v>"
             : cell->kind == BOOK_AMOUNT ? " s=\"2\"><v>" : "><v>");
    if (cell->kind == BOOK_DAY)
        put_bytes(xml, digits, (size_t)snprintf(digits, sizeof digits, "%lld",
                                                (long long)serial));
    else
        put_text(xml, cell->text);
    put(xml, "</v></c>");
}

static void xlsx_sheet(struct xml *xml, const struct book_sheet *sheet)
{
    put(xml, XML_HEAD "<worksheet xmlns=\"" MAIN "\"><sheetViews><sheetView workbookViewId=\"0\">"
             "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
             "</sheetView></sheetViews><cols><col min=\"1\" max=\"");
    put_number(xml, sheet->columns);
    put(xml, "\" width=\"20\" customWidth=\"1\"/></cols><sheetData>\n");
    for (size_t row = 0; row < sheet->rows; row++) {
        put(xml, "<row r=\"");
        put_number(xml, row + 1);
        put(xml, "\">");
        for (size_t i = 0; i < sheet->columns; i++)
            xlsx_cell(xml, &sheet->cell[row * sheet->columns + i], row, i);
        put(xml, "</row>\n");
    }
    put(xml, "</sheetData></worksheet>\n");
}

/* The three parts that say which sheets there are. */
static void xlsx_lists(struct arena *arena, struct parts *parts, const struct book_sheet sheet[],
                       size_t count)
{
    struct xml types = { .arena = arena }, book = { .arena = arena }, links = { .arena = arena };

    put(&types, XML_HEAD "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" "
                "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" MAIN_TYPE
                "sheet.main+xml\"/>"
                "<Override PartName=\"/xl/styles.xml\" ContentType=\"" MAIN_TYPE "styles+xml\"/>");
    put(&book, XML_HEAD "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><sheets>");
    put(&links, XML_HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">"
                "<Relationship Id=\"styles\" Type=\"" OFFICE "/styles\" Target=\"styles.xml\"/>");
    for (size_t i = 0; i < count; i++) {
        char line[256];
        (void)snprintf(line, sizeof line, "<Override PartName=\"/xl/worksheets/sheet%zu.xml\" "
                       "ContentType=\"" MAIN_TYPE "worksheet+xml\"/>", i + 1);
        put(&types, line);
        (void)snprintf(line, sizeof line, "<Relationship Id=\"sheet%zu\" Type=\"" OFFICE
                       "/worksheet\" Target=\"worksheets/sheet%zu.xml\"/>", i + 1, i + 1);
        put(&links, line);
        put(&book, "<sheet name=\"");
        put_text(&book, text_of(sheet[i].name));
        (void)snprintf(line, sizeof line, "\" sheetId=\"%zu\" r:id=\"sheet%zu\"/>", i + 1, i + 1);
        put(&book, line);
    }
    put(&types, "</Types>\n");
    put(&book, "</sheets></workbook>\n");
    put(&links, "</Relationships>\n");
    part_xml(parts, "[Content_Types].xml", &types);
    part_xml(parts, "xl/workbook.xml", &book);
    part_xml(parts, "xl/_rels/workbook.xml.rels", &links);
}

enum err book_write_xlsx(struct arena *arena, const struct book_sheet sheet[], size_t count,
                         struct text *bytes, struct trouble *trouble)
{
    static const char root[] = XML_HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">"
        "<Relationship Id=\"book\" Type=\"" OFFICE "/officeDocument\" Target=\"xl/workbook.xml\"/>"
        "</Relationships>\n";
    struct parts parts = { .count = 0 };

    xlsx_lists(arena, &parts, sheet, count);
    part_add(&parts, "_rels/.rels", text_of(root));
    part_add(&parts, "xl/styles.xml", text_of(xlsx_styles));
    for (size_t i = 0; i < count; i++) {
        struct xml xml = { .arena = arena };
        xlsx_sheet(&xml, &sheet[i]);
        part_xml(&parts, arena_print(arena, "xl/worksheets/sheet%zu.xml", i + 1), &xml);
    }
    return archive(&parts, arena, bytes, trouble);
}

/* --- ODS --- */

#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"
#define ODS_TYPE "application/vnd.oasis.opendocument.spreadsheet"

static const char ods_head[] = XML_HEAD
    "<office:document-content xmlns:office=\"" OASIS "office:1.0\" xmlns:table=\"" OASIS
    "table:1.0\" xmlns:text=\"" OASIS "text:1.0\" xmlns:style=\"" OASIS "style:1.0\" "
    "xmlns:number=\"" OASIS "datastyle:1.0\" xmlns:fo=\"" OASIS "xsl-fo-compatible:1.0\" "
    "office:version=\"1.2\"><office:automatic-styles>"
    "<number:date-style style:name=\"N1\"><number:year number:style=\"long\"/><number:text>-"
    "</number:text><number:month number:style=\"long\"/><number:text>-</number:text>"
    "<number:day number:style=\"long\"/></number:date-style>"
    "<number:number-style style:name=\"N2\"><number:number number:decimal-places=\"2\" "
    "number:min-integer-digits=\"1\" number:grouping=\"true\"/></number:number-style>"
    "<style:style style:name=\"co\" style:family=\"table-column\">"
    "<style:table-column-properties style:column-width=\"4cm\"/></style:style>"
    "<style:style style:name=\"day\" style:family=\"table-cell\" style:data-style-name=\"N1\"/>"
    "<style:style style:name=\"amount\" style:family=\"table-cell\" style:data-style-name=\"N2\"/>"
    "<style:style style:name=\"head\" style:family=\"table-cell\"><style:text-properties "
    "fo:font-weight=\"bold\"/></style:style>"
    "</office:automatic-styles><office:body><office:spreadsheet>\n";

/* A line end begins another paragraph; runs of blanks would be one. */
static void ods_words(struct xml *xml, struct text words)
{
    put(xml, "<text:p>");
    for (size_t i = 0; i < words.size; i++)
        if (words.data[i] == '\n')
            put(xml, "</text:p><text:p>");
        else if (words.data[i] == '\t')
            put(xml, "<text:tab/>");
        else if (words.data[i] == ' ' && (i == 0 || is_one_of(words.data[i - 1], " \n\t")))
            put(xml, "<text:s/>");
        else
            put_character(xml, words.data[i]);
    put(xml, "</text:p></table:table-cell>");
}

static void ods_cell(struct xml *xml, const struct book_cell *cell, bool heading)
{
    static const char *const begin[] = {
        [BOOK_WORDS] = "<table:table-cell office:value-type=\"string\">",
        [BOOK_NUMBER] = "<table:table-cell office:value-type=\"float\" office:value=\"",
        [BOOK_AMOUNT] = "<table:table-cell table:style-name=\"amount\" "
                        "office:value-type=\"float\" office:value=\"",
        [BOOK_DAY] = "<table:table-cell table:style-name=\"day\" office:value-type=\"date\" "
                     "office:date-value=\"",
    };

    if (cell->text.size == 0) {
        put(xml, "<table:table-cell/>");
        return;
    }
    put(xml, heading ? "<table:table-cell table:style-name=\"head\" office:value-type=\"string\">"
                     : begin[cell->kind]);
    if (cell->kind != BOOK_WORDS && !heading) {
        put_text(xml, cell->text);
        put(xml, "\">");
    }
    ods_words(xml, cell->text);
}

static void ods_sheet(struct xml *xml, const struct book_sheet *sheet)
{
    put(xml, "<table:table table:name=\"");
    put_text(xml, text_of(sheet->name));
    put(xml, "\"><table:table-column table:style-name=\"co\" table:number-columns-repeated=\"");
    put_number(xml, sheet->columns);
    put(xml, "\"/>\n");
    for (size_t row = 0; row < sheet->rows; row++) {
        put(xml, "<table:table-row>");
        for (size_t i = 0; i < sheet->columns; i++)
            ods_cell(xml, &sheet->cell[row * sheet->columns + i], row == 0);
        put(xml, "</table:table-row>\n");
    }
    put(xml, "</table:table>\n");
}

enum err book_write_ods(struct arena *arena, const struct book_sheet sheet[], size_t count,
                        struct text *bytes, struct trouble *trouble)
{
    static const char manifest[] = XML_HEAD
        "<manifest:manifest xmlns:manifest=\"" OASIS "manifest:1.0\" manifest:version=\"1.2\">"
        "<manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"" ODS_TYPE "\"/>"
        "<manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>"
        "</manifest:manifest>\n";
    struct parts parts = { .count = 0 };
    struct xml xml = { .arena = arena };

    put(&xml, ods_head);
    for (size_t i = 0; i < count; i++)
        ods_sheet(&xml, &sheet[i]);
    put(&xml, "</office:spreadsheet></office:body></office:document-content>\n");
    /* First and not compressed, so that the type can be seen without unpacking. */
    part_add(&parts, "mimetype", text_of(ODS_TYPE));
    parts.part[0].stored = true;
    part_xml(&parts, "content.xml", &xml);
    part_add(&parts, "META-INF/manifest.xml", text_of(manifest));
    return archive(&parts, arena, bytes, trouble);
}
