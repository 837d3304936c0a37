#include "formats/minisign_io.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>

#include "formats/output_io.h"
#include "formats/small_file_io.h"

#define READ_BYTES ((size_t)32 * 1024)

static enum err fail_path(struct trouble *trouble, const char *path)
{
    return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
}

/* Puts the path before what the parser says. */
static enum err fail_in(struct trouble *trouble, enum err err, const char *path,
                        const struct trouble *why)
{
    return fail(trouble, err, "%s: %s", path, why->text);
}

/* Reading. */

static enum err digest_read(const struct outside *outside, int file, const char *path,
                            unsigned char digest[MINISIGN_DIGEST_BYTES], struct trouble *trouble)
{
    unsigned char bytes[READ_BYTES];
    crypto_generichash_state state;
    ssize_t got;

    (void)crypto_generichash_init(&state, NULL, 0, MINISIGN_DIGEST_BYTES);
    while ((got = outside->read(file, bytes, sizeof bytes)) > 0)
        (void)crypto_generichash_update(&state, bytes, (unsigned long long)got);
    if (got < 0)
        return fail_path(trouble, path);
    (void)crypto_generichash_final(&state, digest, MINISIGN_DIGEST_BYTES);
    return OK;
}

enum err minisign_digest(const struct outside *outside, const char *path,
                         unsigned char digest[MINISIGN_DIGEST_BYTES], struct trouble *trouble)
{
    if (sodium_init() < 0)
        return fail(trouble, ERR_IO, "libsodium cannot work here");
    int file = outside->open_read(path);
    if (file < 0)
        return fail_path(trouble, path);
    enum err err = digest_read(outside, file, path, digest, trouble);
    (void)outside->close(file);
    return err;
}

/* A whole file, for a signature of the older kind. The arena is asked before the file is open. */
static enum err whole_read(const struct outside *outside, struct arena *arena, const char *path,
                           struct text *out, struct trouble *trouble)
{
    struct stat status;
    ssize_t got = 0;

    if (outside->stat(path, &status) != 0)
        return fail_path(trouble, path);
    size_t most = (size_t)status.st_size, size = 0;
    if (!S_ISREG(status.st_mode) || most > MINISIGN_OLD_MAX)
        return fail(trouble, ERR_IO, "%s: too large for a signature of the older kind", path);
    char *bytes = arena_take(arena, most + 1, 1);
    int file = outside->open_read(path);
    if (file < 0)
        return fail_path(trouble, path);
    while (size <= most && (got = outside->read(file, bytes + size, most + 1 - size)) > 0)
        size += (size_t)got;
    int why = errno;
    (void)outside->close(file);
    errno = why;
    if (got < 0)
        return fail_path(trouble, path);
    if (size != most)
        return fail(trouble, ERR_IO, "%s: it was changed while it was read", path);
    *out = (struct text){ bytes, size };
    return OK;
}

/* Keys. */

enum err minisign_public_read(const struct outside *outside, const char *path,
                              struct minisign_public *public, struct trouble *trouble)
{
    char bytes[MINISIGN_FILE_MAX];
    struct trouble why = { 0 };
    size_t size = 0;
    enum err err = small_file_read(outside, path, "a key or a signature", bytes,
                                   MINISIGN_FILE_MAX, &size, trouble);

    if (err != OK)
        return err;
    err = minisign_public_parse((struct text){ bytes, size }, public, &why);
    return err == OK ? OK : fail_in(trouble, err, path, &why);
}

enum err minisign_secret_read(const struct outside *outside, const char *path,
                              struct text password, struct minisign_secret *secret,
                              struct trouble *trouble)
{
    char bytes[MINISIGN_FILE_MAX];
    struct trouble why = { 0 };
    size_t size = 0;
    enum err err = small_file_read(outside, path, "a key or a signature", bytes,
                                   MINISIGN_FILE_MAX, &size, trouble);

    memset(secret, 0, sizeof *secret);
    if (err == OK) {
        err = minisign_secret_parse((struct text){ bytes, size }, password, secret, &why);
        if (err != OK)
            (void)fail_in(trouble, err, path, &why);
    }
    sodium_memzero(bytes, sizeof bytes);
    return err;
}

enum err minisign_secret_is_locked(const struct outside *outside, const char *path,
                                   bool *locked, struct trouble *trouble)
{
    struct minisign_secret secret;
    struct trouble why = { 0 };
    enum err err = minisign_secret_read(outside, path, (struct text){ "", 0 }, &secret, &why);

    minisign_secret_wipe(&secret);
    *locked = err == ERR_RIGHTS;
    return err == OK || *locked ? OK : fail(trouble, err, "%s", why.text);
}

/* What chance gives to a new key. */
struct key_chance {
    unsigned char seed[MINISIGN_SEED_BYTES];
    unsigned char number[MINISIGN_NUMBER_BYTES];
    unsigned char salt[MINISIGN_SALT_BYTES];
};

