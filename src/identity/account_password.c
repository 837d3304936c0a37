#include "identity/account_password.h"

#include <assert.h>
#include <sodium.h>

#include "identity/common_password.h"

#define SALT_BYTES crypto_pwhash_argon2id_SALTBYTES
#define HASH_BYTES 32

static const char *const sentence[PASSWORD_REFUSALS] = {
    [PASSWORD_FINE] = "",
    [PASSWORD_SHORT] = "Choose a password of at least 12 characters.",
    [PASSWORD_LONG] = "Choose a password of at most 1,000 bytes.",
    [PASSWORD_NOT_TEXT] = "The password is not text in UTF-8.",
    [PASSWORD_IS_LOGIN] = "Choose a password that does not hold your login name.",
    [PASSWORD_COMMON] = "Many people have used this password, and it was stolen from some of them. "
                        "Choose another one: several words that do not belong together are good.",
    [PASSWORD_OF_THE_PLACE] = "Choose a password that is more than the names of the councils, of "
                              "yourself or of this service: add words that do not belong here.",
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

enum password_refusal password_judge(struct text password, struct text login,
                                     const struct councils *councils)
{
    if (password.size > PASSWORD_BYTES_MOST)
        return PASSWORD_LONG;
    if (!text_is_utf8(password))
        return PASSWORD_NOT_TEXT;
    if (characters_in(password) < PASSWORD_CHARACTERS_LEAST)
        return PASSWORD_SHORT;
    if (login.size > 0 && memmem(password.data, password.size, login.data, login.size) != NULL)
        return PASSWORD_IS_LOGIN;
    if (password_is_common(password))
        return PASSWORD_COMMON;
    if (password_is_of_the_place(password, login, councils))
        return PASSWORD_OF_THE_PLACE;
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

static bool read_hex(struct text hex, unsigned char *out, size_t size)
{
    size_t got = 0;

    return sodium_hex2bin(out, size, hex.data, hex.size, NULL, &got, NULL) == 0 && got == size;
}

/* The next word of the text, cut off its front; empty at the end. */
static struct text next_word(struct text *rest)
{
    const char *blank = memchr(rest->data, ' ', rest->size);
    const size_t size = blank == NULL ? rest->size : (size_t)(blank - rest->data);
    const size_t past = blank == NULL ? size : size + 1;
    const struct text word = { rest->data, size };

    *rest = (struct text){ rest->data + past, rest->size - past };
    return word;
}

static bool read_number(struct text word, unsigned *out)
{
    *out = 0;
    for (size_t i = 0; i < word.size; i++)
        *out = *out * 10 + (unsigned)(word.data[i] - '0');
    return word.size >= 1 && word.size <= 9 && text_digits(word, 0) == word.size;
}

static enum err read_kept(struct text text, struct kept *out, struct trouble *trouble)
{
    struct text rest = text;
    const bool named = text_is(next_word(&rest), "argon2id");
    const bool passes = read_number(next_word(&rest), &out->cost.passes);
    const bool kib = read_number(next_word(&rest), &out->cost.kib);
    const bool salt = read_hex(next_word(&rest), out->salt, sizeof out->salt);
    const bool made = read_hex(next_word(&rest), out->hash, sizeof out->hash);

    return named && passes && kib && salt && made && rest.size == 0
               ? OK : fail(trouble, ERR_CHECK, "an account's password is not kept in the form");
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
