#include "web/http_listen.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#define WAITING 512     /* connections that the system keeps until they are taken */
#define SYSTEMD_SOCKET 3

bool http_origin_sane(const char *origin)
{
    const char *host = strncmp(origin, "https://", 8) == 0  ? origin + 8
                       : strncmp(origin, "http://", 7) == 0 ? origin + 7
                                                            : "";
    const size_t size = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]");

    return size > 0 && host[size] == '\0' && size < 256;
}

static void add_name(struct http_names *names, const char *name)
{
    size_t count = 0;

    while (names->name[count] != NULL)
        count++;
    assert(count + 1 < COUNT(names->name));
    names->name[count] = name;
}

static enum err io(const char *what, int socket, struct trouble *trouble)
{
    const int why = errno;

    if (socket >= 0)
        (void)close(socket);
    return fail(trouble, why == EADDRINUSE ? ERR_BUSY : ERR_IO, "%s: %s", what, strerror(why));
}

/* --- TCP --- */

/* "127.0.0.1:8080", "[::1]:8080" -> host and port, terminated. */
static bool cut_address(struct arena *arena, const char *address, const char **host,
                        const char **port)
{
    const char *colon = strrchr(address, ':');
    const size_t size = colon == NULL ? 0 : (size_t)(colon - address);
    const bool bracketed = size > 2 && address[0] == '[' && address[size - 1] == ']';

    if (size == 0 || colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        strlen(colon + 1) > 5 || strtol(colon + 1, NULL, 10) > 65535)
        return false;
    *host = bracketed ? arena_copy(arena, address + 1, size - 2)
                      : arena_copy(arena, address, size);
    *port = colon + 1;
    if (strcmp(*host, "localhost") == 0)
        *host = "127.0.0.1";
    return bracketed || strchr(*host, ':') == NULL;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)
                                         ->sin6_addr);
    const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;
    return ntohl(four->sin_addr.s_addr) >> 24 == 127;
}

static enum err name_tcp(struct arena *arena, struct http_listening *out, bool loopback,
                         struct trouble *trouble)
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    char host[NI_MAXHOST], port[NI_MAXSERV];

    if (getsockname(out->socket, (struct sockaddr *)&bound, &size) != 0 ||
        getnameinfo((struct sockaddr *)&bound, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return io("the listening socket", out->socket, trouble);
    out->shown = arena_print(arena, strchr(host, ':') != NULL ? "http://[%s]:%s" : "http://%s:%s",
                             host, port);
    if (!loopback)
        return OK;
    add_name(&out->names, arena_print(arena, "127.0.0.1:%s", port));
    add_name(&out->names, arena_print(arena, "localhost:%s", port));
    add_name(&out->names, arena_print(arena, "[::1]:%s", port));
    return OK;
}

static enum err listen_tcp(struct arena *arena, const char *address, const char *origin,
                           struct http_listening *out, struct trouble *trouble)
{
    const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                    .ai_socktype = SOCK_STREAM };
    const char *host, *port;
    struct addrinfo *found = NULL;
    const int on = 1;

    if (!cut_address(arena, address, &host, &port) ||
        getaddrinfo(host, port, &hints, &found) != 0)
        return fail(trouble, ERR_USAGE, "--listen %s: an address and a port, as 127.0.0.1:8080; "
                    "unix:PATH; or systemd", address);
    struct sockaddr_storage where = { 0 };
    const socklen_t size = found->ai_addrlen;
    memcpy(&where, found->ai_addr, size);
    freeaddrinfo(found);
    const bool loopback = is_loopback((const struct sockaddr *)&where);
    if (!loopback && origin == NULL)
        return fail(trouble, ERR_USAGE, "--listen %s is beyond this machine: say with --origin "
                    "how browsers reach the web server in front, which encrypts", address);
    out->socket = socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (out->socket < 0 ||
        setsockopt(out->socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(out->socket, (struct sockaddr *)&where, size) != 0 ||
        listen(out->socket, WAITING) != 0)
        return io(address, out->socket, trouble);
    return name_tcp(arena, out, loopback, trouble);
}

/* --- Unix --- */

/* Is somebody there, or is it what a server has left that was killed? */
static bool is_left_over(const struct sockaddr_un *where)
{
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool refused = probe >= 0 &&
                         connect(probe, (const struct sockaddr *)where, sizeof *where) != 0 &&
                         errno == ECONNREFUSED;

    if (probe >= 0)
        (void)close(probe);
    return refused;
}

static enum err listen_unix(const char *path, struct http_listening *out,
                            struct trouble *trouble)
{
    struct sockaddr_un where = { .sun_family = AF_UNIX };

    if (strlen(path) == 0 || strlen(path) >= sizeof where.sun_path)
        return fail(trouble, ERR_USAGE, "--listen unix:%s: a path of 1 to %zu bytes", path,
                    sizeof where.sun_path - 1);
    memcpy(where.sun_path, path, strlen(path));
    if (is_left_over(&where))
        (void)unlink(path);
    out->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (out->socket < 0 || bind(out->socket, (struct sockaddr *)&where, sizeof where) != 0 ||
        listen(out->socket, WAITING) != 0)
        return io(path, out->socket, trouble);
    return OK;
}

/* --- systemd --- */

static enum err take_systemd(struct http_listening *out, struct trouble *trouble)
{
    const char *whose = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    int listens = 0;
    socklen_t size = sizeof listens;

    if (whose == NULL || strtol(whose, NULL, 10) != (long)getpid() || count == NULL ||
        strcmp(count, "1") != 0 ||
        getsockopt(SYSTEMD_SOCKET, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 ||
        listens == 0)
        return fail(trouble, ERR_USAGE, "--listen systemd: systemd has not handed over one "
                    "socket that listens");
    out->socket = SYSTEMD_SOCKET;
    return OK;
}

enum err http_listen(struct arena *arena, const char *address, const char *origin,
                     struct http_listening *out, struct trouble *trouble)
{
    const bool unix_socket = strncmp(address, "unix:", 5) == 0;
    const bool systemd = strcmp(address, "systemd") == 0;

    *out = (struct http_listening){ .socket = -1, .shown = address };
    if (origin != NULL && !http_origin_sane(origin))
        return fail(trouble, ERR_USAGE, "--origin %s: as https://ochil.example.org, and nothing "
                    "behind", origin);
    if ((unix_socket || systemd) && origin == NULL)
        return fail(trouble, ERR_USAGE, "--listen %s needs --origin: how browsers reach the web "
                    "server in front", address);
    if (origin != NULL)
        add_name(&out->names, strstr(origin, "://") + 3);
    if (unix_socket) {
        /* For programs of this machine, which have no other name for it. */
        add_name(&out->names, "localhost");
        return listen_unix(address + 5, out, trouble);
    }
    return systemd ? take_systemd(out, trouble)
                   : listen_tcp(arena, address, origin, out, trouble);
}
