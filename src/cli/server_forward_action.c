#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/server_table.h"

#define SERVER_PROGRAM "ochil-server"

/* Beside this program, wherever that was installed. */
static enum err find_server(struct command *command, const char **path)
{
    char own[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", own, sizeof own);

    if (size <= 0 || (size_t)size >= sizeof own)
        return fail(command->trouble, ERR_IO, "where this program stands cannot be read from "
                    "/proc/self/exe");
    const char *slash = memrchr(own, '/', (size_t)size);
    *path = arena_print(command->arena, "%.*s/" SERVER_PROGRAM, (int)(slash - own), own);
    return OK;
}

enum err server_forward_run(struct command *command)
{
    const char *path = NULL;
    size_t count = 0;
    /* The server has a handler of its own for each of these verbs. */
    assert(strcmp(command->program, SERVER_PROGRAM) != 0);
    enum err err = find_server(command, &path);

    if (err != OK)
        return err;
    while (command->word[count] != NULL)
        count++;
    char **word = arena_take(command->arena, count + 2, sizeof *word);
    word[0] = arena_print(command->arena, SERVER_PROGRAM);
    for (size_t i = 0; i < count; i++)
        word[i + 1] = arena_copy(command->arena, command->word[i], strlen(command->word[i]));
    (void)execv(path, word);
    return fail(command->trouble, ERR_IO, "%s: %s (it is installed with the server)", path,
                strerror(errno));
}
