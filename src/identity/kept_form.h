/*
 * identity/kept_form.h -- a filled form that waits for its account: sent when its session had
 * ended, or kept for later by whoever was at it.
 *
 * Seen by nobody else, in whatever browser; sealed, so that a backup tells none of it. It goes
 * when it is sent or discarded, with the account, and after KEPT_FORM_MS. Nothing of it is a
 * record of a council's: the trail tells of what is done with it, as of any form.
 *
 * Inside a transaction, which is then in the scope of the account's council.
 *
 * Read next: web/keep_form.h (which forms, and why it is safe), sealed.h.
 */
#ifndef OCHIL_KEPT_FORM_H
#define OCHIL_KEPT_FORM_H

#include "identity/actor.h"

#define KEPT_FORM_MS INT64_C(2592000000)    /* thirty days */
#define KEPT_FORMS_MOST 20                  /* of an account; the oldest goes */
#define KEPT_FORM_PURPOSE "kept form"       /* of the seal; its subject is the account */

struct kept_form {
    int64_t       id;
    int64_t       session;      /* that had ended; 0: kept for later */
    int64_t       acting;       /* the council it was typed for */
    struct text   path;         /* where it was sent */
    struct text   fields;       /* sealed */
    struct moment kept_at;
};

struct kept_forms {
    struct kept_form *form;     /* without `fields` */
    size_t            count;
};

/* Of the actor: account, home, acting and `session`, as above, are read. */
MUST_USE enum err kept_form_add(struct tx *, struct moment now, const struct actor *,
                                struct text path, struct text fields, struct trouble *);

/* The actor's, the newest first. */
MUST_USE enum err kept_form_list(struct tx *, struct arena *, struct moment now,
                                 const struct actor *, struct kept_forms *, struct trouble *);

/* ERR_MISSING, without words: the actor has no such form. */
MUST_USE enum err kept_form_get(struct tx *, struct arena *, struct moment now,
                                const struct actor *, int64_t id, struct kept_form *,
                                struct trouble *);
MUST_USE enum err kept_form_drop(struct tx *, const struct actor *, int64_t id, struct trouble *);

/* All of an account's. */
MUST_USE enum err kept_form_drop_all(struct tx *, int64_t council, int64_t account,
                                     struct trouble *);

/* Those of the council's people that nobody came back for. */
MUST_USE enum err kept_form_collect(struct tx *, struct moment now, int64_t council,
                                    int64_t *collected, struct trouble *);

#endif
