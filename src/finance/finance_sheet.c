#include "finance/finance_sheet.h"

#include <assert.h>

#include "formats/csv.h"
#include "register/register_view.h"
#include "sheets/book_writer.h"
#include "trail/trail_time.h"

/* --- filled --- */

void money_sheet_open(struct money_sheet *sheet, struct arena *arena, const char *file,
                      const char *title, const struct sheet_column column[], size_t columns)
{
    *sheet = (struct money_sheet){ .arena = arena, .file = file, .title = title,
                                   .column = column, .columns = columns };
}

static struct sheet_cell *blanks(const struct money_sheet *sheet, struct sheet_cell *cell)
{
    for (size_t i = 0; i < sheet->columns; i++)
        cell[i] = (struct sheet_cell){ .kind = sheet->column[i].kind, .blank = true };
    return cell;
}

struct sheet_cell *money_sheet_row(struct money_sheet *sheet)
{
    if (sheet->rows == sheet->room) {
        const size_t room = sheet->room * 2 + 32;
        sheet->cell = arena_grow(sheet->arena, sheet->cell, sheet->rows * sheet->columns,
                                 room * sheet->columns, sizeof *sheet->cell);
        sheet->room = room;
    }
    return blanks(sheet, &sheet->cell[sheet->rows++ * sheet->columns]);
}

struct sheet_cell *money_sheet_foot(struct money_sheet *sheet)
{
    sheet->foot = arena_take(sheet->arena, sheet->columns, sizeof *sheet->foot);
    return blanks(sheet, sheet->foot);
}

void money_sheet_about(struct money_sheet *sheet, const char *name, const char *label,
                       struct text value)
{
    assert(sheet->facts < SHEET_FACTS_MAX);
    sheet->fact[sheet->facts++] = (struct sheet_fact){ name, label, value };
}

struct sheet_cell sheet_words(struct text words)
{
    return (struct sheet_cell){ .kind = SHEET_WORDS, .text = words };
}

struct sheet_cell sheet_written(struct text number)
{
    return (struct sheet_cell){ .kind = SHEET_NUMBER, .text = number };
}

struct sheet_cell sheet_number(struct arena *arena, int64_t number)
{
    return sheet_written(text_of(arena_number(arena, number)));
}

struct sheet_cell sheet_money(wide pence)
{
    return (struct sheet_cell){ .kind = SHEET_MONEY, .pence = pence };
}

struct sheet_cell sheet_linked(struct sheet_cell cell, struct url url)
{
    cell.url = url;
    return cell;
}

/* --- on a page --- */

static void value_shown(struct html *h, const struct sheet_cell *cell)
{
    if (cell->blank)
        return;
    if (cell->kind == SHEET_MONEY)
        page_pounds(h, cell->pence);
    else
        html_text(h, cell->text);
}

static void cell_inside(struct html *h, const struct sheet_cell *cell)
{
    if (cell->url.text.size == 0) {
        value_shown(h, cell);
        return;
    }
    El(h, "a") {
        Href(h, "href", cell->url);
        value_shown(h, cell);
    }
}

static void row_shown(struct html *h, const struct money_sheet *sheet,
                      const struct sheet_cell *row)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            cell_inside(h, &row[0]);
        }
        for (size_t i = 1; i < sheet->columns; i++)
            El(h, "td") {
                if (sheet->column[i].kind != SHEET_WORDS)
                    LitAttr(h, "class", "number");
                cell_inside(h, &row[i]);
            }
    }
}

void money_sheet_show(struct html *h, const struct money_sheet *sheet)
{
    struct column *column = arena_take(sheet->arena, sheet->columns, sizeof *column);

    for (size_t i = 0; i < sheet->columns; i++)
        column[i] = (struct column){ sheet->column[i].label, sheet->column[i].kind == SHEET_WORDS
                                                                 ? COLUMN_WORDS : COLUMN_NUMBER };
    El(h, "div") {
        LitAttr(h, "class", "figures");
        for (bool once = page_table_begin(h, sheet->title, column, sheet->columns); once;
             once = page_table_end(h)) {
            for (size_t i = 0; i < sheet->rows; i++)
                row_shown(h, sheet, &sheet->cell[i * sheet->columns]);
            if (sheet->foot != NULL)
                row_shown(h, sheet, sheet->foot);
        }
    }
}

