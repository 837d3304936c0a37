/*
 * governance/governance_action.c -- the register of actions: what follows from a recommendation, a
 * decision or a risk, whose it is, by when, and what came of it.
 */
#include "governance/governance_risk.h"
#include "governance/governance_sql.h"
#include "governance/governance_table.h"
#include "register/register_rows.h"

#define ABOUT                                                                                    \
    "An action is what is to be done after a recommendation, a decision or a risk, by which "    \
    "post, and by when. It is done when what came of it is written down."

enum { TITLE, SOURCE, RISK, DETAIL, OWNER_POST, ASSIGNED, DUE, PROGRESS, OUTCOME, SERVICE, FIELDS };

static const struct field_form fields[FIELDS] = {
    [TITLE] = { "title", "Action", "What is to be done, in one line", FIELD_LINE,
                .required = true, .most = 200 },
    [SOURCE] = { "source", "From", "The recommendation or decision: body, date, number",
                 FIELD_LINE, .most = 200 },
    [RISK] = { "risk", "Against risk", "Its number, as CLK-12", FIELD_ENTRY,
               .of = &risk_register },
    [DETAIL] = { "detail", "Detail", NULL, FIELD_TEXT, .most = 4000 },
    [OWNER_POST] = { "owner_post", "Owner", "The post that answers for it", FIELD_LINE,
                     .required = true, .most = 100 },
    [ASSIGNED] = { "assigned", "Assigned to", "Who does it: the name with which they sign in",
                   FIELD_LOGIN, .required = false },
    [DUE] = { "due", "Due", "A day as 2026-04-01", FIELD_DAY, .required = true },
    [PROGRESS] = { "progress", "Progress", "In per cent, 0 to 100", FIELD_NUMBER, .most = 100 },
    [OUTCOME] = { "outcome", "Outcome", "What came of it, and where the evidence is", FIELD_TEXT,
                  .most = 4000 },
    [SERVICE] = FIELD_OF_SERVICE,
};

static const char *const states[] = { "open", "started", "done", "dropped", NULL };
static const struct register_step steps[] = {
    { "open", "start", "started" },  { "open", "finish", "done" }, { "open", "drop", "dropped" },
    { "started", "finish", "done" }, { "started", "drop", "dropped" },
    { "done", "reopen", "open" },    { "dropped", "reopen", "open" }, { NULL, NULL, NULL },
};
static const char *const columns[] = { "title", "source", "risk", "service", "owner_post",
                                       "assigned", "due", "progress", "state", "sharing", NULL };
static const char *const brief[] = { "title", "owner_post", "due", NULL };
static const char *const filters[] = { "state", "service", "owner_post", "assigned", "risk",
                                       NULL };

static const char *refuses(const struct entry *action, const char *event)
{
    return strcmp(event, "finish") == 0 && action->field[OUTCOME].size == 0
               ? "Say in its outcome what came of it; then it is done." : NULL;
}

static const struct register_type action_register = {
    .one = "action", .many = "actions", .a = "an action", .about = ABOUT,
    .may_see = MAY_SEE_ACTION, .may_edit = MAY_EDIT_ACTION,
    .fields = fields, .field_count = FIELDS, .states = states, .steps = steps,
    .columns = columns,
    .brief = brief, .filters = filters, .sql = REGISTER_SQL(action), .refuses = refuses,
};

static const struct action actions[] = {
    REGISTER_ROWS(action_register, "action", "actions", "an action", MAY_SEE_ACTION,
                  MAY_EDIT_ACTION, ABOUT),
    { 0 },
};
const struct feature action_feature = { "action", "Actions", actions };
