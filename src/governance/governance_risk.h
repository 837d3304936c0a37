/*
 * governance/governance_risk.h -- the risk register: what may go wrong with the shared services,
 * how likely and how bad it is, who answers for it and what is done about it.
 *
 * It is a register like others (register/register.h), declared in governance_risk.c. Its own are
 * scores and reviews; what is done about a risk are entries of the register of actions that name it
 * (governance_action.c). Scores are likelihood times impact, 1 to 25;
 * the rating is looked up in a matrix. Matrix and appetite are OUR data: the papers name a joint
 * register and leave both to the councils.
 *
 * Read next: governance_risk.c, governance_risk_rules.c (what is judged), then
 * governance_risk_pages.c.
 */
#ifndef OCHIL_GOVERNANCE_RISK_H
#define OCHIL_GOVERNANCE_RISK_H

#include "register/register.h"

/* The fields, in the order of the declaration and of the table. */
enum risk_field {
    RISK_TITLE, RISK_DESCRIPTION, RISK_CAUSE, RISK_EFFECT, RISK_CATEGORY,
    RISK_INHERENT_LIKELIHOOD, RISK_INHERENT_IMPACT, RISK_CURRENT_LIKELIHOOD, RISK_CURRENT_IMPACT,
    RISK_TARGET_LIKELIHOOD, RISK_TARGET_IMPACT, RISK_OWNER_POST, RISK_CONTROLS, RISK_REVIEW_DUE,
    RISK_ESCALATED, RISK_SERVICE, RISK_COST, RISK_FIELDS
};

extern const struct register_type risk_register;
extern const char *const risk_categories[];

/* The fields of a review. */
enum { REVIEW_DUE, REVIEW_FOUND, REVIEW_FIELDS };
extern const struct field_form risk_review_fields[REVIEW_FIELDS];

/* --- rules: pure --- */

enum risk_band { BAND_LOW, BAND_MEDIUM, BAND_HIGH, BAND_VERY_HIGH, RISK_BANDS };
extern const char *const risk_bands[];      /* their words; ends at NULL */

/* The number in a field of a score; 0: it is empty. */
int risk_scale(const struct entry *, enum risk_field);

/* Likelihood times impact; 0 where there is none. `likelihood` is the field of the first, the next
 * one that of the other. */
int risk_score(const struct entry *, enum risk_field likelihood);

/* Both 1 to 5. */
enum risk_band risk_band(int likelihood, int impact);
enum risk_band risk_rating(const struct entry *);       /* of the current score */

/* The highest rating that the councils bear in this category without doing more. */
enum risk_band risk_appetite(struct text category);
bool risk_within_appetite(const struct entry *);

/* What the declaration points at: scores that go together, what may be tolerated. */
void risk_judge(const struct entry *, const char *wrong[]);
const char *risk_refuses(const struct entry *, const char *event);

#endif