static void file_link(struct html *h, const struct money_sheet *sheet, struct url base,
                      struct text query, const char *ending, const char *label)
{
    struct url url = { text_of(arena_print(sheet->arena, "%.*s/%s.%s%s%.*s", TEXT(base.text),
                                           sheet->file, ending, query.size > 0 ? "?" : "",
                                           TEXT(query))) };

    El(h, "li") link_to(h, url, label);
}

void money_sheet_links(struct request *request, struct html *h, const struct money_sheet *sheet,
                       struct url base, struct text query)
{
    El(h, "h2") page_say(request, h, WORD_AS_FILE);
    El(h, "ul") {
        file_link(h, sheet, base, query, "csv", "CSV");
        file_link(h, sheet, base, query, "xlsx", "Excel (XLSX)");
        file_link(h, sheet, base, query, "ods", "OpenDocument (ODS)");
        file_link(h, sheet, base, query, "json", "JSON");
    }
}

/* --- as a file --- */

static struct text plain_value(const struct money_sheet *sheet, const struct sheet_cell *cell)
{
    char text[MONEY_TEXT_MAX];

    if (cell->blank)
        return text_of("");
    if (cell->kind != SHEET_MONEY)
        return cell->text;
    const size_t size = money_print(cell->pence, text);
    return text_keep(sheet->arena, (struct text){ text, size });
}

static void csv_row(struct csv_writer *csv, const struct money_sheet *sheet,
                    const struct sheet_cell *row)
{
    for (size_t i = 0; i < sheet->columns; i++)
        if (row[i].kind == SHEET_WORDS)
            csv_shown(csv, plain_value(sheet, &row[i]));
        else
            csv_text(csv, plain_value(sheet, &row[i]));
    csv_end_crlf(csv);
}

static enum err answer_csv(struct request *request, const struct money_sheet *sheet)
{
    struct csv_writer *csv = arena_take(request->arena, 1, sizeof *csv);
    struct answer_json out;

    answer_json_begin(request, &out);
    csv_open(csv, &out.sink, request->trouble);
    for (size_t i = 0; i < sheet->columns; i++)
        csv_word(csv, sheet->column[i].name);
    csv_end_crlf(csv);
    for (size_t i = 0; i < sheet->rows; i++)
        csv_row(csv, sheet, &sheet->cell[i * sheet->columns]);
    if (sheet->foot != NULL)
        csv_row(csv, sheet, sheet->foot);
    const enum err err = csv_close(csv);
    return err != OK ? err : answer_bytes(request, 200,
                                          "text/csv; charset=utf-8; header=present",
                                          (struct text){ out.bytes, out.size });
}

static void json_row(struct json *json, const struct money_sheet *sheet,
                     const struct sheet_cell *row)
{
    json_object(json);
    for (size_t i = 0; i < sheet->columns; i++) {
        json_key(json, sheet->column[i].name);
        if (row[i].blank)
            json_null(json);
        else
            json_text(json, plain_value(sheet, &row[i]));
    }
    json_object_end(json);
}

void money_sheet_json(struct json *json, const struct money_sheet *sheet)
{
    json_object(json);
    json_key(json, "about");
    json_object(json);
    for (size_t i = 0; i < sheet->facts; i++) {
        json_key(json, sheet->fact[i].name);
        json_text(json, sheet->fact[i].value);
    }
    json_object_end(json);
    json_key(json, "rows");
    json_array(json);
    for (size_t i = 0; i < sheet->rows; i++)
        json_row(json, sheet, &sheet->cell[i * sheet->columns]);
    json_array_end(json);
    json_key(json, "total");
    if (sheet->foot != NULL)
        json_row(json, sheet, sheet->foot);
    else
        json_null(json);
    json_object_end(json);
}

static enum err answer_json(struct request *request, const struct money_sheet *sheet)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    money_sheet_json(&out.json, sheet);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static struct book_cell book_words(struct text words)
{
    return (struct book_cell){ BOOK_WORDS, words };
}

