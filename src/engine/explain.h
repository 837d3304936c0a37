/*
 * engine/explain.h -- why a figure of the settlement is what it is, to the penny.
 *
 * The contract, section 8: from the pool's total and who paid it, over the basis in force, the
 * share, the exact amount, the rounding rule and the penny moved, to the figure; and the ledger
 * lines behind it. The printed steps, added up again, give the figure. explain_work_out() asserts
 * that they do, so an explanation that differs from the settlement cannot be shown.
 *
 *     explain_find()       which pool, period, group and partner are meant
 *     explain_work_out()   the steps
 *     explain_lines()      the ledger lines, by one more reading
 *
 * Everything lives in the partnership's arena; numbers that are not whole are text already.
 *
 * Read next: explain_chain.c (bases and support), explain_line.h (the other way round).
 */
#ifndef OCHIL_EXPLAIN_H
#define OCHIL_EXPLAIN_H

#include "engine/fraction.h"
#include "engine/partnership.h"

/* Decimals of per cents and of pence, where a decimal stands beside the fraction. */
#define EXPLAIN_PLACES 6

/* What is asked. Texts are codes; `group` and `partner` may be NULL: all of them. */
struct explain_question {
    const char *pool, *period, *group, *partner;
    size_t      lines;                     /* how many ledger lines to show at most */
};

/* A basis in force in the period. */
struct explained_basis {
    int32_t                    basis;
    const struct dated_value **value;      /* [partner]; NULL unless measure or fixed */
    struct exact               sum;        /* of the values */
    const char               **weight;     /* [component] per cent; blends only */
    const char                *tolerance;  /* points; of that kind only */
    struct exact               points_off; /* how far the actual shares are off at most */
    bool                       takes_actual;
    struct exact              *before;     /* [partner] before rounding to places; or NULL */
    struct exact              *share;      /* [partner] */
};

/* A receiver of a support pool, with the part of the cost that it is passed. */
struct explained_driver {
    int32_t                   receiver;
    const struct dated_value *value;
    bool                      left_out;    /* by the method; `part` is then not set */
    struct exact              part;
};

/* The part of a support pool's cost that ends in a common pool, over all ways. */
struct explained_outlet {
    int32_t      pool;
    struct exact part;
};

/* A pool of the chain: the first is the one asked for. */
struct explained_pool {
    int32_t                  pool;
    const struct pool_row   *row;          /* in force */
    struct exact            *share;        /* [partner] */
    struct explained_driver *driver;       /* support only, as are the outlets */
    size_t                   drivers;
    struct explained_outlet *outlet;
    size_t                   outlets;
};

/* A period up to the one asked for, as far as it is accumulated. */
struct explained_period {
    int32_t       period;
    wide          total;                   /* paid by all */
    struct exact *share;                   /* [partner]; NULL: nothing to share */
    struct exact *exact;                   /* [partner] pence of this period alone */
    wide         *due;                     /* [partner] due after it, by the rule */
};

/* One partner's part of a figure. */
struct explained_part {
    struct exact accumulated;              /* exact pence to which the rule is applied */
    wide         floor;                    /* whole pence of it, towards the floor of the rule */
    struct exact fraction;                 /* of a penny, that the floor left */
    int32_t      rank;                     /* 1: the largest fraction */
    wide         pennies;                  /* given to it beyond the floor */
    wide         due_before, due_after;    /* accumulated, before and after the period */
    struct exact carry_before, carry_after;   /* exact less due, pence */
    struct due   due;                      /* of the period, by today's lines and rules */
    struct due   carried_in;               /* corrections of locked periods */
    struct due   charged;                  /* a locked period's row of charged.csv */
    struct due   standing;                 /* what stands for the period */
    struct due   figure;                   /* what the settlement, or charged.csv, says */
};

/* A correction: what a later close moved from a locked period to an open one. */
struct explained_move {
    int32_t    period, carried_in, partner;
    struct due due;
};

/* A kind and subjective group of the pool in the period: a figure for each partner. */
struct explained_figure {
    enum kind                kind;
    int32_t                  group;
    bool                     shared;       /* the steps below, else a partner bears its own */
    bool                     reversed;     /* below zero: the rule is applied with signs changed */
    wide                     total;        /* paid in the period, by all */
    wide                     accumulated;  /* the total to which the rule is applied */
    wide                     spare;        /* pennies that the floors left */
    struct explained_period *period;       /* the one asked for is the last */
    size_t                   periods;
    struct explained_part   *part;         /* [partner] */
    struct explained_move   *move;
    size_t                   moves;
};

/* A row of cost_centres.csv with what its lines come to. */
struct explained_row {
    const struct centre_row *row;
    const struct centre     *centre;
    struct tally             tally;
};

/* A ledger line, kept. */
struct explained_line {
    int32_t     file;                      /* in the book */
    uint64_t    line;
    struct text field[LEDGER_FIELDS];
    enum kind   kind;
    int32_t     group, partner;
    uint32_t    row;                       /* of cost_centres.csv: its line */
    wide        pence;
};

struct explanation {
    struct partnership       *partnership;
    struct settlement_result *result;
    int32_t                   pool, period;
    int32_t                   group, partner;   /* -1: all */
    bool                      locked;
    const struct pool_row    *row;              /* in force; NULL: none */
    struct explained_pool    *chain;            /* empty: nothing was shared in the period */
    size_t                    chained;
    struct explained_basis   *basis;            /* of the chain's common pools, and their parts */
    size_t                    bases;
    struct explained_figure  *figure;           /* by kind, then group; none: nothing there */
    size_t                    figures;
    struct explained_row     *centre;           /* as they stand in cost_centres.csv */
    size_t                    centres;
    struct explained_line    *line;             /* the first ones, in the order of the files */
    size_t                    shown;
    struct tally              lines;            /* all of them */
};

/* ERR_MISSING: no such code; the message names the nearest. */
MUST_USE enum err explain_find(struct partnership *, const struct explain_question *,
                               struct explanation *, struct trouble *);

/* The partnership has been settled as `result`. */
void explain_work_out(struct explanation *, struct settlement_result *result);

MUST_USE enum err explain_lines(struct explanation *, size_t most, const struct progress_watch *,
                                struct trouble *);

/* Fills chain and bases; the pool has shares in the period. */
void explain_chain(struct explanation *);

/* The shares of a pool in a period, from the table; NULL: it has none. */
struct exact *explain_shares(const struct explanation *, int32_t pool, int32_t period);

/* "There is no pool 'SW-HG'. Did you mean 'SW-HQ'?" `codes` are offered one by one. */
MUST_USE enum err explain_no_such(struct arena *, const char *what, const char *typed,
                                  const struct text *codes, size_t count, struct trouble *);

#endif
