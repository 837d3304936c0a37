#include "server/notify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A path, or the name of an abstract socket with @ for the NUL that it begins with. */
static bool find_socket(struct sockaddr_un *where, socklen_t *size)
{
    const char *name = getenv("NOTIFY_SOCKET");

    *where = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (name == NULL || (name[0] != '/' && name[0] != '@') ||
        strlen(name) >= sizeof where->sun_path)
        return false;
    memcpy(where->sun_path, name, strlen(name));
    if (name[0] == '@')
        where->sun_path[0] = '\0';
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    return true;
}

void notify_tell(const char *state)
{
    struct sockaddr_un where;
    socklen_t size = 0;

    if (!find_socket(&where, &size))
        return;
    const int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (file < 0)
        return;
    (void)sendto(file, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&where, size);
    (void)close(file);
}
