/*
 * governance/governance_obligation.c -- the register of statutory obligations: what the law asks of
 * the services, who answers for it, how far it is met, and how that is shown.
 */
#include "governance/governance_risk.h"
#include "governance/governance_sql.h"
#include "governance/governance_table.h"
#include "register/register_rows.h"

#define ABOUT                                                                                    \
    "An obligation is a duty that an Act or regulation lays on the council and that a shared "   \
    "service fulfils: which law, which post answers for it, how far it is met, with what "       \
    "evidence, and when it is looked at next."

enum { TITLE, LAW, SERVICE, OWNER_POST, RAG, HOW_MET, EVIDENCE, NEXT_CHECK, RISK, ADVICE, FIELDS };

static const char *const rags[] = { "red", "amber", "green", NULL };

static const struct field_form fields[FIELDS] = {
    [TITLE] = { "title", "Duty", "What must be done, in one line", FIELD_LINE, .required = true,
                .most = 200 },
    [LAW] = { "law", "Law", "Act or regulation, and section", FIELD_LINE, .required = true,
              .most = 200 },
    [SERVICE] = FIELD_OF_SERVICE,
    [OWNER_POST] = { "owner_post", "Owner", "The post that answers for it", FIELD_LINE,
                     .required = true, .most = 100 },
    [RAG] = { "rag", "Met", "Red: not met. Amber: in part, or at risk. Green: met, with evidence",
              FIELD_CHOICE, .required = true, .choices = rags },
    [HOW_MET] = { "how_met", "How it is met", "By whom and how; what is wanting", FIELD_TEXT,
                  .required = true, .most = 4000 },
    [EVIDENCE] = { "evidence", "Evidence", "What shows it, and where it is kept", FIELD_TEXT,
                   .most = 4000 },
    [NEXT_CHECK] = { "next_check", "Next check", "A day as 2026-04-01", FIELD_DAY,
                     .required = true },
    [RISK] = { "risk", "Risk", "Of not meeting it: its number, as CLK-12", FIELD_ENTRY,
               .of = &risk_register },
    [ADVICE] = { "advice", "Legal advice", "Of the council's own lawyers; few read it",
                 FIELD_TEXT, .required = false, .most = 4000, .own = true,
                 .read_by = MAY_READ_ADVICE, .changed_by = MAY_WRITE_ADVICE },
};

static const char *const states[] = { "current", "ended", NULL };
static const struct register_step steps[] = {
    { "current", "end", "ended" }, { "ended", "restore", "current" }, { NULL, NULL, NULL },
};
static const char *const columns[] = { "title", "law", "service", "owner_post", "rag",
                                       "next_check", "risk", "state", "sharing", NULL };
static const char *const brief[] = { "title", "owner_post", "rag", "next_check", NULL };
static const char *const filters[] = { "rag", "service", "owner_post", "state", NULL };

static void judge(const struct entry *obligation, const char *wrong[])
{
    if (wrong[EVIDENCE] == NULL && text_is(obligation->field[RAG], "green") &&
        obligation->field[EVIDENCE].size == 0)
        wrong[EVIDENCE] = "green needs evidence.";
}

static const struct register_type obligation_register = {
    .one = "obligation", .many = "obligations", .a = "an obligation", .about = ABOUT,
    .may_see = MAY_SEE_OBLIGATION, .may_edit = MAY_EDIT_OBLIGATION,
    .fields = fields, .field_count = FIELDS, .states = states, .steps = steps,
    .columns = columns,
    .brief = brief, .filters = filters, .sql = REGISTER_SQL(obligation), .judge = judge,
};

static const struct action actions[] = {
    REGISTER_ROWS(obligation_register, "obligation", "obligations", "an obligation",
                  MAY_SEE_OBLIGATION, MAY_EDIT_OBLIGATION, ABOUT),
    { 0 },
};
const struct feature obligation_feature = { "obligation", "Statutory obligations", actions };
