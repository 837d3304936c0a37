#include "web/menu.h"

const struct menu_row menu[] = {
    { WORD_HOME, WORD_HOME, "/", MAY_OWN, NULL },
    { WORD_MONEY, WORD_MONTHS, "/money", MAY_SEE_MONEY, NULL },
    { WORD_MONEY, WORD_IMPORTS, "/money/imports", MAY_SEE_MONEY, NULL },
    { WORD_MONEY, WORD_MAP, "/money/map", MAY_SEE_MONEY, "/money/codes" },
    { WORD_MONEY, WORD_ON_ACCOUNT, "/money/on-account", MAY_SEE_MONEY, "/money/payments" },
    { WORD_MONEY, WORD_BASIS_FILES, "/money/basis-files", MAY_SEE_MONEY, NULL },
    { WORD_MONEY, WORD_PROFILES, "/money/profiles", MAY_SEE_MONEY, NULL },
    { WORD_MONEY, WORD_WHAT_IF, "/money/what-if", MAY_SEE_MONEY, NULL },
    { WORD_MONEY, WORD_QUERIES, "/queries", MAY_SEE_QUERY, "/new-query" },
    { WORD_MONEY, WORD_INITIATIVES, "/initiatives", MAY_SEE_BESIDE, "/new-initiative" },
    { WORD_MONEY, WORD_MEMORANDA, "/memoranda", MAY_SEE_BESIDE, "/new-memorandum" },
    { WORD_MONEY, WORD_FUNDS, "/funds", MAY_SEE_BESIDE, "/new-fund" },
    { WORD_MONEY, WORD_LAYOUTS, "/money/layouts", MAY_SEE_MONEY, NULL },
    { WORD_PROGRAMME, WORD_RISKS, "/risks", MAY_SEE_RISK, "/new-risk" },
    { WORD_PROGRAMME, WORD_ACTIONS, "/actions", MAY_SEE_ACTION, "/new-action" },
    { WORD_PROGRAMME, WORD_OBLIGATIONS, "/obligations", MAY_SEE_OBLIGATION, "/new-obligation" },
    { WORD_AGREEMENTS, WORD_PROPOSALS, "/proposals", MAY_SEE_PROPOSAL, "/new-proposal" },
    { WORD_AGREEMENTS, WORD_POLICIES, "/policies", MAY_SEE_POLICY, "/new-policy" },
    { WORD_AGREEMENTS, WORD_SERVICES, "/services", MAY_OWN, NULL },
    { WORD_RECORDS, WORD_EVIDENCE, "/evidence", MAY_SEE_EVIDENCE, "/new-evidence" },
    { WORD_RECORDS, WORD_LOCKED, "/records/evidence", MAY_SEE_MONEY, NULL },
    { WORD_RECORDS, WORD_JOBS, "/jobs", MAY_SEE_JOBS, NULL },
    { WORD_RECORDS, WORD_TRAIL, "/trail", MAY_READ_TRAIL, NULL },
    { WORD_ADMIN, WORD_PEOPLE, "/people", MAY_SEE_PEOPLE, NULL },
    { WORD_ADMIN, WORD_LOGIN, "/council/login", MAY_SET_LOGIN, NULL },
    { WORD_ADMIN, WORD_ROLES, "/roles", MAY_SEE_PEOPLE, NULL },
    { WORD_ADMIN, WORD_KEY, "/council/key", MAY_SET_KEY, NULL },
    { WORD_ADMIN, WORD_EXPORTS, "/exports", MAY_EXPORT, NULL },
    { WORD_ACCOUNT, WORD_SESSIONS, "/sessions", MAY_OWN, NULL },
    { WORD_ACCOUNT, WORD_PASSWORD, "/account/password", MAY_OWN, NULL },
    { WORD_ACCOUNT, WORD_LINK, "/account/council-login", MAY_OWN, NULL },
    { WORD_ACCOUNT, WORD_SECOND, "/second-factor", MAY_OWN, NULL },
    { WORD_ACCOUNT, WORD_TOKENS, "/tokens", MAY_OWN, NULL },
    { WORD_HELP, WORD_HELP_ALL, "/help", MAY_ANYBODY, NULL },
    { WORD_HELP, WORD_API, "/api", MAY_ANYBODY, NULL },
    { WORD_HELP, WORD_ACCESSIBILITY, "/accessibility", MAY_ANYBODY, NULL },
};
const size_t menu_rows = COUNT(menu);

/* "/jobs" and "/jobs/7" are below "/jobs", "/jobsworth" is not; below "/" is only "/". */
static bool is_below(struct text path, const char *above)
{
    const size_t size = strlen(above);

    return text_is(path, above) ||
           (size > 1 && path.size > size && memcmp(path.data, above, size) == 0 &&
            path.data[size] == '/');
}

const struct menu_row *menu_at(struct text path)
{
    const struct menu_row *found = NULL;

    for (size_t i = 0; i < menu_rows; i++) {
        if (menu[i].other != NULL && is_below(path, menu[i].other))
            return &menu[i];
        if (is_below(path, menu[i].path) &&
            (found == NULL || strlen(menu[i].path) > strlen(found->path)))
            found = &menu[i];
    }
    return found;
}
