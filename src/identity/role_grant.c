#include "identity/role_grant.h"

#include <assert.h>

#include "identity/identity_sql.h"
#include "identity/login_setting.h"

static const char *const sentence[GRANT_REFUSALS] = {
    [GRANT_FIT] = "",
    [GRANT_ENDS_BEFORE] = "The last day is before the first.",
    [GRANT_TO_ONESELF] = "Nobody gives a role to himself or herself: another administrator does.",
    [GRANT_AUDITOR_ENDLESS] = "An auditor's role needs a last day.",
};

const char *grant_refusal_sentence(enum grant_refusal refusal)
{
    assert(refusal < GRANT_REFUSALS);
    return sentence[refusal];
}

enum grant_refusal grant_judge(const struct role_grant *grant)
{
    if (grant->made_by == grant->account && grant->made_by != 0)
        return GRANT_TO_ONESELF;
    if (grant->endless)
        return grant->role == ROLE_AUDITOR ? GRANT_AUDITOR_ENDLESS : GRANT_FIT;
    return grant->ends.days < grant->starts.days ? GRANT_ENDS_BEFORE : GRANT_FIT;
}

enum err grant_make(struct tx *tx, const struct happening *happening, struct text login,
                    struct role_grant *grant, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_scope(tx, grant->council, trouble);

    assert(grant_judge(grant) == GRANT_FIT);
    if (err == OK)
        err = tx_prepare(tx, &sql_grant_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, grant->council);
    bind_int(add, 2, grant->account);
    bind_text(add, 3, text_of(role_name(grant->role)));
    bind_day(add, 4, grant->starts);
    if (grant->endless)
        bind_null(add, 5);
    else
        bind_day(add, 5, grant->ends);
    bind_moment(add, 6, happening->now);
    if (grant->made_by != 0)
        bind_int(add, 7, grant->made_by);
    else
        bind_null(add, 7);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    grant->id = column_int(add, 0);
    statement_end(add);
    const struct identity_event event = { login, grant->council, "grant.make", "role_grant",
                                          grant->id, text_of(role_name(grant->role)) };
    return identity_record(tx, happening, &event, trouble);
}

enum err grant_end(struct tx *tx, const struct happening *happening, struct text login,
                   int64_t council, int64_t grant, struct trouble *trouble)
{
    struct statement *end;
    int64_t changed = 0;
    enum err err = tx_scope(tx, council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_grant_end, &end, trouble);
    if (err != OK)
        return err;
    bind_int(end, 1, grant);
    bind_int(end, 2, council);
    bind_moment(end, 3, happening->now);
    if ((err = statement_run(end, &changed, trouble)) != OK)
        return err;
    if (changed != 1)
        return ERR_MISSING;
    const struct identity_event event = { login, council, "grant.end", "role_grant", grant,
                                          { 0 } };
    return identity_record(tx, happening, &event, trouble);
}

enum err grant_roles(struct tx *tx, struct moment now, struct actor *actor,
                     struct trouble *trouble)
{
    struct statement *list;
    enum role role;
    bool row = false;
    enum err err = tx_scope(tx, actor->acting, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_grant_roles, &list, trouble);
    if (err != OK)
        return err;
    memset(actor->role, 0, sizeof actor->role);
    bind_int(list, 1, actor->acting);
    bind_int(list, 2, actor->account);
    bind_day(list, 3, day_of(now));
    while ((err = statement_step(list, &row, trouble)) == OK && row)
        if (role_parse(column_text(list, 0), &role))
            actor->role[role] = true;
    return err != OK ? err : login_setting_hold(tx, actor, trouble);
}

static struct role_grant grant_of_row(struct statement *row, int64_t council, enum role role)
{
    struct role_grant grant = {
        .id = column_int(row, 0), .council = council, .account = column_int(row, 1),
        .role = role, .starts = column_day(row, 3), .endless = column_null(row, 4),
    };

    if (!grant.endless)
        grant.ends = column_day(row, 4);
    return grant;
}

enum err grant_list(struct tx *tx, struct arena *arena, struct moment now, int64_t council,
                    int64_t account, struct role_grants *out, struct trouble *trouble)
{
    struct statement *list;
    enum role role;
    size_t room = 16;
    bool row = false;
    enum err err = tx_scope(tx, council, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_grant_list, &list, trouble);
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_int(list, 2, account);
    bind_day(list, 3, day_of(now));
    *out = (struct role_grants){ arena_take(arena, room, sizeof *out->grant), 0 };
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        if (!role_parse(column_text(list, 2), &role))
            continue;
        if (out->count == room) {
            out->grant = arena_grow(arena, out->grant, room, 2 * room, sizeof *out->grant);
            room *= 2;
        }
        out->grant[out->count++] = grant_of_row(list, council, role);
    }
    return err;
}
