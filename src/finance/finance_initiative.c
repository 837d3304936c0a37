/*
 * finance/finance_initiative.c -- the register of what a council does on its own inside a shared
 * service.
 */
#include "finance/finance_beside.h"

#include "finance/finance_sql.h"
#include "finance/finance_table.h"
#include "register/register_rows.h"

#define ABOUT                                                                                    \
    "An initiative is what one council does on its own inside a shared service: adopted by its " \
    "own decision, in cost centres of its own, paid by it alone. Its partner pays nothing, and " \
    "the page Initiatives of a year shows that from the last settlement."

static const struct field_form fields[INITIATIVE_FIELDS] = {
    [INITIATIVE_TITLE] = { "title", "Initiative", "What is done, in one line", FIELD_LINE,
                           .required = true, .most = 200 },
    [INITIATIVE_PURPOSE] = { "purpose", "What for", "What is done beyond the shared service, and "
                             "for whom", FIELD_TEXT, .required = true, .most = 4000 },
    [INITIATIVE_DECISION] = { "decision", "Adopted by", "The decision: body, date, minute",
                              FIELD_LINE, .most = 200 },
    [INITIATIVE_OWNER_POST] = { "owner_post", "Owner", "The post that answers for it", FIELD_LINE,
                                .required = true, .most = 100 },
    [INITIATIVE_STARTS] = { "starts", "From", "A day as 2026-04-01", FIELD_DAY,
                            .required = true },
    [INITIATIVE_ENDS] = { "ends", "Until", "None: until it is ended", FIELD_DAY,
                          .required = false },
    [INITIATIVE_CENTRES] = { "cost_centres", "Cost centres", "Codes with a blank between them; in "
                             "the map they are initiative", FIELD_LINE, .most = 400 },
    [INITIATIVE_POOL] = { "pool", "Beside the pool", "The code of the shared pool that it stands "
                          "beside", FIELD_LINE, .most = 60 },
    [INITIATIVE_BUDGET] = { "budget", "Budget", "In pounds, for a year", FIELD_MONEY,
                            .most = BESIDE_PENCE_MOST },
    [INITIATIVE_SERVICE] = FIELD_OF_SERVICE,
};

static const char *const states[] = { "proposed", "running", "ended", "dropped", NULL };
static const struct register_step steps[] = {
    { "proposed", "start", "running" }, { "proposed", "drop", "dropped" },
    { "running", "end", "ended" },      { "ended", "restart", "running" },
    { "dropped", "propose", "proposed" }, { NULL, NULL, NULL },
};
static const char *const columns[] = { "title", "state", "service", "pool", "budget", "starts",
                                       "ends", "cost_centres", "decision", "owner_post",
                                       "sharing", NULL };
static const char *const brief[] = { "title", "starts", "budget", NULL };
static const char *const filters[] = { "state", "service", "pool", "owner_post", NULL };

static void judge(const struct entry *initiative, const char *wrong[])
{
    beside_judge_days(&initiative_register, initiative, INITIATIVE_STARTS, INITIATIVE_ENDS, wrong);
}

static const char *refuses(const struct entry *initiative, const char *event)
{
    const bool starts = strcmp(event, "start") == 0;

    if (starts && initiative->field[INITIATIVE_DECISION].size == 0)
        return "Say by which decision it is adopted; then it starts.";
    if (starts && initiative->field[INITIATIVE_CENTRES].size == 0)
        return "Name its cost centres, so that its cost is told apart; then it starts.";
    return NULL;
}

const struct register_type initiative_register = {
    .one = "initiative", .many = "initiatives", .a = "an initiative", .about = ABOUT,
    .may_see = MAY_SEE_BESIDE, .may_edit = MAY_EDIT_BESIDE,
    .fields = fields, .field_count = INITIATIVE_FIELDS, .states = states, .steps = steps,
    .columns = columns, .brief = brief, .filters = filters, .sql = REGISTER_SQL(initiative),
    .judge = judge, .refuses = refuses,
};

static const struct action actions[] = {
    REGISTER_ROWS(initiative_register, "initiative", "initiatives", "an initiative",
                  MAY_SEE_BESIDE, MAY_EDIT_BESIDE, ABOUT),
    { 0 },
};
const struct feature initiative_feature = { "initiative", "Initiatives", actions };
