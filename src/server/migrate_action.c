#include "server/server.h"

/* What is still to be done, in words; nothing is written. */
static void tell_plan(const struct command *command, int found)
{
    int version = found;

    if (server_migrations[version] == NULL)
        (void)fprintf(command->out, "nothing to do: the store is at version %d\n", version);
    for (; server_migrations[version] != NULL; version++)
        (void)fprintf(command->out, "would run %04d %s\n", server_migrations[version]->version,
                      server_migrations[version]->name);
}

static enum err migrate(struct command *command, struct db *db)
{
    const struct migrating plan = { server_migrations, clock_now(),
                                    command_value(command, "role") };
    struct migrated done;
    enum err err = schema_migrate(db, &plan, &done, command->trouble);

    if (err != OK)
        return err;
    if (done.backup[0] != '\0')
        (void)fprintf(command->out, "kept a copy: %s\n", done.backup);
    (void)fprintf(command->out, "the store is at version %d (it was at %d)\n", done.after,
                  done.before);
    return OK;
}

enum err migrate_run(struct command *command)
{
    struct server server;
    int found = 0;
    enum err err = server_open(command, &server);

    if (err == OK)
        err = schema_version(server.db, server_migrations, &found, command->trouble);
    if (err == OK && found == 0)
        err = fail(command->trouble, ERR_MISSING, "there is no store yet: ochil init begins one");
    if (err == OK && command_has(command, "dry-run"))
        tell_plan(command, found);
    else if (err == OK)
        err = migrate(command, server.db);
    server_close(&server);
    return err;
}
