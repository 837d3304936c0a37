/*
 * identity/right.h -- roles, and what each lets an account do.
 *
 * A role is granted by a council, for its own area alone, from a day to a day; there is nobody
 * with rights over all councils. A row of the action table (cli/action.h) names one right; the
 * dispatcher asks for it before the handler runs. A right stands for the acting council.
 *
 * 0 is no right: a row that names none is served to nobody.
 */
#ifndef OCHIL_RIGHT_H
#define OCHIL_RIGHT_H

#include "base/text.h"

enum right {
    MAY_NOTHING,
    MAY_ANYBODY,        /* signed in or not */
    MAY_FETCH,          /* anybody; the same for all, so neither store nor session is asked */
    MAY_LOCAL,          /* the same, but only from this machine: monitoring */
    MAY_OWN,            /* any account, in its own affairs */
    MAY_READ_TRAIL,     /* the acting council's view of it */
    MAY_SEE_JOBS,       /* the acting council's */
    MAY_STOP_JOBS,
    MAY_GRANT,          /* roles in the acting council */
    MAY_SEE_RISK,       /* the acting council's risks, and those shared with it */
    MAY_EDIT_RISK,      /* its own and joint ones */
    RIGHTS
};

enum role { ROLE_ADMINISTRATOR, ROLE_AUDITOR, ROLES };

/* "administrator"; as the store writes it. */
const char *role_name(enum role);
/* "council administrator"; for people. */
const char *role_title(enum role);
MUST_USE bool role_parse(struct text, enum role *);

/* Rights that a role gives; not those above it, which need none. */
MUST_USE bool role_gives(enum role, enum right);

#endif
