#include "base/clock_io.h"

#include <assert.h>
#include <sys/timex.h>
#include <time.h>

struct moment clock_now(void)
{
    struct timespec now;
    int asked = clock_gettime(CLOCK_REALTIME, &now);

    assert(asked == 0);     /* fails only for a clock that there is not */
    return (struct moment){ (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 };
}

bool clock_is_kept(void)
{
    struct timex state = { .modes = 0 };

    return adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}
