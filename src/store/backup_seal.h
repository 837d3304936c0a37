/*
 * store/backup_seal.h -- files of a backup that only the holder of a key can read.
 *
 * The key pair is made away from the server (ochil backup keygen); the server has the public half
 * and can seal, but not open again what it sealed. Whoever steals the server, or the disk that the
 * backups are on, reads none of them.
 *
 * A sealed file is
 *     "ochil-sealed-1\n"
 *     80 bytes      a random key, sealed to the public key (X25519, crypto_box_seal)
 *     24 bytes      the header of the stream
 *     pieces        of SEAL_PIECE bytes, the last one shorter, each with 17 bytes more
 * in libsodium's secretstream (XChaCha20-Poly1305): pieces cannot be changed, left out, put in
 * another order or cut off at the end. Every tag covers the file's name too, so that no sealed file
 * stands for another. libsodium makes the random numbers itself: its two constructions are used as
 * they are, and both take none.
 *
 * A key's file is one line: "ochil-backup-public-1 " or "ochil-backup-secret-1 ", 64 hex digits, a
 * line feed.
 *
 * Errors: ERR_CHECK: not such a file, another key's, or damaged; ERR_IO: libsodium cannot work.
 */
#ifndef OCHIL_BACKUP_SEAL_H
#define OCHIL_BACKUP_SEAL_H

#include "base/outside.h"
#include "base/stream.h"

#define SEAL_KEY_BYTES 32
#define SEAL_PIECE ((size_t)64 * 1024)
#define SEAL_MORE ((size_t)17)          /* bytes that a piece grows by */
#define SEAL_HEAD_BYTES ((size_t)15 + 80 + 24)
#define SEAL_KEY_TEXT 96                /* bytes of a key's file at most, with a NUL */

struct seal_public {
    unsigned char bytes[SEAL_KEY_BYTES];
};

struct seal_secret {
    struct seal_public    public;
    unsigned char         bytes[SEAL_KEY_BYTES];
};

/* From 32 random bytes. */
MUST_USE enum err seal_keys_make(const unsigned char seed[SEAL_KEY_BYTES], struct seal_secret *out,
                                 struct trouble *);
void seal_secret_wipe(struct seal_secret *);

/* A key's file. */
void seal_public_text(const struct seal_public *, char text[SEAL_KEY_TEXT]);
void seal_secret_text(const struct seal_secret *, char text[SEAL_KEY_TEXT]);
MUST_USE bool seal_public_parse(struct text, struct seal_public *);
MUST_USE enum err seal_secret_parse(struct text, struct seal_secret *, struct trouble *);

/* Everything written to `sink` goes on, sealed, to another sink. Large: keep it in an arena. */
struct sealing {
    struct sink   sink;
    struct sink  *to;
    const char   *name;
    size_t        used;
    unsigned char state[64];            /* crypto_secretstream_xchacha20poly1305_state */
    unsigned char piece[SEAL_PIECE];
    unsigned char sealed[SEAL_PIECE + SEAL_MORE];
};

/* `name` is the file's: kept, not copied. */
MUST_USE enum err seal_begin(struct sealing *, const struct seal_public *, const char *name,
                             struct sink *to, struct trouble *);
MUST_USE enum err seal_end(struct sealing *, struct trouble *);

/* The other way: what is written to `sink` goes on, opened. */
struct unsealing {
    struct sink               sink;
    struct sink              *to;
    const struct seal_secret *key;
    const char               *name;
    size_t                    used;
    bool                      begun;    /* the head is read */
    bool                      ended;    /* the last piece was opened */
    unsigned char             state[64];
    unsigned char             sealed[SEAL_PIECE + SEAL_MORE];
    unsigned char             piece[SEAL_PIECE];
};

void unseal_begin(struct unsealing *, const struct seal_secret *, const char *name,
                  struct sink *to);
/* ERR_CHECK: it was cut off. */
MUST_USE enum err unseal_end(struct unsealing *, struct trouble *);

#endif
