#include "formats/sha256.h"

#include <assert.h>
#include <openssl/evp.h>

#define READ_BYTES ((size_t)16 * 1024)

enum err sha256_begin(struct sha256 *hash, struct trouble *trouble)
{
    *hash = (struct sha256){ .context = EVP_MD_CTX_new() };
    if (hash->context == NULL)
        return fail(trouble, ERR_IO, "SHA-256: out of memory");
    if (EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) {
        sha256_drop(hash);
        return fail(trouble, ERR_IO, "SHA-256 is not to be had from libcrypto");
    }
    return OK;
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t size)
{
    assert(hash->context != NULL);
    if (size > 0 && EVP_DigestUpdate(hash->context, bytes, size) != 1)
        hash->failed = true;
}

enum err sha256_end(struct sha256 *hash, struct sha256_sum *out, struct trouble *trouble)
{
    unsigned int size = 0;

    assert(hash->context != NULL);
    bool good = !hash->failed && EVP_DigestFinal_ex(hash->context, out->bytes, &size) == 1
        && size == SHA256_BYTES;
    sha256_drop(hash);
    return good ? OK : fail(trouble, ERR_IO, "SHA-256: libcrypto failed");
}

void sha256_next(struct sha256 *hash, struct sha256_sum *out)
{
    unsigned int size = 0;

    assert(hash->context != NULL);
    if (hash->failed || EVP_DigestFinal_ex(hash->context, out->bytes, &size) != 1
        || size != SHA256_BYTES || EVP_DigestInit_ex(hash->context, NULL, NULL) != 1)
        hash->failed = true;
    if (hash->failed)
        *out = (struct sha256_sum){ { 0 } };
}

bool sha256_failed(const struct sha256 *hash)
{
    return hash->failed;
}

void sha256_drop(struct sha256 *hash)
{
    EVP_MD_CTX_free(hash->context);
    hash->context = NULL;
}

enum err sha256_of(const void *bytes, size_t size, struct sha256_sum *out,
                   struct trouble *trouble)
{
    struct sha256 hash;
    enum err err = sha256_begin(&hash, trouble);

    if (err != OK)
        return err;
    sha256_add(&hash, bytes, size);
    return sha256_end(&hash, out, trouble);
}

enum err sha256_of_stream(struct stream *stream, struct sha256_sum *out, struct trouble *trouble)
{
    unsigned char bytes[READ_BYTES];
    struct sha256 hash;
    size_t got;
    enum err err = sha256_begin(&hash, trouble);

    if (err != OK)
        return err;
    while ((err = stream->read(stream, bytes, sizeof bytes, &got, trouble)) == OK && got > 0)
        sha256_add(&hash, bytes, got);
    if (err != OK) {
        sha256_drop(&hash);
        return err;
    }
    return sha256_end(&hash, out, trouble);
}

void sha256_hex(const struct sha256_sum *sum, char hex[SHA256_HEX_SIZE])
{
    static const char digit[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        hex[2 * i] = digit[sum->bytes[i] >> 4];
        hex[2 * i + 1] = digit[sum->bytes[i] & 15];
    }
    hex[SHA256_HEX_SIZE - 1] = '\0';
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool sha256_from_hex(struct text hex, struct sha256_sum *out)
{
    if (hex.size != SHA256_HEX_SIZE - 1)
        return false;
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = digit_value(hex.data[2 * i]);
        int low = digit_value(hex.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out->bytes[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

bool sha256_equal(const struct sha256_sum *one, const struct sha256_sum *other)
{
    return memcmp(one->bytes, other->bytes, SHA256_BYTES) == 0;
}
