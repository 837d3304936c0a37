#include "identity/role_grant.h"

#include <assert.h>
#include <stdio.h>

#include "identity/identity_sql.h"
#include "identity/login_setting.h"

static const char *const sentence[GRANT_REFUSALS] = {
    [GRANT_FIT] = "",
    [GRANT_ENDS_BEFORE] = "The last day is before the first.",
    [GRANT_TO_ONESELF] = "Nobody gives a role to himself or herself: another administrator does.",
    [GRANT_AUDITOR_ENDLESS] = "An auditor's role needs a last day.",
    [GRANT_NOT_BY_SERVICE] = "This role is for the council as a whole: it is given for all.",
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
    if (grant->service.size > 0 && !role_is_by_service(grant->role))
        return GRANT_NOT_BY_SERVICE;
    if (grant->endless)
        return grant->role == ROLE_AUDITOR ? GRANT_AUDITOR_ENDLESS : GRANT_FIT;
    return grant->ends.days < grant->starts.days ? GRANT_ENDS_BEFORE : GRANT_FIT;
}

/* "head-of-service for Education", "clerk": the trail's words. */
#define WORDS_MOST (64 + SERVICE_NAME_MOST)

static void print_words(const struct role_grant *grant, char out[WORDS_MOST])
{
    (void)snprintf(out, WORDS_MOST, "%s%s%.*s", role_name(grant->role),
                   grant->service.size > 0 ? " for " : "", TEXT(grant->service));
}

enum err grant_make(struct tx *tx, const struct happening *happening, struct text login,
                    struct role_grant *grant, struct trouble *trouble)
{
    struct statement *add;
    char words[WORDS_MOST];
    enum err err = tx_scope(tx, grant->council, trouble);

    assert(grant_judge(grant) == GRANT_FIT && grant->service.size <= SERVICE_NAME_MOST);
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
    bind_bool(add, 8, grant->by_group);
    bind_text(add, 9, grant->service);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    grant->id = column_int(add, 0);
    statement_end(add);
    print_words(grant, words);
    const struct identity_event event = { login, grant->council, "grant.make", "role_grant",
                                          grant->id, text_of(words) };
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

/* Where roles for the service are counted, by name. NULL: more than there can be. */
static bool *roles_of(struct actor *actor, struct text service)
{
    size_t at = 0;

    if (service.size == 0)
        return actor->role;
    while (at < actor->services && text_compare(text_of(actor->service[at].name), service) < 0)
        at++;
    struct actor_service *place = &actor->service[at];
    if (at < actor->services && text_is(service, place->name))
        return place->role;
    if (actor->services == SERVICES_MOST || service.size > SERVICE_NAME_MOST)
        return NULL;
    memmove(place + 1, place, (actor->services - at) * sizeof *place);
    actor->services++;
    *place = (struct actor_service){ .name = "" };
    memcpy(place->name, service.data, service.size);
    return place->role;
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
    actor->services = 0;
    bind_int(list, 1, actor->acting);
    bind_int(list, 2, actor->account);
    bind_day(list, 3, day_of(now));
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        bool *roles = roles_of(actor, column_text(list, 1));
        if (roles != NULL && role_parse(column_text(list, 0), &role))
            roles[role] = true;
    }
    return err != OK ? err : login_setting_hold(tx, actor, trouble);
}

static struct role_grant grant_of_row(struct arena *arena, struct statement *row, int64_t council,
                                      enum role role)
{
    const struct text service = column_text(row, 6);
    struct role_grant grant = {
        .id = column_int(row, 0), .council = council, .account = column_int(row, 1),
        .role = role, .starts = column_day(row, 3), .endless = column_null(row, 4),
        .by_group = column_bool(row, 5),
        .service = { arena_copy(arena, service.data, service.size), service.size },
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
        out->grant[out->count++] = grant_of_row(arena, list, council, role);
    }
    return err;
}
