#include "store/evidence_keys.h"

#include <sodium.h>

/* The first byte of a wrapped key: how it is made. 0 is an erased one. */
#define WRAPPING 1

_Static_assert(EVIDENCE_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "");

static const unsigned char label[] = "ochil file key 1";

/* What the tag covers; the size of the council's code keeps it apart from the file's id. */
struct ownership {
    unsigned char bytes[sizeof label + 1 + EVIDENCE_COUNCIL_MOST + EVIDENCE_ID_BYTES];
    size_t        size;
};

static enum err ownership_of(const struct key_owner *owner, struct ownership *out,
                             struct trouble *trouble)
{
    unsigned char *at = out->bytes;

    if (owner->council.size == 0 || owner->council.size > EVIDENCE_COUNCIL_MOST)
        return fail(trouble, ERR_USAGE, "the key of an evidence file belongs to a council of "
                    "1 to %d bytes, not %zu", EVIDENCE_COUNCIL_MOST, owner->council.size);
    memcpy(at, label, sizeof label);
    at += sizeof label;
    *at++ = (unsigned char)owner->council.size;
    memcpy(at, owner->council.data, owner->council.size);
    at += owner->council.size;
    memcpy(at, owner->file->bytes, EVIDENCE_ID_BYTES);
    out->size = (size_t)(at + EVIDENCE_ID_BYTES - out->bytes);
    return evidence_seal_ready(trouble);
}

enum err key_wrap(const struct master_key *master, const struct key_owner *owner,
                  const struct evidence_key *key,
                  const unsigned char nonce[EVIDENCE_NONCE_BYTES], struct wrapped_key *out,
                  struct trouble *trouble)
{
    struct ownership ownership = { .size = 0 };
    enum err err = ownership_of(owner, &ownership, trouble);

    if (err != OK)
        return err;
    out->bytes[0] = WRAPPING;
    memcpy(out->bytes + 1, nonce, EVIDENCE_NONCE_BYTES);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        out->bytes + 1 + EVIDENCE_NONCE_BYTES, NULL, key->bytes, EVIDENCE_KEY_BYTES,
        ownership.bytes, ownership.size, NULL, nonce, master->bytes);
    return OK;
}

enum err key_unwrap(const struct master_key *master, const struct key_owner *owner,
                    struct text wrapped, struct evidence_key *out, struct trouble *trouble)
{
    struct ownership ownership = { .size = 0 };
    const unsigned char *bytes = (const unsigned char *)wrapped.data;
    enum err err = ownership_of(owner, &ownership, trouble);

    evidence_key_wipe(out);
    if (err != OK)
        return err;
    if (key_is_erased(wrapped))
        return fail(trouble, ERR_MISSING, "the file was erased: its key is gone");
    if (wrapped.size == EVIDENCE_WRAPPED_BYTES && bytes[0] == WRAPPING &&
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            out->bytes, NULL, NULL, bytes + 1 + EVIDENCE_NONCE_BYTES,
            EVIDENCE_KEY_BYTES + EVIDENCE_TAG_BYTES, ownership.bytes, ownership.size, bytes + 1,
            master->bytes) == 0)
        return OK;
    evidence_key_wipe(out);
    return fail(trouble, ERR_CHECK, "the file's key is damaged, or is under another council's "
                "master key, or belongs to another file");
}

void key_erase(struct wrapped_key *wrapped)
{
    sodium_memzero(wrapped, sizeof *wrapped);
}

bool key_is_erased(struct text wrapped)
{
    return wrapped.size == EVIDENCE_WRAPPED_BYTES &&
           sodium_is_zero((const unsigned char *)wrapped.data, wrapped.size) == 1;
}

void master_key_wipe(struct master_key *master)
{
    sodium_memzero(master, sizeof *master);
}
