#include "identity/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#define SHA1_BYTES 20

enum err totp_code(const struct totp_secret *secret, int64_t counter, char code[TOTP_DIGITS + 1],
                   struct trouble *trouble)
{
    unsigned char message[8], mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    for (int i = 0; i < 8; i++)
        message[i] = (unsigned char)((uint64_t)counter >> (56 - 8 * i));
    if (HMAC(EVP_sha1(), secret->bytes, sizeof secret->bytes, message, sizeof message, mac,
             &size) == NULL || size != SHA1_BYTES)
        return fail(trouble, ERR_IO, "HMAC-SHA-1 is not to be had from libcrypto");
    /* RFC 4226, 5.3: four bytes from where the last half byte says, without their sign. */
    const unsigned char *at = mac + (mac[SHA1_BYTES - 1] & 15);
    const uint32_t number = (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 |
                            (uint32_t)at[2] << 8 | at[3];
    (void)snprintf(code, TOTP_DIGITS + 1, "%06u", number % 1000000u);
    return OK;
}

enum err totp_match(const struct totp_secret *secret, struct moment now, int64_t used,
                    struct text code, int64_t *counter, struct trouble *trouble)
{
    const int64_t present = now.ms / TOTP_STEP_MS;
    char right[TOTP_DIGITS + 1];
    enum err err = OK;

    *counter = 0;
    for (int64_t at = present - TOTP_WINDOW; at <= present + TOTP_WINDOW && err == OK; at++) {
        err = totp_code(secret, at, right, trouble);
        if (err == OK && at > used && text_is(code, right))
            *counter = at;
    }
    return err;
}

static void base32(const struct totp_secret *secret, char out[TOTP_SECRET_DIGITS])
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    for (size_t group = 0; group < TOTP_SECRET_BYTES / 5; group++) {
        uint64_t bits = 0;
        for (size_t i = 0; i < 5; i++)
            bits = bits << 8 | secret->bytes[5 * group + i];
        for (size_t i = 0; i < 8; i++)
            out[8 * group + i] = digit[bits >> (35 - 5 * i) & 31];
    }
}

struct text totp_secret_words(struct arena *arena, const struct totp_secret *secret)
{
    char plain[TOTP_SECRET_DIGITS];
    char *words = arena_take(arena, TOTP_SECRET_DIGITS + TOTP_SECRET_DIGITS / 4, 1);
    size_t size = 0;

    base32(secret, plain);
    for (size_t i = 0; i < TOTP_SECRET_DIGITS; i++) {
        if (i > 0 && i % 4 == 0)
            words[size++] = ' ';
        words[size++] = plain[i];
    }
    return (struct text){ words, size };
}

struct text totp_address(struct arena *arena, const struct totp_secret *secret, struct text login)
{
    char plain[TOTP_SECRET_DIGITS];

    base32(secret, plain);
    /* A login name needs no percent-encoding (login_is()). */
    return text_of(arena_print(arena, "otpauth://totp/Ochil:%.*s?secret=%.*s&issuer=Ochil",
                               TEXT(login), TOTP_SECRET_DIGITS, plain));
}
