#include "identity/session.h"

#include <assert.h>
#include <stdio.h>

#include "identity/break_glass.h"
#include "identity/identity_sql.h"

/* Rows of the account's sessions that ended long ago, and their keys. */
static enum err forget(struct tx *tx, const struct query *query, struct moment now,
                       const struct actor *actor, struct trouble *trouble)
{
    struct statement *drop;
    enum err err = tx_prepare(tx, query, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, actor->home);
    bind_int(drop, 2, actor->account);
    bind_int(drop, 3, now.ms - SESSION_KEPT_MS);
    return statement_run(drop, NULL, trouble);
}

static int64_t whole_ms(const struct actor *actor)
{
    return actor->break_glass ? BREAK_GLASS_MS : SESSION_WHOLE_MS;
}

static enum err add(struct tx *tx, struct moment now, struct actor *actor,
                    struct trouble *trouble)
{
    struct statement *made;
    enum err err = tx_prepare(tx, &sql_session_add, &made, trouble);

    if (err != OK)
        return err;
    bind_int(made, 1, actor->home);
    bind_int(made, 2, actor->account);
    bind_int(made, 3, actor->acting);
    bind_moment(made, 4, now);
    bind_bool(made, 5, actor->strong);
    if ((err = statement_one(made, trouble)) != OK)
        return err;
    actor->session = column_int(made, 0);
    actor->seen_at = now;
    actor->ends_at.ms = now.ms + whole_ms(actor);
    actor->may_write = true;
    statement_end(made);
    return OK;
}

enum err session_make(struct tx *tx, const struct happening *happening, struct actor *actor,
                      struct secret *secret, struct trouble *trouble)
{
    enum err err = secret_make(happening->outside, secret, trouble);

    assert(actor->account != 0 && actor->acting != 0);
    if (err == OK)
        err = tx_scope(tx, actor->home, trouble);
    if (err == OK)
        err = forget(tx, &sql_session_keys_forget, happening->now, actor, trouble);
    if (err == OK)
        err = forget(tx, &sql_session_forget, happening->now, actor, trouble);
    if (err == OK)
        err = add(tx, happening->now, actor, trouble);
    if (err == OK)
        err = key_add(tx, SECRET_SESSION, text_of(secret->text),
                      (struct key_found){ actor->home, actor->session }, trouble);
    if (err != OK)
        return err;
    if (actor->break_glass)
        return break_glass_record(tx, happening, actor, trouble);
    const struct identity_event event = { text_of(actor->login), actor->acting, "login",
                                          "session", actor->session, { 0 } };
    return identity_record(tx, happening, &event, trouble);
}

/* Whose session this is, or was: unless it was ended, or the account closed. */
static enum err read_session(struct tx *tx, struct moment now, struct text secret,
                             struct actor *out, bool *expired, struct trouble *trouble)
{
    struct key_found found;
    struct statement *get;
    bool row = false;

    if (!secret_is(secret))
        return ERR_MISSING;
    enum err err = key_find(tx, SECRET_SESSION, secret, &found, trouble);
    if (err == OK)
        err = tx_scope(tx, found.council, trouble);
    if (err == OK)
        err = tx_prepare(tx, &sql_session_get, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, found.subject);
    bind_int(get, 2, found.council);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    const int64_t made = column_int(get, 2), seen = column_int(get, 3);
    const struct text login = column_text(get, 4);
    *out = (struct actor){ .account = column_int(get, 0), .home = found.council,
                           .acting = column_int(get, 1), .session = found.subject,
                           .may_write = true, .strong = column_bool(get, 5),
                           .break_glass = column_bool(get, 6), .seen_at = { seen } };
    (void)snprintf(out->login, sizeof out->login, "%.*s", TEXT(login));
    statement_end(get);
    out->ends_at.ms = made + whole_ms(out);
    *expired = now.ms >= out->ends_at.ms || now.ms - seen >= SESSION_IDLE_MS;
    return OK;
}

enum err session_find(struct tx *tx, struct moment now, struct text secret, struct actor *out,
                      struct trouble *trouble)
{
    bool expired = false;
    const enum err err = read_session(tx, now, secret, out, &expired, trouble);

    return err == OK && expired ? ERR_MISSING : err;
}

enum err session_find_expired(struct tx *tx, struct moment now, struct text secret,
                              struct actor *out, struct trouble *trouble)
{
    bool expired = false;
    const enum err err = read_session(tx, now, secret, out, &expired, trouble);

    return err == OK && (!expired || now.ms - out->seen_at.ms >= SESSION_KEPT_MS) ? ERR_MISSING
                                                                                : err;
}

enum err session_touch(struct tx *tx, struct moment now, const struct actor *actor,
                       struct trouble *trouble)
{
    struct statement *seen;
    enum err err = tx_scope(tx, actor->home, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_session_seen, &seen, trouble);
    if (err != OK)
        return err;
    bind_int(seen, 1, actor->session);
    bind_int(seen, 2, actor->home);
    bind_moment(seen, 3, now);
    return statement_run(seen, NULL, trouble);
}

enum err session_end(struct tx *tx, const struct happening *happening, const struct actor *actor,
                     int64_t session, const char *action, struct trouble *trouble)
{
    struct statement *end;
    int64_t changed = 0;
    enum err err = tx_scope(tx, actor->home, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_session_end, &end, trouble);
    if (err != OK)
        return err;
    bind_int(end, 1, session);
    bind_int(end, 2, actor->home);
    bind_int(end, 3, actor->account);
    bind_moment(end, 4, happening->now);
    if ((err = statement_run(end, &changed, trouble)) != OK)
        return err;
    if (changed != 1)
        return ERR_MISSING;
    if ((err = key_drop(tx, SECRET_SESSION, session, trouble)) != OK)
        return err;
    const struct identity_event event = { text_of(actor->login), actor->home, action, "session",
                                          session, { 0 } };
    return identity_record(tx, happening, &event, trouble);
}

enum err session_list(struct tx *tx, struct arena *arena, struct moment now,
                      const struct actor *actor, struct sessions *out, struct trouble *trouble)
{
    struct statement *list;
    size_t room = 8;
    bool row = false;
    enum err err = tx_scope(tx, actor->home, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_session_list, &list, trouble);
    if (err != OK)
        return err;
    bind_int(list, 1, actor->home);
    bind_int(list, 2, actor->account);
    bind_int(list, 3, now.ms - SESSION_WHOLE_MS);
    bind_int(list, 4, now.ms - SESSION_IDLE_MS);
    *out = (struct sessions){ arena_take(arena, room, sizeof *out->session), 0 };
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        const struct text name = column_text(list, 1);
        if (out->count == room) {
            out->session = arena_grow(arena, out->session, room, 2 * room, sizeof *out->session);
            room *= 2;
        }
        out->session[out->count++] = (struct session_row){
            column_int(list, 0), { arena_copy(arena, name.data, name.size), name.size },
            column_moment(list, 2), column_moment(list, 3) };
    }
    return err;
}
