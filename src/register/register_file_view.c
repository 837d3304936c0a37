/* register/register_file_view.c -- a register's list as files, exactly as on the screen; an entry
 * as JSON. */
#include "formats/csv.h"
#include "register/register_view.h"
#include "sheets/book_writer.h"
#include "trail/trail_time.h"

enum err register_list_csv(struct request *request, const struct register_list *list)
{
    struct csv_writer *csv = arena_take(request->arena, 1, sizeof *csv);
    struct answer_json out;

    answer_json_begin(request, &out);
    csv_open(csv, &out.sink, request->trouble);
    for (size_t i = 0; i < list->columns; i++)
        csv_word(csv, list->column[i].name);
    csv_end_crlf(csv);
    for (size_t row = 0; row < list->found.count; row++) {
        for (size_t i = 0; i < list->columns; i++)
            csv_text(csv, cell_csv(request->arena, entry_cell(list->type, &list->found.entry[row],
                                                              &list->column[i])));
        csv_end_crlf(csv);
    }
    const enum err err = csv_close(csv);
    if (err != OK)
        return err;
    answer_saved_as(request, arena_print(request->arena, "%s.csv", list->type->many));
    return answer_bytes(request, 200, "text/csv; charset=utf-8; header=present",
                        (struct text){ out.bytes, out.size });
}

static void key_text(struct json *json, const char *key, struct text value)
{
    json_key(json, key);
    json_text(json, value);
}

static void key_moment(struct json *json, const char *key, struct moment moment)
{
    char iso[TRAIL_TIME_SIZE];

    trail_time_print(moment.ms, iso);
    key_text(json, key, text_of(iso));
}

/* Money is a string, so that no reader makes it a fraction in base two. */
static void key_cell(struct json *json, const char *key, struct register_cell cell)
{
    json_key(json, key);
    if (cell.kind == CELL_IS_NUMBER)
        json_integer(json, cell.number);
    else if (cell.text.size == 0)
        json_null(json);
    else
        json_text(json, cell.text);
}

/* Whence the file comes, and what was asked for. */
static void json_about(struct request *request, struct json *json,
                       const struct register_list *list, struct text council)
{
    const struct register_filter *filter = &list->filter;

    json_key(json, "about");
    json_object(json);
    key_text(json, "what", word_shown(request->arena, text_of(list->type->many)));
    key_text(json, "council", council);
    key_text(json, "by", text_of(request->actor.login));
    key_moment(json, "at", request->happening.now);
    key_text(json, "program", text_of("Ochil " OCHIL_VERSION));
    key_text(json, "words", filter->words);
    for (size_t i = 0; i < filter->count; i++)
        key_text(json, filter->by[i].name, filter->asked[i]);
    key_text(json, "sort", text_of(filter->order.name));
    json_key(json, "down");
    json_bool(json, filter->down);
    json_key(json, "rows");
    json_integer(json, (int64_t)list->found.count);
    json_key(json, "of");
    json_integer(json, (int64_t)list->all);
    json_object_end(json);
}

