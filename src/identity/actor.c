#include "identity/actor.h"

#include <assert.h>
#include <stdio.h>

#include "identity/break_glass.h"
#include "store/trail_log.h"

#define DAY_MS INT64_C(86400000)

static bool gives(const bool role[ROLES], enum right right)
{
    for (enum role one = 0; one < ROLES; one++)
        if (role[one] && role_gives(one, right))
            return true;
    return false;
}

/* Without what is given for some services. */
static bool may_all(const struct actor *actor, enum right right)
{
    assert(right < RIGHTS);
    /* Those of no session are the dispatcher's. */
    if (right == MAY_NOTHING || right == MAY_FETCH || right == MAY_LOCAL)
        return false;
    if (right == MAY_ANYBODY)
        return true;
    if (actor->account == 0)
        return false;
    if (actor->break_glass)
        return actor->session != 0 && actor->acting == actor->home && break_glass_may(right);
    return right == MAY_OWN || gives(actor->role, right);
}

struct reach actor_reach(const struct actor *actor, enum right right)
{
    struct reach reach = { .all = may_all(actor, right) };

    if (reach.all || actor->account == 0 || actor->break_glass || !right_is_by_service(right))
        return reach;
    for (size_t i = 0; i < actor->services; i++)
        if (gives(actor->service[i].role, right))
            reach.service[reach.services++] = actor->service[i].name;
    return reach;
}

bool actor_may(const struct actor *actor, enum right right)
{
    const struct reach reach = actor_reach(actor, right);

    return reach.all || reach.services > 0;
}

bool reach_holds(const struct reach *reach, struct text service)
{
    for (size_t i = 0; i < reach->services; i++)
        if (text_is(service, reach->service[i]))
            return true;
    return reach->all;
}

bool actor_may_of(const struct actor *actor, enum right right, struct text service)
{
    const struct reach reach = actor_reach(actor, right);

    return reach_holds(&reach, service);
}

bool actor_has_role(const struct actor *actor, enum role role)
{
    bool any = actor->role[role];

    for (size_t i = 0; i < actor->services; i++)
        any |= actor->service[i].role[role];
    return any;
}

struct db_day day_of(struct moment moment)
{
    assert(moment.ms >= 0);
    return (struct db_day){ (int32_t)(moment.ms / DAY_MS) };
}

static enum err record(struct tx *tx, const struct happening *happening,
                       const struct identity_event *event, bool shared, struct trouble *trouble)
{
    char id[24];

    (void)snprintf(id, sizeof id, "%lld", (long long)event->subject_id);
    const struct trail_event line = {
        .now = happening->now,
        .actor = event->login,
        .council = event->council,
        .shared = shared,
        .action = text_of(event->action),
        .subject_kind = text_of(event->subject),
        .subject_id = text_of(id),
        .after = { event->after, false },
        .request = happening->request,
    };
    enum err err = tx_scope(tx, event->council, trouble);

    return err != OK ? err : trail_append(tx, happening->outside, &line, NULL, trouble);
}

enum err identity_record(struct tx *tx, const struct happening *happening,
                         const struct identity_event *event, struct trouble *trouble)
{
    return record(tx, happening, event, false, trouble);
}

enum err identity_record_shared(struct tx *tx, const struct happening *happening,
                                const struct identity_event *event, struct trouble *trouble)
{
    return record(tx, happening, event, true, trouble);
}
