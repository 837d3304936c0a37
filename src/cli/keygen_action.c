#include "base/secret_outside.h"
#include "cli/command.h"
#include "cli/password.h"
#include "cli/trust_table.h"
#include "formats/minisign_io.h"

static enum err new_password(const struct command *command, struct password *password)
{
    const char *path = command_value(command, "password-file");
    bool none = command_has(command, "no-password");

    *password = (struct password){ .size = 0 };
    if (none && path != NULL)
        return fail(command->trouble, ERR_USAGE,
                    "--no-password and --password-file exclude each other");
    if (none)
        return OK;
    if (path != NULL)
        return password_read_file(path, password, command->trouble);
    return password_ask("Password for the new key: ", true, password, command->trouble);
}

enum err keygen_run(struct command *command)
{
    struct minisign_public public;
    struct password password;
    char number[17];
    const char *path = command_value(command, "out");
    struct minisign_keygen request = {
        .secret_path = path,
        .public_path = arena_print(command->arena, "%s.pub", path),
        .cost = &minisign_cost_usual,
    };
    enum err err = new_password(command, &password);

    request.password = (struct text){ password.text, password.size };
    if (err == OK)
        err = minisign_keygen(&real_outside, &secret_outside, command->arena, &request, &public,
                              command->trouble);
    password_wipe(&password);
    if (err != OK)
        return err;
    minisign_number_hex(public.number, number);
    command_say(command, "Key %s: keep %s secret, give %s to every partner.", number, path,
                request.public_path);
    return OK;
}
