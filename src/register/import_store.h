/*
 * register/import_store.h -- imports in the store: a kept file, what its columns are taken for, and
 * what became of it. Its life: 'read' (a preview, nothing is written), 'added', 'back' (taken
 * back).
 *
 * The same file is added to the same register of a council once, until it is taken back: the
 * database says so, too. What its columns were taken for is offered again the next time.
 *
 * Inside a transaction in the scope of the acting council. Texts live in the arena.
 *
 * Read first: import_plan.h. Read next: import_pages.h.
 */
#ifndef OCHIL_IMPORT_STORE_H
#define OCHIL_IMPORT_STORE_H

#include "register/import_plan.h"

enum import_state { IMPORT_READ, IMPORT_ADDED, IMPORT_BACK };

struct import {
    int64_t           id;
    struct text       evidence;         /* hex */
    struct text       name, sheet;
    uint64_t          heading;
    enum import_state state;
    int64_t           version;
    struct text       made_by, added_by, back_by;
    struct moment     made_at, added_at, back_at;
    int64_t           first, added;     /* from IMPORT_ADDED on: the first one's number; 0: none */
    int64_t           changed;          /* of those that were there */
};

struct imports {
    struct import *import;
    size_t         count;
};

/* An entry that an import changed. */
struct import_change {
    int64_t     council;
    struct text reference;
    int64_t     version;                /* that the change made */
};

struct import_changes {
    struct import_change *change;
    size_t                count;
};

/* What somebody does with imports of a register. */
struct import_deed {
    struct tx                  *tx;
    struct arena               *arena;
    const struct happening     *happening;
    const struct actor         *actor;
    const struct register_type *type;
};

/* The newest twenty. */
MUST_USE enum err imports_load(const struct import_deed *, struct imports *, struct trouble *);

/* ERR_MISSING, without words: the council has none of that number in this register. */
MUST_USE enum err import_load(const struct import_deed *, int64_t id, struct import *,
                              struct trouble *);
/* The one of this file that was not taken back; ERR_MISSING: there is none. */
MUST_USE enum err import_of_file(const struct import_deed *, struct text evidence,
                                 struct import *, struct trouble *);

/* Given name, evidence, sheet and heading; sets the rest. The plan's columns are kept. */
MUST_USE enum err import_make(const struct import_deed *, const struct import_plan *,
                              struct import *, struct trouble *);

/* Sheet, heading and columns are others. ERR_CONFLICT, without words: it has another version. */
MUST_USE enum err import_remap(const struct import_deed *, const struct import_plan *,
                               struct import *, struct trouble *);

/* The columns as they are kept, into the plan. */
MUST_USE enum err import_columns_load(const struct import_deed *, int64_t id,
                                      struct import_plan *, struct trouble *);

/* The columns that have the headings of the import that was added last, as they were taken there.
 * `*any`: there was one. */
MUST_USE enum err import_columns_again(const struct import_deed *, struct import_plan *, bool *any,
                                       struct trouble *);

/* What it changed, by reference. */
MUST_USE enum err import_changes_load(const struct import_deed *, int64_t id,
                                      struct import_changes *, struct trouble *);

/* Every line of the plan, which is judged and has no fault, becomes an entry, or a change of one; a
 * line that says what stands there does nothing. Something is added or changed. ERR_CONFLICT,
 * without words: it has another version. */
MUST_USE enum err import_enter(const struct import_deed *, const struct import_plan *,
                               struct import *, struct trouble *);

/* What the life of the register does to a new entry that is not to be: the step from its first
 * state to the last of those that can be reached at once (open to dropped, draft to withdrawn).
 * NULL: there is none. */
const struct register_step *import_back_step(const struct register_type *);

/* Takes every entry of it that way, for a reason; what it changed becomes what it was. An entry
 * that was changed since, or that the register does not let go there: `*refused` is a sentence that
 * names it, and nothing is done. */
MUST_USE enum err import_take_back(const struct import_deed *, struct import *, struct text why,
                                   const char **refused, struct trouble *);

#endif
