#include "identity/actor.h"

#include <assert.h>
#include <stdio.h>

#include "identity/break_glass.h"
#include "store/trail_log.h"

#define DAY_MS INT64_C(86400000)

bool actor_may(const struct actor *actor, enum right right)
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
    if (right == MAY_OWN)
        return true;
    for (enum role role = 0; role < ROLES; role++)
        if (actor->role[role] && role_gives(role, right))
            return true;
    return false;
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
