#include <stdlib.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/explain_view.h"
#include "cli/settle_table.h"
#include "cli/watch.h"

#define LINES_UNLESS_GIVEN 10

/* --lines: a number, or all. */
static enum err lines_given(const struct command *command, size_t *lines)
{
    const char *given = command_value(command, "lines");
    char *end;

    *lines = LINES_UNLESS_GIVEN;
    if (given == NULL)
        return OK;
    if (strcmp(given, "all") == 0) {
        *lines = SIZE_MAX;
        return OK;
    }
    if (given[0] >= '0' && given[0] <= '9') {
        *lines = (size_t)strtoul(given, &end, 10);
        if (*end == '\0')
            return OK;
    }
    return fail(command->trouble, ERR_USAGE, "--lines is a number or all, not '%s'", given);
}

static enum err question_given(const struct command *command, struct explain_request *request)
{
    request->line = command_value(command, "line");
    request->question = (struct explain_question){
        .pool = command_value(command, "pool"), .period = command_value(command, "period"),
        .group = command_value(command, "group"), .partner = command_value(command, "partner"),
    };
    if (request->line != NULL && (request->question.pool != NULL ||
                                  request->question.period != NULL))
        return fail(command->trouble, ERR_USAGE,
                    "--line asks for a ledger line, --pool and --period for a figure: give one");
    if (request->line == NULL && request->question.pool == NULL)
        return fail(command->trouble, ERR_USAGE, "which figure? Give --pool POOL and --period "
                    "PERIOD, or --line FILE:N for a ledger line");
    if (request->line == NULL && request->question.period == NULL)
        return fail(command->trouble, ERR_USAGE, "which period? Give --period PERIOD, such as "
                    "2014-15/P06");
    return lines_given(command, &request->question.lines);
}

/* Reading with as many threads as there are processors changes nothing but the time it takes. */
static int processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : count > THREADS_MOST ? THREADS_MOST : (int)count;
}

static enum err refuse(const struct command *command, const struct faults *faults)
{
    struct file_sink sink;
    struct json json;

    if (!command_has(command, "json"))
        return refusal_tell(command, faults, NULL);
    file_sink_open(&sink, command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
    json_object(&json);
    refusal_json(&json, faults, command->arena, NULL);
    json_object_end(&json);
    enum err err = json_end(&json);
    return err == OK ? refusal_tell(command, faults, NULL) : err;
}

static enum err print_answer(const struct command *command,
                             const struct explain_request *request,
                             const struct explain_answer *answer)
{
    bool json = command_has(command, "json");

    if (request->line != NULL && json)
        return story_json(command, answer);
    if (json)
        return figure_json(command, answer);
    if (request->line != NULL)
        story_text(command, answer);
    else
        figure_text(command, answer);
    return OK;
}

/* On a page of its own, so that running out of memory ends here and the answer is closed. */
static enum err print(const struct command *command, const struct explain_request *request,
                      const struct explain_answer *answer)
{
    struct arena *page = arena_take(command->arena, 1, sizeof *page);
    struct command printing = *command;
    enum err err;

    printing.arena = page;
    ARENA_KEEP(outer, page);
    if (ARENA_GUARD(page))
        err = fail(command->trouble, ERR_IO, "out of memory");
    else
        err = print_answer(&printing, request, answer);
    arena_free(page);
    return err;
}

enum err explain_run(struct command *command)
{
    struct explain_answer *answer = arena_take(command->arena, 1, sizeof *answer);
    struct explain_request request = {
        .outside = &real_outside, .folder = command_argument(command, 0),
        .book = book_given(command), .through = command_value(command, "through"),
        .threads = processors(),
    };
    struct ledger_watch watch;
    enum err err = question_given(command, &request);

    if (err != OK)
        return err;
    watch_open(&watch, command, request.folder, request.book);
    request.watch = &watch.watch;
    err = explain_open(&request, command->work, answer, command->trouble);
    watch_close(&watch);
    if (err == OK)
        err = print(command, &request, answer);
    else if (err == ERR_REFUSED)
        err = refuse(command, &answer->partnership.faults);
    explain_close(answer);
    return err;
}
