/* register/import_template.c -- a file to be filled in, and what its columns take; from the
 * declaration alone. */
#include "formats/csv.h"
#include "register/import_view.h"
#include "sheets/book_writer.h"

#define ABOUT_COLUMNS 5

/* What a column takes, in words. */
static const char *kind_words(struct arena *arena, const struct field_form *form)
{
    const char *list = "One of:";

    switch (form->kind) {
    case FIELD_LINE:
        return arena_print(arena, "Text in one line, at most %lld bytes", (long long)form->most);
    case FIELD_TEXT: return arena_print(arena, "Text, at most %lld bytes", (long long)form->most);
    case FIELD_CHOICE:
        for (size_t i = 0; form->choices[i] != NULL; i++)
            list = arena_print(arena, "%s%s %s", list, i == 0 ? "" : ",", form->choices[i]);
        return list;
    case FIELD_SCALE: return "A number from 1 to 5";
    case FIELD_NUMBER:
        return arena_print(arena, "A whole number from %lld to %lld", (long long)form->least,
                           (long long)form->most);
    case FIELD_MONEY: return "Pounds, as 1234.56";
    case FIELD_DAY: return "A day, as 2026-04-01 or 01/04/2026 (the day before the month)";
    case FIELD_FLAG: return "yes or no";
    case FIELD_LOGIN: return "The login name of an account of your council";
    case FIELD_SERVICE: return "A service that the councils share, or nothing";
    case FIELD_COUNCIL: return "The code of a council, as CLK";
    case FIELD_ENTRY:
        return arena_print(arena, "The number of one of the %s, as CLK-12", form->of->many);
    }
    return "";
}

static size_t columns_taken(const struct register_type *type)
{
    size_t count = 0;

    for (int i = 0; i < (int)type->field_count; i++)
        count += import_takes(type, i) ? 1 : 0;
    return count;
}

static struct book_cell words(const char *text)
{
    return (struct book_cell){ BOOK_WORDS, text_of(text) };
}

/* A row for each column: heading, name, is it needed, what it takes, its hint. */
static struct book_sheet about_sheet(struct arena *arena, const struct register_type *type)
{
    static const char *const heads[ABOUT_COLUMNS] = { "Heading", "Name", "Needed", "What it takes",
                                                      "What it is" };
    struct book_cell *cell = arena_take(arena, (type->field_count + 1) * ABOUT_COLUMNS,
                                        sizeof *cell);
    size_t rows = 1;

    for (size_t i = 0; i < ABOUT_COLUMNS; i++)
        cell[i] = words(heads[i]);
    for (int i = 0; i < (int)type->field_count; i++) {
        const struct field_form *form = &type->fields[i];
        if (!import_takes(type, i))
            continue;
        struct book_cell *row = &cell[rows++ * ABOUT_COLUMNS];
        row[0] = words(form->label);
        row[1] = words(form->name);
        row[2] = words(form->required ? "yes" : "no");
        row[3] = words(kind_words(arena, form));
        row[4] = words(form->hint == NULL ? "" : form->hint);
    }
    return (struct book_sheet){ "About", cell, rows, ABOUT_COLUMNS };
}

/* Headings alone. */
static struct book_sheet empty_sheet(struct arena *arena, const struct register_type *type)
{
    const size_t columns = columns_taken(type);
    struct book_cell *cell = arena_take(arena, columns, sizeof *cell);
    size_t at = 0;

    for (int i = 0; i < (int)type->field_count; i++)
        if (import_takes(type, i))
            cell[at++] = words(type->fields[i].label);
    return (struct book_sheet){ word_shown(arena, text_of(type->many)).data, cell, 1, columns };
}

/* In UTF-8 with its mark, so that a spreadsheet that opens it takes it for what it is. */
static enum err answer_csv(struct request *request, const struct book_sheet *sheet)
{
    struct csv_writer *csv = arena_take(request->arena, 1, sizeof *csv);
    struct answer_json out;

    answer_json_begin(request, &out);
    enum err err = out.sink.write(&out.sink, "\xEF\xBB\xBF", 3, request->trouble);
    csv_open(csv, &out.sink, request->trouble);
    for (size_t row = 0; row < sheet->rows; row++) {
        for (size_t i = 0; i < sheet->columns; i++)
            csv_text(csv, sheet->cell[row * sheet->columns + i].text);
        csv_end_crlf(csv);
    }
    if (err == OK)
        err = csv_close(csv);
    return err != OK ? err : answer_bytes(request, 200, "text/csv; charset=utf-8; header=present",
                                          (struct text){ out.bytes, out.size });
}

static enum err answer_book(struct request *request, const struct register_type *type, bool ods)
{
    const struct book_sheet sheet[] = { empty_sheet(request->arena, type),
                                        about_sheet(request->arena, type) };
    struct text bytes = { NULL, 0 };
    const enum err err = (ods ? book_write_ods : book_write_xlsx)(request->arena, sheet,
                                                                  COUNT(sheet), &bytes,
                                                                  request->trouble);

    return err != OK ? err
         : answer_bytes(request, 200,
                        ods ? "application/vnd.oasis.opendocument.spreadsheet"
                            : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                        bytes);
}

enum err import_template(struct request *request, const struct register_type *type,
                         struct text file)
{
    struct arena *arena = request->arena;
    struct book_sheet sheet;

    if (!text_is(file, "columns.csv") &&
        !text_is(file, arena_print(arena, "%s.csv", type->many)) &&
        !text_is(file, arena_print(arena, "%s.xlsx", type->many)) &&
        !text_is(file, arena_print(arena, "%s.ods", type->many)))
        return ERR_MISSING;
    answer_saved_as(request, arena_print(arena, "%.*s", TEXT(file)));
    if (file.data[file.size - 1] != 'v')
        return answer_book(request, type, file.data[file.size - 1] == 's');
    sheet = text_is(file, "columns.csv") ? about_sheet(arena, type) : empty_sheet(arena, type);
    return answer_csv(request, &sheet);
}
