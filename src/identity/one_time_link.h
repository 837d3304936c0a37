/*
 * identity/one_time_link.h -- a link that lets whoever holds it do one thing, once.
 *
 * `ochil init` makes one for each council: its holder becomes the council's first administrator
 * (/first/TOKEN). It is used in the same transaction as what it allows, so two who open it at once
 * do not both get in, and it ends by itself.
 */
#ifndef OCHIL_ONE_TIME_LINK_H
#define OCHIL_ONE_TIME_LINK_H

#include "identity/actor.h"
#include "identity/secret.h"

#define LINK_MS INT64_C(604800000)      /* seven days */

struct one_time_link {
    int64_t id;
    int64_t council;
};

/* For the council's first administrator. Only its hash is kept: `secret` is the one copy. The
 * transaction is then in the council's scope. */
MUST_USE enum err link_make(struct tx *, const struct happening *, int64_t council,
                            struct secret *, struct trouble *);

/* ERR_MISSING, without words: there is none, it was used, or its time is over. */
MUST_USE enum err link_find(struct tx *, struct moment now, struct text secret,
                            struct one_time_link *, struct trouble *);

/* From now on it is used, by `login`. ERR_MISSING as above. */
MUST_USE enum err link_use(struct tx *, const struct happening *, struct one_time_link,
                           struct text login, struct trouble *);

#endif
