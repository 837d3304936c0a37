#include "server/sample.h"

#include "cli/table.h"
#include "identity/account.h"
#include "identity/role_grant.h"
#include "register/service_list.h"
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
    const char *service;        /* its role is for this one alone; NULL: for all */
} posts[] = {
    { "admin", ROLE_ADMINISTRATOR, false, NULL },
    { "chief", ROLE_CHIEF_EXECUTIVE, false, NULL },
    { "finance", ROLE_HEAD_OF_FINANCE, false, NULL },
    { "accounts", ROLE_ACCOUNTANT, false, NULL },
    { "budget", ROLE_BUDGET_HOLDER, false, NULL },
    { "service", ROLE_HEAD_OF_SERVICE, true, NULL },
    { "education", ROLE_HEAD_OF_SERVICE, true, "Education" },
    { "hr", ROLE_HR_LEAD, false, NULL },
    { "programme", ROLE_PROGRAMME_MANAGER, false, NULL },
    { "performance", ROLE_PERFORMANCE_OFFICER, false, NULL },
    { "legal", ROLE_LEGAL_OFFICER, false, NULL },
    { "clerk", ROLE_CLERK, false, NULL },
    { "ict", ROLE_ICT_OFFICER, false, NULL },
    { "member", ROLE_MEMBER, false, NULL },
    { "union", ROLE_UNION_OFFICIAL, false, NULL },
    { "audit", ROLE_AUDITOR, true, NULL },
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

/* --- what the councils share --- */

/* OUR data, as the papers divide it: one council leads each. By the place of the lead. */
static const struct {
    const char *name;
    size_t      lead;
    const char *covers;
} services[] = {
    { "Education", 1, "Schools, early years and support for learning in both areas." },
    { "Social Services", 0, "Children, adults and criminal justice in both areas." },
};

static struct two_key_act act_of(const struct filling *filling, size_t at, const char *office)
{
    const struct council *council = &filling->councils->council[at];
    struct two_key_act act = {
        .now = filling->happening->now, .outside = filling->happening->outside,
        .login = sample_login(filling->arena, office, council->code), .council = council->id,
        .may_prepare = true, .may_agree = true,
    };

    for (size_t i = 0; i < COUNT(posts); i++)
        if (strcmp(posts[i].name, office) == 0)
            act.account = *account_at(filling, at, i);
    return act;
}

/* The others' chief executives agree, each on a decision of the council's own. */
static enum err agree_all(const struct filling *filling, struct two_key_place *place)
{
    const struct two_key_decision decision = {
        .body = text_of("Council"), .minute = text_of("Minute 7"), .decided = true,
        .day = day_of(filling->happening->now),
    };
    int64_t version;
    enum err err = OK;

    for (size_t at = 0; at < filling->councils->count && err == OK; at++) {
        const struct two_key_act act = act_of(filling, at, "chief");
        err = tx_scope(filling->tx, act.council, filling->trouble);
        if (err == OK)
            err = two_key_agree(filling->tx, filling->arena, &act, place, &decision, &version,
                                NULL, filling->trouble);
    }
    return err;
}

static enum err add_service(const struct filling *filling, size_t number)
{
    const struct councils *councils = filling->councils;
    const struct two_key_act act = act_of(filling, 0, "programme");
    int64_t *both = arena_take(filling->arena, councils->count, sizeof *both);
    const char *lead = arena_copy(filling->arena,
                                  councils->council[services[number].lead].code.data,
                                  councils->council[services[number].lead].code.size);
    const struct two_key_wording wording = {
        .kind = text_of(SERVICE_KIND), .subject = text_of(services[number].name),
        .councils = both, .council_count = councils->count,
        .effective = day_of(filling->happening->now),
        .payload = text_of(arena_print(filling->arena, "{\"lead\":\"%s\",\"standing\":\"%s\","
                                       "\"covers\":\"%s\"}", lead, SERVICE_SHARED,
                                       services[number].covers)),
    };
    struct two_key_place place;

    for (size_t i = 0; i < councils->count; i++)
        both[i] = councils->council[i].id;
    enum err err = tx_scope(filling->tx, act.council, filling->trouble);
    if (err == OK)
        err = two_key_draft(filling->tx, filling->arena, &act, &wording, &place, NULL,
                            filling->trouble);
    if (err == OK)
        err = two_key_propose(filling->tx, filling->arena, &act, &place, NULL, filling->trouble);
    return err != OK ? err : agree_all(filling, &place);
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
            .service = text_of(posts[i].service == NULL ? "" : posts[i].service),
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
    for (size_t i = 0; i < COUNT(services) && err == OK; i++)
        err = add_service(&filling, i);
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
        table_put(&table, "%s%s%s%s", role_title(posts[i].role),
                  posts[i].service != NULL ? " for " : "",
                  posts[i].service != NULL ? posts[i].service : "",
                  posts[i].joint ? " (in both)" : "");
        for (size_t at = 0; at < councils->count; at++)
            table_put(&table, "%.*s", TEXT(sample_login(arena, posts[i].name,
                                                    councils->council[at].code)));
    }
    table_print(&table, out, 2);
    (void)fprintf(out, "\n  Password of all: %s\n  A sample, to try out: no second factor is "
                  "asked for, and everybody knows the password.\n", SAMPLE_PASSWORD);
}
