/*
 * finance/finance_settlement.h -- what each council pays: the rows of a run, added up as somebody
 * asks for them.
 *
 *     settlement_asked()     what the address asks for
 *     settlement_load()      the run, its rows, and those that they are compared with
 *     settlement_sheet()     the table of it
 *
 * Figures are those of settlement.csv, and for locked periods of charged.csv; nothing is worked out
 * here but sums, differences and per cents. Inside a reading transaction.
 */
#ifndef OCHIL_FINANCE_SETTLEMENT_H
#define OCHIL_FINANCE_SETTLEMENT_H

#include "finance/finance_run.h"
#include "finance/finance_run_model.h"
#include "finance/finance_settlement_rows.h"
#include "finance/finance_sheet.h"
#include "finance/finance_year.h"

enum settlement_view { VIEW_POOL, VIEW_SERVICE, VIEW_GROUP, SETTLEMENT_VIEWS };
/* Which periods: that of the page, all that the bill is for, the year up to the page's. */
enum settlement_span { SPAN_MONTH, SPAN_BILL, SPAN_YEAR, SETTLEMENT_SPANS };
enum settlement_cost { COST_ALL, COST_SHARED, COST_OWN, SETTLEMENT_COSTS };
enum settlement_other { OTHER_NONE, OTHER_PERIOD, OTHER_YEAR, OTHER_RUN, OTHER_BUDGET,
                        SETTLEMENT_OTHERS };

extern const char *const settlement_view_word[SETTLEMENT_VIEWS];
extern const char *const settlement_span_word[SETTLEMENT_SPANS];
extern const char *const settlement_cost_word[SETTLEMENT_COSTS];
extern const char *const settlement_other_word[SETTLEMENT_OTHERS];

struct settlement_asked {
    struct text           year;
    int                   index;        /* of the period, 0 to 12 */
    int64_t               run;          /* 0: the last that closed */
    enum settlement_view  view;
    enum settlement_span  span;
    enum settlement_cost  cost;
    enum settlement_other other;
    struct text           words;        /* in the name or code of what is shown */
    struct text           first;        /* the council that stands first: its code; or empty */
    bool                  paid;         /* what each has paid, too */
};

/* False: the address has words that mean nothing. */
MUST_USE bool settlement_asked(struct request *, struct settlement_asked *);
/* The same as a query, without `run` where none was asked for. */
struct text settlement_query(struct request *, const struct settlement_asked *);

struct settlement_line {
    struct text code, name, basis;
    const char *kind;                   /* "common"; NULL: of several */
    struct text service;                /* name */
    struct due *now, *before;           /* [partner] */
};

struct settled {
    struct settlement_asked asked;
    enum period_state       state;      /* of the page's period */
    struct money_run        run;
    bool                    has_run;
    struct money_run        other;      /* compared with; id 0: another period, or nothing */
    bool                    has_other;
    const char             *other_title;        /* "run 2", "P02", "2013-14/P03" */
    struct run_model        model;
    size_t                  partners;
    size_t                 *order;      /* [partner]: as they stand on the page */
    struct settlement_line *line;
    size_t                  lines, room;
    struct due             *now, *before;       /* [partner]: of all lines */
    struct bill_rows        bill;
    bool                    corrected;  /* corrections of locked periods are in it */
    struct money_runs       runs;       /* of this period and book, to choose from */
};

/* ERR_MISSING: no such period or run. Without a run only asked, state and runs are there. Close it
 * in any case. */
MUST_USE enum err settlement_load(struct request *, const struct settlement_asked *,
                                  struct settled *);
void settlement_close(struct settled *);

/* Of the period of the page and of the run: "June 2014". */
const char *settlement_month(struct arena *, struct text year, int index);
struct text settlement_partner(const struct settled *, size_t partner);
/* Its name, without "Council" behind it. */
struct text settlement_short(const struct settled *, size_t partner);

/* "38.9": `part` of `whole` in per cent, rounded to one place; "" of nothing. */
const char *settlement_per_cent(struct arena *, wide part, wide whole);

void settlement_sheet(struct request *, const struct settled *, struct money_sheet *);

/* "Stirling owes Clackmannanshire £889,393.49 for April to June 2014." */
const char *settlement_debts(struct request *, const struct settled *);

#endif
