#include <inttypes.h>

#include "cli/answer.h"
#include "cli/trail_table.h"
#include "cli/watch.h"
#include "trail/trail_io.h"
#include "trail/trail_time.h"

/* The last entry that a council signed with a key that was named; 0: none. */
static uint64_t signed_up_to(const struct trail_report *report)
{
    uint64_t most = 0;

    for (size_t i = 0; i < report->signers; i++) {
        const struct trail_signer *signer = &report->signer[i];

        if (signer->key != NULL && strcmp(signer->by, CHECKPOINT_SERVER) != 0 &&
            signer->size > most)
            most = signer->size;
    }
    return most;
}

/* ---- as text ---- */

static void print_signer(FILE *out, const struct trail_signer *signer)
{
    char time[TRAIL_TIME_SIZE];

    trail_time_print(signer->time_ms, time);
    if (signer->key == NULL)
        (void)fprintf(out, "%s: signed up to entry %" PRIu64 " by an unknown key id %s, not "
                      "checked: name its public key with --key\n", signer->by, signer->size,
                      signer->number);
    else
        (void)fprintf(out, "%s: signed up to entry %" PRIu64 " with %s, key %s (checkpoint of "
                      "%s)\n", signer->by, signer->size, signer->key, signer->number, time);
}

/* What the verdict does not cover, in plain words. */
static void print_limits(FILE *out, const struct trail_report *report)
{
    uint64_t up_to = signed_up_to(report);

    if (report->from > 1)
        (void)fprintf(out, "The file begins with entry %" PRIu64 ": entries before it were not "
                      "looked at.\n", report->from);
    if (up_to == 0)
        (void)fprintf(out, "No key of a council was named that signed these entries: the file "
                      "agrees with itself, but whoever holds the store could have written all "
                      "of it anew.\n");
    else if (up_to < report->to)
        (void)fprintf(out, "Entries %" PRIu64 " to %" PRIu64 " were written after the last "
                      "checkpoint that a council signed: only the server vouches for them.\n",
                      up_to + 1, report->to);
}

static void print_report(const struct command *command, const struct trail_report *report)
{
    FILE *out = command->out;

    (void)fprintf(out, "verified: %s\n", command_argument(command, 0));
    if (report->entries == 0)
        (void)fprintf(out, "Store %s, no entries", report->store);
    else
        (void)fprintf(out, "Store %s, entries %" PRIu64 " to %" PRIu64, report->store,
                      report->from, report->to);
    if (report->council[0] != '\0')
        (void)fprintf(out, ", made for %s: %" PRIu64 " shown as a hash only", report->council,
                      report->withheld);
    (void)fprintf(out, "; %" PRIu64 " checkpoint%s", report->checkpoints,
                  report->checkpoints == 1 ? "" : "s");
    if (report->sealed > 0)
        (void)fprintf(out, "; %" PRIu64 " sealed value%s, %" PRIu64 " of them shown",
                      report->sealed, report->sealed == 1 ? "" : "s", report->opened);
    (void)fprintf(out, "\n");
    for (size_t i = 0; i < report->signers; i++)
        print_signer(out, &report->signer[i]);
    print_limits(out, report);
}

/* ---- as JSON ---- */

static void json_fault(struct json *json, struct arena *arena, const struct trail_report *report)
{
    json_key(json, "fault");
    json_object(json);
    json_word(json, "what", trail_fault_name[report->fault]);
    if (report->fault_entry > 0)
        json_count(json, "entry", report->fault_entry);
    json_count(json, "line", report->fault_line);
    json_count(json, "byte", report->fault_byte);
    json_path(json, arena, "said", report->fault_said);
    json_object_end(json);
}

static void json_signers(struct json *json, struct arena *arena,
                         const struct trail_report *report)
{
    char time[TRAIL_TIME_SIZE];

    json_key(json, "signed");
    json_array(json);
    for (size_t i = 0; i < report->signers; i++) {
        const struct trail_signer *signer = &report->signer[i];

        trail_time_print(signer->time_ms, time);
        json_object(json);
        json_word(json, "by", signer->by);
        json_key(json, "checked");
        json_bool(json, signer->key != NULL);
        if (signer->key != NULL)
            json_path(json, arena, "key", signer->key);
        json_word(json, "key_id", signer->number);
        json_count(json, "up_to", signer->size);
        json_word(json, "time", time);
        json_object_end(json);
    }
    json_array_end(json);
}

static void json_facts(struct json *json, struct arena *arena, const struct trail_report *report)
{
    json_word(json, "store", report->store);
    if (report->council[0] != '\0')
        json_word(json, "for", report->council);
    json_count(json, "from", report->from);
    json_count(json, "to", report->to);
    json_count(json, "entries", report->entries);
    json_count(json, "withheld", report->withheld);
    json_count(json, "sealed", report->sealed);
    json_count(json, "opened", report->opened);
    json_count(json, "checkpoints", report->checkpoints);
    json_count(json, "signed_up_to", signed_up_to(report));
    json_signers(json, arena, report);
}

static enum err print_json(const struct command *command, const struct trail_report *report,
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
    if (report->fault != TRAIL_SOUND)
        json_fault(&json, command->arena, report);
    if (err == OK)
        json_facts(&json, command->arena, report);
    json_object_end(&json);
    return json_end(&json);
}

enum err trail_verify_run(struct command *command)
{
    const char *since = command_value(command, "since");
    struct checkpoint_file checkpoint;
    struct trail_report report = { .from = 0 };
    struct ledger_watch watch;
    struct trail_files files = { .export = command_argument(command, 0), .watch = &watch.watch };
    enum err err = OK, printed = OK;

    files.key = command_values(command, "key", &files.keys);
    if (since != NULL) {
        err = checkpoint_read(&real_outside, since, &checkpoint, command->trouble);
        files.since = &checkpoint.checkpoint;
    }
    watch_open(&watch, command, files.export, BOOK_LEDGER);
    if (err == OK)
        err = trail_verify_file(&real_outside, command->work, &files, &report, command->trouble);
    watch_close(&watch);
    if (command_has(command, "json") && (err == OK || err == ERR_CHECK))
        printed = print_json(command, &report, err);
    else if (err == OK && !command->quiet)
        print_report(command, &report);
    return err != OK ? err : printed;
}
