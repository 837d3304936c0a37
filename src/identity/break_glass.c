#include "identity/break_glass.h"

#include "identity/identity_sql.h"

#define USES_MOST 20        /* as many as a page shows */

bool break_glass_may(enum right right)
{
    return right == MAY_OWN || right == MAY_SEE_PEOPLE || right == MAY_ADMIT_PEOPLE ||
           right == MAY_GRANT || right == MAY_SET_LOGIN;
}

enum err break_glass_record(struct tx *tx, const struct happening *happening,
                            const struct actor *actor, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_scope(tx, actor->home, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_break_glass_use_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, actor->home);
    bind_moment(add, 2, happening->now);
    if ((err = statement_run(add, NULL, trouble)) != OK)
        return err;
    const struct identity_event event = { text_of(actor->login), actor->home, "login.break_glass",
                                          "account", actor->account, { 0 } };
    return identity_record_shared(tx, happening, &event, trouble);
}

enum err break_glass_uses(struct tx *tx, struct arena *arena, struct moment now,
                          struct break_glass_uses *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_break_glass_uses, &list, trouble);

    *out = (struct break_glass_uses){ arena_take(arena, USES_MOST, sizeof *out->use), 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, now.ms - BREAK_GLASS_TOLD_MS);
    while ((err = statement_step(list, &row, trouble)) == OK && row && out->count < USES_MOST)
        out->use[out->count++] = (struct break_glass_use){ column_int(list, 0),
                                                           column_moment(list, 1) };
    statement_end(list);
    return err;
}
