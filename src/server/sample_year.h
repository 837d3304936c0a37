/*
 * server/sample_year.h -- the year of money that a sample store begins with: 2014-15 of the two
 * councils of examples/, whose bases, cost model, maps and ledgers stand in the program.
 *
 * All goes the way that people go: an accountant proposes, heads of finance turn their keys,
 * extracts are kept as evidence and taken in by the job that reads them, which runs here and now.
 *
 * The figures are those of examples/ (its README says where they come from). OUR data: the
 * decisions, and a few lines of each council for the final accounts (P13), which the published
 * figures do not have; each says so in its description. So does what sample_money.h adds.
 */
#ifndef OCHIL_SAMPLE_YEAR_H
#define OCHIL_SAMPLE_YEAR_H

#include "server/server.h"
#include "store/council.h"

/* Are they the councils of the year? */
bool sample_year_fits(const struct councils *);

/* Behind sample_fill(). Files of extracts stand in server_spool() meanwhile. */
MUST_USE enum err sample_year_fill(struct server *, struct arena *, const struct councils *,
                                   struct moment now, struct trouble *);

#endif
