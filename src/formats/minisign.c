#include "formats/minisign.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#define CHECKSUM_BYTES 32
#define LOCKED_BYTES   (MINISIGN_NUMBER_BYTES + MINISIGN_SECRET_BYTES + CHECKSUM_BYTES)
#define BASE64         sodium_base64_VARIANT_ORIGINAL
#define BASE64_ROOM(bytes) (((bytes) + 2) / 3 * 4 + 1)

static const char comment_prefix[] = "untrusted comment: ";
static const char trusted_prefix[] = "trusted comment: ";

/* The three records as they stand in base64. Only bytes, so there is no padding. */

struct public_record {
    unsigned char algorithm[2];   /* Ed */
    unsigned char number[MINISIGN_NUMBER_BYTES];
    unsigned char key[MINISIGN_PUBLIC_BYTES];
};

struct secret_record {
    unsigned char algorithm[2];      /* Ed */
    unsigned char kdf[2];            /* Sc: encrypted by a password; two zeros: not encrypted */
    unsigned char checksum_kind[2];  /* B2 */
    unsigned char salt[MINISIGN_SALT_BYTES];
    unsigned char operations[8];     /* little-endian */
    unsigned char memory[8];
    /* What a password encrypts, as one run of bytes: */
    unsigned char locked[LOCKED_BYTES];   /* number, key, checksum */
};

struct signature_record {
    unsigned char algorithm[2];   /* ED: prehashed; Ed: of the file itself */
    unsigned char number[MINISIGN_NUMBER_BYTES];
    unsigned char bytes[MINISIGN_SIGNATURE_BYTES];
};

_Static_assert(sizeof(struct public_record) == 42, "as minisign writes it");
_Static_assert(sizeof(struct secret_record) == 158, "as minisign writes it");
_Static_assert(sizeof(struct signature_record) == 74, "as minisign writes it");
_Static_assert(MINISIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "");
_Static_assert(MINISIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "");
_Static_assert(MINISIGN_SALT_BYTES == crypto_pwhash_scryptsalsa208sha256_SALTBYTES, "");

const struct minisign_cost minisign_cost_usual = {
    crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE,
    crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE,
};

const char *minisign_sentence(enum minisign_verdict verdict)
{
    switch (verdict) {
    case MINISIGN_GOOD:          return "The signature is good";
    case MINISIGN_WRONG_KEY:     return "The signature was made by another key";
    case MINISIGN_BAD_SIGNATURE: return "The file is not the one that was signed";
    case MINISIGN_BAD_COMMENT:   return "The trusted comment is not the one that was signed";
    case MINISIGN_MALFORMED:     return "This is not a minisign signature";
    }
    assert(false);
    return "";
}

static enum err sodium_ready(struct trouble *trouble)
{
    return sodium_init() >= 0 ? OK : fail(trouble, ERR_IO, "libsodium cannot work here");
}

/* Reading lines. */

/* Takes the first line off `rest`, without its LF or CRLF. False at the end. */
static bool line_take(struct text *rest, struct text *line)
{
    if (rest->size == 0)
        return false;
    const char *end = memchr(rest->data, '\n', rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->data);
    size_t taken = end == NULL ? size : size + 1;
    *line = (struct text){ rest->data, size };
    if (size > 0 && line->data[size - 1] == '\r')
        line->size--;
    rest->data += taken;
    rest->size -= taken;
    return true;
}

static bool prefix_take(struct text *line, const char *prefix)
{
    size_t size = strlen(prefix);

    if (line->size < size || memcmp(line->data, prefix, size) != 0)
        return false;
    line->data += size;
    line->size -= size;
    return true;
}

/* A line that is base64 of exactly `size` bytes. */
static bool record_read(struct text line, void *bytes, size_t size)
{
    size_t got;

    return sodium_base642bin(bytes, size, line.data, line.size, NULL, &got, NULL, BASE64) == 0
        && got == size;
}

/* A comment line, then a record, as all three kinds of files begin. */
static bool head_read(struct text *rest, void *bytes, size_t size)
{
    struct text line;

    return line_take(rest, &line) && prefix_take(&line, comment_prefix)
        && line_take(rest, &line) && record_read(line, bytes, size);
}

