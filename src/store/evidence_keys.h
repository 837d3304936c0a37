/*
 * store/evidence_keys.h -- a file's key, kept under the council's master key.
 *
 * Beside every evidence file stands its key, wrapped: sealed with XChaCha20-Poly1305 under the
 * master key of the council whose file it is. The tag covers council and file, so a wrapped key
 * opens only the file it was made for, and only for that council.
 *
 * To erase a file is to overwrite its wrapped key with zeros, here and in every copy: the frames
 * can then be opened by nobody, while the file's hash, and with it the trail, stands. A copy of
 * the wrapped key in an older backup opens the file for as long as that backup is kept.
 *
 * No random numbers are made here: key and nonce are the caller's.
 */
#ifndef OCHIL_EVIDENCE_KEYS_H
#define OCHIL_EVIDENCE_KEYS_H

#include "store/evidence_seal.h"

#define EVIDENCE_NONCE_BYTES 24
#define EVIDENCE_WRAPPED_BYTES (1 + EVIDENCE_NONCE_BYTES + EVIDENCE_KEY_BYTES + \
                                EVIDENCE_TAG_BYTES)
#define EVIDENCE_COUNCIL_MOST 64

struct master_key {
    unsigned char bytes[EVIDENCE_KEY_BYTES];
};

struct wrapped_key {
    unsigned char bytes[EVIDENCE_WRAPPED_BYTES];
};

/* The owner of a key. */
struct key_owner {
    struct text               council;   /* its code, at most EVIDENCE_COUNCIL_MOST bytes */
    const struct evidence_id *file;
};

/* `nonce` is random and used once. ERR_USAGE: no council, or too long a code. */
MUST_USE enum err key_wrap(const struct master_key *, const struct key_owner *,
                           const struct evidence_key *,
                           const unsigned char nonce[EVIDENCE_NONCE_BYTES],
                           struct wrapped_key *out, struct trouble *);

/* ERR_MISSING: it was erased. ERR_CHECK: damaged, or of another file, council or master key;
 * then, too, `out` holds zeros. */
MUST_USE enum err key_unwrap(const struct master_key *, const struct key_owner *,
                             struct text wrapped, struct evidence_key *out, struct trouble *);

/* Overwritten, for good. */
void key_erase(struct wrapped_key *);
bool key_is_erased(struct text wrapped);

void master_key_wipe(struct master_key *);

#endif
