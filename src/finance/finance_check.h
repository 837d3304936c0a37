/*
 * finance/finance_check.h -- what must hold before a period is signed and locked.
 *
 * A list of pure functions over what is known (`struct period_facts`, gathered by finance_facts.h).
 * Each check has a title, an explanation for whoever wonders, and where it is mended at its source:
 * nothing is mended here.
 *
 * One that cannot be judged yet waits; a period is signed when every one has passed.
 *
 * Read next: finance_proof.h, finance_sign.h.
 */
#ifndef OCHIL_FINANCE_CHECK_H
#define OCHIL_FINANCE_CHECK_H

#include "finance/finance_proof.h"

/* In the order in which they are met. */
enum period_check {
    CHECK_EARLIER,          /* earlier periods of the year are locked */
    CHECK_TAKEN,            /* every council's extract is taken in */
    CHECK_MAPPED,           /* and every code of it mapped */
    CHECK_AGREED,           /* bases and the model of cost are agreed */
    CHECK_RUN,              /* there is a run of this period */
    CHECK_REFUSED,          /* in which nothing was refused */
    CHECK_NEWEST,           /* of what there is now */
    CHECK_CONSERVATION, CHECK_BALANCE, CHECK_MIRROR, CHECK_BILL,
    CHECK_VAT,              /* the treatment of each charge is agreed: a warning, if not */
    CHECK_QUERIES,          /* what is disputed does not hold up the rest */
    PERIOD_CHECKS
};

/* Where a check is mended. */
enum check_source { SOURCE_NONE, SOURCE_EARLIER, SOURCE_EXTRACT, SOURCE_MAP, SOURCE_AGREEMENT,
                    SOURCE_RUN, SOURCE_QUERIES };

enum check_state { CHECK_PASSED, CHECK_FAILED, CHECK_WAITS, CHECK_STATES };

/* How the last run of the period stands. */
enum facts_run { FACTS_NO_RUN, FACTS_RUNNING, FACTS_CLOSED, FACTS_REFUSED, FACTS_FAILED };

struct period_facts {
    int32_t          period;        /* 0 to 12 */
    int32_t          first_open;    /* the first period of the year that is not locked */
    const char      *untaken;       /* councils without lines, by name; NULL: none */
    const char      *unmapped;      /* councils with codes that have no row; NULL: none */
    const char      *disagreed;     /* a sentence; NULL: all is agreed */
    enum facts_run   run;
    int64_t          faults;        /* of the run */
    const char      *no_vat;        /* services without an agreed treatment, by code; or NULL */
    const char      *changed;       /* what was changed since the run, a sentence; NULL: nothing */
    struct run_proof proof;         /* of FACTS_CLOSED */
    int64_t          queries;       /* open ones of this period */
    int64_t          disputed;      /* in them, in pence */
};

struct check_result {
    enum check_state  state;
    const char       *words;        /* what was found */
    bool              warns;        /* it has passed, and is to be looked at */
};

struct check_result period_check(struct arena *, const struct period_facts *, enum period_check);

/* "Earlier periods are locked"; why it is asked; and where it is mended. */
const char *period_check_title(enum period_check);
const char *period_check_why(enum period_check);
enum check_source period_check_source(enum period_check);

/* The first that has not passed; PERIOD_CHECKS: all have. */
enum period_check period_check_first(struct arena *, const struct period_facts *);

#endif
