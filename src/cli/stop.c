#include "cli/stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "base/base.h"

static volatile sig_atomic_t asked;

static void on_signal(int number)
{
    (void)number;
    asked = 1;
}

/* Without SA_RESTART: a question waiting for a line or a password returns at once. */
static void watch_signal(int number)
{
    struct sigaction before;
    struct sigaction action = { .sa_handler = on_signal };

    if (sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

static const int watched[] = { SIGINT, SIGTERM, SIGHUP };

void stop_watch(void)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGPIPE, &ignore, NULL);
    for (size_t i = 0; i < COUNT(watched); i++)
        watch_signal(watched[i]);
}

/* The signals are held back while the flag is looked at; ppoll() lets them in as it goes to
 * sleep, in one step. */
static bool wait_for(struct pollfd *wanted, nfds_t count, const struct timespec *most)
{
    sigset_t held;
    sigset_t before;
    int ready = -1;

    (void)sigemptyset(&held);
    for (size_t i = 0; i < COUNT(watched); i++)
        (void)sigaddset(&held, watched[i]);
    (void)sigprocmask(SIG_BLOCK, &held, &before);
    while (!stop_wanted() && ready < 0) {
        ready = ppoll(wanted, count, most, &before);
        if (ready < 0 && errno != EINTR)
            ready = 0;      /* the read itself will say what is wrong */
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return !stop_wanted();
}

bool stop_wait(int file)
{
    struct pollfd wanted = { .fd = file, .events = POLLIN };

    return wait_for(&wanted, 1, NULL);
}

bool stop_sleep(int milliseconds)
{
    const struct timespec most = { milliseconds / 1000, milliseconds % 1000 * 1000000L };

    return wait_for(NULL, 0, &most);
}

bool stop_wanted(void)
{
    return asked != 0;
}

void stop_set(bool wanted)
{
    asked = wanted ? 1 : 0;
}
