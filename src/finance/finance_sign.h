/*
 * finance/finance_sign.h -- a period from open to locked: closed softly, signed by each council,
 * locked.
 *
 *     period_soft_close()    what still comes for it needs a reason from now on
 *     period_sign()          a council's signature under the period's run; the last one locks
 *     period_refuse()        a council takes back what was signed, its own or the other's, and why
 *     period_open_again()    from closed softly to open
 *     period_sign_undo()     what was signed is no longer what there is: called by what changes it
 *
 * A signature is for one run of the period, by its outputs' sum (run_sum()), by somebody who did
 * not begin that run. It is taken only when every check has passed (finance_check.h), for
 * both councils alike; so the transaction of the last one locks the period. A newer run, a changed
 * input or a refusal undoes what was signed; it stays to be read, and the trail has it. The
 * migration says the same laws again.
 *
 * The first signature closes an open period softly.
 *
 * Inside a writing transaction in the acting council's scope; texts live in `arena`.
 * Errors: ERR_CONFLICT: not as things stand; the message is a sentence for people. ERR_MISSING: no
 * such period.
 *
 * Read next: finance_facts.h, finance_locked.h.
 */
#ifndef OCHIL_FINANCE_SIGN_H
#define OCHIL_FINANCE_SIGN_H

#include "finance/finance_year.h"

#define PERIOD_BUNDLE_JOB "period.bundle"
#define PERIOD_WHY_MOST 1000            /* bytes of a reason */

struct period_place {
    struct text year;
    int         index;                  /* 0 to 12 */
};

struct period_signature {
    int64_t       id, council, run, account;
    struct text   outputs, login;
    struct moment signed_at;
    struct moment undone_at;            /* { 0 }: it stands */
    int64_t       undone_for;
    struct text   undone_by, undone_why;
};

struct period_signatures {
    struct period_signature *signature; /* the newest first */
    size_t                   count;
};

MUST_USE enum err period_signatures_load(struct tx *, struct arena *, const struct period_place *,
                                         struct period_signatures *, struct trouble *);
/* The council's that stands; NULL: none does. */
const struct period_signature *period_signature_of(const struct period_signatures *,
                                                   int64_t council);

struct period_lock {
    int64_t       run, locked_for, job;
    struct text   outputs, locked_by;
    struct moment locked_at;
};

/* ERR_MISSING: it is not locked. */
MUST_USE enum err period_lock_load(struct tx *, struct arena *, const struct period_place *,
                                   struct period_lock *, struct trouble *);

/* Who does it. */
struct period_deed {
    const struct happening *happening;
    const struct actor     *actor;
    struct period_place     place;
};

/* `*came`: what the click came to. A second one finds what the first did. */
enum period_signed { PERIOD_SIGNED, PERIOD_SIGNED_BEFORE, PERIOD_IS_LOCKED };
MUST_USE enum err period_sign(struct tx *, struct arena *, const struct period_deed *,
                              int64_t run, struct text outputs, enum period_signed *came,
                              struct trouble *);

MUST_USE enum err period_soft_close(struct tx *, struct arena *, const struct period_deed *,
                                    struct trouble *);
MUST_USE enum err period_open_again(struct tx *, struct arena *, const struct period_deed *,
                                    struct text why, struct trouble *);
MUST_USE enum err period_refuse(struct tx *, struct arena *, const struct period_deed *,
                                struct text why, struct trouble *);

/* Signatures of the period that stand are undone, for a reason that every council reads; nothing,
 * if none stands or it is locked. `council` is the one whose doing it is, `login` whose. */
struct period_undoing {
    const struct happening *happening;
    int64_t                 council;
    struct text             login;
    struct period_place     place;
    const char             *why;
};
MUST_USE enum err period_sign_undo(struct tx *, struct arena *, const struct period_undoing *,
                                   struct trouble *);

/* Periods of the year that are closed softly: a bit for each, P01 the lowest. */
MUST_USE enum err period_soft_load(struct tx *, struct text year, unsigned *soft,
                                   struct trouble *);
/* "P03", of the first of these. */
const char *period_soft_first(struct arena *, unsigned soft);

/* Why an import of the council comes although a period that it has lines in is closed softly; and
 * was it said? */
MUST_USE enum err import_late_why(struct tx *, int64_t council, int64_t import, struct text why,
                                  struct trouble *);
MUST_USE enum err import_is_explained(struct tx *, int64_t council, int64_t import,
                                      bool *explained, struct trouble *);

/* A council says that it has no lines in a period. */
MUST_USE enum err period_say_nothing(struct tx *, struct arena *, const struct period_deed *,
                                      struct trouble *);

#endif
