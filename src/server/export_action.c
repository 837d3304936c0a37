#include "base/secret_outside.h"
#include "server/server.h"
#include "store/export.h"

enum err export_run(struct command *command)
{
    struct server server;
    struct exported exported;
    enum err err = server_begin(command, &server);

    if (err != OK)
        return err;
    const struct exporting exporting = { .url = settings_value(&server.settings, "db"),
                                         .outside = &secret_outside,
                                         .folder = command_value(command, "out") };
    err = export_store(&exporting, command->work, &exported, command->trouble);
    if (err == OK)
        (void)fprintf(command->out, "%s: %d tables, %lld rows; %d tables that hold councils' "
                      "records are not in it.\n", exporting.folder, exported.tables,
                      (long long)exported.rows, exported.left_out);
    server_close(&server);
    return err;
}
