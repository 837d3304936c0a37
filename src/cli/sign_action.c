#include <string.h>
#include <strings.h>

#include "cli/answer.h"
#include "cli/signing.h"
#include "cli/trust_table.h"
#include "cli/watch.h"
#include "engine/verify.h"
#include "extract/value_rules.h"
#include "formats/minisign_io.h"
#include "formats/output_io.h"

/* One signature being made. */
struct signing {
    struct command      *command;
    const char          *bundle, *key, *partner, *path;
    unsigned char        digest[MINISIGN_DIGEST_BYTES];
    char                 sum[SHA256_HEX_SIZE];
    struct verify_report report;
};

/* ---- for whom ---- */

static const char *all_codes(const struct signing *signing)
{
    struct arena *arena = signing->command->arena;
    const char *codes = "";

    for (size_t i = 0; i < signing->report.signatures; i++)
        codes = arena_print(arena, "%s%s%s", codes, i == 0 ? "" : ", ",
                            signing->report.signature[i].partner);
    return codes;
}

/* Without --partner: the one whose code is the key file's name up to its first dot, in any case
 * ("keys/clk.key" signs for CLK). NULL: none, or more than one. */
static const char *partner_of_key(const struct signing *signing)
{
    const char *name = path_name(signing->key);
    size_t size = strcspn(name, ".");
    const char *partner = NULL;

    for (size_t i = 0; i < signing->report.signatures; i++) {
        const char *code = signing->report.signature[i].partner;
        if (strlen(code) != size || strncasecmp(code, name, size) != 0)
            continue;
        if (partner != NULL)
            return NULL;
        partner = code;
    }
    return partner;
}

static enum err choose_partner(struct signing *signing)
{
    const char *given = command_value(signing->command, "partner");
    struct trouble *trouble = signing->command->trouble;

    signing->partner = given == NULL ? partner_of_key(signing) : NULL;
    for (size_t i = 0; i < signing->report.signatures && given != NULL; i++)
        if (strcmp(signing->report.signature[i].partner, given) == 0)
            signing->partner = given;
    if (signing->partner != NULL)
        return OK;
    if (given != NULL)
        return fail(trouble, ERR_USAGE, "'%s' is no partner of the bundle: they are %s", given,
                    all_codes(signing));
    return fail(trouble, ERR_USAGE, "who signs? Give --partner, one of %s", all_codes(signing));
}

/* ---- what ---- */

static enum err bundle_sums(const struct signing *signing,
                            unsigned char digest[MINISIGN_DIGEST_BYTES])
{
    return minisign_digest(&real_outside, signing->bundle, digest, signing->command->trouble);
}

/* The SHA-256 that the signature names, as sha256sum prints it. */
static enum err bundle_sha256(struct signing *signing)
{
    struct trouble *trouble = signing->command->trouble;
    unsigned char bytes[16384];
    struct sha256 hash = { 0 };
    struct sha256_sum sum;
    ssize_t got = 0;
    int file = real_outside.open_read(signing->bundle);
    enum err err = file < 0 ? fail(trouble, ERR_IO, "%s: it cannot be read", signing->bundle)
                            : sha256_begin(&hash, trouble);

    while (err == OK && (got = real_outside.read(file, bytes, sizeof bytes)) > 0)
        sha256_add(&hash, bytes, (size_t)got);
    if (file >= 0)
        (void)real_outside.close(file);
    if (err == OK && got < 0)
        err = fail(trouble, ERR_IO, "%s: it cannot be read", signing->bundle);
    if (err == OK)
        err = sha256_end(&hash, &sum, trouble);
    sha256_drop(&hash);
    if (err == OK)
        sha256_hex(&sum, signing->sum);
    return err;
}

/* Nobody should put a name to a bundle that does not give the bill it claims. */
static enum err verify_first(struct signing *signing)
{
    struct command *command = signing->command;
    struct ledger_watch watch;
    struct verify_request request = { .outside = &real_outside, .bundle = signing->bundle,
                                      .signatures_unread = true, .watch = &watch.watch };
    enum err err = threads_given(command, &request.threads);

    if (err != OK)
        return err;
    watch_open(&watch, command, signing->bundle, BOOK_LEDGER);
    err = verify_bundle(&request, command->work, &signing->report, command->trouble);
    watch_close(&watch);
    return err;
}

/* The digest is taken before and after, so that what is signed is what was verified. */
static enum err verify_and_sum(struct signing *signing)
{
    unsigned char after[MINISIGN_DIGEST_BYTES];
    enum err err;

    if ((err = bundle_sums(signing, signing->digest)) != OK ||
        (err = verify_first(signing)) != OK ||
        (err = bundle_sha256(signing)) != OK ||
        (err = bundle_sums(signing, after)) != OK)
        return err;
    if (memcmp(signing->digest, after, sizeof after) != 0)
        return fail(signing->command->trouble, ERR_IO, "%s: it was changed while it was read",
                    signing->bundle);
    return OK;
}

/* ---- the signature ---- */

static enum err make_signature(const struct signing *signing, const struct password *password,
                               struct text *out)
{
    struct command *command = signing->command;
    struct minisign_secret secret;
    const char *said = arena_print(command->arena, "%sfile:%s\tsha256:%s",
                                   signature_claim(command->arena, signing->partner),
                                   path_name(signing->bundle), signing->sum);
    enum err err = minisign_secret_read(&real_outside, signing->key,
                                        (struct text){ password->text, password->size }, &secret,
                                        command->trouble);

    if (err == OK)
        err = minisign_sign(command->arena, &secret, signing->digest,
                            text_of("signature of a bundle of ochil"), text_of(said), out,
                            command->trouble);
    minisign_secret_wipe(&secret);
    return err;
}

static enum err write_signature(struct signing *signing)
{
    struct command *command = signing->command;
    struct password password;
    struct text text;
    enum err err = signing_password(command, signing->key, &password);

    if (err == OK)
        err = make_signature(signing, &password, &text);
    password_wipe(&password);
    if (err != OK)
        return err;
    signing->path = signature_path(command->arena, signing->bundle, signing->partner);
    return write_file_whole(&real_outside, command->arena, signing->path, text.data, text.size,
                            command_has(command, "force"), command->trouble);
}

enum err sign_run(struct command *command)
{
    const char *given = command_value(command, "partner");
    struct signing signing = {
        .command = command, .bundle = command_argument(command, 0),
        .key = command_value(command, "key"),
    };

    if (given != NULL && !partner_code_is_good(text_of(given)))
        return fail(command->trouble, ERR_USAGE, "'%s' cannot be a partner's code", given);
    enum err err = verify_and_sum(&signing);
    if (err == OK)
        err = choose_partner(&signing);
    if (err == OK)
        err = write_signature(&signing);
    if (err == OK)
        command_say(command, "Signed for %s: %s", signing.partner, signing.path);
    return err;
}
