#include "identity/leaver.h"

#include "identity/identity_sql.h"
#include "identity/kept_form.h"
#include "identity/login_link.h"
#include "identity/one_time_link.h"
#include "identity/role_grant.h"
#include "store/council.h"

/* Without this grant, and without this account, is there an administrator? */
static enum err others_administer(struct tx *tx, struct moment now, int64_t council,
                                  int64_t grant, int64_t account, struct trouble *trouble)
{
    struct statement *count;
    enum err err = tx_scope(tx, council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_grant_administrators, &count, trouble);
    if (err != OK)
        return err;
    bind_int(count, 1, council);
    bind_day(count, 2, day_of(now));
    bind_int(count, 3, grant);
    bind_int(count, 4, account);
    if ((err = statement_one(count, trouble)) != OK)
        return err;
    const int64_t others = column_int(count, 0);
    statement_end(count);
    return others > 0 ? OK : fail(trouble, ERR_REFUSED, "The council would have no administrator "
                                  "of its own left who can sign in. Make another one first, until "
                                  "further notice.");
}

enum err leaver_lose_role(struct tx *tx, const struct happening *happening,
                          const struct actor *actor, int64_t grant, struct trouble *trouble)
{
    enum err err = grant_end(tx, happening, text_of(actor->login), actor->acting, grant, trouble);

    /* Afterwards, so that a grant of the partner's is missing and nothing else. */
    return err != OK ? err : others_administer(tx, happening->now, actor->acting, grant, 0,
                                               trouble);
}

/* --- somebody leaves --- */

static enum err mark_closed(struct tx *tx, const struct account *account, struct trouble *trouble)
{
    struct statement *mark;
    int64_t changed = 0;
    enum err err = tx_scope(tx, account->council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_account_close, &mark, trouble);
    if (err != OK)
        return err;
    bind_int(mark, 1, account->id);
    bind_int(mark, 2, account->council);
    err = statement_run(mark, &changed, trouble);
    return err == OK && changed != 1 ? ERR_MISSING : err;
}

static enum err end_tokens(struct tx *tx, struct moment now, const struct account *account,
                           struct trouble *trouble)
{
    struct statement *drop, *end;
    enum err err = tx_prepare(tx, &sql_account_token_keys_drop, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, account->id);
    bind_int(drop, 2, account->council);
    err = statement_run(drop, NULL, trouble);
    if (err == OK)
        err = tx_prepare(tx, &sql_account_tokens_end, &end, trouble);
    if (err != OK)
        return err;
    bind_int(end, 1, account->id);
    bind_int(end, 2, account->council);
    bind_moment(end, 3, now);
    return statement_run(end, NULL, trouble);
}

/* What every council has granted; each row in the scope of who granted it. */
static enum err end_grants(struct tx *tx, struct arena *arena, const struct happening *happening,
                           struct text login, int64_t account, struct trouble *trouble)
{
    struct councils councils;
    struct role_grants grants;
    enum err err = councils_read(tx, arena, &councils, trouble);

    for (size_t i = 0; i < councils.count && err == OK; i++) {
        err = grant_list(tx, arena, happening->now, councils.council[i].id, account, &grants,
                         trouble);
        for (size_t j = 0; err == OK && j < grants.count; j++)
            err = grant_end(tx, happening, login, grants.grant[j].council, grants.grant[j].id,
                            trouble);
    }
    return err;
}

enum err leaver_close(struct tx *tx, struct arena *arena, const struct happening *happening,
                      const struct actor *actor, const struct account *account,
                      struct trouble *trouble)
{
    const struct text login = text_of(actor->login);
    const struct moment now = happening->now;
    enum err err;

    if (account->council != actor->acting)
        return ERR_MISSING;
    if (account->id == actor->account)
        return fail(trouble, ERR_REFUSED, "Nobody closes his or her own account: another "
                    "administrator does.");
    err = mark_closed(tx, account, trouble);
    if (err == OK)
        err = account_end_sessions(tx, now, account->council, account->id, trouble);
    if (err == OK)
        err = end_tokens(tx, now, account, trouble);
    if (err == OK)
        err = link_end_all(tx, now, account->council, account->id, trouble);
    if (err == OK)
        err = kept_form_drop_all(tx, account->council, account->id, trouble);
    if (err == OK)
        err = login_link_drop_offer(tx, account->council, account->id, trouble);
    if (err == OK)
        err = end_grants(tx, arena, happening, login, account->id, trouble);
    if (err == OK)
        err = others_administer(tx, now, account->council, 0, account->id, trouble);
    if (err != OK)
        return err;
    const struct identity_event event = { login, account->council, "account.close", "account",
                                          account->id, account->login };
    return identity_record(tx, happening, &event, trouble);
}
