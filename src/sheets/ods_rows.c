#include "sheets/ods_rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "sheets/serial_rules.h"

enum { ODS_OFFICE = 1, ODS_TABLE_SPACE, ODS_TEXT_SPACE, ODS_CALC, ODS_PACKAGE };

static const struct xml_space spaces[] = {
    XML_SPACE("urn:oasis:names:tc:opendocument:xmlns:office:1.0", ODS_OFFICE),
    XML_SPACE("urn:oasis:names:tc:opendocument:xmlns:table:1.0", ODS_TABLE_SPACE),
    XML_SPACE("urn:oasis:names:tc:opendocument:xmlns:text:1.0", ODS_TEXT_SPACE),
    XML_SPACE("urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", ODS_CALC),
    XML_SPACE("urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", ODS_PACKAGE),
};

/* What an element is. ODS_PIECE: a part of a paragraph that holds text of it. */
enum {
    ODS_DOCUMENT = XML_OWN, ODS_BODY, ODS_SHEETS, ODS_SHEET, ODS_ROW, ODS_CELL, ODS_PARAGRAPH,
    ODS_PIECE, ODS_MANIFEST_ALL, ODS_MANIFEST_FILE
};

/* The encryption of a package (OpenDocument 1.3 part 2, 4.3). */

static int manifest_start(struct xml *xml, void *context, int parent, struct xml_name name,
                          const char *const *attribute)
{
    (void)context;
    (void)attribute;
    if (name.space != ODS_PACKAGE)
        return XML_NOTHING;
    if (strcmp(name.local, "encryption-data") == 0 || strcmp(name.local, "encrypted-key") == 0)
        xml_fail(xml, "the workbook is protected by a password: save it without one");
    return parent == XML_OUTSIDE ? ODS_MANIFEST_ALL : ODS_MANIFEST_FILE;
}

enum err ods_manifest_check(struct xml_memory *memory, struct source *source, const char *path,
                            struct trouble *trouble)
{
    static const struct xml_grammar grammar = {
        .space = spaces, .space_count = COUNT(spaces), .start = manifest_start
    };

    return xml_read_part(memory, source, path, ODS_MANIFEST, &grammar, NULL, trouble);
}

/* The sheets. */

/* What both grammars have in common: from the root down to the sheets. */
static int start_above(struct xml *xml, int parent, struct xml_name name)
{
    if (parent == XML_OUTSIDE
        && (name.space != ODS_OFFICE || strcmp(name.local, "document-content") != 0))
        xml_fail(xml, "this is no content of an OpenDocument file");
    if (name.space != ODS_OFFICE)
        return XML_NOTHING;
    if (parent == XML_OUTSIDE)
        return ODS_DOCUMENT;
    if (parent == ODS_DOCUMENT && strcmp(name.local, "body") == 0)
        return ODS_BODY;
    return parent == ODS_BODY && strcmp(name.local, "spreadsheet") == 0 ? ODS_SHEETS
        : XML_NOTHING;
}

/* The sheet's name when this element begins a sheet, else NULL. What another file's cells were
 * when they were last looked at is kept as a table too, under a name like
 * 'file:///home/x.ods'#$Sheet1: that is no sheet. */
static const char *sheet_begun(struct xml *xml, struct xml_name name,
                               const char *const *attribute)
{
    if (name.space != ODS_TABLE_SPACE || strcmp(name.local, "table") != 0)
        return NULL;
    const char *told = xml_attribute(xml, attribute, ODS_TABLE_SPACE, "name");
    if (told == NULL)
        return "";
    return strncmp(told, "'file:", 6) == 0 && strstr(told, "'#$") != NULL ? NULL : told;
}

static int list_start(struct xml *xml, void *context, int parent, struct xml_name name,
                      const char *const *attribute)
{
    if (parent != ODS_SHEETS)
        return start_above(xml, parent, name);
    const char *told = sheet_begun(xml, name, attribute);
    if (told != NULL)
        sheet_list_add(context, xml, told, NULL);
    return XML_NOTHING;
}

