#include "identity/oidc_login.h"

#include "identity/identity_sql.h"
#include "identity/role_grant.h"
#include "identity/secret.h"

#define NAME_MOST 40            /* so that a number fits behind it */
#define NAMES_TRIED 99

/* The place of the role for the service; -1: it is not there. */
static int given_place(const struct oidc_groups *given, enum role role, struct text service)
{
    for (size_t i = 0; i < given->count; i++)
        if (given->group[i].role == role && text_equal(given->group[i].service, service))
            return (int)i;
    return -1;
}

void oidc_given(struct arena *arena, const struct oidc_groups *groups,
                const struct oidc_claims *claims, struct oidc_groups *out)
{
    *out = (struct oidc_groups){ arena_take(arena, groups->count + 1, sizeof *out->group), 0 };
    for (size_t i = 0; i < groups->count; i++) {
        const struct oidc_group *group = &groups->group[i];
        bool belongs = false;
        for (size_t j = 0; j < claims->groups; j++)
            belongs |= text_equal(group->name, claims->group[j]);
        if (belongs && given_place(out, group->role, group->service) < 0)
            out->group[out->count++] = *group;
    }
}

/* --- whose account --- */

void oidc_identity_hash(struct arena *arena, const struct oidc_provider *provider,
                        const struct oidc_claims *claims, char hex[SHA256_HEX_SIZE])
{
    const char *who = arena_print(arena, "%lld\n%.*s\n%.*s", (long long)provider->council,
                                  TEXT(provider->issuer), TEXT(claims->subject));

    secret_hash(SECRET_SUBJECT, text_of(who), hex);
}

enum err oidc_identity_find(struct tx *tx, int64_t council, const char *hash, int64_t *account,
                            struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = tx_scope(tx, council, trouble);

    *account = 0;
    if (err == OK)
        err = tx_prepare(tx, &sql_oidc_identity_get, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, council);
    bind_text(get, 2, text_of(hash));
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err;
    *account = column_int(get, 0);
    statement_end(get);
    return OK;
}

enum err oidc_identity_add(struct tx *tx, struct moment now, const struct account *account,
                           const char *hash, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_scope(tx, account->council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_oidc_identity_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, account->council);
    bind_text(add, 2, text_of(hash));
    bind_int(add, 3, account->id);
    bind_moment(add, 4, now);
    return statement_run(add, NULL, trouble);
}

/* What a login name can have of a name there: "First.Clk@clacks.example" is "first.clk". */
static struct text plain_name(struct arena *arena, struct text name)
{
    char *plain = arena_take(arena, NAME_MOST + 1, 1);
    size_t size = 0;

    for (size_t i = 0; i < name.size && name.data[i] != '@' && size < NAME_MOST; i++) {
        const char small = small_letter(name.data[i]);
        const bool letter = small >= 'a' && small <= 'z';
        if (letter || (size > 0 && is_one_of(small, "0123456789._-")))
            plain[size++] = small;
    }
    const struct text made = { plain, size };
    return login_is(made) ? made : text_of("person");
}

/* A name that nobody has or had: "first.clk", "first.clk.2" ... */
static enum err free_name(struct tx *tx, struct arena *arena, struct text wanted,
                          struct text *out, struct trouble *trouble)
{
    struct key_found taken;

    *out = wanted;
    for (int number = 2; number <= NAMES_TRIED; number++) {
        const enum err err = key_find(tx, SECRET_LOGIN, *out, &taken, trouble);
        if (err != OK)
            return err == ERR_MISSING ? OK : err;
        *out = text_of(arena_print(arena, "%.*s.%d", TEXT(wanted), number));
    }
    return fail(trouble, ERR_REFUSED, "Too many people are called %.*s here.", TEXT(wanted));
}

static enum err make_account(struct tx *tx, struct arena *arena,
                             const struct happening *happening,
                             const struct oidc_claims *claims, const char *hash,
                             struct account *account, struct trouble *trouble)
{
    account->password = (struct text){ "", 0 };
    enum err err = free_name(tx, arena, plain_name(arena, claims->name), &account->login, trouble);

    if (err == OK)
        err = account_add(tx, happening, account->login, account, trouble);
    return err != OK ? err : oidc_identity_add(tx, happening->now, account, hash, trouble);
}

/* --- what the groups give --- */

/* Ends what no group gives any more, and what is to be made anew; `wanted` is then what is to be
 * made. */
static enum err end_others(struct tx *tx, struct arena *arena, const struct happening *happening,
                           const struct account *account, struct oidc_groups *wanted,
                           struct trouble *trouble)
{
    const int32_t soon = day_of(happening->now).days + OIDC_RENEW_DAYS;
    struct role_grants grants;
    enum err err = grant_list(tx, arena, happening->now, account->council, account->id, &grants,
                              trouble);

    for (size_t i = 0; i < grants.count && err == OK; i++) {
        const struct role_grant *grant = &grants.grant[i];
        if (!grant->by_group)
            continue;
        const int place = given_place(wanted, grant->role, grant->service);
        if (place >= 0 && grant->ends.days >= soon)
            wanted->group[place] = wanted->group[--wanted->count];
        else
            err = grant_end(tx, happening, account->login, account->council, grant->id, trouble);
    }
    return err;
}

static enum err give(struct tx *tx, struct arena *arena, const struct happening *happening,
                     const struct account *account, struct oidc_groups *wanted,
                     struct trouble *trouble)
{
    const struct db_day today = day_of(happening->now);
    enum err err = end_others(tx, arena, happening, account, wanted, trouble);

    for (size_t i = 0; i < wanted->count && err == OK; i++) {
        struct role_grant grant = { .council = account->council, .account = account->id,
                                    .role = wanted->group[i].role,
                                    .service = wanted->group[i].service,
                                    .starts = today, .by_group = true,
                                    .ends = { today.days + OIDC_GRANT_DAYS } };
        err = grant_make(tx, happening, account->login, &grant, trouble);
    }
    return err;
}

enum err oidc_come_in(struct tx *tx, struct arena *arena, const struct happening *happening,
                      const struct oidc_provider *provider, const struct oidc_claims *claims,
                      struct account *account, struct trouble *trouble)
{
    char hash[SHA256_HEX_SIZE];
    struct oidc_groups groups, given;
    int64_t known = 0;
    enum err err = oidc_groups_read(tx, arena, provider->council, &groups, trouble);

    oidc_identity_hash(arena, provider, claims, hash);
    if (err == OK)
        err = oidc_identity_find(tx, provider->council, hash, &known, trouble);
    if (err != OK)
        return err;
    oidc_given(arena, &groups, claims, &given);
    *account = (struct account){ .council = provider->council };
    if (known != 0)
        err = account_get(tx, arena, known, account, trouble);
    else if (given.count > 0)
        err = make_account(tx, arena, happening, claims, hash, account, trouble);
    else
        err = fail(trouble, ERR_REFUSED, "Your council's login knows you, but gives you no role "
                   "here. Ask your council's administrator.");
    if (err == OK && !account->open)
        err = fail(trouble, ERR_REFUSED, "Your account here was closed. Ask your council's "
                   "administrator.");
    return err != OK ? err : give(tx, arena, happening, account, &given, trouble);
}
