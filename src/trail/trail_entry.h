/*
 * trail/trail_entry.h -- one entry of the trail: who did what to what, for which council, why.
 *
 * The contract is docs/trail.md; here are its sections 2 (the entry's canonical text, and sealed
 * values) and 3 (the chain). An entry's text has exactly one spelling, and the bytes that are
 * hashed are the bytes that are kept and exported: nobody encodes again to verify.
 *
 * Pure: no clock, no chance. The caller gives the time and the salts.
 *
 * Read next: trail_checkpoint.h, trail_writer.h, trail_verify.h.
 */
#ifndef OCHIL_TRAIL_ENTRY_H
#define OCHIL_TRAIL_ENTRY_H

#include "base/arena.h"
#include "trail/trail_merkle.h"

#define TRAIL_SALT_BYTES      16
#define TRAIL_SEAL_SALT_BYTES 32
#define TRAIL_STORE_DIGITS    32                      /* of a store's id, in hex */
#define TRAIL_CODE_MAX        32
#define TRAIL_VALUE_MAX       ((size_t)64 * 1024)
#define TRAIL_LINE_MAX        ((size_t)2 * 1024 * 1024)   /* of an export, line end included */
#define TRAIL_SEQUENCE_MAX    UINT64_C(999999999999999999)

enum trail_form { TRAIL_ABSENT, TRAIL_PLAIN, TRAIL_SEALED };

struct trail_value {
    enum trail_form   form;
    struct text       text;   /* of a plain one */
    struct sha256_sum seal;   /* of a sealed one */
};

enum trail_field { TRAIL_BEFORE, TRAIL_AFTER, TRAIL_WHY, TRAIL_FIELDS };
extern const char *const trail_field_name[TRAIL_FIELDS];

struct trail_entry {
    uint64_t           sequence;          /* from 1 */
    int64_t            time_ms;           /* UTC, since 1970; never decides anything */
    struct text        actor;
    struct text        council;           /* empty: the system itself */
    struct text        action;            /* "agreement.edit", "person.read" */
    struct text        subject_kind, subject_id;
    struct trail_value value[TRAIL_FIELDS];
    struct text        request;           /* empty: none */
    unsigned char      salt[TRAIL_SALT_BYTES];
};

/* What keeps an entry out of the trail. */
enum trail_refusal {
    TRAIL_FIT,
    TRAIL_BAD_SEQUENCE,
    TRAIL_BAD_TIME,
    TRAIL_BAD_ACTOR,
    TRAIL_BAD_COUNCIL,
    TRAIL_BAD_ACTION,
    TRAIL_BAD_SUBJECT,
    TRAIL_BAD_VALUE,
    TRAIL_BAD_REQUEST,
    TRAIL_REFUSALS
};

MUST_USE enum trail_refusal trail_entry_judge(const struct trail_entry *);

/* One English sentence, without a full stop; of TRAIL_FIT it is empty. */
const char *trail_refusal_sentence(enum trail_refusal);

/* Bytes of one line being put together: a sink over bytes of an arena. */
struct trail_line {
    struct sink sink;
    char       *bytes;
    size_t      size, room;
};

/* Room for any line; or for the canonical text of an entry whose texts have so many bytes. */
void trail_line_open(struct trail_line *, struct arena *);
void trail_line_open_for(struct trail_line *, struct arena *, size_t texts);
void trail_line_add(struct trail_line *, const char *bytes, size_t size);

/* Adds the canonical text; the entry is TRAIL_FIT. */
void trail_entry_encode(const struct trail_entry *, struct trail_line *);

/* The other way: false unless it is canonical. Texts are slices of `canonical`, or of `spare`,
 * which has room for as many bytes. */
MUST_USE bool trail_entry_parse(struct text canonical, char *spare, struct trail_entry *);

/* ---- hashes; all through one context, whose failure is kept ---- */

/* content(n) */
void trail_content(struct sha256 *, struct text canonical, struct sha256_sum *content);

/* Of a value's text under its own salt. */
void trail_seal(struct sha256 *, const unsigned char salt[TRAIL_SEAL_SALT_BYTES],
                struct text text, struct sha256_sum *seal);

/* Where the chain stands: how many entries, the hash of the last one, the tree over all. */
struct trail_chain {
    uint64_t          size;
    struct sha256_sum last;
    struct merkle     tree;
};

/* An empty trail of the store with this id (TRAIL_STORE_DIGITS of hex). */
void trail_chain_begin(struct sha256 *, struct text store, struct trail_chain *);

/* hash(n), from where the chain stands before the entry. */
void trail_hash(struct sha256 *, const struct trail_chain *, const struct sha256_sum *content,
                struct sha256_sum *hash);

/* The chain goes on by an entry with this hash. */
void trail_chain_add(struct sha256 *, struct trail_chain *, const struct sha256_sum *hash);

#endif