enum err ods_sheets_read(struct sheet_list *list, struct xml_memory *memory,
                         struct source *source, const char *path, struct trouble *trouble)
{
    static const struct xml_grammar grammar = {
        .space = spaces, .space_count = COUNT(spaces), .start = list_start
    };

    return xml_read_part(memory, source, path, ODS_CONTENT, &grammar, list, trouble);
}

/* Rows. */

static uint64_t repeat_of(struct xml *xml, const char *text)
{
    uint64_t repeat;

    if (xml_whole(text_of(text), UINT32_MAX, &repeat) && repeat > 0)
        return repeat;
    xml_fail(xml, "'%.20s' is no number of repeats", text);
    return 1;
}

static void begin_row(struct ods_rows *sheet, const char *const *attribute)
{
    struct xml *xml = &sheet->rows.xml;
    const char *told = xml_attribute(xml, attribute, ODS_TABLE_SPACE, "number-rows-repeated");

    sheet->repeat_row = told == NULL ? 1 : repeat_of(xml, told);
    sheet->column = 0;
    row_begin(&sheet->rows, sheet->next_row);
}

static void end_row(struct ods_rows *sheet)
{
    sheet->next_row += sheet->repeat_row;
    row_end(&sheet->rows, sheet->repeat_row);
}

/* The attributes of a cell that say what it holds. */
struct told {
    const char *type, *value, *date, *time, *boolean, *string;
    bool        formula, error;
};

static void take_office(struct told *told, const char *local, const char *value)
{
    if (strcmp(local, "value-type") == 0)
        told->type = value;
    else if (strcmp(local, "value") == 0)
        told->value = value;
    else if (strcmp(local, "date-value") == 0)
        told->date = value;
    else if (strcmp(local, "time-value") == 0)
        told->time = value;
    else if (strcmp(local, "boolean-value") == 0)
        told->boolean = value;
    else if (strcmp(local, "string-value") == 0)
        told->string = value;
}

static struct told take_attributes(struct ods_rows *sheet, const char *const *attribute)
{
    struct xml *xml = &sheet->rows.xml;
    struct told told = { .type = "" };

    for (; attribute[0] != NULL; attribute += 2) {
        struct xml_name name = xml_name_of(xml, attribute[0]);

        if (name.space == ODS_OFFICE)
            take_office(&told, name.local, attribute[1]);
        else if (name.space == ODS_TABLE_SPACE && strcmp(name.local, "formula") == 0)
            told.formula = true;
        else if (name.space == ODS_TABLE_SPACE
                 && strcmp(name.local, "number-columns-repeated") == 0)
            sheet->repeat_cell = repeat_of(xml, attribute[1]);
        else if (name.space == ODS_CALC && strcmp(name.local, "value-type") == 0)
            told.error = strcmp(attribute[1], "error") == 0;
    }
    return told;
}

static const char *choose_value(const struct told *told, enum ods_cell_type *type)
{
    *type = ODS_TEXT;
    switch (told->type[0]) {
    case 'f':
    case 'p':
    case 'c':
        *type = told->value == NULL ? ODS_TEXT : ODS_NUMBER;
        return told->value;
    case 'd':
        *type = told->date == NULL ? ODS_TEXT : ODS_DATE;
        return told->date;
    case 't':
        *type = told->time == NULL ? ODS_TEXT : ODS_TIME;
        return told->time;
    case 'b':
        *type = told->boolean == NULL ? ODS_TEXT : ODS_BOOLEAN;
        return told->boolean;
    default:
        return told->string == NULL || told->string[0] == '\0' ? NULL : told->string;
    }
}

/* Of a formula what is shown is wanted too: an error has the value 0 or none. */
static void begin_cell(struct ods_rows *sheet, const char *const *attribute)
{
    sheet->repeat_cell = 1;
    struct told told = take_attributes(sheet, attribute);
    const char *value = choose_value(&told, &sheet->type);

    if (told.error) {
        sheet->type = ODS_ERROR;
        value = NULL;
    }
    sheet->value_size = 0;
    sheet->formula = told.formula;
    sheet->shown = value == NULL || told.formula;
    sheet->paragraphs = 0;
    if (value != NULL) {
        row_add(&sheet->rows, value, strlen(value));
        sheet->value_size = row_text(&sheet->rows).size;
    }
}

