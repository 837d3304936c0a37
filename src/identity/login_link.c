#include "identity/login_link.h"

#include "identity/identity_sql.h"
#include "identity/oidc_login.h"
#include "identity/secret.h"

static const char taken[] = "Whom the council's login names has an account of its own here. Ask "
                            "your council's administrator.";

static enum err begin(struct tx *tx, const struct query *query, int64_t council,
                      struct statement **out, struct trouble *trouble)
{
    const enum err err = tx_scope(tx, council, trouble);

    return err != OK ? err : tx_prepare(tx, query, out, trouble);
}

static enum err read_linked(struct tx *tx, int64_t council, int64_t account,
                            struct login_link *out, struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = begin(tx, &sql_login_link_get, council, &get, trouble);

    if (err != OK)
        return err;
    bind_int(get, 1, council);
    bind_int(get, 2, account);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err;
    out->linked = true;
    out->linked_at = column_moment(get, 0);
    statement_end(get);
    return OK;
}

enum err login_link_read(struct tx *tx, struct arena *arena, struct moment now, int64_t council,
                         int64_t account, struct login_link *out, struct trouble *trouble)
{
    struct statement *get;
    bool row = false;

    *out = (struct login_link){ .linked = false };
    enum err err = read_linked(tx, council, account, out, trouble);
    if (err == OK)
        err = begin(tx, &sql_login_link_offer_get, council, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, council);
    bind_int(get, 2, account);
    bind_int(get, 3, now.ms - LOGIN_LINK_MS);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err;
    const struct text name = column_blob(get, 1);
    out->offered = true;
    out->name = text_keep(arena, name);
    statement_end(get);
    return OK;
}

/* Those of the council that nobody has confirmed in time. */
static enum err forget(struct tx *tx, struct moment now, int64_t council, struct trouble *trouble)
{
    struct statement *late;
    enum err err = begin(tx, &sql_login_link_offers_forget, council, &late, trouble);

    if (err != OK)
        return err;
    bind_int(late, 1, council);
    bind_int(late, 2, now.ms - LOGIN_LINK_MS);
    return statement_run(late, NULL, trouble);
}

static enum err add_offer(struct tx *tx, struct moment now, const struct actor *actor,
                          const char *hash, struct text name, struct trouble *trouble)
{
    struct statement *add;
    enum err err = begin(tx, &sql_login_link_offer_set, actor->home, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, actor->account);
    bind_int(add, 2, actor->home);
    bind_text(add, 3, text_of(hash));
    bind_blob(add, 4, name);
    bind_moment(add, 5, now);
    return statement_run(add, NULL, trouble);
}

/* Is the account linked, or the person somebody here? */
static enum err judge(struct tx *tx, const struct account *account, const char *hash,
                      struct trouble *trouble)
{
    struct login_link link = { .linked = false };
    int64_t known = 0;
    enum err err = read_linked(tx, account->council, account->id, &link, trouble);

    if (err == OK && link.linked)
        return fail(trouble, ERR_REFUSED, "This account is linked already.");
    if (err == OK)
        err = oidc_identity_find(tx, account->council, hash, &known, trouble);
    return err == OK && known != 0 ? fail(trouble, ERR_REFUSED, taken) : err;
}

enum err login_link_judge(struct tx *tx, struct arena *arena,
                          const struct oidc_provider *provider, const struct oidc_claims *claims,
                          const struct account *account, char hash[SHA256_HEX_SIZE],
                          struct trouble *trouble)
{
    if (account->break_glass || account->council != provider->council)
        return fail(trouble, ERR_REFUSED, "This account is not one to be linked.");
    oidc_identity_hash(arena, provider, claims, hash);
    return judge(tx, account, hash, trouble);
}

enum err login_link_offer(struct tx *tx, struct arena *arena, struct moment now,
                          const struct oidc_provider *provider, const struct oidc_claims *claims,
                          const struct actor *actor, struct text name, struct trouble *trouble)
{
    const struct account account = { .id = actor->account, .council = actor->home,
                                     .break_glass = actor->break_glass };
    char hash[SHA256_HEX_SIZE];
    enum err err = login_link_judge(tx, arena, provider, claims, &account, hash, trouble);

    if (err == OK)
        err = forget(tx, now, actor->home, trouble);
    return err != OK ? err : add_offer(tx, now, actor, hash, name, trouble);
}

/* The hash of what was offered to the actor. */
static enum err find_offer(struct tx *tx, struct moment now, const struct actor *actor,
                           char hash[SHA256_HEX_SIZE], struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = begin(tx, &sql_login_link_offer_get, actor->home, &get, trouble);

    if (err != OK)
        return err;
    bind_int(get, 1, actor->home);
    bind_int(get, 2, actor->account);
    bind_int(get, 3, now.ms - LOGIN_LINK_MS);
    if ((err = statement_step(get, &row, trouble)) != OK)
        return err;
    if (!row)
        return fail(trouble, ERR_REFUSED, "That was more than ten minutes ago. Begin anew.");
    memcpy(hash, column_text(get, 0).data, SHA256_HEX_SIZE - 1);
    hash[SHA256_HEX_SIZE - 1] = '\0';
    statement_end(get);
    return OK;
}

static enum err link_them(struct tx *tx, const struct happening *happening, struct text login,
                          const struct account *account, const char *hash,
                          struct trouble *trouble)
{
    enum err err = judge(tx, account, hash, trouble);

    if (err == OK)
        err = oidc_identity_add(tx, happening->now, account, hash, trouble);
    if (err == OK)
        err = login_link_drop_offer(tx, account->council, account->id, trouble);
    if (err != OK)
        return err;
    const struct identity_event event = { login, account->council, "login.link", "account",
                                          account->id, { 0 } };
    return identity_record(tx, happening, &event, trouble);
}

enum err login_link_confirm(struct tx *tx, const struct happening *happening,
                            const struct actor *actor, struct trouble *trouble)
{
    const struct account account = { .id = actor->account, .council = actor->home };
    char hash[SHA256_HEX_SIZE] = "";
    const enum err err = find_offer(tx, happening->now, actor, hash, trouble);

    return err != OK ? err : link_them(tx, happening, text_of(actor->login), &account, hash,
                                       trouble);
}

enum err login_link_take(struct tx *tx, const struct happening *happening,
                         const struct account *account, const char *hash, struct trouble *trouble)
{
    return link_them(tx, happening, account->login, account, hash, trouble);
}

static enum err drop(struct tx *tx, const struct query *query, int64_t council, int64_t account,
                     int64_t *changed, struct trouble *trouble)
{
    struct statement *statement;
    enum err err = begin(tx, query, council, &statement, trouble);

    if (err != OK)
        return err;
    bind_int(statement, 1, council);
    bind_int(statement, 2, account);
    return statement_run(statement, changed, trouble);
}

enum err login_link_drop_offer(struct tx *tx, int64_t council, int64_t account,
                               struct trouble *trouble)
{
    return drop(tx, &sql_login_link_offer_drop, council, account, NULL, trouble);
}

enum err login_link_end(struct tx *tx, const struct happening *happening, struct text login,
                        const struct account *account, struct trouble *trouble)
{
    int64_t changed = 0;
    enum err err = drop(tx, &sql_login_link_drop, account->council, account->id, &changed,
                        trouble);

    if (err == OK && changed != 1)
        return ERR_MISSING;
    if (err == OK)
        err = login_link_drop_offer(tx, account->council, account->id, trouble);
    if (err != OK)
        return err;
    const struct identity_event event = { login, account->council, "login.unlink", "account",
                                          account->id, { 0 } };
    return identity_record(tx, happening, &event, trouble);
}
