#include "store/backup_seal.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "trail/trail_strict.h"

#define MAGIC "ochil-sealed-1\n"
#define MAGIC_BYTES (sizeof MAGIC - 1)
#define WRAPPED_BYTES (SEAL_KEY_BYTES + crypto_box_SEALBYTES)
#define PUBLIC_WORD "ochil-backup-public-1 "
#define SECRET_WORD "ochil-backup-secret-1 "

_Static_assert(SEAL_HEAD_BYTES == MAGIC_BYTES + WRAPPED_BYTES +
               crypto_secretstream_xchacha20poly1305_HEADERBYTES, "the head's parts");
_Static_assert(SEAL_MORE == crypto_secretstream_xchacha20poly1305_ABYTES, "a piece's tag");
_Static_assert(sizeof(crypto_secretstream_xchacha20poly1305_state) <= 64, "the stream's state");

typedef crypto_secretstream_xchacha20poly1305_state stream_state;

static enum err ready(struct trouble *trouble)
{
    return sodium_init() >= 0 ? OK : fail(trouble, ERR_IO, "libsodium cannot work here");
}

/* --- keys --- */

enum err seal_keys_make(const unsigned char seed[SEAL_KEY_BYTES], struct seal_secret *out,
                        struct trouble *trouble)
{
    enum err err = ready(trouble);

    if (err != OK)
        return err;
    int made = crypto_box_seed_keypair(out->public.bytes, out->bytes, seed);
    assert(made == 0);
    return OK;
}

void seal_secret_wipe(struct seal_secret *secret)
{
    sodium_memzero(secret, sizeof *secret);
}

static void key_text(const char *word, const unsigned char *bytes, char text[SEAL_KEY_TEXT])
{
    char hex[2 * SEAL_KEY_BYTES + 1];

    (void)sodium_bin2hex(hex, sizeof hex, bytes, SEAL_KEY_BYTES);
    (void)snprintf(text, SEAL_KEY_TEXT, "%s%s\n", word, hex);
    sodium_memzero(hex, sizeof hex);
}

void seal_public_text(const struct seal_public *public, char text[SEAL_KEY_TEXT])
{
    key_text(PUBLIC_WORD, public->bytes, text);
}

void seal_secret_text(const struct seal_secret *secret, char text[SEAL_KEY_TEXT])
{
    key_text(SECRET_WORD, secret->bytes, text);
}

/* The line feed may be missing: a key is also copied by hand. */
static bool key_parse(const char *word, struct text text, unsigned char *bytes)
{
    const size_t before = strlen(word);

    if (text.size > 0 && text.data[text.size - 1] == '\n')
        text.size--;
    return text.size > before && memcmp(text.data, word, before) == 0 &&
           strict_bytes((struct text){ text.data + before, text.size - before }, bytes,
                        SEAL_KEY_BYTES);
}

bool seal_public_parse(struct text text, struct seal_public *out)
{
    return key_parse(PUBLIC_WORD, text, out->bytes);
}

enum err seal_secret_parse(struct text text, struct seal_secret *out, struct trouble *trouble)
{
    enum err err = ready(trouble);

    if (err != OK)
        return err;
    if (!key_parse(SECRET_WORD, text, out->bytes) ||
        crypto_scalarmult_base(out->public.bytes, out->bytes) != 0) {
        seal_secret_wipe(out);
        return fail(trouble, ERR_CHECK, "not the secret key of backups");
    }
    return OK;
}

/* --- sealing --- */

static stream_state *state_of(unsigned char *state)
{
    return (stream_state *)(void *)state;
}

static enum err seal_piece(struct sealing *sealing, unsigned char tag, struct trouble *trouble)
{
    unsigned long long size = 0;
    int sealed = crypto_secretstream_xchacha20poly1305_push(
        state_of(sealing->state), sealing->sealed, &size, sealing->piece, sealing->used,
        (const unsigned char *)sealing->name, strlen(sealing->name), tag);

    assert(sealed == 0);
    sealing->used = 0;
    return sealing->to->write(sealing->to, sealing->sealed, (size_t)size, trouble);
}

static enum err seal_write(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct sealing *sealing = (struct sealing *)(void *)sink;
    const unsigned char *from = bytes;
    enum err err = OK;

    while (size > 0 && err == OK) {
        /* A full piece waits until it is known not to be the last. */
        if (sealing->used == SEAL_PIECE)
            err = seal_piece(sealing, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, trouble);
        const size_t room = SEAL_PIECE - sealing->used;
        const size_t part = size < room ? size : room;
        memcpy(sealing->piece + sealing->used, from, part);
        sealing->used += part;
        from += part;
        size -= part;
    }
    return err;
}

