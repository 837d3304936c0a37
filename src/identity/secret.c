#include "identity/secret.h"

#include <assert.h>
#include <sodium.h>

#include "identity/identity_sql.h"

static const char *const kind_name[] = {
    [SECRET_LOGIN] = "login", [SECRET_SESSION] = "session", [SECRET_TOKEN] = "token",
    [SECRET_LINK] = "link",   [SECRET_FORM] = "form",       [SECRET_ADDRESS] = "address",
    [SECRET_RECOVERY] = "recovery", [SECRET_STATE] = "state", [SECRET_NONCE] = "nonce",
    [SECRET_VERIFIER] = "verifier", [SECRET_SUBJECT] = "subject",
};

enum err secret_make(const struct outside *outside, struct secret *out, struct trouble *trouble)
{
    static const char digit[] = "0123456789abcdef";
    unsigned char bytes[SECRET_BYTES];

    if (outside->random(bytes, sizeof bytes) != 0)
        return fail(trouble, ERR_IO, "the system gives no random bytes");
    for (size_t i = 0; i < sizeof bytes; i++) {
        out->text[2 * i] = digit[bytes[i] >> 4];
        out->text[2 * i + 1] = digit[bytes[i] & 15];
    }
    out->text[SECRET_DIGITS] = '\0';
    return OK;
}

bool secret_is(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!is_digit(text.data[i]) && (text.data[i] < 'a' || text.data[i] > 'f'))
            return false;
    return text.size == SECRET_DIGITS;
}

/* libsodium's: libcrypto looks its method up for each of them, which takes longer than the hash. */
void secret_hash(enum secret_kind kind, struct text text, char hex[SHA256_HEX_SIZE])
{
    const struct text part[] = { text_of("ochil "), text_of(kind_name[kind]), text_of(" 1\n"),
                                 text };
    crypto_hash_sha256_state sha;
    struct sha256_sum sum;

    (void)crypto_hash_sha256_init(&sha);
    for (size_t i = 0; i < COUNT(part); i++)
        (void)crypto_hash_sha256_update(&sha, (const unsigned char *)part[i].data, part[i].size);
    (void)crypto_hash_sha256_final(&sha, sum.bytes);
    sha256_hex(&sum, hex);
}

bool secret_equal(struct text one, struct text other)
{
    unsigned char differs = 0;

    if (one.size != other.size)
        return false;
    for (size_t i = 0; i < one.size; i++)
        differs |= (unsigned char)(one.data[i] ^ other.data[i]);
    return differs == 0;
}

enum err key_add(struct tx *tx, enum secret_kind kind, struct text secret, struct key_found leads,
                 struct trouble *trouble)
{
    char hex[SHA256_HEX_SIZE];
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_identity_key_add, &add, trouble);

    assert(kind <= SECRET_LINK);
    secret_hash(kind, secret, hex);
    if (err != OK)
        return err;
    bind_text(add, 1, text_of(hex));
    bind_text(add, 2, text_of(kind_name[kind]));
    bind_int(add, 3, leads.council);
    bind_int(add, 4, leads.subject);
    return statement_run(add, NULL, trouble);
}

enum err key_find(struct tx *tx, enum secret_kind kind, struct text secret, struct key_found *out,
                  struct trouble *trouble)
{
    char hex[SHA256_HEX_SIZE];
    struct statement *find;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_identity_key_find, &find, trouble);

    secret_hash(kind, secret, hex);
    if (err != OK)
        return err;
    bind_text(find, 1, text_of(hex));
    bind_text(find, 2, text_of(kind_name[kind]));
    if ((err = statement_step(find, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    *out = (struct key_found){ column_int(find, 0), column_int(find, 1) };
    statement_end(find);
    return OK;
}

enum err key_drop(struct tx *tx, enum secret_kind kind, int64_t subject, struct trouble *trouble)
{
    struct statement *drop;
    enum err err = tx_prepare(tx, &sql_identity_key_drop, &drop, trouble);

    if (err != OK)
        return err;
    bind_text(drop, 1, text_of(kind_name[kind]));
    bind_int(drop, 2, subject);
    return statement_run(drop, NULL, trouble);
}

enum err keys_end(struct tx *tx, const struct query *drop_query, const struct query *end_query,
                  struct moment now, int64_t council, int64_t account, struct trouble *trouble)
{
    struct statement *drop, *end;
    enum err err = tx_prepare(tx, drop_query, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, account);
    bind_int(drop, 2, council);
    err = statement_run(drop, NULL, trouble);
    if (err == OK)
        err = tx_prepare(tx, end_query, &end, trouble);
    if (err != OK)
        return err;
    bind_int(end, 1, account);
    bind_int(end, 2, council);
    bind_moment(end, 3, now);
    return statement_run(end, NULL, trouble);
}