/* Makes both keys and the secret one's text. */
static enum err keys_make(const struct outside *outside, const struct minisign_keygen *keygen,
                          struct minisign_public *public, char text[MINISIGN_SECRET_TEXT],
                          struct trouble *trouble)
{
    struct key_chance chance;
    struct minisign_secret secret;

    if (outside->random(&chance, sizeof chance) != 0)
        return fail(trouble, ERR_IO, "no random bytes for a key: %s", strerror(errno));
    enum err err = minisign_keys_make(chance.seed, chance.number, public, &secret, trouble);
    if (err == OK)
        err = minisign_secret_text(&secret, keygen->password, chance.salt, keygen->cost, text,
                                   trouble);
    minisign_secret_wipe(&secret);
    sodium_memzero(&chance, sizeof chance);
    return err;
}

/* Both files under hidden names first, so that a full disk leaves neither. */
static enum err keys_write(struct whole_file *secret, struct whole_file *public,
                           const char *secret_text, struct text public_text,
                           struct trouble *trouble)
{
    enum err err = secret->out.sink.write(&secret->out.sink, secret_text, strlen(secret_text),
                                          trouble);
    if (err == OK)
        err = public->out.sink.write(&public->out.sink, public_text.data, public_text.size,
                                     trouble);
    if (err == OK)
        err = whole_file_commit(secret, trouble);
    if (err != OK)
        return err;
    struct trouble why = { 0 };
    err = whole_file_commit(public, &why);
    return err == OK ? OK : fail(trouble, err, "%s (the secret key %s is written)", why.text,
                                 secret->place.path);
}

enum err minisign_keygen(const struct outside *outside, const struct outside *secrets,
                         struct arena *arena, const struct minisign_keygen *keygen,
                         struct minisign_public *public, struct trouble *trouble)
{
    struct whole_file *secret_file = arena_take(arena, 1, sizeof *secret_file);
    struct whole_file *public_file = arena_take(arena, 1, sizeof *public_file);
    char text[MINISIGN_SECRET_TEXT];
    enum err err = keys_make(outside, keygen, public, text, trouble);

    if (err != OK)
        return err;
    struct text public_text = minisign_public_text(arena, public);
    err = whole_file_open(public_file, outside, arena, keygen->public_path, keygen->force,
                          trouble);
    if (err == OK)
        err = whole_file_open(secret_file, secrets, arena, keygen->secret_path, keygen->force,
                              trouble);
    if (err == OK)
        err = keys_write(secret_file, public_file, text, public_text, trouble);
    sodium_memzero(text, sizeof text);
    sodium_memzero(secret_file->out.buffer, sizeof secret_file->out.buffer);
    (void)whole_file_abort(secret_file, trouble);
    (void)whole_file_abort(public_file, trouble);
    return err;
}

/* Signatures. */

enum err minisign_sign_file(const struct outside *outside, struct arena *arena,
                            const struct minisign_signing *signing, struct trouble *trouble)
{
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    struct minisign_secret secret;
    struct text text;
    enum err err = minisign_digest(outside, signing->path, digest, trouble);

    if (err != OK)
        return err;
    err = minisign_secret_read(outside, signing->secret_path, signing->password, &secret,
                               trouble);
    if (err == OK)
        err = minisign_sign(arena, &secret, digest, signing->untrusted, signing->trusted, &text,
                            trouble);
    minisign_secret_wipe(&secret);
    if (err != OK)
        return err;
    return write_file_whole(outside, arena, signing->signature_path, text.data, text.size,
                            signing->force, trouble);
}

enum err minisign_verify_file(const struct outside *outside, struct arena *arena,
                              const char *path, const char *signature_path,
                              const struct minisign_public *public,
                              enum minisign_verdict *verdict, struct text *trusted,
                              struct trouble *trouble)
{
    char *bytes = arena_take(arena, MINISIGN_FILE_MAX, 1);
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    struct text message = { (const char *)digest, sizeof digest };
    struct minisign_signature signature;
    size_t size = 0;

    *verdict = MINISIGN_MALFORMED;
    *trusted = (struct text){ "", 0 };
    enum err err = small_file_read(outside, signature_path, "a signature", bytes,
                                   MINISIGN_FILE_MAX, &size, trouble);
    if (err == ERR_CHECK)
        return OK;   /* too large to be one: malformed */
    if (err != OK || !minisign_signature_parse((struct text){ bytes, size }, &signature))
        return err;
    err = signature.prehashed ? minisign_digest(outside, path, digest, trouble)
        : whole_read(outside, arena, path, &message, trouble);
    if (err != OK)
        return err;
    *verdict = minisign_verify(public, &signature, message);
    if (*verdict == MINISIGN_GOOD)
        *trusted = signature.trusted;
    return OK;
}
