/*
 * finance/finance_moves.h -- what codes became when they were reorganised: the map's third file,
 * moves.csv.
 *
 *     cost_centre,account,becomes_cost_centre,becomes_account,from
 *     71001H,,71001X,,2015-16/P01          a cost centre was renamed
 *     71002H,10100,S2,,2015-16/P01         of one that was split, this account's lines
 *     ,10100,,10199,2015-16/P01            an account was renamed
 *
 * A line before `from` stands as the new code in a restatement, and nowhere else: the engine never
 * reads this file. Several rows for one code: it was split; a row that names the account, too,
 * goes before one that does not. Codes are taken as they are written, and nothing is guessed from
 * what they look like.
 *
 * Pure; texts live in `arena` or point into the file.
 *
 * Read next: finance_restate.h.
 */
#ifndef OCHIL_FINANCE_MOVES_H
#define OCHIL_FINANCE_MOVES_H

#include "base/index.h"
#include "finance/finance_map.h"

#define MOVES_HEADER "cost_centre,account,becomes_cost_centre,becomes_account,from\n"
#define MOVES_WAYS_MOST 32      /* what one code can have become, all in all */

struct code_move {
    struct text   cost_centre, account;         /* one of them may be empty: any */
    struct text   to_cost_centre, to_account;   /* one may be empty: the same */
    period_number from;
    int32_t       next;         /* of the same cost centre, or account, and period; or -1 */
};

struct code_moves {
    struct code_move *move;     /* the earliest `from` first */
    size_t            count;
    period_number    *from;     /* the periods that there are, ascending */
    size_t            froms;
    struct index      centres, accounts;        /* salted by the place of `from` */
};

/* NULL: it is fit; else what is wrong, a sentence. Empty: no moves. */
const char *code_moves_unfit(struct arena *, struct text file);

/* Several files, of several years, put together; rows that say the same count once. They are fit,
 * or what is not is left out. */
void code_moves_open(struct code_moves *, struct arena *, const struct text file[], size_t files);

struct line_code {
    struct text cost_centre, account;
};

/* What a line of a period stands as at `to`: `way[0..*ways-1]`, the same as it was if nothing
 * moved. False: there are more than MOVES_WAYS_MOST. */
MUST_USE bool code_moves_follow(const struct code_moves *, const struct line_code *,
                                period_number of, period_number to,
                                struct line_code way[MOVES_WAYS_MOST], size_t *ways);

/* What a reorganisation says, as rows behind the file. */
struct text code_moves_add(struct arena *, struct text file, const struct centre_move *);

#endif
