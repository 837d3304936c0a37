/*
 * trail/trail_record.h -- the lines of an export, each by itself: form, not meaning.
 *
 * Contract (docs/trail.md), section 5. A line is handed over without its line feed and is valid
 * UTF-8. False: it is not in the form. Texts are slices of the line, or of `spare`, which has room
 * for as many bytes as the line.
 */
#ifndef OCHIL_TRAIL_RECORD_H
#define OCHIL_TRAIL_RECORD_H

#include "trail/trail_writer.h"

#define SIGNATURES_MAX 16     /* of one checkpoint */

/* Which line it claims to be. */
enum record_kind {
    RECORD_HEADER, RECORD_ENTRY, RECORD_WITHHELD, RECORD_OPENING, RECORD_CHECKPOINT, RECORD_END,
    RECORD_NONE
};
enum record_kind record_kind_of(struct text line);

/* `before` of the header: size, last and tree as the line gives them. */
MUST_USE bool record_header(struct text line, char *spare, struct trail_header *);

MUST_USE bool record_entry(struct text line, struct text *canonical, struct sha256_sum *hash);

struct withheld_record {
    uint64_t          sequence;
    struct sha256_sum content, hash;
};
MUST_USE bool record_withheld(struct text line, struct withheld_record *);

struct opening_record {
    uint64_t         sequence;
    enum trail_field field;
    unsigned char    salt[TRAIL_SEAL_SALT_BYTES];
    struct text      text;
};
MUST_USE bool record_opening(struct text line, char *spare, struct opening_record *);

struct checkpoint_record {
    struct text            text;
    struct trail_signature signature[SIGNATURES_MAX];
    size_t                 signatures;   /* at least one, no `by` twice */
};
MUST_USE bool record_checkpoint(struct text line, char *spare, struct checkpoint_record *);

struct end_record {
    uint64_t          to, entries, withheld, openings, checkpoints;
    struct sha256_sum last, file;
};
MUST_USE bool record_end(struct text line, struct end_record *);

#endif
