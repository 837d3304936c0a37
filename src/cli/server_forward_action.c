#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/server_table.h"

#define SERVER_PROGRAM "ochil-server"

/* Beside this program, wherever that was installed. NULL: the system does not tell where. The
 * server has a handler of its own for each verb that is forwarded, so it never looks for itself. */
static const char *find_server(struct arena *arena)
{
    char own[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", own, sizeof own);

    if (size <= 0 || (size_t)size >= sizeof own)
        return NULL;
    const char *slash = memrchr(own, '/', (size_t)size);
    assert(slash == NULL || strcmp(slash + 1, SERVER_PROGRAM) != 0);
    return slash == NULL ? NULL : arena_print(arena, "%.*s/" SERVER_PROGRAM, (int)(slash - own),
                                              own);
}

/* Returns if it fails; errno says why. */
static void become(const struct command *command, const char *path)
{
    size_t count = 0;

    while (command->word[count] != NULL)
        count++;
    char **word = arena_take(command->arena, count + 2, sizeof *word);
    /* Its messages begin with the name that was typed. */
    word[0] = arena_copy(command->arena, command->program, strlen(command->program));
    for (size_t i = 0; i < count; i++)
        word[i + 1] = arena_copy(command->arena, command->word[i], strlen(command->word[i]));
    (void)execv(path, word);
}

enum err server_forward_run(struct command *command)
{
    const char *path = find_server(command->arena);

    if (path == NULL)
        return fail(command->trouble, ERR_IO, "where this program stands cannot be read from "
                    "/proc/self/exe");
    become(command, path);
    return fail(command->trouble, ERR_IO, "%s: %s (it is installed with the server)", path,
                strerror(errno));
}

void server_forward_try(struct command *command)
{
    const char *path = find_server(command->arena);

    if (path != NULL)
        become(command, path);
}

enum err server_help_run(struct command *command)
{
    server_forward_try(command);
    return command->action->run(command);
}
