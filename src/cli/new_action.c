#include "cli/new_action.h"

#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/folder.h"
#include "cli/settle_table.h"
#include "cli/stop.h"
#include "engine/period.h"
#include "formats/output_io.h"

#define LEDGER_FOLDER "ledger"
#define README "README.md"

struct making {
    const struct outside *outside;
    struct arena         *arena;
    const char           *path;
    struct trouble       *trouble;
    bool                  made;      /* the folder was not there */
};

static bool count_one(void *context, const char *name)
{
    size_t *count = context;

    (void)name;
    (*count)++;
    return false;
}

static enum err take_place(struct making *making)
{
    const struct outside *outside = making->outside;
    size_t count = 0;

    if (outside->make_folder(making->path) == 0) {
        making->made = true;
        return OK;
    }
    if (errno != EEXIST)
        return fail(making->trouble, ERR_IO, "%s: %s", making->path, strerror(errno));
    if (outside->list(making->path, count_one, &count) != 0)
        return fail(making->trouble, ERR_IO, "%s: %s", making->path, strerror(errno));
    if (count > 0)
        return fail(making->trouble, ERR_IO,
                    "%s is there already and not empty: name a new folder", making->path);
    return OK;
}

static const char *path_in(const struct making *making, const char *name)
{
    return arena_print(making->arena, "%s/%s", making->path, name);
}

static enum err write_text(const struct making *making, const char *name, const char *text)
{
    if (stop_wanted())
        return fail(making->trouble, ERR_IO, "stopped");
    return write_file_whole(making->outside, making->arena, path_in(making, name), text,
                            strlen(text), false, making->trouble);
}

static const char *settings_text(struct arena *arena, const char *header, const char *year)
{
    const char *text = header;

    for (const struct folder_setting *setting = folder_settings; setting->key != NULL; setting++)
        text = arena_print(arena, "%s%s,%s\n", text, setting->key,
                           strcmp(setting->key, "year") == 0 ? year : setting->value);
    return text;
}

static enum err write_files(const struct making *making, const char *year)
{
    const char *ledger = path_in(making, LEDGER_FOLDER);

    if (making->outside->make_folder(ledger) != 0)
        return fail(making->trouble, ERR_IO, "%s: %s", ledger, strerror(errno));
    enum err err = write_text(making, README, folder_readme(making->arena));
    for (const struct folder_file *file = folder_files; err == OK && file->name != NULL; file++) {
        const char *text = folder_header(making->arena, file);

        if (file->need == FOLDER_LATER)
            continue;
        if (file == folder_files)
            text = settings_text(making->arena, text, year);
        err = write_text(making, file->name, text);
    }
    return err;
}

/* Only what may have been made here: somebody else's file stays. */
static void take_back(const struct making *making)
{
    (void)making->outside->remove_file(path_in(making, README));
    for (const struct folder_file *file = folder_files; file->name != NULL; file++) {
        if (file->need != FOLDER_LATER)
            (void)making->outside->remove_file(path_in(making, file->name));
    }
    (void)making->outside->remove_folder(path_in(making, LEDGER_FOLDER));
    if (making->made)
        (void)making->outside->remove_folder(making->path);
}

enum err folder_make(const struct outside *outside, struct arena *arena, const char *path,
                     const char *year, struct trouble *trouble)
{
    struct making making = { outside, arena, path, trouble, false };
    enum err err = take_place(&making);

    if (err != OK)
        return err;
    err = write_files(&making, year);
    if (err != OK)
        take_back(&making);
    return err;
}

enum err new_run(struct command *command)
{
    const char *path = command_argument(command, 0);
    const char *year = command_value(command, "year");
    int32_t number;

    if (year != NULL && !year_parse(text_of(year), &number))
        return fail(command->trouble, ERR_USAGE,
                    "--year is a financial year such as 2014-15, not '%s'", year);
    enum err err = folder_make(&real_outside, command->arena, path, year == NULL ? "" : year,
                               command->trouble);
    if (err != OK)
        return err;
    command_say(command, "Made %s. Read %s/" README " first%s.", path, path,
                year == NULL ? ", and set the year in partnership.csv" : "");
    return OK;
}
