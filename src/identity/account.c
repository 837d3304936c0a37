#include "identity/account.h"

#include "identity/identity_sql.h"
#include "identity/secret.h"

bool login_is(struct text login)
{
    size_t ats = 0;

    for (size_t i = 0; i < login.size; i++)
        if (login.data[i] == '@')
            ats++;
        else if (!is_one_of(login.data[i], "abcdefghijklmnopqrstuvwxyz0123456789._-"))
            return false;
    return login.size >= 2 && login.size <= ACTOR_LOGIN_MOST && login.data[0] >= 'a' &&
           login.data[0] <= 'z' && ats <= 1 && login.data[login.size - 1] != '@';
}

enum err account_add(struct tx *tx, const struct happening *happening, struct text login,
                     struct account *account, struct trouble *trouble)
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
    const struct identity_event event = { login, account->council, "account.make", "account",
                                          account->id, account->login };
    return identity_record(tx, happening, &event, trouble);
}

static enum err read(struct tx *tx, struct arena *arena, struct key_found found,
                     struct account *out, struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = tx_scope(tx, found.council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_account_get, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, found.subject);
    bind_int(get, 2, found.council);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    *out = (struct account){
        .id = found.subject,
        .council = found.council,
        .login = text_keep(arena, column_text(get, 0)),
        .password = text_keep(arena, column_text(get, 1)),
        .open = column_int(get, 2) == 1,
        .break_glass = column_bool(get, 3),
    };
    statement_end(get);
    return OK;
}

enum err account_find(struct tx *tx, struct arena *arena, struct text login,
                      struct account *out, struct trouble *trouble)
{
    struct key_found found;
    enum err err = key_find(tx, SECRET_LOGIN, login, &found, trouble);

    return err != OK ? err : read(tx, arena, found, out, trouble);
}

enum err account_get(struct tx *tx, struct arena *arena, int64_t id, struct account *out,
                     struct trouble *trouble)
{
    struct key_found found = { .subject = id };
    struct statement *home;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_account_home, &home, trouble);

    if (err != OK)
        return err;
    bind_int(home, 1, id);
    if ((err = statement_step(home, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    found.council = column_int(home, 0);
    statement_end(home);
    return read(tx, arena, found, out, trouble);
}

enum err account_list(struct tx *tx, struct arena *arena, int64_t council, struct accounts *out,
                      struct trouble *trouble)
{
    struct statement *list;
    size_t room = 16;
    bool row = false;
    enum err err = tx_scope(tx, council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_account_logins, &list, trouble);
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    *out = (struct accounts){ arena_take(arena, room, sizeof *out->account), 0 };
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        if (out->count == room) {
            out->account = arena_grow(arena, out->account, room, 2 * room, sizeof *out->account);
            room *= 2;
        }
        out->account[out->count++] = (struct account){
            .id = column_int(list, 0), .council = council,
            .login = text_keep(arena, column_text(list, 1)), .open = column_int(list, 2) == 1,
            .break_glass = column_bool(list, 4),
            .password = text_of(column_int(list, 3) == 1 ? "chosen" : "") };
    }
    return err;
}

enum err account_set_break_glass(struct tx *tx, const struct account *account,
                                 struct trouble *trouble)
{
    struct statement *set;
    enum err err = tx_scope(tx, account->council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_account_break_glass_set, &set, trouble);
    if (err != OK)
        return err;
    bind_int(set, 1, account->id);
    bind_int(set, 2, account->council);
    return statement_run(set, NULL, trouble);
}

enum err account_end_sessions(struct tx *tx, struct moment now, int64_t council, int64_t account,
                              struct trouble *trouble)
{
    return keys_end(tx, &sql_account_session_keys_drop, &sql_account_sessions_end, now, council,
                    account, trouble);
}

enum err account_set_password(struct tx *tx, const struct happening *happening,
                              const struct account *account, struct trouble *trouble)
{
    struct statement *set;
    int64_t changed = 0;
    enum err err = tx_scope(tx, account->council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_account_password_set, &set, trouble);
    if (err != OK)
        return err;
    bind_int(set, 1, account->id);
    bind_int(set, 2, account->council);
    bind_text(set, 3, account->password);
    if ((err = statement_run(set, &changed, trouble)) != OK)
        return err;
    if (changed != 1)
        return ERR_MISSING;
    err = account_end_sessions(tx, happening->now, account->council, account->id, trouble);
    if (err != OK)
        return err;
    const struct identity_event event = { account->login, account->council, "account.password",
                                          "account", account->id, { 0 } };
    return identity_record(tx, happening, &event, trouble);
}
