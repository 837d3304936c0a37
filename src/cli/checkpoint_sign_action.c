#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "cli/signing.h"
#include "cli/trail_table.h"
#include "cli/watch.h"
#include "engine/verify.h"
#include "extract/value_rules.h"
#include "formats/minisign_io.h"
#include "formats/output_io.h"
#include "trail/trail_io.h"

/* For whom: --partner, else the key file's name up to its first dot, in capitals. */
static enum err choose_council(const struct command *command, const char **council)
{
    const char *given = command_value(command, "partner");
    const char *name = path_name(command_value(command, "key"));
    char *made = arena_copy(command->arena, name, strcspn(name, "."));

    for (char *at = made; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    *council = given != NULL ? given : made;
    if (partner_code_is_good(text_of(*council)))
        return OK;
    if (given != NULL)
        return fail(command->trouble, ERR_USAGE, "'%s' cannot be a council's code", given);
    return fail(command->trouble, ERR_USAGE, "who signs? Give --partner, the council's code");
}

/* The trail must keep the checkpoint. */
static enum err check_kept(const struct command *command, const char *trail,
                           const struct checkpoint *checkpoint)
{
    struct ledger_watch watch;
    struct trail_report report;
    const struct trail_files files = {
        .export = trail, .since = checkpoint, .watch = &watch.watch,
    };

    watch_open(&watch, command, trail, BOOK_LEDGER);
    enum err err = trail_verify_file(&real_outside, command->work, &files, &report,
                                     command->trouble);
    watch_close(&watch);
    return err;
}

/* Nobody should put a name to a past that is not the one they know. */
static enum err check_first(const struct command *command, const struct checkpoint *checkpoint)
{
    const char *trail = command_value(command, "trail");
    const char *since = command_value(command, "since");
    struct checkpoint_file earlier;
    enum err err = OK;

    if (since != NULL && trail == NULL)
        return fail(command->trouble, ERR_USAGE, "--since needs --trail");
    if (since != NULL)
        err = checkpoint_read(&real_outside, since, &earlier, command->trouble);
    if (err == OK && since != NULL && earlier.checkpoint.size > checkpoint->size)
        return fail(command->trouble, ERR_CHECK, "%s holds %" PRIu64 " entries, the earlier %s "
                    "%" PRIu64 ": this is an older state of the store",
                    command_argument(command, 0), checkpoint->size, since,
                    earlier.checkpoint.size);
    if (err == OK && since != NULL)
        err = check_kept(command, trail, &earlier.checkpoint);
    if (err == OK && trail != NULL)
        err = check_kept(command, trail, checkpoint);
    return err;
}

static enum err make_signature(const struct command *command, const char *council,
                               const struct checkpoint_file *file,
                               const struct password *password, struct text *out)
{
    struct text text = { file->text, file->size };
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    struct minisign_secret secret;
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];
    enum err err = sha256_of(text.data, text.size, &sum, command->trouble);

    if (err == OK)
        err = minisign_digest_of(text, digest, command->trouble);
    if (err != OK)
        return err;
    sha256_hex(&sum, hex);
    const char *said = arena_print(command->arena, "%sfile:%s\tsha256:%s",
                                   signature_claim(command->arena, council),
                                   path_name(command_argument(command, 0)), hex);
    err = minisign_secret_read(&real_outside, command_value(command, "key"),
                               (struct text){ password->text, password->size }, &secret,
                               command->trouble);
    if (err == OK)
        err = minisign_sign(command->arena, &secret, digest,
                            text_of("signature of a checkpoint of ochil"), text_of(said), out,
                            command->trouble);
    minisign_secret_wipe(&secret);
    return err;
}

enum err checkpoint_sign_run(struct command *command)
{
    const char *path = command_argument(command, 0), *council = NULL;
    struct checkpoint_file file;
    struct password password;
    struct text text = { "", 0 };
    enum err err = choose_council(command, &council);

    if (err == OK)
        err = checkpoint_read(&real_outside, path, &file, command->trouble);
    if (err == OK)
        err = check_first(command, &file.checkpoint);
    if (err != OK)
        return err;
    err = signing_password(command, command_value(command, "key"), &password);
    if (err == OK)
        err = make_signature(command, council, &file, &password, &text);
    password_wipe(&password);
    if (err != OK)
        return err;
    const char *signature = signature_path(command->arena, path, council);
    err = write_file_whole(&real_outside, command->arena, signature, text.data, text.size,
                           command_has(command, "force"), command->trouble);
    if (err == OK)
        command_say(command, "Signed for %s: %s", council, signature);
    return err;
}
