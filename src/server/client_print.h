/*
 * server/client_print.h -- records that the API gave, printed: a table for people, CSV, or JSON
 * as it came, a line for each. Field names are those of the API in all three.
 *
 *     client_print_begin(&printer, command, call);
 *     client_print(&printer, record);  ...
 *     return client_print_end(&printer);
 */
#ifndef OCHIL_CLIENT_PRINT_H
#define OCHIL_CLIENT_PRINT_H

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/table.h"
#include "formats/csv.h"
#include "server/client_record.h"
#include "web/api_field.h"

enum client_form { CLIENT_TABLE, CLIENT_CSV, CLIENT_JSON };

struct client_printer {
    const struct command   *command;
    const struct api_field *fields;
    enum client_form        form;
    struct file_sink        sink;
    struct csv_writer       csv;
    struct table            table;      /* of fields that are brief */
    size_t                  rows;
};

void client_print_begin(struct client_printer *, const struct command *, const struct api_call *);
void client_print(struct client_printer *, const struct client_record *);
MUST_USE enum err client_print_end(struct client_printer *);

/* One record, for people: a line for each field, or more where it is long. */
void client_print_whole(const struct command *, const struct api_call *,
                        const struct client_record *);

/* Somebody else's text on one line of a terminal. */
const char *client_line(struct arena *, const char *);

#endif
