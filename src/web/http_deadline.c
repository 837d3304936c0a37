#include "web/http_deadline.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock_io.h"

#define LOOK_MS 250

static void lock(struct http_deadlines *deadlines)
{
    int failed = pthread_mutex_lock(&deadlines->lock);

    assert(failed == 0);
}

static void unlock(struct http_deadlines *deadlines)
{
    int failed = pthread_mutex_unlock(&deadlines->lock);

    assert(failed == 0);
}

/* Under the lock a place's socket is open: http_deadline_end() comes before it is closed. */
static void look(struct http_deadlines *deadlines)
{
    const int64_t now = clock_steady_ms();

    lock(deadlines);
    for (size_t i = 0; i < deadlines->room; i++) {
        struct http_connection *connection = &deadlines->connection[i];
        if (connection->socket < 0 || connection->late_ms == 0 || connection->late_ms > now)
            continue;
        (void)shutdown(connection->socket, SHUT_RDWR);
        connection->late_ms = 0;
        deadlines->reaped++;
    }
    unlock(deadlines);
}

static void *run(void *context)
{
    struct http_deadlines *deadlines = context;
    struct pollfd wake = { deadlines->wake[0], POLLIN, 0 };

    while (poll(&wake, 1, LOOK_MS) <= 0)
        look(deadlines);
    return NULL;
}

enum err http_deadlines_open(struct http_deadlines *deadlines, struct arena *arena, size_t room,
                             struct trouble *trouble)
{
    *deadlines = (struct http_deadlines){ .room = room };
    deadlines->connection = arena_take(arena, room, sizeof *deadlines->connection);
    for (size_t i = 0; i < room; i++)
        deadlines->connection[i].socket = -1;
    if (pipe2(deadlines->wake, O_CLOEXEC) != 0)
        return fail(trouble, ERR_IO, "a pipe: %s", strerror(errno));
    int failed = pthread_mutex_init(&deadlines->lock, NULL);
    assert(failed == 0);    /* glibc's needs no memory */
    failed = pthread_create(&deadlines->thread, NULL, run, deadlines);
    if (failed == 0)
        return OK;
    (void)close(deadlines->wake[0]);
    (void)close(deadlines->wake[1]);
    return fail(trouble, ERR_IO, "a thread: %s", strerror(failed));
}

void http_deadlines_close(struct http_deadlines *deadlines)
{
    const ssize_t put = write(deadlines->wake[1], "", 1);

    assert(put == 1);
    (void)pthread_join(deadlines->thread, NULL);
    (void)close(deadlines->wake[0]);
    (void)close(deadlines->wake[1]);
    (void)pthread_mutex_destroy(&deadlines->lock);
}

/* Within the lock. */
static void set(struct http_connection *connection, int64_t in_ms)
{
    connection->late_ms = in_ms == 0 ? 0 : clock_steady_ms() + in_ms;
}

struct http_connection *http_deadline_begin(struct http_deadlines *deadlines, int socket,
                                            int64_t in_ms)
{
    struct http_connection *found = NULL;

    lock(deadlines);
    for (size_t i = 0; i < deadlines->room && found == NULL; i++)
        if (deadlines->connection[i].socket < 0)
            found = &deadlines->connection[i];
    if (found != NULL) {
        found->socket = socket;
        set(found, in_ms);
        deadlines->open++;
    }
    unlock(deadlines);
    return found;
}

void http_deadline_set(struct http_deadlines *deadlines, struct http_connection *connection,
                       int64_t in_ms)
{
    if (connection == NULL)
        return;
    lock(deadlines);
    set(connection, in_ms);
    unlock(deadlines);
}

void http_deadline_end(struct http_deadlines *deadlines, struct http_connection *connection)
{
    if (connection == NULL)
        return;
    lock(deadlines);
    *connection = (struct http_connection){ -1, 0 };
    deadlines->open--;
    unlock(deadlines);
}

void http_deadlines_count(struct http_deadlines *deadlines, size_t *open, uint64_t *reaped)
{
    lock(deadlines);
    *open = deadlines->open;
    *reaped = deadlines->reaped;
    unlock(deadlines);
}
