/*
 * identity/role_grant.h -- a council grants an account a role in its own area, for a service or for
 * all, from a day to a day (both within, by UTC). The account may belong to another council: an
 * auditor of both has two grants, made by two councils.
 *
 * Inside a transaction, which is then in the scope of the granting council.
 */
#ifndef OCHIL_ROLE_GRANT_H
#define OCHIL_ROLE_GRANT_H

#include "identity/actor.h"

struct role_grant {
    int64_t       id;
    int64_t       council;      /* who grants */
    int64_t       account;
    enum role     role;
    struct text   service;      /* for its records alone; empty: for all, and what is of none */
    struct db_day starts;
    bool          endless;      /* then `ends` means nothing; an auditor's is not */
    struct db_day ends;
    int64_t       made_by;      /* never its own account; 0: by the first administrator's link */
    bool          by_group;     /* of the council's own login (oidc_login.h) */
};

struct role_grants {
    struct role_grant *grant;
    size_t             count;
};

enum grant_refusal {
    GRANT_FIT,
    GRANT_ENDS_BEFORE,
    GRANT_AUDITOR_ENDLESS,
    GRANT_TO_ONESELF,
    GRANT_NOT_BY_SERVICE,
    GRANT_REFUSALS
};

MUST_USE enum grant_refusal grant_judge(const struct role_grant *);
/* One English sentence; of GRANT_FIT it is empty. */
const char *grant_refusal_sentence(enum grant_refusal);

/* By `login`; the grant is GRANT_FIT, its id is set. */
MUST_USE enum err grant_make(struct tx *, const struct happening *, struct text login,
                             struct role_grant *, struct trouble *);

/* Takes a grant of `council` back. ERR_MISSING, without words: it has no such grant. */
MUST_USE enum err grant_end(struct tx *, const struct happening *, struct text login,
                            int64_t council, int64_t grant, struct trouble *);

/* What the council has granted to an account (0: to anybody), in force or to come. */
MUST_USE enum err grant_list(struct tx *, struct arena *, struct moment now, int64_t council,
                             int64_t account, struct role_grants *, struct trouble *);

/* The actor's roles in the acting council, today, as far as they count (login_setting.h): sets
 * actor->role, actor->service and actor->held_back. */
MUST_USE enum err grant_roles(struct tx *, struct moment now, struct actor *, struct trouble *);

#endif