static void begin_paragraph(struct ods_rows *sheet)
{
    if (sheet->paragraphs++ > 0)
        row_add(&sheet->rows, "\n", 1);
    sheet->blank_before = true;
}

static void add_blanks(struct ods_rows *sheet, const char *told)
{
    uint64_t count = told == NULL ? 1 : repeat_of(&sheet->rows.xml, told);

    for (uint64_t i = 0; i < count && !sheet->rows.is_long; i++)
        row_add(&sheet->rows, " ", 1);
    sheet->blank_before = false;
}

/* Within a paragraph. What is no text of it (a note, how a word is pronounced) is left out. */
static int start_piece(struct ods_rows *sheet, struct xml_name name,
                       const char *const *attribute)
{
    if (name.space != ODS_TEXT_SPACE || strcmp(name.local, "note") == 0
        || strcmp(name.local, "ruby-text") == 0)
        return XML_NOTHING;
    if (strcmp(name.local, "s") == 0) {
        add_blanks(sheet, xml_attribute(&sheet->rows.xml, attribute, ODS_TEXT_SPACE, "c"));
    } else if (strcmp(name.local, "tab") == 0 || strcmp(name.local, "line-break") == 0) {
        row_add(&sheet->rows, name.local[0] == 't' ? "\t" : "\n", 1);
        sheet->blank_before = false;
    }
    return ODS_PIECE;
}

static bool is_group(const char *local)
{
    return strcmp(local, "table-header-rows") == 0 || strcmp(local, "table-row-group") == 0
        || strcmp(local, "table-rows") == 0;
}

static int start_in_sheet(struct ods_rows *sheet, int parent, struct xml_name name,
                          const char *const *attribute)
{
    if (parent == ODS_SHEET && strcmp(name.local, "table-row") == 0) {
        begin_row(sheet, attribute);
        return ODS_ROW;
    }
    if (parent == ODS_SHEET)
        return is_group(name.local) ? ODS_SHEET : XML_NOTHING;
    if (strcmp(name.local, "table-cell") != 0 && strcmp(name.local, "covered-table-cell") != 0)
        return XML_NOTHING;
    begin_cell(sheet, attribute);
    return ODS_CELL;
}

