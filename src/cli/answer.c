#include "cli/answer.h"

#include <inttypes.h>

#define FAULTS_TOLD 5
#define FAULTS_IN_JSON 100

static enum err write_to_file(struct sink *sink, const void *bytes, size_t size,
                              struct trouble *trouble)
{
    struct file_sink *file_sink = (struct file_sink *)sink;

    (void)trouble;
    (void)fwrite(bytes, 1, size, file_sink->file);
    return OK;
}

void file_sink_open(struct file_sink *sink, FILE *file)
{
    *sink = (struct file_sink){ { write_to_file }, file };
}

void json_money(struct json *json, wide pence)
{
    char text[MONEY_TEXT_MAX];

    (void)money_print(pence, text);
    json_string(json, text);
}

/* "ledger/a.csv:17: ACCOUNT '40200'. The account has no group: ..." */
static void tell_fault(const struct command *command, const struct faults *faults,
                       const struct fault *fault)
{
    const char *file = fault_file(faults, command->arena, fault->file);

    (void)fputs("  ", command->err);
    if (file[0] != '\0')
        (void)fputs(file, command->err);
    if (fault->line != 0)
        (void)fprintf(command->err, ":%" PRIu64, fault->line);
    (void)fprintf(command->err, "%s%s", file[0] == '\0' ? "" : ": ", fault_name(fault->code));
    if (fault->value.size > 0)
        (void)fprintf(command->err, " '%.*s'", TEXT(fault->value));
    (void)fprintf(command->err, ". %s\n", fault_help(fault->code));
}

enum err refusal_tell(const struct command *command, struct faults *faults, const char *path)
{
    (void)fprintf(command->err, "ochil: refused: %" PRIu64 " fault%s in the input.", faults->total,
                  faults->total == 1 ? "" : "s");
    if (path != NULL)
        (void)fprintf(command->err, " All are in %s.", path);
    (void)fputc('\n', command->err);
    faults_sort(faults);
    for (size_t i = 0; i < faults->count && i < FAULTS_TOLD; i++)
        tell_fault(command, faults, &faults->fault[i]);
    if (faults->total > FAULTS_TOLD)
        (void)fprintf(command->err, "  and %" PRIu64 " more\n",
                      faults->total - (uint64_t)FAULTS_TOLD);
    return ERR_REFUSED;
}

void refusal_json(struct json *json, struct faults *faults, struct arena *arena, const char *path)
{
    json_key(json, "refused");
    json_bool(json, true);
    json_key(json, "faults");
    json_integer(json, (int64_t)faults->total);
    json_key(json, "errors");
    path == NULL ? json_null(json) : json_string(json, path);
    json_key(json, "first");
    json_array(json);
    faults_sort(faults);
    for (size_t i = 0; i < faults->count && i < FAULTS_IN_JSON; i++) {
        const struct fault *fault = &faults->fault[i];

        json_object(json);
        json_key(json, "file");
        json_string(json, fault_file(faults, arena, fault->file));
        json_key(json, "line");
        json_integer(json, (int64_t)fault->line);
        json_key(json, "code");
        json_string(json, fault_name(fault->code));
        json_key(json, "value");
        json_text(json, fault->value);
        json_key(json, "help");
        json_string(json, fault_help(fault->code));
        json_object_end(json);
    }
    json_array_end(json);
}
