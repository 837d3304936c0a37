#include "cli/new_action.h"

#include <assert.h>
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

#define FILES_MAX 24

/* Everything is worded before anything is made: what was made can then be taken back without
 * asking for memory. */
struct making {
    const struct outside *outside;
    struct arena         *arena;
    const char           *path;
    const char           *ledger;
    const char           *file[FILES_MAX];
    const char           *text[FILES_MAX];
    size_t                files;
    struct trouble       *trouble;
    bool                  made;      /* the folder was not there */
    bool                  begun;
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

static const char *settings_text(struct arena *arena, const char *header, const char *year)
{
    const char *text = header;

    for (const struct folder_setting *setting = folder_settings; setting->key != NULL; setting++)
        text = arena_print(arena, "%s%s,%s\n", text, setting->key,
                           strcmp(setting->key, "year") == 0 ? year : setting->value);
    return text;
}

static void add_file(struct making *making, const char *name, const char *text)
{
    assert(making->files < FILES_MAX);
    making->file[making->files] = arena_print(making->arena, "%s/%s", making->path, name);
    making->text[making->files++] = text;
}

static void word_files(struct making *making, const char *year)
{
    making->ledger = arena_print(making->arena, "%s/" LEDGER_FOLDER, making->path);
    add_file(making, README, folder_readme(making->arena));
    for (const struct folder_file *file = folder_files; file->name != NULL; file++) {
        const char *text = folder_header(making->arena, file);

        if (file == folder_files)
            text = settings_text(making->arena, text, year);
        if (file->need != FOLDER_LATER)
            add_file(making, file->name, text);
    }
}

static enum err write_files(struct making *making)
{
    if (making->outside->make_folder(making->ledger) != 0)
        return fail(making->trouble, ERR_IO, "%s: %s", making->ledger, strerror(errno));
    for (size_t i = 0; i < making->files; i++) {
        enum err err = write_file_whole(making->outside, making->arena, making->file[i],
                                        making->text[i], strlen(making->text[i]), false,
                                        making->trouble);

        if (err != OK)
            return err;
        if (stop_wanted())
            return fail(making->trouble, ERR_BUSY, "stopped");
    }
    return OK;
}

/* Only what may have been made here: the folder was empty, or not there. */
static void take_back(const struct making *making)
{
    for (size_t i = 0; making->begun && i < making->files; i++)
        (void)making->outside->remove_file(making->file[i]);
    if (making->begun)
        (void)making->outside->remove_folder(making->ledger);
    if (making->made)
        (void)making->outside->remove_folder(making->path);
}

static enum err make(struct making *making, const char *year)
{
    enum err err;

    ARENA_KEEP(outer, making->arena);
    if (ARENA_GUARD(making->arena))
        return fail(making->trouble, ERR_IO, "out of memory");
    word_files(making, year);
    err = take_place(making);
    if (err != OK)
        return err;
    making->begun = true;
    return write_files(making);
}

enum err folder_make(const struct outside *outside, struct arena *arena, struct arena *work,
                     const char *path, const char *year, struct trouble *trouble)
{
    struct making *making = arena_take(arena, 1, sizeof *making);

    making->arena = work;
    making->outside = outside;
    making->path = path;
    making->trouble = trouble;
    enum err err = make(making, year);
    if (err != OK)
        take_back(making);
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
    enum err err = folder_make(&real_outside, command->arena, command->work, path,
                               year == NULL ? "" : year, command->trouble);
    if (err != OK)
        return err;
    command_say(command, "Made %s. Read %s/" README " first%s.", path, path,
                year == NULL ? ", and set the year in partnership.csv" : "");
    return OK;
}
