/*
 * store/trail_rows.h -- how the trail stands in its tables; shared by the trail_*.c of this folder.
 */
#ifndef OCHIL_TRAIL_ROWS_H
#define OCHIL_TRAIL_ROWS_H

#include "store/db.h"
#include "trail/trail_entry.h"

#define TREE_BYTES_MAX (MERKLE_HEIGHT_MAX * SHA256_BYTES)

/* Where the chain stands, and whose it is. */
struct trail_head {
    char               store[TRAIL_STORE_DIGITS + 1];
    char               council[TRAIL_CODE_MAX + 1];     /* of the one asked for; "": none */
    struct trail_chain chain;
};

/* Reads the head; `council` is an id, or 0. ERR_CHECK: it is not in its form. ERR_MISSING: the
 * store has no identity. */
MUST_USE enum err trail_head_read(struct tx *, struct sha256 *, int64_t council,
                                  struct trail_head *, struct trouble *);

/* The one number that a query gives, not below 0. */
MUST_USE enum err trail_number(struct tx *, const struct query *, uint64_t *, struct trouble *);

/* The highest sequence of an entry; 0: none. */
MUST_USE enum err trail_last_sequence(struct tx *, uint64_t *last, struct trouble *);

/* The peaks, largest first; returns how many bytes. */
size_t trail_tree_bytes(const struct merkle *, char bytes[TREE_BYTES_MAX]);

/* 32 bytes of a column; false when there are not so many. */
MUST_USE bool trail_sum_of(struct text bytes, struct sha256_sum *);

static inline struct text trail_sum_text(const struct sha256_sum *sum)
{
    return (struct text){ (const char *)sum->bytes, sizeof sum->bytes };
}

/* The lowest bit of the last byte of an entry's salt: may every council read it? A bit that is
 * hashed with the text, so that the column which says the same cannot be changed unseen. */
void trail_salt_mark(unsigned char salt[TRAIL_SALT_BYTES], bool shared);
bool trail_salt_shared(const unsigned char salt[TRAIL_SALT_BYTES]);

#endif
