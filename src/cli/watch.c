#include "cli/watch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/listing.h"
#include "base/outside.h"

enum book book_given(const struct command *command)
{
    const char *name = command_value(command, "book");

    for (int book = 0; name != NULL && book < BOOKS; book++) {
        if (strcmp(name, book_name[book]) == 0)
            return (enum book)book;
    }
    return BOOK_LEDGER;
}

enum err threads_given(const struct command *command, int *threads)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    long wanted = command_number(command, "threads", -1);

    if (wanted == 0 || wanted > THREADS_MOST)
        return fail(command->trouble, ERR_USAGE, "--threads is from 1 to %d", THREADS_MOST);
    if (wanted < 0)
        wanted = processors < 1 ? 1 : processors > THREADS_MOST ? THREADS_MOST : processors;
    *threads = (int)wanted;
    return OK;
}

/* The sizes of the files that will be read, added up. */
struct sizes {
    struct arena *arena;
    const char   *folder;
    uint64_t      bytes;
};

static bool add_size(void *context, const char *name)
{
    struct sizes *sizes = context;
    struct stat status;

    if (listing_takes(text_of(name))
        && real_outside.stat(arena_print(sizes->arena, "%s/%s", sizes->folder, name), &status) == 0)
        sizes->bytes += (uint64_t)status.st_size;
    return true;
}

/* What cannot be looked at counts nothing: it is only for a bar. */
static uint64_t bytes_to_read(struct arena *arena, const char *path, enum book book)
{
    struct sizes sizes = { arena, arena_print(arena, "%s/%s", path, book_name[book]), 0 };
    struct stat status;

    if (real_outside.stat(path, &status) != 0)
        return 0;
    if (!S_ISDIR(status.st_mode))
        return (uint64_t)status.st_size;
    (void)real_outside.list(sizes.folder, add_size, &sizes);
    return sizes.bytes;
}

static bool may_draw(const struct command *command)
{
    return !command->quiet && progress_fits(command->err, getenv("TERM"));
}

static void watch_bytes(struct ledger_watch *watch, const struct command *command, bool drawn,
                        uint64_t total)
{
    progress_open(&watch->progress, drawn ? command->err : NULL, "Reading", total);
    watch->watch = (struct progress_watch){ progress_tell, &watch->progress };
}

void watch_open(struct ledger_watch *watch, const struct command *command, const char *file,
                enum book book)
{
    bool drawn = may_draw(command);

    watch_bytes(watch, command, drawn, drawn ? bytes_to_read(command->arena, file, book) : 0);
}

void watch_open_files(struct ledger_watch *watch, const struct command *command,
                      const char *const file[], size_t count)
{
    uint64_t total = 0;
    struct stat status;

    for (size_t i = 0; i < count; i++) {
        if (real_outside.stat(file[i], &status) == 0)
            total += (uint64_t)status.st_size;
    }
    watch_bytes(watch, command, may_draw(command), total);
}

void watch_close(struct ledger_watch *watch)
{
    progress_close(&watch->progress);
}
