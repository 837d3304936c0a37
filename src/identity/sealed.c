#include "identity/sealed.h"

#include <sodium.h>

#define NONCE_BYTES ((size_t)crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
#define TAG_BYTES ((size_t)crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define KEY_BYTES ((size_t)crypto_aead_xchacha20poly1305_ietf_KEYBYTES)

/* The master key itself seals the keys of evidence and nothing else. */
static enum err key_of(const struct seal_place *place, unsigned char key[KEY_BYTES],
                       struct trouble *trouble)
{
    static const unsigned char what[] = "ochil identity 1";

    if (place->key == NULL)
        return fail(trouble, ERR_MISSING, "the keyring has no key of %.*s", TEXT(place->council));
    (void)crypto_generichash(key, KEY_BYTES, what, sizeof what - 1, place->key->bytes,
                             sizeof place->key->bytes);
    return OK;
}

static struct text label_of(struct arena *arena, const struct seal_place *place)
{
    return text_of(arena_print(arena, "ochil sealed 1\n%.*s\n%s\n%lld", TEXT(place->council),
                               place->purpose, (long long)place->subject));
}

enum err words_seal(const struct outside *outside, struct arena *arena,
                    const struct seal_place *place, struct text words, struct text *sealed,
                    struct trouble *trouble)
{
    const struct text label = label_of(arena, place);
    const size_t size = NONCE_BYTES + words.size + TAG_BYTES;
    unsigned char key[KEY_BYTES], *bytes = arena_take(arena, size, 1);
    enum err err = key_of(place, key, trouble);

    if (err != OK)
        return err;
    if (outside->random(bytes, NONCE_BYTES) != 0)
        return fail(trouble, ERR_IO, "the system gives no random bytes");
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes + NONCE_BYTES, NULL, (const unsigned char *)words.data, words.size,
        (const unsigned char *)label.data, label.size, NULL, bytes, key);
    sodium_memzero(key, sizeof key);
    *sealed = (struct text){ (const char *)bytes, size };
    return OK;
}

enum err words_unseal(struct arena *arena, const struct seal_place *place, struct text sealed,
                      struct text *words, struct trouble *trouble)
{
    const struct text label = label_of(arena, place);
    const unsigned char *bytes = (const unsigned char *)sealed.data;
    unsigned char key[KEY_BYTES];

    if (sealed.size < NONCE_BYTES + TAG_BYTES)
        return fail(trouble, ERR_CHECK, "sealed words are too short");
    const size_t size = sealed.size - NONCE_BYTES - TAG_BYTES;
    char *plain = arena_take(arena, size + 1, 1);
    enum err err = key_of(place, key, trouble);
    if (err != OK)
        return err;
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        (unsigned char *)plain, NULL, NULL, bytes + NONCE_BYTES, size + TAG_BYTES,
        (const unsigned char *)label.data, label.size, bytes, key);
    sodium_memzero(key, sizeof key);
    if (failed != 0)
        return fail(trouble, ERR_CHECK, "sealed words (%s) do not open", place->purpose);
    *words = (struct text){ plain, size };
    return OK;
}
