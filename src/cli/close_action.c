#include "cli/settle_table.h"
#include "cli/summary.h"
#include "cli/watch.h"
#include "engine/certificate.h"

static enum err print_json(const struct command *command, const struct close_summary *summary,
                           const char *out, const char *errors)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
    json_object(&json);
    json_path(&json, command->arena, "out", out);
    if (summary->faults > 0)
        refusal_json(&json, summary->fault_list, command->arena, errors);
    else
        summary_json(&json, summary);
    json_object_end(&json);
    return json_end(&json);
}

/* Says how it went; `err` is OK or ERR_REFUSED. */
static enum err tell(const struct command *command, const struct close_summary *summary,
                     const char *out, enum err err)
{
    const char *errors = arena_print(command->arena, "%s/errors.csv", out);
    enum err printed = OK;

    if (command_has(command, "json"))
        printed = print_json(command, summary, out, errors);
    else if (err == OK && !command->quiet)
        summary_print(command, summary);
    if (err == ERR_REFUSED)
        (void)refusal_tell(command, summary->fault_list, errors);
    return err != OK ? err : printed;
}

enum err close_run(struct command *command)
{
    struct ledger_watch watch;
    struct close_summary summary;
    struct close_request request = {
        .outside = &real_outside,
        .folder = command_argument(command, 0),
        .out = command_value(command, "out"),
        .book = book_given(command),
        .through = command_value(command, "through"),
        .certificate = !command_has(command, "no-certificate"),
        .force = command_has(command, "force"),
        .watch = &watch.watch,
    };
    enum err err = threads_given(command, &request.threads);

    if (err != OK)
        return err;
    if (command->verbose)
        command_say(command, "ochil %s, rules %d, %d threads", ENGINE_VERSION, RULES_VERSION,
                    request.threads);
    watch_open(&watch, command, request.folder, request.book);
    err = close_partnership(&request, command->work, &summary, command->trouble);
    watch_close(&watch);
    if (err == OK || err == ERR_REFUSED)
        err = tell(command, &summary, request.out, err);
    return err;
}
