#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/exits.h"
#include "cli/help.h"
#include "cli/stop.h"

void cli_open_standard_files(void)
{
    /* Read-only: a write to what was closed must fail, not vanish. */
    for (int file = 0; file <= 2; file++) {
        if (fcntl(file, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", O_RDONLY);
    }
}

/* A reader that has seen enough (`ochil explain ... | head`) is no failure. */
static enum err flush_out(FILE *out, struct trouble *trouble)
{
    errno = 0;
    int flushed = fflush(out);
    int why = errno;

    if ((flushed == 0 && !ferror(out)) || why == EPIPE)
        return OK;
    return fail(trouble, ERR_IO, "standard output: %s",
                strerror(why == 0 ? EIO : why));
}

static void tell_usage(const struct command *command)
{
    if (command->action == NULL)
        (void)fputs("Try 'ochil help'.\n", command->err);
    else
        (void)fprintf(command->err, "Try 'ochil %s --help'.\n", command->action->verb);
}

/* Messages of faults in the input are printed where they are found; here the one message. */
static int report(const struct command *command, enum err err)
{
    if (err == OK)
        return OK;
    if (stop_wanted()) {
        (void)fprintf(command->err, "%s: stopped; nothing was written\n", command->program);
        return EXIT_STOPPED;
    }
    if (command->trouble->text[0] != '\0')
        (void)fprintf(command->err, "%s: %s\n", command->program, command->trouble->text);
    if (err == ERR_USAGE && command->trouble->text[0] != '\0')
        tell_usage(command);
    return (int)err;
}

static enum err run_verb(struct command *command, const struct handler *handler)
{
    for (; handler != NULL && handler->verb != NULL; handler++) {
        if (strcmp(handler->verb, command->action->verb) == 0)
            return handler->run(command);
    }
    return command->action->run(command);
}

static enum err run_action(struct command *command, const struct program *program, size_t count,
                           const char *const word[])
{
    enum err err = command_parse(command, count, word);

    if (program->elsewhere != NULL && command->action == NULL && !command->version)
        program->elsewhere(command);
    if (err != OK)
        return err;
    if (command->version)
        command->action = action_find(command->features, "version");
    else if (command->help && command->action != NULL)
        return help_short(command->out, command->arena, command->action), OK;
    else if (command->help)
        return help_program(command->out, command->features), OK;
    if (command->action != NULL)
        return run_verb(command, program->handlers);
    help_program(command->err, command->features);   /* says all there is to say */
    return ERR_USAGE;
}

int cli_run(const struct program *program, size_t count, const char *const word[], FILE *in,
            FILE *out, FILE *err_out)
{
    struct arena arena = { 0 };
    struct arena work = { 0 };
    struct trouble trouble = { 0 };
    struct command command = {
        .program = program->name, .features = program->features, .word = word,
        .arena = &arena, .work = &work, .trouble = &trouble,
        .in = in, .out = out, .err = err_out,
    };

    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena)) {
        arena_free(&work);
        arena_free(&arena);
        (void)fprintf(err_out, "%s: out of memory\n", program->name);
        return ERR_IO;
    }
    enum err err = run_action(&command, program, count, word);
    enum err flushed = flush_out(out, &trouble);
    int code = report(&command, err != OK ? err : flushed);
    arena_free(&work);
    arena_free(&arena);
    return code;
}
