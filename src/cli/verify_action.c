#include <inttypes.h>
#include <string.h>

#include "cli/summary.h"
#include "cli/trust_table.h"
#include "cli/watch.h"
#include "engine/verify.h"

static const char *const state_name[] = {
    [SIGNATURE_NONE] = "none",
    [SIGNATURE_GOOD] = "good",
    [SIGNATURE_UNKNOWN] = "unknown key",
    [SIGNATURE_BAD] = "bad",
};

/* A trusted comment on one line: minisign sets its parts apart by tabs. */
static const char *comment_shown(struct arena *arena, const char *comment)
{
    char *copy = arena_copy(arena, comment, strlen(comment));

    for (char *tab = copy; (tab = strchr(tab, '\t')) != NULL;)
        *tab = ' ';
    return text_shown(arena, text_of(copy));
}

/* ---- as text ---- */

static void print_signature(const struct command *command,
                            const struct partner_signature *signature)
{
    FILE *out = command->out;
    struct arena *arena = command->arena;

    (void)fprintf(out, "%s: ", signature->partner);
    switch (signature->state) {
    case SIGNATURE_NONE:
        (void)fprintf(out, "not signed\n");
        break;
    case SIGNATURE_GOOD:
        (void)fprintf(out, "signed with %s, key %s (%s)\n", signature->key, signature->number,
                      comment_shown(arena, signature->said));
        break;
    case SIGNATURE_UNKNOWN:
        (void)fprintf(out, "signed by an unknown key id %s, not checked: name its public key "
                      "with --key\n", signature->number);
        break;
    case SIGNATURE_BAD:
        (void)fprintf(out, "no good signature: %s\n", comment_shown(arena, signature->said));
        break;
    }
}

static void print_original(const struct command *command, const struct original_report *original)
{
    const struct extract *extract = &original->extract;
    char amount[MONEY_TEXT_MAX];

    (void)money_print(extract->left_out_pence, amount);
    (void)fprintf(command->out, "%s comes from %s: %" PRIu64 " line%s, %" PRIu64 " left out "
                  "(%s)\n", text_shown(command->arena, text_of(extract->file)), original->path,
                  extract->lines, extract->lines == 1 ? "" : "s", extract->left_out, amount);
}

/* Nothing is called verified unless all of it is. */
static void print_report(const struct command *command, const char *bundle,
                         const struct verify_report *report, enum err err)
{
    if (!report->computed_again)
        return;
    if (err == OK) {
        (void)fprintf(command->out, "verified: %s\n", bundle);
        summary_print(command, &report->closed);
    }
    for (size_t i = 0; i < report->signatures; i++)
        print_signature(command, &report->signature[i]);
    for (size_t i = 0; i < report->originals; i++)
        print_original(command, &report->original[i]);
}

/* ---- as JSON ---- */

static void json_maybe(struct json *json, struct arena *arena, const char *key, const char *value)
{
    if (value != NULL)
        json_path(json, arena, key, value);
}

static void json_difference(struct json *json, struct arena *arena,
                            const struct difference *difference)
{
    json_key(json, "difference");
    json_object(json);
    json_path(json, arena, "file", difference->file);
    json_key(json, "row");
    json_integer(json, (int64_t)difference->row);
    json_maybe(json, arena, "column", difference->column);
    json_maybe(json, arena, "found", difference->found);
    json_maybe(json, arena, "computed", difference->computed);
    json_maybe(json, arena, "what", difference->what);
    json_object_end(json);
}

static void json_signatures(struct json *json, struct arena *arena,
                            const struct verify_report *report)
{
    json_key(json, "signatures");
    json_array(json);
    for (size_t i = 0; i < report->signatures; i++) {
        const struct partner_signature *signature = &report->signature[i];

        json_object(json);
        json_word(json, "partner", signature->partner);
        json_word(json, "state", state_name[signature->state]);
        json_maybe(json, arena, "key", signature->key);
        if (signature->number[0] != '\0')
            json_word(json, "key_id", signature->number);
        json_maybe(json, arena, "comment", signature->said);
        json_object_end(json);
    }
    json_array_end(json);
}

static void json_originals(struct json *json, struct arena *arena,
                           const struct verify_report *report)
{
    json_key(json, "originals");
    json_array(json);
    for (size_t i = 0; i < report->originals; i++) {
        const struct original_report *original = &report->original[i];

        json_object(json);
        json_path(json, arena, "original", original->path);
        json_word(json, "file", original->extract.file);
        json_key(json, "lines");
        json_integer(json, (int64_t)original->extract.lines);
        json_key(json, "left_out");
        json_integer(json, (int64_t)original->extract.left_out);
        json_key(json, "left_out_amount");
        json_money(json, original->extract.left_out_pence);
        json_object_end(json);
    }
    json_array_end(json);
}

static enum err json_report(const struct command *command, const struct verify_report *report,
                            enum err err)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
    json_object(&json);
    json_key(&json, "verified");
    json_bool(&json, err == OK);
    if (err != OK)
        json_path(&json, command->arena, "problem", command->trouble->text);
    if (report->difference != NULL)
        json_difference(&json, command->arena, report->difference);
    if (report->computed_again) {
        summary_json(&json, &report->closed);
        json_signatures(&json, command->arena, report);
        json_originals(&json, command->arena, report);
    }
    json_object_end(&json);
    return json_end(&json);
}

enum err verify_run(struct command *command)
{
    struct ledger_watch watch;
    struct verify_report report;
    struct verify_request request = {
        .outside = &real_outside, .bundle = command_argument(command, 0), .watch = &watch.watch,
    };
    enum err err = threads_given(command, &request.threads);

    if (err != OK)
        return err;
    request.key = command_values(command, "key", &request.keys);
    request.original = command_values(command, "original", &request.originals);
    watch_open(&watch, command, request.bundle, BOOK_LEDGER);
    err = verify_bundle(&request, command->work, &report, command->trouble);
    watch_close(&watch);
    enum err printed = OK;
    if (command_has(command, "json") && (err == OK || err == ERR_CHECK))
        printed = json_report(command, &report, err);
    else if (!command->quiet)
        print_report(command, request.bundle, &report, err);
    return err != OK ? err : printed;
}
