#include <inttypes.h>

#include "cli/answer.h"
#include "cli/settle_table.h"
#include "cli/shown.h"
#include "cli/table.h"
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

/* "P01 P03-P05": the periods that have lines. */
static const char *periods_shown(const struct mapping *mapping, uint16_t periods)
{
    const char *text = "";

    for (int first = 0; first < PERIODS; first++) {
        int last = first;
        if ((periods & (1U << first)) == 0)
            continue;
        while (last + 1 < PERIODS && (periods & (1U << (last + 1))) != 0)
            last++;
        text = arena_print(mapping->arena, first == last ? "%s%sP%02d" : "%s%sP%02d-P%02d", text,
                           text[0] == '\0' ? "" : " ", first + 1, last + 1);
        first = last;
    }
    return text;
}

static void print_table(const struct mapping *mapping)
{
    const struct model *model = &mapping->partnership.model;
    struct table table;

    if (mapping->list.count == 0)
        return;
    table_open(&table, mapping->arena, "lllrrrl");
    table_put(&table, "not mapped");
    table_put(&table, "partner");
    table_put(&table, "code");
    table_put(&table, "lines");
    table_put(&table, "amount");
    table_put(&table, "turnover");
    table_put(&table, "periods");
    for (size_t i = 0; i < mapping->list.count; i++) {
        const struct unmapped *row = &mapping->list.unmapped[i];
        table_put(&table, "%s", row->kind == UNMAPPED_ACCOUNT ? "account" : "cost centre");
        table_put(&table, "%s", text_shown(mapping->arena, model->partner[row->partner].code));
        table_put(&table, "%s", text_shown(mapping->arena, row->code));
        table_put(&table, "%" PRIu64, row->lines);
        table_put(&table, "%s", money_shown(mapping->arena, row->pence));
        table_put(&table, "%s", money_shown(mapping->arena, row->turnover));
        table_put(&table, "%s", periods_shown(mapping, row->periods));
    }
    table_print(&table, mapping->command->out, 0);
}

static enum err print_csv(const struct mapping *mapping)
{
    const struct model *model = &mapping->partnership.model;
    struct csv_writer *csv = arena_take(mapping->arena, 1, sizeof *csv);
    struct file_sink sink;

    file_sink_open(&sink, mapping->command->out);
    csv_open(csv, &sink.sink, mapping->command->trouble);
    csv_literal(csv, "unmapped,partner,code,lines,amount,turnover,from,to,periods\n");
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
        csv_money(csv, row->turnover);
        csv_word(csv, first);
        csv_word(csv, last);
        csv_word(csv, periods_shown(mapping, row->periods));
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
    json_key(json, "turnover");
    json_money(json, row->turnover);
    json_key(json, "from");
    period_of(mapping, row->first, period);
    json_string(json, period);
    json_key(json, "to");
    period_of(mapping, row->last, period);
    json_string(json, period);
    json_key(json, "periods");
    json_array(json);
    for (int32_t index = 0; index < PERIODS; index++) {
        if ((row->periods & (1U << index)) == 0)
            continue;
        period_of(mapping, index, period);
        json_string(json, period);
    }
    json_array_end(json);
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

    if (list->count == 0)
        command_say(mapping->command, "%" PRIu64 " line%s read: every account and every cost "
                    "centre is mapped.", list->lines, list->lines == 1 ? "" : "s");
    else
        command_say(mapping->command, "%" PRIu64 " line%s read, %zu code%s not mapped. The "
                    "turnover is the amount without signs.", list->lines,
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
    ARENA_KEEP(outer, mapping->arena);
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
