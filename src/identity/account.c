#include "identity/account.h"

#include "identity/identity_sql.h"
#include "identity/secret.h"

bool login_is(struct text login)
{
    for (size_t i = 0; i < login.size; i++)
        if (!is_one_of(login.data[i], "abcdefghijklmnopqrstuvwxyz0123456789._-"))
            return false;
    return login.size >= 2 && login.size <= ACTOR_LOGIN_MOST && login.data[0] >= 'a' &&
           login.data[0] <= 'z';
}

enum err account_add(struct tx *tx, const struct happening *happening, struct account *account,
                     struct trouble *trouble)
{
    struct statement *add;
    struct key_found taken;
    enum err err = key_find(tx, SECRET_LOGIN, account->login, &taken, trouble);

    if (err != ERR_MISSING)
        return err != OK ? err : fail(trouble, ERR_CONFLICT, "The login name '%.*s' is taken.",
                                      TEXT(account->login));
    err = tx_scope(tx, account->council, trouble);
    if (err == OK)
        err = tx_prepare(tx, &sql_account_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, account->council);
    bind_text(add, 2, account->login);
    bind_text(add, 3, account->password);
    bind_moment(add, 4, happening->now);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    account->id = column_int(add, 0);
    account->open = true;
    statement_end(add);
    err = key_add(tx, SECRET_LOGIN, account->login,
                  (struct key_found){ account->council, account->id }, trouble);
    if (err != OK)
        return err;
    const struct identity_event event = { account->login, account->council, "account.make",
                                          "account", account->id, { 0 } };
    return identity_record(tx, happening, &event, trouble);
}

enum err account_find(struct tx *tx, struct arena *arena, struct text login,
                      struct account *out, struct trouble *trouble)
{
    struct key_found found;
    struct statement *get;
    bool row = false;
    enum err err = key_find(tx, SECRET_LOGIN, login, &found, trouble);

    if (err == OK)
        err = tx_scope(tx, found.council, trouble);
    if (err == OK)
        err = tx_prepare(tx, &sql_account_get, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, found.subject);
    bind_int(get, 2, found.council);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    const struct text name = column_text(get, 0), password = column_text(get, 1);
    *out = (struct account){
        .id = found.subject,
        .council = found.council,
        .login = { arena_copy(arena, name.data, name.size), name.size },
        .password = { arena_copy(arena, password.data, password.size), password.size },
        .open = column_int(get, 2) == 1,
    };
    statement_end(get);
    return OK;
}