enum err seal_begin(struct sealing *sealing, const struct seal_public *public, const char *name,
                    struct sink *to, struct trouble *trouble)
{
    unsigned char key[SEAL_KEY_BYTES];
    unsigned char head[SEAL_HEAD_BYTES] = MAGIC;
    enum err err = ready(trouble);

    if (err != OK)
        return err;
    *sealing = (struct sealing){ .sink = { seal_write }, .to = to, .name = name };
    crypto_secretstream_xchacha20poly1305_keygen(key);
    int wrapped = crypto_box_seal(head + MAGIC_BYTES, key, sizeof key, public->bytes);
    if (wrapped == 0)
        wrapped = crypto_secretstream_xchacha20poly1305_init_push(
            state_of(sealing->state), head + MAGIC_BYTES + WRAPPED_BYTES, key);
    sodium_memzero(key, sizeof key);
    if (wrapped != 0)
        return fail(trouble, ERR_CHECK, "nothing can be sealed to that public key");
    return to->write(to, head, sizeof head, trouble);
}

enum err seal_end(struct sealing *sealing, struct trouble *trouble)
{
    enum err err = seal_piece(sealing, crypto_secretstream_xchacha20poly1305_TAG_FINAL, trouble);

    sodium_memzero(sealing, sizeof *sealing);
    return err;
}

/* --- opening --- */

static enum err damaged(const struct unsealing *unsealing, struct trouble *trouble)
{
    return fail(trouble, ERR_CHECK, "%s: it was changed, or was not sealed for this key",
                unsealing->name);
}

static enum err open_head(struct unsealing *unsealing, struct trouble *trouble)
{
    unsigned char key[SEAL_KEY_BYTES];
    const unsigned char *head = unsealing->sealed;
    const struct seal_secret *secret = unsealing->key;
    enum err err = ready(trouble);

    if (err != OK)
        return err;
    if (memcmp(head, MAGIC, MAGIC_BYTES) != 0)
        return fail(trouble, ERR_CHECK, "%s: not a sealed file", unsealing->name);
    int opened = crypto_box_seal_open(key, head + MAGIC_BYTES, WRAPPED_BYTES,
                                      secret->public.bytes, secret->bytes);
    if (opened == 0)
        opened = crypto_secretstream_xchacha20poly1305_init_pull(
            state_of(unsealing->state), head + MAGIC_BYTES + WRAPPED_BYTES, key);
    sodium_memzero(key, sizeof key);
    unsealing->begun = true;
    unsealing->used = 0;
    return opened == 0 ? OK : damaged(unsealing, trouble);
}

static enum err open_piece(struct unsealing *unsealing, struct trouble *trouble)
{
    unsigned long long size = 0;
    unsigned char tag = 0;
    int opened = crypto_secretstream_xchacha20poly1305_pull(
        state_of(unsealing->state), unsealing->piece, &size, &tag, unsealing->sealed,
        unsealing->used, (const unsigned char *)unsealing->name, strlen(unsealing->name));

    unsealing->used = 0;
    if (opened != 0 || unsealing->ended)
        return damaged(unsealing, trouble);
    unsealing->ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return unsealing->to->write(unsealing->to, unsealing->piece, (size_t)size, trouble);
}

static enum err unseal_write(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    struct unsealing *unsealing = (struct unsealing *)(void *)sink;
    const unsigned char *from = bytes;
    enum err err = OK;

    while (size > 0 && err == OK) {
        const size_t whole = unsealing->begun ? sizeof unsealing->sealed : SEAL_HEAD_BYTES;
        const size_t room = whole - unsealing->used;
        const size_t part = size < room ? size : room;
        memcpy(unsealing->sealed + unsealing->used, from, part);
        unsealing->used += part;
        from += part;
        size -= part;
        if (unsealing->used == whole)
            err = unsealing->begun ? open_piece(unsealing, trouble)
                                   : open_head(unsealing, trouble);
    }
    return err;
}

void unseal_begin(struct unsealing *unsealing, const struct seal_secret *key, const char *name,
                  struct sink *to)
{
    *unsealing = (struct unsealing){ .sink = { unseal_write }, .to = to, .key = key,
                                     .name = name };
}

enum err unseal_end(struct unsealing *unsealing, struct trouble *trouble)
{
    enum err err = OK;

    if (unsealing->begun && unsealing->used > 0)
        err = open_piece(unsealing, trouble);
    if (err == OK && !unsealing->ended)
        err = fail(trouble, ERR_CHECK, "%s: it was cut off", unsealing->name);
    sodium_memzero(unsealing, sizeof *unsealing);
    return err;
}
