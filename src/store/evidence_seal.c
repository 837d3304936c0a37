#include "store/evidence_seal.h"

#include <assert.h>
#include <sodium.h>

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

_Static_assert(EVIDENCE_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "");
_Static_assert(EVIDENCE_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "");

/* What the tag covers beside the text. The fields before the clear bytes have one size each, so
 * that no two places give the same bytes. */
struct covered {
    unsigned char bytes[16 + EVIDENCE_ID_BYTES + 1 + 8 + EVIDENCE_CLEAR_MOST];
    size_t        size;
};

static void covered_add(struct covered *covered, const void *bytes, size_t size)
{
    assert(size <= sizeof covered->bytes - covered->size);
    if (size > 0)
        memcpy(covered->bytes + covered->size, bytes, size);
    covered->size += size;
}

static void cover(const struct evidence_place *place, struct covered *covered,
                  unsigned char nonce[NONCE_BYTES])
{
    unsigned char part = (unsigned char)place->part;
    unsigned char number[8];

    little_endian_put(number, place->number, sizeof number);
    covered->size = 0;
    covered_add(covered, "ochil evidence 1", 16);
    covered_add(covered, place->id->bytes, EVIDENCE_ID_BYTES);
    covered_add(covered, &part, 1);
    covered_add(covered, number, sizeof number);
    covered_add(covered, place->clear.data, place->clear.size);
    memset(nonce, 0, NONCE_BYTES);
    nonce[0] = part;
    memcpy(nonce + NONCE_BYTES - sizeof number, number, sizeof number);
}

enum err evidence_seal_ready(struct trouble *trouble)
{
    return sodium_init() >= 0 ? OK : fail(trouble, ERR_IO, "libsodium cannot work here");
}

void evidence_seal(const struct evidence_place *place, struct text plain, unsigned char *sealed)
{
    struct covered covered;
    unsigned char nonce[NONCE_BYTES];

    cover(place, &covered, nonce);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed, NULL, (const unsigned char *)plain.data, plain.size, covered.bytes, covered.size,
        NULL, nonce, place->key->bytes);
}

bool evidence_unseal(const struct evidence_place *place, struct text sealed,
                     unsigned char *plain)
{
    struct covered covered;
    unsigned char nonce[NONCE_BYTES];

    if (sealed.size < EVIDENCE_TAG_BYTES)
        return false;
    cover(place, &covered, nonce);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               plain, NULL, NULL, (const unsigned char *)sealed.data, sealed.size, covered.bytes,
               covered.size, nonce, place->key->bytes) == 0;
}

void evidence_key_wipe(struct evidence_key *key)
{
    sodium_memzero(key, sizeof *key);
}
