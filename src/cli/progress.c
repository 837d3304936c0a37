#include "cli/progress.h"

#include <string.h>
#include <unistd.h>

#include "cli/stop.h"

#define BAR_CELLS 40

bool progress_fits(FILE *out, const char *term)
{
    int file = fileno(out);

    return file >= 0 && isatty(file) == 1 && term != NULL && term[0] != '\0'
           && strcmp(term, "dumb") != 0;
}

void progress_open(struct progress *progress, FILE *out, const char *label, uint64_t total)
{
    *progress = (struct progress){ out, label, total, -1 };
}

static void draw(const struct progress *progress)
{
    static const char full[BAR_CELLS + 1] = "########################################";
    int cells = progress->percent * BAR_CELLS / 100;

    (void)fprintf(progress->out, "\r%s [%.*s%*s] %3d%%", progress->label, cells, full,
                  BAR_CELLS - cells, "", progress->percent);
    (void)fflush(progress->out);
}

/* Files may grow while they are read: never more than 100. */
static int percent_of(uint64_t done, uint64_t total)
{
    if (done >= total)
        return 100;
    return total < 100 ? (int)(done * 100 / total)
         : done / (total / 100) > 100 ? 100 : (int)(done / (total / 100));
}

bool progress_tell(void *context, uint64_t bytes)
{
    struct progress *progress = context;
    int percent = percent_of(bytes, progress->total);

    if (progress->out != NULL && percent > progress->percent) {
        progress->percent = percent;
        draw(progress);
    }
    return !stop_wanted();
}

void progress_close(struct progress *progress)
{
    if (progress->out == NULL || progress->percent < 0)
        return;
    (void)fputs("\r\033[K", progress->out);
    (void)fflush(progress->out);
    progress->percent = -1;
}
