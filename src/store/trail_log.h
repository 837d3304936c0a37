/*
 * store/trail_log.h -- adding to the trail: who did what, in the same transaction as the deed.
 *
 * The contract is docs/trail.md; its section 7 says what stands in which table. One row holds
 * where the chain stands, so that appending reads no other entry; one writer makes one chain, and
 * what rolls back leaves no gap.
 *
 *     static enum err agreement_close(struct tx *tx, void *context, struct trouble *trouble)
 *     {
 *         ...                                                  the change itself
 *         const struct trail_event event = {
 *             .now = closing->now, .actor = closing->account, .council = closing->council,
 *             .shared = true, .action = text_of("agreement.close"),
 *             .subject_kind = text_of("agreement"), .subject_id = closing->id,
 *             .why = { closing->reason, .personal = true },
 *         };
 *         return trail_append(tx, closing->outside, &event, NULL, trouble);
 *     }
 *
 * Reads of personal data are entries too: the caller appends one, in a write, before it shows.
 *
 * Errors, beyond those of db.h:
 *   ERR_USAGE    the entry is not fit for the trail: the message says what; nothing is ever cut
 *   ERR_RIGHTS   the transaction is for one council and the entry for another
 *   ERR_MISSING  there is no such council, or the store has no identity yet
 *   ERR_CHECK    the head of the trail is damaged
 *
 * Read next: trail_checks.h (checkpoints), trail_export.h, trail_audit.h.
 */
#ifndef OCHIL_TRAIL_LOG_H
#define OCHIL_TRAIL_LOG_H

#include "base/outside.h"
#include "store/db.h"

/* A value of an entry. */
struct trail_words {
    struct text text;       /* data NULL: none; at most 65,536 bytes of UTF-8 */
    bool        personal;   /* kept sealed, so that it can be erased */
};

struct trail_event {
    struct moment      now;         /* 1970 to 9999 */
    struct text        actor;       /* the account, or "system"; 1 to 256 bytes */
    int64_t            council;     /* council.id acted for; 0: the system itself */
    bool               shared;      /* every council may read it, not only the acting one */
    struct text        action;      /* "evidence.take"; 1 to 64 bytes */
    struct text        subject_kind, subject_id;    /* 1 to 64 and 1 to 256 bytes */
    struct trail_words before, after, why;
    struct text        request;     /* at most 128 bytes; empty: none */
};

/* Appends the entry; `*sequence` (unless NULL) is its number. Within db_write(), whose council is
 * the entry's, or 0. */
MUST_USE enum err trail_append(struct tx *, const struct outside *, const struct trail_event *,
                               uint64_t *sequence, struct trouble *);

/* Erases what was sealed about the event's subject in entries of the event's council, and appends
 * the event, which says who did so and why. `*erased`: how many values. The trail verifies as
 * before. The transaction is for the event's council. */
MUST_USE enum err trail_erase(struct tx *, const struct outside *, const struct trail_event *,
                              int64_t *erased, struct trouble *);

#endif
