/*
 * finance/finance_layout.h -- the layouts of journals that a council keeps, by system and version.
 *
 * The one kept last is the one in force. Inside a transaction in the council's scope.
 */
#ifndef OCHIL_FINANCE_LAYOUT_H
#define OCHIL_FINANCE_LAYOUT_H

#include "finance/finance_paper_layout.h"
#include "identity/actor.h"

#define LAYOUT_SYSTEM_BYTES_MOST 64

struct journal_layout {
    int64_t       id;
    struct text   system;           /* "General ledger" */
    int64_t       version;
    struct moment made_at;
    struct text   made_by;
    struct text   words;
};

struct journal_layouts {
    struct journal_layout *layout;  /* the newest first: that one is in force */
    size_t                 count;
};

MUST_USE enum err journal_layouts_load(struct tx *, struct arena *, int64_t council,
                                       struct journal_layouts *, struct trouble *);
/* ERR_MISSING: the council has no such layout. */
MUST_USE enum err journal_layout_load(struct tx *, struct arena *, int64_t council, int64_t id,
                                      struct journal_layout *, struct trouble *);
/* The next version for its system; sets `id`. It was read by paper_layout_read(). */
MUST_USE enum err journal_layout_add(struct tx *, const struct happening *, const struct actor *,
                                     struct journal_layout *, struct trouble *);

/* The one in force, read; the usual one when there is none. */
MUST_USE enum err journal_layout_in_force(struct tx *, struct arena *, int64_t council,
                                          struct paper_layout *, struct trouble *);

#endif
