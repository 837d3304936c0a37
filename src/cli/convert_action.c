#include "cli/convert_report.h"
#include "cli/extract_table.h"
#include "cli/watch.h"

#include <string.h>

enum form form_given(const struct command *command)
{
    const char *name = command_value(command, "as");

    for (int form = 0; name != NULL && form < FORMS; form++) {
        if (strcmp(name, form_table[form].name) == 0)
            return (enum form)form;
    }
    return FORM_LEDGER;
}

/* Says how it went; `err` is OK or ERR_REFUSED. */
static enum err tell(const struct command *command, const struct convert_summary *summary,
                     const char *errors, enum err err)
{
    enum err printed = OK;

    if (command_has(command, "json"))
        printed = conversion_json(command, summary);
    else if (err != OK || !command->quiet)
        conversion_text(command, summary);
    if (err == ERR_REFUSED)
        conversion_refusals(command, summary, errors);
    return err != OK ? err : printed;
}

enum err convert_run(struct command *command)
{
    struct ledger_watch watch;
    struct convert_summary summary;
    struct convert_request request = {
        .outside = &real_outside,
        .profile = command_value(command, "profile"),
        .extract = command->argument,
        .extracts = command->argument_count,
        .form = form_given(command),
        .out = command_value(command, "out"),
        .errors = command_value(command, "errors"),
        .control = command_value(command, "control-total"),
        .force = command_has(command, "force"),
        .watch = &watch.watch,
    };
    enum err err = threads_given(command, &request.threads);

    if (err != OK)
        return err;
    watch_open_files(&watch, command, request.extract, request.extracts);
    err = convert_extracts(&request, command->work, &summary, command->trouble);
    watch_close(&watch);
    if (err != OK && err != ERR_REFUSED)
        return err;
    err = tell(command, &summary, request.errors, err);
    convert_summary_close(&summary);
    return err;
}
