#include "server/sample.h"

#include "cli/table.h"
#include "identity/account.h"
#include "identity/role_grant.h"
#include "store/keyring_io.h"

static struct council sample_council[] = {
    { 1, { "CLK", 3 }, { "Clackmannanshire", 16 } },
    { 2, { "STI", 3 }, { "Stirling", 8 } },
};
const struct councils sample_councils = { sample_council, COUNT(sample_council) };

/* A post in each council: how its login begins, its role, and does it work for the others, too? */
static const struct post {
    const char *name;
    enum role   role;
    bool        joint;
} posts[] = {
    { "admin", ROLE_ADMINISTRATOR, false },
    { "chief", ROLE_CHIEF_EXECUTIVE, false },
    { "finance", ROLE_HEAD_OF_FINANCE, false },
    { "accounts", ROLE_ACCOUNTANT, false },
    { "budget", ROLE_BUDGET_HOLDER, false },
    { "service", ROLE_HEAD_OF_SERVICE, true },
    { "hr", ROLE_HR_LEAD, false },
    { "programme", ROLE_PROGRAMME_MANAGER, false },
    { "performance", ROLE_PERFORMANCE_OFFICER, false },
    { "legal", ROLE_LEGAL_OFFICER, false },
    { "clerk", ROLE_CLERK, false },
    { "ict", ROLE_ICT_OFFICER, false },
    { "member", ROLE_MEMBER, false },
    { "union", ROLE_UNION_OFFICIAL, false },
    { "audit", ROLE_AUDITOR, true },
};

#define AUDIT_DAYS 365      /* an auditor's role has an end */

struct text sample_login(struct arena *arena, const char *office, struct text code)
{
    char *login = arena_print(arena, "%s.%.*s@demo.example", office, TEXT(code));

    for (char *c = login; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return text_of(login);
}

struct filling {
    struct tx              *tx;
    struct arena           *arena;
    const struct happening *happening;
    const struct councils  *councils;
    struct text             password;
    struct trouble         *trouble;
    int64_t                *account;        /* by council and post */
};

static int64_t *account_at(const struct filling *filling, size_t council, size_t post)
{
    return &filling->account[council * COUNT(posts) + post];
}

static enum err add_accounts(const struct filling *filling, size_t at)
{
    const struct council *council = &filling->councils->council[at];
    enum err err = OK;

    for (size_t i = 0; i < COUNT(posts) && err == OK; i++) {
        struct account account = { .council = council->id, .password = filling->password };

        account.login = sample_login(filling->arena, posts[i].name, council->code);
        err = account_add(filling->tx, filling->happening, account.login, &account,
                          filling->trouble);
        *account_at(filling, at, i) = account.id;
    }
    return err;
}

/* The council's administrator grants all roles but the own one, which comes with the store. */
static enum err grant_roles_of(const struct filling *filling, size_t at, size_t home)
{
    const struct council *council = &filling->councils->council[at];
    const struct text login = sample_login(filling->arena, posts[0].name, council->code);
    const struct db_day today = day_of(filling->happening->now);
    enum err err = OK;

    for (size_t i = 0; i < COUNT(posts) && err == OK; i++) {
        struct role_grant grant = {
            .council = council->id,
            .account = *account_at(filling, home, i),
            .role = posts[i].role,
            .starts = today,
            .endless = posts[i].role != ROLE_AUDITOR,
            .ends = { today.days + AUDIT_DAYS },
            .made_by = i == 0 ? 0 : *account_at(filling, at, 0),
        };

        if (home == at || posts[i].joint)
            err = grant_make(filling->tx, filling->happening, login, &grant, filling->trouble);
    }
    return err;
}

enum err sample_fill(struct tx *tx, struct arena *arena, const struct happening *happening,
                     const struct councils *councils, struct text password_kept,
                     struct trouble *trouble)
{
    const struct filling filling = {
        tx, arena, happening, councils, password_kept, trouble,
        arena_take(arena, councils->count * COUNT(posts), sizeof(int64_t)),
    };
    enum err err = OK;

    for (size_t i = 0; i < councils->count && err == OK; i++)
        err = add_accounts(&filling, i);
    for (size_t at = 0; at < councils->count && err == OK; at++)
        for (size_t home = 0; home < councils->count && err == OK; home++)
            err = grant_roles_of(&filling, at, home);
    return err != OK ? err : sample_entries_fill(tx, arena, happening, councils, trouble);
}

void sample_tell(const struct councils *councils, struct arena *arena, FILE *out)
{
    struct table table;
    char columns[KEYRING_MASTERS_MAX + 2] = { 0 };

    (void)memset(columns, 'l', councils->count + 1);
    table_open(&table, arena, columns);
    table_put(&table, "role");
    for (size_t i = 0; i < councils->count; i++)
        table_put(&table, "%.*s", TEXT(councils->council[i].name));
    for (size_t i = 0; i < COUNT(posts); i++) {
        table_put(&table, "%s%s", role_title(posts[i].role), posts[i].joint ? " (in both)" : "");
        for (size_t at = 0; at < councils->count; at++)
            table_put(&table, "%.*s", TEXT(sample_login(arena, posts[i].name,
                                                    councils->council[at].code)));
    }
    table_print(&table, out, 2);
    (void)fprintf(out, "\n  Password of all: %s\n  A sample, to try out: no second factor is "
                  "asked for, and everybody knows the password.\n", SAMPLE_PASSWORD);
}
