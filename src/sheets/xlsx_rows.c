#include "sheets/xlsx_rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "sheets/escape_rules.h"
#include "sheets/xlsx_spaces.h"

enum {
    SHEET_ALL = XML_OWN, SHEET_DATA, SHEET_ROW, SHEET_CELL, SHEET_VALUE, SHEET_INLINE, SHEET_RUN,
    SHEET_TEXT
};

/* Where a cell stands: "BC12" is column 55 of row 12. */
static bool place_of(struct text text, uint64_t *column, uint64_t *row)
{
    *column = 0;
    while (text.size > 0 && text.data[0] >= 'A' && text.data[0] <= 'Z') {
        if (*column <= SHEET_COLUMNS_MAX)
            *column = *column * 26 + (uint64_t)(text.data[0] - 'A' + 1);
        text.data++;
        text.size--;
    }
    return *column > 0 && xml_whole(text, UINT32_MAX, row);
}

static void begin_row(struct xlsx_rows *sheet, const char *const *attribute)
{
    struct sheet_rows *rows = &sheet->rows;
    const char *told = xml_attribute(&rows->xml, attribute, 0, "r");
    uint64_t number = rows->number + 1;

    if (told != NULL && !xml_whole(text_of(told), UINT32_MAX, &number))
        xml_fail(&rows->xml, "'%.20s' is no number of a row", told);
    else if (number <= rows->number)
        xml_fail(&rows->xml, "row %" PRIu64 " stands behind row %" PRIu64, number, rows->number);
    else
        row_begin(rows, number);
    sheet->column = 0;
}

static void take_place(struct xlsx_rows *sheet, const char *told)
{
    struct xml *xml = &sheet->rows.xml;
    uint64_t column, row;

    if (!place_of(text_of(told), &column, &row))
        xml_fail(xml, "'%.20s' is no place of a cell", told);
    else if (column > SHEET_COLUMNS_MAX)
        xml_fail(xml, "cell %.20s: more than %d columns", told, SHEET_COLUMNS_MAX);
    else if (row != sheet->rows.number || column < sheet->column)
        xml_fail(xml, "cell %.20s is out of order", told);
    else
        sheet->column = column;
}

static void begin_cell(struct xlsx_rows *sheet, const char *const *attribute)
{
    struct xml *xml = &sheet->rows.xml;

    sheet->type = XLSX_NUMBER;
    sheet->style = 0;
    sheet->column++;
    for (; attribute[0] != NULL; attribute += 2) {
        const char *name = attribute[0];
        if (name[0] == '\0' || name[1] != '\0')
            continue;
        if (name[0] == 'r')
            take_place(sheet, attribute[1]);
        else if (name[0] == 's' && !xml_whole(text_of(attribute[1]), UINT32_MAX, &sheet->style))
            xml_fail(xml, "'%.20s' is no number of a style", attribute[1]);
        else if (name[0] == 't' && !xlsx_cell_type_of(text_of(attribute[1]), &sheet->type))
            xml_fail(xml, "'%.20s' is no type of a cell", attribute[1]);
    }
}

static int start_in_row(struct xlsx_rows *sheet, int parent, const char *local,
                        const char *const *attribute)
{
    bool single = local[0] != '\0' && local[1] == '\0';

    switch (parent) {
    case SHEET_ROW:
        if (!single || local[0] != 'c')
            return XML_NOTHING;
        begin_cell(sheet, attribute);
        return SHEET_CELL;
    case SHEET_CELL:
        if (single && local[0] == 'v' && sheet->type != XLSX_INLINE)
            return SHEET_VALUE;
        return sheet->type == XLSX_INLINE && local[0] == 'i' && local[1] == 's'
            && local[2] == '\0' ? SHEET_INLINE : XML_NOTHING;
    case SHEET_INLINE:
        if (single && local[0] == 'r')
            return SHEET_RUN;
        return single && local[0] == 't' ? SHEET_TEXT : XML_NOTHING;
    default:
        return single && parent == SHEET_RUN && local[0] == 't' ? SHEET_TEXT : XML_NOTHING;
    }
}

static int sheet_start(struct xml *xml, void *context, int parent, struct xml_name name,
                       const char *const *attribute)
{
    struct xlsx_rows *sheet = context;

    if (parent == XML_OUTSIDE
        && (name.space != XLSX_MAIN || strcmp(name.local, "worksheet") != 0))
        xml_fail(xml, "this is no worksheet");
    if (name.space != XLSX_MAIN)
        return XML_NOTHING;
    if (parent == XML_OUTSIDE)
        return SHEET_ALL;
    if (parent == SHEET_ALL)
        return strcmp(name.local, "sheetData") == 0 ? SHEET_DATA : XML_NOTHING;
    if (parent != SHEET_DATA)
        return start_in_row(sheet, parent, name.local, attribute);
    if (strcmp(name.local, "row") != 0)
        return XML_NOTHING;
    begin_row(sheet, attribute);
    return SHEET_ROW;
}

static void sheet_text(struct xml *xml, void *context, int element, const char *bytes,
                       size_t size)
{
    struct xlsx_rows *sheet = context;

    (void)xml;
    if (element == SHEET_VALUE || element == SHEET_TEXT)
        row_add(&sheet->rows, bytes, size);
}

/* The end of a cell, by its type. */

static void put(struct xlsx_rows *sheet, enum cell_kind kind, struct text text)
{
    row_put(&sheet->rows, sheet->column - 1, 1, kind, text);
}

