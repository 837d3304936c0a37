#include <inttypes.h>

#include "formats/output_io.h"
#include "server/server.h"
#include "store/trail_export.h"

static enum err write_export(struct command *command, struct db *db, struct whole_file *file)
{
    const struct trail_exporting request = {
        .reader = TRAIL_FOR_MACHINE, .from = (uint64_t)command_number(command, "from", 1),
    };
    struct trail_exported done;
    enum err err = trail_export(db, command->work, &request, &file->out.sink, &done,
                                command->trouble);

    if (err == OK)
        err = whole_file_commit(file, command->trouble);
    if (err == OK)
        command_say(command, "%s: entries %" PRIu64 " to %" PRIu64 ", %" PRIu64 " of them "
                    "withheld, %" PRIu64 " checkpoints", command_argument(command, 0), done.from,
                    done.to, done.withheld, done.checkpoints);
    return err;
}

enum err trail_export_run(struct command *command)
{
    struct whole_file *file = arena_take(command->arena, 1, sizeof *file);
    struct server server;
    enum err err = server_open(command, &server);

    if (err == OK)
        err = schema_check(server.db, server_migrations, command->trouble);
    if (err == OK)
        err = whole_file_open(file, &real_outside, command->arena, command_argument(command, 0),
                              command_has(command, "force"), command->trouble);
    if (err == OK)
        err = write_export(command, server.db, file);
    (void)whole_file_abort(file, command->trouble);
    server_close(&server);
    return err;
}
