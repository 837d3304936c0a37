/*
 * finance/finance_import.h -- extracts on their way into the books of a council.
 *
 *     ledger_import_add()        a kept file becomes an import: "new"
 *     ledger_import_choose()     the profile that it is read with
 *     ledger_import_begin()      what the ledger system says it holds; a job reads it: "reading"
 *     ledger_import_work()       the job: "taken", with its sums, or "refused", with the rows
 *     ledger_import_withdraw()   until a period that it has lines in is locked
 *
 * All or nothing: an import has sums only when no row was refused and count and total are those of
 * the ledger system; the migration says so, too. The same file is taken in once. Every step is an
 * entry of the trail. An import is of one book (ledger, budget, forecast); map, months and standing
 * speak of the ledger alone.
 *
 * Inside a transaction in the council's scope, but for the job; texts live in `arena`.
 *
 * Errors: ERR_MISSING: the council has no such import. ERR_CONFLICT: not as things stand; the
 * message is a sentence for people.
 *
 * Read next: finance_reading.h.
 */
#ifndef OCHIL_FINANCE_IMPORT_H
#define OCHIL_FINANCE_IMPORT_H

#include "engine/ledger.h"
#include "finance/finance_reading.h"
#include "identity/actor.h"
#include "store/job_run.h"

#define LEDGER_IMPORT_JOB "ledger.import"

enum import_state { IMPORT_NEW, IMPORT_READING, IMPORT_TAKEN, IMPORT_REFUSED, IMPORT_WITHDRAWN,
                    IMPORT_STATES };

/* "ledger". BOOKS: there is no such book. */
enum book book_of(struct text name);
/* "Ledger"; for people. */
const char *book_title(enum book);

/* "reading"; as the store writes it. */
const char *import_state_word(enum import_state);
/* "being read"; for people. */
const char *import_state_title(enum import_state);

struct ledger_control {
    int64_t     lines, pence;
    struct text why;            /* it comes though a period is closed softly; or empty */
};

struct ledger_import {
    int64_t               id;
    struct text           year, evidence, file;     /* the file's hex and name */
    int64_t               profile;                  /* 0: not chosen */
    enum import_state     state;
    int64_t               job;                      /* 0: none yet */
    struct ledger_control control;                  /* once it was begun */
    int64_t               lines, left_out, refused, pence;
    struct text           outcome;
    struct text           errors;                   /* hex; empty: no error file */
    struct moment         made_at, ended_at;        /* { 0 }: not yet */
    struct text           made_by, withdrawn_by, withdrawn_why;
    enum book             book;
};

struct ledger_imports {
    struct ledger_import *import;       /* the newest first */
    size_t                count;
};

/* `year` empty: of any. */
MUST_USE enum err ledger_imports_load(struct tx *, struct arena *, int64_t council,
                                      struct text year, struct ledger_imports *,
                                      struct trouble *);
MUST_USE enum err ledger_import_load(struct tx *, struct arena *, int64_t council, int64_t id,
                                     struct ledger_import *, struct trouble *);

/* `*already`: the file had been taken in before, as `*id`, and nothing was done. */
MUST_USE enum err ledger_import_add(struct tx *, const struct happening *, const struct actor *,
                                    struct text year, enum book, struct text evidence,
                                    int64_t *id, bool *already, struct trouble *);
MUST_USE enum err ledger_import_choose(struct tx *, struct arena *, const struct actor *,
                                       int64_t id, int64_t profile, struct trouble *);
MUST_USE enum err ledger_import_begin(struct tx *, struct arena *, const struct happening *,
                                      const struct actor *, int64_t id,
                                      const struct ledger_control *, struct trouble *);
/* The first locked period that it has lines in, from 1 on; 0: none, so it can be withdrawn. */
MUST_USE enum err ledger_import_locked(struct tx *, int64_t council, int64_t id, int64_t *number,
                                       struct trouble *);
MUST_USE enum err ledger_import_withdraw(struct tx *, struct arena *, const struct happening *,
                                         const struct actor *, int64_t id, struct text why,
                                         struct trouble *);

/* Rows that were refused, from behind `place` on, at most `rows`. */
struct import_refusal {
    int64_t     place;
    struct text reason, words;
};
MUST_USE enum err import_refusals_load(struct tx *, struct arena *, int64_t council, int64_t id,
                                       int64_t place, int rows, struct import_refusal **,
                                       size_t *count, struct trouble *);

/* What goes when an extract is erased: its lines and its refused rows, unless another extract that
 * is there came to the same, or they are one themselves. (evidence_made_of of
 * store/evidence_erase.h.) */
enum err import_made_of(struct tx *, int64_t council, const char *hex,
                        char made[EVIDENCE_ID_HEX], bool *found, struct trouble *);

/* Lines and pence by period. */
struct period_sums {
    int64_t lines[PERIODS], pence[PERIODS];
};
/* Of an import; nothing as long as it is being read. */
MUST_USE enum err import_sums_load(struct tx *, int64_t council, const struct ledger_import *,
                                   struct period_sums *, struct trouble *);
/* Of all that a council has taken in for a year. */
MUST_USE enum err period_sums_load(struct tx *, int64_t council, struct text year,
                                   struct period_sums *, struct trouble *);

/* The job. `desk` is its council's; its actor is who asked for it. */
MUST_USE enum err ledger_import_work(struct job_run *, const struct extract_desk *,
                                     struct trouble *);

#endif
