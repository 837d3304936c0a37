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
static void end(struct http_connection *connection)
{
    (void)shutdown(connection->socket, SHUT_RDWR);
    connection->late_ms = 0;
}

static void look(struct http_deadlines *deadlines)
{
    const int64_t now = clock_steady_ms();

    lock(deadlines);
    for (size_t i = 0; i < deadlines->room; i++) {
        struct http_connection *connection = &deadlines->connection[i];
        if (connection->socket < 0 || connection->late_ms == 0 || connection->late_ms > now)
            continue;
        end(connection);
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

/* Within the lock, as are those below. */
static void set(struct http_deadlines *deadlines, struct http_connection *connection,
                enum http_wait wait, int64_t in_ms)
{
    const int64_t now = clock_steady_ms();

    deadlines->waiting[connection->wait]--;
    deadlines->waiting[wait]++;
    connection->wait = wait;
    connection->since = ++deadlines->turn;
    connection->late_ms = wait == WAIT_US ? 0 : now + in_ms;
}

static enum http_wait most_waited_for(const struct http_deadlines *deadlines)
{
    enum http_wait most = WAIT_HEAD;

    for (enum http_wait wait = WAIT_HEAD; wait < WAIT_US; wait++)
        if (deadlines->waiting[wait] > deadlines->waiting[most])
            most = wait;
    return most;
}

/* Those whose socket is shut already go without us. */
static void shed(struct http_deadlines *deadlines)
{
    const enum http_wait wait = most_waited_for(deadlines);
    struct http_connection *oldest = NULL;

    for (size_t i = 0; i < deadlines->room; i++) {
        struct http_connection *connection = &deadlines->connection[i];
        if (connection->socket >= 0 && connection->wait == wait && connection->late_ms != 0 &&
            (oldest == NULL || connection->since < oldest->since))
            oldest = connection;
    }
    if (oldest == NULL)
        return;
    end(oldest);
    deadlines->shed++;
}

struct http_connection *http_deadline_begin(struct http_deadlines *deadlines, int socket,
                                            int64_t in_ms)
{
    struct http_connection *found = NULL;

    lock(deadlines);
    if (deadlines->open >= deadlines->room - deadlines->room / 8)
        shed(deadlines);
    for (size_t i = 0; i < deadlines->room && found == NULL; i++)
        if (deadlines->connection[i].socket < 0)
            found = &deadlines->connection[i];
    if (found != NULL) {
        *found = (struct http_connection){ .socket = socket, .wait = WAIT_US };
        deadlines->waiting[WAIT_US]++;
        set(deadlines, found, WAIT_HEAD, in_ms);
        deadlines->open++;
    }
    unlock(deadlines);
    return found;
}

void http_deadline_set(struct http_deadlines *deadlines, struct http_connection *connection,
                       enum http_wait wait, int64_t in_ms)
{
    if (connection == NULL)
        return;
    lock(deadlines);
    set(deadlines, connection, wait, in_ms);
    unlock(deadlines);
}

void http_deadline_end(struct http_deadlines *deadlines, struct http_connection *connection)
{
    if (connection == NULL)
        return;
    lock(deadlines);
    deadlines->waiting[connection->wait]--;
    *connection = (struct http_connection){ .socket = -1 };
    deadlines->open--;
    unlock(deadlines);
}

void http_deadlines_count(struct http_deadlines *deadlines, size_t *open, uint64_t *reaped,
                          uint64_t *shed_too)
{
    lock(deadlines);
    *open = deadlines->open;
    *reaped = deadlines->reaped;
    *shed_too = deadlines->shed;
    unlock(deadlines);
}
