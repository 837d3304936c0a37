#include "governance/governance_risk.h"

#include <assert.h>

const char *const risk_bands[] = { "low", "medium", "high", "very high", NULL };

int risk_scale(const struct entry *risk, enum risk_field field)
{
    return risk->field[field].size == 0 ? 0 : risk->field[field].data[0] - '0';
}

int risk_score(const struct entry *risk, enum risk_field likelihood)
{
    return risk_scale(risk, likelihood) * risk_scale(risk, likelihood + 1);
}

#define L BAND_LOW
#define M BAND_MEDIUM
#define H BAND_HIGH
#define V BAND_VERY_HIGH

/* A row for each likelihood from 1, a column for each impact from 1. An impact of 5 is never low,
 * however unlikely. */
static const enum risk_band matrix[5][5] = {
    { L, L, L, M, M },
    { L, L, M, M, H },
    { L, M, M, H, H },
    { L, M, H, H, V },
    { M, M, H, V, V },
};

#undef L
#undef M
#undef H
#undef V

enum risk_band risk_band(int likelihood, int impact)
{
    assert(likelihood >= 1 && likelihood <= 5 && impact >= 1 && impact <= 5);
    return matrix[likelihood - 1][impact - 1];
}

enum risk_band risk_rating(const struct entry *risk)
{
    return risk_band(risk_scale(risk, RISK_CURRENT_LIKELIHOOD),
                     risk_scale(risk, RISK_CURRENT_IMPACT));
}

/* Least is borne where people could come to harm or the law be broken. */
enum risk_band risk_appetite(struct text category)
{
    static const struct {
        const char    *category;
        enum risk_band band;
    } appetite[] = {
        { "safeguarding", BAND_LOW }, { "legal", BAND_LOW }, { "programme", BAND_HIGH },
    };

    for (size_t i = 0; i < COUNT(appetite); i++)
        if (text_is(category, appetite[i].category))
            return appetite[i].band;
    return BAND_MEDIUM;
}

bool risk_within_appetite(const struct entry *risk)
{
    return risk_rating(risk) <= risk_appetite(risk->field[RISK_CATEGORY]);
}

/* A score that is lowered from the inherent one. */
static void judge_score(const struct entry *risk, enum risk_field likelihood, const char *wrong[])
{
    for (enum risk_field i = 0; i < 2; i++) {
        const enum risk_field field = likelihood + i, inherent = RISK_INHERENT_LIKELIHOOD + i;
        if (wrong[field] == NULL && wrong[inherent] == NULL &&
            risk_scale(risk, field) > risk_scale(risk, inherent))
            wrong[field] = "above the inherent one: controls do not add to a risk.";
    }
}

void risk_judge(const struct entry *risk, const char *wrong[])
{
    judge_score(risk, RISK_CURRENT_LIKELIHOOD, wrong);
    judge_score(risk, RISK_TARGET_LIKELIHOOD, wrong);
    for (enum risk_field field = RISK_TARGET_LIKELIHOOD; field <= RISK_TARGET_IMPACT; field++)
        if (risk->field[field].size == 0 &&
            risk->field[RISK_TARGET_LIKELIHOOD].size + risk->field[RISK_TARGET_IMPACT].size > 0)
            wrong[field] = "give both likelihood and impact, or neither.";
}

/* What is above appetite is tolerated only when it was escalated. */
const char *risk_refuses(const struct entry *risk, const char *event)
{
    if (strcmp(event, "tolerate") == 0 && !risk_within_appetite(risk) &&
        risk->field[RISK_ESCALATED].size == 0)
        return "Above its category's appetite: tolerated only once escalated.";
    return NULL;
}
