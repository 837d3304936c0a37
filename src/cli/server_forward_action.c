#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/server_table.h"

#define SERVER_PROGRAM "ochil-server"

/* Beside this program, wherever that was installed. NULL: the system does not tell where. */
static const char *find_server(struct arena *arena)
{
    char own[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", own, sizeof own);

    if (size <= 0 || (size_t)size >= sizeof own)
        return NULL;
    const char *slash = memrchr(own, '/', (size_t)size);
    return slash == NULL ? NULL : arena_print(arena, "%.*s/" SERVER_PROGRAM, (int)(slash - own),
                                              own);
}

enum err server_forward_run(struct command *command)
{
    size_t count = 0;
    /* The server has a handler of its own for each of these verbs. */
    assert(strcmp(command->program, SERVER_PROGRAM) != 0);
    const char *path = find_server(command->arena);

    if (path == NULL)
        return fail(command->trouble, ERR_IO, "where this program stands cannot be read from "
                    "/proc/self/exe");
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
