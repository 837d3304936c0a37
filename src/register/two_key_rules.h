/*
 * register/two_key_rules.h -- two keys: what binds several councils takes effect only when an
 * authorised person of each has agreed, each on a decision of its own. Pure.
 *
 * A *proposal* is a text on a subject ("basis", "education-pupils") with the day it takes effect.
 * The council that prepares it has it for itself as a draft; proposed, every council it names sees
 * it, and its words are fixed.
 *
 *             change
 *             +--+
 *             |  v  propose            agree (the last of them)
 *     (draft) draft --------> proposed ----------------------> agreed
 *               |              |  ^  |
 *               |              +--+  +-- return ---> returned
 *               |             agree  +-- replace --> replaced   (its words are changed: another
 *               +-- withdraw -----------------+--> withdrawn     proposal stands for it)
 *
 * No event leads out of the four on the right. So a change to what somebody has agreed to is
 * another proposal, for which nobody has agreed yet.
 *
 * What becomes agreed is the next *version* of its subject: 1, 2, 3... On a day that version is in
 * force which was agreed last among those that begin by then; so a later one supersedes an earlier
 * one from its own first day, and there is one at most. A version that begins on or before the
 * first day of one agreed earlier leaves that one no day of its own, and must say so (`overtakes`).
 *
 * A subject belongs to the set of its councils: the same words between others are another subject.
 *
 * units    days: as db_day, days since 1970. Moments: milliseconds since 1970, UTC.
 * source   Local Government (Scotland) Act 1973 s.56: each council decides for itself; the report
 *          of 26 June 2014, 2.1(e) and 5.1(d): agreed by both before it begins. Ours: a decision
 *          may be of the very day on which it takes effect, but of none after it; it may be
 *          recorded later than that, and what was known at a moment can be asked for.
 *
 * Read next: two_key_store.h.
 */
#ifndef OCHIL_TWO_KEY_RULES_H
#define OCHIL_TWO_KEY_RULES_H

#include "base/text.h"

#define TWO_KEY_COUNCILS_MIN 2
#define TWO_KEY_COUNCILS_MAX 32
#define TWO_KEY_PREPARERS_MAX 64

/* Bytes at most. */
#define TWO_KEY_KIND_MAX 64         /* of a subject */
#define TWO_KEY_SUBJECT_MAX 200
#define TWO_KEY_PAYLOAD_MAX 60000
#define TWO_KEY_WORDS_MAX 1000      /* a reason, a body, a minute */

enum two_key_state {
    TWO_KEY_DRAFT,
    TWO_KEY_PROPOSED,
    TWO_KEY_AGREED,
    TWO_KEY_RETURNED,
    TWO_KEY_WITHDRAWN,
    TWO_KEY_REPLACED
};
#define TWO_KEY_STATES 6

enum two_key_event {
    TWO_KEY_CHANGE,         /* the draft's words */
    TWO_KEY_PROPOSE,
    TWO_KEY_AGREE,          /* one council, and others have not yet */
    TWO_KEY_COMPLETE,       /* the last council agrees */
    TWO_KEY_RETURN,         /* with a reason, by any of the councils */
    TWO_KEY_WITHDRAW,       /* by the council that made it */
    TWO_KEY_REPLACE         /* another one is proposed in its place */
};
#define TWO_KEY_EVENTS 7

/* "draft", "proposed"...: as the store has them. */
const char *two_key_state_word(enum two_key_state);
bool two_key_state_of_word(struct text word, enum two_key_state *);

/* Where the event leads; false: it cannot happen in this state. */
bool two_key_state_after(enum two_key_state from, enum two_key_event event,
                         enum two_key_state *to);

/* One turned key. */
struct two_key_turn {
    int64_t council;
    int64_t account;
};

/* A proposal, as far as rules need it. Councils ascend. */
struct two_key {
    enum two_key_state  state;
    int64_t             council;        /* that made it */
    int64_t             councils[TWO_KEY_COUNCILS_MAX];
    size_t              council_count;
    int64_t             preparers[TWO_KEY_PREPARERS_MAX];   /* accounts */
    size_t              preparer_count;
    struct two_key_turn turns[TWO_KEY_COUNCILS_MAX];
    size_t              turn_count;
    int32_t             effective_days;
    bool                overtakes;
};

/* What somebody wants to do to it. */
struct two_key_deed {
    enum two_key_event event;           /* TWO_KEY_AGREE also where it would be the last */
    int64_t            account;
    int64_t            council;         /* acted for */
    bool               may_prepare;     /* the council has authorised the person to */
    bool               may_agree;
    int32_t            today_days;
    struct text        reason;          /* TWO_KEY_RETURN */
    struct text        body, minute;    /* TWO_KEY_AGREE: the decision */
    bool               decided;         /* it has a date */
    int32_t            decided_days;
};

/* An agreed version of the proposal's subject. */
struct two_key_version {
    int64_t number;             /* 1 and up, in the order in which they were agreed */
    int32_t effective_days;
    int64_t agreed_ms;          /* the last key */
};

enum two_key_refusal {
    TWO_KEY_FINE,
    TWO_KEY_NOT_NOW,
    TWO_KEY_NOT_NAMED,
    TWO_KEY_NOT_ITS_COUNCIL,
    TWO_KEY_NOT_AUTHORISED,
    TWO_KEY_PREPARED_IT,
    TWO_KEY_COUNCIL_HAS_AGREED,
    TWO_KEY_PERSON_HAS_AGREED,
    TWO_KEY_NO_DECISION,
    TWO_KEY_DECIDED_AHEAD,
    TWO_KEY_DECIDED_LATE,
    TWO_KEY_NO_REASON,
    TWO_KEY_WORDS_LONG,
    TWO_KEY_WRONG_COUNCILS,
    TWO_KEY_NO_SUBJECT,
    TWO_KEY_MANY_PREPARERS,
    TWO_KEY_OVERTAKES_UNSAID,
    TWO_KEY_NO_FILE,
    TWO_KEY_REPLACES_ANOTHER,
    TWO_KEY_REFUSALS
};

/* One English sentence; of TWO_KEY_FINE it is empty. */
const char *two_key_refusal_sentence(enum two_key_refusal);
/* ERR_USAGE: say it in other words; ERR_RIGHTS: not this person; ERR_CONFLICT: not as it stands. */
enum err two_key_refusal_err(enum two_key_refusal);

/* May this be done? Of an agreement that would be the last, two_key_begins() is asked too. */
MUST_USE enum two_key_refusal two_key_judge(const struct two_key *, const struct two_key_deed *);

/* Is a draft fit to be kept: councils, subject, text? Its preparer is among `preparers`. */
MUST_USE enum two_key_refusal two_key_judge_draft(const struct two_key *, struct text kind,
                                                  struct text subject, struct text payload);

/* May it stand for that other one, whose subject is the same or is not? */
MUST_USE enum two_key_refusal two_key_stands_for(const struct two_key *,
                                                 const struct two_key *replaced,
                                                 bool same_subject);

/* Would one more agreement be the last? */
bool two_key_lacks_one(const struct two_key *);

/* May the proposal become a version beside those of its subject? */
MUST_USE enum two_key_refusal two_key_begins(const struct two_key *,
                                             const struct two_key_version *, size_t count);

/* Which version is in force on the day, by what was known at the moment; NULL: none. */
const struct two_key_version *two_key_in_force(const struct two_key_version *, size_t count,
                                               int32_t day, int64_t known_ms);

/* The number that comes next. */
int64_t two_key_next_number(const struct two_key_version *, size_t count);

#endif