static bool is_printable(struct text comment)
{
    for (size_t i = 0; i < comment.size; i++) {
        unsigned char byte = (unsigned char)comment.data[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            return false;
    }
    return text_is_utf8(comment);
}

/* Keys. */

enum err minisign_keys_make(const unsigned char seed[MINISIGN_SEED_BYTES],
                            const unsigned char number[MINISIGN_NUMBER_BYTES],
                            struct minisign_public *public, struct minisign_secret *secret,
                            struct trouble *trouble)
{
    enum err err = sodium_ready(trouble);

    if (err != OK)
        return err;
    memcpy(public->number, number, MINISIGN_NUMBER_BYTES);
    memcpy(secret->number, number, MINISIGN_NUMBER_BYTES);
    if (crypto_sign_seed_keypair(public->key, secret->key, seed) != 0)
        return fail(trouble, ERR_IO, "libsodium could not make a key");
    return OK;
}

void minisign_secret_wipe(struct minisign_secret *secret)
{
    sodium_memzero(secret, sizeof *secret);
}

void minisign_number_hex(const unsigned char number[MINISIGN_NUMBER_BYTES], char hex[17])
{
    uint64_t value = 0;

    for (size_t i = MINISIGN_NUMBER_BYTES; i-- > 0;)
        value = value << 8 | number[i];
    (void)snprintf(hex, 17, "%" PRIX64, value);
}

struct text minisign_public_text(struct arena *arena, const struct minisign_public *public)
{
    struct public_record record = { .algorithm = { 'E', 'd' } };
    char base64[BASE64_ROOM(sizeof record)], hex[17];

    memcpy(record.number, public->number, sizeof record.number);
    memcpy(record.key, public->key, sizeof record.key);
    (void)sodium_bin2base64(base64, sizeof base64, (unsigned char *)&record, sizeof record,
                            BASE64);
    minisign_number_hex(public->number, hex);
    return text_of(arena_print(arena, "%sminisign public key %s\n%s\n", comment_prefix, hex,
                               base64));
}

enum err minisign_public_parse(struct text text, struct minisign_public *public,
                               struct trouble *trouble)
{
    struct public_record record;
    struct text whole = text, line;
    bool good = head_read(&text, &record, sizeof record);

    if (!good)
        good = line_take(&whole, &line) && record_read(line, &record, sizeof record);
    if (!good || memcmp(record.algorithm, "Ed", 2) != 0)
        return fail(trouble, ERR_CHECK, "not a minisign public key");
    memcpy(public->number, record.number, sizeof record.number);
    memcpy(public->key, record.key, sizeof record.key);
    return OK;
}

/* Secret keys. */

static void put_little_endian(unsigned char bytes[8], uint64_t value)
{
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t little_endian(const unsigned char bytes[8])
{
    uint64_t value = 0;

    for (size_t i = 8; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

/* Over the algorithm, the number and the key: tells a wrong password from a right one. */
static void checksum(const struct secret_record *record, unsigned char sum[CHECKSUM_BYTES])
{
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, NULL, 0, CHECKSUM_BYTES);
    (void)crypto_generichash_update(&state, record->algorithm, sizeof record->algorithm);
    (void)crypto_generichash_update(&state, record->locked, LOCKED_BYTES - CHECKSUM_BYTES);
    (void)crypto_generichash_final(&state, sum, CHECKSUM_BYTES);
    sodium_memzero(&state, sizeof state);
}

/* Encrypts or decrypts: the password's key stream is laid over the secret part. */
static enum err lock(struct secret_record *record, struct text password, struct trouble *trouble)
{
    unsigned char stream[LOCKED_BYTES];

    if (crypto_pwhash_scryptsalsa208sha256(stream, sizeof stream, password.data, password.size,
                                           record->salt, little_endian(record->operations),
                                           (size_t)little_endian(record->memory)) != 0)
        return fail(trouble, ERR_IO, "not enough memory for the key's password");
    for (size_t i = 0; i < LOCKED_BYTES; i++)
        record->locked[i] ^= stream[i];
    sodium_memzero(stream, sizeof stream);
    return OK;
}

static void secret_write(const struct secret_record *record, const char *kind,
                         char out[MINISIGN_SECRET_TEXT])
{
    char base64[BASE64_ROOM(sizeof *record)];

    (void)sodium_bin2base64(base64, sizeof base64, (const unsigned char *)record, sizeof *record,
                            BASE64);
    (void)snprintf(out, MINISIGN_SECRET_TEXT, "%sminisign %s secret key\n%s\n", comment_prefix,
                   kind, base64);
    sodium_memzero(base64, sizeof base64);
}

enum err minisign_secret_text(const struct minisign_secret *secret, struct text password,
                              const unsigned char salt[MINISIGN_SALT_BYTES],
                              const struct minisign_cost *cost, char out[MINISIGN_SECRET_TEXT],
                              struct trouble *trouble)
{
    struct secret_record record = { .algorithm = { 'E', 'd' }, .checksum_kind = { 'B', '2' } };
    enum err err = sodium_ready(trouble);

    if (err != OK)
        return err;
    memcpy(record.locked, secret->number, MINISIGN_NUMBER_BYTES);
    memcpy(record.locked + MINISIGN_NUMBER_BYTES, secret->key, MINISIGN_SECRET_BYTES);
    checksum(&record, record.locked + LOCKED_BYTES - CHECKSUM_BYTES);
    if (password.size > 0) {
        memcpy(record.kdf, "Sc", 2);
        memcpy(record.salt, salt, sizeof record.salt);
        put_little_endian(record.operations, cost->operations);
        put_little_endian(record.memory, cost->memory);
        err = lock(&record, password, trouble);
    }
    if (err == OK)
        secret_write(&record, password.size > 0 ? "encrypted" : "unencrypted", out);
    sodium_memzero(&record, sizeof record);
    return err;
}

static enum err unlock(struct secret_record *record, struct text password,
                       struct trouble *trouble)
{
    if (memcmp(record->kdf, "\0\0", 2) == 0)
        return OK;
    if (memcmp(record->kdf, "Sc", 2) != 0
        || little_endian(record->operations) > minisign_cost_usual.operations
        || little_endian(record->memory) > minisign_cost_usual.memory)
        return fail(trouble, ERR_CHECK, "the secret key is locked in a way not known here");
    if (password.size == 0)
        return fail(trouble, ERR_RIGHTS, "the secret key needs its password");
    return lock(record, password, trouble);
}

/* A key that is not encrypted may have no checksum: minisign -W leaves zeros there. */
static bool checksum_fits(const struct secret_record *record, bool locked)
{
    const unsigned char *told = record->locked + LOCKED_BYTES - CHECKSUM_BYTES;
    unsigned char sum[CHECKSUM_BYTES];

    checksum(record, sum);
    return sodium_memcmp(sum, told, sizeof sum) == 0
        || (!locked && sodium_is_zero(told, sizeof sum) == 1);
}

/* A secret key ends in its public one. With another there a signature could give the key away. */
static bool halves_fit(const unsigned char key[MINISIGN_SECRET_BYTES])
{
    unsigned char public[MINISIGN_PUBLIC_BYTES], again[MINISIGN_SECRET_BYTES];

    bool fit = crypto_sign_seed_keypair(public, again, key) == 0
        && sodium_memcmp(again, key, sizeof again) == 0;
    sodium_memzero(again, sizeof again);
    return fit;
}

static enum err secret_take(const struct secret_record *record, struct minisign_secret *out,
                            struct trouble *trouble)
{
    const unsigned char *key = record->locked + MINISIGN_NUMBER_BYTES;
    bool locked = memcmp(record->kdf, "\0\0", 2) != 0;

    if (!checksum_fits(record, locked))
        return locked ? fail(trouble, ERR_RIGHTS, "wrong password for the secret key")
            : fail(trouble, ERR_CHECK, "the secret key is damaged");
    if (!halves_fit(key))
        return fail(trouble, ERR_CHECK, "the secret key is damaged");
    memcpy(out->number, record->locked, MINISIGN_NUMBER_BYTES);
    memcpy(out->key, key, MINISIGN_SECRET_BYTES);
    return OK;
}

enum err minisign_secret_parse(struct text text, struct text password,
                               struct minisign_secret *out, struct trouble *trouble)
{
    struct secret_record record = { .algorithm = { 0 } };
    enum err err = sodium_ready(trouble);

    memset(out, 0, sizeof *out);
    if (err != OK)
        return err;
    if (!head_read(&text, &record, sizeof record) || memcmp(record.algorithm, "Ed", 2) != 0
        || memcmp(record.checksum_kind, "B2", 2) != 0)
        err = fail(trouble, ERR_CHECK, "not a minisign secret key");
    if (err == OK)
        err = unlock(&record, password, trouble);
    if (err == OK)
        err = secret_take(&record, out, trouble);
    sodium_memzero(&record, sizeof record);
    return err;
}

/* Signatures. */

enum err minisign_digest_of(struct text message, unsigned char digest[MINISIGN_DIGEST_BYTES],
                            struct trouble *trouble)
{
    enum err err = sodium_ready(trouble);

    if (err == OK)
        (void)crypto_generichash(digest, MINISIGN_DIGEST_BYTES,
                                 (const unsigned char *)message.data, message.size, NULL, 0);
    return err;
}

/* What the second signature is over: the first one and the trusted comment. */
static size_t global_message(unsigned char *message,
                             const unsigned char bytes[MINISIGN_SIGNATURE_BYTES],
                             struct text trusted)
{
    assert(trusted.size <= MINISIGN_FILE_MAX);
    memcpy(message, bytes, MINISIGN_SIGNATURE_BYTES);
    if (trusted.size > 0)
        memcpy(message + MINISIGN_SIGNATURE_BYTES, trusted.data, trusted.size);
    return MINISIGN_SIGNATURE_BYTES + trusted.size;
}

static enum err check_comments(struct text untrusted, struct text trusted,
                               struct trouble *trouble)
{
    if (untrusted.size > MINISIGN_COMMENT_MAX || trusted.size > MINISIGN_TRUSTED_MAX)
        return fail(trouble, ERR_USAGE, "the comment is too long for a signature");
    if (!is_printable(untrusted) || !is_printable(trusted))
        return fail(trouble, ERR_USAGE, "the comment of a signature is one line of UTF-8");
    return OK;
}

enum err minisign_sign(struct arena *arena, const struct minisign_secret *secret,
                       const unsigned char digest[MINISIGN_DIGEST_BYTES], struct text untrusted,
                       struct text trusted, struct text *out, struct trouble *trouble)
{
    struct signature_record record = { .algorithm = { 'E', 'D' } };
    unsigned char message[MINISIGN_SIGNATURE_BYTES + MINISIGN_FILE_MAX];
    unsigned char global[MINISIGN_SIGNATURE_BYTES];
    char base64[BASE64_ROOM(sizeof record)], global_base64[BASE64_ROOM(sizeof global)];
    enum err err = check_comments(untrusted, trusted, trouble);

    if (err != OK || (err = sodium_ready(trouble)) != OK)
        return err;
    memcpy(record.number, secret->number, sizeof record.number);
    if (crypto_sign_detached(record.bytes, NULL, digest, MINISIGN_DIGEST_BYTES, secret->key) != 0
        || crypto_sign_detached(global, NULL, message,
                                global_message(message, record.bytes, trusted),
                                secret->key) != 0)
        return fail(trouble, ERR_IO, "libsodium could not sign");
    (void)sodium_bin2base64(base64, sizeof base64, (unsigned char *)&record, sizeof record,
                            BASE64);
    (void)sodium_bin2base64(global_base64, sizeof global_base64, global, sizeof global, BASE64);
    *out = text_of(arena_print(arena, "%s%.*s\n%s\n%s%.*s\n%s\n", comment_prefix,
                               TEXT(untrusted), base64, trusted_prefix, TEXT(trusted),
                               global_base64));
    return OK;
}

bool minisign_signature_parse(struct text text, struct minisign_signature *signature)
{
    struct signature_record record;
    struct text line;

    memset(signature, 0, sizeof *signature);
    if (text.size > MINISIGN_FILE_MAX || !head_read(&text, &record, sizeof record)
        || !line_take(&text, &line) || !prefix_take(&line, trusted_prefix)
        || !is_printable(line))
        return false;
    signature->trusted = line;
    if (!line_take(&text, &line)
        || !record_read(line, signature->global, sizeof signature->global) || text.size != 0)
        return false;
    signature->prehashed = memcmp(record.algorithm, "ED", 2) == 0;
    memcpy(signature->number, record.number, sizeof record.number);
    memcpy(signature->bytes, record.bytes, sizeof record.bytes);
    return signature->prehashed || memcmp(record.algorithm, "Ed", 2) == 0;
}

enum minisign_verdict minisign_verify(const struct minisign_public *public,
                                      const struct minisign_signature *signature,
                                      struct text message)
{
    unsigned char global[MINISIGN_SIGNATURE_BYTES + MINISIGN_FILE_MAX];

    if (memcmp(public->number, signature->number, MINISIGN_NUMBER_BYTES) != 0)
        return MINISIGN_WRONG_KEY;
    if (crypto_sign_verify_detached(signature->bytes, (const unsigned char *)message.data,
                                    message.size, public->key) != 0)
        return MINISIGN_BAD_SIGNATURE;
    if (crypto_sign_verify_detached(signature->global, global,
                                    global_message(global, signature->bytes,
                                                   signature->trusted), public->key) != 0)
        return MINISIGN_BAD_COMMENT;
    return MINISIGN_GOOD;
}
