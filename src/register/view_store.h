/*
 * register/view_store.h -- lists of registers as people want to find them again: filter and order
 * under a name. Its owner takes it away; shared, everybody finds it who acts for the same council
 * and sees the register. A view is a question: what it answers is what the reader may see.
 *
 * Inside a transaction in the scope of the acting council. Texts live in `arena`.
 * Errors: those of db.h, and as each call says.
 *
 * Read next: view_pages.c.
 */
#ifndef OCHIL_VIEW_STORE_H
#define OCHIL_VIEW_STORE_H

#include "identity/actor.h"

#define SAVED_VIEW_NAME_MOST 80     /* bytes */
#define SAVED_VIEW_QUERY_MOST 2000  /* bytes */
#define SAVED_VIEWS_MOST 50         /* of a person, over all registers */

struct saved_view {
    int64_t     id;
    struct text of;         /* register_type.one */
    struct text name;
    struct text query;      /* "state=open&sort=title"; empty: all */
    bool        shared;
    bool        own;        /* of who asks */
    struct text made_by;
};

struct saved_views {
    struct saved_view *view;
    size_t             count;
};

/* The actor's own, and those shared with whoever acts for the council. `of` empty: of every
 * register. */
MUST_USE enum err saved_views_load(struct tx *, struct arena *, const struct actor *,
                                   struct text of, struct saved_views *, struct trouble *);

/* One of the same name is replaced. Name and query are fit, the register is there. */
MUST_USE enum err saved_view_keep(struct tx *, const struct happening *, const struct actor *,
                                  const struct saved_view *, struct trouble *);

/* ERR_MISSING, without words: the actor has none of that number. */
MUST_USE enum err saved_view_end(struct tx *, const struct happening *, const struct actor *,
                                 int64_t id, struct trouble *);

#endif
