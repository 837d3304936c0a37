/*
 * identity/actor.h -- who asks, and for which council: what a session or an API token says, read
 * anew for every request, so that what was revoked on one server is dead on all of them at once.
 *
 * Everything that changes something says so in the trail, by identity_record().
 *
 * Read next: account.h, session.h, api_token.h, one_time_link.h, role_grant.h.
 */
#ifndef OCHIL_ACTOR_H
#define OCHIL_ACTOR_H

#include "base/outside.h"
#include "identity/right.h"
#include "store/db.h"

#define ACTOR_LOGIN_MOST 64

/* Roles that count for the records of one service alone. */
struct actor_service {
    char name[SERVICE_NAME_MOST + 1];
    bool role[ROLES];
};

struct actor {
    int64_t     account;        /* 0: nobody is signed in */
    int64_t     home;           /* the account's own council */
    int64_t     acting;         /* the council acted for */
    int64_t     session;        /* 0: by an API token */
    int64_t     token;          /* 0: by a session */
    bool        may_write;      /* a token may be for reading alone */
    bool        strong;         /* more than a password was shown */
    bool        break_glass;    /* break_glass.h: no role counts */
    bool        held_back;      /* roles that the council asks more for do not count */
    struct moment seen_at;      /* of the session, as kept */
    struct moment ends_at;      /* of the session, whatever happens */
    bool        role[ROLES];    /* in the acting council, today, for all services */
    struct actor_service service[SERVICES_MOST];    /* and for some */
    size_t      services;
    char        login[ACTOR_LOGIN_MOST + 1];
};

/* On anything: of a right that is by service, at least on the records of one. */
MUST_USE bool actor_may(const struct actor *, enum right);

/* Whose records a right is for. Names point into the actor. */
struct reach {
    bool        all;
    const char *service[SERVICES_MOST];
    size_t      services;
};

struct reach actor_reach(const struct actor *, enum right);
/* Of a record of this service; empty: of none. */
MUST_USE bool reach_holds(const struct reach *, struct text service);
/* May the actor do it to a record of this service? */
MUST_USE bool actor_may_of(const struct actor *, enum right, struct text service);

/* Has it the role, for whatever service? */
MUST_USE bool actor_has_role(const struct actor *, enum role);

/* The day of a moment, by UTC: grants begin and end with it. */
struct db_day day_of(struct moment);

/* What an event is told with, beside itself. */
struct happening {
    struct moment         now;
    const struct outside *outside;
    struct text           request;      /* its id; empty: none */
};

/* A line of the trail: `login` did `action` to the `subject` for `council`, and only that council
 * may read it. `after` may be empty; personal data does not belong there. */
struct identity_event {
    struct text login;
    int64_t     council;
    const char *action;
    const char *subject;
    int64_t     subject_id;
    struct text after;
};

MUST_USE enum err identity_record(struct tx *, const struct happening *,
                                  const struct identity_event *, struct trouble *);
/* The same, for every council to read. */
MUST_USE enum err identity_record_shared(struct tx *, const struct happening *,
                                         const struct identity_event *, struct trouble *);

#endif
