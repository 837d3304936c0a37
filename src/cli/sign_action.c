/* cli/sign_action.c -- `ochil keygen` and `ochil sign`. */
#include <string.h>

#include "base/secret_outside.h"
#include "cli/command.h"
#include "cli/password.h"
#include "cli/trust_table.h"
#include "formats/minisign_io.h"
#include "formats/zip_io.h"

#define PARTNER_CODE_MAX 32

/* -- keygen -------------------------------------------------------------------------------- */

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

/* -- sign ---------------------------------------------------------------------------------- */

/* Codes name files (engine contract, fine print 11). */
static bool is_partner_code(const char *code)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";
    size_t size = strlen(code);

    return size > 0 && size <= PARTNER_CODE_MAX && strspn(code, allowed) == size;
}

static enum err key_password(const struct command *command, const char *key,
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

/* What stands in the signature, and is signed with the bundle: for whom, and which file. */
static const char *trusted_comment(struct arena *arena, const char *bundle, const char *partner)
{
    const char *slash = strrchr(bundle, '/');
    const char *name = slash == NULL ? bundle : slash + 1;

    return partner == NULL ? arena_print(arena, "file:%s", name)
                           : arena_print(arena, "partner:%s\tfile:%s", partner, name);
}

static enum err sign(const struct command *command, const struct minisign_signing *unlocked)
{
    struct minisign_signing request = *unlocked;
    struct password password;
    enum err err = key_password(command, request.secret_path, &password);

    request.password = (struct text){ password.text, password.size };
    if (err == OK)
        err = minisign_sign_file(&real_outside, command->arena, &request, command->trouble);
    password_wipe(&password);
    return err;
}

enum err sign_run(struct command *command)
{
    const char *bundle = command_argument(command, 0);
    const char *partner = command_value(command, "partner");
    struct arena *arena = command->arena;
    struct minisign_signing request = {
        .path = bundle,
        .secret_path = command_value(command, "key"),
        .signature_path = partner == NULL ? arena_print(arena, "%s.minisig", bundle)
                                          : arena_print(arena, "%s.%s.minisig", bundle, partner),
        .untrusted = text_of("signature of a bundle of ochil"),
        .trusted = text_of(trusted_comment(arena, bundle, partner)),
        .force = command_has(command, "force"),
    };

    if (partner != NULL && !is_partner_code(partner))
        return fail(command->trouble, ERR_USAGE, "'%s' cannot be a partner's code", partner);
    /* Nobody should put a name to a bundle that is damaged already. */
    enum err err = zip_comment_check(&real_outside, bundle, command->trouble);
    if (err == OK)
        err = sign(command, &request);
    if (err == OK)
        command_say(command, "Signed: %s", request.signature_path);
    return err;
}
