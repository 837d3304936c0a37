#include "identity/api_token.h"

#include <stdio.h>

#include "identity/identity_sql.h"

enum err token_make(struct tx *tx, const struct happening *happening, const struct actor *actor,
                    struct api_token *token, struct secret *secret, struct trouble *trouble)
{
    struct statement *add;
    enum err err = secret_make(happening->outside, secret, trouble);

    if (err == OK)
        err = tx_scope(tx, actor->home, trouble);
    if (err == OK)
        err = tx_prepare(tx, &sql_token_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, actor->home);
    bind_int(add, 2, actor->account);
    bind_int(add, 3, actor->acting);
    bind_text(add, 4, token->name);
    bind_bool(add, 5, token->may_write);
    bind_moment(add, 6, happening->now);
    bind_moment(add, 7, token->ends_at);
    bind_bool(add, 8, actor->strong);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    token->id = column_int(add, 0);
    statement_end(add);
    err = key_add(tx, SECRET_TOKEN, text_of(secret->text),
                  (struct key_found){ actor->home, token->id }, trouble);
    if (err != OK)
        return err;
    const struct identity_event event = {
        text_of(actor->login), actor->acting, "token.make", "api_token", token->id,
        text_of(token->may_write ? "may write" : "may read")
    };
    return identity_record(tx, happening, &event, trouble);
}

enum err token_find(struct tx *tx, struct moment now, struct text bearer, struct actor *out,
                    struct trouble *trouble)
{
    const struct text mark = text_of(SECRET_TOKEN_MARK);
    struct key_found found;
    struct statement *get;
    bool row = false;

    if (bearer.size < mark.size || memcmp(bearer.data, mark.data, mark.size) != 0)
        return ERR_MISSING;
    const struct text secret = { bearer.data + mark.size, bearer.size - mark.size };
    if (!secret_is(secret))
        return ERR_MISSING;
    enum err err = key_find(tx, SECRET_TOKEN, secret, &found, trouble);
    if (err == OK)
        err = tx_scope(tx, found.council, trouble);
    if (err == OK)
        err = tx_prepare(tx, &sql_token_get, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, found.subject);
    bind_int(get, 2, found.council);
    bind_moment(get, 3, now);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    const struct text login = column_text(get, 3);
    *out = (struct actor){ .account = column_int(get, 0), .home = found.council,
                           .acting = column_int(get, 1), .token = found.subject,
                           .may_write = column_bool(get, 2),
                           .strong = column_bool(get, 4),
                           .break_glass = column_bool(get, 5) };
    (void)snprintf(out->login, sizeof out->login, "%.*s", TEXT(login));
    statement_end(get);
    return OK;
}

enum err token_end(struct tx *tx, const struct happening *happening, const struct actor *actor,
                   int64_t token, struct trouble *trouble)
{
    struct statement *end;
    int64_t changed = 0;
    enum err err = tx_scope(tx, actor->home, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_token_end, &end, trouble);
    if (err != OK)
        return err;
    bind_int(end, 1, token);
    bind_int(end, 2, actor->home);
    bind_int(end, 3, actor->account);
    bind_moment(end, 4, happening->now);
    if ((err = statement_run(end, &changed, trouble)) != OK)
        return err;
    if (changed != 1)
        return ERR_MISSING;
    if ((err = key_drop(tx, SECRET_TOKEN, token, trouble)) != OK)
        return err;
    const struct identity_event event = { text_of(actor->login), actor->home, "token.end",
                                          "api_token", token, { 0 } };
    return identity_record(tx, happening, &event, trouble);
}

enum err token_list(struct tx *tx, struct arena *arena, struct moment now,
                    const struct actor *actor, struct api_tokens *out, struct trouble *trouble)
{
    struct statement *list;
    size_t room = 8;
    bool row = false;
    enum err err = tx_scope(tx, actor->home, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_token_list, &list, trouble);
    if (err != OK)
        return err;
    bind_int(list, 1, actor->home);
    bind_int(list, 2, actor->account);
    bind_moment(list, 3, now);
    *out = (struct api_tokens){ arena_take(arena, room, sizeof *out->token), 0 };
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        if (out->count == room) {
            out->token = arena_grow(arena, out->token, room, 2 * room, sizeof *out->token);
            room *= 2;
        }
        out->token[out->count++] = (struct api_token){
            column_int(list, 0), text_keep(arena, column_text(list, 1)),
            text_keep(arena, column_text(list, 2)), column_bool(list, 3), column_moment(list, 4) };
    }
    return err;
}
