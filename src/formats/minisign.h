/*
 * formats/minisign.h -- keys and detached signatures in the format of minisign, so that anyone
 * can check them without Ochil: `minisign -V -p PUBLIC -m FILE -x SIGNATURE`.
 *
 * Ed25519 over the BLAKE2b-512 sum of the file ("prehashed", what minisign makes today); its
 * older signatures over the file itself are verified too, but never made. The trusted comment is
 * signed together with the signature; the untrusted one is not and is never shown as fact.
 *
 * Here everything is bytes in, bytes out; minisign_io.h reads and writes the files.
 *
 * Nothing here knows the clock or chance: the caller gives the comment and the random bytes.
 * Whoever holds a `struct minisign_secret` wipes it. Passwords are given as bytes by the caller
 * and never kept.
 *
 * Source: https://jedisct1.github.io/minisign/ ("Signature format" and what follows); checked
 * against Debian's minisign 0.11 in both directions.
 *
 * Errors: ERR_CHECK (not in the format), ERR_RIGHTS (a password is needed, or it is wrong),
 * ERR_USAGE (a comment that cannot be written), ERR_IO (libsodium cannot work here, or has not
 * the memory that the key's password takes).
 */
#ifndef OCHIL_MINISIGN_H
#define OCHIL_MINISIGN_H

#include "base/arena.h"
#include "base/text.h"

#define MINISIGN_NUMBER_BYTES    8
#define MINISIGN_SEED_BYTES      32
#define MINISIGN_PUBLIC_BYTES    32
#define MINISIGN_SECRET_BYTES    64
#define MINISIGN_SIGNATURE_BYTES 64
#define MINISIGN_SALT_BYTES      32
#define MINISIGN_DIGEST_BYTES    64
#define MINISIGN_FILE_MAX        ((size_t)16 * 1024)   /* of a key or signature file */
#define MINISIGN_COMMENT_MAX     ((size_t)1000)
#define MINISIGN_TRUSTED_MAX     ((size_t)8000)
#define MINISIGN_SECRET_TEXT     512                   /* bytes of a secret key's file, at most */

struct minisign_public {
    unsigned char number[MINISIGN_NUMBER_BYTES];   /* says which key made a signature */
    unsigned char key[MINISIGN_PUBLIC_BYTES];
};

static inline bool minisign_public_same(const struct minisign_public *a,
                                        const struct minisign_public *b)
{
    return memcmp(a->number, b->number, sizeof a->number) == 0 &&
           memcmp(a->key, b->key, sizeof a->key) == 0;
}

struct minisign_secret {
    unsigned char number[MINISIGN_NUMBER_BYTES];
    unsigned char key[MINISIGN_SECRET_BYTES];
};

struct minisign_signature {
    bool          prehashed;
    unsigned char number[MINISIGN_NUMBER_BYTES];
    unsigned char bytes[MINISIGN_SIGNATURE_BYTES];
    struct text   trusted;   /* a slice of what was parsed; UTF-8 without control characters
                                but the tab */
    unsigned char global[MINISIGN_SIGNATURE_BYTES];   /* over `bytes` and `trusted` */
};

enum minisign_verdict {
    MINISIGN_GOOD,
    MINISIGN_WRONG_KEY,       /* made by another key */
    MINISIGN_BAD_SIGNATURE,   /* the file is not what was signed */
    MINISIGN_BAD_COMMENT,     /* the file is, the trusted comment is not */
    MINISIGN_MALFORMED        /* not a signature file */
};

/* One English sentence, without a full stop. */
const char *minisign_sentence(enum minisign_verdict);

/* How hard a password is to try out: scrypt's operations and bytes of memory. */
struct minisign_cost {
    uint64_t operations;
    uint64_t memory;
};

/* What minisign itself uses: a GiB and a few seconds. */
extern const struct minisign_cost minisign_cost_usual;

/* Keys. */

/* Both keys from 32 random bytes; `number` is 8 more of them. */
MUST_USE enum err minisign_keys_make(const unsigned char seed[MINISIGN_SEED_BYTES],
                                     const unsigned char number[MINISIGN_NUMBER_BYTES],
                                     struct minisign_public *, struct minisign_secret *,
                                     struct trouble *);

void minisign_secret_wipe(struct minisign_secret *);

/* The number of the key as minisign prints it: upper-case hex without leading zeros, and a NUL. */
void minisign_number_hex(const unsigned char number[MINISIGN_NUMBER_BYTES], char hex[17]);

/* The content of a public key's file. */
struct text minisign_public_text(struct arena *, const struct minisign_public *);

/* Either the content of a public key's file or its second line alone. ERR_CHECK: neither. */
MUST_USE enum err minisign_public_parse(struct text, struct minisign_public *, struct trouble *);

/* The content of a secret key's file, with a NUL; to be wiped by the caller. An empty password
 * leaves the key unencrypted, as minisign -W does; then `salt` and `cost` do not matter. */
MUST_USE enum err minisign_secret_text(const struct minisign_secret *, struct text password,
                                       const unsigned char salt[MINISIGN_SALT_BYTES],
                                       const struct minisign_cost *,
                                       char out[MINISIGN_SECRET_TEXT], struct trouble *);

/* The password is not looked at when the key is not encrypted. On failure nothing secret is
 * left in `out`. A key that asks for more than minisign_cost_usual is ERR_CHECK. */
MUST_USE enum err minisign_secret_parse(struct text, struct text password,
                                        struct minisign_secret *out, struct trouble *);

/* Signatures. */

/* The BLAKE2b-512 sum of a message in memory; of a file: minisign_io.h. */
MUST_USE enum err minisign_digest_of(struct text message,
                                     unsigned char digest[MINISIGN_DIGEST_BYTES],
                                     struct trouble *);

/* The content of a signature's file for a file with this BLAKE2b-512 sum. Comments are UTF-8
 * without control characters (a tab is allowed), else ERR_USAGE. */
MUST_USE enum err minisign_sign(struct arena *, const struct minisign_secret *,
                                const unsigned char digest[MINISIGN_DIGEST_BYTES],
                                struct text untrusted, struct text trusted, struct text *out,
                                struct trouble *);

/* False: not a signature file. */
MUST_USE bool minisign_signature_parse(struct text, struct minisign_signature *);

/* `message` is the digest when the signature is prehashed, else the whole file. */
MUST_USE enum minisign_verdict minisign_verify(const struct minisign_public *,
                                               const struct minisign_signature *,
                                               struct text message);

#endif
