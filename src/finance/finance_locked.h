/*
 * finance/finance_locked.h -- what was charged for the locked periods of a year, as the engine
 * reads it (docs/engine.md, section 5): charged.csv and corrected.csv, put together from the files
 * of the very runs that were signed. A locked bill is never rewritten: what came later is carried
 * into the first open period, and stands in that one's bill.
 *
 * A period in which nothing was borne is locked by a row of zeros, as the contract has it.
 *
 * Nothing is carried into another year: the thirteenth period settles the year in whole pence, and
 * the fractions of a penny that were carried from month to month (pennies.csv) end with it. A line
 * of a year that is locked to its end is refused by the engine, since no period is open that could
 * carry it: it belongs into the ledger of the next.
 *
 * Inside a transaction, in any council's scope; texts live in `arena`.
 */
#ifndef OCHIL_FINANCE_LOCKED_H
#define OCHIL_FINANCE_LOCKED_H

#include "base/text.h"
#include "store/db.h"

#define CHARGED_HEADER "kind,pool,period,group,partner,borne,paid,net\n"
#define CORRECTED_HEADER "kind,pool,period,carried_in,group,partner,borne,paid\n"

/* Headers alone: nothing is locked. Up to the period `below` (1 to 14) alone, without it. */
MUST_USE enum err locked_files_below(struct tx *, struct arena *, struct text year, int64_t below,
                                     struct text *charged, struct text *corrected,
                                     struct trouble *);
MUST_USE enum err locked_files(struct tx *, struct arena *, struct text year,
                               struct text *charged, struct text *corrected, struct trouble *);

#endif
