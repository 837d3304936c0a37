#include "server/server.h"

#include <stdlib.h>

enum err server_begin(struct command *command, struct server *server)
{
    *server = (struct server){ .db = NULL };
    return settings_load(&real_outside, command, &server->settings, command->trouble);
}

static enum err open_store(struct command *command, bool must_exist, struct server *server)
{
    enum err err = server_begin(command, server);

    if (err != OK)
        return err;
    const struct db_options options = { .url = settings_value(&server->settings, "db"),
                                        .readers = SERVER_READERS,
                                        .must_exist = must_exist };
    return db_open(command->work, &options, &server->db, command->trouble);
}

enum err server_open(struct command *command, struct server *server)
{
    return open_store(command, true, server);
}

enum err server_open_new(struct command *command, struct server *server)
{
    return open_store(command, false, server);
}

enum err server_keys(struct command *command, struct server *server)
{
    return keyring_open(&real_outside, command->arena, settings_value(&server->settings, "keys"),
                        &server->keyring, command->trouble);
}

void server_close(struct server *server)
{
    db_close(server->db);
    keyring_wipe(&server->keyring);
}

const char *server_spool(void)
{
    const char *folder = getenv("TMPDIR");

    return folder != NULL && folder[0] != '\0' ? folder : "/var/tmp";
}
