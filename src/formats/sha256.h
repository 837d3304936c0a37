/*
 * formats/sha256.h -- SHA-256 (FIPS 180-4), piece by piece or at once.
 *
 * Over libcrypto, which uses the processor's instructions for it. Its context is libcrypto's own
 * memory, not an arena's: every sha256_begin() is followed by sha256_end() or sha256_drop().
 *
 * Errors: ERR_IO when libcrypto has no memory or no SHA-256 (a provider that forbids it).
 */
#ifndef OCHIL_SHA256_H
#define OCHIL_SHA256_H

#include "base/stream.h"

#define SHA256_BYTES 32
#define SHA256_HEX_SIZE 65   /* 64 lower-case digits and a NUL */

struct sha256_sum {
    unsigned char bytes[SHA256_BYTES];
};

struct sha256 {
    void *context;   /* NULL: not begun */
    bool  failed;
};

MUST_USE enum err sha256_begin(struct sha256 *, struct trouble *);

/* A failure here is kept and told by sha256_end(). */
void sha256_add(struct sha256 *, const void *bytes, size_t size);

/* Gives the sum and drops the context, whatever is returned. */
MUST_USE enum err sha256_end(struct sha256 *, struct sha256_sum *out, struct trouble *);

/* Gives the sum of what was added since the last one and goes on with nothing: for many short
 * texts, each at a third of what a context of its own costs. A failure leaves zeros, is kept, and
 * is told by sha256_end(); whoever asks sha256_failed() first need not wait for that. */
void sha256_next(struct sha256 *, struct sha256_sum *out);
bool sha256_failed(const struct sha256 *);

/* Gives a context back unused; nothing when it is not begun. */
void sha256_drop(struct sha256 *);

MUST_USE enum err sha256_of(const void *bytes, size_t size, struct sha256_sum *out,
                            struct trouble *);

/* Reads a stream to its end; does not close it. */
MUST_USE enum err sha256_of_stream(struct stream *, struct sha256_sum *out, struct trouble *);

/* 64 lower-case hex digits and a NUL. */
void sha256_hex(const struct sha256_sum *, char hex[SHA256_HEX_SIZE]);

/* The other way; false unless it is 64 lower-case hex digits. */
MUST_USE bool sha256_from_hex(struct text hex, struct sha256_sum *out);

bool sha256_equal(const struct sha256_sum *, const struct sha256_sum *);

#endif
