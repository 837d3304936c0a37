#include "identity/right.h"

#include <assert.h>

/* What is given here stands, action by action, in docs/policy.txt, for people to read. */
static const struct {
    const char *name, *title, *purpose;
    bool        gives[RIGHTS];
} roles[ROLES] = {
    [ROLE_ADMINISTRATOR] = {
        "administrator", "council administrator",
        "Lets the council's people in, gives them roles and names the council's key; keeps its "
        "registers in order. Decides nothing about money.",
        { [MAY_READ_TRAIL] = true, [MAY_SEE_JOBS] = true, [MAY_STOP_JOBS] = true,
          [MAY_GRANT] = true, [MAY_SEE_PEOPLE] = true, [MAY_ADMIT_PEOPLE] = true,
          [MAY_SET_KEY] = true, [MAY_SET_LOGIN] = true, [MAY_SEE_RISK] = true,
          [MAY_EDIT_RISK] = true, [MAY_SEE_ACTION] = true, [MAY_EDIT_ACTION] = true,
          [MAY_SEE_OBLIGATION] = true, [MAY_EDIT_OBLIGATION] = true, [MAY_EXPORT] = true,
          [MAY_SEE_POLICY] = true, [MAY_EDIT_POLICY] = true } },
    [ROLE_AUDITOR] = {
        "auditor", "auditor", "Reads and verifies; changes nothing; for a time.",
        { [MAY_READ_TRAIL] = true, [MAY_SEE_JOBS] = true, [MAY_SEE_PEOPLE] = true,
          [MAY_SEE_RISK] = true, [MAY_SEE_EVIDENCE] = true, [MAY_SEE_ACTION] = true,
          [MAY_SEE_OBLIGATION] = true, [MAY_SEE_PROPOSAL] = true, [MAY_SEE_POLICY] = true,
          [MAY_SEE_MONEY] = true, [MAY_RECOUNT] = true, [MAY_SEE_QUERY] = true,
          [MAY_SEE_BESIDE] = true } },
    [ROLE_CHIEF_EXECUTIVE] = {
        "chief-executive", "chief executive", "Answers for the council's part in the partnership.",
        { [MAY_READ_TRAIL] = true, [MAY_SEE_PEOPLE] = true, [MAY_SEE_RISK] = true,
          [MAY_SEE_EVIDENCE] = true, [MAY_TAKE_EVIDENCE] = true, [MAY_SEE_ACTION] = true,
          [MAY_SEE_OBLIGATION] = true, [MAY_SEE_PROPOSAL] = true, [MAY_AGREE_PROPOSAL] = true,
          [MAY_AGREE_SHARING] = true, [MAY_EXPORT] = true, [MAY_SEE_POLICY] = true,
          [MAY_AGREE_POLICY] = true, [MAY_AGREE_SERVICE] = true, [MAY_READ_ADVICE] = true,
          [MAY_SEE_MONEY] = true, [MAY_SEE_QUERY] = true, [MAY_SEE_BESIDE] = true } },
    [ROLE_HEAD_OF_FINANCE] = {
        "head-of-finance", "head of finance",
        "Closes periods, agrees bases and signs bills for the council.",
        { [MAY_SEE_JOBS] = true, [MAY_SEE_RISK] = true, [MAY_SEE_EVIDENCE] = true,
          [MAY_TAKE_EVIDENCE] = true, [MAY_SEE_ACTION] = true, [MAY_SEE_OBLIGATION] = true,
          [MAY_SEE_PROPOSAL] = true, [MAY_SEE_POLICY] = true, [MAY_SEE_MONEY] = true,
          [MAY_TAKE_EXTRACT] = true, [MAY_BEGIN_YEAR] = true, [MAY_SIGN_PERIOD] = true,
          [MAY_RECOUNT] = true, [MAY_KEEP_WHAT_IF] = true,
          [MAY_AGREE_PROPOSAL] = true, [MAY_AGREE_BASIS] = true,
          [MAY_SEE_QUERY] = true, [MAY_EDIT_QUERY] = true, [MAY_SEE_BESIDE] = true,
          [MAY_EDIT_BESIDE] = true, [MAY_AGREE_MEMORANDUM] = true } },
    [ROLE_ACCOUNTANT] = {
        "accountant", "accountant", "Takes in extracts, prepares what the head of finance signs.",
        { [MAY_SEE_JOBS] = true, [MAY_SEE_EVIDENCE] = true, [MAY_TAKE_EVIDENCE] = true,
          [MAY_SEE_MONEY] = true, [MAY_TAKE_EXTRACT] = true, [MAY_SEE_PROPOSAL] = true,
          [MAY_PREPARE_PROPOSAL] = true, [MAY_PREPARE_BASIS] = true,
          [MAY_KEEP_WHAT_IF] = true,
          [MAY_SEE_QUERY] = true, [MAY_EDIT_QUERY] = true, [MAY_SEE_BESIDE] = true,
          [MAY_EDIT_BESIDE] = true, [MAY_PREPARE_MEMORANDUM] = true } },
    [ROLE_BUDGET_HOLDER] = {
        "budget-holder", "budget holder", "Watches the spending of cost centres.", { false } },
    [ROLE_HEAD_OF_SERVICE] = {
        "head-of-service", "head of service",
        "Runs a service; if a joint one, with a role from each council.",
        { [MAY_SEE_RISK] = true, [MAY_EDIT_RISK] = true, [MAY_SEE_ACTION] = true,
          [MAY_EDIT_ACTION] = true, [MAY_SEE_OBLIGATION] = true, [MAY_EDIT_OBLIGATION] = true,
          [MAY_SEE_PROPOSAL] = true, [MAY_SEE_POLICY] = true, [MAY_EDIT_POLICY] = true,
          [MAY_READ_ADVICE] = true, [MAY_SEE_QUERY] = true, [MAY_SEE_BESIDE] = true } },
    [ROLE_HR_LEAD] = {
        "hr-lead", "HR lead", "Transfer lists, terms and conditions.", { false } },
    [ROLE_PROGRAMME_MANAGER] = {
        "programme-manager", "programme manager", "The plan, risks and benefits.",
        { [MAY_SEE_RISK] = true, [MAY_EDIT_RISK] = true, [MAY_SEE_EVIDENCE] = true,
          [MAY_TAKE_EVIDENCE] = true, [MAY_SEE_ACTION] = true, [MAY_EDIT_ACTION] = true,
          [MAY_SEE_PROPOSAL] = true, [MAY_PREPARE_PROPOSAL] = true, [MAY_PREPARE_SHARING] = true,
          [MAY_SEE_POLICY] = true, [MAY_PREPARE_POLICY] = true,
          [MAY_PREPARE_SERVICE] = true, [MAY_SEE_BESIDE] = true } },
    [ROLE_PERFORMANCE_OFFICER] = {
        "performance-officer", "performance officer", "Indicators and the reports on them.",
        { [MAY_SEE_RISK] = true, [MAY_SEE_ACTION] = true, [MAY_SEE_OBLIGATION] = true,
          [MAY_SEE_POLICY] = true } },
    [ROLE_LEGAL_OFFICER] = {
        "legal-officer", "legal officer", "Agreements, notices and data sharing.",
        { [MAY_SEE_RISK] = true, [MAY_SEE_EVIDENCE] = true, [MAY_TAKE_EVIDENCE] = true,
          [MAY_ERASE_EVIDENCE] = true, [MAY_SEE_ACTION] = true, [MAY_SEE_OBLIGATION] = true,
          [MAY_EDIT_OBLIGATION] = true, [MAY_SEE_PROPOSAL] = true, [MAY_PREPARE_PROPOSAL] = true,
          [MAY_PREPARE_SHARING] = true, [MAY_SEE_POLICY] = true, [MAY_EDIT_POLICY] = true,
          [MAY_PREPARE_POLICY] = true, [MAY_PREPARE_SERVICE] = true, [MAY_READ_ADVICE] = true,
          [MAY_WRITE_ADVICE] = true, [MAY_SEE_BESIDE] = true } },
    [ROLE_CLERK] = {
        "clerk", "committee clerk", "Democratic services: meetings, reports and decisions.",
        { [MAY_SEE_EVIDENCE] = true, [MAY_TAKE_EVIDENCE] = true, [MAY_SEE_ACTION] = true,
          [MAY_EDIT_ACTION] = true, [MAY_SEE_PROPOSAL] = true, [MAY_SEE_POLICY] = true,
          [MAY_EDIT_POLICY] = true } },
    [ROLE_ICT_OFFICER] = {
        "ict-officer", "ICT officer", "Keeps the store running; of records sees long work alone.",
        { [MAY_SEE_JOBS] = true, [MAY_STOP_JOBS] = true } },
    [ROLE_MEMBER] = {
        "member", "elected member", "The council's papers, and what it is asked to decide.",
        { false } },
    [ROLE_UNION_OFFICIAL] = {
        "union-official", "trade-union official",
        "Consultation papers, at the same time as everybody else.", { false } },
};

