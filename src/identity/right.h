/*
 * identity/right.h -- roles, and what each lets an account do.
 *
 * A role is granted by a council, for its own area alone, for a service or for all, from a day to a
 * day; there is nobody with rights over all councils. A row of the action table (cli/action.h)
 * names one right; the dispatcher asks for it before the handler runs. A right stands for the
 * acting council.
 *
 * docs/policy.txt is the same for people, written by hand; tests/policy_test.py holds the program
 * against it.
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
    MAY_SEE_PEOPLE,     /* of the acting council, and who else has a role there */
    MAY_ADMIT_PEOPLE,   /* let in, help back in, close accounts */
    MAY_SET_LOGIN,      /* how the acting council's people sign in */
    MAY_SET_KEY,        /* with which the acting council cosigns the trail */
    MAY_EXPORT,         /* everything of the acting council */
    MAY_SEE_RISK,       /* the acting council's risks, and those shared with it */
    MAY_EDIT_RISK,      /* its own and joint ones */
    MAY_SEE_ACTION,     /* actions; likewise */
    MAY_EDIT_ACTION,
    MAY_SEE_OBLIGATION, /* statutory ones; likewise */
    MAY_EDIT_OBLIGATION,
    MAY_READ_ADVICE,    /* of the council's lawyers, in what one sees */
    MAY_WRITE_ADVICE,   /* in what one may change */
    MAY_SEE_EVIDENCE,   /* the acting council's kept files, and those it was shown */
    MAY_TAKE_EVIDENCE,
    MAY_ERASE_EVIDENCE, /* for good */
    MAY_SEE_PROPOSAL,   /* the acting council's drafts, and what was proposed to it */
    MAY_PREPARE_PROPOSAL,   /* of a kind that one has the right to */
    MAY_AGREE_PROPOSAL, /* the same */
    MAY_PREPARE_SHARING,    /* data-sharing agreements */
    MAY_AGREE_SHARING,
    MAY_PREPARE_POLICY,     /* that a policy becomes common */
    MAY_AGREE_POLICY,
    MAY_PREPARE_SERVICE,    /* which services are shared */
    MAY_AGREE_SERVICE,
    MAY_PREPARE_BASIS,      /* bases and cost models */
    MAY_AGREE_BASIS,
    MAY_SEE_POLICY,     /* as with risks */
    MAY_EDIT_POLICY,
    MAY_SEE_MONEY,      /* the acting council's extracts and their sums, and the joint calendar */
    MAY_TAKE_EXTRACT,   /* and withdraw it; profiles */
    MAY_BEGIN_YEAR,     /* of the partnership */
    MAY_RECOUNT,        /* let a locked period be worked out again */
    MAY_SIGN_PERIOD,    /* for the acting council: the council's proper officer */
    MAY_KEEP_WHAT_IF,   /* questions to a run, and share them */
    MAY_SEE_QUERY,      /* about figures; as with risks */
    MAY_EDIT_QUERY,
    MAY_SEE_BESIDE,     /* money beside the bill: initiatives, memoranda, funds; likewise */
    MAY_EDIT_BESIDE,
    MAY_PREPARE_MEMORANDUM, /* that both councils agree on one */
    MAY_AGREE_MEMORANDUM,
    RIGHTS
};

/* The offices that people hold in a council, as they divide its work. The public needs no role, nor
 * does a program: its token acts as its owner. Who holds a post in both councils has a role from
 * each. A role without a right yet is granted all the same: what it is for comes with its part. */
enum role {
    ROLE_ADMINISTRATOR,
    ROLE_AUDITOR,
    ROLE_CHIEF_EXECUTIVE,
    ROLE_HEAD_OF_FINANCE,
    ROLE_ACCOUNTANT,
    ROLE_BUDGET_HOLDER,
    ROLE_HEAD_OF_SERVICE,
    ROLE_HR_LEAD,
    ROLE_PROGRAMME_MANAGER,
    ROLE_PERFORMANCE_OFFICER,
    ROLE_LEGAL_OFFICER,
    ROLE_CLERK,             /* democratic services */
    ROLE_ICT_OFFICER,
    ROLE_MEMBER,            /* elected */
    ROLE_UNION_OFFICIAL,
    ROLES
};

/* "administrator"; as the store writes it. */
const char *role_name(enum role);
/* "council administrator"; for people. */
const char *role_title(enum role);
/* A sentence or two: what it is for. */
const char *role_purpose(enum role);
MUST_USE bool role_parse(struct text, enum role *);

/* Does it approve or administer? Then a council asks for a second factor, unless it says
 * otherwise (login_setting.h). */
MUST_USE bool role_decides(enum role);

/* Rights that a role gives; not those above it, which need none. */
MUST_USE bool role_gives(enum role, enum right);

/* --- for a service, or for all --- */

/* A service that the councils share, by the name they agreed on (register/service_list.h). */
#define SERVICE_NAME_MOST 60        /* bytes */
#define SERVICES_MOST 16            /* names that were ever agreed on in a store */

/* Is it about records that can be of a service? Only such rights are given by a role for one; what
 * is the council's own in general needs a role for all. */
MUST_USE bool right_is_by_service(enum right);

/* Can the role be for a service? Who administers, does so for the council as a whole. */
MUST_USE bool role_is_by_service(enum role);

#endif
