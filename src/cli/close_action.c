#include <inttypes.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/settle_table.h"
#include "cli/watch.h"
#include "engine/certificate.h"
#include "engine/close.h"

/* What a person calls a partner: its name, or its code where the name is blank. */
static const char *called(struct arena *arena, const char *name, const char *code)
{
    return text_shown(arena, text_of(name[0] == '\0' ? code : name));
}

/* "8123 lines, 2 partners, 2014-15/P01 to 2014-15/P13: Stirling Council owes ..." */
static void print_summary(const struct command *command, const struct close_summary *summary)
{
    FILE *out = command->out;

    bool one = strcmp(summary->first, summary->last) == 0;

    (void)fprintf(out, "%" PRIu64 " line%s, %zu partners, %s%s%s: ", summary->lines,
                  summary->lines == 1 ? "" : "s", summary->partners, summary->first,
                  one ? "" : " to ", one ? "" : summary->last);
    for (size_t i = 0; i < summary->debts; i++) {
        const struct summary_debt *debt = &summary->debt[i];
        char amount[MONEY_TEXT_MAX];

        (void)money_print(debt->amount, amount);
        (void)fprintf(out, "%s%s owes %s \u00a3%s", i == 0 ? "" : "; ",
                      called(command->arena, debt->from_name, debt->from),
                      called(command->arena, debt->to_name, debt->to), amount);
        if (strcmp(debt->service, "all") != 0)
            (void)fprintf(out, " for %s", text_shown(command->arena, text_of(debt->service)));
    }
    (void)fputs(summary->debts == 0 ? "nobody owes anything\n" : "\n", out);
}

static void json_summary(struct json *json, struct arena *arena,
                         const struct close_summary *summary, const char *out)
{
    json_word(json, "name", summary->name);
    json_key(json, "lines");
    json_integer(json, (int64_t)summary->lines);
    json_key(json, "partners");
    json_integer(json, (int64_t)summary->partners);
    json_word(json, "from", summary->first);
    json_word(json, "through", summary->last);
    json_path(json, arena, "out", out);
    json_key(json, "bill");
    json_array(json);
    for (size_t i = 0; i < summary->debts; i++) {
        const struct summary_debt *debt = &summary->debt[i];

        json_object(json);
        json_word(json, "service", debt->service);
        json_word(json, "from", debt->from);
        json_word(json, "to", debt->to);
        json_key(json, "amount");
        json_money(json, debt->amount);
        json_object_end(json);
    }
    json_array_end(json);
}

static enum err print_json(const struct command *command, const struct close_summary *summary,
                           const char *out, const char *errors)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
    json_object(&json);
    if (summary->faults > 0)
        refusal_json(&json, summary->fault_list, command->arena, errors);
    else
        json_summary(&json, command->arena, summary, out);
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
        print_summary(command, summary);
    if (err == ERR_REFUSED)
        (void)refusal_tell(command, summary->fault_list, errors);
    return err != OK ? err : printed;
}

enum err close_run(struct command *command)
{
    struct ledger_watch watch;
    struct close_summary summary;
    struct arena work = { 0 };
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
    err = close_partnership(&request, &work, &summary, command->trouble);
    watch_close(&watch);
    if (err == OK || err == ERR_REFUSED)
        err = tell(command, &summary, request.out, err);
    arena_free(&work);
    return err;
}