static int rows_start(struct xml *xml, void *context, int parent, struct xml_name name,
                      const char *const *attribute)
{
    struct ods_rows *sheet = context;

    if (parent == ODS_SHEETS)
        return sheet_begun(xml, name, attribute) != NULL && sheet->begun++ == sheet->wanted
            ? ODS_SHEET : XML_NOTHING;
    if (parent == ODS_SHEET || parent == ODS_ROW)
        return name.space == ODS_TABLE_SPACE ? start_in_sheet(sheet, parent, name, attribute)
            : XML_NOTHING;
    if (parent == ODS_CELL) {
        if (!sheet->shown || name.space != ODS_TEXT_SPACE || strcmp(name.local, "p") != 0)
            return XML_NOTHING;
        begin_paragraph(sheet);
        return ODS_PARAGRAPH;
    }
    if (parent == ODS_PARAGRAPH || parent == ODS_PIECE)
        return start_piece(sheet, name, attribute);
    return start_above(xml, parent, name);
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* White space within a paragraph is one blank, at its beginning nothing (OpenDocument 1.3 part 3,
 * 6.1.2). */
static void rows_text(struct xml *xml, void *context, int element, const char *bytes,
                      size_t size)
{
    struct ods_rows *sheet = context;
    size_t from = 0;

    (void)xml;
    if (element != ODS_PARAGRAPH && element != ODS_PIECE)
        return;
    for (size_t i = 0; i < size; i++) {
        if (!is_white(bytes[i])) {
            sheet->blank_before = false;
            continue;
        }
        row_add(&sheet->rows, bytes + from, i - from);
        if (!sheet->blank_before)
            row_add(&sheet->rows, " ", 1);
        sheet->blank_before = true;
        from = i + 1;
    }
    row_add(&sheet->rows, bytes + from, size - from);
}

/* The end of a cell, by its type. */

static bool is_error(struct text shown)
{
    static const char *const errors[] = {
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"
    };
    uint64_t number;

    if (shown.size > 4 && memcmp(shown.data, "Err:", 4) == 0)
        return xml_whole((struct text){ shown.data + 4, shown.size - 4 }, UINT32_MAX, &number);
    for (size_t i = 0; shown.size > 0 && shown.data[0] == '#' && i < COUNT(errors); i++)
        if (text_is(shown, errors[i]))
            return true;
    return false;
}

static void put(struct ods_rows *sheet, enum cell_kind kind, struct text text)
{
    row_put(&sheet->rows, sheet->column, sheet->repeat_cell, kind, text);
}

static void put_copy(struct ods_rows *sheet, enum cell_kind kind, const char *text)
{
    row_put_copy(&sheet->rows, sheet->column, sheet->repeat_cell, kind, text);
}

static void put_moment(struct ods_rows *sheet, struct text value)
{
    char text[MOMENT_ROOM], no_day[64];
    enum moment moment = sheet->type == ODS_DATE ? moment_of_iso(value, text)
        : moment_of_duration(value, text);

    if (moment != MOMENT_NONE) {
        put_copy(sheet, moment == MOMENT_DATE ? CELL_DATE : CELL_TIME, text);
        return;
    }
    (void)snprintf(no_day, sizeof no_day, "#DATE! %.*s",
                   value.size < 40 ? (int)value.size : 40, value.data);
    put_copy(sheet, CELL_ERROR, no_day);
}

static void put_value(struct ods_rows *sheet, struct text value)
{
    switch (sheet->type) {
    case ODS_DATE:
    case ODS_TIME:
        put_moment(sheet, value);
        break;
    case ODS_NUMBER:
        put(sheet, CELL_NUMBER, value);
        break;
    case ODS_BOOLEAN:
        if (text_is(value, "true") || text_is(value, "false"))
            put_copy(sheet, CELL_BOOLEAN, value.data[0] == 't' ? "TRUE" : "FALSE");
        else
            put(sheet, CELL_ERROR, value);
        break;
    default:
        put(sheet, sheet->type == ODS_ERROR ? CELL_ERROR : CELL_TEXT, value);
    }
}

static void end_cell(struct ods_rows *sheet)
{
    struct text text = row_text(&sheet->rows);
    size_t size = sheet->value_size < text.size ? sheet->value_size : text.size;
    struct text value = { text.data, size };
    struct text shown = { text.data + size, text.size - size };

    if (size == 0)
        value = shown;
    if (sheet->formula && is_error(cell_trim(shown)))
        put(sheet, CELL_ERROR, cell_trim(shown));
    else
        put_value(sheet, sheet->type == ODS_TEXT ? value : cell_trim(value));
    sheet->column += sheet->repeat_cell;
}

static void rows_end(struct xml *xml, void *context, int element)
{
    struct ods_rows *sheet = context;

    (void)xml;
    if (element == ODS_CELL)
        end_cell(sheet);
    else if (element == ODS_ROW)
        end_row(sheet);
}

enum err ods_rows_open(struct ods_rows *sheet, struct xml_memory *memory, struct source *source,
                       const char *path, size_t wanted, struct trouble *trouble)
{
    static const struct xml_grammar grammar = {
        .space = spaces, .space_count = COUNT(spaces), .start = rows_start, .end = rows_end,
        .text = rows_text
    };

    sheet->wanted = wanted;
    sheet->begun = 0;
    sheet->next_row = 1;
    return sheet_rows_open(&sheet->rows, memory, source, path, ODS_CONTENT, &grammar, sheet,
                           trouble);
}
