/*
 * register/two_key_store.h -- proposals that need a key of each council, as the store keeps them.
 *
 * two_key_rules.h says what may happen; the same laws stand in the migration, for whoever comes
 * past the program. Every step is an entry of the trail: the draft's for its own council, all
 * later ones for every council to read. All of it stays for ever, so neither a proposal's text nor
 * a reason, a body or a minute is a place for personal data: pages that ask for them say so.
 *
 *     two_key_draft(tx, arena, &act, &wording, &place, ...)          Clackmannanshire prepares
 *     two_key_propose(tx, arena, &act, &place, ...)                  both see it, as it now stays
 *     two_key_agree(tx, arena, &act, &place, &decision, ...)         somebody else there agrees
 *     two_key_agree(tx, arena, &act, &place, &decision, ...)         Stirling does: a version
 *     two_key_ask(tx, arena, &asked, &proposal, &found, ...)         what is in force on a day
 *
 * Inside a transaction whose council is the one acted for. Texts live in `arena`.
 *
 * Errors, beyond those of db.h; where a rule refuses, `*refusal` (unless NULL) says which, and its
 * sentence is the message:
 *   ERR_MISSING   the council sees no such proposal
 *   ERR_CONFLICT  somebody took a step meanwhile: the proposal is not at the revision that was
 *                 seen; or a rule says that it cannot be done as things stand
 *   ERR_RIGHTS    a rule says that this person cannot, or the transaction is another council's
 *   ERR_USAGE     a rule asks for other words
 */
#ifndef OCHIL_TWO_KEY_STORE_H
#define OCHIL_TWO_KEY_STORE_H

#include "base/outside.h"
#include "register/two_key_rules.h"
#include "store/db.h"

#define TWO_KEY_ROWS_MAX 100

/* Who acts, for whom, when. */
struct two_key_act {
    struct moment         now;
    const struct outside *outside;
    struct text           request;      /* its id; empty: none */
    int64_t               account;
    struct text           login;
    int64_t               council;
    bool                  may_prepare;
    bool                  may_agree;
};

/* What is proposed. */
struct two_key_wording {
    struct text    kind, subject;
    const int64_t *councils;            /* ascending, the one acted for among them */
    size_t         council_count;
    struct db_day  effective;
    bool           overtakes;
    struct text    payload;             /* JSON */
    int64_t        replaces;            /* a proposal that this stands for; 0: none */
};

/* A proposal as somebody saw it. Every call that changes it sets the revision anew. */
struct two_key_place {
    int64_t id;
    int64_t revision;
};

struct two_key_decision {
    struct text   body, minute;
    bool          decided;              /* it has a date */
    struct db_day day;
    struct text   evidence;             /* the id of a file of the council; empty: none */
};

struct two_key_agreement {
    int64_t                 council, account;
    struct text             login;
    struct moment           agreed_at;
    struct two_key_decision decision;
};

struct two_key_step {
    int64_t       revision, council;
    struct moment at;
    struct text   login, event, reason;
};

struct two_key_proposal {
    struct two_key_place      place;
    struct two_key            key;
    struct text               kind, subject, partners, payload;
    bool                      shared;
    int64_t                   replaces;     /* 0: none */
    int64_t                   version;      /* 0: not agreed */
    struct moment             made_at, agreed_at;
    struct two_key_agreement *agreement;    /* key.turn_count, as they came */
    struct two_key_step      *step;         /* of two_key_load() alone */
    size_t                    step_count;
};

MUST_USE enum err two_key_draft(struct tx *, struct arena *, const struct two_key_act *,
                                const struct two_key_wording *, struct two_key_place *,
                                enum two_key_refusal *refusal, struct trouble *);
/* Other words for a draft; subject, councils and `replaces` stay. */
MUST_USE enum err two_key_change(struct tx *, struct arena *, const struct two_key_act *,
                                 struct two_key_place *, const struct two_key_wording *,
                                 enum two_key_refusal *refusal, struct trouble *);
MUST_USE enum err two_key_propose(struct tx *, struct arena *, const struct two_key_act *,
                                  struct two_key_place *, enum two_key_refusal *refusal,
                                  struct trouble *);
/* `*version`: of the subject, if this was the last key; else 0. */
MUST_USE enum err two_key_agree(struct tx *, struct arena *, const struct two_key_act *,
                                struct two_key_place *, const struct two_key_decision *,
                                int64_t *version, enum two_key_refusal *refusal,
                                struct trouble *);
MUST_USE enum err two_key_return(struct tx *, struct arena *, const struct two_key_act *,
                                 struct two_key_place *, struct text reason,
                                 enum two_key_refusal *refusal, struct trouble *);
MUST_USE enum err two_key_withdraw(struct tx *, struct arena *, const struct two_key_act *,
                                   struct two_key_place *, enum two_key_refusal *refusal,
                                   struct trouble *);

MUST_USE enum err two_key_load(struct tx *, struct arena *, int64_t council, int64_t id,
                               struct two_key_proposal *, struct trouble *);

/* Which proposals; the newest first. */
struct two_key_filter {
    int64_t        council;         /* that asks */
    int64_t        waiting_for;     /* an account: what it may turn the council's key of; or 0 */
    struct text    kind, subject;   /* empty: any */
    const int64_t *councils;        /* NULL: of any */
    size_t         council_count;
    int64_t        below;           /* ids below; 0: from the newest */
    int            rows;            /* 1 to TWO_KEY_ROWS_MAX */
};

MUST_USE enum err two_key_list(struct tx *, struct arena *, const struct two_key_filter *,
                               struct two_key_proposal **, size_t *count, struct trouble *);

/* What is in force between these councils on a day. */
struct two_key_asked {
    int64_t        council;         /* that asks: one of them */
    struct text    kind, subject;
    const int64_t *councils;        /* ascending */
    size_t         council_count;
    struct db_day  day;
    struct moment  known;           /* by what was agreed until then */
};

MUST_USE enum err two_key_ask(struct tx *, struct arena *, const struct two_key_asked *,
                              struct two_key_proposal *, bool *found, struct trouble *);

#endif
