/*
 * register/two_key_desk.h -- proposals as somebody at a desk sees them: what each waits for, what
 * this person may do with it and, if not, why.
 *
 * Read next: two_key_view.h (as pages), two_key_pages.c (what can be asked).
 */
#ifndef OCHIL_TWO_KEY_DESK_H
#define OCHIL_TWO_KEY_DESK_H

#include "register/evidence_desk.h"
#include "register/two_key_kind.h"
#include "store/council.h"

/* How a proposal stands on a day, for one council. */
enum two_key_standing {
    STANDS_DRAFT,
    STANDS_HERE,            /* it waits for this council's key */
    STANDS_THERE,           /* for another's */
    STANDS_COMING,          /* agreed, in force from a later day on */
    STANDS_IN_FORCE,
    STANDS_SUPERSEDED,
    STANDS_RETURNED,
    STANDS_WITHDRAWN,
    STANDS_REPLACED,
    TWO_KEY_STANDINGS
};

/* "waiting-here": in addresses and JSON. */
const char *two_key_standing_word(enum two_key_standing);

/* All proposals that a council sees. `all` holds every one of the subject, if it is agreed. */
struct two_key_seen {
    struct two_key_proposal *proposal;
    size_t                   count;
};

enum two_key_standing two_key_stands(const struct two_key_proposal *,
                                     const struct two_key_seen *all, int64_t council,
                                     struct db_day);

/* What one may do with it. */
enum two_key_move { MOVE_CHANGE, MOVE_PROPOSE, MOVE_AGREE, MOVE_RETURN, MOVE_WITHDRAW,
                    TWO_KEY_MOVES };

/* One proposal with all that its page tells. */
struct two_key_case {
    const struct two_key_kind *kind;
    struct two_key_proposal    proposal;
    struct form                content;
    enum two_key_standing      standing;
    bool                       has_now;         /* another version is in force today */
    struct two_key_proposal    now;
    struct form                now_content;
    struct evidence_links      files;
    struct councils            councils;
    enum two_key_refusal       refusal[TWO_KEY_MOVES];
    void                      *more;            /* the kind's own */
    /* What was sent and could not be done. */
    const char                *refused;         /* NULL: nothing */
    const char                *field;           /* of the form, whose fault it was; or NULL */
};

/* All in the request's transaction, for the acting council. */

struct two_key_act two_key_act_of(const struct request *, const struct two_key_kind *);

/* `kind` empty: of any. */
MUST_USE enum err two_key_see(struct request *, struct text kind, struct two_key_seen *);

/* ERR_MISSING, without words: there is none, or it is not this council's to see. */
MUST_USE enum err two_key_case_load(struct request *, int64_t id, struct two_key_case *);

/* Does it wait for this very person's key? */
bool two_key_waits_for(const struct request *, const struct two_key_kind *,
                       const struct two_key_proposal *);

/* How many do, for the first page. */
struct two_key_waits {
    int64_t       count;
    struct moment oldest;       /* proposed; if there are any */
};

MUST_USE enum err two_key_waits(struct request *, struct two_key_waits *);

/* What is proposed: the kind's fields, from a form; as the store keeps it. */
struct text two_key_payload(struct request *, const struct two_key_kind *, const struct form *);
/* The other way; what cannot be read is empty. */
struct form two_key_content(struct arena *, struct text payload);

/* The code or the name of a council. */
struct text two_key_council(const struct councils *, int64_t council, bool code);

#endif
