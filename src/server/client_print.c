#include "server/client_print.h"

#include <assert.h>
#include <string.h>

#include "cli/page.h"

#define NAME_COLUMN 21
#define COLUMNS_MOST 16

static const char *value_of(const struct client_record *record, const struct api_field *field)
{
    const char *value = client_record_value(record, field->name);

    return value == NULL ? "" : value;
}

const char *client_line(struct arena *arena, const char *text)
{
    char *line = arena_copy(arena, text, strlen(text));

    for (char *at = line; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    return text_clean(arena, text_of(line));
}

/* --- one --- */

void client_print_whole(const struct command *command, const struct api_call *call,
                        const struct client_record *record)
{
    for (const struct api_field *at = call->gives; at != NULL && at->name != NULL; at++) {
        const char *value = client_line(command->arena, value_of(record, at));
        if (value[0] == '\0')
            continue;
        (void)fprintf(command->out, "%-*s", NAME_COLUMN, at->name);
        page_wrap(command->out, 1, NAME_COLUMN + 1, value);
    }
}

/* --- many --- */

static bool has_brief(const struct api_field *field)
{
    for (; field->name != NULL; field++)
        if (field->brief)
            return true;
    return false;
}

/* A table that says nothing of brief fields has all that fit on a line. */
static bool is_shown(const struct client_printer *printer, const struct api_field *field)
{
    return printer->form == CLIENT_CSV || field->brief ||
           (!has_brief(printer->fields) && field->type != API_TEXT);
}

static void put(struct client_printer *printer, const struct api_field *field, const char *value)
{
    struct arena *arena = printer->command->arena;

    if (!is_shown(printer, field))
        return;
    if (printer->form == CLIENT_TABLE)
        table_put(&printer->table, "%s", text_shown(arena, text_of(client_line(arena, value))));
    /* What a spreadsheet would reckon is text there, too. */
    else if (field->type != API_NUMBER && value[0] != '\0' && is_one_of(value[0], "=+-@\t\r"))
        csv_word(&printer->csv, arena_print(arena, "'%s", value));
    else
        csv_word(&printer->csv, value);
}

static void end_row(struct client_printer *printer)
{
    if (printer->form == CLIENT_CSV)
        csv_end(&printer->csv);
}

void client_print_begin(struct client_printer *printer, const struct command *command,
                        const struct api_call *call)
{
    char columns[COLUMNS_MOST + 1] = "";
    size_t count = 0;

    *printer = (struct client_printer){
        .command = command, .fields = call->gives,
        .form = command_has(command, "json") ? CLIENT_JSON
                : command_has(command, "csv") ? CLIENT_CSV : CLIENT_TABLE,
    };
    if (printer->form == CLIENT_JSON)
        return;
    for (const struct api_field *at = printer->fields; at->name != NULL; at++)
        if (printer->form == CLIENT_TABLE && is_shown(printer, at)) {
            assert(count < COLUMNS_MOST);
            columns[count++] = at->type == API_NUMBER ? 'r' : 'l';
        }
    table_open(&printer->table, command->arena, arena_copy(command->arena, columns, count));
    file_sink_open(&printer->sink, command->out);
    csv_open(&printer->csv, &printer->sink.sink, command->trouble);
    for (const struct api_field *at = printer->fields; at->name != NULL; at++)
        put(printer, at, at->name);
    end_row(printer);
}

void client_print(struct client_printer *printer, const struct client_record *record)
{
    printer->rows++;
    if (printer->form == CLIENT_JSON) {
        (void)fprintf(printer->command->out, "%s\n", record->json);
        return;
    }
    for (const struct api_field *at = printer->fields; at->name != NULL; at++)
        put(printer, at, value_of(record, at));
    end_row(printer);
}

enum err client_print_end(struct client_printer *printer)
{
    if (printer->form == CLIENT_CSV)
        return csv_close(&printer->csv);
    if (printer->form == CLIENT_TABLE && printer->rows > 0)
        table_print(&printer->table, printer->command->out, 0);
    if (printer->rows == 0)
        command_say(printer->command, "None is there, or none is yours to see.");
    return OK;
}
