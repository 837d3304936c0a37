/*
 * trail/trail_writer.h -- writing an export of the trail, entry after entry, to a sink.
 *
 * Contract (docs/trail.md), section 5. The calls come in the order of the file:
 *
 *     trail_writer_open()                    the header
 *       trail_writer_entry()                 or trail_writer_withheld()
 *         trail_writer_opening()             in the order of enum trail_field
 *       trail_writer_checkpoint()            behind its last entry
 *     trail_writer_close()                   the trailer; or trail_writer_drop()
 *
 * The chain is computed on the way, so what is written verifies; the caller compares each hash
 * with the one that it keeps. Memory is one line, whatever the length of the trail.
 *
 * Errors: whatever the sink says, and ERR_IO when libcrypto fails. ERR_BUG when the entries are
 * not those that the header promises.
 */
#ifndef OCHIL_TRAIL_WRITER_H
#define OCHIL_TRAIL_WRITER_H

#include "formats/json.h"
#include "trail/trail_checkpoint.h"

struct trail_header {
    struct text        store;      /* TRAIL_STORE_DIGITS of hex */
    struct text        council;    /* for which entries are withheld; empty: none are */
    uint64_t           to;         /* the last entry */
    struct trail_chain before;     /* the trail up to the first entry that is written */
};

struct trail_signature {
    struct text by;     /* "server", or a council's code */
    struct text text;   /* the content of the signature's file */
};

struct trail_writer {
    struct sink       *sink;
    struct trouble    *trouble;
    struct sha256      work;        /* for the chain */
    struct sha256      file;        /* of every byte written */
    struct trail_line  line;
    struct trail_chain chain;
    bool               for_council;
    uint64_t           to, entries, withheld, openings, checkpoints;
};

MUST_USE enum err trail_writer_open(struct trail_writer *, struct arena *, struct sink *,
                                    const struct trail_header *, struct trouble *);

/* The entry's canonical text, as it is kept. `*hash` is what its hash must be. */
MUST_USE enum err trail_writer_entry(struct trail_writer *, struct text canonical,
                                     struct sha256_sum *hash);
MUST_USE enum err trail_writer_withheld(struct trail_writer *, const struct sha256_sum *content,
                                        struct sha256_sum *hash);
MUST_USE enum err trail_writer_opening(struct trail_writer *, enum trail_field,
                                       const unsigned char salt[TRAIL_SEAL_SALT_BYTES],
                                       struct text text);
MUST_USE enum err trail_writer_checkpoint(struct trail_writer *, struct text text,
                                          const struct trail_signature[], size_t count);
MUST_USE enum err trail_writer_close(struct trail_writer *);

/* Gives up: also what a guard of an arena calls that was jumped to while the writer was open, since
 * the sums are libcrypto's memory. It does nothing on one that is only zeroed, after
 * trail_writer_close(), and when opening failed. */
void trail_writer_drop(struct trail_writer *);

#endif
