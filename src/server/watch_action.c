/*
 * server/watch_action.c -- `ochil watch`: takes extracts in from a drop folder, as they come.
 */
#include <string.h>

#include "cli/answer.h"
#include "cli/stop.h"
#include "server/client_table.h"
#include "server/drop_take.h"
#include "server/server.h"

#define STILL_SECONDS 10
#define EVERY_SECONDS 10
#define SECONDS_MOST 86400

struct watching {
    struct command    *command;
    struct client      client;
    struct drop_folder folder;
    int64_t            still_ms;
    bool               refused;         /* something was, since it began */
    bool               waits;           /* something could not be ended this time */
    struct trouble     told;            /* why it waits; said once */
};

/* A line for each that has come to its end. */
static void tell(struct watching *watching, struct arena *arena, const struct delivery *delivery,
                 bool taken)
{
    const char *const *receipt = delivery->receipt;

    (void)fprintf(watching->command->out, "%s\t%s\t%s\t%s\n", taken ? "taken" : "refused",
                  receipt[RECEIPT_IMPORT] == NULL ? "-" : receipt[RECEIPT_IMPORT],
                  text_shown(arena, text_of(delivery->name)),
                  text_shown(arena, text_of(receipt[RECEIPT_OUTCOME])));
    (void)fflush(watching->command->out);
}

/* The server is not there, or has no time: whoever waits is told once why. */
static enum err wait_on(struct watching *watching, enum err err, struct trouble *trouble)
{
    if (err != ERR_BUSY && err != ERR_BUG)
        return err;
    watching->waits = true;
    if (strcmp(watching->told.text, trouble->text) != 0 && !stop_wanted())
        command_say(watching->command, "It waits: %s", trouble->text);
    watching->told = *trouble;
    *trouble = (struct trouble){ 0 };
    return OK;
}

static enum err take_all(struct watching *watching, struct arena *arena, struct trouble *trouble)
{
    const struct drop_desk desk = { &watching->client, &watching->folder, arena };
    struct deliveries found;
    enum err err = drop_folder_scan(&watching->folder, arena, clock_now(), watching->still_ms,
                                    &found, trouble);

    if (err == OK && found.count > 0)
        err = drop_token_check(&desk, trouble);
    for (size_t i = 0; i < found.count && err == OK; i++) {
        bool taken;
        err = stop_wanted() ? fail(trouble, ERR_BUSY, "stopped")
                            : drop_take_in(&desk, &found.delivery[i], &taken, trouble);
        if (err != OK)
            break;
        tell(watching, arena, &found.delivery[i], taken);
        watching->refused = watching->refused || !taken;
        watching->told = (struct trouble){ 0 };
    }
    return wait_on(watching, err, trouble);
}

/* In memory of its own: a watch has no end. */
static enum err look_once(struct watching *watching, struct trouble *trouble)
{
    struct arena arena = { 0 };
    ARENA_KEEP(outer, &arena);

    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return fail(trouble, ERR_IO, "out of memory");
    }
    watching->client.arena = &arena;
    watching->waits = false;
    const enum err err = take_all(watching, &arena, trouble);
    arena_free(&arena);
    return err;
}

static enum err watch(struct watching *watching, int64_t every_ms, struct trouble *trouble)
{
    const bool once = command_has(watching->command, "once");
    enum err err;

    do
        err = look_once(watching, trouble);
    while (err == OK && !once && stop_sleep((int)every_ms));
    if (err != OK)
        return err;
    if (stop_wanted())
        return fail(trouble, ERR_BUSY, "stopped");
    if (watching->waits)
        return fail(trouble, ERR_BUSY, "%s", watching->told.text);
    return watching->refused && once
               ? fail(trouble, ERR_REFUSED, "extracts were refused: their receipts say why") : OK;
}

static enum err seconds_given(const struct command *command, const char *option, long usual,
                              int64_t *ms)
{
    const long seconds = command_number(command, option, usual);

    *ms = (int64_t)seconds * 1000;
    return seconds >= 0 && seconds <= SECONDS_MOST
               ? OK : fail(command->trouble, ERR_USAGE, "--%s: 0 to %d seconds", option,
                           SECONDS_MOST);
}

enum err watch_run(struct command *command)
{
    struct watching watching = { .command = command };
    int64_t every_ms;
    enum err err = seconds_given(command, "still", STILL_SECONDS, &watching.still_ms);

    if (err == OK)
        err = seconds_given(command, "every", EVERY_SECONDS, &every_ms);
    if (err == OK)
        err = client_begin(command, &watching.client);
    if (err != OK)
        return err;
    err = drop_folder_open(&watching.folder, command->work, &real_outside,
                           command_argument(command, 0), command->trouble);
    if (err == OK) {
        err = watch(&watching, every_ms, command->trouble);
        drop_folder_close(&watching.folder);
    }
    client_close(&watching.client);
    return err;
}
