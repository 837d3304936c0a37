#include "cli/answer.h"

#include <inttypes.h>
#include <string.h>

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

void json_path(struct json *json, struct arena *arena, const char *key, const char *path)
{
    char *copy = arena_copy(arena, path, strlen(path));

    if (!text_is_utf8(text_of(copy))) {
        for (char *at = copy; *at != '\0'; at++) {
            if ((unsigned char)*at >= 0x80)
                *at = '?';
        }
    }
    json_word(json, key, copy);
}

/* Also the control characters U+0080 to U+009F, two bytes in UTF-8, which some terminals obey. */
char *text_clean(struct arena *arena, struct text text)
{
    char *shown = arena_copy(arena, text.data, text.size);

    for (char *at = shown; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)at[0];
        unsigned char next = (unsigned char)at[1];

        if (byte == 0xc2 && next >= 0x80 && next < 0xa0)
            at[0] = at[1] = '?';
        else if (byte < 0x20 || byte == 0x7f)
            at[0] = '?';
    }
    return shown;
}

const char *text_shown(struct arena *arena, struct text text)
{
    bool cut = text.size > SHOWN_MAX;
    char *shown = text_clean(arena, (struct text){ text.data, cut ? SHOWN_MAX : text.size });

    return cut ? arena_print(arena, "%s...", shown) : shown;
}

/* "ledger/a.csv:17: ACCOUNT '40200'. The account has no group: ..." */
static void tell_fault(const struct command *command, const struct faults *faults,
                       const struct fault *fault)
{
    const char *name = fault_file(faults, fault->file);
    const char *file = text_shown(command->arena, text_of(name));

    (void)fprintf(command->err, "  %s", file);
    if (fault->line != 0)
        (void)fprintf(command->err, ":%" PRIu64, fault->line);
    (void)fprintf(command->err, "%s%s", file[0] == '\0' ? "" : ": ", fault_name(fault->code));
    if (fault->value.size > 0)
        (void)fprintf(command->err, " '%s'", text_shown(command->arena, fault->value));
    (void)fprintf(command->err, ". %s\n", fault_help(fault->code));
}

enum err refusal_tell(const struct command *command, const struct faults *faults,
                      const char *path)
{
    (void)fprintf(command->err, "ochil: refused: %" PRIu64 " fault%s in the input.", faults->total,
                  faults->total == 1 ? "" : "s");
    if (path != NULL)
        (void)fprintf(command->err, " All are in %s.\n", path);
    else
        (void)fputs(" 'ochil close' lists all of them.\n", command->err);
    for (size_t i = 0; i < faults->count && i < FAULTS_TOLD; i++)
        tell_fault(command, faults, &faults->fault[i]);
    if (faults->total > FAULTS_TOLD)
        (void)fprintf(command->err, "  and %" PRIu64 " more\n",
                      faults->total - (uint64_t)FAULTS_TOLD);
    return ERR_REFUSED;
}

static void json_fault(struct json *json, const struct faults *faults,
                       const struct fault *fault, struct arena *arena)
{
    json_object(json);
    json_path(json, arena, "file", fault_file(faults, fault->file));
    json_key(json, "line");
    json_integer(json, (int64_t)fault->line);
    json_word(json, "code", fault_name(fault->code));
    json_path(json, arena, "value", arena_copy(arena, fault->value.data, fault->value.size));
    json_word(json, "help", fault_help(fault->code));
    json_object_end(json);
}

void refusal_json(struct json *json, const struct faults *faults, struct arena *arena,
                  const char *path)
{
    json_key(json, "refused");
    json_bool(json, true);
    json_key(json, "faults");
    json_integer(json, (int64_t)faults->total);
    if (path != NULL)
        json_path(json, arena, "errors", path);
    json_key(json, "first");
    json_array(json);
    for (size_t i = 0; i < faults->count && i < FAULTS_IN_JSON; i++)
        json_fault(json, faults, &faults->fault[i], arena);
    json_array_end(json);
}
