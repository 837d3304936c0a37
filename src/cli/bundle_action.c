#include <inttypes.h>

#include "cli/summary.h"
#include "cli/trust_table.h"
#include "cli/watch.h"
#include "engine/bundle.h"

static void json_extracts(struct json *json, const struct bundle_summary *summary)
{
    json_key(json, "extracts");
    json_array(json);
    for (size_t i = 0; i < summary->extracts; i++) {
        const struct extract *extract = &summary->extract[i];

        json_object(json);
        json_word(json, "file", extract->file);
        json_key(json, "lines");
        json_integer(json, (int64_t)extract->lines);
        json_key(json, "left_out");
        json_integer(json, (int64_t)extract->left_out);
        json_key(json, "left_out_amount");
        json_money(json, extract->left_out_pence);
        json_object_end(json);
    }
    json_array_end(json);
}

static enum err print_json(const struct command *command, const struct bundle_summary *summary,
                           const char *out)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
    json_object(&json);
    if (summary->closed.faults > 0) {
        refusal_json(&json, summary->closed.fault_list, command->arena, NULL);
    } else {
        json_path(&json, command->arena, "out", out);
        summary_json(&json, &summary->closed);
        json_extracts(&json, summary);
    }
    json_object_end(&json);
    return json_end(&json);
}

static void say_left_out(const struct command *command, const struct bundle_summary *summary)
{
    uint64_t left_out = 0;

    for (size_t i = 0; i < summary->extracts; i++)
        left_out += summary->extract[i].left_out;
    command_say(command, "Left out: %" PRIu64 " line%s, and every description.", left_out,
                left_out == 1 ? "" : "s");
}

/* Says how it went; `err` is OK or ERR_REFUSED. */
static enum err tell(const struct command *command, const struct bundle_summary *summary,
                     const char *out, enum err err)
{
    enum err printed = OK;

    if (command_has(command, "json"))
        printed = print_json(command, summary, out);
    else if (err == OK && !command->quiet)
        summary_print(command, &summary->closed);
    if (err == ERR_REFUSED)
        return refusal_tell(command, summary->closed.fault_list, NULL);
    say_left_out(command, summary);
    return printed;
}

enum err bundle_run(struct command *command)
{
    struct ledger_watch watch;
    struct bundle_summary summary;
    struct bundle_request request = {
        .outside = &real_outside,
        .folder = command_argument(command, 0),
        .out = command_value(command, "out"),
        .book = book_given(command),
        .through = command_value(command, "through"),
        .force = command_has(command, "force"),
        .watch = &watch.watch,
    };
    enum err err = threads_given(command, &request.threads);

    if (err != OK)
        return err;
    watch_open(&watch, command, request.folder, request.book);
    err = bundle_write(&request, command->work, &summary, command->trouble);
    watch_close(&watch);
    if (err == OK || err == ERR_REFUSED)
        err = tell(command, &summary, request.out, err);
    return err;
}
