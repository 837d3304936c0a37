/*
 * finance/finance_standing.h -- how far each council is with a period: are its lines taken in, and
 * all their codes in its map?
 *
 * What a council took in is its own; this much of it both see, so that each knows what is missing
 * from whom. It is worked out anew, for all periods of a year, in the transaction of whatever
 * changes it: an extract taken in or withdrawn, a map kept. What an extract brings is looked at
 * before that, and added to what was noted, so that no sum need be read within. What a council's
 * part of a period is made of is kept as a sum, so that what was signed is undone (finance_sign.h)
 * by a change of that very period, and by nothing else.
 *
 * Inside a transaction in the council's scope.
 */
#ifndef OCHIL_FINANCE_STANDING_H
#define OCHIL_FINANCE_STANDING_H

#include "engine/period.h"
#include "identity/actor.h"
#include "store/council.h"

struct period_standing {
    bool          taken, mapped;
    struct moment changed_at;       /* of this or what it is made of; { 0 }: nothing was done yet */
};

/* `login` changed something of the council's. */
MUST_USE enum err period_standing_note(struct tx *, struct arena *, const struct happening *,
                                       struct text login, int64_t council, struct text year,
                                       struct trouble *);

/* What an import brings to the ledger, before it is taken in. */
struct period_news {
    int64_t  import;                /* 0: nothing that counts here */
    unsigned periods;               /* that it has lines in, a bit for each */
    unsigned unmapped;              /* and those with a code that the map does not know */
    int64_t  version;               /* of that map */
};

/* The same, when what it is about has been taken in. */
MUST_USE enum err period_standing_add(struct tx *, struct arena *, const struct happening *,
                                      struct text login, int64_t council, struct text year,
                                      const struct period_news *, struct trouble *);

/* For each of the councils, in their order; `index` of the period, 0 to 12. */
MUST_USE enum err period_standing_load(struct tx *, const struct councils *, struct text year,
                                       int index, struct period_standing *, struct trouble *);

/* An import that has lines in a period. */
struct period_import {
    int64_t     id, lines, pence;
    struct text file, made_by;
};
MUST_USE enum err period_imports_load(struct tx *, struct arena *, int64_t council,
                                      struct text year, int index, struct period_import **,
                                      size_t *count, struct trouble *);

#endif
