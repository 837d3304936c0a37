#include "cli/signing.h"

#include <string.h>

#include "formats/minisign_io.h"

enum err signing_password(const struct command *command, const char *key,
                          struct password *password)
{
    const char *path = command_value(command, "password-file");
    bool locked = false;
    enum err err = minisign_secret_is_locked(&real_outside, key, &locked, command->trouble);

    *password = (struct password){ .size = 0 };
    if (err != OK || !locked)
        return err;
    if (path != NULL)
        return password_read_file(path, password, command->trouble);
    return password_ask("Password of the key: ", false, password, command->trouble);
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}