static void book_row(struct book_cell *to, const struct money_sheet *sheet,
                     const struct sheet_cell *row)
{
    static const enum book_kind kind[] = { [SHEET_WORDS] = BOOK_WORDS,
                                           [SHEET_NUMBER] = BOOK_NUMBER,
                                           [SHEET_MONEY] = BOOK_AMOUNT };

    for (size_t i = 0; i < sheet->columns; i++)
        to[i] = (struct book_cell){ kind[row[i].kind], plain_value(sheet, &row[i]) };
}

static struct book_sheet rows_sheet(const struct money_sheet *sheet)
{
    const size_t rows = sheet->rows + 1 + (sheet->foot != NULL);
    struct book_cell *cell = arena_take(sheet->arena, rows * sheet->columns, sizeof *cell);

    for (size_t i = 0; i < sheet->columns; i++)
        cell[i] = book_words(text_of(sheet->column[i].label));
    for (size_t row = 0; row < sheet->rows; row++)
        book_row(&cell[(row + 1) * sheet->columns], sheet, &sheet->cell[row * sheet->columns]);
    if (sheet->foot != NULL)
        book_row(&cell[(rows - 1) * sheet->columns], sheet, sheet->foot);
    return (struct book_sheet){ "Figures", cell, rows, sheet->columns };
}

static struct book_sheet about_sheet(const struct money_sheet *sheet)
{
    struct book_cell *cell = arena_take(sheet->arena, 2 * (sheet->facts + 1), sizeof *cell);

    cell[0] = book_words(text_of("About this file"));
    cell[1] = book_words(text_of("Value"));
    for (size_t i = 0; i < sheet->facts; i++) {
        cell[2 * i + 2] = book_words(text_of(sheet->fact[i].label));
        cell[2 * i + 3] = book_words(sheet->fact[i].value);
    }
    return (struct book_sheet){ "About this file", cell, sheet->facts + 1, 2 };
}

static enum err answer_book(struct request *request, const struct money_sheet *sheet, bool ods)
{
    const struct book_sheet book[] = { rows_sheet(sheet), about_sheet(sheet) };
    struct text bytes = { NULL, 0 };
    const enum err err = (ods ? book_write_ods : book_write_xlsx)(request->arena, book,
                                                                  COUNT(book), &bytes,
                                                                  request->trouble);
    return err != OK ? err : answer_bytes(request, 200, ods ? ODS_TYPE : XLSX_TYPE, bytes);
}

/* Whoever finds the file later knows whence it is. */
static void about_asking(struct request *request, struct money_sheet *sheet)
{
    char *iso = arena_take(sheet->arena, TRAIL_TIME_SIZE, 1);

    trail_time_print(request->happening.now.ms, iso);
    money_sheet_about(sheet, "council", "Council", page_council(request, request->actor.acting));
    money_sheet_about(sheet, "by", "By", text_of(request->actor.login));
    money_sheet_about(sheet, "at", "At (UTC)", text_of(iso));
    money_sheet_about(sheet, "program", "Program", text_of("Ochil " OCHIL_VERSION));
}

enum err money_sheet_answer(struct request *request, struct money_sheet *sheet, struct text file)
{
    const size_t stem = strlen(sheet->file) + 1;
    const struct text ending = file.size > stem
        ? (struct text){ file.data + stem, file.size - stem } : text_of("");
    const bool known = text_equal(file, text_of(arena_print(sheet->arena, "%s.%.*s", sheet->file,
                                                            TEXT(ending))));

    about_asking(request, sheet);
    if (!known)
        return ERR_MISSING;
    if (text_is(ending, "csv") || text_is(ending, "json") || text_is(ending, "xlsx") ||
        text_is(ending, "ods"))
        answer_saved_as(request, arena_print(sheet->arena, "%.*s", TEXT(file)));
    if (text_is(ending, "csv"))
        return answer_csv(request, sheet);
    if (text_is(ending, "json"))
        return answer_json(request, sheet);
    if (text_is(ending, "xlsx") || text_is(ending, "ods"))
        return answer_book(request, sheet, text_is(ending, "ods"));
    return ERR_MISSING;
}
