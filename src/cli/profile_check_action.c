#include <inttypes.h>

#include "cli/answer.h"
#include "cli/convert_report.h"
#include "cli/extract_table.h"
#include "cli/watch.h"

#define ROWS_SHOWN 10
#define ROWS_SHOWN_MOST 1000

/* The first rows, as they came and as they would go. */
struct showing {
    const struct command *command;
    long                  left;        /* rows still to be shown */
    struct json           json;
    bool                  as_json;
};

/* A line's field as it would be written. */
static struct text word_of(struct showing *showing, const struct row_rules *rules,
                           const struct row *row, const struct row_verdict *verdict, size_t field)
{
    enum target target = form_table[rules->form].field[field].field;
    struct text part[DESCRIPTION_PARTS_MAX];
    const char *joined = "";
    size_t parts;

    if (target_kind(target) != KIND_TEXT
        || rules->profile->field[target].origin != ORIGIN_COLUMN)
        return verdict->word[field];
    parts = row_description(rules, row, part, COUNT(part));
    for (size_t i = 0; i < parts; i++)
        joined = arena_print(showing->command->arena, "%s%.*s", joined, TEXT(part[i]));
    return text_of(joined);
}

/* -- as text ------------------------------------------------------------------------------- */

static void print_cells(struct showing *showing, const struct row *row)
{
    (void)fprintf(showing->command->out, "row %-8" PRIu64 "in   ", row->number);
    for (size_t i = 0; i < row->count; i++)
        (void)fprintf(showing->command->out, "%s%s", i == 0 ? "" : " | ",
                      text_shown(showing->command->arena, row->cell[i].text));
    (void)fputc('\n', showing->command->out);
}

static void print_outcome(struct showing *showing, const struct row_rules *rules,
                          const struct row *row, const struct row_verdict *verdict)
{
    FILE *out = showing->command->out;
    char text[REFUSAL_TEXT_MAX];

    switch (verdict->outcome) {
    case OUTCOME_ACCEPTED:
        (void)fprintf(out, "%12sout  ", "");
        for (size_t i = 0; i < form_table[rules->form].count; i++)
            (void)fprintf(out, "%s%s", i == 0 ? "" : " | ",
                          text_shown(showing->command->arena,
                                     word_of(showing, rules, row, verdict, i)));
        (void)fputc('\n', out);
        break;
    case OUTCOME_LEFT_OUT:
        (void)fprintf(out, "%12sleft out (%s)\n", "",
                      left_out_name(showing->command->arena, verdict->left_out));
        break;
    case OUTCOME_REFUSED:
        refusal_text(rules, row, verdict, text);
        (void)fprintf(out, "%12srefused: %s. %s\n", "", reason_name(verdict->reason), text);
        break;
    }
}

/* -- as JSON ------------------------------------------------------------------------------- */

/* Cells that are not UTF-8 are shown with question marks. */
static void json_cell(struct showing *showing, struct text text)
{
    json_string(&showing->json, text_shown(showing->command->arena, text));
}

static void json_outcome(struct showing *showing, const struct row_rules *rules,
                         const struct row *row, const struct row_verdict *verdict)
{
    static const char *const words[] = {
        [OUTCOME_ACCEPTED] = "accepted", [OUTCOME_LEFT_OUT] = "left out",
        [OUTCOME_REFUSED] = "refused",
    };
    struct json *json = &showing->json;

    json_word(json, "outcome", words[verdict->outcome]);
    if (verdict->outcome == OUTCOME_LEFT_OUT)
        json_word(json, "rule", left_out_name(showing->command->arena, verdict->left_out));
    if (verdict->outcome == OUTCOME_REFUSED)
        json_word(json, "reason", reason_name(verdict->reason));
    if (verdict->outcome != OUTCOME_ACCEPTED)
        return;
    json_key(json, "out");
    json_object(json);
    for (size_t i = 0; i < form_table[rules->form].count; i++) {
        json_key(json, target_name(form_table[rules->form].field[i].field));
        json_cell(showing, word_of(showing, rules, row, verdict, i));
    }
    json_object_end(json);
}

static void json_row_shown(struct showing *showing, const struct row_rules *rules,
                           const struct row *row, const struct row_verdict *verdict)
{
    struct json *json = &showing->json;

    json_object(json);
    json_key(json, "row");
    json_integer(json, (int64_t)row->number);
    json_key(json, "in");
    json_array(json);
    for (size_t i = 0; i < row->count; i++)
        json_cell(showing, row->cell[i].text);
    json_array_end(json);
    json_outcome(showing, rules, row, verdict);
    json_object_end(json);
}

/* ------------------------------------------------------------------------------------------ */

static void show_row(void *context, const struct row_rules *rules, const struct row *row,
                     const struct row_verdict *verdict)
{
    struct showing *showing = context;

    if (showing->left <= 0)
        return;
    showing->left--;
    if (showing->as_json) {
        json_row_shown(showing, rules, row, verdict);
        return;
    }
    print_cells(showing, row);
    print_outcome(showing, rules, row, verdict);
}

static enum err finish_json(struct showing *showing, const struct convert_summary *summary)
{
    json_array_end(&showing->json);
    conversion_keys(showing->command, summary, &showing->json);
    json_object_end(&showing->json);
    return json_end(&showing->json);
}

static void begin_json(struct showing *showing, struct file_sink *sink)
{
    file_sink_open(sink, showing->command->out);
    json_begin(&showing->json, &sink->sink, JSON_PRETTY, showing->command->trouble);
    json_object(&showing->json);
    json_key(&showing->json, "first");
    json_array(&showing->json);
}

enum err profile_check_run(struct command *command)
{
    const char *extract = command_argument(command, 1);
    struct convert_summary summary;
    struct file_sink sink;
    struct ledger_watch watch;
    struct showing showing = {
        .command = command,
        .left = command_number(command, "rows", ROWS_SHOWN),
        .as_json = command_has(command, "json"),
    };
    struct convert_request request = {
        .outside = &real_outside,
        .profile = command_argument(command, 0),
        .extract = &extract,
        .extracts = 1,
        .form = form_given(command),
        .watch = &watch.watch,
        .see = show_row,
        .see_context = &showing,
    };
    enum err printed = OK;
    enum err err = threads_given(command, &request.threads);

    if (err != OK)
        return err;
    if (showing.left > ROWS_SHOWN_MOST)
        return fail(command->trouble, ERR_USAGE, "--rows is at most %d", ROWS_SHOWN_MOST);
    if (showing.as_json)
        begin_json(&showing, &sink);
    watch_open_files(&watch, command, &extract, 1);
    err = convert_extracts(&request, command->work, &summary, command->trouble);
    watch_close(&watch);
    if (err != OK && err != ERR_REFUSED)
        return err;
    if (showing.as_json)
        printed = finish_json(&showing, &summary);
    else
        conversion_text(command, &summary);
    convert_summary_close(&summary);
    return err != OK ? err : printed;
}
