/*
 * Key and signature files from any bytes: nothing but what minisign writes is taken, what is taken
 * can be written again the same, and no signature but the one that was made is good.
 */
#include "formats/minisign.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct minisign_cost cheap = { 32768, 1 << 20 };

struct fixed {
    struct minisign_public    public;
    struct minisign_secret    secret;
    struct minisign_signature signature;
    unsigned char             digest[MINISIGN_DIGEST_BYTES];
    struct arena              arena;
};

static struct fixed *make_fixed(void)
{
    static const unsigned char seed[MINISIGN_SEED_BYTES] = { 1, 2, 3 };
    static const unsigned char number[MINISIGN_NUMBER_BYTES] = { 9, 8, 7 };
    static struct fixed fixed;
    static bool made;
    struct text text;

    if (made)
        return &fixed;
    enum err err = minisign_keys_make(seed, number, &fixed.public, &fixed.secret, NULL);
    assert(err == OK);
    err = minisign_sign(&fixed.arena, &fixed.secret, fixed.digest, text_of("u"), text_of("t"),
                        &text, NULL);
    assert(err == OK);
    made = minisign_signature_parse(text, &fixed.signature);
    assert(made);
    return &fixed;
}

static void try_public(struct arena *arena, struct text text)
{
    struct minisign_public public, again;
    struct trouble trouble = { .text = "" };
    enum err err = minisign_public_parse(text, &public, &trouble);

    if (err != OK) {
        assert(err == ERR_CHECK && trouble.text[0] != '\0');
        return;
    }
    err = minisign_public_parse(minisign_public_text(arena, &public), &again, &trouble);
    assert(err == OK && memcmp(&public, &again, sizeof public) == 0);
}

static void try_secret(struct text text)
{
    static const unsigned char salt[MINISIGN_SALT_BYTES] = { 5 };
    struct minisign_secret secret, again;
    struct trouble trouble = { .text = "" };
    char written[MINISIGN_SECRET_TEXT];
    enum err err = minisign_secret_parse(text, text_of(""), &secret, &trouble);

    if (err != OK) {
        assert(trouble.text[0] != '\0');
        return;
    }
    err = minisign_secret_text(&secret, text_of(""), salt, &cheap, written, &trouble);
    assert(err == OK);
    err = minisign_secret_parse(text_of(written), text_of(""), &again, &trouble);
    assert(err == OK && memcmp(&secret, &again, sizeof secret) == 0);
}

/* Of either kind: one of the older kind, over the file itself, fits a file that is the digest of
 * another. That is minisign's format; the message here is such a file. */
static bool same_signature(const struct minisign_signature *a, const struct minisign_signature *b)
{
    return memcmp(a->number, b->number, sizeof a->number) == 0 &&
           memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0 &&
           text_equal(a->trusted, b->trusted) &&
           memcmp(a->global, b->global, sizeof a->global) == 0;
}

static void try_signature(const struct fixed *fixed, struct text text)
{
    struct minisign_signature signature;
    struct text message = { (const char *)fixed->digest, sizeof fixed->digest };

    if (!minisign_signature_parse(text, &signature))
        return;
    assert(text_is_utf8(signature.trusted));
    enum minisign_verdict verdict = minisign_verify(&fixed->public, &signature, message);
    assert((verdict == MINISIGN_GOOD) == same_signature(&signature, &fixed->signature));
    assert(minisign_sentence(verdict)[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct fixed *fixed = make_fixed();
    struct text text = { (const char *)bytes, size };
    struct arena arena = { 0 };

    try_public(&arena, text);
    try_secret(text);
    try_signature(fixed, text);
    arena_free(&arena);
    return 0;
}