const char *role_name(enum role role)
{
    assert(role < ROLES);
    return roles[role].name;
}

const char *role_title(enum role role)
{
    assert(role < ROLES);
    return roles[role].title;
}

const char *role_purpose(enum role role)
{
    assert(role < ROLES);
    return roles[role].purpose;
}

bool role_parse(struct text name, enum role *out)
{
    for (enum role role = 0; role < ROLES; role++)
        if (text_is(name, roles[role].name)) {
            *out = role;
            return true;
        }
    return false;
}

bool role_decides(enum role role)
{
    static const bool decides[ROLES] = {
        [ROLE_ADMINISTRATOR] = true, [ROLE_CHIEF_EXECUTIVE] = true,
        [ROLE_HEAD_OF_FINANCE] = true, [ROLE_HEAD_OF_SERVICE] = true, [ROLE_ICT_OFFICER] = true,
    };

    assert(role < ROLES);
    return decides[role];
}

bool role_gives(enum role role, enum right right)
{
    assert(role < ROLES && right < RIGHTS);
    return roles[role].gives[right];
}

bool right_is_by_service(enum right right)
{
    static const bool by_service[RIGHTS] = {
        [MAY_SEE_RISK] = true,       [MAY_EDIT_RISK] = true,       [MAY_SEE_ACTION] = true,
        [MAY_EDIT_ACTION] = true,    [MAY_SEE_OBLIGATION] = true,  [MAY_EDIT_OBLIGATION] = true,
        [MAY_SEE_POLICY] = true,     [MAY_EDIT_POLICY] = true,     [MAY_READ_ADVICE] = true,
        [MAY_WRITE_ADVICE] = true,   [MAY_SEE_QUERY] = true,       [MAY_EDIT_QUERY] = true,
        [MAY_SEE_BESIDE] = true,     [MAY_EDIT_BESIDE] = true,
    };

    assert(right < RIGHTS);
    return by_service[right];
}

bool role_is_by_service(enum role role)
{
    assert(role < ROLES);
    return role != ROLE_ADMINISTRATOR && role != ROLE_ICT_OFFICER;
}
