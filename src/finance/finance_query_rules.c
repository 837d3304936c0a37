#include "finance/finance_query.h"

#include <assert.h>

#include "engine/period.h"

const char *const query_stages[] = { "council", "board", "executives", NULL };

const int32_t query_days[STAGES] = {
    [STAGE_COUNCIL] = 14, [STAGE_BOARD] = 28, [STAGE_EXECUTIVES] = 28,
};

enum query_stage query_stage_of(const struct entry *query)
{
    const int stage = word_place(query_stages, query->field[QUERY_STAGE]);

    return stage < 0 ? STAGE_COUNCIL : (enum query_stage)stage;
}

static int64_t pence(const struct entry *query, enum query_field field)
{
    return field_number(&query_register.fields[field], query->field[field]);
}

int64_t query_undisputed(const struct entry *query)
{
    assert(query->field[QUERY_AMOUNT].size > 0);
    return pence(query, QUERY_AMOUNT) - pence(query, QUERY_DISPUTED);
}

/* --- what is fit --- */

static void judge_amounts(const struct entry *query, const char *wrong[])
{
    if (wrong[QUERY_AMOUNT] == NULL && wrong[QUERY_DISPUTED] == NULL &&
        query->field[QUERY_AMOUNT].size > 0 && query_undisputed(query) < 0)
        wrong[QUERY_DISPUTED] = "this is more than the figure.";
}

static void judge_outcome(const struct entry *query, const char *wrong[])
{
    const bool corrected = text_is(query->field[QUERY_OUTCOME], "corrected");
    const struct text from = query->field[QUERY_CORRECTED_FROM];
    period_number period;

    if (wrong[QUERY_CORRECTED_FROM] == NULL &&
        (corrected || from.size > 0) && !period_parse(from, &period))
        wrong[QUERY_CORRECTED_FROM] = "say from which period, as 2014-15/P05.";
    if (wrong[QUERY_CORRECTION] == NULL && !corrected && query->field[QUERY_CORRECTION].size > 0)
        wrong[QUERY_CORRECTION] = "only what is corrected has an amount.";
}

void query_judge(const struct entry *query, const char *wrong[])
{
    int32_t year;

    if (wrong[QUERY_YEAR] == NULL && !year_parse(query->field[QUERY_YEAR], &year))
        wrong[QUERY_YEAR] = "enter a financial year, as 2014-15.";
    if (wrong[QUERY_POOL] == NULL && query->field[QUERY_POOL].size == 0 &&
        query->field[QUERY_GROUP].size == 0 && query->field[QUERY_BEARER].size == 0 &&
        query->field[QUERY_LINE].size == 0)
        wrong[QUERY_POOL] = "say what is questioned: a pool, a group, a share or a line.";
    judge_amounts(query, wrong);
    judge_outcome(query, wrong);
}

const char *query_refuses(const struct entry *query, const char *event)
{
    const bool draft = query->state == QUERY_DRAFT;

    if (strcmp(event, "answer") == 0 && (query->field[QUERY_ANSWER].size == 0 ||
                                         query->field[QUERY_OUTCOME].size == 0))
        return "Write the answer and its outcome first; then it is answered.";
    if (strcmp(event, "share") == 0 && draft && query->sharing != SHARING_OWN)
        return "A draft is your council's own. Put it: then both see it.";
    if (strcmp(event, "share") == 0 && !draft && query->sharing != SHARING_JOINT)
        return "What was put stays with both councils.";
    return NULL;
}
