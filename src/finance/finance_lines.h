/*
 * finance/finance_lines.h -- the ledger lines behind a figure of a run, and what became of a line.
 *
 * A figure is a pool, a period, a kind and a subjective group. Which accounts and cost centres of a
 * council are in it the engine says (model.h), by the map's version that went into the run; how
 * many lines each has the sums say; and the lines themselves are found by their codes in the file
 * that the import kept (store/evidence_index.h), so that a page opens only what it shows.
 *
 * Sight: a council sees its own lines whole. Of the partner's it sees what both agreed in the cost
 * model (finance_joint_model.h): the usual is lines of cost that it bears a share of, without
 * descriptions. What it may not see is not there: no count tells of it.
 *
 * Outside of any transaction (a row's `prepare`): each council's part is read in its own scope.
 * Everything lives in the request's arena.
 */
#ifndef OCHIL_FINANCE_LINES_H
#define OCHIL_FINANCE_LINES_H

#include "finance/finance_joint_model.h"
#include "finance/finance_sheet.h"
#include "finance/finance_working.h"
#include "store/evidence_line.h"

#define LINES_ON_PAGE 100

/* Lines of one cost centre and account, of one import. */
struct line_codes {
    size_t      import;                 /* place in lines_found.import */
    struct text cost_centre, account;
    int64_t     lines, pence;
    /* Their slot, by the engine; of the model of their council. */
    enum kind   kind;
    int32_t     group, bearer;          /* bearer: -1: none */
    uint32_t    row;                    /* of the council's cost_centres.csv: its line */
    bool        known;                  /* else no row treats them */
    int32_t     pool;                   /* -1: excluded */
    int32_t     period;
};

struct line_import {
    int64_t        id;
    const struct council *council;
    struct text    ledger;              /* hex; empty: its lines were not kept */
    bool           erased;              /* they were, with their extract: none can be shown */
    struct text    name, sha256;        /* of the extract */
    bool           descriptions;        /* may be seen */
};

struct lines_found {
    struct working       working;
    struct councils      councils;
    enum joint_sight     sight;
    struct run_part     *part;
    size_t               parts;
    struct line_import  *import;
    size_t               imports;
    struct line_codes   *codes;         /* of the figure, and to be seen */
    size_t               count, room;
    int64_t              lines, pence;
    struct text          cost_centre, account;      /* of lines_fate_load() */
    bool                 hidden;        /* some of the partner's may be behind it, unseen */
    int64_t              erased_lines, erased_pence;    /* of those above: erased */
};

/* Which codes are wanted, of those that a council has in the run. */
typedef bool lines_want(const struct lines_found *, const struct line_codes *);

/* The codes behind the figure that is asked for. ERR_MISSING: there is none. */
MUST_USE enum err lines_load(struct request *, const struct working_asked *,
                             struct lines_found *);
/* The acting council's codes of the whole year that nobody is ever charged for: excluded ones, and
 * any that no row of the map treats. */
MUST_USE enum err lines_uncharged_load(struct request *, int64_t run, struct lines_found *);
/* Of its own codes in a period, 0 to 12: what became of their lines. */
MUST_USE enum err lines_fate_load(struct request *, int64_t run, struct text cost_centre,
                                  struct text account, int period, struct lines_found *);
/* [partner]: the shares that a shared line goes by; NULL: it is not shared, or not yet. */
const struct exact *lines_shares(struct lines_found *, const struct line_codes *);
void lines_close(struct lines_found *);

/* A line, as it is handed out; `number` counts from 0 over all that were found. */
struct line_seen {
    const struct line_import *import;
    const struct line_codes  *codes;
    const struct evidence_line *line;
};
typedef enum err lines_visit(void *context, const struct line_seen *);

/* Lines `from` to `from + count`, in their order. */
MUST_USE enum err lines_each(struct request *, const struct lines_found *, int64_t from,
                             int64_t count, lines_visit *, void *context);

#endif