static void put_copy(struct xlsx_rows *sheet, enum cell_kind kind, const char *text)
{
    row_put_copy(&sheet->rows, sheet->column - 1, 1, kind, text);
}

/* What should be a day and is none: the cell shows the number, as an error. */
static void put_moment(struct xlsx_rows *sheet, enum moment moment, const char *text,
                       struct text written)
{
    char no_day[64];

    if (moment != MOMENT_NONE) {
        put_copy(sheet, moment == MOMENT_DATE ? CELL_DATE : CELL_TIME, text);
        return;
    }
    (void)snprintf(no_day, sizeof no_day, "#DATE! %.*s",
                   written.size < 40 ? (int)written.size : 40, written.data);
    put_copy(sheet, CELL_ERROR, no_day);
}

static void put_number(struct xlsx_rows *sheet, struct text text)
{
    enum number_format format = xlsx_style_format(sheet->styles, sheet->style);
    char moment[MOMENT_ROOM];

    if (format == NUMBER_PLAIN || text.size == 0)
        put(sheet, CELL_NUMBER, text);
    else
        put_moment(sheet, moment_of_serial(text, format, sheet->epoch_1904, moment), moment,
                   text);
}

static void put_shared(struct xlsx_rows *sheet, struct text text)
{
    uint64_t number;

    if (text.size == 0)
        put(sheet, CELL_TEXT, text);
    else if (!xml_whole(text, UINT32_MAX, &number) || number >= sheet->strings->count)
        xml_fail(&sheet->rows.xml, "row %" PRIu64 ", column %" PRIu64 ": there is no shared "
                 "string %.*s", sheet->rows.number, sheet->column,
                 text.size < 20 ? (int)text.size : 20, text.data);
    else
        put(sheet, CELL_TEXT, shared_string(sheet->strings, number));
}

static void put_boolean(struct xlsx_rows *sheet, struct text text)
{
    if (text_is(text, "1") || text_is(text, "true"))
        put_copy(sheet, CELL_BOOLEAN, "TRUE");
    else if (text_is(text, "0") || text_is(text, "false"))
        put_copy(sheet, CELL_BOOLEAN, "FALSE");
    else
        put(sheet, CELL_ERROR, text);
}

static void end_cell(struct xlsx_rows *sheet)
{
    struct sheet_rows *rows = &sheet->rows;
    struct text text = row_text(rows);
    char moment[MOMENT_ROOM];

    switch (sheet->type) {
    case XLSX_NUMBER:
        put_number(sheet, cell_trim(text));
        break;
    case XLSX_SHARED:
        put_shared(sheet, cell_trim(text));
        break;
    case XLSX_STRING:
    case XLSX_INLINE:
        rows->used = rows->cell_from + escapes_decode(rows->text + rows->cell_from, text.size);
        put(sheet, CELL_TEXT, row_text(rows));
        break;
    case XLSX_BOOLEAN:
        put_boolean(sheet, cell_trim(text));
        break;
    case XLSX_ERROR:
        put(sheet, CELL_ERROR, cell_trim(text));
        break;
    case XLSX_DATE:
        text = cell_trim(text);
        if (text.size > 0)
            put_moment(sheet, moment_of_iso(text, moment), moment, text);
        break;
    }
}

static void sheet_end(struct xml *xml, void *context, int element)
{
    struct xlsx_rows *sheet = context;

    (void)xml;
    if (element == SHEET_CELL)
        end_cell(sheet);
    else if (element == SHEET_ROW)
        row_end(&sheet->rows, 1);
}

/* The same test as take_place() makes, whose words say what is wrong. */
static bool stands_in_order(const struct xlsx_rows *sheet, const struct quick_cell *cell)
{
    if (!cell->placed)
        return sheet->column < SHEET_COLUMNS_MAX;
    return cell->row == sheet->rows.number && cell->column > sheet->column
           && cell->column <= SHEET_COLUMNS_MAX;
}

/* The cells of a row that stand there as usual, each at once. */
static void quick_cells(struct xml *xml, void *context)
{
    struct xlsx_rows *sheet = context;
    struct xml_scan *scan = &xml->memory->scan;
    struct quick_cell cell;
    size_t size;

    if (xml->unprefixed == NULL || xml->unprefixed->space != XLSX_MAIN)
        return;
    while (xml->err == OK
           && (size = xlsx_quick_cell((struct text){ scan->at, (size_t)(scan->end - scan->at) },
                                      &cell)) > 0
           && stands_in_order(sheet, &cell)) {
        scan->at += size;
        sheet->column = cell.placed ? cell.column : sheet->column + 1;
        sheet->type = cell.type;
        sheet->style = cell.style;
        row_add(&sheet->rows, cell.text.data, cell.text.size);
        end_cell(sheet);
    }
}

static const struct xml_grammar sheet_grammar = {
    .space = xlsx_spaces, .space_count = XLSX_SPACES, .start = sheet_start, .end = sheet_end,
    .text = sheet_text, .quick_in = SHEET_ROW, .quick = quick_cells
};

enum err xlsx_rows_open(struct xlsx_rows *sheet, struct xml_memory *memory,
                        struct source *source, const char *path, const char *part,
                        struct trouble *trouble)
{
    return sheet_rows_open(&sheet->rows, memory, source, path, part, &sheet_grammar, sheet,
                           trouble);
}
