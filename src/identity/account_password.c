#include "identity/account_password.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>

#define SALT_BYTES crypto_pwhash_argon2id_SALTBYTES
#define HASH_BYTES 32

static const char *const sentence[PASSWORD_REFUSALS] = {
    [PASSWORD_FINE] = "",
    [PASSWORD_SHORT] = "Choose a password of at least 12 characters.",
    [PASSWORD_LONG] = "Choose a password of at most 1,000 bytes.",
    [PASSWORD_NOT_TEXT] = "The password is not text in UTF-8.",
    [PASSWORD_IS_LOGIN] = "Choose a password that does not hold your login name.",
};

const char *password_refusal_sentence(enum password_refusal refusal)
{
    assert(refusal < PASSWORD_REFUSALS);
    return sentence[refusal];
}

/* Of UTF-8: every byte that does not go on with a character begins one. */
static size_t characters_in(struct text text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

enum password_refusal password_judge(struct text password, struct text login)
{
    if (password.size > PASSWORD_BYTES_MOST)
        return PASSWORD_LONG;
    if (!text_is_utf8(password))
        return PASSWORD_NOT_TEXT;
    if (characters_in(password) < PASSWORD_CHARACTERS_LEAST)
        return PASSWORD_SHORT;
    if (login.size > 0 && memmem(password.data, password.size, login.data, login.size) != NULL)
        return PASSWORD_IS_LOGIN;
    return PASSWORD_FINE;
}

static enum err hash(struct text password, struct password_cost cost,
                     const unsigned char salt[SALT_BYTES], unsigned char out[HASH_BYTES],
                     struct trouble *trouble)
{
    if (sodium_init() < 0 ||
        crypto_pwhash(out, HASH_BYTES, password.data, password.size, salt, cost.passes,
                      (size_t)cost.kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(trouble, ERR_IO, "no memory to hash a password in");
    return OK;
}

enum err password_keep(const struct outside *outside, struct password_cost cost,
                       struct arena *arena, struct text password, struct text *kept,
                       struct trouble *trouble)
{
    unsigned char salt[SALT_BYTES], made[HASH_BYTES];
    char salt_hex[2 * SALT_BYTES + 1], made_hex[2 * HASH_BYTES + 1];

    if (outside->random(salt, sizeof salt) != 0)
        return fail(trouble, ERR_IO, "the system gives no random bytes");
    enum err err = hash(password, cost, salt, made, trouble);
    if (err != OK)
        return err;
    (void)sodium_bin2hex(salt_hex, sizeof salt_hex, salt, sizeof salt);
    (void)sodium_bin2hex(made_hex, sizeof made_hex, made, sizeof made);
    *kept = text_of(arena_print(arena, "argon2id %u %u %s %s", cost.passes, cost.kib, salt_hex,
                                made_hex));
    return OK;
}

struct kept {
    struct password_cost cost;
    unsigned char        salt[SALT_BYTES];
    unsigned char        hash[HASH_BYTES];
};

static bool read_hex(const char *hex, unsigned char *out, size_t size)
{
    size_t got = 0;

    return sodium_hex2bin(out, size, hex, strlen(hex), NULL, &got, NULL) == 0 && got == size;
}

static enum err read_kept(struct text text, struct kept *out, struct trouble *trouble)
{
    char copy[256], salt[80], made[80];
    int behind = 0;

    if (text.size < sizeof copy) {
        memcpy(copy, text.data, text.size);
        copy[text.size] = '\0';
        if (sscanf(copy, "argon2id %9u %9u %79s %79s%n", &out->cost.passes, &out->cost.kib, salt,
                   made, &behind) == 4 &&
            (size_t)behind == text.size && read_hex(salt, out->salt, sizeof out->salt) &&
            read_hex(made, out->hash, sizeof out->hash))
            return OK;
    }
    return fail(trouble, ERR_CHECK, "an account's password is not kept in the form");
}

enum err password_try(struct text kept, struct password_cost usual, struct text password,
                      bool *right, struct trouble *trouble)
{
    struct kept is = { .cost = usual };
    unsigned char made[HASH_BYTES];
    const bool there = kept.size > 0;
    enum err err = OK;

    *right = false;
    if (password.size > PASSWORD_BYTES_MOST)
        return OK;
    if (there)
        err = read_kept(kept, &is, trouble);
    if (err == OK)
        err = hash(password, is.cost, is.salt, made, trouble);
    if (err == OK)
        *right = there && sodium_memcmp(made, is.hash, sizeof made) == 0;
    return err;
}
