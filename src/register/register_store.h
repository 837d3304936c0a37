/*
 * register/register_store.h -- the entries of any register in the store: made, changed, told of.
 *
 * Inside a transaction in the scope of the acting council. Texts live in the arena.
 *
 * Errors, beyond those of db.h: as each call says.
 */
#ifndef OCHIL_REGISTER_STORE_H
#define OCHIL_REGISTER_STORE_H

#include "identity/actor.h"
#include "register/evidence_link.h"
#include "register/register_rules.h"

/* What was typed, as it is kept: trimmed, money and numbers in one spelling. What is not fit stays
 * as it was typed. */
struct text field_kept(struct arena *, const struct field_form *, struct text typed);

/* Who does something, for which council. */
struct register_deed {
    const struct happening *happening;
    struct arena           *arena;
    int64_t                 council;
    struct text             login;
    const char             *action;     /* "risk.edit" */
    struct text             why;        /* may be empty */
    const char             *note;       /* "review": something that is told in the history although
                                           no field became another; NULL: nothing */
};

enum entry_depth {
    ENTRY_WHOLE,
    ENTRY_SHORT         /* what a list seldom shows is left empty: every FIELD_TEXT, most of what
                           there is to read, and when and by whom it was made and changed */
};

/* Who asks, and by which right: that decides of which services entries are seen, and which of their
 * fields. */
struct entry_asker {
    int64_t             council;
    const struct actor *actor;      /* NULL: the program itself, for the council: everything */
    enum right          right;      /* of the actor; by service (right_is_by_service()) */
};

/* All that the asker may see, by reference. A register is read whole: it has hundreds of rows,
 * and filter and order are then the same on both engines. */
MUST_USE enum err entry_list(struct tx *, struct arena *, const struct register_type *,
                             const struct entry_asker *, enum entry_depth, struct entries *,
                             struct trouble *);

/* ERR_MISSING, without words: there is none, or it is not this asker's to see. */
MUST_USE enum err entry_load(struct tx *, struct arena *, const struct register_type *,
                             const struct entry_asker *, struct text reference, struct entry *,
                             struct trouble *);

/* May the asker, who changes or records the entry (version 0: a new one), write this field on that
 * turn? */
MUST_USE bool entry_field_is_writable(const struct register_type *, const struct entry_asker *,
                                      const struct entry_turn *, const struct entry *,
                                      size_t field);

/* Are there the accounts and entries that fit fields name, for who asks, by the right to change?
 * Sets what is wrong. What is as it `was` (NULL: a new entry) stays: the other council may have
 * named it. */
MUST_USE enum err entry_check(struct tx *, struct arena *, const struct register_type *,
                              const struct entry_asker *, const struct entry *was,
                              const struct entry *now, const char *wrong[], struct trouble *);

/* Given its fields, which are fit; sets the rest. With a number it is the one behind the entry that
 * was added before it in this transaction: to be asked for it a thousand times over, PostgreSQL
 * reads all that came before each time (its plan was made while the table was small). */
MUST_USE enum err entry_add(struct tx *, const struct register_type *,
                            const struct register_deed *, struct entry *, struct trouble *);

/* `now` is what `was` becomes: fields, state, sharing. What is withheld of it stays as it is.
 * Without a difference nothing is done, unless the deed has a note. ERR_CONFLICT, without words: it
 * is not as `was` any more. ERR_MISSING, without words: it is not this council's to change, or to
 * share. */
MUST_USE enum err entry_save(struct tx *, const struct register_type *,
                             const struct register_deed *, const struct entry *was,
                             struct entry *now, struct trouble *);

struct entry_change {
    int64_t       version;
    struct text   field, before, after, why, by;
    struct moment at;
};

struct entry_comment {
    struct text   words, by, council;
    struct moment at;
};

/* What goes with one entry: its history from the newest, comments from the oldest. */
struct entry_file {
    struct entry_change  *change;
    size_t                changes;
    struct entry_comment *comment;
    size_t                comments;
};

/* Of fields that are kept from who asked for the entry, nothing. */
MUST_USE enum err entry_file_load(struct tx *, struct arena *, const struct register_type *,
                                  int64_t council, const struct entry *, struct entry_file *,
                                  struct trouble *);

/* The entry as files belong to it; without partners. They are files of whoever attached them, and
 * read by the partner if they were attached to what it reads, until that is taken back. */
struct evidence_subject entry_subject(const struct register_type *, const struct entry *);

/* By whoever sees the entry. 1 to REGISTER_COMMENT_MOST bytes. */
MUST_USE enum err entry_comment_add(struct tx *, const struct register_type *,
                                    const struct register_deed *, const struct entry *,
                                    struct text words, struct trouble *);

/* A line of the trail about the entry, read by whoever reads the entry. `after` may be empty. */
MUST_USE enum err entry_record(struct tx *, const struct register_type *,
                               const struct register_deed *, const struct entry *,
                               struct text after, struct trouble *);

#endif