enum err register_list_json(struct request *request, const struct register_list *list,
                            struct text council)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    json_object(&out.json);
    json_about(request, &out.json, list, council);
    json_key(&out.json, list->type->many);
    json_array(&out.json);
    for (size_t row = 0; row < list->found.count; row++) {
        json_object(&out.json);
        for (size_t i = 0; i < list->columns; i++)
            key_cell(&out.json, list->column[i].name,
                     entry_cell(list->type, &list->found.entry[row], &list->column[i]));
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    json_object_end(&out.json);
    answer_saved_as(request, arena_print(request->arena, "%s.json", list->type->many));
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- workbooks --- */

static struct book_cell book_words(struct text words)
{
    return (struct book_cell){ BOOK_WORDS, words };
}

static struct book_cell book_cell_of(struct arena *arena, struct register_cell cell)
{
    static const enum book_kind kind[] = {
        [CELL_IS_WORDS] = BOOK_WORDS, [CELL_IS_NUMBER] = BOOK_NUMBER,
        [CELL_IS_MONEY] = BOOK_AMOUNT, [CELL_IS_DAY] = BOOK_DAY,
    };

    if (cell.kind == CELL_IS_NUMBER)
        cell.text = text_of(arena_print(arena, "%lld", (long long)cell.number));
    return (struct book_cell){ kind[cell.kind], cell.text };
}

/* What is on the screen: its columns and order, under the headings of the page. */
static struct book_sheet list_sheet(struct request *request, const struct register_list *list)
{
    const size_t rows = list->found.count + 1;
    struct book_cell *cell = arena_take(request->arena, rows * list->columns, sizeof *cell);

    for (size_t i = 0; i < list->columns; i++)
        cell[i] = book_words(text_of(list->column[i].label));
    for (size_t row = 1; row < rows; row++)
        for (size_t i = 0; i < list->columns; i++)
            cell[row * list->columns + i] = book_cell_of(request->arena,
                entry_cell(list->type, &list->found.entry[row - 1], &list->column[i]));
    return (struct book_sheet){ word_shown(request->arena, text_of(list->type->many)).data, cell,
                                rows, list->columns };
}

struct about {
    struct book_cell cell[2 * (REGISTER_FILTERS_MAX + 12)];
    size_t           rows;
};

static void about_row(struct about *about, const char *name, struct text value)
{
    about->cell[2 * about->rows] = book_words(text_of(name));
    about->cell[2 * about->rows++ + 1] = book_words(value);
}

static void about_count(struct request *request, struct about *about, const char *name,
                        size_t count)
{
    about_row(about, name, text_of(arena_print(request->arena, "%zu", count)));
    about->cell[2 * about->rows - 1].kind = BOOK_NUMBER;
}

/* Whence the file comes, and what was asked for. */
static struct book_sheet about_sheet(struct request *request, const struct register_list *list,
                                     struct text council)
{
    const struct register_filter *filter = &list->filter;
    struct about *about = arena_take(request->arena, 1, sizeof *about);
    char *iso = arena_take(request->arena, TRAIL_TIME_SIZE, 1);

    trail_time_print(request->happening.now.ms, iso);
    about_row(about, "About this file", text_of("Value"));
    about_row(about, "What", word_shown(request->arena, text_of(list->type->many)));
    about_row(about, "Council", council);
    about_row(about, "By", text_of(request->actor.login));
    about_row(about, "At (UTC)", text_of(iso));
    about_row(about, "Program", text_of("Ochil " OCHIL_VERSION));
    about_row(about, "Words", filter->words);
    for (size_t i = 0; i < filter->count; i++)
        about_row(about, filter->by[i].label, filter->asked[i]);
    about_row(about, "Sorted by", text_of(filter->order.label));
    about_row(about, "Order", text_of(filter->down ? "descending" : "ascending"));
    about_count(request, about, "Rows", list->found.count);
    about_count(request, about, "Of", list->all);
    return (struct book_sheet){ "About this file", about->cell, about->rows, 2 };
}

enum err register_list_book(struct request *request, const struct register_list *list,
                            struct text council, bool ods)
{
    const struct book_sheet sheet[] = { list_sheet(request, list),
                                        about_sheet(request, list, council) };
    struct text bytes = { NULL, 0 };
    const enum err err = (ods ? book_write_ods : book_write_xlsx)(request->arena, sheet,
                                                                  COUNT(sheet), &bytes,
                                                                  request->trouble);
    if (err != OK)
        return err;
    answer_saved_as(request, arena_print(request->arena, "%s.%s", list->type->many,
                                         ods ? "ods" : "xlsx"));
    return answer_bytes(request, 200,
                        ods ? ODS_TYPE : XLSX_TYPE, bytes);
}

void entry_json(struct json *json, const struct register_type *type, const struct entry *entry)
{
    json_object(json);
    key_text(json, type->one, entry->reference);
    json_key(json, "version");
    json_integer(json, entry->version);
    key_text(json, "state", text_of(type->states[entry->state]));
    key_text(json, "sharing", text_of(sharing_word(entry->sharing)));
    for (size_t i = 0; i < type->field_count; i++) {
        const struct register_column column = { .source = SOURCE_FIELD, .place = i };
        if (entry_withholds(entry, i))
            continue;
        if (type->fields[i].kind != FIELD_FLAG) {
            key_cell(json, type->fields[i].name, entry_cell(type, entry, &column));
            continue;
        }
        json_key(json, type->fields[i].name);
        json_bool(json, entry->field[i].size > 0);
    }
    for (size_t i = 0; type->figures != NULL && type->figures[i].name != NULL; i++)
        key_cell(json, type->figures[i].name, type->figures[i].cell(entry));
    key_moment(json, "changed_at", entry->changed_at);
    key_text(json, "changed_by", entry->changed_by);
    json_object_end(json);
}
