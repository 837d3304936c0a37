/*
 * engine/whatif.h -- what would change if a basis, a value or a setting were another.
 *
 * Contract, section 8: a partnership is read once and then asked any number of questions. A
 * question is a list of assignments, each an edit of some rows of the model files, in memory.
 * The edited files go through every test of the model, so a question cannot ask for what a close
 * would refuse; then the year is settled again from the sums, and compared.
 *
 *     pool.SW-HQ.basis=ROLL                 every row of the pool
 *     basis.POP.CLK=52000                   the partner's values: this one, for the whole year
 *     basis.POP.CLK@2014-15/P06=52500       from that period on; later values stay
 *     support.HR.ED-HQ=40                   a driver, in the same two ways
 *     setting.rounding=period               any key of partnership.csv but the year
 *     cost_centre.CLK.71001.pool=ED         also .treatment and .bearer; every row of it
 *
 * Slots and groups are numbered while cost_centres.csv and accounts.csv are read, so the sums fit
 * every question that leaves those files alone; the last kind reads the ledgers again.
 *
 * Read next: whatif_edit.c (assignments to rows), whatif_even.c (the break-even).
 */
#ifndef OCHIL_WHATIF_H
#define OCHIL_WHATIF_H

#include "engine/fraction.h"
#include "engine/partnership.h"

/* A partnership that was read and settled. It must stay where it is. */
struct whatif {
    struct partnership       base;
    struct settlement_result before;
    int                      threads;
};

enum assigned { ASSIGN_POOL_BASIS, ASSIGN_BASIS_VALUE, ASSIGN_DRIVER, ASSIGN_SETTING,
                ASSIGN_COST_CENTRE };

/* One assignment, understood. Numbers are those of the base model. */
struct assignment {
    const char    *text;             /* as typed */
    enum assigned  kind;
    enum file_rank rank;             /* the file it edits */
    int32_t        one, other;       /* pool or basis or partner; partner or receiver or centre */
    struct text    key;              /* of the setting; the column of the cost centre */
    struct text    from;             /* behind @; blank: the whole year */
    struct text    value;
};

/* A row of an edited file. */
struct edited_row {
    struct text raw;
    struct text field[CSV_FIELDS_KEPT];
    size_t      count, lines;
    uint64_t    line;
    int32_t     assignment;          /* that changed it; -1: none */
    bool        removed;
};

struct edited_file {
    bool               open;
    struct edited_row *row;
    size_t             rows, room;
    uint64_t           line;         /* of a row that is appended */
};

struct change {
    struct due before, after;        /* open periods, corrections included */
};

enum even_kind {
    EVEN_NONE,                       /* the total changes the same way for every value */
    EVEN_ALWAYS,                     /* it does not change for any */
    EVEN_RANGE,                      /* it does not change from one value to another */
    EVEN_BETWEEN                     /* it turns between two values that follow each other */
};

/* Values are text with as many decimals as the basis has. `below` is the value next to the turn
 * at which the total does not rise, `above` the one at which it does; NULL when there is none. */
struct break_even {
    int32_t        partner;          /* whose total */
    enum even_kind kind;
    const char    *from, *to;        /* EVEN_RANGE */
    const char    *below, *above;
    wide           change_below, change_above;
};

struct whatif_answer {
    const struct whatif     *whatif;
    struct arena            *arena;
    struct assignment       *assignment;
    size_t                   assignments;
    struct edited_file       edited[FILE_BOOK];
    struct memory_file       file[FILE_BOOK];
    struct memory_source     source;
    struct partnership       after;
    struct settlement_result result;
    bool                     settled;
    bool                     read_again;    /* the ledgers, for this question */
    struct change           *pool;          /* [pool * partners + partner] */
    struct change           *service;       /* [service * partners + partner] */
    struct change           *partner;       /* [partner] */
    const char              *no_even;       /* why no break-even was looked for; or NULL */
    int32_t                  even_of;       /* assignment it is about */
    struct break_even       *even;
    size_t                   evens;
};

/* Reads and settles. ERR_REFUSED: whatif->base.faults, sorted. The source stays open. */
MUST_USE enum err whatif_open(struct whatif *, struct source *, struct arena *, enum book,
                              const char *through, int threads, const struct progress_watch *,
                              struct trouble *);
void whatif_close(struct whatif *);

/*
 * Answers. ERR_USAGE: an assignment is not of a known form. ERR_MISSING: it names what is not
 * there; the message names the nearest. ERR_REFUSED: the model would be refused; see
 * answer->after.faults, sorted, and whatif_culprit(). Close the answer in any case.
 */
MUST_USE enum err whatif_ask(const struct whatif *, struct arena *, const char *const text[],
                             size_t count, const struct progress_watch *,
                             struct whatif_answer *, struct trouble *);
void whatif_answer_close(struct whatif_answer *);

/* The assignment that a fault comes from, or -1 if it may be any of them. */
int32_t whatif_culprit(const struct whatif_answer *, const struct fault *);

/* ---- parts ---- */

/* Understands the assignments of an answer, and edits its files. */
MUST_USE enum err whatif_edit(struct whatif_answer *, const char *const text[], size_t count,
                              struct trouble *);

/* The bytes of a file as edited. */
struct text edited_bytes(const struct whatif_answer *, enum file_rank);

/* Finds the break-even of the one basis value in a settled answer. */
void whatif_find_even(struct whatif_answer *);

#endif
