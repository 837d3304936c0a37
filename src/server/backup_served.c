#include "server/backup_served.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/stop.h"
#include "formats/json.h"
#include "server/chores.h"
#include "store/job.h"
#include "web/form_json.h"

#define LOOK_MS 200
#define SYSTEM (struct db_scope){ .council = 0 }

/* ---- what is asked ---- */

struct text_sink {
    struct sink   sink;
    struct arena *arena;
    struct text   text;
};

static enum err write_text(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct text_sink *to = (struct text_sink *)sink;

    (void)trouble;
    to->text.data = arena_print(to->arena, "%.*s%.*s", TEXT(to->text), (int)size,
                                (const char *)bytes);
    to->text.size += size;
    return OK;
}

/* The server stands in another folder. */
static enum err full_path(struct command *command, const char *path, const char **full)
{
    char here[PATH_MAX];

    *full = path;
    if (path[0] == '/')
        return OK;
    if (getcwd(here, sizeof here) == NULL)
        return fail(command->trouble, ERR_IO, "the folder one is in: %s", strerror(errno));
    *full = arena_print(command->arena, "%s/%s", here, path);
    return OK;
}

static enum err arguments_of(struct command *command, const char *folder, const char *to,
                             struct text *out)
{
    struct text_sink sink = { { write_text }, command->arena, { "", 0 } };
    struct json json;
    enum err err = full_path(command, folder, &folder);

    if (err == OK && to != NULL)
        err = full_path(command, to, &to);
    if (err == OK && (!text_is_utf8(text_of(folder)) || (to != NULL && !text_is_utf8(text_of(to)))))
        err = fail(command->trouble, ERR_USAGE, "a path that is not UTF-8");
    if (err != OK)
        return err;
    json_begin(&json, &sink.sink, JSON_COMPACT, command->trouble);
    json_object(&json);
    json_word(&json, "folder", folder);
    if (to != NULL)
        json_word(&json, "to", to);
    json_object_end(&json);
    err = json_end(&json);
    *out = sink.text;
    return err;
}

/* ---- asking ---- */

struct asking {
    struct job_order order;
    struct arena    *arena;
    int64_t          id;
    struct job       job;
};

static enum err ask(struct tx *tx, void *context, struct trouble *trouble)
{
    struct asking *asking = context;

    return job_add(tx, &real_outside, &asking->order, &asking->id, trouble);
}

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct asking *asking = context;

    return job_load(tx, asking->arena, 0, asking->id, &asking->job, trouble);
}

/* Nobody has taken it yet; ERR_CONFLICT: it has ended meanwhile. */
static enum err take_back(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct asking *asking = context;
    const struct job_cancel cancel = { clock_now(), 0, asking->id, text_of("system"), { "", 0 } };

    return job_cancel(tx, &real_outside, &cancel, trouble);
}

/* Until it has ended. What nobody begins is taken back; what a server has begun it ends. */
static enum err wait_for_end(struct command *command, struct server *server,
                             struct asking *asking)
{
    const int64_t late = clock_now().ms + BACKUP_SERVED_TAKE_MS;
    enum err err = OK;

    while ((err = db_read(server->db, SYSTEM, look, asking, command->trouble)) == OK &&
           !job_state_ended(asking->job.state)) {
        const bool stop = !stop_sleep(LOOK_MS);
        const bool nobody = asking->job.state == JOB_QUEUED && clock_now().ms > late;
        /* What is begun or has ended just now shows when one looks again. */
        if (nobody || stop)
            (void)(db_write(server->db, SYSTEM, take_back, asking, NULL) != OK);
        if (stop)
            return fail(command->trouble, ERR_BUSY, "stopped%s", asking->job.state == JOB_RUNNING
                        ? ": the server may end what it has begun" : "");
    }
    return err;
}

enum err backup_by_server(struct command *command, struct server *server, const char *folder,
                          const char *to, bool *done)
{
    struct asking asking = { .arena = command->work, .order = {
        .now = clock_now(), .kind = text_of(BACKUP_SERVED_JOB), .asked_by = text_of("system"),
        .priority = JOB_PRIORITY_MOST } };
    enum err err = arguments_of(command, folder, to, &asking.order.arguments);

    *done = false;
    if (err == OK)
        err = db_write(server->db, SYSTEM, ask, &asking, command->trouble);
    if (err == OK)
        err = wait_for_end(command, server, &asking);
    if (err != OK)
        return err;
    *done = asking.job.state == JOB_DONE;
    if (*done)
        (void)fprintf(command->out, "%.*s\n", TEXT(asking.job.outcome));
    if (asking.job.state == JOB_FAILED)
        return fail(command->trouble, ERR_IO, "the server could not make it: %.*s",
                    TEXT(asking.job.outcome));
    return OK;
}

/* ---- the server's part ---- */

enum err backup_served_work(struct job_run *run, void *context, struct trouble *trouble)
{
    struct form *form = arena_take(run->arena, 1, sizeof *form);
    const char *folder = NULL;
    const char *to = NULL;

    if (!form_read_json(run->arena, run->lease->arguments, form))
        return fail(trouble, ERR_USAGE, "what is asked for cannot be read");
    for (size_t i = 0; i < form->count; i++) {
        if (text_is(form->name[i], "folder"))
            folder = arena_copy(run->arena, form->value[i].data, form->value[i].size);
        else if (text_is(form->name[i], "to"))
            to = arena_copy(run->arena, form->value[i].data, form->value[i].size);
    }
    return folder == NULL ? fail(trouble, ERR_USAGE, "no folder is said")
                          : chores_back_up(run, context, folder, to, trouble);
}
