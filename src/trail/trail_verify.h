/*
 * trail/trail_verify.h -- is this exported trail what the councils signed?
 *
 * Contract (docs/trail.md), section 6. An export and the councils' public keys are all it needs:
 * no server, no store. The file is read once, in memory that does not depend on its length; the
 * first thing that is wrong ends it and is located.
 *
 * Pure but for the stream it is given.
 */
#ifndef OCHIL_TRAIL_VERIFY_H
#define OCHIL_TRAIL_VERIFY_H

#include "trail/trail_checkpoint.h"

enum trail_fault {
    TRAIL_SOUND,
    TRAIL_FAULT_FORM,         /* a line that is none, or stands where it may not */
    TRAIL_FAULT_GAP,          /* entries are missing */
    TRAIL_FAULT_ORDER,        /* an entry again, or out of its place */
    TRAIL_FAULT_HASH,         /* an entry is not what was written */
    TRAIL_FAULT_SEAL,         /* an opening is not what was sealed */
    TRAIL_FAULT_CHECKPOINT,   /* not a checkpoint of these entries */
    TRAIL_FAULT_SIGNATURE,
    TRAIL_FAULT_ROLLBACK,     /* the earlier checkpoint is not kept */
    TRAIL_FAULT_END,          /* the trailer does not fit */
    TRAIL_FAULT_CUT,          /* no trailer, or something behind it */
    TRAIL_FAULT_KEY,          /* a key that was given signed nothing */
    TRAIL_FAULTS
};

/* As --json tells it: "gap". */
extern const char *const trail_fault_name[TRAIL_FAULTS];

struct trail_key {
    const char            *name;       /* of its file */
    struct minisign_public public;
};

/* How far a key signed. */
struct trail_signer {
    const char *key;                       /* the name of the key; NULL: none that was given, so
                                              nothing is known of the signature */
    char        number[KEY_NUMBER_SIZE];
    char        by[TRAIL_CODE_MAX + 1];    /* for whom; empty: it signed nothing */
    uint64_t    size;                      /* of the last checkpoint */
    int64_t     time_ms;                   /* which that says */
};

#define TRAIL_UNKNOWN_MAX 16    /* signers without a key that are told one by one */

struct trail_report {
    char                store[TRAIL_STORE_DIGITS + 1];
    char                council[TRAIL_CODE_MAX + 1];   /* for which it was made; empty: whole */
    uint64_t            from, to;                      /* as the header says; 0: none was read */
    uint64_t            entries, withheld, sealed, opened, checkpoints;   /* that were good */
    struct trail_signer *signer;                       /* first one for each key */
    size_t              signers;
    enum trail_fault    fault;
    uint64_t            fault_entry, fault_byte, fault_line;   /* entry 0: before the first */
    const char         *fault_said;                    /* one sentence, without the place */
};

struct trail_request {
    const char                  *name;      /* of the file, for messages */
    const struct trail_key      *key;
    size_t                       keys;
    const struct checkpoint     *since;     /* which the trail must keep; or NULL */
    const struct progress_watch *watch;     /* or NULL */
};

/* The report lives in the arena. ERR_CHECK: not verified, the fault is in the report. */
MUST_USE enum err trail_verify(struct stream *, struct arena *, const struct trail_request *,
                               struct trail_report *, struct trouble *);

#endif
