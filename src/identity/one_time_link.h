/*
 * identity/one_time_link.h -- a link that lets whoever holds it do one thing, once.
 *
 * `ochil init` makes one for each council: its holder becomes the council's first administrator
 * (/first/TOKEN). An administrator makes one for an account, whose owner then chooses its password
 * (/password/TOKEN): so somebody is let in, and comes back who forgot it. A link is used in the
 * same transaction as what it allows, so two who open it at once do not both get in, and it ends
 * by itself.
 */
#ifndef OCHIL_ONE_TIME_LINK_H
#define OCHIL_ONE_TIME_LINK_H

#include "identity/actor.h"
#include "identity/secret.h"

#define LINK_MS INT64_C(604800000)      /* seven days */

enum link_purpose { LINK_ADMINISTRATOR, LINK_PASSWORD };

struct one_time_link {
    int64_t           id;
    int64_t           council;
    enum link_purpose purpose;
    int64_t           account;      /* whose password; 0 of LINK_ADMINISTRATOR */
};

/* For the link's council, made by `login`; its id is set. Only its hash is kept: `secret` is the
 * one copy. Earlier ones for the same account end. The transaction is then in the council's
 * scope. */
MUST_USE enum err link_make(struct tx *, const struct happening *, struct text login,
                            struct one_time_link *, struct secret *, struct trouble *);

/* ERR_MISSING, without words: there is none for this purpose, it was used, or its time is over. */
MUST_USE enum err link_find(struct tx *, struct moment now, enum link_purpose, struct text secret,
                            struct one_time_link *, struct trouble *);

/* Ends all that an account of the council has. */
MUST_USE enum err link_end_all(struct tx *, struct moment now, int64_t council, int64_t account,
                               struct trouble *);

/* From now on it is used, by `login`. ERR_MISSING as above. */
MUST_USE enum err link_use(struct tx *, const struct happening *, struct one_time_link,
                           struct text login, struct trouble *);

#endif
