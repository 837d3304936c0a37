/*
 * finance/finance_year.h -- the partnership's calendar: years, each with thirteen periods.
 *
 * It is joint: every council sees the same. To begin a year opens its periods and charges nothing,
 * so one council may. A period is open, closed softly, or locked; what is locked stays so, by law
 * of the database.
 *
 * Inside a transaction; texts live in `arena`.
 *
 * Read next: finance_import.h (what comes into a period), engine/period.h (what a period is).
 */
#ifndef OCHIL_FINANCE_YEAR_H
#define OCHIL_FINANCE_YEAR_H

#include "engine/period.h"
#include "identity/actor.h"

enum period_state { PERIOD_OPEN, PERIOD_SOFT, PERIOD_LOCKED, PERIOD_STATES };

/* "open", "soft", "locked"; as the store writes it. */
const char *period_state_word(enum period_state);

/* The financial year that begins in this one: 2014 is "2014-15". */
struct text year_text(struct arena *, int begins);

struct joint_year {
    struct text   year;         /* "2014-15" */
    struct moment begun_at;
    struct text   begun_by;
};

struct joint_years {
    struct joint_year *year;    /* the latest first */
    size_t             count;
};

MUST_USE enum err joint_years_load(struct tx *, struct arena *, struct joint_years *,
                                   struct trouble *);

/* ERR_USAGE: not a year. ERR_CONFLICT: it was begun before. */
MUST_USE enum err joint_year_begin(struct tx *, const struct happening *, const struct actor *,
                                   struct text year, struct trouble *);

/* ERR_MISSING: no such year. */
MUST_USE enum err joint_periods_load(struct tx *, struct text year,
                                     enum period_state state[PERIODS], struct trouble *);

#endif
