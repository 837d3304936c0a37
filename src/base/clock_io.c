#include "base/clock_io.h"

#include <assert.h>
#include <sys/timex.h>
#include <time.h>

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    int asked = clock_gettime(clock, &now);

    assert(asked == 0);     /* fails only for a clock that there is not */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct moment clock_now(void)
{
    return (struct moment){ clock_ms(CLOCK_REALTIME) };
}

int64_t clock_steady_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

bool clock_is_kept(void)
{
    struct timex state = { .modes = 0 };

    return adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}
