#include "cli/answer.h"
#include "cli/extract_table.h"
#include "cli/watch.h"
#include "extract/guess.h"

static void json_open(const struct guess *guess, struct json *json, bool open)
{
    json_key(json, open ? "open" : "keys");
    json_array(json);
    for (size_t i = 0; i < guess->lines; i++) {
        const struct guess_line *line = &guess->line[i];
        if ((line->sure == SURENESS_OPEN) != open)
            continue;
        json_object(json);
        json_word(json, "key", line->key);
        json_word(json, "value", line->value);
        if (!open)
            json_word(json, "sure", sureness_name[line->sure]);
        json_word(json, "why", line->why);
        if (open) {
            json_key(json, "needed");
            json_bool(json, line->needed);
        }
        json_object_end(json);
    }
    json_array_end(json);
}

static enum err print_json(const struct command *command, const struct guess *guess)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
    json_object(&json);
    json_open(guess, &json, false);
    json_open(guess, &json, true);
    json_object_end(&json);
    return json_end(&json);
}

/* What is to be done next, for people. */
static void say_next(const struct command *command, const struct guess *guess)
{
    const size_t open = guess_open(guess);

    if (open > 0)
        command_say(command, "%zu key%s that the profile needs could not be told from the file: "
                    "complete the line%s that begin%s with # (open).", open, open == 1 ? "" : "s",
                    open == 1 ? "" : "s", open == 1 ? "s" : "");
    if (guess->partner == NULL)
        command_say(command, "Fill in the partner in place of ???, or give --partner.");
    command_say(command, "Look the profile through, save it, and try it with 'ochil profile "
                "check PROFILE %s'.", guess->file);
}

enum err profile_guess_run(struct command *command)
{
    const char *extract = command_argument(command, 0);
    struct ledger_watch watch;
    struct guess guess;
    struct guess_request request = {
        .outside = &real_outside,
        .extract = extract,
        .form = form_given(command),
        .sheet = command_value(command, "sheet"),
        .partner = command_value(command, "partner"),
        .watch = &watch.watch,
    };
    enum err err, printed = OK;

    watch_open_files(&watch, command, &extract, 1);
    err = guess_profile(&request, command->work, &guess, command->trouble);
    watch_close(&watch);
    if (err != OK)
        return err;
    if (command_has(command, "json"))
        printed = print_json(command, &guess);
    else
        (void)fputs(guess_text(&guess), command->out);
    say_next(command, &guess);
    return printed != OK ? printed : guess_open(&guess) > 0 ? ERR_REFUSED : OK;
}
