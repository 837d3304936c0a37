/*
 * store/evidence_seal.h -- the one seal that every stored part of an evidence file is under.
 *
 * A part is sealed with XChaCha20-Poly1305 under the file's own key. The tag covers the file's
 * id, which part it is, its number and its clear bytes too, so that a part of another file, or
 * one that stands in another's place, is no more accepted than one that was changed.
 *
 * The nonce is the part and its number. That is safe because a key seals one file once: whoever
 * writes a file again, even the same one, takes a new key.
 */
#ifndef OCHIL_EVIDENCE_SEAL_H
#define OCHIL_EVIDENCE_SEAL_H

#include "base/text.h"

#define EVIDENCE_KEY_BYTES 32
#define EVIDENCE_ID_BYTES 16
#define EVIDENCE_TAG_BYTES 16
#define EVIDENCE_CLEAR_MOST 128

/* Random, given by the caller; never used for a second file. */
struct evidence_key {
    unsigned char bytes[EVIDENCE_KEY_BYTES];
};

/* Which file it is: random as well, given by the caller, no secret. */
struct evidence_id {
    unsigned char bytes[EVIDENCE_ID_BYTES];
};

/* Stored: the numbers never change. */
enum evidence_part { PART_FRAME = 1, PART_HEAD = 2, PART_INDEX = 3 };

/* What is sealed, and where it belongs. */
struct evidence_place {
    const struct evidence_key *key;
    const struct evidence_id  *id;
    enum evidence_part         part;
    uint64_t                   number;   /* of the frame; 0 for other parts */
    struct text                clear;    /* stored as it is, covered by the tag; at most
                                            EVIDENCE_CLEAR_MOST bytes */
};

/* ERR_IO when libsodium cannot work here. To be asked before anything is sealed or opened. */
MUST_USE enum err evidence_seal_ready(struct trouble *);

/* Writes plain.size + EVIDENCE_TAG_BYTES bytes to `sealed`, which may be where `plain` is. */
void evidence_seal(const struct evidence_place *, struct text plain, unsigned char *sealed);

/* Writes sealed.size - EVIDENCE_TAG_BYTES bytes to `plain`. False: not the part that was sealed
 * here (or another key); `plain` then holds nothing to be used. */
MUST_USE bool evidence_unseal(const struct evidence_place *, struct text sealed,
                              unsigned char *plain);

/* No trace of the key is left in memory. */
void evidence_key_wipe(struct evidence_key *);

/* Numbers in stored bytes are little-endian. */
static inline void little_endian_put(unsigned char *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static inline uint64_t little_endian_get(const void *from, size_t bytes)
{
    const unsigned char *at = from;
    uint64_t value = 0;

    for (size_t i = bytes; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

#endif
