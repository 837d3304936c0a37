/*
 * finance/finance_restate_shown.h -- a restatement beside the report: figures as they were, and as
 * they would have been.
 *
 *     restate_shown_load()     both, added up by pool, service or subjective group
 *     restate_sheet()          the table of it, to be shown or sent as a file
 *
 * Of the report: settlement.csv of its run and what was charged before (charged.csv); of the
 * restatement: its settlement.csv. Nothing is worked out here but sums and differences. Inside a
 * reading transaction.
 */
#ifndef OCHIL_FINANCE_RESTATE_SHOWN_H
#define OCHIL_FINANCE_RESTATE_SHOWN_H

#include "finance/finance_restate.h"
#include "finance/finance_sheet.h"
#include "web/request.h"

enum restate_by { RESTATE_POOL, RESTATE_SERVICE, RESTATE_GROUP, RESTATE_BYS };
extern const char *const restate_by_word[RESTATE_BYS];

/* Whole pence that a council bears and has paid. */
struct restate_figure {
    wide borne, paid;
};

struct restate_line {
    struct text            code, name, kind;    /* kind: of a pool; or empty */
    struct restate_figure *was, *now;           /* [partner] */
};

struct restate_shown {
    struct restatement     restatement;
    struct money_run       run;
    bool                   locked;              /* the report's period is */
    struct restated_maps   maps;
    enum restate_by        by;
    struct run_model       model;               /* the report's: for names */
    size_t                 partners;
    struct restate_line   *line;
    size_t                 lines, room;
    struct restate_figure *was, *now;           /* [partner]: of all lines */
};

/* ?by=service; false: it means nothing. */
MUST_USE bool restate_by_read(const struct request *, enum restate_by *);

/* ERR_MISSING: no such restatement. Close it in any case. */
MUST_USE enum err restate_shown_load(struct request *, int64_t id, enum restate_by,
                                     struct restate_shown *);
void restate_shown_close(struct restate_shown *);

/* Does anything change for anybody? */
bool restate_changes(const struct restate_shown *, const struct restate_line *);

void restate_sheet(struct request *, const struct restate_shown *, struct money_sheet *);

/* "2015-16/P01" */
const char *restate_title(struct arena *, const struct period_place *);

#endif
