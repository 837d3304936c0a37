/*
 * register/service_list.h -- the services that the councils share: Education, Social Services and
 * what else they agree on. A council's role can be for one of them, and an entry of a register of
 * one (identity/right.h).
 *
 * There is no table of them: a service is there because every council has turned its key for it
 * (the kind is declared in agreement/agreement_service.c), and no longer when they have agreed on
 * that. Its name is the subject of the proposal; it stays the same in every version.
 *
 * source   docs/engine.md: "A service has one lead partner; the others commission it."
 *
 * Inside a transaction in the scope of the council that asks. Texts live in the arena.
 */
#ifndef OCHIL_SERVICE_LIST_H
#define OCHIL_SERVICE_LIST_H

#include "identity/right.h"
#include "register/two_key_store.h"

#define SERVICE_KIND "service"
#define SERVICE_SHARED "shared"         /* what the field "standing" says */
#define SERVICE_APART "no longer"

struct service {
    struct text   name;             /* 1 to SERVICE_NAME_MOST bytes */
    struct text   lead;             /* a council's code */
    struct text   covers;
    int64_t       proposal;         /* the version that says so */
    struct db_day starts;
    bool          ends;             /* from `ended` on it is no longer shared */
    struct db_day ended;
};

struct services {
    struct service *service;
    size_t          count;
};

/* Is it a name of one: 1 to SERVICE_NAME_MOST bytes of UTF-8 on one line, without blanks around it,
 * and none of them a control character? */
MUST_USE bool service_name_is(struct text);

/* What is shared on the day or will be, by name. */
MUST_USE enum err services_read(struct tx *, struct arena *, int64_t council, struct db_day,
                                struct services *, struct trouble *);

MUST_USE bool service_is_among(const struct services *, struct text name);

/* How many names were ever agreed on. */
MUST_USE enum err services_count(struct tx *, int64_t council, size_t *, struct trouble *);

#endif
