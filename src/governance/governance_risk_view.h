/*
 * governance/governance_risk_view.h -- what the pages of risks have beyond those of any register:
 * the matrix below the list; actions and reviews on a risk's page.
 */
#ifndef OCHIL_GOVERNANCE_RISK_VIEW_H
#define OCHIL_GOVERNANCE_RISK_VIEW_H

#include "governance/governance_risk.h"
#include "register/register_view.h"

#define RISK_ABOUT                                                                               \
    "A risk is what may go wrong, how likely and how bad it is, and who answers for it."

/* On a risk's page: what was typed into the form of a review. */
struct risk_more {
    struct text  review[REVIEW_FIELDS];
    const char  *review_wrong[REVIEW_FIELDS];
};

void risk_matrix(struct request *, struct html *, const struct entries *);
enum err risk_gather(struct request *, struct entry_page *);
void risk_more_shown(struct request *, struct html *, const struct entry_page *);

#endif
