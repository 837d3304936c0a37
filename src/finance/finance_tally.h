/*
 * finance/finance_tally.h -- lines of an extract judged by the engine's own rule
 * (engine/ledger_line.h), and their sums by cost centre, account and period.
 *
 * Lines are judged at desks, each used by one thread at a time, and what a desk holds is added to
 * the tally in the extract's order, by whoever may do that.
 *
 *     tally_judge(&desk, word, &judged, &line)    by any thread: what is it?
 *     tally_hold(&desk, &line)                    it is kept at the desk
 *     tally_settle(&tally, &desk)                 in order: all that are held are added
 *
 * Read next: finance_reading.h.
 */
#ifndef OCHIL_FINANCE_TALLY_H
#define OCHIL_FINANCE_TALLY_H

#include "engine/ledger_ids.h"
#include "engine/ledger_line.h"

struct ledger_sum {
    struct text cost_centre, account;
    int32_t     period;         /* of the year, 0 to 12 */
    uint64_t    lines;
    int64_t     pence;
};

/* A line that was judged. */
struct tally_line {
    uint64_t    hash;           /* of its id */
    int64_t     pence;
    int32_t     period;         /* of the year, 0 to 12 */
    struct text codes;          /* cost centre, NUL, account; at its desk */
    size_t      centre;         /* bytes of the cost centre */
};

/* What a desk holds at most. */
#define TALLY_HELD_MOST 4096
#define TALLY_CODES_MOST ((size_t)128 * 1024)

struct tally_desk {
    const struct line_rules *rules;     /* NULL: it is not open */
    struct line_memory       memory;
    char                    *bytes;     /* of a line, where the engine may read past them */
    struct tally_line       *held;
    size_t                   lines;     /* held */
    char                    *codes;     /* theirs */
    size_t                   used;
};

struct line_tally {
    struct arena       *arena;
    struct index        index;          /* of the sums, by period and codes */
    struct ledger_sum  *sum;
    size_t              sums, room;
    struct hash_piece  *hashes;         /* of ids */
    uint64_t            lines;
    int64_t             pence;
    bool                overflown;      /* the amounts add up to more than can be held */
};

void tally_open(struct line_tally *, struct arena *);

/* Takes its memory; the rules must live as long. */
void tally_desk_open(struct tally_desk *, struct arena *, const struct line_rules *);

/* A line's fields, as the convert library gives them in the order of a ledger's columns. `judged`
 * is as the engine has it, and `line`, only with FAULT_NONE, what counts of it; both are good until
 * the desk judges another. */
MUST_USE enum fault_code tally_judge(struct tally_desk *, const struct text word[],
                                     struct ledger_line *judged, struct tally_line *line);

/* Its codes are kept, too. False: there is no room. */
MUST_USE bool tally_hold(struct tally_desk *, const struct tally_line *);

/* One line, and all that a desk holds, which is empty then. */
void tally_add(struct line_tally *, const struct tally_line *);
void tally_clear(struct tally_desk *);
void tally_settle(struct line_tally *, struct tally_desk *);

/* The sums are in order of cost centre, account and period. */
void tally_sort(struct line_tally *);

#endif
