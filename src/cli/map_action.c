#include <inttypes.h>

#include "cli/answer.h"
#include "cli/settle_table.h"
#include "cli/watch.h"
#include "engine/unmapped.h"
#include "formats/folder_io.h"

static const char *const kind_words[] = {
    [UNMAPPED_ACCOUNT] = "account",
    [UNMAPPED_COST_CENTRE] = "cost_centre",
};

/* One run: all that must be given back whatever happens. */
struct mapping {
    const struct command *command;
    struct arena         *arena;
    struct folder_source  source;
    struct partnership    partnership;
    struct unmapped_list  list;
    bool                  reading;
};

/* -- three ways to print the list ---------------------------------------------------------- */

static void period_of(const struct mapping *mapping, int32_t index, char text[PERIOD_TEXT_MAX])
{
    period_print(period_of_year(mapping->partnership.model.year, index), text);
}

static void print_table(const struct mapping *mapping)
{
    const struct model *model = &mapping->partnership.model;
    FILE *out = mapping->command->out;

    if (mapping->list.count == 0)
        return;
    (void)fprintf(out, "%-12s %-10s %-20s %12s %20s  %s\n", "unmapped", "partner", "code", "lines",
                  "amount", "periods");
    for (size_t i = 0; i < mapping->list.count; i++) {
        const struct unmapped *row = &mapping->list.unmapped[i];
        char amount[MONEY_TEXT_MAX];
        char first[PERIOD_TEXT_MAX];
        char last[PERIOD_TEXT_MAX];

        (void)money_print(row->pence, amount);
        period_of(mapping, row->first, first);
        period_of(mapping, row->last, last);
        (void)fprintf(out, "%-12s %-10.*s %-20s %12" PRIu64 " %20s  %s to %s\n",
                      kind_words[row->kind], TEXT(model->partner[row->partner].code),
                      text_shown(mapping->arena, row->code), row->lines, amount, first,
                      last);
    }
}

static enum err print_csv(const struct mapping *mapping)
{
    const struct model *model = &mapping->partnership.model;
    struct csv_writer *csv = arena_take(mapping->arena, 1, sizeof *csv);
    struct file_sink sink;

    file_sink_open(&sink, mapping->command->out);
    csv_open(csv, &sink.sink, mapping->command->trouble);
    csv_literal(csv, "unmapped,partner,code,lines,amount,from,to\n");
    for (size_t i = 0; i < mapping->list.count; i++) {
        const struct unmapped *row = &mapping->list.unmapped[i];
        char first[PERIOD_TEXT_MAX];
        char last[PERIOD_TEXT_MAX];

        period_of(mapping, row->first, first);
        period_of(mapping, row->last, last);
        csv_word(csv, kind_words[row->kind]);
        csv_text(csv, model->partner[row->partner].code);
        csv_text(csv, row->code);
        csv_count(csv, row->lines);
        csv_money(csv, row->pence);
        csv_word(csv, first);
        csv_word(csv, last);
        csv_end(csv);
    }
    return csv_close(csv);
}

static void json_row(struct json *json, const struct mapping *mapping, const struct unmapped *row)
{
    char period[PERIOD_TEXT_MAX];

    json_object(json);
    json_key(json, "unmapped");
    json_string(json, kind_words[row->kind]);
    json_key(json, "partner");
    json_text(json, mapping->partnership.model.partner[row->partner].code);
    json_key(json, "code");
    json_text(json, row->code);
    json_key(json, "lines");
    json_integer(json, (int64_t)row->lines);
    json_key(json, "amount");
    json_money(json, row->pence);
    json_key(json, "from");
    period_of(mapping, row->first, period);
    json_string(json, period);
    json_key(json, "to");
    period_of(mapping, row->last, period);
    json_string(json, period);
    json_object_end(json);
}

static enum err print_json(const struct mapping *mapping)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, mapping->command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, mapping->command->trouble);
    json_object(&json);
    json_key(&json, "lines");
    json_integer(&json, (int64_t)mapping->list.lines);
    json_key(&json, "other_faults");
    json_integer(&json, (int64_t)mapping->list.faulty);
    json_key(&json, "unmapped");
    json_array(&json);
    for (size_t i = 0; i < mapping->list.count; i++)
        json_row(&json, mapping, &mapping->list.unmapped[i]);
    json_array_end(&json);
    json_object_end(&json);
    return json_end(&json);
}

static void say_counts(const struct mapping *mapping)
{
    const struct unmapped_list *list = &mapping->list;

    command_say(mapping->command, "%" PRIu64 " line%s read, %zu code%s not mapped.", list->lines,
                list->lines == 1 ? "" : "s", list->count, list->count == 1 ? "" : "s");
    if (list->faulty > 0)
        command_say(mapping->command, "%" PRIu64 " line%s with other faults left out: "
                    "'ochil close' names them.", list->faulty, list->faulty == 1 ? "" : "s");
}

/* -- the run ------------------------------------------------------------------------------- */

static enum err find(struct mapping *mapping)
{
    const struct command *command = mapping->command;
    struct partnership *partnership = &mapping->partnership;
    const char *folder = command_argument(command, 0);
    struct ledger_watch watch;
    enum err err;

    err = folder_source_open(&mapping->source, &real_outside, folder, command->trouble);
    if (err != OK)
        return err;
    mapping->reading = true;
    err = partnership_load(partnership, &mapping->source.source, mapping->arena,
                           book_given(command), NULL, command->trouble);
    if (err != OK)
        return err;
    if (!partnership->usable) {
        faults_sort(&partnership->faults);
        return refusal_tell(command, &partnership->faults, NULL);
    }
    watch_open(&watch, command, folder, partnership->book);
    err = unmapped_find(partnership, &watch.watch, &mapping->list, command->trouble);
    watch_close(&watch);
    return err;
}

static enum err print_list(const struct mapping *mapping)
{
    enum err err = OK;

    if (command_has(mapping->command, "json"))
        err = print_json(mapping);
    else if (command_has(mapping->command, "csv"))
        err = print_csv(mapping);
    else
        print_table(mapping);
    say_counts(mapping);
    return err;
}

/* Finding and printing, so that running out of memory in either ends here. */
static enum err find_and_print(struct mapping *mapping)
{
    if (ARENA_GUARD(mapping->arena))
        return fail(mapping->command->trouble, ERR_IO, "out of memory");
    enum err err = find(mapping);
    return err != OK ? err : print_list(mapping);
}

enum err map_run(struct command *command)
{
    struct mapping *mapping = arena_take(command->arena, 1, sizeof *mapping);

    if (command_has(command, "json") && command_has(command, "csv"))
        return fail(command->trouble, ERR_USAGE, "--json and --csv exclude each other");
    mapping->command = command;
    mapping->arena = command->work;
    enum err err = find_and_print(mapping);
    if (mapping->reading)
        folder_source_close(&mapping->source);
    partnership_close(&mapping->partnership);
    return err;
}
