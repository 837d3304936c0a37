/* governance/governance_risk.c -- the register of risks, declared. */
#include "governance/governance_risk_view.h"
#include "governance/governance_sql.h"

const char *const risk_categories[] = { "finance", "workforce", "legal", "service", "safeguarding",
                                        "technology", "property", "programme", "reputation", NULL };

#define WITHOUT "Without any control. 1 is the least, 5 the most"
#define WITH "With the controls in place"
#define PLANNED "With what is planned; may be left out"

static const struct field_form fields[RISK_FIELDS] = {
    [RISK_TITLE] = { "title", "Title", "What may happen, in one line", FIELD_LINE, .required = true,
                     .most = 200 },
    [RISK_DESCRIPTION] = { "description", "Description", NULL, FIELD_TEXT, .required = true,
                           .most = 4000 },
    [RISK_CAUSE] = { "cause", "Cause", "What would bring it about", FIELD_TEXT, .most = 4000 },
    [RISK_EFFECT] = { "effect", "Effect", "What it would mean for people and services", FIELD_TEXT,
                      .most = 4000 },
    [RISK_CATEGORY] = { "category", "Category", NULL, FIELD_CHOICE, .required = true,
                        .choices = risk_categories },
    [RISK_INHERENT_LIKELIHOOD] = { "inherent_likelihood", "Inherent likelihood", WITHOUT,
                                   FIELD_SCALE, .required = true },
    [RISK_INHERENT_IMPACT] = { "inherent_impact", "Inherent impact", WITHOUT, FIELD_SCALE,
                               .required = true },
    [RISK_CURRENT_LIKELIHOOD] = { "current_likelihood", "Current likelihood", WITH, FIELD_SCALE,
                                  .required = true },
    [RISK_CURRENT_IMPACT] = { "current_impact", "Current impact", WITH, FIELD_SCALE,
                              .required = true },
    [RISK_TARGET_LIKELIHOOD] = { "target_likelihood", "Target likelihood", PLANNED, FIELD_SCALE,
                                 .required = false },
    [RISK_TARGET_IMPACT] = { "target_impact", "Target impact", PLANNED, FIELD_SCALE,
                             .required = false },
    [RISK_OWNER_POST] = { "owner_post", "Owner",
                          "The post that answers for it, not a person's name", FIELD_LINE,
                          .required = true, .most = 100 },
    [RISK_CONTROLS] = { "controls", "Controls in place", NULL, FIELD_TEXT, .most = 4000 },
    [RISK_REVIEW_DUE] = { "review_due", "Next review", "A day as 2026-04-01", FIELD_DAY,
                          .required = true },
    [RISK_ESCALATED] = { "escalated", "Escalated", "To the chief executives of both councils",
                         FIELD_FLAG, .required = false },
    [RISK_SERVICE] = FIELD_OF_SERVICE,
    [RISK_COST] = { "cost", "Cost if it happens",
                    "To this council, in pounds; the other council does not see it", FIELD_MONEY,
                    .required = false, .most = 99999999999, .own = true },
};

const struct field_form risk_review_fields[REVIEW_FIELDS] = {
    [REVIEW_DUE] = { "review_due", "Next review", "A day as 2026-04-01", FIELD_DAY,
                     .required = true },
    [REVIEW_FOUND] = { "found", "What was found", NULL, FIELD_TEXT, .required = true,
                       .most = REGISTER_WHY_MOST },
};

static const char *const states[] = { "open", "treating", "tolerated", "closed", "reopened", NULL };

static const struct register_step steps[] = {
    { "open", "treat", "treating" },     { "open", "tolerate", "tolerated" },
    { "open", "close", "closed" },       { "treating", "tolerate", "tolerated" },
    { "treating", "close", "closed" },   { "tolerated", "treat", "treating" },
    { "tolerated", "close", "closed" },  { "closed", "reopen", "reopened" },
    { "reopened", "treat", "treating" }, { "reopened", "tolerate", "tolerated" },
    { "reopened", "close", "closed" },   { NULL, NULL, NULL },
};

/* --- what follows from the fields --- */

static struct register_cell inherent_cell(const struct entry *risk)
{
    return cell_number(risk_score(risk, RISK_INHERENT_LIKELIHOOD));
}

static struct register_cell current_cell(const struct entry *risk)
{
    return cell_number(risk_score(risk, RISK_CURRENT_LIKELIHOOD));
}

static struct register_cell target_cell(const struct entry *risk)
{
    return cell_number(risk_score(risk, RISK_TARGET_LIKELIHOOD));
}

static struct register_cell rating_cell(const struct entry *risk)
{
    const enum risk_band band = risk_rating(risk);

    return (struct register_cell){ CELL_IS_WORDS, (int64_t)band, text_of(risk_bands[band]) };
}

static struct register_cell appetite_cell(const struct entry *risk)
{
    return cell_words(text_of(risk_within_appetite(risk) ? "within" : "above"));
}

/* "16: likelihood 4, impact 4, high" */
static const char *score_told(struct arena *arena, const struct entry *risk,
                              enum risk_field likelihood)
{
    const int first = risk_scale(risk, likelihood), second = risk_scale(risk, likelihood + 1);

    return first * second == 0
               ? "None is set"
               : arena_print(arena, "%d: likelihood %d, impact %d, %s", first * second, first,
                             second, risk_bands[risk_band(first, second)]);
}

static const char *inherent_told(struct arena *arena, const struct entry *risk)
{
    return score_told(arena, risk, RISK_INHERENT_LIKELIHOOD);
}

static const char *current_told(struct arena *arena, const struct entry *risk)
{
    return score_told(arena, risk, RISK_CURRENT_LIKELIHOOD);
}

static const char *target_told(struct arena *arena, const struct entry *risk)
{
    return score_told(arena, risk, RISK_TARGET_LIKELIHOOD);
}

static const char *const appetites[] = { "within", "above", NULL };

static const struct figure figures[] = {
    { "inherent_score", "Inherent", inherent_cell, NULL, inherent_told },
    { "current_score", "Current", current_cell, NULL, current_told },
    { "target_score", "Target", target_cell, NULL, target_told },
    { "rating", "Rating", rating_cell, risk_bands, NULL },
    { "appetite", "Appetite", appetite_cell, appetites, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

static const char *const columns[] = {
    "title", "category", "service", "owner_post", "state", "inherent_score", "current_score",
    "target_score", "rating", "appetite", "review_due", "escalated", "cost", "sharing", NULL,
};
static const char *const brief[] = { "title", "owner_post", "review_due", "current_score",
                                     "rating", NULL };
static const char *const filters[] = { "state", "rating", "category", "service", "owner_post",
                                       NULL };

const struct register_type risk_register = {
    .one = "risk", .many = "risks", .a = "a risk",
    .about = RISK_ABOUT,
    .may_see = MAY_SEE_RISK, .may_edit = MAY_EDIT_RISK,
    .fields = fields, .field_count = RISK_FIELDS,
    .states = states, .steps = steps, .figures = figures,
    .columns = columns, .brief = brief, .filters = filters,
    .sql = REGISTER_SQL(risk),
    .judge = risk_judge, .refuses = risk_refuses, .below_list = risk_matrix,
    .gather = risk_gather, .more = risk_more_shown,
};
