#include "cli/stop.h"

#include <signal.h>
#include <stddef.h>

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

void stop_watch(void)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGPIPE, &ignore, NULL);
    watch_signal(SIGINT);
    watch_signal(SIGTERM);
    watch_signal(SIGHUP);
}

bool stop_wanted(void)
{
    return asked != 0;
}

void stop_set(bool wanted)
{
    asked = wanted ? 1 : 0;
}
