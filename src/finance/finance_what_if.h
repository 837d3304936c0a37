/*
 * finance/finance_what_if.h -- what would change if a basis, a value or a setting were another:
 * questions to a run that is there (finance_run.h), answered by the engine (engine/whatif.h) from
 * what the run keeps. Nothing real is changed, and no ledger is read.
 *
 *     what_if_ask()      the question, as lines; what it comes to, pool by pool, by council
 *     what_if_keep()     under a name; its council's own until what_if_share()
 *
 * An assignment is one of the engine's ("pool.ED-PRI.basis=ROLL", "basis.POP.CLK=52000",
 * "support.HR.ED=40", "setting.rounding=period"; not cost centres, of which a run keeps none),
 * "pool.ED-PRI.fixed=40,60": per cent for each council, in listing order;
 * "group.ED-PRI.employees=direct": what is common of a subjective group in a pool is treated as
 * "direct" (borne by whoever paid), "direct:CLK", "pool:ED-SEC" (common there) or "excluded"; with
 * "common" what is direct there is shared, too; `*` is every pool or group; or "proposal.13": as if
 * that basis were agreed.
 *
 * Inside a transaction in the council's scope, but for what_if_ask(), which is pure; texts live in
 * `arena`.
 */
#ifndef OCHIL_FINANCE_WHAT_IF_H
#define OCHIL_FINANCE_WHAT_IF_H

#include "finance/finance_run.h"
#include "identity/actor.h"

#define WHAT_IF_NAME_MOST 200
#define WHAT_IF_BYTES_MOST 4000     /* of all assignments */
#define WHAT_IF_LINES_MOST 50

struct what_if {
    int64_t       id, council, run;
    struct text   name, assignments;
    bool          shared;
    struct moment made_at;
    struct text   made_by;
};

struct what_ifs {
    struct what_if *question;       /* the newest first */
    size_t          count;
};

/* One line of 1 to 200 bytes; else what is said of it. */
bool what_if_name_is_fit(struct text);
#define WHAT_IF_NAME_WORDS "Give it a name of one line, in at most 200 bytes."

/* The council's own, and those shared with it. */
MUST_USE enum err what_ifs_load(struct tx *, struct arena *, int64_t council, struct what_ifs *,
                                struct trouble *);
/* ERR_MISSING: the council sees no such question. */
MUST_USE enum err what_if_load(struct tx *, struct arena *, int64_t council, int64_t id,
                               struct what_if *, struct trouble *);
/* Sets `id`; the same once more, under the same name, is the one that it was. */
MUST_USE enum err what_if_keep(struct tx *, struct arena *, const struct happening *,
                               const struct actor *, struct what_if *, struct trouble *);
/* Both are ERR_MISSING unless it is the acting council's own. */
MUST_USE enum err what_if_share(struct tx *, const struct happening *, const struct actor *,
                                int64_t id, bool shared, struct trouble *);
MUST_USE enum err what_if_end(struct tx *, const struct happening *, const struct actor *,
                              int64_t id, struct trouble *);

/* --- answered --- */

/* Bases that a question assumes to be agreed: the proposals that it names and the council sees. */
struct what_if_proposals {
    struct councils    councils;
    struct joint_basis *basis;
    int64_t            *id;
    size_t              count;
};
MUST_USE enum err what_if_proposals_load(struct tx *, struct arena *, int64_t council,
                                         struct text assignments, struct what_if_proposals *,
                                         struct trouble *);

/* What a council bears, in whole pence. */
struct what_if_change {
    wide before, after;
};

/* Would any council bear another amount? */
bool what_if_is_changed(const struct what_if_change[], size_t partners);

struct what_if_row {
    struct text            code, name;
    struct text            basis;       /* of a pool, as it is; empty: by drivers, or several */
    struct what_if_change *change;      /* [partner] */
};

struct what_if_basis {
    struct text  code, name;
    const char  *kind;                  /* "measure" */
    struct text *value;                 /* [partner]: the last one of the year; empty: none */
};

struct what_if_answer {
    struct text          *partner;      /* codes, in listing order */
    size_t                partners;
    struct what_if_row   *pool, *service;
    size_t                pools, services;
    struct what_if_change *total;       /* [partner] */
    struct what_if_basis *basis;        /* that there are */
    size_t                bases;
    struct text          *group;        /* subjective groups */
    size_t                groups;
    bool                  settled;
    const char           *refused;      /* NULL: it is answered, or nothing was asked */
    const char          **even;         /* sentences about the break-even */
    size_t                evens;
};

/* `inputs` as the run keeps them. What is wrong with the question is `refused`, a sentence.
 * ERR_CHECK: the engine refuses what the run was worked out from. */
MUST_USE enum err what_if_ask(struct arena *, const struct money_run *,
                              const struct memory_file *input, size_t inputs,
                              struct text assignments, const struct what_if_proposals *,
                              struct what_if_answer *, struct trouble *);

#endif
